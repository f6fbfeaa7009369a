"""The approval card: shows one action and takes the person's decision about it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_agent.core.actions import Action, ActionKind, Answer, ApprovalRequest, Decision, Ruling
from desktop_agent.core.desktop import Element
from desktop_agent.desktop.devices import Witness
from desktop_agent.safety.claims import contradicts
from ui import pictures, theme, visible_text
from ui.labels import ElidedLabel, ExpandableText, VerbatimText, icon_label, plain_label
from ui.prompt_window import PromptCheckBox, PromptWindow

WIDTH = 440
PICTURE = QSize(WIDTH - 2 * theme.LARGE - 2, 176)
WORDS_LIMIT = 150
BY = "card"


class ApprovalCard(PromptWindow):
    """Shows `request`; `answered` carries a `Decision`.

    Args:
        request: what to ask about. Everything in it that comes from the screen or the model is treated as hostile.
        witness: tells the person's input from a program's.
        hotkey: what gives the card the keyboard ("Ctrl+Alt+Y"), told to the person; may be empty.
    """

    def __init__(self, request: ApprovalRequest, witness: Witness | None = None, hotkey: str = "") -> None:
        super().__init__(request.created_at + request.timeout, witness)
        self.request = request
        self._critical = request.verdict.critical
        self._handed_over = request.verdict.ruling is Ruling.HAND_OVER
        self._remaining = plain_label("", "small")
        self._remaining.setToolTip(self.tr("When the time is up, the answer is no."))
        self._remember = self._make_remember()
        self._notice = plain_label(self._keys_hint(hotkey), "small")
        # One line, whatever it says and how: the buttons must not move under somebody's pointer.
        self._notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._notice.setMinimumHeight(plain_label("A", "warning").sizeHint().height())
        self._make_buttons()
        self._lay_out()
        self.setWindowTitle(self.tr("Desktop Agent asks"))
        self.setAccessibleName(f"{self._title()} {visible_text.line(request.action.words)}")
        self.setAccessibleDescription(visible_text.line(request.verdict.reason))
        self.setFixedWidth(WIDTH)

    @property
    def accent(self) -> QColor:
        return theme.colors().warning if self._critical else theme.colors().accent

    def refusal(self) -> Decision:
        return Decision(Answer.DENIED, by=BY)

    def timed_out(self) -> Decision:
        return Decision(Answer.TIMED_OUT, by=BY)

    def stopped(self) -> Decision:
        return Decision(Answer.STOPPED, by=BY)

    def show_remaining(self, text: str) -> None:
        self._remaining.setText(text)

    def ignored_input(self) -> None:
        self._notice.setText(self.tr("A program's input was ignored. Keys: {0}").format("Alt+A, Alt+D, Alt+S"))
        theme.set_role(self._notice, "warning")

    def _title(self) -> str:
        if self._handed_over:
            return self.tr("Please do this yourself, then press Continue")
        return self.tr("Look closely: allow this?") if self._critical else self.tr("Allow this step?")

    def _header_icon(self) -> str:
        if self._critical:
            return "warning"
        return "keyboard" if self.request.action.kind in (ActionKind.TYPE, ActionKind.KEY) else "pointer"

    def _keys_hint(self, hotkey: str) -> str:
        keys = self.tr("Alt+A approve, Alt+D deny, Alt+S stop")
        if self._handed_over:
            keys = self.tr("Alt+A continue, Alt+D deny, Alt+S stop")
        return self.tr("Keys: {0}, then {1}").format(hotkey, keys) if hotkey else self.tr("Keys: {0}").format(keys)

    def _make_remember(self) -> PromptCheckBox:
        window = self.request.action.window
        name = visible_text.line(window.application or window.title) if window is not None else ""
        text = self.tr("Don't ask again for this in {0} until I quit").format(name or self.tr("this application"))
        metrics = self.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, WIDTH - 4 * theme.LARGE)
        box = PromptCheckBox(shown.replace("&", "&&"))  # one "&" would underline the letter after it
        box.setVisible(self.request.verdict.rememberable and not self._critical)
        return box

    def _make_buttons(self) -> None:
        colors = theme.colors()
        self.stop_button = self.add_button(self.tr("&Stop"), "", "Alt+S", "stop", colors.danger, refuses=True)
        self.deny_button = self.add_button(self.tr("&Deny"), "", "Alt+D", "deny", refuses=True)
        kind, shade = ("warning", colors.on_warning) if self._critical else ("primary", colors.on_accent)
        text = self.tr("Continue") if self._handed_over else self.tr("&Approve")
        self.approve_button = self.add_button(text, kind, "Alt+A", "approve", shade)
        self.stop_button.clicked.connect(lambda: self.answer(self.stopped()))
        self.deny_button.clicked.connect(lambda: self.answer(self.refusal()))
        self.approve_button.clicked.connect(self._approve)

    def _approve(self) -> None:
        remember = self._remember.chosen and self.request.verdict.rememberable and not self._critical
        self.answer(Decision(Answer.APPROVED, remember, BY))

    def _lay_out(self) -> None:
        action = self.request.action
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.MEDIUM)
        layout.setSpacing(theme.MEDIUM)
        layout.addLayout(self._header())
        if not self._handed_over:
            layout.addWidget(ExpandableText(action.words, WORDS_LIMIT, "title"))
        layout.addWidget(self._picture())
        layout.addLayout(_target_rows(self, action))
        if action.typed and not self._handed_over:  # The person types it, not the planner.
            layout.addLayout(self._typed(action.typed))
        layout.addWidget(self._reason())
        layout.addWidget(self._remember)
        layout.addLayout(self._button_row())
        layout.addWidget(self._notice)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(icon_label(self._header_icon(), 18, self.accent))
        row.addWidget(plain_label(self._title(), "warning" if self._critical else "muted"))
        row.addStretch()
        row.addWidget(icon_label("clock", 14, theme.colors().muted))
        row.addWidget(self._remaining)
        return row

    def _picture(self) -> QWidget:
        label = QLabel()
        request = self.request
        label.setPixmap(pictures.target_picture(request.screenshot, request.action, PICTURE, self.devicePixelRatioF()))
        label.setAccessibleName(self.tr("Picture of the target"))
        frame = QFrame()
        theme.set_kind(frame, "picture")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(label)
        return frame

    def _typed(self, text: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.TINY)
        caption = QHBoxLayout()
        caption.addWidget(plain_label(self.tr("Types exactly this"), "small"))
        caption.addStretch()
        caption.addWidget(plain_label(_count(self, text), "small"))
        column.addLayout(caption)
        column.addWidget(VerbatimText(visible_text.verbatim(text)))
        if visible_text.has_hidden(text):
            note = self.tr("It holds characters that don't show; they stand here by their codes.")
            column.addWidget(plain_label(note, "warning", wrap=True))
        return column

    def _reason(self) -> QFrame:
        frame = QFrame()
        theme.set_kind(frame, "note-warning" if self._critical else "note")
        row = QHBoxLayout(frame)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        row.setSpacing(theme.SMALL)
        row.addWidget(
            icon_label("warning" if self._critical else "info", 16, self.accent), 0, Qt.AlignmentFlag.AlignTop
        )
        row.addWidget(plain_label(visible_text.line(self.request.verdict.reason), wrap=True), 1)
        return frame

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(self.stop_button)
        row.addStretch()
        row.addWidget(self.deny_button)
        row.addWidget(self.approve_button)
        return row


def _names(element: Element | None) -> tuple[str, ...]:
    """What a planner may call the element without saying anything new."""
    return () if element is None else (element.name, f"{element.name} ({element.role})")


def _target_rows(card: QWidget, action: Action) -> QGridLayout:
    """What stands at the target, each name in a row of its own; what contradicts the element is a warning."""
    rows: list[tuple[str, str, str]] = []
    if action.element is not None:
        rows.append((card.tr("Element"), f"{action.element.name or '—'} ({action.element.role})", ""))
    if action.claimed and action.claimed not in _names(action.element):
        differs = action.element is not None and contradicts(action.claimed, action.element)
        rows.append((card.tr("Said to be"), action.claimed, "warning" if differs else ""))
    if action.window is not None:
        rows.append((card.tr("Window"), action.window.title or "—", ""))
        rows.append((card.tr("Application"), action.window.application or "—", ""))
    elif action.application:
        rows.append((card.tr("Application"), action.application, ""))
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.MEDIUM)
    grid.setVerticalSpacing(theme.TINY)
    grid.setColumnStretch(1, 1)
    for number, (caption, value, role) in enumerate(rows):
        grid.addWidget(plain_label(caption, "small"), number, 0)
        grid.addWidget(ElidedLabel(value, role), number, 1)
    return grid


def _count(card: QWidget, text: str) -> str:
    """How much text there is: what scrolls out of sight should be known."""
    characters = card.tr("1 character") if len(text) == 1 else card.tr("{0} characters").format(len(text))
    lines = text.count("\n") + 1
    return characters if lines == 1 else card.tr("{0}, {1} lines").format(characters, lines)
