"""Owning CLIPBOARD and PRIMARY while a text is pasted, and serving the old content afterwards (ICCCM 2)."""

import contextlib
import threading
import time
from typing import Any

from Xlib import X, Xatom, error
from Xlib.protocol import event
from Xlib.protocol import request as requests

from desktop_agent.core.errors import Refused
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard.x11_content import KEPT_TARGETS, Format, SelectionReader

QUIET_SECONDS = 0.1
"""The old content comes back when the program did not ask for this long: some ask several times, and a Chromium page
whose second request was refused hung for good."""
PIECE = 200_000
"""Bytes in one request; the protocol allows 256 KB."""
_TEXT_TARGETS = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "TEXT")
_KEEP_OUT = "x-kde-passwordManagerHint"
"""Clipboard managers that know it don't record what carries it."""


class SelectionOwner:
    """The selections' state. All but the events and flags belongs to the clipboard's thread."""

    def __init__(self, display: Any) -> None:
        self._display = display
        screen = display.screen()
        self._window = screen.root.create_window(-10, -10, 1, 1, 0, screen.root_depth)
        self._window.change_attributes(event_mask=X.PropertyChangeMask)
        self._reader = SelectionReader(display, self._window, self.handle)
        self._selections = (display.intern_atom("CLIPBOARD"), display.intern_atom("PRIMARY"))
        self._text_targets = tuple(display.intern_atom(name) for name in _TEXT_TARGETS)
        self._served: dict[int, dict[int, Format]] = {}
        self._aside: dict[int, dict[int, Format]] = {}
        self._pid = 0
        self._last_request = 0.0
        self._since = X.CurrentTime
        self.taken = threading.Event()
        self.restoring = False

    @property
    def keeps_content(self) -> bool:
        return any(self._served.values())

    def offer(self, text: str, pid: int) -> None:
        if not self._aside:
            self._aside = {each: self._content(each) for each in self._selections}
        self.restoring = False
        self._pid = pid
        self.taken.clear()
        self._since = self._server_time()
        for each in self._selections:
            self._served[each] = self._text(text)
            self._window.set_selection_owner(each, self._since)
        owners = [self._display.get_selection_owner(each) for each in self._selections]
        if any(owner == X.NONE or owner.id != self._window.id for owner in owners):
            self.withdraw()
            raise Refused("Another program keeps the clipboard, so the text was not pasted.", "Try again.")

    def withdraw(self) -> None:
        self.restoring = bool(self._aside)
        self._last_request = max(self._last_request, time.monotonic())

    def tick(self) -> None:
        """Put the old content back when it is time."""
        if not self.restoring or time.monotonic() < self._last_request + QUIET_SECONDS:
            return
        for each in self._selections:
            if each not in self._served:
                continue  # somebody else owns it by now
            content = self._aside.get(each, {})
            self._served[each] = content
            if not content:
                del self._served[each]
                self._give_up(each)
        self._aside = {}
        self.restoring = False

    def handle(self, each: Any) -> None:
        if each.type == X.SelectionRequest:
            with contextlib.suppress(error.XError):
                self._answer(each)
        elif each.type == X.SelectionClear:
            self._served.pop(each.atom, None)

    def _content(self, selection: int) -> dict[int, Format]:
        """What the person has there: ours from an earlier paste, or the owner's."""
        if selection in self._served:
            return self._served[selection]
        primary = selection == self._selections[1]
        return self._reader.read(selection, ("UTF8_STRING", "STRING") if primary else KEPT_TARGETS)

    def _text(self, text: str) -> dict[int, Format]:
        utf8, kind = text.encode("utf-8"), self._display.intern_atom("UTF8_STRING")
        content = {target: Format(kind, 8, utf8) for target in self._text_targets[:3]}
        with contextlib.suppress(UnicodeEncodeError):
            latin = text.encode("latin-1")
            for target in self._text_targets[3:]:
                content[target] = Format(self._text_targets[3], 8, latin)
        hint = self._display.intern_atom(_KEEP_OUT)
        return {**content, hint: Format(hint, 8, b"secret")}

    def _answer(self, request: Any) -> None:
        content = self._served.get(request.selection)
        place = request.property if request.property != X.NONE else request.target
        if content is None or not self._fill(request, place, content):
            place = X.NONE
        answer = event.SelectionNotify(
            time=request.time,
            requestor=request.requestor,
            selection=request.selection,
            target=request.target,
            property=place,
        )
        request.requestor.send_event(answer)
        self._display.flush()
        # Others, such as clipboard managers, may ask as often as they like: that says nothing about the paste.
        if self._pid in (0, x11.process_of(self._display, request.requestor.id)):
            self._last_request = time.monotonic()
            if not self.restoring and request.target in self._text_targets and place != X.NONE:
                self.taken.set()

    def _fill(self, request: Any, place: int, content: dict[int, Format]) -> bool:
        """Write what was asked for into the requestor's property; False when we don't have it."""
        atom = self._display.intern_atom
        if request.target == atom("TARGETS"):
            targets = [atom("TARGETS"), atom("TIMESTAMP"), *content]
            request.requestor.change_property(place, Xatom.ATOM, 32, targets)
        elif request.target == atom("TIMESTAMP"):
            request.requestor.change_property(place, Xatom.INTEGER, 32, [self._since])
        elif request.target in content:
            self._write(request.requestor, place, content[request.target])
        else:
            return False
        return True

    def _write(self, window: Any, place: int, content: Format) -> None:
        """In pieces: one request can't carry more than 256 KB, but a property can."""
        width = content.width // 8
        for start in range(0, max(1, len(content.data)), PIECE):
            piece = content.data[start : start + PIECE]
            mode = X.PropModeAppend if start else X.PropModeReplace
            value = (
                piece
                if width == 1
                else [int.from_bytes(piece[at : at + width], "little") for at in range(0, len(piece), width)]
            )
            window.change_property(place, content.kind, content.width, value, mode)
            self._display.sync()

    def _give_up(self, selection: int) -> None:
        requests.SetSelectionOwner(display=self._display.display, window=X.NONE, selection=selection, time=self._since)

    def _server_time(self) -> int:
        """The server's clock, from the event that an empty append to a property brings (ICCCM 2.1)."""
        place = self._display.intern_atom("DESKTOP_AGENT_TIME")
        self._window.change_property(place, Xatom.STRING, 8, b"", X.PropModeAppend)
        changed = self._reader.next(lambda each: each.type == X.PropertyNotify and each.atom == place)
        if changed is None:
            raise Refused("The display is too slow to paste anything.", "Try again.")
        return int(changed.time)
