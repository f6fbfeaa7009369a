"""Raw events of a display as its server tells them, for witnesses that trust nobody's word, nor how the program itself
reads such events."""

import os
import select
import threading
from collections.abc import Callable, Iterable
from typing import Any

from Xlib.ext import ge, xinput

from desktop_agent.desktop import x11


class RawWatch:
    """Watches on a connection and thread of its own.

    Args:
        display: ":N".
        kinds: of raw events, by their numbers in XInput.
    """

    def __init__(self, display: str, kinds: Iterable[int]) -> None:
        self.display: Any = x11.open_display(display)
        """Its connection: to be used before `start`, and then by what takes the events."""
        self.root: Any = self.display.screen().root
        self._kinds = frozenset(kinds)
        opcode = self.display.display.get_extension_major(xinput.extname)
        # 2.2 and not python-xlib's own 2.0: only then raw events come while another client grabs the device.
        xinput.XIQueryVersion(display=self.display.display, opcode=opcode, major_version=2, minor_version=2)
        self._reader, self._writer = os.pipe()

    def start(self, take: Callable[[Any], None]) -> None:
        """Hand every event from now on to `take`, on the watch's thread."""
        self.root.xinput_select_events([(xinput.AllMasterDevices, sum(1 << kind for kind in self._kinds))])
        self.display.sync()
        self._thread = threading.Thread(target=self._run, args=(take,), name="raw-watch")
        self._thread.start()

    def close(self) -> None:
        """End it."""
        os.close(self._writer)
        self._thread.join()
        os.close(self._reader)
        self.display.close()

    def _run(self, take: Callable[[Any], None]) -> None:
        while True:
            while self.display.pending_events():
                event = self.display.next_event()
                if event.type == ge.GenericEventCode and event.evtype in self._kinds:
                    take(event)
            ready, _, _ = select.select([self.display.fileno(), self._reader], [], [])
            if self._reader in ready:
                return
