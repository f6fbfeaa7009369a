"""A program of its own that asks for a click and approves it, since a process can have only one QApplication.

Usage: approve_probe.py TITLE: asks on $DISPLAY to click the middle of the window with that title, presses the card's
Approve, and prints as JSON where card and ring stood and how the run ended.
"""

import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_agent.cli.session import Session
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.events import Asking, RunEvent
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from ui import pixels, theme
from ui.approval import UiApprover
from ui.approval_card import ApprovalCard
from ui.parts import NobodyAsks
from ui.prompter import Prompter
from ui.ring import GAP


def main() -> None:
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    screen, windows = open_screen(), open_windows()
    prompter = Prompter(screen, windows, lambda: False)
    session = Session(Settings(), UiApprover(prompter), NobodyAsks())
    accent = bytes((theme.LIGHT.accent.blue(), theme.LIGHT.accent.green(), theme.LIGHT.accent.red()))
    result: dict[str, object] = {}
    targets: list[Rect] = []

    def watch(event: RunEvent) -> None:
        if isinstance(event, Asking) and event.request.action.target is not None:
            targets.append(event.request.action.target)

    def ringed(target: Rect) -> bool:
        """Whether the ring's line is on all four sides of the target, in pixels of the real screen."""
        line = target.grown(GAP + 2)
        middle = line.center
        sides = (
            Point(line.x, middle.y),
            Point(line.right - 1, middle.y),
            Point(middle.x, line.y),
            Point(middle.x, line.bottom - 1),
        )
        return all(screen.grab(Rect(side.x, side.y, 1, 1)).image.bgra[:3] == accent for side in sides)

    def approve(card: ApprovalCard) -> None:
        if not (card.armed and targets and ringed(targets[0])):
            QTimer.singleShot(20, lambda: approve(card))
            return
        place = pixels.from_qt(card.geometry(), card.screen())
        result.update(card=[place.x, place.y, place.width, place.height])
        QTest.mouseClick(card.approve_button, Qt.MouseButton.LeftButton)

    def act() -> None:
        while not any(each.title == sys.argv[1] for each in windows.stacking()):
            time.sleep(0.02)
        scope = session.scope(f"window:{sys.argv[1]}")
        call = ToolCall("act", "left_click", {"start_box": [500, 500]})
        ended = session.act(call, scope=scope, watch=watch)
        target, region = targets[0], scope.region
        result.update(
            status=ended.status,
            summary=ended.summary,
            target=[target.x, target.y, target.width, target.height],
            window=[region.x, region.y, region.width, region.height],
        )
        sys.stdout.write(json.dumps(result) + "\n")
        app.quit()

    prompter.opened.connect(approve)
    worker = threading.Thread(target=act, daemon=True)
    worker.start()
    QTimer.singleShot(30_000, lambda: app.exit(1))
    code = app.exec()
    prompter.close()
    worker.join(5)
    session.close()
    screen.close()
    windows.close()
    app.shutdown()
    sys.exit(code)


main()
