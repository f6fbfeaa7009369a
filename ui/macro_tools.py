"""Rows of buttons for actions, with icons that keep to the theme's colours when they change."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui import theme

BARE = 34


class IconAction(QAction):
    """An action of the window `owner`, with a shortcut."""

    def __init__(self, owner: QWidget, icon: str, text: str, shortcut: str, does: Callable[[], object]) -> None:
        super().__init__(theme.icon(icon), text, owner)
        self.icon_name = icon
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
            shown = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self.setToolTip(f"{text.removesuffix(' …')} ({shown})")
        self.triggered.connect(lambda _=False: does())
        owner.addAction(self)


class ToolRow(QWidget):
    """A button with icon and words for each action, None for room between them; `primary` is the main one, and those
    of `bare` are an icon alone."""

    def __init__(
        self, *actions: IconAction | None, primary: IconAction | None = None, bare: tuple[IconAction, ...] = ()
    ) -> None:
        super().__init__()
        self._primary, self._bare = primary, bare
        self.buttons: dict[IconAction, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.TINY)
        for action in actions:
            if action is None:
                row.addStretch()
            else:
                row.addWidget(self._button(action))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _button(self, action: IconAction) -> QPushButton:
        # Not a QToolButton: with a style sheet it takes more room than it needs, and leaves it empty.
        button = QPushButton()
        theme.set_kind(button, "primary" if action is self._primary else "bare" if action in self._bare else "quiet")
        if action in self._bare:
            button.setFixedSize(BARE, BARE)
        button.setIconSize(QSize(18, 18))
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: action.trigger())
        action.changed.connect(self._follow)
        self.buttons[action] = button
        self._show(action, button)
        return button

    def _follow(self) -> None:
        for action, button in self.buttons.items():
            self._show(action, button)

    def _show(self, action: IconAction, button: QPushButton) -> None:
        button.setText("" if action in self._bare else action.text())
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text())
        button.setEnabled(action.isEnabled())

    def _draw(self) -> None:
        for action, button in self.buttons.items():
            color = theme.colors().on_accent if action is self._primary else None
            button.setIcon(theme.icon(action.icon_name, color))
