"""The grammar's English rules, tried in order; each must match a whole clause."""

import re

from desktop_agent.core.actions import Button
from desktop_agent.instant.commands import (
    Choose,
    Click,
    Direction,
    Drag,
    Hover,
    NotUnderstood,
    Open,
    Press,
    Read,
    Type,
    WaitFor,
)
from desktop_agent.instant.keys import MODIFIERS, parse_keys
from desktop_agent.instant.phrases import (
    NEEDS_QUOTES,
    NUMBER,
    Found,
    Phrase,
    Rule,
    number,
    repeated,
    rule,
    scroll,
    wait,
)
from desktop_agent.instant.quoting import MARK

Match = re.Match[str]

POLITE_START = re.compile(
    r"(?:(?:please|pls|kindly|can you|could you|would you|will you|now|next|first|finally|also|just|and|"
    r"go ahead and|i want you to|i(?:'d| would) like you to|let's)\b[\s,]*)+",
    re.IGNORECASE,
)
POLITE_END = re.compile(r"(?:[\s,]+(?:please|pls|for me|now|thanks|thank you))+$", re.IGNORECASE)
QUESTION_START = re.compile(
    r"(?:what|what's|who|whose|where|when|why|how|which|is|are|was|were|does|do|did)\b", re.IGNORECASE
)

MARKED = re.compile(MARK)
_TIMES = rf"(?:\s+(?:(?P<twice>once|twice|thrice)|(?P<times>{NUMBER})\s+times?))?"
_FIELD = r"(?:box|field|area|bar|editor|entry|input|textbox|document|form|cell|window|terminal)"
_SEES = r"(?:it|this|that|here|there|the (?:text|screen|region|picture|image|selection)|everything|all|aloud)"
_VAGUE_TEXT = re.compile(r"(?:an?|the|my|me|your|his|her|our|their|some\w*|what\w*|it|this|that)\b", re.IGNORECASE)
_DESCRIBED = re.compile(r"\b(?:from|in|of|with|at|and|on|for|to|by|about|that)\b", re.IGNORECASE)
_CLICKED_NOT_OPENED = re.compile(r"\b(?:menu|tab|link|icon|button|folder|list|item|entry)s?$", re.IGNORECASE)


def _times(match: Match) -> float:
    return number(match["twice"] or match["times"], 1)


def _click(match: Match, phrase: Phrase) -> Found:
    return repeated(phrase.click_or_choose(match["place"]), _times(match))


def _special_click(match: Match, phrase: Phrase) -> Found:
    place = phrase.place(match["place"])
    kind = match["kind"].lower()
    if not place:
        return None
    button: Button = "right" if kind == "right" else "middle" if kind == "middle" else "left"
    return Click(place, button, 2 if kind == "double" else 1)


def _hover(match: Match, phrase: Phrase) -> Found:
    place = phrase.place(match["place"])
    return Hover(place) if place else None


def _type_quoted(match: Match, phrase: Phrase) -> Found:
    text = phrase.literal(match["text"])
    if not text:
        return None
    if match["place"] is None:
        return Type(text)
    place = phrase.place(match["place"])
    return Type(text, place) if place else None


def _type_bare(match: Match, phrase: Phrase) -> Found:
    words = match["text"].strip()
    parts = re.split(r"\s+into\s+", words, flags=re.IGNORECASE)
    field = re.fullmatch(rf"(.+?)\s+(?:in|on|to|at|inside)\s+((?:the|that|this)\s.*\b{_FIELD})", words, re.IGNORECASE)
    if len(parts) == 1 and field:
        parts = [field[1], field[2]]
    place = phrase.place(parts[1]) if len(parts) == 2 else None
    if len(parts) > 2 or (len(parts) == 2 and not place) or _VAGUE_TEXT.match(parts[0]):
        return NotUnderstood(match[0], NEEDS_QUOTES)
    return Type(parts[0], place)


def _press(match: Match, phrase: Phrase) -> Found:
    words = phrase.quoted.restore(match["keys"])
    keys = parse_keys(re.sub(r"^(?:the\s+)?(?P<k>.+?)(?:\s+keys?)?$", r"\g<k>", words, flags=re.IGNORECASE))
    if keys:
        return repeated(Press(keys), _times(match))
    if re.search(r"\bkeys?$", words, re.IGNORECASE):
        return NotUnderstood(match[0], f"I don't know the key “{words}”.")
    is_place = match["verb"].lower() == "press" or words.lower().endswith(" button") or MARKED.fullmatch(match["keys"])
    return repeated(phrase.click_or_choose(match["keys"]), _times(match)) if is_place else None


def _bare_keys(match: Match, phrase: Phrase) -> Found:
    keys = parse_keys(match["keys"])
    return Press(keys) if keys and (keys == ("enter",) or keys[0] in MODIFIERS) else None


def _scroll(match: Match, phrase: Phrase) -> Found:
    words = match.groupdict()
    direction: Direction = words["direction"].lower()  # type: ignore[assignment]  # the pattern allows no other
    clicks = {"bit": 2, "little": 2, "lot": 20}.get((words["amount"] or "").lower()) or number(words["count"], 5)
    over = words["place"] or words["before"]
    place = phrase.place(over) if over else None
    if over and not place:
        return None
    return scroll(direction, clicks, place)


def _wait(match: Match, phrase: Phrase) -> Found:
    return wait(number(match["count"], 1) * (60 if (match["unit"] or "").startswith("min") else 1))


def _wait_for(match: Match, phrase: Phrase) -> Found:
    place = phrase.place(match["place"])
    return WaitFor(place) if place else None


def _open(match: Match, phrase: Phrase) -> Found:
    path = phrase.path(match["name"])
    if path:
        return Choose(path)
    if _DESCRIBED.search(match["name"]):
        return None
    name = phrase.place(re.sub(r"\s+(?:app|application|program)$", "", match["name"], flags=re.IGNORECASE))
    if not name:
        return None
    return Click(name) if _CLICKED_NOT_OPENED.search(name) else Open(name)


def _choose(match: Match, phrase: Phrase) -> Found:
    return None if re.match(r"all\b", match["place"], re.IGNORECASE) else phrase.click_or_choose(match["place"])


def _choose_from(match: Match, phrase: Phrase) -> Found:
    menu, item = phrase.place(match["menu"]), phrase.place(match["item"])
    return Choose((menu, item)) if menu and item else None


def _drag(match: Match, phrase: Phrase) -> Found:
    start, end = phrase.place(match["start"]), phrase.place(match["end"])
    return Drag(start, end) if start and end else None


def _read(match: Match, phrase: Phrase) -> Found:
    words = match["place"]
    if words is None or re.fullmatch(_SEES, words.strip(), re.IGNORECASE):
        return Read()
    if re.search(r"\b(?:and|from|about)\b", words, re.IGNORECASE):
        return None
    place = phrase.place(words)
    return Read(place) if place else None


VERBATIM = (rule(rf"type(?:\s+in)?:?\s+(?P<text>[^{MARK[1:]}+)", _type_bare),)
"""Rules for a clause with nothing taken off its end, since each character may be meant."""

RULES: tuple[Rule, ...] = (
    rule(r"(?P<kind>double|right|middle)[ -]?click(?:\s+(?:on|at))?\s+(?P<place>.+)", _special_click),
    rule(
        r"(?:click|choose|select|pick)(?:\s+on)?\s+(?P<item>.+?)\s+(?:from|in|under|of)\s+the\s+(?P<menu>.+?)\s+menu",
        _choose_from,
    ),
    rule(rf"(?:(?:left|single)[ -]?)?(?:click|tap)(?:\s+(?:on|at))?\s+(?P<place>.+?){_TIMES}", _click),
    rule(
        r"(?:hover(?:\s+(?:over|on|at))?|point(?:\s+(?:at|to))|"
        r"move\s+(?:the\s+)?(?:mouse|pointer|cursor)\s+(?:to|over|onto|on))\s+(?P<place>.+)",
        _hover,
    ),
    rule(
        rf"(?:type|write|enter|input|insert|put)(?:\s+in)?(?:\s+the)?(?:\s+(?:text|words?|lines?|following))?:?\s*"
        rf"(?P<text>{MARK})(?:\s*(?:into|in|to|on|at|inside)\s+(?P<place>.+))?",
        _type_quoted,
    ),
    rule(rf"(?:fill(?:\s+in)?|set)\s+(?P<place>.+?)\s+(?:with|to)\s+(?P<text>{MARK})", _type_quoted),
    rule(rf"(?:into|in)\s+(?P<place>.+?),?\s+(?:type|write|enter|input)\s*(?P<text>{MARK})", _type_quoted),
    rule(rf"(?P<verb>press|hit|push|strike)(?:\s+on)?\s+(?P<keys>.+?){_TIMES}", _press),
    rule(r"(?:the\s+)?(?P<keys>\S.{0,30}?)(?:\s+key)?", _bare_keys),
    rule(
        rf"scroll\s+(?:(?P<before>.+?)\s+)??(?P<direction>up|down|left|right)(?:wards?)?"
        rf"(?:\s+a\s+(?P<amount>bit|little|lot)|(?:\s+by)?\s+(?P<count>{NUMBER})(?:\s+(?:clicks?|notch(?:es)?|steps?|"
        r"times?|lines?))?)?(?:\s+(?:in|over|on|at|inside)\s+(?P<place>.+))?",
        _scroll,
    ),
    rule(
        rf"wait(?:\s+for)?(?:\s+(?P<count>{NUMBER}|half\s+a)\s*(?P<unit>s|secs?|seconds?|min|mins|minutes?))?"
        r"|(?:wait\s+a\s+(?:bit|moment))",
        _wait,
    ),
    rule(
        r"wait\s+(?:for|until|till)\s+(?P<place>.+?)(?:\s+(?:to\s+|has\s+)?(?:appears?|appeared|shows?(?:\s+up)?|"
        r"opens?|is\s+(?:there|visible|shown)))?",
        _wait_for,
    ),
    rule(r"(?:open|launch|start(?!\s+the\b))(?:\s+up)?\s+(?P<name>.+)", _open),
    rule(r"(?:select|choose|pick)\s+(?P<place>.+)", _choose),
    rule(
        r"go\s+to\s+(?P<place>.+)",
        lambda match, phrase: Choose(path) if (path := phrase.path(match["place"])) else None,
    ),
    rule(r"drag\s+(?P<start>.+?)\s+(?:onto|on\s+to|into|over\s+to|over|to)\s+(?P<end>.+)", _drag),
    rule(r"(?:what\s+does|tell\s+me\s+what)\s+(?P<place>.+?)\s+says?", _read),
    rule(
        r"(?:read(?:\s+(?:me|out|aloud))*(?:\s+(?:what\s+is|what's)\s+(?:written\s+)?(?:in|on))?|"
        r"(?:what\s+is|what's)\s+(?:written|the\s+text)(?:\s+(?:in|on))?|what\s+text\s+is(?:\s+(?:in|on))?)"
        r"(?:\s+(?P<place>.+))?",
        _read,
    ),
)
