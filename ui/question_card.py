"""The question card: a planner's question, answered by a button for each choice or by a line of text."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from desktop_agent.desktop.devices import Witness
from ui import theme, visible_text
from ui.labels import ExpandableText, icon_label, plain_label, plain_tool_tip
from ui.prompt_window import PromptLine, PromptWindow

WIDTH = 400
QUESTION_LIMIT = 400
CHOICE_LIMIT = 60
MOST_CHARACTERS = 1000


class QuestionCard(PromptWindow):
    """Shows `question`; `answered` carries the answer, or None when the person gave none.

    Args:
        question: from the model, so it is treated as hostile.
        choices: the answers to choose from; none for any text.
        deadline: `time.monotonic` seconds.
        witness: tells the person's input from a program's.
    """

    def __init__(self, question: str, choices: Sequence[str], deadline: float, witness: Witness | None = None) -> None:
        super().__init__(deadline, witness)
        self.choice_buttons: list[QPushButton] = []
        self.text = PromptLine(maxLength=MOST_CHARACTERS)
        self._remaining = plain_label("", "small")
        self._lay_out(question, choices)
        self.setWindowTitle(self.tr("Desktop Agent asks"))
        self.setAccessibleName(visible_text.line(question))
        self.setFixedWidth(WIDTH)

    def refusal(self) -> None:
        return None

    def timed_out(self) -> None:
        return None

    def stopped(self) -> None:
        return None

    def show_remaining(self, text: str) -> None:
        self._remaining.setText(text)

    def _lay_out(self, question: str, choices: Sequence[str]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        head = QHBoxLayout()
        head.setSpacing(theme.SMALL)
        head.addWidget(icon_label("question", 18, theme.colors().accent))
        head.addWidget(plain_label(self.tr("The agent asks you"), "muted"))
        head.addStretch()
        head.addWidget(self._remaining)
        layout.addLayout(head)
        layout.addWidget(ExpandableText(question, QUESTION_LIMIT, "title"))
        for choice in choices:
            layout.addWidget(self._choice(choice))
        self.skip_button = self.add_button(self.tr("Don't answer"), "", "", "close", refuses=True)
        self.skip_button.clicked.connect(lambda: self.answer(None))
        foot = QHBoxLayout()
        if not choices:
            layout.addWidget(self._line())
            self.send_button = self.add_button(self.tr("Answer"), "primary", "", "send", theme.colors().on_accent)
            self.set_ready(self.send_button, False)
            self.send_button.clicked.connect(self._send)
            foot.addWidget(self.skip_button)
            foot.addStretch()
            foot.addWidget(self.send_button)
        else:
            foot.addWidget(self.skip_button)
            foot.addStretch()
        layout.addLayout(foot)

    def _choice(self, choice: str) -> QPushButton:
        shown = visible_text.line(choice)
        short = shown if len(shown) <= CHOICE_LIMIT else shown[: CHOICE_LIMIT - 1] + "…"
        button = self.add_button(short.replace("&", "&&"), "choice", "", "")
        button.setToolTip(plain_tool_tip(shown))
        button.clicked.connect(lambda: self.answer(choice))
        self.choice_buttons.append(button)
        return button

    def _line(self) -> PromptLine:
        self.text.setPlaceholderText(self.tr("Your answer"))
        self.text.setAccessibleName(self.tr("Your answer"))
        self.text.textChanged.connect(lambda text: self.set_ready(self.send_button, bool(text.strip())))
        self.text.returnPressed.connect(self._send)
        return self.text

    def _send(self) -> None:
        if self.armed and self.text.text().strip():
            self.answer(self.text.text().strip())
