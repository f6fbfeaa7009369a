"""The pause card: a run gets nowhere, and the person says what shall become of it."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_agent.core.pause import UNANSWERED, Pause, Reply, Resolution
from desktop_agent.desktop.devices import Witness
from ui import theme, visible_text
from ui.labels import ExpandableText, icon_label, plain_label
from ui.prompt_window import PromptLine, PromptWindow

WIDTH = 440
REASON_LIMIT = 200
MOST_CHARACTERS = 1000


class PauseCard(PromptWindow):
    """Shows `pause`; `answered` carries a `Reply`.

    Args:
        pause: what was tried quotes the screen and the model, so it is treated as hostile.
        deadline: `time.monotonic` seconds.
        witness: tells the person's input from a program's.
    """

    def __init__(self, pause: Pause, deadline: float, witness: Witness | None = None) -> None:
        super().__init__(deadline, witness)
        self.text = PromptLine(maxLength=MOST_CHARACTERS)
        self._remaining = plain_label("", "small")
        self._remaining.setToolTip(self.tr("When the time is up, the run ends."))
        self.stop_button = self.add_button(self.tr("&Stop"), "", "Alt+S", "stop", theme.colors().danger, refuses=True)
        self.go_on_button = self.add_button("", "primary", "Alt+G", "play", theme.colors().on_accent)
        self.stop_button.clicked.connect(lambda: self.answer(Reply(Resolution.STOP)))
        self.go_on_button.clicked.connect(self._go_on)
        self._name_button()
        self._lay_out(pause)
        self.setWindowTitle(self.tr("Desktop Agent has paused"))
        self.setAccessibleName(visible_text.line(pause.reason))
        self.setFixedWidth(WIDTH)

    @property
    def accent(self) -> QColor:
        return theme.colors().warning

    def refusal(self) -> Reply:
        return UNANSWERED

    def timed_out(self) -> Reply:
        return UNANSWERED

    def stopped(self) -> Reply:
        return Reply(Resolution.STOP)

    def show_remaining(self, text: str) -> None:
        self._remaining.setText(text)

    def _go_on(self) -> None:
        words = self.text.text().strip()
        self.answer(Reply(Resolution.TELL, words) if words else Reply(Resolution.GO_ON))

    def _tell(self) -> None:
        """Enter sends words; without any it does nothing."""
        if self.armed and self.text.text().strip():
            self._go_on()

    def _name_button(self) -> None:
        """The button says whether words go with it, so that none are lost."""
        tells = bool(self.text.text().strip())
        self.go_on_button.setText(self.tr("Tell it and &go on") if tells else self.tr("&Go on"))
        self.go_on_button.setShortcut("Alt+G")  # A new text clears it.

    def _lay_out(self, pause: Pause) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        layout.addLayout(self._header())
        layout.addWidget(ExpandableText(pause.reason, REASON_LIMIT, "title"))
        if pause.tried:
            layout.addLayout(self._tried(pause))
        self.text.setPlaceholderText(self.tr("Tell it something, if you like"))
        self.text.setAccessibleName(self.tr("Tell it something, if you like"))
        self.text.textChanged.connect(lambda _: self._name_button())
        self.text.returnPressed.connect(self._tell)
        layout.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(self.stop_button)
        row.addStretch()
        row.addWidget(self.go_on_button)
        layout.addLayout(row)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(icon_label("warning", 18, self.accent))
        row.addWidget(plain_label(self.tr("Paused: shall it go on?"), "warning"))
        row.addStretch()
        row.addWidget(icon_label("clock", 14, theme.colors().muted))
        row.addWidget(self._remaining)
        return row

    def _tried(self, pause: Pause) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.TINY)
        column.addWidget(plain_label(self.tr("What it tried last"), "small"))
        frame = QFrame()
        theme.set_kind(frame, "note")
        lines = QVBoxLayout(frame)
        lines.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        lines.setSpacing(theme.SMALL)
        for each in pause.tried:
            lines.addWidget(plain_label(visible_text.line(each), wrap=True))
        column.addWidget(frame)
        return column
