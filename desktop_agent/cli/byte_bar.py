"""Shows in a terminal how far a download or a check has come."""

from typing import Any, TextIO

from desktop_agent.model.files.progress import Doing, Stage

DELAY_SECONDS = 1.0
"""What is over sooner shows nothing."""
_WORDS: dict[Doing, str] = {"connect": "Asking for", "download": "Fetching", "check": "Checking"}


class ByteBar:
    """One bar for each file and thing done to it, on `out`, if that is a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bar: Any = None
        self._key: tuple[Doing, str] | None = None

    def show(self, stage: Stage) -> None:
        """Show this stage."""
        if not self._out.isatty():
            return
        if (stage.doing, stage.name) != self._key:
            self._begin(stage)
        if stage.done < self._bar.n:  # It began anew.
            self._begin(stage)
        self._bar.update(stage.done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = self._key = None

    def _begin(self, stage: Stage) -> None:
        from tqdm import tqdm

        self.close()
        self._key = stage.doing, stage.name
        self._bar = tqdm(
            desc=f"{_WORDS[stage.doing]} {stage.name}",
            total=stage.total,
            initial=stage.done,  # so that the speed counts what comes now
            unit="B",
            unit_scale=True,
            delay=DELAY_SECONDS,
            leave=False,
            dynamic_ncols=True,
            file=self._out,
        )
