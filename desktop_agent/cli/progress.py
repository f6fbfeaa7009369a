"""Shows in a terminal that something takes a while: a line with the seconds, which goes when it is over."""

import threading
from typing import Any, TextIO

DELAY_SECONDS = 1.0
TICK_SECONDS = 0.5


class Waiting:
    """Between `begin` and `end`, from the second second on, a line such as "Thinking 00:07" on `out`, if that is a
    terminal. A model that is loaded from disk and reads a picture may be silent for a minute."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, what: str) -> None:
        """Say `what` is under way; ends what was under way before."""
        self.end()
        if self._out.isatty():
            self._over = threading.Event()
            self._thread = threading.Thread(target=self._tick, args=(what, self._over), name="waiting", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Take the line away."""
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            self._thread = None

    def _tick(self, what: str, over: threading.Event) -> None:
        if over.wait(DELAY_SECONDS):
            return
        from tqdm import tqdm

        bar: Any = tqdm(desc=what, bar_format="{desc} {elapsed}", leave=False, file=self._out)
        while not over.wait(TICK_SECONDS):
            bar.refresh()
        bar.close()
