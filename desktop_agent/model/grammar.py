"""The grammar (GBNF) of tool calls, made from the tools' JSON schemas. It only constrains what follows `<tool_call>`.

GBNF: github.com/ggml-org/llama.cpp/blob/master/grammars/README.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_agent.core.chat import ToolSpec

_COMMON = r"""
nl ::= "\n"?
ws ::= [ \t\n]{0,20}
raw ::= ( [^<] | "<"+ [^/<] | "<"+ "/" [^a<] )* "<"*
json ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws ( string ws ":" ws json ws ( "," ws string ws ":" ws json ws )* )? "}"
array ::= "[" ws ( json ws ( "," ws json ws )* )? "]"
string ::= "\"" ( [^"\\\x00-\x1f] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""
integer ::= "-"? ( "0" | [1-9] [0-9]{0,17} )
number ::= integer ( "." [0-9]{1,18} )? ( [eE] [-+]? [0-9]{1,3} )?
boolean ::= "true" | "false"
""".strip()


def call_grammar(tools: Sequence[ToolSpec]) -> str:
    """GBNF whose root is one or more calls of `tools`, as tags or as JSON."""
    rules = ["root ::= call ( nl call )*", 'call ::= "<tool_call>" ( tagged | asjson ) "</tool_call>"']
    names = []
    for number, tool in enumerate(tools):
        properties = tool.parameters.get("properties", {})
        choices = []
        for index, (key, schema) in enumerate(properties.items()):
            rule = f"t{number}-{index}"
            rules.append(
                f"{rule} ::= {_literal(f'<arg_key>{key}</arg_key>')} nl "
                f'"<arg_value>" ( {_value(schema)} ) "</arg_value>" nl'
            )
            choices.append(rule)
        arguments = f" ( {' | '.join(choices)} )*" if choices else ""
        rules.append(f"t{number} ::= {_literal(tool.name)} nl{arguments}")
        names.append(f"t{number}")
    rules.append(f"tagged ::= {' | '.join(names)}")
    called = " | ".join(_literal(json.dumps(tool.name)) for tool in tools)
    rules.append(
        'asjson ::= ws "{" ws "\\"name\\"" ws ":" ws ( '
        + called
        + ' ) ws "," ws "\\"arguments\\"" ws ":" ws object ws "}" ws'
    )
    return "\n".join([*rules, _COMMON]) + "\n"


def _value(schema: Any) -> str:
    """What stands between `<arg_value>` and its end: strings raw, anything else JSON."""
    if not isinstance(schema, Mapping):
        return "raw"
    if isinstance(schema.get("enum"), Sequence):
        return " | ".join(
            _literal(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)) for each in schema["enum"]
        )
    return {"string": "raw"}.get(str(schema.get("type")), "") or _json(schema, "raw")


def _json(schema: Any, otherwise: str) -> str:
    if not isinstance(schema, Mapping):
        return otherwise
    match schema.get("type"):
        case "integer" | "number" | "boolean" | "object" as plain:
            return str(plain)
        case "string":
            return "string"
        case "array":
            item = _json(schema.get("items"), "json")
            return f'"[" ws ( ( {item} ) ws ( "," ws ( {item} ) ws )* )? "]"'
        case _:
            return otherwise


def _literal(text: str) -> str:
    """A GBNF string; what could end or change it is escaped by number."""
    return '"' + re.sub(r'[\\"\x00-\x1f\x7f]', lambda match: f"\\x{ord(match[0]):02X}", text) + '"'
