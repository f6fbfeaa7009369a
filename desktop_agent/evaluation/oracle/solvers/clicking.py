"""Tasks that are done with one click on what the page names."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import ORDINALS, found, quoted


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
