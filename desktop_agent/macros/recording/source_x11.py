"""The person's input under X11: raw events of XInput 2.2, which tell the person's devices from a program's."""

import contextlib
import os
import select
import threading
import time
from collections.abc import Sequence
from typing import Any

from Xlib import X, error

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.desktop import x11
from desktop_agent.desktop.devices.x11_raw import RawEvent, Sources, raw_event, select_raw
from desktop_agent.desktop.keyboard.x11_map import KeyMap
from desktop_agent.desktop.keyboard.x11_written import Writing
from desktop_agent.macros.recording.events import Button, Focused, Key, Motion, Read, Repeat, Take
from desktop_agent.macros.recording.x11_repeat import key_repeat

DRAG_SECONDS = 0.02
"""How often a mouse that drags is asked where it is."""
_WRAP = 1 << 32
"""The server counts its milliseconds in 32 bits."""


class X11Source:
    """Implements `events.Source`. Raw events have no place and no modifiers: the pointer is asked for with each press,
    on the same connection, which takes a tenth of a millisecond; which keys are down is counted along. That another
    window has the keyboard is known from the property of the root window in which the manager says so (EWMH): its
    changes come on the same connection, between the keys before and after.

    Args:
        display: the X11 display; empty for $DISPLAY.
        trusted: names of virtual devices that are the person's, with * and ?.

    Raises:
        Unavailable: no display, or one that can't tell the person from a program.
    """

    def __init__(self, display: str = "", trusted: Sequence[str] = ()) -> None:
        self.read = Read()
        self.problem = ""
        self._places = x11.Connection(display)
        self._display: Any = x11.open_display(display)
        self._root = self._display.screen().root
        self.repeat: Repeat = key_repeat(self._display)
        self._sources = Sources(self._display, trusted)
        select_raw(self._display, ("mouse", "keyboard"), releases=True)
        self._active_atom = self._display.intern_atom("_NET_ACTIVE_WINDOW")
        self._active: int | None = None
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        self._writing = Writing(self._keymap())
        self._keys_down = self._already_down()
        self._buttons_down: set[int] = set()
        self._dragged_at = 0.0
        self._clock = _Clock()
        self._closed = False
        self._wake_reader, self._wake_writer = os.pipe()
        self._thread: threading.Thread | None = None

    def start(self, take: Take) -> None:
        self._thread = threading.Thread(target=self._run, args=(take,), name="recording-source", daemon=True)
        self._thread.start()

    def pointer(self) -> Point:
        if self._closed:
            raise Unavailable("The recording has ended.")
        with self._places.use() as display:
            return _point(display.screen().root.query_pointer())

    def focus(self) -> int:
        if self._closed:
            return 0  # the last keys are looked after without it
        with self._places.use() as display:
            found = display.get_input_focus().focus  # a number where it is no window
            return 0 if isinstance(found, int) or found == display.screen().root else int(found.id)

    def close(self) -> None:
        self._closed = True
        if self._thread is not None:
            os.write(self._wake_writer, b"!")
            self._thread.join()
        os.close(self._wake_writer)
        os.close(self._wake_reader)
        self._places.close()
        with contextlib.suppress(error.ConnectionClosedError, OSError):
            self._display.close()

    def _run(self, take: Take) -> None:
        try:
            self._tell_active(time.monotonic(), take)
            ending = False
            while not ending:
                ready, _, _ = select.select([self._display.fileno(), self._wake_reader], [], [])
                ending = self._wake_reader in ready
                if ending:
                    self._display.sync()  # what was done until now is read, too
                self._drain(take)
        except error.ConnectionClosedError:
            self.problem = "The display went away."
        except Exception as problem:  # noqa: BLE001 # whatever it is: nothing more comes, and that is told
            self.problem = f"Your input can't be read any more: {problem!r}"

    def _drain(self, take: Take) -> None:
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
                self._writing.keymap = self._keymap()
                continue
            if event.type == X.PropertyNotify:
                if event.atom == self._active_atom:
                    self._tell_active(self._clock.seconds(event.time), take)
                continue
            raw = raw_event(event)
            if raw is not None:
                self._take(raw, take)

    def _take(self, raw: RawEvent, take: Take) -> None:
        if not self._sources.is_person(raw.source):
            self.read.others += 1
            return
        at = self._clock.seconds(raw.time)
        if raw.device == "keyboard":
            event: Key | Button | Motion | None = self._key(raw, at)
        elif raw.detail:
            event = self._button(raw, at)
        else:
            event = self._motion(at)
        if event is None:
            self.read.wander += 1
            return
        self.read.events += 1
        take(event)

    def _tell_active(self, at: float, take: Take) -> None:
        """Nothing where no manager says which window it is."""
        told = x11.numbers(self._root, "_NET_ACTIVE_WINDOW")
        if told and told[0] != self._active:
            self._active = told[0]
            take(Focused(at, told[0]))

    def _key(self, raw: RawEvent, at: float) -> Key:
        number, code = self.read.events, raw.detail
        if not raw.pressed:
            self._keys_down.discard(code)
            return Key(number, at, False, code)
        self._keys_down.add(code)
        written = self._writing.press(code, self._keys_down, self._root.query_pointer().mask)
        return Key(number, at, True, code, written.name, written.text, written.types, written.held)

    def _button(self, raw: RawEvent, at: float) -> Button:
        (self._buttons_down.add if raw.pressed else self._buttons_down.discard)(raw.detail)
        held = self._writing.modifiers(self._keys_down)
        place = _point(self._root.query_pointer())
        return Button(self.read.events, at, raw.pressed, raw.detail, place, held)

    def _motion(self, at: float) -> Motion | None:
        if not self._buttons_down or at < self._dragged_at + DRAG_SECONDS:
            return None
        self._dragged_at = at
        return Motion(self.read.events, at, _point(self._root.query_pointer()))

    def _keymap(self) -> KeyMap:
        info = self._display.display.info
        first, count = info.min_keycode, info.max_keycode - info.min_keycode + 1
        rows = self._display.get_keyboard_mapping(first, count)
        symbols = {first + index: tuple(row) for index, row in enumerate(rows)}
        return KeyMap(symbols, [tuple(row) for row in self._display.get_modifier_mapping()])

    def _already_down(self) -> set[int]:
        bits = self._display.query_keymap()
        return {code for code in range(len(bits) * 8) if bits[code >> 3] >> (code & 7) & 1}


class _Clock:
    """Turns the server's milliseconds into `time.monotonic` seconds: at the shortest way that an event took until now,
    so that a late reader does not move what happened. Never later than now, and never back."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._before = 0
        self._rounds = 0
        self._latest = 0.0

    def seconds(self, milliseconds: int) -> float:
        if milliseconds < self._before - _WRAP // 2:
            self._rounds += 1
        self._before = milliseconds
        told = (self._rounds * _WRAP + milliseconds) / 1000
        offset = time.monotonic() - told
        self._offset = offset if self._offset is None else min(offset, self._offset)
        self._latest = max(self._latest, told + self._offset)
        return self._latest


def _point(answer: Any) -> Point:
    return Point(int(answer.root_x), int(answer.root_y))
