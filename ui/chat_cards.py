"""The cards of a conversation, one for each kind of entry. All text in them is shown as it is, never as markup."""

from typing import ClassVar

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui import theme
from ui.chat_entries import AnswerEntry, Entry, LookEntry, NoticeEntry, NoticeKind, OwnEntry, Shot, StepEntry
from ui.icons import IconButton, IconLabel
from ui.pictures import thumbnail
from ui.visible_text import line

CHUNK = 1500
"""Characters after which a text goes on in another label, so that adding to it costs the same at any length."""
MAX_SHOWN = 60_000
"""Characters of one text that are shown; all of them can be copied."""
THUMBNAIL = QSize(280, 160)
OWN_SHARE = 0.8
"""The widest that the person's own message gets, as a share of the conversation."""


class PlainLabel(QLabel):
    """Wrapped text that can be selected and is never markup."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)
        if role:
            theme.set_role(self, role)


class StatusLine(QLabel):
    """One line at the right edge, cut with an ellipsis where there is no room. Screen readers get all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show `text`, which may be foreign, in one line."""
        self._whole = line(text)
        self.setAccessibleName(self._whole)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class Body(QWidget):
    """A text that may grow while it streams in."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._pieces: list[str] = []
        self._shown = 0
        self._open = ""
        self._label: QLabel | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.append(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def append(self, text: str) -> None:
        """Add to the end."""
        if not text:
            return
        self._pieces.append(text)
        room = MAX_SHOWN - self._shown
        if room <= 0:
            return
        self._shown += len(text)
        if len(text) >= room:
            text = text[:room] + "\n" + self.tr("… (the rest is too long to show; Copy takes all of it)")
        self._show(text)

    def _show(self, text: str) -> None:
        self._open += text
        while len(self._open) > CHUNK:
            cut = self._open.find("\n", CHUNK, 2 * CHUNK)
            if cut < 0 and len(self._open) < 2 * CHUNK:
                break
            cut = cut if cut >= 0 else 2 * CHUNK
            self._current().setText(self._open[:cut])
            self._open = self._open[cut:].removeprefix("\n")
            self._label = None
        if self._open:
            self._current().setText(self._open)

    def _current(self) -> QLabel:
        if self._label is None:
            self._label = PlainLabel(role=self._role)
            self._layout.addWidget(self._label)
        return self._label


class Chip(QLabel):
    """A word on a tinted ground."""

    def __init__(self, text: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(theme.SMALL, 2, theme.SMALL, 2)
        theme.set_role(self, tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, then the text."""
        c = theme.colors()
        grounds = {"success": c.success_soft, "warning": c.warning_soft, "danger": c.danger_soft}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(grounds.get(self._tone, c.raised))
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()
        super().paintEvent(event)


class PictureButton(QToolButton):
    """A small picture; pressed, it opens large."""

    def __init__(self, shot: Shot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_kind(self, "tool")
        self.setStyleSheet("padding: 0")
        self._shot = shot
        picture = thumbnail(shot.preview(), THUMBNAIL, self.devicePixelRatioF())
        self.setIcon(QIcon(picture))
        self.setIconSize(picture.deviceIndependentSize().toSize())
        self.setAccessibleName(
            self.tr("Picture {name}, {size}. Press to enlarge.").format(
                name=shot.label, size=f"{shot.width} × {shot.height}"
            )
        )
        self.clicked.connect(self._enlarge)

    def _enlarge(self) -> None:
        from ui.chat_picture import PictureWindow

        large = PictureWindow(self._shot, self.window())
        large.show()
        large.activateWindow()


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


class Disclosure(QWidget):
    """A title that shows and hides what is below it."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, beside: QWidget | None = None) -> None:
        super().__init__()
        self._content = content
        self._button = IconButton("expand", color="muted")
        self._button.setCheckable(True)
        self._button.setIconSize(QSize(14, 14))
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setAccessibleName(title)
        self._button.toggled.connect(self._toggle)
        content.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.TINY)
        if beside is None:
            self._button.setText(title)
            head.addWidget(self._button)
            head.addStretch()
        else:
            head.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
            head.addWidget(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.TINY)
        layout.addLayout(head)
        layout.addWidget(content)

    def open(self) -> None:
        """Show the content."""
        self._button.setChecked(True)

    def _toggle(self, opened: bool) -> None:
        self.toggled.emit(opened)
        self._content.setVisible(opened)
        self._button.set_icon("collapse" if opened else "expand")


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
