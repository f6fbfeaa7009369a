"""What the tests of prompts share: requests, and asking from a thread while the GUI runs."""

import threading
import time
from collections.abc import Callable
from typing import Any

from desktop_agent.core.actions import Action, ActionKind, ApprovalRequest, Click, Input, Ruling, Verdict
from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from ui.prompter import Prompter

ORDINARY = Verdict(Ruling.ASK, "This is the first action in this application.", "first_in_application", True)
HANDED_OVER = Verdict(
    Ruling.HAND_OVER, "This is a password field: please fill it in yourself.", "password", critical=True
)
CRITICAL = Verdict(Ruling.ASK, "This can't be taken back.", "irreversible", rememberable=False, critical=True)
WINDOW = Window(77, "Untitled 1 – Mousepad", "Mousepad", 1, Rect(100, 100, 400, 300), Rect(95, 80, 410, 325))
BUTTON = Element("ref", "push button", "Save", Rect(150, 150, 60, 30))
BLANK = Screenshot("s1", Rect(0, 0, 640, 480), "layout", Image(640, 480, b"\xc8" * (640 * 480 * 4)), 0.0)


def action(*inputs: Input, words: str = 'Click "Save" (push button)', **more: object) -> Action:
    parts: dict[str, object] = {"target": BUTTON.region, "window": WINDOW, "element": BUTTON, **more}
    inputs = inputs or (Click(Point(180, 165)),)
    return Action(ActionKind.LEFT_CLICK, words, inputs, "s1", **parts)  # type: ignore[arg-type] # a test's shorthand


def request(
    asked: Action | None = None, verdict: Verdict = ORDINARY, screenshot: Screenshot = BLANK, timeout: float = 300.0
) -> ApprovalRequest:
    return ApprovalRequest("r1", asked or action(), verdict, screenshot, time.monotonic(), timeout)


class Asking:
    """Calls something that blocks, on a thread. `windows` are those that `prompter` opened."""

    def __init__(self, prompter: Prompter, call: Callable[[], object]) -> None:
        self.windows: list[Any] = []
        self.answers: list[object] = []
        prompter.opened.connect(self.windows.append)
        self.thread = threading.Thread(target=lambda: self.answers.append(call()))
        self.thread.start()
