"""XTEST 2.2 FakeInput directed at a device: input that arrives as that device's own.

python-xlib knows only the undirected request, so the events are packed here (xXTestFakeInputReq in X.Org's
xtestproto.h, deviceValuator in XIproto.h).
"""

import struct
from typing import Any

from Xlib.ext import xinput, xtest
from Xlib.protocol import rq

from desktop_agent.core.errors import Unavailable

_KEY_PRESS, _BUTTON_PRESS, _MOTION = 1, 3, 5  # offsets from XInput's first event


class _FakeInput(rq.Request):  # type: ignore[misc] # python-xlib has no types
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(2), rq.RequestLength(), rq.Binary("events"))


class DeviceInput:
    """Speaks for the keyboard and mouse of the X server behind `connection`, which aren't its XTEST devices.

    Raises:
        Unavailable: it has none.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._opcode = connection.display.get_extension_major(xtest.extname)
        self._first_event = connection.query_extension(xinput.extname).first_event
        connection.xinput_query_version()
        self._keyboard = _slave(connection, xinput.SlaveKeyboard)
        self._mouse = _slave(connection, xinput.SlavePointer)

    def key(self, code: int, down: bool) -> None:
        """Press or release the key with that keycode."""
        self._send(self._event(_KEY_PRESS + (not down), code, self._keyboard))

    def button(self, number: int, down: bool) -> None:
        """Press or release a mouse button."""
        self._send(self._event(_BUTTON_PRESS + (not down), number, self._mouse))

    def motion(self, x: int, y: int) -> None:
        """Move the pointer to a pixel."""
        axes = struct.pack("=BBHHBB6i", self._first_event, self._mouse, 0, 0, 2, 0, x, y, 0, 0, 0, 0)
        self._send(self._event(_MOTION, 0, self._mouse) + axes)

    def _event(self, offset: int, detail: int, device: int) -> bytes:
        return struct.pack("=BB2xII8xhh7xB", self._first_event + offset, detail, 0, 0, 0, 0, device)

    def _send(self, events: bytes) -> None:
        _FakeInput(display=self._connection.display, opcode=self._opcode, events=events)


def _slave(connection: Any, use: int) -> int:
    for device in connection.xinput_query_device(xinput.AllDevices).devices:
        if device.use == use and "XTEST" not in device.name:
            return int(device.deviceid)
    raise Unavailable("The display has no mouse or keyboard of its own.", "Start it with Xvfb or Xephyr.")
