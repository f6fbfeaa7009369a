"""A window of another X client that paints itself late, as a busy program does."""

import threading
import time
from typing import Self

from Xlib import X
from Xlib.display import Display

from desktop_agent.core.geometry import Rect


class SlowWindow:
    """Covers `area`. What uncovers it sees its old pixels for `delay` seconds: it has no background that the server
    could fill in."""

    BGR = bytes((0x57, 0x8B, 0x2E))

    def __init__(self, display_name: str, area: Rect, delay: float) -> None:
        self._display = Display(display_name)
        screen = self._display.screen()
        self._delay = delay
        self._window = screen.root.create_window(
            area.x,
            area.y,
            area.width,
            area.height,
            0,
            screen.root_depth,
            background_pixmap=X.NONE,
            override_redirect=1,
            event_mask=X.ExposureMask,
        )
        self._paint = self._window.create_gc(foreground=int.from_bytes(self.BGR, "little"))
        self._area = area
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._window.configure(stack_mode=X.Below)  # the window manager puts no window of its own above it otherwise
        self._window.map()
        self._draw()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._display.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            if not self._display.pending_events():
                time.sleep(0.001)
            elif self._display.next_event().type == X.Expose:
                time.sleep(self._delay)
                self._draw()

    def _draw(self) -> None:
        self._window.fill_rectangle(self._paint, 0, 0, self._area.width, self._area.height)
        self._display.sync()
