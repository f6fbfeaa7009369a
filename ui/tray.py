"""The tray icon: what the program is doing, and its menu."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop_agent.core.model_state import ModelState, Presence
from ui import theme
from ui.state import State
from ui.visible_text import line

MOST_NAME = 60


class Tray(QObject):
    """Shows a `State` and the model's, and offers what can be done.

    Signals:
        opens: the menu is about to be shown.
        ask_wanted, chat_wanted, stop_wanted, release_wanted, macros_wanted, record_wanted, models_wanted, runs_wanted,
            settings_wanted, quit_wanted: the menu's entries. Clicking the icon is `chat_wanted`.
        macro_wanted: a macro is to be played, by its name.
    """

    opens = Signal()
    ask_wanted = Signal()
    chat_wanted = Signal()
    stop_wanted = Signal()
    release_wanted = Signal()
    macros_wanted = Signal()
    record_wanted = Signal()
    macro_wanted = Signal(str)
    models_wanted = Signal()
    runs_wanted = Signal()
    settings_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[State, QIcon] = {}
        self._state, self._model = State.IDLE, ModelState()
        self._menu = QMenu()
        self._menu.aboutToShow.connect(self.opens)
        self.ask = self._entry("region", self.tr("Ask about a region"), self.ask_wanted)
        self.chat = self._entry("chat", self.tr("Chat"), self.chat_wanted)
        self._menu.addSeparator()
        self.stop = self._entry("stop", self.tr("Stop"), self.stop_wanted)
        self.release = self._entry("play", self.tr("Release stop"), self.release_wanted)
        self._menu.addSeparator()
        self.macros = self._entry("macro", self.tr("Macros …"), self.macros_wanted)
        self.record = self._entry("record", self.tr("Record a macro"), self.record_wanted)
        self.play = self._menu.addMenu(theme.icon("play"), self.tr("Play a macro"))
        self.show_most_used(())
        self._menu.addSeparator()
        self.runs = self._entry("history", self.tr("Runs"), self.runs_wanted)
        self.models = self._entry("model", "", self.models_wanted)
        self.settings = self._entry("settings", self.tr("Settings"), self.settings_wanted)
        self._menu.addSeparator()
        self.quit = self._entry("quit", self.tr("Quit"), self.quit_wanted)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._told = self.chat_wanted
        self._icon.messageClicked.connect(lambda: self._told.emit())
        self.show_state(self._state)
        self.show_model(self._model)

    @staticmethod
    def available() -> bool:
        """Whether the desktop has a tray now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def visible(self) -> bool:
        """Whether the icon can be seen and clicked now."""
        return self._icon.isVisible() and self.available()

    def show(self) -> None:
        """Show the icon; where the desktop has no tray yet, it appears as soon as there is one."""
        self._icon.show()

    def hide(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def set_hotkeys(self, ask: str, stop: str, record: str = "") -> None:
        """Show the hotkeys that work; an empty one does not. They are text only: the keys are grabbed from the system,
        and as shortcuts of the menu they would act twice."""
        for action, hotkey in ((self.ask, ask), (self.stop, stop), (self.record, record)):
            text = action.text().partition("\t")[0]
            action.setText(f"{text}\t{shown_hotkey(hotkey)}" if hotkey else text)

    def show_recording(self, active: bool) -> None:
        """What the entry for recording does now."""
        hotkey = self.record.text().partition("\t")[1:]
        words = self.tr("Stop recording") if active else self.tr("Record a macro")
        self.record.setText(words + "".join(hotkey))

    def show_most_used(self, names: Sequence[str]) -> None:
        """The macros of the submenu."""
        self.play.clear()
        for name in names:
            action = self.play.addAction(shown_name(name))
            action.triggered.connect(lambda _=False, name=name: self.macro_wanted.emit(name))
        self.play.menuAction().setVisible(bool(names))

    def show_state(self, state: State) -> None:
        """Icon, tool tip and entries for `state`. Stop is always offered: the command line may act unseen here."""
        self._state = state
        if state not in self._icons:
            self._icons[state] = theme.icon(f"tray-{state.value}")
        self._icon.setIcon(self._icons[state])
        self.release.setVisible(state is State.STOPPED)
        self._show_tool_tip()

    def show_model(self, model: ModelState) -> None:
        """The line about the model, in the tool tip and in the menu, where it opens the window of models."""
        self._model = model
        self.models.setText(self.model_text(shown_name(model.name)))
        self._show_tool_tip()

    def state_text(self, state: State) -> str:
        """`state` for people."""
        return {
            State.IDLE: self.tr("ready"),
            State.THINKING: self.tr("thinking"),
            State.ACTING: self.tr("acting"),
            State.WAITING: self.tr("waiting for you"),
            State.STOPPED: self.tr("stopped"),
        }[state]

    def model_text(self, name: str) -> str:
        """The model's state for people, its name written as `name`."""
        return {
            Presence.NONE: self.tr("Model: none, instant commands only"),
            Presence.UNLOADED: self.tr("Model: not loaded – loads when needed"),
            Presence.LOADING: self.tr("Model: loading {name} …"),
            Presence.LOADED: self.tr("Model: loaded, {name}"),
            Presence.REMOTE: self.tr("Model: on a server, {name}"),
        }[self._model.presence].replace("{name}", name)

    def notify(self, title: str, text: str, wanted: SignalInstance | None = None) -> None:
        """Show a message at the tray; clicking it is `wanted`, or else `chat_wanted`. Only our own words, and names by
        `told_name`: desktops take the text for markup."""
        self._told = wanted or self.chat_wanted
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information)

    def _show_tool_tip(self) -> None:
        model = self.model_text(told_name(self._model.name))
        self._icon.setToolTip(f"Desktop Agent – {self.state_text(self._state)}\n{model}")

    def _entry(self, icon: str, text: str, wanted: SignalInstance) -> QAction:
        action = self._menu.addAction(theme.icon(icon), text)
        action.triggered.connect(lambda: wanted.emit())  # without the argument "checked"
        return action

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.chat_wanted.emit()


def shown_name(name: str) -> str:
    """A macro's name in a menu, where "&" would mark a key."""
    return line(name)[:MOST_NAME].replace("&", "&&")


def told_name(name: str) -> str:
    """A macro's name in a message at the tray, where nothing must look like markup."""
    return line(name)[:MOST_NAME].translate(str.maketrans("<>&", "‹›+"))


def shown_hotkey(hotkey: str) -> str:
    """A hotkey of the settings as people write it: "Ctrl+Alt+A"."""
    return "+".join(part.capitalize() for part in hotkey.split("+"))
