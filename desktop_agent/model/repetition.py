"""Notices when a model goes round in circles."""

from collections import defaultdict, deque

LONGEST = 1024
"""Tokens of the longest period that is noticed: a page."""
TIMES = 3


class RepetitionGuard:
    """Notices when tokens repeat, whatever the period up to `LONGEST`: `TIMES` times, and `least` tokens long.

    What repeats for good reasons (a table's empty rows, dots, zeros of a list) ends some time, so `least` must be
    longer than that.

    Args:
        least: tokens.
        slip: how many repeated tokens a different one costs. None begins anew after each, so that only what repeats
            exactly counts; else a counter or another word in each round doesn't hide the circle.
    """

    def __init__(self, least: int, slip: int | None = None) -> None:
        self._least, self._slip = least, slip
        self._count = 0
        self._places: defaultdict[int, deque[int]] = defaultdict(lambda: deque(maxlen=LONGEST))
        """Where each token stood, latest last."""
        self._repeated: dict[int, int] = {}
        """For each period, how many of the last tokens stood one period earlier too."""

    def add(self, token: int) -> bool:
        """Take the next token; whether the last ones go in circles."""
        places, before = self._places[token], self._repeated
        self._repeated = {}
        for place in reversed(places):
            period = self._count - place
            if period > LONGEST:
                break
            self._repeated[period] = before.get(period, 0) + 1
        if self._slip is not None:
            for period, count in before.items():
                if period not in self._repeated and count > self._slip:
                    self._repeated[period] = count - self._slip
        places.append(self._count)
        self._count += 1
        return any(count + period >= max(self._least, TIMES * period) for period, count in self._repeated.items())
