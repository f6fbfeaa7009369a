"""The hands of an X11 display: one input connection, and what acts through it."""

from collections.abc import Callable, Sequence
from typing import Any

from desktop_agent.core.actions import Click, Drag, Expectation, Input, InputReport, Move, Press, Scroll, TypeText
from desktop_agent.core.errors import Refused, Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard import Clipboard, open_clipboard
from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.sent import SentInput
from desktop_agent.desktop.hands.x11_grab import ServerGrab
from desktop_agent.desktop.hands.x11_input import X11Input
from desktop_agent.desktop.hands.x11_target import X11Target
from desktop_agent.desktop.keyboard.x11 import X11Keyboard
from desktop_agent.desktop.pointer.x11 import X11Pointer


class X11Hands:
    """Carries inputs out. One thread at a time.

    Args:
        display: ":N".
        journal: what a predecessor that died left down is released at once.
        sent: told of each event before it is sent.

    Raises:
        Unavailable: the display can't be reached, or has no XTEST.
    """

    def __init__(self, display: str, journal: Journal, sent: SentInput | None = None) -> None:
        self._name = display
        self._journal = journal
        connection = x11.open_display(display)
        _require_xtest(connection)
        self._connection = connection
        self._events = X11Input(connection, journal, sent)
        self._events.sweep()
        self._grab = ServerGrab(connection)
        self._target = X11Target(connection, self._grab)
        self._pointer = X11Pointer(self._events, self._grab, self._target)
        self._keyboard = X11Keyboard(self._events, self._grab, self._target, self._open_clipboard)
        self._clipboard: Clipboard | None = None

    @property
    def held(self) -> tuple[str, ...]:
        """What is held down, for people."""
        return tuple(f"{kind} {number}" for kind in ("key", "button") for number in self._journal.held(kind))

    @property
    def keeps_clipboard(self) -> bool:
        """Whether the person's clipboard lives in this process, and would be lost with it."""
        return self._clipboard is not None and self._clipboard.keeps_content

    def perform(
        self, inputs: Sequence[Input], expectation: Expectation, own: frozenset[int], check: Callable[[], None]
    ) -> InputReport:
        """See `core.protocols.Hands.perform`. `check` raises when nothing more may be sent."""
        job = Job(expectation, own, check)
        self._target.prepare(job)
        self._keyboard.wait_for_modifiers(check)
        try:
            for each in inputs:
                self._one(job, each)
                if job.astray or job.mismatch:
                    break
        except Refused as error:
            error.begun = job.begun
            raise
        finally:
            self._events.release_all()
        return job.report

    def release_all(self) -> None:
        self._events.release_all()

    def close(self) -> None:
        self._events.release_all()
        if self._clipboard is not None:
            self._clipboard.close()
        self._grab.close()
        self._connection.close()

    def _one(self, job: Job, each: Input) -> None:
        match each:
            case Move():
                self._pointer.move(job, each)
            case Click():
                self._pointer.click(job, each, self._keyboard.codes(each.keys))
            case Drag():
                self._pointer.drag(job, each, self._keyboard.codes(each.keys))
            case Scroll():
                self._pointer.scroll(job, each, self._keyboard.codes(each.keys))
            case Press():
                self._keyboard.press(job, each)
            case TypeText():
                self._keyboard.type(job, each)

    def _open_clipboard(self) -> Clipboard:
        if self._clipboard is None:
            self._clipboard = open_clipboard(self._name)
        return self._clipboard


def _require_xtest(connection: Any) -> None:
    from Xlib.ext import xtest

    if not connection.has_extension(xtest.extname):
        raise Unavailable("This display has no XTEST extension, so nothing can be pressed on it.", "Use Xorg or Xvfb.")
