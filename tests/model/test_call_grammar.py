"""The grammar of calls, as llama.cpp understands it."""

import ctypes
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.chat import ToolSpec
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.grammar import call_grammar
from desktop_agent.model.loading import LoadedModel
from tests.model.conversations import CALL, CLICK

Pair = tuple[Path, Path]
ODD = ToolSpec(
    'odd"name"\\',
    "Has everything.",
    {
        "properties": {
            'k"ey': {"type": "string"},
            "flag": {"type": "boolean"},
            "count": {"type": "integer"},
            "share": {"type": "number"},
            "way": {"enum": ["up", "down", 5]},
            "boxes": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            "any": {"anyOf": [{"type": "string"}, {"type": "array"}]},
            "map": {"type": "object"},
            "free": True,
        }
    },
)
BARE = ToolSpec("DONE", "Ends.", {"type": "object"})


@pytest.fixture(scope="module")
def loaded(random_pair: Pair) -> Iterator[LoadedModel]:
    model = LoadedModel(ModelConfig(random_pair[0], None, context_tokens=512), lambda phase: None)
    yield model
    model.close()


def accepts(loaded: LoadedModel, grammar: str, text: str) -> bool:
    """Whether the grammar takes the whole of `text` and lets the turn end there."""
    lib = loaded.lib
    rules = lib.llama_sampler_init_grammar(loaded.vocabulary, grammar.encode(), b"root")
    assert rules, "llama.cpp does not accept the grammar"

    def allowed(token: int) -> bool:
        candidate = lib.llama_token_data(token, 0.0, 0.0)
        lib.llama_sampler_apply(
            rules, ctypes.byref(lib.llama_token_data_array(ctypes.pointer(candidate), 1, -1, False))
        )
        return bool(candidate.logit == 0.0)

    try:
        for token in loaded.tokenize(text):
            if not allowed(token):
                return False
            lib.llama_sampler_accept(rules, token)
        return allowed(loaded.special("<|observation|>") or -1)
    finally:
        lib.llama_sampler_free(rules)


def tagged(name: str, **arguments: str) -> str:
    pairs = "".join(f"<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n" for key, value in arguments.items())
    return f"<tool_call>{name}\n{pairs}</tool_call>"


def as_json(name: str, arguments: Any) -> str:
    return f"<tool_call>{json.dumps({'name': name, 'arguments': arguments})}</tool_call>"


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        CALL.replace("\n", ""),
        f"{CALL}\n{tagged('DONE')}",
        tagged("DONE"),
        "<tool_call>DONE</tool_call>",
        as_json("left_click", {"start_box": [1, 2], "element_info": 'a "b" ü <c>'}),
        as_json("left_click", {"start_box": [1], "element_info": "🦊"}),
        as_json("DONE", {}),
        tagged("left_click", start_box="[1]", element_info="a < b </i></a> </arg_valu <arg 世界 << x"),
        tagged("left_click", start_box="[1]", element_info=""),
        tagged("left_click", start_box="[ 412 ,\n655 ]"),
        tagged(ODD.name, **{'k"ey': "x"}),
        tagged(ODD.name, flag="true", count="-12", share="1.5e3", way="down"),
        as_json(ODD.name, {"flag": True, "count": -12, "way": 5, "any": ["x"], "map": {"a": [None]}, "free": "</i>"}),
        tagged(ODD.name, way="5", boxes="[[1, 2.5], [3, 4]]", any="free text", map='{"a": [null]}', free="what"),
    ],
)
def test_what_a_call_may_be(loaded: LoadedModel, text: str) -> None:
    assert accepts(loaded, call_grammar([CLICK, ODD, BARE]).text, text)


@pytest.mark.parametrize(
    "text",
    [
        "left_click",
        tagged("right_click"),
        tagged("left_click", button="left"),
        tagged("left_click"),
        tagged("left_click", element_info="x"),
        tagged("left_click", element_info="x", start_box="[1]"),
        tagged("left_click", start_box="[1]").replace(
            "</tool", "<arg_key>start_box</arg_key><arg_value>[1]</arg_value></tool"
        ),
        tagged("left_click", start_box="[1]", element_info="</arg_value>"),
        as_json("left_click", {}),
        as_json("left_click", {"start_box": [1], "element_info": "\ud83d"}),
        as_json("left_click", {"start_box": [1], "element_info": "\ude00 \ud83d"}),
        as_json("left_click", {"start_box": ["1"]}),
        as_json("left_click", {"start_box": [1], "button": 1}),
        tagged("left_click", start_box="here"),
        tagged("left_click", start_box="[1.5, 2]"),
        tagged(ODD.name, flag="yes"),
        tagged(ODD.name, count="1.5"),
        tagged(ODD.name, way="left"),
        f"{CALL} and then",
        CALL.removesuffix("</tool_call>"),
        as_json("right_click", {}),
        as_json("left_click", [1]),
    ],
)
def test_what_a_call_may_not_be(loaded: LoadedModel, text: str) -> None:
    assert not accepts(loaded, call_grammar([CLICK, ODD, BARE]).text, text)
