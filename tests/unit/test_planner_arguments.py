"""Reading the arguments of a tool call: what is repaired, and what is refused because repairing would be guessing."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.model.arguments import BadArguments, parse

SIMPLE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SIMPLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


@given(OBJECTS, st.booleans())
def test_json_is_read_as_it_stands(value: dict[str, object], as_ascii: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=as_ascii)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" \n", {}),
        ('{"a": [1, 2],}', {"a": [1, 2]}),
        ('{"a": [1, 2, ]}', {"a": [1, 2]}),
        ('{"a": "x, ]"}', {"a": "x, ]"}),
        ('{"a": "x"', {"a": "x"}),
        ('{"a": [1, 2]', {"a": [1, 2]}),
        ('{"a": {"b": ["c"', {"a": {"b": ["c"]}}),
        ('{"a": true', {"a": True}),
        ('{"a": 1}}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": "one\ntwo\tthree"}', {"a": "one\ntwo\tthree"}),
        (r'"{\"a\": \"b\"}"', {"a": "b"}),
        ("{'a': True, 'b': (1, None)}", {"a": True, "b": [1, None]}),
        ('{"a": "say \\"hi"', {"a": 'say "hi'}),
    ],
)
def test_what_is_repaired(text: str, expected: dict[str, object]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"content": "rm -rf /home/me/old',  # half a string
        '{"start_box": [10, 2',  # half a number
        '{"a": 1',
        '{"a"',
        '{"a":',
        '{"a": tru',
        '{}{"a": 1}',
        '{"a": 1} and more',
        '{"a": "say "hi""}',
        '{"a": NaN}',
        '{"a": 1e999}',
        "[1]",
        "5",
        '"text"',
        "null",
        "{1: 2}",
        "{'a': {1, 2}}",
        "{'a': b'x'}",
        "{'a': __import__('os')}",
        '{"a":' * 100,
        "[" * 100_000,
        '{"a":' * 100_000,
        "{'a':" + "[" * 10_000,
        "{'a':" + "-" * 10_000 + "1}",
        '{"a": ' + "9" * 5000 + "}",
        " " * 2_000_000,
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(BadArguments):
        parse(text)


@given(OBJECTS.filter(bool), st.data())
def test_a_cut_never_changes_a_value(value: dict[str, object], data: st.DataObject) -> None:
    """Whatever is cut off, no value of what is still read differs from the whole one's, but for missing members."""
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(1, len(text)))]
    try:
        read = parse(cut)
    except BadArguments:
        return
    assert _part_of(read, value)


def _part_of(part: object, whole: object) -> bool:
    match part, whole:
        case dict(), dict():
            return all(key in whole and _part_of(item, whole[key]) for key, item in part.items())
        case list(), list():
            return len(part) <= len(whole) and all(map(_part_of, part, whole))
        case _:
            return part == whole


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadArguments):
        assert isinstance(parse(text), dict)
