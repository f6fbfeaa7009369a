"""The clipboard while its owner is slow: what is pasted must never stay there."""

import select
import threading
import time
from collections.abc import Iterator

import pytest
from Xlib import X, Xatom
from Xlib.protocol import event

from desktop_agent.core.errors import Refused, Stopped
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard import x11 as clipboard_x11
from desktop_agent.desktop.clipboard.x11 import X11Clipboard
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import wait_until

PIECE_SECONDS = 0.3
"""Shorter than what one piece may take (OWNER_SECONDS), so only a limit on the whole ends the reading."""


class SlowOwner:
    """Owns CLIPBOARD, and sends its content in pieces of one byte without an end (INCR)."""

    def __init__(self, display: str) -> None:
        self._display = x11.open_display(display)
        self._window = self._display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self._selection = self._display.intern_atom("CLIPBOARD")
        self._window.set_selection_owner(self._selection, X.CurrentTime)
        self._display.sync()
        self.lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._display.close()

    def _run(self) -> None:
        asked: event.SelectionRequest | None = None
        while not self._over.is_set():
            select.select([self._display.fileno()], [], [], 0.05)
            while self._display.pending_events():
                each = self._display.next_event()
                if each.type == X.SelectionClear:
                    self.lost.set()
                elif each.type == X.SelectionRequest:
                    asked = each if self._begin(each) else asked
                elif asked is not None and each.type == X.PropertyNotify and each.state == X.PropertyDelete:
                    self._over.wait(PIECE_SECONDS)
                    asked.requestor.change_property(asked.property, Xatom.STRING, 8, b"x")
                    self._display.flush()

    def _begin(self, request: event.SelectionRequest) -> bool:
        """Answer; whether pieces must follow."""
        targets = request.target == self._display.intern_atom("TARGETS")
        if targets:
            request.requestor.change_property(request.property, Xatom.ATOM, 32, [Xatom.STRING])
        else:
            request.requestor.change_attributes(event_mask=X.PropertyChangeMask)
            request.requestor.change_property(request.property, self._display.intern_atom("INCR"), 32, [1])
        names = ("time", "requestor", "selection", "target", "property")
        request.requestor.send_event(event.SelectionNotify(**{name: getattr(request, name) for name in names}))
        self._display.flush()
        return not targets


@pytest.fixture
def owner(on_desktop: PrivateDisplay) -> Iterator[SlowOwner]:
    owner = SlowOwner(on_desktop.name)
    yield owner
    owner.close()


@pytest.fixture
def clipboard(on_desktop: PrivateDisplay) -> Iterator[X11Clipboard]:
    clipboard = X11Clipboard(on_desktop.name)
    yield clipboard
    clipboard.close()


def test_an_owner_that_never_ends_does_not_hold_the_paste(owner: SlowOwner, clipboard: X11Clipboard) -> None:
    started = time.monotonic()
    clipboard.offer("text", 0, lambda: None)
    assert time.monotonic() - started < clipboard_x11.OFFER_SECONDS
    assert owner.lost.wait(1)
    clipboard.withdraw()
    wait_until(lambda: not clipboard.keeps_content, 5, "the text to go")


def test_a_text_whose_offer_took_too_long_does_not_stay(
    owner: SlowOwner, clipboard: X11Clipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard_x11, "OFFER_SECONDS", 0.3)
    with pytest.raises(Refused):
        clipboard.offer("what nobody may paste", 0, lambda: None)
    assert not owner.lost.is_set()
    assert owner.lost.wait(10)  # it is taken after all
    wait_until(lambda: not clipboard.keeps_content, 5, "the text to go")


def test_a_stop_ends_the_waiting_for_a_slow_owner(owner: SlowOwner, clipboard: X11Clipboard) -> None:
    def check() -> None:
        raise Stopped("you pressed the stop keys")

    started = time.monotonic()
    with pytest.raises(Stopped):
        clipboard.offer("what nobody may paste", 0, check)
    assert time.monotonic() - started < 1
    assert owner.lost.wait(10)  # it is taken after all
    wait_until(lambda: not clipboard.keeps_content, 5, "the text to go")
