"""Tasks about numbers: their order, which is the greatest, which are odd, and one that is to be guessed."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import SUBMIT, fill
from desktop_agent.evaluation.oracle.solvers.words import found

LOWEST, HIGHEST = 0, 9
"""What is guessed lies between them."""
FIRST = (LOWEST + HIGHEST) // 2


def next_guess(last: int, higher: bool) -> int:
    """What a binary search guesses after `last`, when the number is higher or lower than that. Each guess stands at one
    place of the search only, so those before it need not be known. What is no guess of it begins it anew."""
    low, high, guess = LOWEST, HIGHEST, FIRST
    while low <= high and guess != last:
        low, high = (guess + 1, high) if last > guess else (low, guess - 1)
        guess = (low + high) // 2
    if guess != last:
        return FIRST
    return (last + 1 + high) // 2 if higher else (low + last - 1) // 2


@solves("ascending-numbers")
def ascending_numbers(page: Page, _: Sequence[Deed]) -> Move:
    """The 1, and then what covers the others, in their order. Each goes away when it is clicked."""
    covers = page.boxes("#area_svg rect")
    return click(covers[0] if covers else page.box("#area_svg text", "1"))


@solves("find-greatest")
def find_greatest(page: Page, _: Sequence[Deed]) -> Move:
    """The card, though it lies face down: what stands on it is in the page."""
    greatest = max(page.boxes("#cardholder .card"), key=lambda card: int(card.text))
    return click(greatest if "hidden" in greatest.attributes["class"] else page.box("#submit"))


@solves("odd-or-even")
def odd_or_even(page: Page, _: Sequence[Deed]) -> Move:
    """Each number's button."""
    columns = [page.boxes(f"#numbers {each}") for each in (".display-number", ".even", ".odd")]
    for number, *buttons in zip(*columns, strict=True):
        button = buttons[int(number.text) % 2]
        if "selected" not in button.attributes["class"]:
            return click(button)
    return click(page.box("#submit"))


@solves("guess-number")
def guess_number(page: Page, _: Sequence[Deed]) -> Move:
    """What the page last said about a guess leads to the next one."""
    said = page.boxes("#higher:not(.hide), #lower:not(.hide)")
    guess = FIRST
    if said:
        last = int(found(r"than (-?\d+)", said[0].text))
        guess = next_guess(last, said[0].attributes["id"] == "higher")
    return fill(page, "#tt", str(guess)) or click(page.box(SUBMIT))


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
