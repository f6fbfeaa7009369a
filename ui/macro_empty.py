"""What the list of macros shows while there is none: how to begin."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.icons import IconLabel
from ui.labels import plain_label
from ui.macro_tools import IconAction, ToolRow

MAX_WIDTH = 440


class NoMacros(QWidget):
    """Offers to record or import one. `hotkey` is that for recording, for people; it may be empty."""

    def __init__(self, record: IconAction, bring_in: IconAction, hotkey: str) -> None:
        super().__init__()
        begin = self.tr(
            "Record what you do once, and let it be done again: with other values, whenever you like. Press Record, "
            "do the job, and press Stop; nothing is kept before you have looked it through."
        )
        inner = QWidget()
        inner.setMaximumWidth(MAX_WIDTH)
        column = QVBoxLayout(inner)
        column.setSpacing(theme.MEDIUM)
        column.addStretch(2)
        column.addWidget(IconLabel("macro", 40, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_centred(self.tr("No macros yet"), "heading"))
        column.addWidget(_centred(begin, "muted"))
        column.addWidget(ToolRow(record, bring_in, primary=record), 0, Qt.AlignmentFlag.AlignHCenter)
        if hotkey:
            column.addWidget(_centred(self.tr("From anywhere: {hotkey}").format(hotkey=hotkey), "small"))
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch()
        row.addWidget(inner, 1)
        row.addStretch()


def _centred(text: str, role: str) -> QLabel:
    label = plain_label(text, role, wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
