"""Tasks with fields, boxes to tick, and lists to choose from, that end with a button."""

from collections.abc import Collection, Sequence

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, press, type_text
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted

SUBMIT = "#subbtn"
ALL_SELECTED = "return getSelection().toString() === document.activeElement.value"
"""Fields for numbers don't tell where a selection begins and ends."""


def fill(page: Page, css: str, text: str) -> Move | None:
    """What brings a field closer to holding `text`; None where it does."""
    field = page.box(css)
    if field.value == text:
        return None
    if not field.value:
        return type_text(text, field)
    if not field.focused:
        return click(field)
    if not page.evaluate(ALL_SELECTED):
        return press("ctrl+a")
    return type_text(text) if text else press("delete")


def tick(page: Page, css: str, wanted: Collection[str]) -> Move | None:
    """What brings the boxes within the labels `css` closer to being ticked where the label is `wanted`, and only there;
    None where they are."""
    labels, boxes = page.boxes(css), page.boxes(f"{css} input")
    for label, box in zip(labels, boxes, strict=True):
        if box.checked is not (label.text.strip() in wanted):
            return click(box)
    return None


@solves("enter-text", "enter-text-dynamic")
def enter_text(page: Page, _: Sequence[Deed]) -> Move:
    """The name that is quoted."""
    return fill(page, "#tt", quoted(page.utterance)) or click(page.box(SUBMIT))


@solves("enter-text-2")
def enter_text_2(page: Page, _: Sequence[Deed]) -> Move:
    """The name that is quoted, in upper or lower case."""
    name, upper = quoted(page.utterance), "upper case" in page.utterance
    return fill(page, "#tt", name.upper() if upper else name.lower()) or click(page.box(SUBMIT))


@solves("form-sequence-2")
def form_sequence_2(page: Page, _: Sequence[Deed]) -> Move:
    """One of the radio buttons, and a number in one of the fields; the others stay empty."""
    radio = page.boxes("#area input[type=radio]")[ORDINALS[found(r"the (\w+) radio", page.utterance)]]
    if not radio.checked:
        return click(radio)
    wanted = ORDINALS[found(r"the (\w+) textbox", page.utterance)]
    for index in range(len(page.boxes("#area input[type=text]"))):
        text = quoted(page.utterance) if index == wanted else ""
        if (move := fill(page, f"#input-{index + 1}", text)) is not None:
            return move
    return click(page.box(SUBMIT))


@solves("click-checkboxes", "click-checkboxes-large", "click-checkboxes-transfer")
def click_checkboxes(page: Page, _: Sequence[Deed]) -> Move:
    """Those that are named, or none."""
    names = found(r"Select (.*) and click Submit", page.utterance).split(", ")
    return tick(page, "#area label", names) or click(page.box(SUBMIT))


@solves("click-option")
def click_option(page: Page, _: Sequence[Deed]) -> Move:
    """The one that is named. A radio button is only ever taken back by choosing another one."""
    name = found(r"Select (.*) and click Submit", page.utterance)
    for label, radio in zip(page.boxes("#boxes label"), page.boxes("#boxes input"), strict=True):
        if label.text.strip() == name:
            return click(page.box(SUBMIT)) if radio.checked else click(radio)
    raise Lost(f"there is no {name}")


@solves("choose-list")
def choose_list(page: Page, _: Sequence[Deed]) -> Move:
    """The entry that is named, from the list that opens."""
    name = found(r"Select (.*) from the list", page.utterance)
    return choose(page, "#options", name) or click(page.box("#area button"))


def choose(page: Page, css: str, name: str) -> Move | None:
    """What brings a drop-down list closer to showing `name`; None where it does."""
    options = page.boxes(f"{css} option")
    wanted = next((index for index, each in enumerate(options) if each.text.strip() == name), None)
    if wanted is None:
        raise Lost(f"the list has no {name}")
    if options[wanted].checked:
        return None
    popup = page.popup()
    return click(page.box(css)) if popup is None else click(_entry(popup, len(options), wanted))


def _entry(popup: Rect, count: int, index: int) -> Point:
    """The middle of an entry of an open list, whose entries all have the same height."""
    return Point(popup.center.x, popup.y + round(popup.height * (index + 0.5) / count))


@solves("click-checkboxes-soft")
def click_checkboxes_soft(page: Page, _: Sequence[Deed]) -> Move:
    """Those that mean what a named word means."""
    named = found(r"similar to (.*) and click Submit", page.utterance).split(", ")
    groups = page.evaluate("return SYNONYMS")
    wanted = {word for group in groups if set(group) & set(named) for word in group}
    return tick(page, "#boxes label", wanted) or click(page.box(SUBMIT))


@solves("multi-layouts", "multi-orderings")
def multi_layouts(page: Page, _: Sequence[Deed]) -> Move:
    """Three fields in any order, each with its label."""
    said = page.utterance
    wanted = {
        "Genre": found(r"Search for (.*) movies", said),
        "Director": found(r"directed by (.*) from", said),
        "Year": found(r"year (\d+)", said),
        "Released": found(r"year (\d+)", said),
    }
    rows = "#area :is(p, .row, tr, .field, .ui-entry)"
    for place, row in enumerate(page.boxes(rows), 1):
        text = next(value for name, value in wanted.items() if name in row.text)
        move = fill(page, f"{rows}:nth-child({place}) input", text)
        if move is not None:
            return move
    return click(page.box("#area :is(button, .final, .ui-submit)"))
