"""The task with a terminal, whose keys go to a field that can't be seen."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, press, type_text
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import found

ACTIVE = "return document.getElementById('active-input').textContent"


@solves("terminal")
def terminal(page: Page, _: Sequence[Deed]) -> Move:
    """Delete a file of the kind that is asked for."""
    if not page.box("#terminal-target").focused:
        return click(page.box("#terminal"))
    command, active = f"rm {_file(page)}", page.evaluate(ACTIVE)
    if active == command:
        return press("enter")
    return type_text(command.removeprefix(active)) if command.startswith(active) else press("backspace")


def _file(page: Page) -> str:
    files: list[str] = page.evaluate("return currentFiles")
    extension = "" if "no file extension" in page.utterance else found(r"the extension (\..*)", page.utterance)
    for file in files:
        if may_go(file, extension):
            return file
    raise Lost(f"no file ends with “{extension}” as the page wants it")


def may_go(file: str, extension: str) -> bool:
    """Whether the page takes it for a file with that extension, such as ".sh"; "" is none. It looks only where the
    letters of the extension come first: shark.sh is not to be deleted."""
    if not extension:
        return "." not in file
    letters = extension.removeprefix(".")
    return file.endswith(extension) and file.index(letters) + len(letters) == len(file)
