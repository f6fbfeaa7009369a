"""The conversation's cards, one below the other.

A list of widgets with a cap, not an item view: cards hold selectable text, pictures, buttons and what unfolds, all of
it reachable by keyboard and screen reader, which a delegate would have to imitate. Only the latest `MAX_CARDS` entries
have widgets; the rest are data until they are asked for. So the cost of a conversation doesn't grow with its length.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.chat_cards import AnswerCard, Card, OfferCard, card
from ui.chat_entries import AnswerEntry, Entry

PAGE = 40
MAX_CARDS = 120
MAX_WIDTH = 820
NEAR_END = 24
"""Pixels from the end within which the view follows what is added."""


class Transcript(QScrollArea):
    """Shows entries; new ones at the end. `macro_wanted` carries the id of a run that shall become a macro."""

    macro_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self._hidden: list[Entry] = []
        self._cards: list[Card] = []
        self._streaming: AnswerCard | None = None
        self._follow = True
        self._earlier = QPushButton(self.tr("Show earlier messages"))
        theme.set_kind(self._earlier, "quiet")
        self._earlier.clicked.connect(self._show_earlier)
        self._earlier.hide()
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setSpacing(theme.MEDIUM)
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch()
        self.setWidget(content)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(lambda value: setattr(self, "_follow", value >= bar.maximum() - NEAR_END))

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(self._cards)

    @property
    def empty(self) -> bool:
        return not self._cards

    def load(self, entries: Sequence[Entry]) -> None:
        """Show another conversation, from its end."""
        self._streaming = None
        for each in self._cards:
            self._drop(each)
        self._cards = []
        self._hidden = list(entries[:-PAGE])
        for entry in entries[-PAGE:]:
            self._insert(card(entry), len(self._cards))
        self._earlier.setVisible(bool(self._hidden))
        self.scroll_to_end()

    def add(self, entry: Entry) -> Card:
        """Show one more entry at the end."""
        self.finish(None)
        made = card(entry)
        self._insert(made, len(self._cards))
        self._trim()
        return made

    def stream(self, text: str = "", reasoning: str = "") -> None:
        """Add to the answer that is streaming in, at the end."""
        if self._streaming is None:
            if not text and not reasoning:
                return
            self._streaming = AnswerCard(AnswerEntry(""))
            self._insert(self._streaming, len(self._cards))
        self._streaming.add_reasoning(reasoning)
        self._streaming.add_text(text)

    def finish(self, entry: AnswerEntry | None) -> None:
        """The streaming answer is over; `entry` is all of it, where that is known."""
        streaming, self._streaming = self._streaming, None
        if streaming is None:
            if entry is not None and (entry.text or entry.reasoning):
                self.add(entry)
            return
        if entry is not None:
            streaming.entry = entry
            if entry.text != streaming.text:
                self._replace(streaming, card(entry))
                return
        else:
            streaming.entry = AnswerEntry(streaming.text)
        streaming.named()

    def scroll_to_end(self) -> None:
        """Show the latest, and follow what comes."""
        self._follow = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End, beside what every scroll area knows."""
        bar = self.verticalScrollBar()
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines stay readable in a wide window."""
        super().resizeEvent(event)
        side = max(theme.LARGE, (self.viewport().width() - MAX_WIDTH) // 2)
        self._column.setContentsMargins(side, theme.LARGE, side, theme.LARGE)

    def _insert(self, made: Card, index: int) -> None:
        self._cards.insert(index, made)
        if isinstance(made, OfferCard):
            made.wanted.connect(self.macro_wanted)
        self._column.insertWidget(index + 1, made)

    def _replace(self, old: Card, new: Card) -> None:
        index = self._cards.index(old)
        self._cards.pop(index)
        self._drop(old)
        self._insert(new, index)

    def _drop(self, old: Card) -> None:
        self._column.removeWidget(old)
        old.hide()
        old.deleteLater()

    def _trim(self) -> None:
        """Take the widgets of the oldest entries away, unless the person is reading there."""
        if len(self._cards) <= MAX_CARDS or not self._follow:
            return
        old, self._cards = self._cards[:PAGE], self._cards[PAGE:]
        for each in old:
            self._hidden.append(each.entry)
            self._drop(each)
        self._earlier.show()

    def _show_earlier(self) -> None:
        shown, self._hidden = self._hidden[-PAGE:], self._hidden[:-PAGE]
        first = self._cards[0] if self._cards else None
        self._follow = False
        for index, entry in enumerate(shown):
            self._insert(card(entry), index)
        self._earlier.setVisible(bool(self._hidden))
        if first is not None:
            self.widget().layout().activate()
            self.verticalScrollBar().setValue(first.y() - theme.LARGE)

    def _range_changed(self, _: int, maximum: int) -> None:
        if self._follow:
            self.verticalScrollBar().setValue(maximum)
