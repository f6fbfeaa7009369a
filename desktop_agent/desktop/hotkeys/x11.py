"""Hotkeys under X11: XGrabKey, which tells when a combination is taken, and XInput 2 raw events, which tell whose key
it was."""

import contextlib
import itertools
import logging
import os
import queue
import select
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from Xlib import X, error

from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.desktop import x11
from desktop_agent.desktop.devices.person import PersonInput
from desktop_agent.desktop.devices.x11 import PersonEvents
from desktop_agent.desktop.hotkeys import HotkeyTaken
from desktop_agent.desktop.keyboard import x11_names
from desktop_agent.desktop.keyboard.names import MODIFIERS, combination_text, parse_combination

_KEYSYMS = {
    "alt": (x11_names.ALT, 0xFFEA),
    "super": (x11_names.SUPER, 0xFFEC),
    "altgr": (x11_names.LEVEL3,),
    "numlock": (x11_names.NUM_LOCK,),
}

ALIVE_SECONDS = 1.0
"""How often whoever waits for a job looks whether the thread still lives."""

log = logging.getLogger(__name__)


@dataclass
class _Hotkey:
    keys: tuple[str, ...]
    callback: Callable[[], None]
    codes: frozenset[int] = frozenset()
    modifiers: frozenset[int] = field(default_factory=frozenset)
    """All states that count, with and without the locks."""


class X11Hotkeys:
    """Implements `Hotkeys` on a connection and thread of its own. Only that thread touches the connection: python-xlib
    can lose the answer that one thread waits for when another one reads events meanwhile. `trusted` as in
    `Settings.trusted_devices`.

    Raises:
        Unavailable: no display, or one that can't tell the person from a program.
    """

    def __init__(self, display: str = "", trusted: Sequence[str] = ()) -> None:
        self._display: Any = x11.open_display(display)
        self._root = self._display.screen().root
        self._person = PersonEvents(self._display, ("keyboard",), trusted)
        self._pressed: PersonInput | None = None
        self._hotkeys: list[_Hotkey] = []
        self._jobs: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._closing = False
        self._wake_reader, self._wake_writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="hotkeys", daemon=True)
        self._thread.start()

    def register(self, combination: str, callback: Callable[[], None]) -> None:
        keys = parse_combination(combination)
        if all(key in MODIFIERS for key in keys):
            raise UsageError(f"{combination!r} has modifiers only.", 'Add a key, like "ctrl+alt+a".')
        self._in_thread(lambda: self._add(keys, callback))

    def unregister(self, combination: str) -> None:
        keys = parse_combination(combination)
        self._in_thread(lambda: self._remove(keys))

    def close(self) -> None:
        self._closing = True
        os.write(self._wake_writer, b"!")
        self._thread.join()
        os.close(self._wake_writer)
        os.close(self._wake_reader)
        with contextlib.suppress(error.ConnectionClosedError):
            self._display.close()  # which ends the grabs

    def _in_thread(self, job: Callable[[], None]) -> None:
        """Do `job` in the connection's thread, and wait for it; what it raises is raised here."""
        if threading.current_thread() is self._thread:
            job()
            return
        done: Future[None] = Future()
        self._jobs.put((job, done))
        os.write(self._wake_writer, b"!")
        while not done.done():
            if not self._thread.is_alive():
                raise Unavailable("The connection to the display is gone.", "Start Desktop Agent again.")
            with contextlib.suppress(TimeoutError):
                done.result(ALIVE_SECONDS)
        done.result()

    def _add(self, keys: tuple[str, ...], callback: Callable[[], None]) -> None:
        if any(each.keys == keys for each in self._hotkeys):
            raise _taken(keys)
        hotkey = _Hotkey(keys, callback)
        if not self._grab(hotkey):
            self._ungrab(hotkey)
            raise _taken(keys)
        self._hotkeys.append(hotkey)

    def _remove(self, keys: tuple[str, ...]) -> None:
        for hotkey in [each for each in self._hotkeys if each.keys == keys]:
            self._ungrab(hotkey)
            self._hotkeys.remove(hotkey)

    def _grab(self, hotkey: _Hotkey) -> bool:
        """Grab with and without the locks; False when another client has one of these."""
        hotkey.codes, hotkey.modifiers = self._codes(hotkey.keys), self._states(hotkey.keys)
        failed = error.CatchError(error.BadAccess)
        for code, state in itertools.product(hotkey.codes, hotkey.modifiers):
            self._root.grab_key(code, state, False, X.GrabModeAsync, X.GrabModeAsync, onerror=failed)
        self._display.sync()
        return failed.get_error() is None

    def _ungrab(self, hotkey: _Hotkey) -> None:
        for code, state in itertools.product(hotkey.codes, hotkey.modifiers):
            self._root.ungrab_key(code, state)
        self._display.sync()

    def _codes(self, keys: tuple[str, ...]) -> frozenset[int]:
        """The keycodes of the key that isn't a modifier.

        Raises:
            UsageError: several such keys, or none on this keyboard.
        """
        plain = [key for key in keys if key not in MODIFIERS]
        if len(plain) != 1:
            raise UsageError(f"{combination_text(keys)} has several keys.", 'Use one key with modifiers: "ctrl+alt+a".')
        found = self._display.keysym_to_keycodes(x11_names.keysym_of(plain[0]))
        codes = frozenset(int(code) for code, level in found if level % 2 == 0)
        if not codes:
            raise UsageError(f"This keyboard has no key {plain[0]!r}.", "Choose another hotkey.")
        return codes

    def _states(self, keys: tuple[str, ...]) -> frozenset[int]:
        bits = {"shift": X.ShiftMask, "ctrl": X.ControlMask} | {name: self._modifier(name) for name in _KEYSYMS}
        wanted = 0
        for key in keys:
            wanted |= bits[key] if key in MODIFIERS else 0
        locks = (0, X.LockMask, bits["numlock"], X.LockMask | bits["numlock"])
        return frozenset(wanted | lock for lock in locks)

    def _modifier(self, name: str) -> int:
        """The modifier bit that a key of that name sets; 0 when there is none."""
        codes = {code for keysym in _KEYSYMS[name] for code, _ in self._display.keysym_to_keycodes(keysym)}
        rows = self._display.get_modifier_mapping()
        return next((1 << row for row, row_codes in enumerate(rows) if codes & set(row_codes)), 0)

    def _run(self) -> None:
        try:
            while not self._closing:
                self._do_jobs()
                while self._display.pending_events():  # also those that came with a job's answers
                    self._handle(self._display.next_event())
                ready, _, _ = select.select([self._display.fileno(), self._wake_reader], [], [])
                if self._wake_reader in ready:
                    os.read(self._wake_reader, 64)
        except error.ConnectionClosedError:
            log.info("the display is gone, and the hotkeys with it")

    def _do_jobs(self) -> None:
        while not self._jobs.empty():
            job, done = self._jobs.get()
            try:
                job()
            except Exception as problem:  # noqa: BLE001 - raised where the job was ordered
                done.set_exception(problem)
            else:
                done.set_result(None)

    def _handle(self, event: Any) -> None:
        seen = self._person.take(event)
        if seen is not None and seen.pressed:
            self._pressed = seen
        elif event.type == X.KeyPress:
            self._fire(event.detail, event.state)
        elif event.type == X.MappingNotify:
            self._follow_layout()

    def _fire(self, code: int, state: int) -> None:
        """The raw event of the same press came just before. It is used up, so that a held key does not fire again."""
        pressed, self._pressed = self._pressed, None
        found = [each for each in self._hotkeys if code in each.codes and state & 0xFF in each.modifiers]
        for hotkey in found:
            if pressed is None or pressed.code != code or not pressed.holds(hotkey.keys):
                log.info("%s was not pressed by the person; ignored", combination_text(hotkey.keys))
                continue
            try:
                hotkey.callback()
            except Exception:
                log.exception("the action of %s failed", combination_text(hotkey.keys))

    def _follow_layout(self) -> None:
        """The keys may be elsewhere now."""
        for hotkey in self._hotkeys:
            with contextlib.suppress(UsageError):  # this layout lacks the key; the old one may come back
                if self._codes(hotkey.keys) != hotkey.codes:
                    self._ungrab(hotkey)
                    if not self._grab(hotkey):
                        log.warning("%s is taken in this layout", combination_text(hotkey.keys))


def _taken(keys: tuple[str, ...]) -> HotkeyTaken:
    return HotkeyTaken(
        f"The hotkey {combination_text(keys)} is used by another program.", "Choose another one in the settings."
    )
