"""Tasks in which what is looked for shows only once something is opened: a section, a tab, a menu, a folder."""

from collections.abc import Callable, Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, hover
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT
from desktop_agent.evaluation.oracle.solvers.words import found, quoted

BRANCH = """
const names = Array.from(document.querySelectorAll('#tree span'));
const item = names.find(each => each.textContent === arguments[0])?.closest('li');
const branch = [];
for (let at = item; at; at = at.parentElement.closest('li')) {
  branch.unshift(names.indexOf(at.querySelector(':scope > span')));
}
return branch;
"""


def step_into(path: Sequence[Box], into: Callable[[Box], Move]) -> Move:
    """Click what stands at the end of a path; where it doesn't show, `into` the last of those before it that does.

    Raises:
        Lost: nothing of the path shows, or it is empty.
    """
    shown = [each for each in path if each.point is not None]
    if not shown:
        raise Lost("nothing on the way shows")
    return click(shown[-1]) if shown[-1] is path[-1] else into(shown[-1])


@solves("click-collapsible", "click-collapsible-nodelay")
def click_collapsible(page: Page, _: Sequence[Deed]) -> Move:
    """The only section, opened."""
    closed = page.box("#area > div").region.empty
    return click(page.box("#area h3") if closed else page.box(SUBMIT))


@solves("click-collapsible-2", "click-collapsible-2-nodelay", "click-tab-2", "click-tab-2-hard")
def click_link_in_section(page: Page, _: Sequence[Deed]) -> Move:
    """The link that is named, once its section is open."""
    name = quoted(page.utterance)
    for number, header in enumerate(page.boxes("#area h3, #area li a"), start=1):
        section = f"#area > div:nth-of-type({number})"
        for link in page.boxes(f"{section} .alink"):
            if link.text == name:
                return click(header if page.box(section).region.empty else link)
    raise Lost(f"no section has the link {name}")


@solves("click-tab-2-medium")
def click_tab_2_medium(page: Page, deeds: Sequence[Deed]) -> Move:
    """The link that is named; where the first tab hasn't got it, the second tab."""
    name = quoted(page.utterance)
    if any(link.text == name for link in page.boxes("#area .alink")):
        return click_link_in_section(page, deeds)
    return click(page.boxes("#area li a")[1])


@solves("click-menu")
def click_menu(page: Page, _: Sequence[Deed]) -> Move:
    """The entry at the end of the path. Those before it open where the pointer rests on them; a click would choose
    them."""
    names = found(r"Select (.*)", page.utterance).split(">")
    return step_into([page.box("#menu .ui-menu-item > div", name) for name in names], hover)


@solves("navigate-tree")
def navigate_tree(page: Page, _: Sequence[Deed]) -> Move:
    """The first file or folder of that name, once the folders that hold it are open."""
    names = page.boxes("#tree span")
    return step_into([names[index] for index in page.evaluate(BRANCH, quoted(page.utterance))], click)


@solves("click-tab")
def click_tab(page: Page, _: Sequence[Deed]) -> Move:
    """The tab that is named."""
    return click(page.box("#area ul a", found(r"Click on (.*)\.", page.utterance)))


@solves("click-tab-2-easy")
def click_tab_2_easy(page: Page, _: Sequence[Deed]) -> Move:
    """The word that is a link, on the only tab."""
    return click(page.box(".alink", quoted(page.utterance)))


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
