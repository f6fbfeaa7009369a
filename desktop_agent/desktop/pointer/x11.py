"""The mouse under X11: check and press on one connection, under one server grab."""

import time
from collections.abc import Sequence

from desktop_agent.core.actions import Click, Drag, Move, Scroll
from desktop_agent.core.errors import TargetChanged
from desktop_agent.core.geometry import Point
from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.x11_changes import Unanswered, X11Changes
from desktop_agent.desktop.hands.x11_grab import GrabExpired, ServerGrab
from desktop_agent.desktop.hands.x11_input import X11Input
from desktop_agent.desktop.hands.x11_manager import X11Manager
from desktop_agent.desktop.hands.x11_target import Mismatch, X11Target

BUTTONS = {"left": 1, "middle": 2, "right": 3}
WHEEL = {"up": 4, "down": 5, "left": 6, "right": 7}
DRAG_STEPS = 12
DRAG_STEP_SECONDS = 0.012
"""Toolkits begin a drag after some motion, and find its target from motion events: one jump is not a drag."""


class X11Pointer:
    """Acts on the connection of `events`."""

    def __init__(self, events: X11Input, grab: ServerGrab, target: X11Target) -> None:
        self._events = events
        self._grab = grab
        self._target = target
        self._manager = X11Manager(events.display)
        self._changes = X11Changes(events.display, self._manager)

    def move(self, job: Job, move: Move) -> None:
        """Hover.

        Raises:
            TargetChanged, Refused, Stopped, GateClosed: nothing was moved.
        """
        self._guarded(job, move.point, 0)

    def click(self, job: Job, click: Click, held: Sequence[int] = ()) -> None:
        """Press and release, as often as asked; each press is checked.

        Args:
            job: on its way.
            click: where and how.
            held: the keycodes of the click's modifiers, which are down while the button is.

        Raises:
            TargetChanged: also between the clicks; the details say how many were made.
            Refused, Stopped, GateClosed: likewise.
        """
        for number in range(click.count):
            done = f"{number} of {click.count} clicks made"
            self._press(job, click.point, BUTTONS[click.button], done, tap=True, held=held)
            if job.astray:
                break
        job.clicked = True

    def scroll(self, job: Job, scroll: Scroll, held: Sequence[int] = ()) -> None:
        """Turn the wheel, each notch checked.

        Args:
            job: on its way.
            scroll: where and how far.
            held: the keycodes of its modifiers, which are down at each notch.

        Raises:
            TargetChanged, Refused, Stopped, GateClosed: the details say how many notches were turned.
        """
        for number in range(scroll.clicks):
            done = f"{number} of {scroll.clicks} notches turned"
            self._guarded(job, scroll.point, WHEEL[scroll.direction], done, tap=True, held=held)

    def drag(self, job: Job, drag: Drag, held: Sequence[int] = ()) -> None:
        """Press at the start, move in steps, release at the end; both ends are checked.

        Args:
            job: on its way.
            drag: from where to where.
            held: the keycodes of its modifiers, which are down until the button is released.

        Raises:
            TargetChanged: at the start nothing was pressed; at the end the button was released back at the start.
            Refused, Stopped, GateClosed: likewise.
        """
        button, start, end = BUTTONS[drag.button], drag.start, drag.end
        self._check_end(job, end, "nothing pressed")
        self._press(job, start, button, "nothing pressed", held=held)
        arrived = False
        try:
            if not job.astray:
                self._travel(job, start, end)
                self._release_at_end(job, end, button, held)
                arrived = True
        finally:
            if not arrived:
                self._events.motion(start.x, start.y)
                self._release(button, held)
        job.clicked = True

    def _travel(self, job: Job, start: Point, end: Point) -> None:
        for step in range(1, DRAG_STEPS + 1):
            job.check()
            x = start.x + (end.x - start.x) * step // DRAG_STEPS
            y = start.y + (end.y - start.y) * step // DRAG_STEPS
            self._events.motion(x, y)
            self._events.display.flush()
            time.sleep(DRAG_STEP_SECONDS)

    def _press(
        self, job: Job, point: Point, button: int, done: str, tap: bool = False, held: Sequence[int] = ()
    ) -> None:
        """Check and press, with `tap` release too, and then look whether the press may have gone elsewhere."""
        replayed = self._changes.replayed
        if replayed:
            self._manager.wait(job.check)
            self._changes.start()
        try:
            top = self._guarded(job, point, button, done, tap, held)
            if replayed:
                self._look_after(job, point, top, button if tap else 0)
        finally:
            if replayed:
                self._changes.stop()

    def _release(self, button: int, held: Sequence[int]) -> None:
        self._events.button(button, False)
        self._let_go(held)
        self._events.display.sync()

    def _let_go(self, held: Sequence[int]) -> None:
        for code in reversed(held):
            self._events.key(code, False)

    def _guarded(
        self, job: Job, point: Point, button: int, done: str = "", tap: bool = False, held: Sequence[int] = ()
    ) -> int:
        """Check, move there and, where `button` isn't 0, press it, or press and release it with `tap`; the keys with
        the codes `held` before. The top-level window at the point."""

        def act() -> int:
            top = self._target.verify_pointer(job, point)
            job.check()
            self._events.motion(point.x, point.y)
            self._target.require_arrived(point)
            if button:
                self._changes.forget()
                job.begun = True
                for code in held:
                    self._events.key(code, True)
                self._events.button(button, True)
            if tap:
                self._events.button(button, False)
                self._let_go(held)
            self._events.display.sync()
            return top

        job.check()
        try:
            return self._grab.run(act)
        except (Mismatch, GrabExpired) as error:
            raise self._target.explain(error, job, done) from error

    def _look_after(self, job: Job, point: Point, top: int, released: int) -> None:
        """Whether the press may have gone to another window after all, whoever's it is now."""
        try:
            changed, certain = self._changes.over(point, top, job.check, released)
        except Unanswered:
            job.astray = "The window manager did not say where the press went: the click may have gone elsewhere."
            return
        expected = job.expectation
        found, pid = (top, expected.pid) if certain else self._target.at(point)
        if changed and not self._same_program(changed, expected.pid):
            job.astray = "A window came or went at that point while the button was down: the click may have gone there."
        elif found != top and pid != expected.pid:
            job.astray = (
                "Right after the press another program's window lay at that point: the click may have gone there."
            )

    def _same_program(self, window: int, pid: int) -> bool:
        return bool(pid) and self._target.process(window) == pid

    def _check_end(self, job: Job, end: Point, done: str) -> None:
        expected = job.expectation
        found, pid = self._target.at(end)
        window = expected.end_window or expected.window
        if not self._target.belongs(found, window) and pid != expected.pid:
            raise TargetChanged("What lies at the end of the drag has changed.", "Take a new look and try again.", done)
        if pid in job.own:
            raise self._target.own_window()

    def _release_at_end(self, job: Job, end: Point, button: int, held: Sequence[int]) -> None:
        done = "the button was released back at the start"

        def act() -> None:
            self._check_end(job, end, done)
            job.check()
            self._grab.ensure()
            self._events.motion(end.x, end.y)
            self._release(button, held)

        try:
            self._grab.run(act)
        except GrabExpired as error:
            raise self._target.explain(error, job, done) from error
