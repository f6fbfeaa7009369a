"""A program of its own for one region capture, since a process can have only one QApplication, with one scale.

Usage: capture_probe.py X1 Y1 X2 Y2: shows the overlay on $DISPLAY, waits until it covers all monitors, drags from
one point to the other, and prints what was captured as JSON. Points are physical pixels. The mouse is XTEST's, since
not every display has others.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from desktop_agent.core.desktop import Monitor, Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.step.privacy import Privacy
from ui import theme
from ui.capture import Captured, CaptureOverlay


def covered(now: Screenshot, before: Screenshot, monitors: Sequence[Monitor]) -> bool:
    """Whether every corner of every monitor looks different."""
    insets = [monitor.region.grown(-40) for monitor in monitors]
    spots = [(x, y) for rect in insets for x in (rect.x, rect.right) for y in (rect.y, rect.bottom)]
    places = [((y - now.region.y) * now.image.width + x - now.region.x) * 4 for x, y in spots]
    return all(now.image.bgra[place : place + 3] != before.image.bgra[place : place + 3] for place in places)


def main() -> None:
    x1, y1, x2, y2 = map(int, sys.argv[1:])
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    screen, windows = open_screen(), open_windows()
    overlay = CaptureOverlay(screen, windows, Privacy())
    before = screen.grab(screen.layout().bounds)

    def report(captured: Captured) -> None:
        region, shown = captured.screenshot.region, captured.screenshot.image
        there = Rect(region.x - before.region.x, region.y - before.region.y, region.width, region.height)
        result = {
            "kind": captured.scope.kind,
            "region": [region.x, region.y, region.width, region.height],
            "image": [shown.width, shown.height],
            "same_pixels": shown.bgra == before.image.crop(there).bgra,
            "ratio": app.devicePixelRatio(),
            "monitors": len(screen.layout().monitors),
        }
        sys.stdout.write(json.dumps(result) + "\n")
        app.quit()

    def act() -> None:
        while not covered(screen.grab(before.region), before, screen.layout().monitors):
            time.sleep(0.01)
        display = Display()
        steps = [(x1 + (x2 - x1) * step // 8, y1 + (y2 - y1) * step // 8) for step in range(9)]
        for number, (x, y) in enumerate(steps):
            xtest.fake_input(display, X.MotionNotify, x=x, y=y)
            if number == 0:
                xtest.fake_input(display, X.ButtonPress, 1)
            display.sync()
        xtest.fake_input(display, X.ButtonRelease, 1)
        display.sync()
        display.close()

    overlay.captured.connect(report)
    overlay.show_frozen()
    threading.Thread(target=act, daemon=True).start()
    QTimer.singleShot(20_000, lambda: app.exit(1))
    code = app.exec()
    overlay.close()
    sys.exit(code)


if __name__ == "__main__":
    main()
