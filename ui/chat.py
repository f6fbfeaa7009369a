"""The chat window: a conversation with the agent, what its runs do, and what they may see and touch."""

import os
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from desktop_agent.core.chat import Message
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import AgentError
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.store.conversations import ConversationSummary
from ui import theme
from ui.bridge import Bridge
from ui.chat_empty import Welcome
from ui.chat_entries import Entry, OwnEntry, Shot, of_error, of_messages
from ui.chat_history import LIMIT, History
from ui.chat_input import Composer
from ui.chat_run import RunTeller
from ui.chat_scope import Choices, ScopeButton
from ui.chat_transcript import Transcript
from ui.chat_widgets import StatusLine
from ui.icons import IconButton
from ui.latest import Latest
from ui.run import Run
from ui.state import State
from ui.visible_text import line

SIZE = QSize(980, 720)
NARROW = 760
"""Windows narrower than this begin without the list of conversations."""


class Library(Protocol):
    """The stored conversations. Every method may block, and raise `StoreError`."""

    def recent(self, limit: int) -> Sequence[ConversationSummary]:
        """The conversations that changed last, latest first."""

    def messages(self, conversation_id: str) -> Sequence[Message]:
        """All messages of one, in order."""


class Backing(Protocol):
    """The part of `desktop_agent.cli.session.Session` that the chat reads. Each is opened when it is first used."""

    @property
    def screen(self) -> Screen: ...

    @property
    def windows(self) -> Windows: ...

    @property
    def conversations(self) -> Library: ...


class ChatWindow(QWidget):
    """See the module.

    Signals:
        region_wanted: the person wants to mark a region whose picture goes with the message; answer it with `attach`.
        scope_wanted: the person wants to mark where the agent may work; answer it with `set_scope`.
        model_wanted: the person wants to choose a model.
        macro_wanted: a run shall become a macro; with its id.
        closed: the person closed the window, which is still there.
    """

    region_wanted = Signal()
    scope_wanted = Signal()
    model_wanted = Signal()
    macro_wanted = Signal(str)
    closed = Signal()

    def __init__(self, backing: Backing, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backing = backing
        self._bridge = bridge
        self._conversation: str | None = None
        self._own_run: Run | None = None
        self._opening = Latest()
        self._listing = Latest()
        self._aside = False
        self.setWindowTitle(self.tr("Desktop Agent"))
        self.resize(SIZE)

        self.history = History()
        self.history.opened.connect(self.open_conversation)
        self.history.new_wanted.connect(self.new_conversation)
        self.welcome = Welcome()
        self.welcome.example.connect(self._try_example)
        self.welcome.region_wanted.connect(self.region_wanted)
        self.welcome.model_wanted.connect(self.model_wanted)
        self.transcript = Transcript()
        self.transcript.macro_wanted.connect(self.macro_wanted)
        self.composer = Composer()
        self.composer.sent.connect(self.send)
        self.composer.region_wanted.connect(self.region_wanted)
        self.composer.stop_wanted.connect(lambda: bridge.stop("the chat's Stop button"))
        self.scope = ScopeButton(self._look)
        self.scope.region_wanted.connect(self.scope_wanted)
        self.status = StatusLine()
        theme.set_role(self.status, "small")
        self._latch = self._make_latch_note()
        self._lay_out()

        bridge.started.connect(self._run_started)
        bridge.state_changed.connect(self._state_changed)
        bridge.failed.connect(lambda error: self._add(of_error(error)))
        QShortcut(QKeySequence.StandardKey.New, self, activated=self.new_conversation)
        QShortcut(QKeySequence.StandardKey.Close, self, activated=self.close)
        QShortcut(QKeySequence("F9"), self, activated=self._toggle_history)
        self._state_changed(bridge.state)
        self.composer.set_running(bridge.current is not None)

    def send(self, text: str) -> None:
        """Ask or do `text`, with what is attached, within the scope."""
        image, choice = self.composer.attached, self.scope.choice
        run = self._bridge.submit(
            text,
            lambda acting: choice.settle(self._backing.screen, self._backing.windows, acting),
            image=image,
            conversation=self._conversation,
            before_acting=self._step_aside,
        )
        if run is None:
            self._set_status(self.tr("Something is running already. Wait until it ends, or stop it."))
            return
        self._own_run = run
        self._opening.ask()
        shots = () if image is None else (Shot(image, self.tr("Attached region")),)
        self._add(OwnEntry(text, shots))
        self.transcript.scroll_to_end()
        for shot in shots:
            self._compress(shot)
        teller = RunTeller(run, self.transcript, self._compress)
        teller.status.connect(self._set_status)
        teller.conversation.connect(self._joined)
        run.ended.connect(self._run_ended)
        self.composer.sent_off(text)

    def attach(self, image: Image, scope: Scope) -> None:
        """Take a marked region: its picture goes with the next message, and the agent works there."""
        self.composer.attach_image(image, line(scope.label))
        self.set_scope(scope)

    def set_scope(self, scope: Scope) -> None:
        """What the next messages may see and touch."""
        self.scope.choose(scope)
        self.present()

    def present(self) -> None:
        """Show the window, in front, ready to write."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        self.composer.edit.setFocus()

    def show_error(self, error: AgentError) -> None:
        """Show a problem in its place, in the conversation."""
        self._add(of_error(error))

    def new_conversation(self) -> None:
        """Begin an empty one. What runs goes on; its conversation is in the list."""
        self._show_entries(None, ())
        self.composer.edit.setFocus()

    def open_conversation(self, conversation: str) -> None:
        """Load one from the store."""
        self._opening.ask()
        if conversation == self._conversation:
            self._set_status("")
            return
        self._set_status(self.tr("Loading …"))
        self._bridge.background(
            lambda: of_messages(self._backing.conversations.messages(conversation)),
            self._opening.only(lambda entries: self._show_entries(conversation, entries)),
            self._opening.only(self._loading_failed),
            self,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Whoever owns the window decides what closing means."""
        event.ignore()
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """See what is in the store."""
        super().showEvent(event)
        self._refresh_history()

    def _lay_out(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.transcript)
        toggle = IconButton("history", self.tr("Show or hide the list of conversations (F9)"))
        toggle.clicked.connect(self._toggle_history)
        foot = QHBoxLayout()
        foot.addWidget(toggle)
        foot.addWidget(self.scope)
        foot.addWidget(self.status, 1)
        below = QVBoxLayout()
        below.setContentsMargins(theme.LARGE, theme.SMALL, theme.LARGE, theme.SMALL)
        below.setSpacing(theme.SMALL)
        below.addWidget(self._latch)
        below.addWidget(self.composer)
        below.addLayout(foot)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addLayout(self._stack, 1)
        main.addLayout(below)
        rule = QFrame(frameShape=QFrame.Shape.VLine, frameShadow=QFrame.Shadow.Plain)
        rule.setForegroundRole(rule.palette().ColorRole.Mid)
        self._side = QWidget()
        side = QHBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.history)
        side.addWidget(rule)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._side)
        layout.addLayout(main, 1)
        self._side.setVisible(self.width() >= NARROW)

    def _make_latch_note(self) -> QFrame:
        note = QFrame()
        theme.set_kind(note, "note-warning")
        text = QLabel(self.tr("Stopped. Nothing acts until you release it."), textFormat=Qt.TextFormat.PlainText)
        release = QPushButton(self.tr("Release stop"))
        release.clicked.connect(self._bridge.resume)
        row = QHBoxLayout(note)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.SMALL, theme.SMALL)
        row.addWidget(text, 1)
        row.addWidget(release)
        note.hide()
        return note

    def _look(self, then: Callable[[Choices], None]) -> None:
        own = frozenset({os.getpid()})
        self._bridge.background(
            lambda: Choices.seen(self._backing.screen, self._backing.windows, own),
            then,
            lambda error: self._set_status(error.user_message),
            self,
        )

    def _compress(self, shot: Shot) -> None:
        self._bridge.background(shot.compress, lambda _: None)

    def _add(self, entry: Entry) -> None:
        self.transcript.add(entry)
        self._stack.setCurrentWidget(self.transcript)

    def _show_entries(self, conversation: str | None, entries: Sequence[Entry]) -> None:
        self._leave_run()
        self._opening.ask()
        self._conversation = conversation
        self.transcript.load(entries)
        self._stack.setCurrentWidget(self.transcript if entries else self.welcome)
        self._set_status("")
        self.history.mark(conversation)

    def _leave_run(self) -> None:
        """The run that was told here goes on, but is told no more: its conversation is no longer on show."""
        run, self._own_run = self._own_run, None
        if run is not None:
            for teller in run.findChildren(RunTeller):
                teller.deleteLater()
                teller.blockSignals(True)
                run.event.disconnect(teller.on_event)
                run.ended.disconnect(teller.on_ended)

    def _loading_failed(self, error: AgentError) -> None:
        self._set_status("")
        self._add(of_error(error))

    def _joined(self, conversation: str) -> None:
        self._conversation = conversation
        self._refresh_history()

    def _run_started(self, run: Run) -> None:
        self.composer.set_running(True)
        run.ended.connect(lambda _: self.composer.set_running(False))

    def _step_aside(self) -> None:
        """Don't stand in the agent's way: where our own windows stand it neither sees nor acts."""
        scope = self.scope.choice.scope
        if self.isVisible() and not self.isMinimized() and (scope is None or scope.kind != "window"):
            self._aside = True
            self.showMinimized()

    def _run_ended(self) -> None:
        if self._aside:
            self._aside = False
            self.showNormal()
        self._own_run = None
        self._refresh_history()

    def _state_changed(self, state: State) -> None:
        self._latch.setVisible(state is State.STOPPED)

    def _refresh_history(self) -> None:
        if self.isVisible():
            self._listing.ask()
            self._bridge.background(
                lambda: self._backing.conversations.recent(LIMIT),
                self._listing.only(lambda recent: self.history.show_conversations(recent, self._conversation)),
                lambda error: self._add(of_error(error)),
                self,
            )

    def _toggle_history(self) -> None:
        self._side.setVisible(not self._side.isVisible())

    def _try_example(self, text: str) -> None:
        self.composer.edit.setPlainText(text)
        self.composer.edit.setFocus()

    def _set_status(self, text: str) -> None:
        self.status.show_text(text)
