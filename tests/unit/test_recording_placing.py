"""Keys that are no typing, and the window that they went to."""

from desktop_agent.macros.recording.jobs import Job
from desktop_agent.macros.recording.placing import PATIENCE_SECONDS, Placing


class Placed:
    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.placing = Placing(self.jobs.append)

    def press(self, number: int) -> None:
        self.placing.take(Job(number, float(number), "keys"))

    @property
    def windows(self) -> list[tuple[int, int]]:
        return [(each.number, each.window) for each in self.jobs]


def test_a_key_goes_to_the_window_that_had_the_keyboard_whatever_it_brings_about() -> None:
    placed = Placed()
    placed.placing.focused(10)
    placed.press(1)
    placed.placing.focused(11)
    placed.press(2)
    assert placed.windows == [(1, 10), (2, 11)]


def test_a_key_that_is_pressed_while_no_window_has_the_keyboard_waits_for_the_one_that_gets_it() -> None:
    placed = Placed()
    placed.placing.focused(10)
    placed.placing.focused(0)  # a dialog has just come
    placed.press(1)
    placed.placing.due(1.1)
    assert (placed.windows, placed.placing.waiting) == ([], 1)
    placed.placing.focused(11)
    placed.placing.focused(10)  # the key closed it
    assert placed.windows == [(1, 11)]


def test_it_waits_for_a_while_only() -> None:
    placed = Placed()
    placed.placing.focused(0)
    placed.press(1)
    assert placed.placing.next_due() == 1 + PATIENCE_SECONDS
    placed.placing.due(1 + PATIENCE_SECONDS)
    assert placed.windows == [(1, 0)]
    assert placed.placing.next_due() is None


def test_where_no_manager_tells_nothing_waits() -> None:
    placed = Placed()
    placed.press(1)
    assert placed.windows == [(1, 0)]
