"""How other tools replay a job: pyautogui with the recorded coordinates, xdotool with fixed sleeps."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import ClickAt, Raw, run_xdotool

PAUSE_SECONDS = 0.5
"""Between two things that pyautogui does, so that it never fails for want of time alone."""
_CHILD = """
import json, sys
import pyautogui
pyautogui.FAILSAFE = False
for line in sys.stdin:
    deed = json.loads(line)
    if "text" in deed:
        pyautogui.write(deed["text"])
    else:
        pyautogui.click(deed["x"], deed["y"])
    print("done", flush=True)
"""


class Pyautogui:
    """A process that does what it is told at the coordinates that it is told."""

    def __init__(self, display: PrivateDisplay) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            env=display.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def replay(self, raw: Sequence[Raw], before_press: Callable[[Point], None]) -> None:
        """Do all of it. `before_press` is called right before each press."""
        for deed in raw:
            if isinstance(deed, ClickAt):
                before_press(deed.point)
                self._do({"x": deed.point.x, "y": deed.point.y})
            else:
                self._do({"text": deed.text})
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        self._process.communicate()

    def _do(self, deed: dict[str, object]) -> None:
        pipes = self._process.stdin, self._process.stdout
        if pipes[0] is None or pipes[1] is None:
            raise RuntimeError("subprocess gave no pipes")
        pipes[0].write(json.dumps(deed) + "\n")
        pipes[0].flush()
        if pipes[1].readline() != "done\n":
            raise RuntimeError("pyautogui ended early")


def xdotool(display: PrivateDisplay, raw: Sequence[Raw], sleep: float) -> None:
    """Replay it as one script of xdotool, with `sleep` seconds after each thing but the last."""
    run_xdotool(display, list(_script(raw, sleep)))


def _script(raw: Sequence[Raw], sleep: float) -> Iterator[str]:
    for number, deed in enumerate(raw):
        if number:
            yield from ("sleep", f"{sleep:.3f}")
        if isinstance(deed, ClickAt):
            yield from ("mousemove", str(deed.point.x), str(deed.point.y), "click", "1")
        else:
            yield from _typed(deed.text)


def _typed(text: str) -> Iterator[str]:
    """xdotool loses the line ends in what it types."""
    for number, line in enumerate(text.split("\n")):
        if number:
            yield from ("key", "Return")
        yield from ("type", "--delay", "0", "--args", "1", line)
