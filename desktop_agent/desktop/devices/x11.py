"""Watching the person's devices under X11."""

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from Xlib import X, error

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop import x11
from desktop_agent.desktop.devices.person import Device, Ours, PersonInput
from desktop_agent.desktop.devices.x11_raw import (
    ALL_DEVICES,
    RawEvent,
    Sources,
    raw_event,
    require_input_2_2,
    select_raw,
)
from desktop_agent.desktop.keyboard.x11_names import name_of


def virtual_devices() -> tuple[str, ...]:
    """See `devices.virtual_devices`."""
    display = x11.open_display()
    try:
        require_input_2_2(display)
        return Sources(display).virtual()
    except error.ConnectionClosedError as problem:
        raise Unavailable("The X11 display went away.", x11.NO_DISPLAY_HINT, str(problem)) from problem
    finally:
        display.close()


class PersonEvents:
    """Finds the person's input among the events of the connection `display`.

    Args:
        devices: the kinds that matter.
        trusted: names of virtual devices that are the person's, see `Sources`.
        ours: whether what came from such a device was sent by the hands.

    Raises:
        Unavailable: the display can't tell the person from a program.
    """

    def __init__(
        self,
        display: Any,
        devices: tuple[Device, ...] = ALL_DEVICES,
        trusted: Sequence[str] = (),
        ours: Ours = lambda *_: False,
    ) -> None:
        self._display = display
        self._ours = ours
        self._sources = Sources(display, trusted)
        self._down: set[int] = set()
        select_raw(display, devices)

    def take(self, event: Any) -> PersonInput | None:
        """What the person did, where `event` tells of that."""
        if event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
        raw = raw_event(event)
        return self._input(raw) if raw is not None and self._is_person(raw) else None

    def trust(self, names: Sequence[str]) -> None:
        """From now on the virtual devices of these names are the person's."""
        self._sources.trusted = tuple(names)

    def _is_person(self, raw: RawEvent) -> bool:
        if not self._sources.is_virtual(raw.source):
            return True
        sent = self._ours(raw.device, raw.pressed, raw.detail)
        return self._sources.is_person(raw.source) and not sent

    def _input(self, raw: RawEvent) -> PersonInput:
        if raw.device == "keyboard":
            (self._down.add if raw.pressed else self._down.discard)(raw.detail)
        keys = tuple(self._names(code) for code in self._down) if raw.pressed else ()
        return PersonInput(raw.device, raw.pressed, time.monotonic(), keys, raw.detail)

    def _names(self, code: int) -> frozenset[str]:
        """What the key is called without modifiers, in each group."""
        return frozenset(name_of(self._display.keycode_to_keysym(code, column)) for column in (0, 2)) - {""}


class X11DeviceWatch:
    """Implements `devices.DeviceWatch`.

    Raises:
        Unavailable: the display can't tell the person from a program.
    """

    def __init__(
        self,
        display: str,
        seen: Callable[[PersonInput], None],
        gone: Callable[[], None],
        broken: Callable[[Exception], None],
        trusted: Sequence[str],
        ours: Ours,
    ) -> None:
        self._display: Any = x11.open_display(display)
        self._seen = seen
        self._gone = gone
        self._broken = broken
        self._events = PersonEvents(self._display, ALL_DEVICES, trusted, ours)
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="device-watch", daemon=True)
        self._thread.start()

    def trust(self, names: Sequence[str]) -> None:
        self._events.trust(names)

    def close(self) -> None:
        os.close(self._stop_writer)
        self._thread.join()
        os.close(self._stop_reader)
        with contextlib.suppress(error.ConnectionClosedError):
            self._display.close()

    def _run(self) -> None:
        try:
            while True:
                while self._display.pending_events():
                    event = self._events.take(self._display.next_event())
                    if event is not None:
                        self._seen(event)
                ready, _, _ = select.select([self._display.fileno(), self._stop_reader], [], [])
                if self._stop_reader in ready:
                    return
        except error.ConnectionClosedError:
            self._gone()
        except Exception as problem:  # noqa: BLE001 # whatever it is: nobody sees the stop keys any more
            self._broken(problem)
