"""Tasks with boxes in many colours."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import found


@solves("click-color")
def click_color(page: Page, _: Sequence[Deed]) -> Move:
    """The box of the colour that is named, or shown."""
    shown = page.boxes("#query-color")
    wanted = found(r"background-color: (\w+)", shown[0].attributes["style"]) if shown else page.box("#query span").text
    return click(page.box(f'#area [data-color="{wanted}"]'))


@solves("click-shades")
def click_shades(page: Page, _: Sequence[Deed]) -> Move:
    """All of the colour, and no others."""
    wanted = found(r"shades of (\w+)", page.utterance)
    for shade in page.boxes("#area span"):
        if (shade.attributes["data-color"] == wanted) is not ("class" in shade.attributes):
            return click(shade)
    return click(page.box("#submit"))
