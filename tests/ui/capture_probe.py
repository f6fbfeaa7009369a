"""A program of its own for one region capture, since a process can have only one QApplication, with one scale.

Usage: capture_probe.py X1 Y1 X2 Y2: shows the overlay on $DISPLAY, drags from one point to the other, and prints what
was captured as JSON. Points are physical pixels. The mouse is XTEST's, since not every display has others.
"""

import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from ui import theme
from ui.capture import Captured, CaptureOverlay


def darker(now: Screenshot, before: Screenshot) -> bool:
    """Whether the screen is dimmed all over, at its corners and in the middle."""
    width, height = before.image.width, before.image.height
    spots = [(x, y) for x in (40, width // 2, width - 40) for y in (40, height // 2, height - 40)]
    offsets = [(y * width + x) * 4 for x, y in spots]
    return all(sum(now.image.bgra[at : at + 3]) <= sum(before.image.bgra[at : at + 3]) for at in offsets)


def main() -> None:
    x1, y1, x2, y2 = map(int, sys.argv[1:])
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    screen, windows = open_screen(), open_windows()
    overlay = CaptureOverlay(screen, windows)
    before = screen.grab(screen.layout().bounds)
    during = []

    def report(captured: Captured) -> None:
        region, shown = captured.screenshot.region, captured.screenshot.image
        there = Rect(region.x - before.region.x, region.y - before.region.y, region.width, region.height)
        result = {
            "kind": captured.scope.kind,
            "region": [region.x, region.y, region.width, region.height],
            "image": [shown.width, shown.height],
            "same_pixels": shown.bgra == before.image.crop(there).bgra,
            "covered": darker(during[0], before),
            "ratio": app.devicePixelRatio(),
            "monitors": len(screen.layout().monitors),
        }
        sys.stdout.write(json.dumps(result) + "\n")
        app.quit()

    def act() -> None:
        while (now := screen.grab(before.region)).image.bgra == before.image.bgra:
            time.sleep(0.01)
        during.append(now)
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
