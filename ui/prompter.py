"""Prompts on behalf of worker threads, one at a time: the worker waits, the windows live in the GUI thread."""

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Qt, QThread, Signal

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.desktop.devices import Witness, open_witness
from ui import pictures, pixels
from ui.exposure import Cover, wait_until_gone
from ui.prompt_window import PromptWindow
from ui.ring import Ring

GRACE_SECONDS = 2.0
"""How long the worker waits for the GUI thread beyond the deadline, and for the windows to be hidden."""
LOOK_SECONDS = 0.25
"""How often the worker looks which window has the focus, and whether everything was stopped."""
REPAINT_SECONDS = 0.03
"""For what stands under the window to paint again, where the person has moved it and nothing can be compared."""
_log = logging.getLogger(__name__)


class PromptFailed(Exception):
    """The person could not be asked."""


@dataclass(frozen=True)
class _Answered:
    """What the window answered."""

    value: object


@dataclass
class _Prompt:
    """One prompt on its way through the GUI thread and back. Its window is touched only there.

    `make` makes the window, given the witness of what the person does; it stands beside `target`, on its monitor.
    """

    make: Callable[[Witness | None], PromptWindow]
    target: Rect
    ringed: Rect | None
    witness: Witness | None
    messages: "queue.Queue[_Answered | Literal['focus', 'failed']]" = field(default_factory=queue.Queue)
    hidden: threading.Event = field(default_factory=threading.Event)
    window: PromptWindow | None = None
    window_id: int = 0
    covers: tuple[Cover, ...] = ()
    painted: tuple[Image, Rect] | None = None
    was_active: bool = False


@contextlib.contextmanager
def _witness(trusted: Sequence[str]) -> Iterator[Witness | None]:
    """What tells the person's input from a program's, for one prompt; `trusted` as in `Settings.trusted_devices`.

    Raises:
        PromptFailed: nothing can: an answer could be anybody's.
    """
    try:
        witness = open_witness(trusted)
    except Unavailable as problem:
        raise PromptFailed(f"your input can't be told from a program's: {problem}") from problem
    try:
        yield witness
    finally:
        if witness is not None:
            witness.close()


class Prompter(QObject):
    """Shows a prompt's window, with a ring around its target, and gives back what the person answered.

    Make it in the GUI thread; `ask` is called from others.

    Args:
        screen: to see that the windows are gone before an answer is given.
        windows: to give the focus back.
        stopped: whether everything is stopped, by whomever; the open prompt then answers so. Called from the threads
            that ask.

    Signals:
        opened: the `PromptWindow` that is shown.
    """

    opened = Signal(object)
    _asked = Signal(object)
    _withdrawn = Signal(object)
    _stopping = Signal()

    def __init__(
        self, screen: Screen, windows: Windows, stopped: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._screen = screen
        self._stopped = stopped
        self._windows = windows
        self.trusted: tuple[str, ...] = ()
        """Virtual devices that are the person's, see `Settings.trusted_devices`."""
        self._ring = Ring(screen)
        self._turn = threading.Lock()
        self._open: _Prompt | None = None
        self._closed = threading.Event()
        self._asked.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._withdrawn.connect(self._hide, Qt.ConnectionType.QueuedConnection)
        self._stopping.connect(self._stop, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        make: Callable[[Witness | None], PromptWindow],
        target: Rect,
        deadline: float,
        ringed: Rect | None = None,
    ) -> object:
        """Show the window that `make` makes, and wait for its answer. When this returns, window and ring are gone from
        the screen, and the focus is where it was before the window had it.

        Args:
            make: called in the GUI thread, with what tells the person's input from a program's.
            target: what the window must not hide.
            deadline: `time.monotonic` seconds; the window answers by itself then.
            ringed: what the ring surrounds, if anything.

        Raises:
            TimeoutError: other prompts were open until the deadline.
            PromptFailed: the application ends, or the window could not be shown.
        """
        if QThread.currentThread() is self.thread():
            raise PromptFailed("asked in the GUI thread, which would wait for itself")
        left = deadline - time.monotonic()
        if left <= 0 or not self._turn.acquire(timeout=left):
            raise TimeoutError
        try:
            with _witness(self.trusted) as witness:
                return self._ask(_Prompt(make, target, ringed, witness), deadline)
        finally:
            self._turn.release()

    def focus(self) -> None:
        """Give the open prompt the keyboard, for instance by its hotkey. From any thread."""
        prompt = self._open
        if prompt is not None:
            prompt.messages.put("focus")

    def stop(self) -> None:
        """Let the open prompt answer that all should stop, as when the stop key was pressed. From any thread."""
        self._stopping.emit()

    def close(self) -> None:
        """Fail the open prompt and all later ones. In the GUI thread, when the application ends."""
        self._closed.set()
        if self._open is not None:
            self._fail(self._open)
        self._ring.close()

    def _ask(self, prompt: _Prompt, deadline: float) -> object:
        self._open = prompt
        self._asked.emit(prompt)
        try:
            answer, last_focus = self._wait(prompt, deadline + GRACE_SECONDS)
        finally:
            self._open = None
            self._withdrawn.emit(prompt)
        if not prompt.hidden.wait(GRACE_SECONDS):
            raise PromptFailed("the window could not be hidden")
        if not prompt.covers:
            time.sleep(REPAINT_SECONDS)
        wait_until_gone(lambda: self._remains(prompt))
        if prompt.was_active and last_focus:
            self._windows.activate(last_focus)
        return answer

    def _wait(self, prompt: _Prompt, deadline: float) -> tuple[object, int]:
        """The answer, and the window of someone else that had the focus last."""
        last_focus = 0
        while time.monotonic() < deadline and not self._closed.is_set():
            active = self._windows.active()
            if active is not None and active.pid != os.getpid():
                last_focus = active.id
            if self._stopped():
                self.stop()
            try:
                message = prompt.messages.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if message == "failed":
                break
            if isinstance(message, _Answered):
                return message.value, last_focus
            if prompt.window_id:
                self._windows.activate(prompt.window_id)
        raise PromptFailed("the application ends, or the window could not be shown")

    def _remains(self, prompt: _Prompt) -> bool:
        if prompt.painted is None:
            return False
        return self._ring.remains() or any(cover.remains(self._screen, *prompt.painted) for cover in prompt.covers)

    def _show(self, prompt: _Prompt) -> None:
        try:
            self._open_window(prompt)
        except Exception:  # noqa: BLE001 # the worker waits for an answer, whatever went wrong
            _log.exception("a prompt could not be shown")
            self._fail(prompt)

    def _open_window(self, prompt: _Prompt) -> None:
        if self._closed.is_set() or prompt is not self._open:
            self._fail(prompt)
            return
        window = prompt.window = prompt.make(prompt.witness)
        window.answered.connect(lambda value: self._answered(prompt, value))
        window.place_beside(prompt.target)
        place = pixels.from_qt(window.geometry(), window.screen())
        prompt.covers = Cover.of(self._screen, [place])
        prompt.window_id = int(window.winId())
        if prompt.ringed is not None:
            self._ring.show_at(prompt.ringed, place)
        window.show()
        window.raise_()
        self.opened.emit(window)

    def _answered(self, prompt: _Prompt, value: object) -> None:
        self._hide(prompt)
        prompt.messages.put(_Answered(value))

    def _fail(self, prompt: _Prompt) -> None:
        self._hide(prompt)
        prompt.messages.put("failed")

    def _hide(self, prompt: _Prompt) -> None:
        """Unmap window and ring, once."""
        window, prompt.window = prompt.window, None
        if window is not None:
            prompt.was_active = window.was_active
            place = pixels.from_qt(window.geometry(), window.screen())
            prompt.painted = (pictures.grab_widget(window), place)
            if not all(place.encloses(cover.before.region) for cover in prompt.covers):
                prompt.covers = ()
            self._ring.hide()
            window.hide()
            window.deleteLater()
        prompt.hidden.set()

    def _stop(self) -> None:
        prompt = self._open
        if prompt is not None and prompt.window is not None:
            prompt.window.answer(prompt.window.stopped())
