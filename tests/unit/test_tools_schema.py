import pytest

from desktop_agent.tools.result import ToolProblem
from desktop_agent.tools.schema import checked

SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer", "minimum": 1, "maximum": 50},
        "side": {"type": "string", "enum": ["up", "down"]},
        "box": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["text"],
}


@pytest.mark.parametrize(("given", "becomes"), [
    ({"text": "a"}, {"text": "a"}),
    ({"text": 5}, {"text": "5"}),
    ({"text": "a", "count": "7"}, {"text": "a", "count": 7}),
    ({"text": "a", "count": 7.0}, {"text": "a", "count": 7}),
    ({"text": "a", "count": None}, {"text": "a"}),
    ({"text": "a", "box": "[1, 2]"}, {"text": "a", "box": "[1, 2]"}),
    ({"text": "a", "element_info": "Save"}, {"text": "a"}),
])  # fmt: skip
def test_harmless_differences_are_mended(given, becomes):
    assert checked(SCHEMA, given) == becomes


@pytest.mark.parametrize(("given", "said"), [
    ({}, '"text" is missing'),
    ({"text": ["a"]}, '"text" must be text, not ["a"]'),
    ({"text": True}, '"text" must be text, not true'),
    ({"text": "a", "count": "many"}, '"count" must be a whole number, not "many"'),
    ({"text": "a", "count": 1.5}, '"count" must be a whole number'),
    ({"text": "a", "count": True}, '"count" must be a whole number'),
    ({"text": "a", "count": 51}, '"count" must be from 1 to 50, not 51'),
    ({"text": "a", "count": 1e400}, '"count" must be a whole number'),
    ({"text": "a", "count": 10**400}, '"count" must be a whole number'),
    ({"text": "a", "count": float("nan")}, '"count" must be a whole number'),
    ({"text": "a", "side": "left"}, '"side" must be one of up, down, not "left"'),
    ({"text": "a", "box": 5}, '"box" must be a list'),
    ({"text": "a", "button": "left"}, 'There is no argument "button"'),
    ({"count": 99, "x": 1}, "The arguments are: text, count, side, box"),
])  # fmt: skip
def test_what_is_wrong_is_said(given, said):
    with pytest.raises(ToolProblem) as caught:
        checked(SCHEMA, given)
    assert said in str(caught.value)
