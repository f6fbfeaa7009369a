"""JSON schemas as grammar (GBNF), so that what the grammar takes is valid.

Covered are `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`,
`minimum`, `maximum`, `anyOf` and, where its branches are of different types, `oneOf`. Whatever else restricts values is
left to the tool's own check, and listed in `unsupported`. Properties come in the schema's order, each once.

GBNF: github.com/ggml-org/llama.cpp/blob/master/grammars/README.md. Keywords: json-schema.org/draft/2020-12.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop_agent.model.schema_kinds import constants_of, fits, kinds_of

MAX_DEPTH = 8
"""How deeply values are nested; the reader of calls takes 32."""
MAX_ITEMS = 256
"""llama.cpp copies a rule for each repetition that is counted."""
LARGEST = 10**15
"""Whole numbers beyond aren't told apart by programs that compute with 64-bit floats."""

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "$comment", "$schema", "$id"})
_KNOWN = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
}
_BASICS = {
    "ws": r"[ \t\n]{0,20}",
    "hex": "[0-9a-fA-F]",
    # No half of a surrogate pair without the other: it is no character.
    "escape": r'"\\" ( ["\\/bfnrt] | "u" ( [0-9a-cA-CeEfF] hex{3} | [dD] [0-7] hex{2} '
    r'| [dD] [89abAB] hex{2} "\\u" [dD] [c-fC-F] hex{2} ) )',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "integer": '"-"? ( "0" | [1-9] [0-9]{0,14} )',
    "number": 'integer ( "." [0-9]{1,15} )? ( [eE] [-+]? [0-9]{1,2} )?',
}


class SchemaRules:
    """Collects the rules of one grammar.

    Args:
        closing: a text that no string may hold, because it ends what the string stands in. It begins with its only "<".
    """

    def __init__(self, closing: str) -> None:
        self.unsupported: list[str] = []
        """What of the schemas the grammar doesn't hold to, in words."""
        self._rules = dict(_BASICS)
        self._rules |= _without(closing, "raw", "", r"\x00")
        self._rules |= _without(closing, "chars", " | escape chars0", r'"\\\x00-\x1f')
        self._rules["string"] = r'"\"" chars0 "\""'
        self._numbered = 0

    def text(self) -> str:
        """All rules."""
        return "".join(f"{name} ::= {body}\n" for name, body in self._rules.items())

    def rule(self, name: str, body: str) -> str:
        """Add a rule, and return its name."""
        self._rules[name] = body
        return name

    def doubt(self, where: str, what: str) -> None:
        """Note that `what` of the schema at `where` is not held to."""
        self.unsupported.append(f"{where}: {what}")

    def value(self, schema: Any, where: str, depth: int = MAX_DEPTH) -> str:
        """The name of a rule for a JSON value that `schema` takes. `where` names the schema in words."""
        self._numbered += 1
        return self.rule(f"v{self._numbered}", " | ".join(self._alternatives(schema, where, depth)))

    def _alternatives(self, schema: Any, where: str, depth: int) -> list[str]:
        if schema is True:
            schema = {}
        if not isinstance(schema, Mapping) or depth == 0:
            self.doubt(where, "too deep" if depth == 0 else "no schema that can be kept to")
            return [self._any(max(depth, 0))]
        for key in ("enum", "const"):
            if key in schema:
                self._note_unknown(schema, {key, "type"}, where)
                return self._constants(schema, where)
        if branches := schema.get("anyOf", schema.get("oneOf")):
            self._note_unknown(schema, {"anyOf" if "anyOf" in schema else "oneOf"}, where)
            if "anyOf" not in schema and _overlap(branches):
                self.doubt(where, "oneOf whose branches are not of different types")
            return [each for branch in branches for each in self._alternatives(branch, where, depth - 1)]
        kinds = sorted(kinds_of(schema))
        self._note_unknown(schema, {"type"}.union(*(_KNOWN.get(kind, ()) for kind in kinds)), where)
        if not kinds:
            return [self._any(depth)]
        return [self._of_kind(kind, schema, where, depth) for kind in kinds]

    def _note_unknown(self, schema: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in schema:
            if key not in known and key not in ANNOTATIONS:
                self.doubt(where, str(key))

    def _constants(self, schema: Mapping[str, Any], where: str) -> list[str]:
        values = [value for value in constants_of(schema) if fits(value, kinds_of(schema))]
        if not values:
            self.doubt(where, "no value is allowed")
            return [self._any(1)]
        return [literal(json.dumps(value, ensure_ascii=False)) for value in values]

    def _of_kind(self, kind: str, schema: Mapping[str, Any], where: str, depth: int) -> str:
        match kind:
            case "object":
                return self._object(schema, where, depth)
            case "array":
                return self._array(schema, where, depth)
            case "integer" | "number":
                return self._number(kind, schema, where)
            case "string" | "boolean" | "null":
                return kind
        self.doubt(where, f"type {kind}")
        return self._any(depth - 1)

    def _object(self, schema: Mapping[str, Any], where: str, depth: int) -> str:
        properties = schema.get("properties") or {}
        required = list(schema.get("required") or ())
        others = schema.get("additionalProperties", True)
        if not properties and not required:
            if others is False:
                return '"{" ws "}"'
            value = self._any(depth - 1) if others is True else self.value(others, f"{where}.*", depth - 1)
            return f'"{{" ws ( string ws ":" ws {value} ws ( "," ws string ws ":" ws {value} ws )* )? "}}"'
        pairs = []
        for key in [*properties, *(key for key in required if key not in properties)]:
            value = self.value(properties.get(key, others), f"{where}.{key}", depth - 1)
            pair = f'{literal(json.dumps(key, ensure_ascii=False))} ws ":" ws {value} ws'
            pairs.append((pair, key in required))
        return f'"{{" ws {self._members(pairs)} "}}"'

    def _members(self, pairs: Sequence[tuple[str, bool]]) -> str:
        """Pairs in their order, with commas between; those that aren't required may be left out."""
        later = [f'"," ws {pair}' if required else f'( "," ws {pair} )?' for pair, required in pairs]
        first = next((index for index, (_, required) in enumerate(pairs) if required), len(pairs) - 1)
        starts = [" ".join([pairs[index][0], *later[index + 1 :]]) for index in range(first + 1)]
        return f"( {' | '.join(starts)} ){'' if pairs[first][1] else '?'}"

    def _array(self, schema: Mapping[str, Any], where: str, depth: int) -> str:
        least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
        if least > MAX_ITEMS or (most is not None and least > most):
            self.doubt(where, f"minItems {least}")
            least = 0
        if most == 0:
            return '"[" ws "]"'
        item = self.value(schema.get("items", True), f"{where}[]", depth - 1)
        limit = "" if most is None else min(int(most), MAX_ITEMS) - 1
        whole = f'{item} ws ( "," ws {item} ws ){{{max(least - 1, 0)},{limit}}}'
        return f'"[" ws {whole} "]"' if least else f'"[" ws ( {whole} )? "]"'

    def _number(self, kind: str, schema: Mapping[str, Any], where: str) -> str:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is None and high is None:
            return kind
        least = -LARGEST if low is None else math.ceil(low)
        most = LARGEST if high is None else math.floor(high)
        if least > most or (kind == "number" and (least, most) != (low or least, high or most)):
            self.doubt(where, f"{kind} from {low} to {high}")
            return kind
        parts = []
        if most >= 0:
            parts.append(_between(max(least, 0), most, kind == "number"))
        if least < 0:
            parts.append(f'"-" ( {_between(max(-most, 0), -least, kind == "number")} )')
        return " | ".join(parts)

    def _any(self, depth: int) -> str:
        """A rule for any value, nested to `depth`."""
        name = f"any{depth}"
        if name not in self._rules:
            self._rules[name] = "string | number | boolean | null"
            if depth:
                inner = self._any(depth - 1)
                member = f'string ws ":" ws {inner} ws'
                self._rules[name] += f' | "[" ws ( {inner} ws ( "," ws {inner} ws )* )? "]"'
                self._rules[name] += f' | "{{" ws ( {member} ( "," ws {member} )* )? "}}"'
        return name


def literal(text: str) -> str:
    """A GBNF string; what could end or change it is escaped by number."""
    return '"' + re.sub(r'[\\"\x00-\x1f\x7f]', lambda match: f"\\x{ord(match[0]):02X}", text) + '"'


def _overlap(branches: Sequence[Any]) -> bool:
    """Whether a value may be of the types of two of them."""
    seen: set[str] = set()
    for branch in branches:
        kinds = kinds_of(branch)
        if not kinds or kinds & seen:
            return True
        seen |= kinds | ({"integer"} if "number" in kinds else {"number"} if "integer" in kinds else set())
    return False


def _without(closing: str, name: str, others: str, excluded: str) -> dict[str, str]:
    """Rules for a text in which `closing` doesn't occur: `name0`, and one for each beginning of it that was read.

    Args:
        closing: begins with its only character of that kind.
        name: of the rules, to which the number of characters read is added.
        others: more alternatives, which begin the search for `closing` anew.
        excluded: characters that may not stand in it, as in a character class.
    """
    rules = {}
    for count, char in enumerate(closing):
        goes_on = f'"{char}" {name}{count + 1} | ' if count < len(closing) - 1 else ""
        begins_anew = f'"{closing[0]}" {name}1 | ' if count else ""
        not_next = "".join(f"\\x{ord(each):02X}" for each in {closing[0], char})
        rules[f"{name}{count}"] = f"( {goes_on}{begins_anew}[^{not_next}{excluded}] {name}0{others} )?"
    return rules


def _between(low: int, high: int, fractions: bool) -> str:
    """Numbers from `low` to `high`, neither below 0; with `fractions` also those between whole ones."""
    if not fractions:
        return " | ".join(_digits(low, high))
    last = f'"{high}" ( "." "0"{{1,15}} )?'
    before = " | ".join(_digits(low, high - 1))
    return f'( {before} ) ( "." [0-9]{{1,15}} )? | {last}' if before else last


def _digits(low: int, high: int) -> Iterator[str]:
    """The whole numbers from `low` to `high`, in blocks of which each differs in its last digits only."""
    if low == 0:
        yield '"0"'
        low = 1
    while low <= high:
        size = 1
        while low % (size * 10) == 0 and low + size * 10 - 1 <= high:
            size *= 10
        head, first = divmod(low // size, 10)
        last = min(9, first + (high - low + 1) // size - 1)
        free = len(str(size)) - 1
        yield f'"{head or ""}" [{first}-{last}]' + (f" [0-9]{{{free}}}" if free else "")
        low += (last - first + 1) * size
