"""Characters that the layout lacks, on keycodes that it leaves empty."""

import contextlib
from collections.abc import Callable, Iterator

from Xlib import X

from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.x11_input import X11Input
from desktop_agent.desktop.keyboard import x11_names
from desktop_agent.desktop.keyboard.x11_map import Stroke


class SpareKeys:
    """Changes the mapping on the connection of `events`; `settle` waits until the window's program has followed."""

    def __init__(self, events: X11Input, settle: Callable[[Job], None]) -> None:
        self._events = events
        self._display = events.display
        self._settle = settle

    @contextlib.contextmanager
    def writing(self, job: Job, missing: tuple[str, ...], spare: tuple[int, ...]) -> Iterator[dict[str, Stroke]]:
        """Meanwhile keys of `spare` write `missing`: the strokes for them. Both changes of the mapping take effect in a
        program when it has worked off its events, hence the barriers."""
        if not missing:
            yield {}
            return
        codes = neighbours(spare, (len(missing) + 1) // 2)
        strokes: dict[str, Stroke] = {}
        rows: list[list[int]] = []
        for code, first, second in zip(codes, missing[::2], [*missing[1::2], missing[-1]], strict=False):
            strokes.setdefault(first, Stroke(code))
            strokes.setdefault(second, Stroke(code, shift=True))
            rows.append([x11_names.keysyms_of(each)[0] for each in (first, second)])
        job.check()
        try:
            for code in codes:
                self._events.journal.add("spare", code)
            self._map_keys(codes, rows)
            self._settle(job)
            yield strokes
            self._settle(job)
        finally:
            self._map_keys(codes, [[X.NoSymbol, X.NoSymbol]] * len(codes))
            for code in codes:
                self._events.journal.remove("spare", code)

    def _map_keys(self, codes: list[int], rows: list[list[int]]) -> None:
        """One request for each run of neighbouring keycodes."""
        start = 0
        for place in range(1, len(codes) + 1):
            if place == len(codes) or codes[place] != codes[place - 1] + 1:
                self._display.change_keyboard_mapping(codes[start], rows[start:place])
                start = place
        self._display.sync()


def neighbours(codes: tuple[int, ...], count: int) -> list[int]:
    """`count` of the ascending `codes`, side by side where that is possible, so that one request maps them."""
    for start in range(len(codes) - count + 1):
        run = codes[start : start + count]
        if run[-1] - run[0] == count - 1:
            return list(run)
    return list(codes[:count])
