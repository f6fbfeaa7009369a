"""New steps for the editor's Insert menu. Those that need a target on the screen are recorded instead."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop_agent.macros.format import (
    ActivateStep,
    CaptureStep,
    Condition,
    IfStep,
    MacroStep,
    OpenStep,
    PressStep,
    RepeatStep,
    Step,
    TypeStep,
    WaitStep,
    WindowRef,
)
from ui import theme
from ui.macro_shown import ICONS


def step(kind: str, step_id: str) -> Step:
    """An empty step, which the person fills in.

    Raises:
        KeyError: there is no such kind, or it needs a target.
    """
    somewhere = Condition(window=WindowRef())
    made: dict[str, Callable[[], Step]] = {
        "type": lambda: TypeStep(id=step_id, do="type", text=""),
        "press": lambda: PressStep(id=step_id, do="press", keys=("enter",)),
        "open": lambda: OpenStep(id=step_id, do="open", application=""),
        "activate": lambda: ActivateStep(id=step_id, do="activate", window=WindowRef()),
        "wait": lambda: WaitStep(id=step_id, do="wait", until=somewhere),
        "capture": lambda: CaptureStep(id=step_id, do="capture", name="value", source="clipboard"),
        "if": lambda: IfStep(id=step_id, do="if", condition=somewhere),
        "repeat": lambda: RepeatStep(id=step_id, do="repeat", steps=(), most=2),
        "macro": lambda: MacroStep(id=step_id, do="macro", macro=""),
    }
    return made[kind]()


def menu(parent: QWidget, insert: Callable[[str], object]) -> QMenu:
    """The Insert menu; `insert` gets the kind."""
    made = QMenu(parent)
    for kind, words in kinds().items():
        action = made.addAction(theme.icon(ICONS[kind]), words)
        action.triggered.connect(lambda _=False, kind=kind: insert(kind))
    return made


def kinds() -> dict[str, str]:
    """The kinds of steps that can be made by hand, for people."""
    return {
        "type": QCoreApplication.translate("macros", "Type a text"),
        "press": QCoreApplication.translate("macros", "Press keys"),
        "open": QCoreApplication.translate("macros", "Open an application"),
        "activate": QCoreApplication.translate("macros", "Bring a window to the front"),
        "wait": QCoreApplication.translate("macros", "Wait until …"),
        "capture": QCoreApplication.translate("macros", "Keep the clipboard's text as a value"),
        "if": QCoreApplication.translate("macros", "If …"),
        "repeat": QCoreApplication.translate("macros", "Repeat …"),
        "macro": QCoreApplication.translate("macros", "Play another macro"),
    }
