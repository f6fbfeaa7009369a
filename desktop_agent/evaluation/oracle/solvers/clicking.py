"""Tasks that are done with one click on what the page names."""

import re
from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves


def quoted(utterance: str) -> str:
    """What stands in quotation marks in the page's words.

    Raises:
        Lost: nothing does.
    """
    found = re.search(r'"(.*)"', utterance)
    if found is None:
        raise Lost(f"nothing is quoted in “{utterance}”")
    return found[1]


@solves("click-test", "click-test-2", "click-test-transfer")
def click_test(page: Page, _: Sequence[Deed]) -> Move:
    """The button with the id that all of them share."""
    return click(page.box("#subbtn"))


@solves("click-button")
def click_button(page: Page, _: Sequence[Deed]) -> Move:
    """The button that reads so."""
    return click(page.box("#area button", quoted(page.utterance)))


@solves("focus-text")
def focus_text(page: Page, _: Sequence[Deed]) -> Move:
    """The only field."""
    return click(page.box("#tt"))
