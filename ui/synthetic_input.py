"""Keeps programs from answering our prompts with made-up input, as far as the platform tells.

Under X11 two kinds can be told from a person's: events that a client sent (XSendEvent; their type has the high bit set)
and mouse buttons whose source is one of the server's XTEST devices (XInput 2). Keys come to Qt without their source;
the agent's own are kept away by the hands' input gate.
"""

import logging
import struct
from collections.abc import Callable, Collection

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from shiboken6 import VoidPtr

_SENT = 0x80
_KEYS_AND_BUTTONS = range(2, 6)  # KeyPress, KeyRelease, ButtonPress, ButtonRelease (X11 core protocol)
_GENERIC = 35
_XI_BUTTONS = (4, 5)  # XI_ButtonPress, XI_ButtonRelease (XI2proto.h)
_CORE_WINDOW = struct.Struct("=12xI")
_XI_HEAD = struct.Struct("=8xH14xI")
"""Event type and window of an xcb_input_button_press_event_t."""
_XI_SOURCE = struct.Struct("=56xH")
_log = logging.getLogger(__name__)


class SyntheticInputFilter(QAbstractNativeEventFilter):
    """Drops made-up keys and buttons that go to one window. Install it while the window is open.

    Args:
        window: its id.
        devices: the ids of the XTEST devices, see `xtest_devices`.
        dropped: called for each press that was dropped.
    """

    def __init__(self, window: int, devices: Collection[int], dropped: Callable[[], object]) -> None:
        super().__init__()
        self._window = window
        self._devices = frozenset(devices)
        self._dropped = dropped

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        if bytes(kind) != b"xcb_generic_event_t":
            return False, 0
        head = _bytes(message, 32)
        code = head[0] & ~_SENT
        if code in _KEYS_AND_BUTTONS:
            made_up = bool(head[0] & _SENT) and _CORE_WINDOW.unpack_from(head)[0] == self._window
            is_press = code % 2 == 0
        elif code == _GENERIC:
            event, window = _XI_HEAD.unpack_from(head)
            if event not in _XI_BUTTONS or window != self._window:
                return False, 0
            made_up = bool(head[0] & _SENT) or _XI_SOURCE.unpack_from(_bytes(message, 58))[0] in self._devices
            is_press = event == _XI_BUTTONS[0]
        else:
            return False, 0
        if made_up and is_press:
            self._dropped()
        return made_up, 0


def xtest_devices() -> frozenset[int]:
    """The ids of the X server's XTEST devices; none where this is no X11 display."""
    from desktop_agent.core.errors import Unavailable
    from desktop_agent.desktop import x11

    try:
        display = x11.open_display()
    except Unavailable as problem:
        _log.info("no X11 display, so made-up input can't be told: %s", problem.details)
        return frozenset()
    try:
        return _query(display)
    finally:
        display.close()


def _query(display: object) -> frozenset[int]:
    from Xlib.ext import xinput

    if not display.has_extension(xinput.extname):  # type: ignore[attr-defined] # python-xlib adds it at run time
        return frozenset()
    display.xinput_query_version()  # type: ignore[attr-defined] # likewise
    devices = display.xinput_query_device(xinput.AllDevices).devices  # type: ignore[attr-defined] # likewise
    return frozenset(int(each.deviceid) for each in devices if "XTEST" in each.name)


def _bytes(message: int, size: int) -> bytes:
    return bytes(VoidPtr(int(message), size))
