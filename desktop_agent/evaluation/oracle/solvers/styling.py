"""Tasks in which text is given a style."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import found

BUTTONS = {"bold": ".ql-bold", "italics": ".ql-italic", "underlined": ".ql-underline"}
EDITOR = ".ql-editor"
INSET = 12
"""Pixels from the editor's corner to where a click only lets go of what is selected."""
STATE = """
const [start, end, style, color] = arguments;
const characters = editor.getContents().ops.flatMap(
  op => Array.from(op.insert, character => [character, Object.entries(op.attributes || {})]));
const wanted = entry => color ? entry[0] === 'color' && COLOR_MAP[color].includes(entry[1]) : entry[0] === style;
const styled = characters.every(([character, entries], index) => character === '\\n'
  || (index >= start && index < end ? entries.length === 1 && wanted(entries[0]) : entries.length === 0));
const range = editor.selection.savedRange;
return {
  styled, selected: [range.index, range.index + range.length],
  open: document.querySelector('.ql-color').classList.contains('ql-expanded'),
  value: color ? COLOR_MAP[color][0] : '',
};
"""
KEYS = {"bold": "bold", "italics": "italic", "underlined": "underline"}


@solves("text-editor")
def text_editor(page: Page, _: Sequence[Deed]) -> Move:
    """A word or all of it, in a style or a colour."""
    said, text = page.utterance, str(page.evaluate("return editor.getText()")).rstrip("\n")
    style, color = asked(said)
    start, end = (0, len(text)) if "everything" in said else word_in(text, found(r"the text (\S+) the", said))
    state = page.evaluate(STATE, start, end, KEYS.get(style, ""), color)
    if state["styled"]:
        return click(page.box(SUBMIT))
    first, last = state["selected"]
    if (first, last) == (start, end):
        return _apply(page, style, state["open"], state["value"])
    if first != last:  # a drag that begins in it would move it
        area = page.box(EDITOR).region
        return click(Point(area.right - INSET, area.bottom - INSET))
    return drag(*page.span(f"{EDITOR} p", start, end))


def _apply(page: Page, style: str, is_open: bool, color: str) -> Move:
    if not color:
        return click(page.box(BUTTONS[style]))
    return click(page.box(f'.ql-color [data-value="{color}"]' if is_open else ".ql-color .ql-picker-label"))


def asked(said: str) -> tuple[str, str]:
    """The style and the colour that are asked for, one of which is empty."""
    if "the color" in said:
        return "", found(r"the color (\w+)", said)
    return found(r"the style (\w+)", said), ""


def word_in(text: str, word: str) -> tuple[int, int]:
    """Where the first word of a text is that reads so.

    Raises:
        Lost: none does.
    """
    start = 0
    for each in text.split(" "):
        if each == word:
            return start, start + len(word)
        start += len(each) + 1
    raise Lost(f"there is no word {word}")
