"""Going round in circles, and what only looks like it."""

import itertools
import re

import pytest

from desktop_agent.model.answer import CIRCLE_IN_ANSWER, CIRCLE_IN_REASONING, SLIP_IN_REASONING
from desktop_agent.model.repetition import LONGEST, TIMES, RepetitionGuard

_PIECES = re.compile(r" ?[A-Za-z]+|[0-9]{1,3}|\n+| {2,}|[^\w\s]{1,3}|.")
"""About what byte pair encodings make: words, three digits, three signs."""

LEGITIMATE = {
    "dots": "\n".join(f"Chapter {number} {'.' * 60} {number * 7}" for number in range(1, 25)),
    "a line of signs": "=" * 400 + "\nTitle\n" + "-" * 400,
    "a table": "| Name | Width | Height |\n|---|---|---|\n" + "".join(
        f"| Window {number} | {number * 13} | {number * 7} |\n" for number in range(60)
    ),
    "an empty table": "| Name | Width | Height |\n|---|---|---|\n" + "|      |       |        |\n" * 25,
    "zeros": "[" + ", ".join(["0"] * 150) + "]",
    "a list of objects": ",\n".join(f'{{"id": {number}, "x": {number * 11}, "shown": true}}' for number in range(60)),
    "a song": "\n".join(f"Verse {number} tells of town {number}.\n" + "Row, row, row. " * 4 for number in range(9)),
    "steps": "\n".join(f"{number}. Click the button {number} and wait until it is green." for number in range(40)),
    "a program": "\n".join(f"    values.append(make_value({number}))" for number in range(60)),
    "counting": " ".join(map(str, range(900))),
}  # fmt: skip


def noticed(guard: RepetitionGuard, tokens: list[int]) -> int | None:
    """With which token, from 1 on."""
    return next((count for count, token in enumerate(tokens, 1) if guard.add(token)), None)


def tokens_of(text: str) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(piece, len(numbers)) for piece in _PIECES.findall(text)]


@pytest.mark.parametrize("period", [1, 2, 7, 50, 64, 100, 333, LONGEST])
def test_any_period_is_noticed_after_so_many_tokens(period: int) -> None:
    before = list(range(5000, 5100))
    circles = list(itertools.islice(itertools.cycle(range(period)), 5000))
    assert noticed(RepetitionGuard(200), before + circles) == 100 + max(200, TIMES * period)


def test_too_long_a_period_is_not() -> None:
    assert noticed(RepetitionGuard(200), [*range(LONGEST + 1)] * 5) is None


def test_what_ends_in_time_is_no_circle() -> None:
    guard = RepetitionGuard(200)
    for first in range(0, 5000, 100):
        assert noticed(guard, [first] * 199) is None
    assert noticed(guard, [7] * 200) == 200


@pytest.mark.parametrize("slip", [None, 8])
def test_a_counter_in_each_round_hides_the_circle_only_from_the_exact_guard(slip: int | None) -> None:
    rounds = [token for number in range(100) for token in (1000 + number, *range(20))]
    found = noticed(RepetitionGuard(192, slip), rounds)
    assert found is None if slip is None else found is not None and found < 600


@pytest.mark.parametrize("name", LEGITIMATE)
def test_what_repeats_for_a_reason_is_left_alone(name: str) -> None:
    tokens = tokens_of(LEGITIMATE[name])
    assert len(tokens) > 130
    assert noticed(RepetitionGuard(CIRCLE_IN_ANSWER), tokens) is None


@pytest.mark.parametrize("name", ["dots", "a table", "a list of objects", "steps", "counting", "a program"])
def test_reasoning_may_list_things(name: str) -> None:
    tokens = tokens_of(LEGITIMATE[name])[:400]
    assert noticed(RepetitionGuard(CIRCLE_IN_REASONING, SLIP_IN_REASONING), tokens) is None


@pytest.mark.parametrize(
    "text", [" I click it.", "Wait, the key may be elsewhere. Let me look at the picture again.\n"]
)
def test_sentences_that_come_again_and_again_are_noticed(text: str) -> None:
    tokens = tokens_of(text * 200)
    assert noticed(RepetitionGuard(CIRCLE_IN_ANSWER), tokens) == CIRCLE_IN_ANSWER
    assert noticed(RepetitionGuard(CIRCLE_IN_REASONING, SLIP_IN_REASONING), tokens) == CIRCLE_IN_REASONING
