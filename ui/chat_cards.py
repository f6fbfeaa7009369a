"""The cards of a conversation, one for each kind of entry. All text in them is shown as it is, never as markup."""

from typing import ClassVar

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.chat_entries import (
    AnswerEntry,
    Entry,
    LookEntry,
    NoticeEntry,
    NoticeKind,
    OfferEntry,
    OwnEntry,
    Shot,
    StepEntry,
)
from ui.chat_widgets import MAX_SHOWN, Body, Chip, Disclosure, PictureButton, PlainLabel
from ui.icons import IconLabel
from ui.visible_text import line

OWN_SHARE = 0.8
"""The widest that the person's own message gets, as a share of the conversation."""


class Card(QFrame):
    """An entry in the conversation. Ctrl+C copies its text when it has the focus."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        self.rows.setSpacing(theme.SMALL)

    @property
    def text(self) -> str:
        """What copying takes."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy."""
        if event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            QGuiApplication.clipboard().setText(self.text)
        else:
            super().keyPressEvent(event)

    def _add_shots(self, shots: tuple[Shot, ...]) -> None:
        if not shots:
            return
        row = QHBoxLayout()
        for shot in shots:
            row.addWidget(PictureButton(shot))
        row.addStretch()
        self.rows.addLayout(row)


class OwnCard(Card):
    """What the person said, on the right."""

    def __init__(self, entry: OwnEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self._text = entry.text
        self.setAccessibleName(self.tr("You: {text}").format(text=entry.text))
        self.rows.setContentsMargins(0, 0, 0, 0)
        self._bubble = QFrame()
        theme.set_kind(self._bubble, "note")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        for shot in entry.shots:
            inside.addWidget(PictureButton(shot), 0, Qt.AlignmentFlag.AlignLeft)
        self._label = Body(entry.text)
        inside.addWidget(self._label)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._bubble)
        self.rows.addLayout(row)

    @property
    def text(self) -> str:
        return self._text

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As wide as the text, up to a share of the conversation."""
        lines = self._text[:MAX_SHOWN].split("\n")
        natural = max(self.fontMetrics().horizontalAdvance(line[:400]) for line in lines) + 2
        self._label.setMinimumWidth(min(natural, round(self.width() * OWN_SHARE) - 2 * theme.MEDIUM))
        super().resizeEvent(event)


class AnswerCard(Card):
    """What the planner says. It may still be growing."""

    def __init__(self, entry: AnswerEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self._reasoning: Disclosure | None = None
        self._thoughts = Body(role="muted")
        self.body = Body()
        self.rows.addWidget(self.body)
        self.add_reasoning(entry.reasoning)
        self.add_text(entry.text)
        self.named()

    @property
    def text(self) -> str:
        return self.body.text

    def named(self) -> None:
        """Give screen readers the text as it is now."""
        self.setAccessibleName(self.tr("Agent: {text}").format(text=self.text[:MAX_SHOWN]))

    def add_text(self, text: str) -> None:
        """A piece of the answer."""
        self.body.append(text)

    def add_reasoning(self, text: str) -> None:
        """A piece of the reasoning, folded away at first."""
        if not text:
            return
        if self._reasoning is None:
            self._reasoning = Disclosure(self.tr("Reasoning"), self._thoughts)
            self.rows.insertWidget(0, self._reasoning)
        self._thoughts.append(text)


class StepCard(Card):
    """One action in a line: number, words, outcome; the rest folded away until it is wanted."""

    TONES: ClassVar[dict[str, str]] = {
        "confirmed": "success",
        "no_effect_seen": "warning",
        "refused": "warning",
        "failed": "danger",
    }

    def __init__(self, entry: StepEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self.rows.setContentsMargins(theme.SMALL, theme.TINY, theme.SMALL, theme.TINY)
        theme.set_kind(self, "card")
        self._entry = entry
        words, title = outcome_words(entry.outcome), line(entry.title)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(theme.SMALL)
        number = PlainLabel(f"{entry.number}.", "muted")
        number.setWordWrap(False)
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(PlainLabel(title), 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Chip(words, self.TONES.get(entry.outcome, "muted")), 0, Qt.AlignmentFlag.AlignTop)
        self._details = QWidget()
        self._disclosure = Disclosure(
            self.tr("Details of step {number}: {title} – {outcome}").format(
                number=entry.number, title=title, outcome=words
            ),
            self._details,
            head,
        )
        self._disclosure.toggled.connect(self._fill)
        self.rows.addWidget(self._disclosure)

    @property
    def text(self) -> str:
        entry = self._entry
        return "\n".join([f"{entry.number}. {entry.title}: {outcome_words(entry.outcome)}", *entry.facts])

    def open(self) -> None:
        """Show the details."""
        self._disclosure.open()

    def _fill(self, opened: bool) -> None:
        """Make the details when they are first wanted: most never are."""
        if not opened or self._details.layout() is not None:
            return
        layout = QVBoxLayout(self._details)
        layout.setContentsMargins(theme.HUGE + theme.SMALL, 0, 0, theme.SMALL)
        for fact in self._entry.facts:
            layout.addWidget(PlainLabel(fact, "muted"))
        row = QHBoxLayout()
        for shot in self._entry.shots:
            column = QVBoxLayout()
            column.addWidget(PictureButton(shot), 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(PlainLabel(shot.label, "small"))
            row.addLayout(column)
        row.addStretch()
        layout.addLayout(row)


class LookCard(Card):
    """The use of a tool that only looks, quietly; a long result is folded."""

    def __init__(self, entry: LookEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self.rows.setContentsMargins(theme.SMALL, 0, theme.SMALL, 0)
        first, _, rest = entry.summary.strip().partition("\n")
        title = f"{entry.tool}: {first}" if entry.tool else first
        self._text = f"{entry.tool}: {entry.summary}"
        if not rest and not entry.shots:
            self.rows.addWidget(PlainLabel(title, "small"))
            return
        details = QWidget()
        layout = QVBoxLayout(details)
        layout.setContentsMargins(theme.HUGE, 0, 0, theme.TINY)
        if rest:
            layout.addWidget(Body(rest, "small"))
        self._shots, self._layout = entry.shots, layout
        disclosure = Disclosure(self.tr("Details: {title}").format(title=title), details, PlainLabel(title, "small"))
        disclosure.toggled.connect(self._show_pictures)
        self.rows.addWidget(disclosure)

    @property
    def text(self) -> str:
        return self._text

    def _show_pictures(self) -> None:
        for shot in self._shots:
            self._layout.addWidget(PictureButton(shot), 0, Qt.AlignmentFlag.AlignLeft)
        self._shots = ()


class NoticeCard(Card):
    """How a run ended, or what went wrong, with what to do."""

    LOOKS: ClassVar[dict[NoticeKind, tuple[str, str, str]]] = {
        "done": ("approve", "success", "card"),
        "info": ("info", "muted", "card"),
        "warning": ("warning", "warning", "note-warning"),
        "error": ("warning", "danger", "note-danger"),
    }
    """Icon, its colour, and the kind of frame."""

    def __init__(self, entry: NoticeEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self._entry = entry
        self.setAccessibleName(self.text)
        icon, color, kind = self.LOOKS[entry.kind]
        theme.set_kind(self, kind)
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(IconLabel(icon, 18, color), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(theme.TINY)
        column.addWidget(PlainLabel(entry.text))
        if entry.hint:
            column.addWidget(PlainLabel(entry.hint, "muted"))
        row.addLayout(column, 1)
        self.rows.addLayout(row)

    @property
    def text(self) -> str:
        return f"{self._entry.text} {self._entry.hint}".strip()


class OfferCard(Card):
    """Offers to make a macro of a run. `wanted` carries the run's id."""

    wanted = Signal(str)

    def __init__(self, entry: OfferEntry, parent: QWidget | None = None) -> None:
        super().__init__(entry, parent)
        self.rows.setContentsMargins(theme.SMALL, 0, theme.SMALL, 0)
        self.button = QPushButton(self.tr("Save as macro …"))
        theme.set_kind(self.button, "link")
        self.button.clicked.connect(lambda _=False: self.wanted.emit(entry.run))
        self.rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)


def card(entry: Entry) -> Card:
    """The widget for an entry."""
    match entry:
        case OwnEntry():
            return OwnCard(entry)
        case AnswerEntry():
            return AnswerCard(entry)
        case StepEntry():
            return StepCard(entry)
        case LookEntry():
            return LookCard(entry)
        case NoticeEntry():
            return NoticeCard(entry)
        case OfferEntry():
            return OfferCard(entry)


def outcome_words(outcome: str) -> str:
    """A core `Outcome` for people."""
    words = {
        "confirmed": QCoreApplication.translate("chat", "confirmed"),
        "no_effect_seen": QCoreApplication.translate("chat", "no effect seen"),
        "unverifiable": QCoreApplication.translate("chat", "not verifiable"),
        "refused": QCoreApplication.translate("chat", "refused"),
        "failed": QCoreApplication.translate("chat", "failed"),
    }
    return words.get(outcome, outcome)
