"""The tray application: what it is made of, and how its parts call one another."""

import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from desktop_agent.core import heap, log
from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError
from desktop_agent.core.settings import Settings
from ui import language, theme
from ui.instance import Instance
from ui.open_windows import OpenWindows
from ui.signals import EndSignals
from ui.tray import Tray, shown_hotkey

if TYPE_CHECKING:
    from ui.capture import Captured
    from ui.chat import ChatWindow
    from ui.macro_door import MacroDoor
    from ui.parts import Parts

SWITCH_SECONDS = 0.0005
_log = logging.getLogger(__name__)


def run() -> int:
    """Show the tray and stay until the person quits; where another copy runs, show that one's window instead.

    Raises:
        Unavailable: another copy runs and does not answer.
    """
    log.start("tray")
    heap.give_pictures_back()
    settings, problem = Settings(), None
    try:
        settings = core_settings.load()
    except AgentError as error:
        problem = error
    qt = QApplication(["desktop-agent"])
    qt.setApplicationName("Desktop Agent")
    qt.setQuitOnLastWindowClosed(False)
    instance = Instance(qt)
    if not instance.claim():
        instance.show_other()
        return 0
    language.install(qt, settings.language)
    theme.apply(qt, settings.theme)
    application = Application(settings, instance, problem)
    code = qt.exec()
    if not application.ended_cleanly:
        # A worker that hangs would call into windows that are being taken down.
        logging.shutdown()
        os._exit(1)
    return code


class Application(QObject):
    """Owns everything. The tray comes first; what takes longer is made when the event loop runs, windows when they are
    wanted.

    Args:
        settings: the person's.
        instance: this process's claim.
        problem: what went wrong before, told in the chat window.
    """

    ready = Signal()
    """Everything but the windows is made."""
    _ask_pressed = Signal()
    _record_pressed = Signal()

    def __init__(self, settings: Settings, instance: Instance, problem: AgentError | None = None) -> None:
        super().__init__()
        # A worker that streams an answer keeps the interpreter for 5 ms whenever the GUI thread waits for the X server.
        sys.setswitchinterval(SWITCH_SECONDS)
        self.ended_cleanly = True
        self._settings = settings
        self._instance = instance
        self._problem = problem
        self._closing = False
        self._show_wanted = False
        self._windows = OpenWindows()
        self.chat: ChatWindow | None = None
        self.parts: Parts | None = None
        self.macros: MacroDoor | None = None
        self._ask_pressed.connect(self.ask_about_region, Qt.ConnectionType.QueuedConnection)
        self._signals = EndSignals(self.quit, self)
        self.tray = Tray(self)
        self.tray.show()
        instance.show_requested.connect(self.show_chat)
        QTimer.singleShot(0, self, self._compose)

    def show_chat(self) -> None:
        """Show the chat window."""
        if self.parts is None:
            self._show_wanted = True
        else:
            self._chat_window(self.parts).present()

    def ask_about_region(self) -> None:
        """Let the person mark a region, and open a question box beside it."""
        self._capture(self._open_question)

    def show_settings(self) -> None:
        """Open the settings."""
        from ui.settings import SettingsWindow

        def make(parts: "Parts") -> QWidget:
            window = SettingsWindow(parts.settings, parts.keys.problems)
            window.saved.connect(self._use)
            window.models_wanted.connect(self.show_models)
            window.secrets_wanted.connect(self.show_secrets)
            return window

        self._open("settings", make)

    def show_secrets(self) -> None:
        """Open the window for named secrets."""
        from ui.settings_secrets import SecretsWindow

        self._open("secrets", lambda parts: SecretsWindow(parts.bridge))

    def show_models(self) -> None:
        """Open the window for the model."""
        from ui.models import ModelsWindow

        def make(parts: "Parts") -> QWidget:
            window = ModelsWindow(parts.settings, parts.bridge)
            window.saved.connect(self._use)
            return window

        self._open("models", make)

    def show_runs(self) -> None:
        """Open the list of runs."""
        from ui.runs import RunsWindow

        self._open("runs", lambda parts: RunsWindow(parts.bridge))

    def quit(self) -> None:
        """End everything, the run that is going on too."""
        if self._closing:
            return
        self._closing = True
        for window in QApplication.topLevelWidgets():
            window.hide()
        if self.macros is not None:
            self.macros.close()
        if self.parts is not None:
            self.ended_cleanly = self.parts.close()
        self._signals.close()
        self._instance.close()
        self.tray.hide()
        QApplication.quit()

    def _compose(self) -> None:
        from ui.parts import Parts

        self.parts = parts = Parts(self._settings, self._actions(), self)
        parts.bridge.state_changed.connect(self.tray.show_state)
        parts.bridge.failed.connect(self.show_problem)
        parts.model.told.connect(self.tray.show_model)
        self.tray.opens.connect(parts.model.look)
        parts.model.look()
        if parts.prompts.regions is not None:
            parts.prompts.regions.failed.connect(self.show_problem)
        tray = self.tray
        tray.ask_wanted.connect(self.ask_about_region)
        tray.chat_wanted.connect(self.show_chat)
        tray.stop_wanted.connect(parts.stop)
        tray.release_wanted.connect(parts.bridge.resume)
        tray.runs_wanted.connect(self.show_runs)
        tray.models_wanted.connect(self.show_models)
        tray.settings_wanted.connect(self.show_settings)
        tray.quit_wanted.connect(self.quit)
        self._make_macros(parts)
        self._show_hotkeys()
        if self._show_wanted or not tray.available():
            self.show_chat()
        if self._problem is not None:
            self.show_problem(self._problem)
        if parts.keys.problems:
            tray.notify(self.tr("Hotkeys"), self.tr("Not every hotkey works here. The settings say why."))
        self.ready.emit()

    def _make_macros(self, parts: "Parts") -> None:
        from ui.macro_door import MacroDoor

        self.macros = macros = MacroDoor(parts, self.tray, self)
        self._record_pressed.connect(macros.toggle_recording, Qt.ConnectionType.QueuedConnection)

    def _actions(self) -> dict[str, Callable[[], None]]:
        """What the hotkeys do, called from their thread."""
        return {"ask_hotkey": self._ask_pressed.emit, "record_hotkey": self._record_pressed.emit}

    def show_problem(self, error: AgentError) -> None:
        """Tell the person, in the chat window."""
        _log.warning("%s (%s)", error, error.details)
        self.show_chat()
        if self.chat is not None:
            self.chat.show_error(error)

    def _chat_window(self, parts: "Parts") -> "ChatWindow":
        if self.chat is None:
            from ui.chat import ChatWindow

            self.chat = chat = ChatWindow(parts.current, parts.bridge)
            chat.closed.connect(self._chat_closed)
            chat.region_wanted.connect(lambda: self._capture(self._attach, chat))
            chat.scope_wanted.connect(lambda: self._capture(lambda captured: chat.set_scope(captured.scope), chat))
            chat.model_wanted.connect(self.show_models)
            if self.macros is not None:
                chat.macro_wanted.connect(self.macros.save_run)
            self._show_hotkeys()
        return self.chat

    def _attach(self, captured: "Captured") -> None:
        if self.chat is not None:
            self.chat.attach(captured.screenshot.image, captured.scope)

    def _capture(self, then: "Callable[[Captured], None]", hide: QWidget | None = None) -> None:
        if self.parts is None:
            return
        prompts = self.parts.prompts
        try:
            if prompts.problem is not None:
                raise prompts.problem
            if prompts.regions is not None:
                prompts.regions.capture(then, hide)
        except AgentError as error:
            self.show_problem(error)

    def _open_question(self, captured: "Captured") -> None:
        from ui.region_question import RegionQuestion

        if self.parts is not None:
            RegionQuestion(captured, self.parts.bridge, self.parts.settle).open()

    def _open(self, name: str, make: "Callable[[Parts], QWidget]") -> None:
        """Show the window of that name, the one that is open already where there is one."""
        if self.parts is not None and not self._windows.shown(name):
            self._windows.keep(name, make(self.parts))

    def _use(self, settings: Settings) -> None:
        if self.parts is None:
            return
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, settings.theme)
        if self.macros is not None:
            self.macros.let_keys_go()
        self.parts.use(settings)
        if self.macros is not None:
            self.macros.use(settings)
        self._show_hotkeys()

    def _show_hotkeys(self) -> None:
        if self.parts is None:
            return
        settings, keys = self.parts.settings, self.parts.keys
        ask, stop = keys.working(settings, "ask_hotkey"), keys.working(settings, "stop_hotkey")
        record = keys.working(settings, "record_hotkey")
        self.tray.set_hotkeys(ask, stop, record)
        if self.macros is not None:
            self.macros.set_hotkey(shown_hotkey(record))
        if self.chat is not None:
            has_model = bool(settings.model or (settings.remote_enabled and settings.servers))
            self.chat.welcome.set_state(shown_hotkey(ask), has_model)

    def _chat_closed(self) -> None:
        """With a tray the window is only hidden. Without one nobody could reach the program any more: it ends."""
        if self.chat is None:
            return
        if self.tray.visible:
            self.chat.hide()
        elif self.parts is None or self.parts.bridge.current is None or self._may_stop(self.chat):
            self.quit()

    def _may_stop(self, parent: QWidget) -> bool:
        question = QMessageBox(parent)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(self.tr("Something is still running. Stop it and quit?"))
        stop = question.addButton(self.tr("Stop and quit"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("Go on"), QMessageBox.ButtonRole.RejectRole))
        question.exec()
        return question.clickedButton() is stop
