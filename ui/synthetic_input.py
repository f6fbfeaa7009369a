"""Keeps programs from answering our prompts with made-up input.

Under X11 an event that a client sent (XSendEvent) has the high bit of its type set, a mouse button tells its source
(XInput 2), and which key the person pressed is asked of a `Witness`. What can't be told apart, a program that speaks
for a real device, is named in docs/safety.md.
"""

import logging
import struct
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from shiboken6 import VoidPtr

from desktop_agent.desktop.devices import Witness

_SENT = 0x80
_KEYS_AND_BUTTONS = range(2, 6)  # KeyPress, KeyRelease, ButtonPress, ButtonRelease (X11 core protocol)
_KEY_PRESS, _BUTTON_PRESS = 2, 4
_GENERIC = 35
_XI_BUTTONS = (4, 5)  # XI_ButtonPress, XI_ButtonRelease (XI2proto.h)
_CORE = struct.Struct("=xB2xI4xI12xH")
"""Keycode or button, time, window and modifiers of an xcb_key_press_event_t."""
_XI_HEAD = struct.Struct("=8xH14xI")
"""Event type and window of an xcb_input_button_press_event_t."""
_XI_SOURCE = struct.Struct("=56xH")
_log = logging.getLogger(__name__)


class SyntheticInputFilter(QAbstractNativeEventFilter):
    """Drops made-up keys and buttons that go to one window. Install it while the window is open.

    Args:
        window: its id.
        witness: tells who pressed what; None where nobody can, and only events that say themselves that they were sent
            are dropped.
        dropped: called for each press that was dropped.
        stirred: called when something happened around the window, before the press that came with it.
    """

    def __init__(
        self,
        window: int,
        witness: Witness | None,
        dropped: Callable[[], object],
        stirred: Callable[[], object],
    ) -> None:
        super().__init__()
        self._window = window
        self._witness = witness
        self._dropped = dropped
        self._stirred = stirred

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        if bytes(kind) != b"xcb_generic_event_t":
            return False, 0
        head = _bytes(message, 32)
        code, sent = head[0] & ~_SENT, bool(head[0] & _SENT)
        if code in _KEYS_AND_BUTTONS and _CORE.unpack_from(head)[2] == self._window:
            is_press = code in (_KEY_PRESS, _BUTTON_PRESS)
            made_up = sent or (is_press and self._made_up_press(head))
        elif code == _GENERIC and _XI_HEAD.unpack_from(head)[0] in _XI_BUTTONS and self._is_ours(head):
            is_press = _XI_HEAD.unpack_from(head)[0] == _XI_BUTTONS[0]
            made_up = sent or self._made_up_button(_XI_SOURCE.unpack_from(_bytes(message, 58))[0])
        else:
            return False, 0
        if is_press and made_up:
            self._dropped()
        elif is_press and self._asked(lambda witness: witness.stirred()):
            self._stirred()
        return made_up, 0

    def _is_ours(self, head: bytes) -> bool:
        return bool(_XI_HEAD.unpack_from(head)[1] == self._window)

    def _made_up_press(self, head: bytes) -> bool:
        """Of a key; of a button too, where it comes without its source, which the server always gives to Qt."""
        detail, time, _, state = _CORE.unpack_from(head)
        if self._witness is None:
            return False
        return head[0] != _KEY_PRESS or not self._asked(lambda witness: witness.pressed(detail, time, state))

    def _made_up_button(self, source: int) -> bool:
        return self._witness is not None and not self._asked(lambda witness: witness.is_person(source))

    def _asked(self, question: Callable[[Witness], bool]) -> bool:
        """What the witness says; False, which approves nothing, where it can't."""
        try:
            return self._witness is not None and question(self._witness)
        except Exception:  # noqa: BLE001 # whatever broke the connection, the person can't be told from a program
            _log.warning("nobody can tell whose input it was", exc_info=True)
            return False


def _bytes(message: int, size: int) -> bytes:
    return bytes(VoidPtr(int(message), size))
