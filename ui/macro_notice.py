"""A line at the top of a window that says what has just happened, or went wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from ui import theme
from ui.icons import IconButton, IconLabel
from ui.labels import plain_label
from ui.visible_text import line

_LOOKS = {
    "info": ("info", "note"),
    "done": ("approve", "note"),
    "warning": ("warning", "note-warning"),
    "error": ("warning", "note-danger"),
}
_COLORS = {"info": "accent", "done": "success", "warning": "warning", "error": "danger"}
MOST = 600


class Notice(QFrame):
    """Hidden until there is something to say. `button` is offered where it has words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("info", 18, "accent")
        self.text = plain_label("", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        close = IconButton("close", self.tr("Hide this message"))
        close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.SMALL, theme.SMALL)
        self._row.setSpacing(theme.SMALL)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.button)
        self._row.addWidget(close)
        self.hide()

    def tell(self, kind: str, text: str, hint: str = "", button: str = "") -> None:
        """Say it: `kind` is "info", "done", "warning" or "error"."""
        icon, frame = _LOOKS[kind]
        theme.set_kind(self, frame)
        new = IconLabel(icon, 18, _COLORS[kind])
        self._row.replaceWidget(self._icon, new)
        self._icon.deleteLater()
        self._icon = new
        self.text.setText(line(f"{text} {hint}".strip()[:MOST]))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.show()
