"""A desktop that changes under an action: what the tests and the bench of it share."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from desktop_agent.core.actions import StepResult
from desktop_agent.core.desktop import Scope, Window
from desktop_agent.desktop import x11
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.desk import Desk
from tests.desktop.hands_support import PlainWindow
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.spine_support import Spine, screen_scope, window_scope

FORM = "300,200,500,400"
TEXT = "the quick brown fox jumps over the lazy dog, and on it goes. " * 10
"""400 characters of it are typed."""


@dataclass
class Scene:
    """A form that is to be acted on, and whatever gets in its way."""

    display: PrivateDisplay
    desk: Desk
    folder: Path
    window: Window
    stack: ExitStack

    def spine(self, within: str = "window") -> Spine:
        scope: Scope = window_scope(self.window) if within == "window" else screen_scope(self.desk)
        return Spine(self.desk, self.folder, scope)

    def place(self, spine: Spine, name: str) -> list[int]:
        """Where an element of the form is, in thousandths of the latest picture."""
        view = spine.toolbox.gallery.get().picture.view
        assert view is not None
        (region,) = (each.region for each in self.desk.elements.tree(self.window).elements if each.name == name)
        return list(view.to_thousandths(region.center))

    def held(self) -> dict[str, object]:
        """What the form holds."""
        found: dict[str, object] = json.loads((self.folder / "state.json").read_text("utf-8"))
        return found

    def close(self) -> None:
        """End the form."""
        close_app(self.display, self.window)

    def move(self) -> None:
        """Move the form beyond where it was."""
        self._xdotool("windowmove", str(self.window.id), "1000", "600")
        wait_until(lambda: (now := self.desk.windows.get(self.window.id)) and now.region.x > 900)

    def minimise(self) -> None:
        self._xdotool("windowminimize", str(self.window.id))
        wait_until(lambda: self.desk.windows.get(self.window.id) is None)

    def cover(self) -> None:
        """Put another program's window over it. `intruder` is its log."""
        self._intruder(FORM)

    def steal(self) -> None:
        """Give the keyboard to another program's window beside it."""
        self._intruder("1000,600,200,200")

    def intruded(self) -> list[str]:
        """What the other program's window was sent."""
        log = self.folder / "Intruder.log"
        return log.read_text().splitlines() if log.exists() else []

    def _intruder(self, geometry: str) -> None:
        intruder = PlainWindow(self.display, self.folder, "Intruder", "--geometry", geometry)
        self.stack.callback(intruder.close)
        assert self.desk.windows.activate(intruder.window.id)

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.display.environment, check=True)


@contextmanager
def opened_scene(display: PrivateDisplay, desk: Desk, folder: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        window = open_app(display, qt_command("Form", FORM, folder / "state.json"), "Form")
        stack.callback(lambda: close_app(display, window) if psutil.pid_exists(window.pid) else None)
        assert desk.windows.activate(window.id)
        yield Scene(display, desk, folder, window, stack)


class Thief:
    """Takes the keyboard with a window of its own, and counts the keys that it gets.

    Args:
        display: ":N".
        managed: whether the window manager manages it, and gives it the keyboard; else it takes it by itself.
    """

    def __init__(self, display: str, managed: bool) -> None:
        from Xlib import X

        self._display = x11.open_display(display)
        self._managed = managed
        screen = self._display.screen()
        self._window = screen.root.create_window(
            1300, 700, 200, 150, 0, screen.root_depth,
            background_pixel=0x993333, event_mask=X.KeyPressMask, override_redirect=not managed,
        )  # fmt: skip
        self._window.set_wm_name("Thief")

    def take(self) -> None:
        """Come, and take the keyboard."""
        from Xlib import X

        self._window.map()
        if not self._managed:
            self._window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()

    def keys(self) -> int:
        """How many key presses came."""
        from Xlib import X

        self._display.sync()
        count = 0
        while self._display.pending_events():
            count += self._display.next_event().type == X.KeyPress
        return count

    def close(self) -> None:
        self._display.close()


class Interruption:
    """Calls `act` once `plain` was sent at least `after` keys, on a thread; leave the block to have it ended."""

    def __init__(self, plain: PlainWindow, after: int, act: Callable[[], object]) -> None:
        self._plain, self._after, self._act = plain, after, act
        self._over = threading.Event()
        self.acted = False
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Interruption":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            if self._plain.count("key") >= self._after:
                self._act()
                self.acted = True
                return
            time.sleep(0.001)


@dataclass(frozen=True)
class Typed:
    """How a typing ended that was disturbed: what was reported, and how many keys came where."""

    result: StepResult
    target: int
    thief: int
    disturbed: bool

    @property
    def reported(self) -> int:
        """How many characters are said to have been typed; -1 where all of them."""
        _, _, rest = self.result.message.rpartition("(")
        return int(rest.split(" of ")[0]) if " of 400 characters typed" in rest else -1


WAYS = ("new window", "popup", "minimised")
"""How the keyboard is taken: by a window that the window manager gives it to, by one that takes it, or by going."""


def type_disturbed(spine: Spine, plain: PlainWindow, way: str, after: int = 16, tries: int = 5) -> Typed:
    """Type 400 characters into `plain`; when `after` of them came the keyboard is taken in one of `WAYS`. A try that
    was over before is another one."""
    minimise = ["xdotool", "windowminimize", str(plain.window.id)]
    for _ in range(tries):
        assert spine.desk.windows.activate(plain.window.id)
        thief = Thief(plain.display.name, managed=way == "new window")
        take = partial(subprocess.run, minimise, env=plain.display.environment) if way == "minimised" else thief.take
        try:
            typed = _type(spine, plain, thief, after, take)
        finally:
            thief.close()
        if typed.disturbed and typed.target < 400:
            return typed
    raise AssertionError("it was never disturbed in the middle")


def _type(spine: Spine, plain: PlainWindow, thief: Thief, after: int, act: Callable[[], object]) -> Typed:
    before = plain.count("key")
    with Interruption(plain, before + after, act) as interruption:
        result = spine.step("type", content=TEXT[:400])
    settled = -1
    while (count := plain.count("key")) != settled:  # What was sent may still be on its way.
        settled = count
        time.sleep(0.2)
    return Typed(result, count - before, thief.keys(), interruption.acted)
