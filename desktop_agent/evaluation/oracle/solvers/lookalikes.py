"""Tasks beside those that are measured, which are done like them."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, drag, hover
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.dragging import slide
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, enter_text, fill, tick
from desktop_agent.evaluation.oracle.solvers.reaching import reach
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted

RESIZED = """
const area = $('#tt').resizable('instance'), before = area.originalSize, dimension = arguments[0];
return before && before[dimension] ? area.element[dimension]() - before[dimension] : 0;
"""
FLIGHTS = """
return Array.from(document.querySelectorAll('.flight'), each => [
  Number(each.querySelector('[data-price]').dataset.price),
  Number(each.querySelector('[data-duration]').dataset.duration),
]);
"""


@solves("click-tab")
def click_tab(page: Page, _: Sequence[Deed]) -> Move:
    """The tab that is named."""
    return click(page.box("#area ul a", found(r"Click on (.*)\.", page.utterance)))


@solves("click-tab-2-easy")
def click_tab_2_easy(page: Page, _: Sequence[Deed]) -> Move:
    """The word that is a link, on the only tab."""
    return click(page.box(".alink", quoted(page.utterance)))


@solves("enter-text-dynamic")
def enter_text_dynamic(page: Page, done: Sequence[Deed]) -> Move:
    """The word that is quoted."""
    return enter_text(page, done)


@solves("text-transform")
def text_transform(page: Page, _: Sequence[Deed]) -> Move:
    """The letters that stand askew."""
    return fill(page, "#tt", "".join(page.box("#captcha").text.split())) or click(page.box(SUBMIT))


@solves("read-table-2")
def read_table_2(page: Page, _: Sequence[Deed]) -> Move:
    """The cells beside the two headings."""
    cells = [each.text.strip() for each in page.boxes("#tab td")]
    values = dict(zip(cells[::2], cells[1::2], strict=True))
    for number in (1, 2):
        move = fill(page, f"#tt{number}", values[page.box(f"#ll{number}").text.strip().rstrip(":")])
        if move is not None:
            return move
    return click(page.box(SUBMIT))


@solves("click-checkboxes-soft")
def click_checkboxes_soft(page: Page, _: Sequence[Deed]) -> Move:
    """Those that mean what a named word means."""
    named = found(r"similar to (.*) and click Submit", page.utterance).split(", ")
    groups = page.evaluate("return SYNONYMS")
    wanted = {word for group in groups if set(group) & set(named) for word in group}
    return tick(page, "#boxes label", wanted) or click(page.box(SUBMIT))


@solves("generate-number")
def generate_number(page: Page, _: Sequence[Deed]) -> Move:
    """Numbers until one fits."""
    shown, said = page.box("#display-number").text.strip(), page.utterance
    if shown.isdecimal() and fits_words(int(shown), said):
        return click(page.box("#submit"))
    return click(page.box("#generate"))


def fits_words(number: int, said: str) -> bool:
    """Whether a number is odd, even, less or greater, as was asked for."""
    if "odd" in said or "even" in said:
        return number % 2 == ("odd" in said)
    bound = int(found(r"than (\d+)", said))
    return number < bound if "less" in said else number > bound


@solves("use-spinner")
def use_spinner(page: Page, _: Sequence[Deed]) -> Move:
    """The arrows, one step at a time: keys don't reach the field."""
    away = int(found(r"Select (-?\d+)", page.utterance)) - int(page.box("#spinner").value)
    if away:
        return click(page.box(f".ui-spinner-{'up' if away > 0 else 'down'}"))
    return click(page.box(SUBMIT))


@solves("use-slider-2")
def use_slider_2(page: Page, _: Sequence[Deed]) -> Move:
    """Three sliders, one after the other."""
    numbers = found(r"\[(.*)\]", page.utterance).split(",")
    moves = (slide(page, f"#slider-{index}", int(each)) for index, each in enumerate(numbers, 1))
    return next((move for move in moves if move is not None), None) or click(page.box(SUBMIT))


@solves("form-sequence")
def form_sequence(page: Page, _: Sequence[Deed]) -> Move:
    """A slider, then one of three boxes."""
    move = slide(page, "#slider", int(found(r"Select (-?\d+)", page.utterance)))
    if move is not None:
        return move
    wanted = ORDINALS[found(r"the (\w+) checkbox", page.utterance)]
    for index, box in enumerate(page.boxes("#area input[type=checkbox]")):
        if box.checked is not (index == wanted):
            return click(box)
    return click(page.box(SUBMIT))


@solves("form-sequence-3")
def form_sequence_3(page: Page, _: Sequence[Deed]) -> Move:
    """An entry of a list that the page draws itself, then a button."""
    name = found(r"Choose (.*) from the dropdown", page.utterance)
    if page.evaluate("return document.getElementById('dropdown').value") == name:
        return click(page.box("#buttons button", quoted(page.utterance)))
    if page.boxes(".selectric-open"):
        place = [each.text.strip() for each in page.boxes(".selectric-items li")].index(name) + 1
        return reach(page, f".selectric-items li:nth-of-type({place})", ".selectric-scroll")
    return click(page.box(".selectric"))


@solves("resize-textarea")
def resize_textarea(page: Page, _: Sequence[Deed]) -> Move:
    """The corner, away from the text or into it."""
    across, larger = " width is" in page.utterance, "larger" in page.utterance
    by = page.evaluate(RESIZED, "width" if across else "height")
    if by > 0 if larger else by < 0:
        return click(page.box("#submit"))
    corner = page.box(".ui-resizable-se")
    if corner.point is None:
        raise Lost("the corner can't be reached")
    far = 30 if larger else -30
    return drag(corner, Point(corner.point.x + far * across, corner.point.y + far * (not across)))


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


@solves("buy-ticket")
def buy_ticket(page: Page, _: Sequence[Deed]) -> Move:
    """The one that is cheapest, dearest, shortest or longest."""
    said, flights = page.utterance, page.evaluate(FLIGHTS)
    column = [each["duration" in said] for each in flights]
    best = (min if "cheapest" in said or "shortest" in said else max)(column)
    return reach(page, f".flight:nth-of-type({column.index(best) + 1}) .buy-ticket", "#area")


@solves("click-menu-2")
def click_menu_2(page: Page, _: Sequence[Deed]) -> Move:
    """The entry that is named or has that picture, in the menu or the one within."""
    if not any(each.point for each in page.boxes("#menu > li")):
        return click(page.box("#open-menu"))
    icon = page.boxes("#query .ui-icon")
    if icon:
        wanted = "#menu ." + icon[0].attributes["class"].split()[-1]
    else:
        name = found(r'labeled "(.*)"', page.utterance)
        icons = page.boxes("#menu li:not(:has(ul)) .ui-icon")
        texts = [each.text.strip() for each in page.boxes("#menu li:not(:has(ul))")]
        wanted = "#menu ." + icons[texts.index(name)].attributes["class"].split()[-1]
    target = page.box(wanted)
    return click(target) if target.point is not None else hover(page.box("#menu > li:has(ul) > div"))
