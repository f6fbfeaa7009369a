"""Raw events of XInput 2.2, and whose device they come from.

python-xlib asks for XInput 2.0, which hides raw events while another client grabs the device, and leaves raw events
unparsed; both is done here (XI2 protocol, XIQueryVersion and XI_RawEvent).
"""

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from Xlib.ext import ge, xinput

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.devices.person import Device

_TOUCH_BEGIN = 22
_KINDS: dict[int, tuple[Device, bool]] = {
    xinput.RawKeyPress: ("keyboard", True),
    xinput.RawKeyRelease: ("keyboard", False),
    xinput.RawButtonPress: ("mouse", True),
    xinput.RawButtonRelease: ("mouse", False),
    xinput.RawMotion: ("mouse", False),
    _TOUCH_BEGIN: ("touch", True),
}
ALL_DEVICES: tuple[Device, ...] = ("mouse", "keyboard", "touch")
REFRESH_SECONDS = 10.0
"""Device ids may be used again after a device was unplugged, so the list is read afresh now and then."""


@dataclass(frozen=True)
class RawEvent:
    """`detail` is the keycode or button, 0 for a mouse that moves; `source` the id of the device, `time` the server's
    milliseconds."""

    device: Device
    pressed: bool
    detail: int
    source: int
    time: int


def require_input_2_2(display: Any) -> None:
    """Raises:
    Unavailable: the server has no XInput 2.2, so a person can't be told from a program.
    """
    if not display.has_extension(xinput.extname):
        raise Unavailable("This display has no XInput extension, so your input can't be told from ours.")
    opcode = display.display.get_extension_major(xinput.extname)
    version = xinput.XIQueryVersion(display=display.display, opcode=opcode, major_version=2, minor_version=2)
    if (version.major_version, version.minor_version) < (2, 2):
        raise Unavailable("This display has no XInput 2.2, so your input can't be told from ours.")


def select_raw(display: Any, devices: tuple[Device, ...] = ALL_DEVICES, releases: bool = False) -> None:
    """Ask for the raw events of all devices of these kinds; with `releases` also for buttons that are let go.

    Raises:
        Unavailable: see `require_input_2_2`.
    """
    require_input_2_2(display)
    wanted = {number for number, (device, _) in _KINDS.items() if device in devices}
    mask = sum(1 << number for number in wanted if releases or number != xinput.RawButtonRelease)
    display.screen().root.xinput_select_events([(xinput.AllMasterDevices, mask)])
    display.sync()


def raw_event(event: Any) -> RawEvent | None:
    """`event` as a raw event; None when it is something else."""
    if event.type != ge.GenericEventCode or event.evtype not in _KINDS:
        return None
    device, pressed = _KINDS[event.evtype]
    _, when, detail, source, _, _ = struct.unpack_from("=HIIHHI", event.data)
    return RawEvent(device, pressed, detail, source, when)


class Sources:
    """Which devices are the person's: all but the XTEST ones, through which programs act. Those that `trusted` names,
    with * and ? and in any case, are the person's too."""

    def __init__(self, display: Any, trusted: Sequence[str] = ()) -> None:
        self._display = display
        self._names: dict[int, str] = {}
        self._slaves: frozenset[int] = frozenset()
        self._read_at = 0.0
        self.trusted = tuple(trusted)

    def is_person(self, source: int) -> bool:
        """Whether the device `source` is the person's. An unknown one counts as theirs."""
        if not self.is_virtual(source):
            return True
        name = self._names[source].casefold()
        return any(fnmatchcase(name, pattern.casefold()) for pattern in self.trusted)

    def is_virtual(self, source: int) -> bool:
        """Whether programs act through the device `source`."""
        if source not in self._names or time.monotonic() > self._read_at + REFRESH_SECONDS:
            self._read()
        return " XTEST " in self._names.get(source, "")

    def virtual(self) -> tuple[str, ...]:
        """The names of the devices through which programs act."""
        self._read()
        return tuple(self._names[each] for each in sorted(self._slaves) if self.is_virtual(each))

    def is_surely_person(self, source: int) -> bool:
        """Like `is_person`, for what must not be forged: the list is read afresh, since a program can make devices come
        and go, and what is unknown, or no device but a pointer or keyboard that devices move, is not the person's."""
        self._read()
        return source in self._slaves and self.is_person(source)

    def _read(self) -> None:
        devices = self._display.xinput_query_device(xinput.AllDevices).devices
        self._names = {int(each.deviceid): str(each.name) for each in devices}
        slaves = (each for each in devices if each.use in (xinput.SlavePointer, xinput.SlaveKeyboard))
        self._slaves = frozenset(int(each.deviceid) for each in slaves)
        self._read_at = time.monotonic()
