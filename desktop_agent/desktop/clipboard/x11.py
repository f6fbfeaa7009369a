"""Pasting under X11: a thread owns CLIPBOARD and PRIMARY while a text is pasted, and then puts the old content back."""

import contextlib
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

from Xlib import error

from desktop_agent.core.errors import Refused, Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard.x11_owner import QUIET_SECONDS, SelectionOwner

OFFER_SECONDS = 5.0
_POLL_SECONDS = 0.02


class X11Clipboard:
    """Implements `clipboard.Clipboard`.

    Raises:
        Unavailable: the display can't be reached.
    """

    def __init__(self, display: str) -> None:
        self._display: Any = x11.open_display(display)
        self._wake_reader, self._wake_writer = os.pipe()
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._owner = SelectionOwner(self._display)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="clipboard", daemon=True)
        self._thread.start()

    @property
    def keeps_content(self) -> bool:
        return self._owner.keeps_content

    def offer(self, text: str, pid: int, check: Callable[[], None]) -> None:
        done: Future[None] = Future()

        def run() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                self._owner.offer(text, pid)
            except Exception as problem:  # noqa: BLE001 # handed to the caller's thread
                done.set_exception(problem)
            else:
                done.set_result(None)

        self._call(run)
        try:
            self._await(done, check)
        except error.ConnectionClosedError as problem:
            raise Unavailable("The X11 display went away.", details=str(problem)) from problem

    def _await(self, done: Future[None], check: Callable[[], None]) -> None:
        deadline = time.monotonic() + OFFER_SECONDS
        try:
            while not wait((done,), _POLL_SECONDS).done:
                check()
                if time.monotonic() > deadline:
                    raise Refused("The clipboard could not be taken, so the text was not pasted.", "Try again.")
        except BaseException:
            if not done.cancel():
                self.withdraw()  # it is under way and may succeed yet: the text must not stay there
            raise
        done.result()

    def taken(self) -> bool:
        return self._owner.taken.is_set()

    def withdraw(self) -> None:
        self._call(self._owner.withdraw)

    def close(self) -> None:
        self._closing = True
        self._call(lambda: None)
        self._thread.join()
        os.close(self._wake_reader)
        os.close(self._wake_writer)
        with contextlib.suppress(error.ConnectionClosedError):
            self._display.close()

    def _call(self, call: Callable[[], None]) -> None:
        self._calls.put(call)
        os.write(self._wake_writer, b"!")

    def _run(self) -> None:
        try:
            while not self._closing:
                self._owner.tick()
                self._display.flush()
                while self._display.pending_events():  # last, since flushing reads events as well
                    self._owner.handle(self._display.next_event())
                timeout = QUIET_SECONDS / 4 if self._owner.restoring else None
                ready, _, _ = select.select([self._display.fileno(), self._wake_reader], [], [], timeout)
                if self._wake_reader in ready:
                    os.read(self._wake_reader, 64)
                while not self._calls.empty():
                    self._calls.get()()
        except error.ConnectionClosedError:
            return  # the server is gone, and with it every selection
