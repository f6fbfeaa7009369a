"""Tasks that are done with one click on what the page names."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted

CROSS = ".ui-dialog-titlebar-close"
GRID_POINT = r"(\(-?\d,-?\d\))"


@solves("click-test", "click-test-2", "click-test-transfer")
def click_test(page: Page, _: Sequence[Deed]) -> Move:
    """The button with the id that all of them share."""
    return click(page.box("#subbtn"))


@solves("click-button", "unicode-test")
def click_button(page: Page, _: Sequence[Deed]) -> Move:
    """The button that reads so."""
    return click(page.box("#area button", quoted(page.utterance)))


@solves("focus-text")
def focus_text(page: Page, _: Sequence[Deed]) -> Move:
    """The only field."""
    return click(page.box("#tt"))


@solves("focus-text-2")
def focus_text_2(page: Page, _: Sequence[Deed]) -> Move:
    """The field at that place."""
    return click(page.boxes("#area input")[ORDINALS[found(r"the (\w+) input", page.utterance)]])


@solves("click-button-sequence")
def click_button_sequence(page: Page, _: Sequence[Deed]) -> Move:
    """The one, then the other. What was clicked is in the page, though it doesn't show."""
    return click(page.box("#subbtn2" if page.evaluate("return buttonsPushed.length") else "#subbtn"))


@solves("click-link")
def click_link(page: Page, _: Sequence[Deed]) -> Move:
    """The link that reads so."""
    return click(page.box("#area .alink", quoted(page.utterance)))


@solves("click-dialog")
def click_dialog(page: Page, _: Sequence[Deed]) -> Move:
    """The dialog's cross."""
    return click(page.box(CROSS))


@solves("click-dialog-2")
def click_dialog_2(page: Page, _: Sequence[Deed]) -> Move:
    """The dialog's button that reads so, or its cross."""
    name = quoted(page.utterance)
    return click(page.box(CROSS) if name == "x" else page.box(".ui-dialog-buttonset button", name))


@solves("click-widget")
def click_widget(page: Page, _: Sequence[Deed]) -> Move:
    """The first one of that kind."""
    return click(page.box(f'#area [data-type="{quoted(page.utterance)}"]'))


@solves("grid-coordinate")
def grid_coordinate(page: Page, _: Sequence[Deed]) -> Move:
    """The point of the grid."""
    return click(page.box(f'#area circle[id="{found(GRID_POINT, page.utterance)}"]'))
