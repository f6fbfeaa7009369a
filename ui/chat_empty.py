"""What an empty conversation shows: the ways in, with examples to try."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.icons import IconLabel

MAX_WIDTH = 620


class Welcome(QScrollArea):
    """`example` carries a text to try; `region_wanted` and `model_wanted` are the other buttons."""

    example = Signal(str)
    region_wanted = Signal()
    model_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("What can I do for you?"))
        theme.set_role(title, "heading")
        self._capture = QPushButton(self.tr("Ask about a region"))
        self._capture.clicked.connect(self.region_wanted)
        self._capture_text = _text("")
        self._model = self._model_note()
        column = QVBoxLayout()
        column.setSpacing(theme.LARGE)
        column.addWidget(title)
        column.addWidget(_way("region", self.tr("Ask about something you see"), self._capture_text, [self._capture]))
        column.addWidget(
            _way(
                "pointer",
                self.tr("Say what to do"),
                _text(self.tr("Each step is shown to you first, and nothing happens until you approve it.")),
                [
                    self._example(self.tr("click Save")),
                    self._example(self.tr('type "Hello" into the text area')),
                    self._example(self.tr("press ctrl+s")),
                ],
            )
        )
        column.addWidget(
            _way(
                "chat",
                self.tr("Ask here"),
                _text(self.tr("Choose below what the agent may see: the whole screen, one window or a region.")),
                [self._example(self.tr("What is the text in this window?"))],
            )
        )
        column.addWidget(self._model)
        inner = QWidget()
        inner.setMaximumWidth(MAX_WIDTH)
        inner.setLayout(column)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(inner, 1)
        row.addStretch()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        layout.addStretch()
        layout.addLayout(row)
        layout.addStretch()
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def set_state(self, hotkey: str, has_model: bool) -> None:
        """Show the hotkey as it is, and the note on models where none is set."""
        words = self.tr("Mark a part of the screen and ask about it, or say what to do there.")
        if hotkey:
            words += " " + self.tr("From anywhere: {hotkey}").format(hotkey=hotkey)
        self._capture_text.setText(words)
        self._model.setVisible(not has_model)

    def _example(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(self.tr("Try: {text}").format(text=text))
        button.clicked.connect(lambda: self.example.emit(text))
        return button

    def _model_note(self) -> QFrame:
        note = QFrame()
        theme.set_kind(note, "note")
        choose = QPushButton(self.tr("Choose a model …"))
        choose.clicked.connect(self.model_wanted)
        row = QHBoxLayout(note)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.SMALL, theme.SMALL)
        text = _text(self.tr("No model is set. Instructions like these and the text of a region work without one."))
        theme.set_role(text, "")
        row.addWidget(text, 1)
        row.addWidget(choose)
        return note


def _text(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    theme.set_role(label, "muted")
    return label


def _way(icon: str, title: str, text: QLabel, buttons: list[QPushButton]) -> QFrame:
    frame = QFrame()
    theme.set_kind(frame, "card")
    picture = IconLabel(icon, 24, "accent")
    heading = QLabel(title)
    theme.set_role(heading, "title")
    actions = QHBoxLayout()
    actions.setSpacing(theme.SMALL)
    for button in buttons:
        actions.addWidget(button)
    actions.addStretch()
    column = QVBoxLayout()
    column.setSpacing(theme.SMALL)
    column.addWidget(heading)
    column.addWidget(text)
    column.addLayout(actions)
    row = QHBoxLayout(frame)
    row.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
    row.setSpacing(theme.LARGE)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return frame
