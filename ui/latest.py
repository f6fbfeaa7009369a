"""What is asked for again and again, each time on a thread of its own: only the latest question's answer counts."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Latest:
    """Lets through what belongs to the latest question. Threads end in any order: an answer that comes late would
    otherwise put what was before in the place of what is."""

    def __init__(self) -> None:
        self._asked = 0

    def ask(self) -> None:
        """From now on no earlier answer counts."""
        self._asked += 1

    def only(self, take: Callable[[T], object]) -> Callable[[T], None]:
        """`take`, for the answer to what is asked now: it does nothing once something else was asked."""
        asked = self._asked

        def take_if_latest(answer: T) -> None:
            if asked == self._asked:
                take(answer)

        return take_if_latest
