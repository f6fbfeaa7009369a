"""Tasks whose answer has to be read off the page, or worked out, and typed."""

import re
from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill
from desktop_agent.evaluation.oracle.solvers.words import found


def answer(page: Page, css: str, text: str) -> Move:
    """What brings a field closer to holding `text` and being submitted."""
    return fill(page, css, text) or click(page.box(SUBMIT))


def table(page: Page) -> dict[str, str]:
    """A table of names and what stands beside each."""
    cells = [each.text.strip() for each in page.boxes("#tab td")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


@solves("find-word")
def find_word(page: Page, _: Sequence[Deed]) -> Move:
    """The word at that place, without its punctuation."""
    place = int(found(r"the (\d+)\w+ word", page.utterance))
    word = page.box("#area p").text.split()[place - 1]
    return answer(page, "#answer-input", word.strip(".,"))


@solves("read-table")
def read_table(page: Page, _: Sequence[Deed]) -> Move:
    """What stands beside the name."""
    name = found(r"the value of (.*) into", page.utterance)
    return answer(page, "#tt", table(page)[name])


@solves("simple-algebra")
def simple_algebra(page: Page, _: Sequence[Deed]) -> Move:
    """The x for which the equation holds."""
    return answer(page, "#math-answer", str(solution(page.box("#math-problem").text)))


@solves("simple-arithmetic")
def simple_arithmetic(page: Page, _: Sequence[Deed]) -> Move:
    """The result."""
    return answer(page, "#math-answer", str(result(page.box("#math-problem").text)))


@solves("visual-addition")
def visual_addition(page: Page, _: Sequence[Deed]) -> Move:
    """How many blocks there are on both sides."""
    return answer(page, "#math-answer", str(len(page.boxes("#math-problem .addition-block"))))


def solution(equation: str) -> int:
    """The x of an equation such as "x - 3 = 12" or "3 + x = 12".

    Raises:
        Lost: it is of another form.
    """
    match = re.fullmatch(r"(x|\d+) ([+-]) (x|\d+) = (\d+)", equation.strip())
    if match is None or (match[1] == "x") is (match[3] == "x"):
        raise Lost(f"“{equation}” is no equation in x")
    right = int(match[4])
    if match[1] == "x":
        return right - int(match[3]) if match[2] == "+" else right + int(match[3])
    return right - int(match[1]) if match[2] == "+" else int(match[1]) - right


def result(problem: str) -> int:
    """What a problem such as "3 x 4 =" comes to.

    Raises:
        Lost: it is of another form.
    """
    match = re.fullmatch(r"(\d+) ([+x-]) (\d+) =", problem.strip())
    if match is None:
        raise Lost(f"“{problem}” is no sum, difference or product")
    left, right = int(match[1]), int(match[3])
    return {"+": left + right, "-": left - right, "x": left * right}[match[2]]


@solves("text-transform")
def text_transform(page: Page, _: Sequence[Deed]) -> Move:
    """The letters that stand askew."""
    return answer(page, "#tt", "".join(page.box("#captcha").text.split()))


@solves("read-table-2")
def read_table_2(page: Page, _: Sequence[Deed]) -> Move:
    """The cells beside the two headings."""
    values = table(page)
    for number in (1, 2):
        move = fill(page, f"#tt{number}", values[page.box(f"#ll{number}").text.strip().rstrip(":")])
        if move is not None:
            return move
    return click(page.box(SUBMIT))
