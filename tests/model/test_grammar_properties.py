"""Whatever the grammar of calls takes can be read, and is what the schemas ask for."""

import ctypes
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core.chat import CallEvent, ToolSpec
from desktop_agent.model.calls import CallParser
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.grammar import call_grammar
from desktop_agent.model.loading import LoadedModel
from tests.model.schemas import PARAMETERS, is_valid, values_of
from tests.model.test_call_grammar import accepts

Pair = tuple[Path, Path]
TOKENS = 400
"""A walk through the grammar that is longer is no call yet, and says nothing."""
NAMES = st.sampled_from(["left_click", "zoom", "DONE", 'odd"name\\', "世界"])


@pytest.fixture(scope="module")
def loaded(random_pair: Pair) -> Iterator[LoadedModel]:
    model = LoadedModel(ModelConfig(random_pair[0], None, context_tokens=512), lambda phase: None)
    yield model
    model.close()


class Walk:
    """Writes what the grammar allows, by chance."""

    def __init__(self, loaded: LoadedModel, grammar: str) -> None:
        self._loaded, self._lib = loaded, loaded.lib
        self._rules = self._lib.llama_sampler_init_grammar(loaded.vocabulary, grammar.encode(), b"root")
        assert self._rules, f"llama.cpp does not accept the grammar:\n{grammar}"

    def text(self, chance: random.Random) -> str | None:
        """A text that the grammar takes as a whole; None where it became too long."""
        data = b""
        end = self._loaded.special("<|observation|>")
        for _ in range(TOKENS):
            allowed = self._allowed()
            if end in allowed and chance.random() < 0.8:
                return data.decode("utf-8", "replace")
            # What closes something is likelier than one of many letters.
            closing = [token for token in allowed if self._loaded.piece(token) in CLOSING]
            token = chance.choice(closing if closing and chance.random() < 0.5 else allowed)
            if self._loaded.ends(token):
                return data.decode("utf-8", "replace")
            self._lib.llama_sampler_accept(self._rules, token)
            data += self._loaded.piece(token)
        return None

    def _allowed(self) -> list[int]:
        size = self._loaded.vocabulary_size
        candidates = np.zeros(size, [("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data
        candidates["id"] = range(size)
        start = candidates.ctypes.data_as(ctypes.POINTER(self._lib.llama_token_data))
        array = self._lib.llama_token_data_array(start, size, -1, False)
        self._lib.llama_sampler_apply(self._rules, ctypes.byref(array))
        allowed: list[int] = np.flatnonzero(candidates["logit"] == 0).tolist()
        return allowed

    def close(self) -> None:
        self._lib.llama_sampler_free(self._rules)


CLOSING = {b'"', b"]", b"}", b"</arg_value>", b"</tool_call>", b",", b"<arg_key>"}
FIXTURE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@FIXTURE
@given(st.dictionaries(NAMES, PARAMETERS, min_size=1, max_size=2), st.integers(0, 2**32))
def test_what_the_grammar_takes_is_read_and_valid(
    loaded: LoadedModel, parameters: Mapping[str, Any], seed: int
) -> None:
    tools = [ToolSpec(name, "", schema) for name, schema in parameters.items()]
    grammar = call_grammar(tools)
    chance = random.Random(seed)
    for _ in range(3):
        walk = Walk(loaded, grammar.text)
        try:
            text = walk.text(chance)
        finally:
            walk.close()
        if text is not None:
            check(tools, text, valid=not grammar.unsupported)


@FIXTURE
@given(NAMES, PARAMETERS, st.data())
def test_what_the_schemas_ask_for_is_taken_and_read(
    loaded: LoadedModel, name: str, parameters: dict[str, Any], data: st.DataObject
) -> None:
    tool = ToolSpec(name, "", parameters)
    arguments = data.draw(values_of(parameters))
    assert is_valid(parameters, arguments)
    as_json = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
    (event,) = CallParser([tool]).feed(f"<tool_call>{as_json}</tool_call>")
    assert isinstance(event, CallEvent)
    assert event.call.arguments == arguments
    grammar = call_grammar([tool]).text
    assert accepts(loaded, grammar, f"<tool_call>{as_json}</tool_call>")
    if arguments.keys() <= parameters.get("properties", {}).keys():
        check([tool], text := tagged(name, arguments), valid=not call_grammar([tool]).unsupported)
        assert accepts(loaded, grammar, text)


UNKEPT = [
    ({"type": "string", "pattern": "a+"}, "pattern"),
    ({"type": "string", "minLength": 3}, "minLength"),
    ({"type": "array", "items": {"type": "number", "multipleOf": 3}}, "multipleOf"),
    ({"type": "array", "uniqueItems": True}, "uniqueItems"),
    ({"type": "number", "minimum": 0.5}, "number from 0.5 to None"),
    ({"type": "integer", "exclusiveMinimum": 5}, "exclusiveMinimum"),
    ({"type": "object", "minProperties": 2}, "minProperties"),
    ({"$ref": "#/elsewhere"}, "$ref"),
    ({"allOf": [{"type": "string"}]}, "allOf"),
    ({"not": {"type": "string"}}, "not"),
    ({"anyOf": [{"type": "string"}], "minimum": 5}, "minimum"),
    ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "oneOf whose branches"),
    ({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 2}]}, "text, or something else"),
    ({"type": "integer", "enum": ["a"]}, "no value is allowed"),
    ({"type": "array", "minItems": 3, "maxItems": 2}, "minItems 3"),
    ({"type": "integer", "minimum": 3, "maximum": 2}, "integer from 3 to 2"),
    ({"type": "quaternion"}, "type quaternion"),
    (False, "no schema"),
]


@pytest.mark.parametrize(("schema", "doubt"), UNKEPT)
def test_what_it_does_not_hold_to_is_said_and_logged(
    loaded: LoadedModel, schema: Any, doubt: str, caplog: pytest.LogCaptureFixture
) -> None:
    tool = ToolSpec("odd", "", {"properties": {"value": schema}, "required": ["value"], "title": doubt})
    grammar = call_grammar([tool])
    assert any(each.startswith("odd.value") and doubt in each for each in grammar.unsupported)
    assert any("odd.value" in record.message and doubt in record.message for record in caplog.records)
    call_grammar([tool])
    assert len(caplog.records) == len(grammar.unsupported)
    assert accepts(loaded, grammar.text, '<tool_call>{"name": "odd", "arguments": {"value": 7}}</tool_call>') or (
        "string" in str(schema) or "array" in str(schema) or "object" in str(schema)
    )


@pytest.mark.parametrize(("name", "key"), [("two words", "a"), ("{", "a"), ("ok", " a"), ("ok", "a</arg_key>")])
def test_names_that_tags_cannot_hold_are_json_only(loaded: LoadedModel, name: str, key: str) -> None:
    tool = ToolSpec(name, "", {"properties": {key: {"type": "integer"}}})
    grammar = call_grammar([tool])
    assert "JSON only" in grammar.unsupported[0]
    assert not accepts(loaded, grammar.text, tagged(name, {key: 5}))
    text = f"<tool_call>{json.dumps({'name': name, 'arguments': {key: 5}})}</tool_call>"
    assert accepts(loaded, grammar.text, text)
    check([tool], text, valid=True)


def tagged(name: str, arguments: Mapping[str, Any]) -> str:
    """As GLM's template writes it."""
    values = {key: value if isinstance(value, str) else _json(value) for key, value in arguments.items()}
    pairs = "".join(f"<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n" for key, value in values.items())
    return f"<tool_call>{name}\n{pairs}</tool_call>"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def check(tools: Sequence[ToolSpec], text: str, valid: bool) -> None:
    parser = CallParser(tools)
    events = [*parser.feed(text), *parser.end()]
    assert events, text
    assert parser.calls == text.count("<tool_call>") or "<tool_call>" in text.removeprefix("<tool_call>"), text
    for event in events:
        if getattr(event, "text", "") == "\n":
            continue
        assert isinstance(event, CallEvent), (text, event)
        schema = next(tool.parameters for tool in tools if tool.name == event.call.name)
        json.dumps(event.call.arguments, allow_nan=False).encode()
        assert not valid or is_valid(schema, event.call.arguments), (text, event.call.arguments)
