"""What the next message may see and touch: shown on a button, changed in its menu."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_agent.cli import scopes
from desktop_agent.core.desktop import Layout, Monitor, Scope, Window
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen, Windows
from ui import theme
from ui.visible_text import line

MAX_WINDOWS = 30
MAX_TITLE = 44


@dataclass(frozen=True)
class Choice:
    """What the person chose; `scope` is None for the whole screen, whose size is seen when it is needed."""

    scope: Scope | None = None

    def settle(self, screen: Screen, windows: Windows, acting: bool) -> Scope:
        """The scope as things stand now. Where it is going to be acted in, its window is brought to the front and gets
        the focus from ours; a region's window is the one at its middle. May take a second.

        Raises:
            UsageError: its window is gone.
            Refused: its window can't be brought to the front.
        """
        scope = self.scope
        if scope is None:
            return scopes.resolve("screen", screen, windows, frozenset())
        if scope.kind == "window":
            window = windows.get(scope.window)
            if window is None:
                raise UsageError(f"The window {scope.label} is gone.", "Choose another scope below the conversation.")
            scope = scopes.of_window(window)
            if acting:
                scopes.activate(scope, windows)
        elif acting and scope.kind == "region":
            beneath = _window_in(scope.region, windows)
            if beneath is not None:
                windows.activate(beneath.id)
        return scope


@dataclass(frozen=True)
class Choices:
    """What can be chosen from: seen afresh whenever the menu opens."""

    layout: Layout
    windows: tuple[Window, ...]

    @classmethod
    def seen(cls, screen: Screen, windows: Windows, own_pids: frozenset[int]) -> "Choices":
        """As things stand now. Not for the GUI thread."""
        others = tuple(each for each in windows.stacking() if not each.popup and each.pid not in own_pids)
        return cls(screen.layout(), others[:MAX_WINDOWS])


class ScopeButton(QToolButton):
    """Shows the scope and offers others. `region_wanted`: the person wants to draw one.

    Args:
        look: gets the `Choices` in the background and calls its argument with them.
    """

    region_wanted = Signal()

    def __init__(self, look: Callable[[Callable[[Choices], None]], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = Choice()
        self._look = look
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(theme.icon("eye"))
        theme.set_kind(self, "quiet")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._open)
        self.setMenu(self._menu)
        self.choose(None)

    def choose(self, scope: Scope | None) -> None:
        """Take `scope`; None is the whole screen."""
        self.choice = Choice(scope)
        label = self.tr("Whole screen") if scope is None else _short(scope.label)
        self.setText(_menu_text(label) + "  ▾")
        self.setAccessibleName(self.tr("What the agent may see and touch: {scope}").format(scope=label))
        self.setToolTip(self.tr("What the agent may see and touch"))

    def _open(self) -> None:
        self._fill((), ())
        self._look(lambda choices: self._fill(choices.layout.monitors, choices.windows))

    def _fill(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> None:
        menu = self._menu
        menu.clear()
        menu.addAction(theme.icon("eye"), self.tr("Whole screen"), lambda: self.choose(None))
        if len(monitors) > 1:
            for monitor in monitors:
                text = self.tr("Monitor {name}").format(name=monitor.name)
                scope = Scope("monitor", monitor.region, text)
                menu.addAction(theme.icon("window"), _menu_text(text), lambda scope=scope: self.choose(scope))
        menu.addAction(theme.icon("region"), self.tr("A region …"), self.region_wanted.emit)
        if windows:
            menu.addSeparator()
        for window in windows:
            scope = scopes.of_window(window)
            name = line(window.title) or line(window.application)
            menu.addAction(theme.icon("window"), _menu_text(_short(name)), lambda scope=scope: self.choose(scope))
        if menu.isVisible():
            menu.adjustSize()


def _window_in(region: Rect, windows: Windows) -> Window | None:
    """The window of others that is meant by a region: at its middle, else the topmost that it touches."""
    others = [each for each in windows.stacking() if not each.popup and each.pid != os.getpid()]
    inside = [each for each in others if each.frame.contains(region.center)]
    touched = [each for each in others if not each.frame.intersection(region).empty]
    return next(iter([*inside, *touched]), None)


def _short(text: str) -> str:
    text = line(text)
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1] + "…"


def _menu_text(text: str) -> str:
    """Foreign text for a menu, where "&" would underline."""
    return text.replace("&", "&&")
