"""The past runs of one macro."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.macro_usage import PLANNER
from ui.runs import RunsWindow
from ui.visible_text import line


class MacroHistory(RunsWindow):
    """The run view with the runs of the macro called `name` alone."""

    def __init__(self, bridge: Bridge, name: str, parent: QWidget | None = None) -> None:
        super().__init__(bridge, planner=PLANNER + name, parent=parent)
        title = QCoreApplication.translate("macros", "Runs of “{name}” – Desktop Agent")
        self.setWindowTitle(title.format(name=line(name)[:80]))
