"""The grammar (GBNF) of tool calls, from the tools' JSON schemas. It only constrains what follows `<tool_call>`."""

import functools
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.chat import ToolSpec
from desktop_agent.model.call_body import KEY_CLOSE, KEY_OPEN, VALUE_CLOSE, VALUE_OPEN
from desktop_agent.model.calls import CALL_CLOSE, CALL_OPEN
from desktop_agent.model.schema_grammar import ANNOTATIONS, SchemaRules, literal
from desktop_agent.model.schema_kinds import constants_of, fits, kinds_of

_NAME = re.compile(r"[^\s<{][^\s<{]*")
"""What the reader of tags takes for a name."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CallGrammar:
    """`text` is GBNF whose root is one or more calls; `unsupported` what of the schemas it doesn't hold to."""

    text: str
    unsupported: tuple[str, ...] = ()


def call_grammar(tools: Sequence[ToolSpec]) -> CallGrammar:
    """The grammar of calls of `tools`, as tags or as JSON. Arguments come in the schema's order, each once.

    What it takes can be read, and is valid but for `unsupported`, which is logged when tools are new.
    """
    declared = [[tool.name, dict(tool.parameters)] for tool in tools]
    return _made(json.dumps(declared, ensure_ascii=False))


@functools.lru_cache(maxsize=8)
def _made(declared: str) -> CallGrammar:
    rules = SchemaRules(VALUE_CLOSE)
    forms, named = [], []
    for number, (name, parameters) in enumerate(json.loads(declared)):
        if body := _tagged(rules, name, parameters):
            forms.append(rules.rule(f"t{number}", body))
        arguments = rules.value({"type": "object", **parameters}, name)
        key = literal(json.dumps(name, ensure_ascii=False))
        named.append(rules.rule(f"j{number}", f'{key} ws "," ws "\\"arguments\\"" ws ":" ws {arguments}'))
    forms.append(f'ws "{{" ws "\\"name\\"" ws ":" ws ( {" | ".join(named)} ) ws "}}" ws')
    rules.rule("nl", '"\\n"?')
    rules.rule("call", f'"{CALL_OPEN}" ( {" | ".join(forms)} ) "{CALL_CLOSE}"')
    rules.rule("root", "call ( nl call )*")
    unsupported = tuple(dict.fromkeys(rules.unsupported))
    for doubt in unsupported:
        _log.warning("the grammar of calls can't hold to everything: %s", doubt)
    return CallGrammar(rules.text(), unsupported)


def _tagged(rules: SchemaRules, name: str, parameters: Mapping[str, Any]) -> str | None:
    """The call in GLM's form; None where the name or a key can't be written in it."""
    properties = parameters.get("properties") or {}
    required = set(parameters.get("required") or ())
    keys = [*properties, *(key for key in parameters.get("required") or () if key not in properties)]
    if not _NAME.fullmatch(name) or not all(_is_plain(key) for key in keys):
        rules.doubt(name, "a name that can't stand between tags, so its calls are JSON only")
        return None
    pairs = []
    for key in keys:
        value = _value(rules, properties.get(key, True), f"{name}.{key}")
        pair = f'{literal(f"{KEY_OPEN}{key}{KEY_CLOSE}")} nl "{VALUE_OPEN}" ( {value} ) "{VALUE_CLOSE}" nl'
        pairs.append(pair if key in required else f"( {pair} )?")
    return " ".join([literal(name), "nl", *pairs])


def _is_plain(key: str) -> bool:
    return bool(key) and key == key.strip() and "<" not in key


def _value(rules: SchemaRules, schema: Any, where: str) -> str:
    """What stands between `<arg_value>` and its end: strings raw, anything else JSON."""
    kinds = kinds_of(schema)
    values = [value for value in constants_of(schema) if fits(value, kinds)]
    texts = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    if texts and not any(VALUE_CLOSE in text for text in texts):
        return " | ".join(map(literal, texts))
    if kinds and "string" not in kinds:
        return rules.value(schema, where)
    if kinds != {"string"} and not _only_types(schema):
        rules.doubt(where, "text, or something else that is restricted")
    return "raw0"


def _only_types(schema: Any) -> bool:
    """Whether a schema says nothing of a value but its types."""
    if not isinstance(schema, Mapping):
        return schema is True
    told = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    branches = told.pop("anyOf", ())
    return told.keys() <= {"type"} and all(map(_only_types, branches))
