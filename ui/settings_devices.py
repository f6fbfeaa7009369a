"""The part of the settings that says which virtual devices count as the person."""

import glob
from collections.abc import Sequence
from fnmatch import fnmatchcase

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.desktop.devices import virtual_devices
from ui import theme, visible_text
from ui.labels import plain_label


class TrustedDevices(QWidget):
    """A box for each virtual device that is there, and for each name or pattern beside these.

    Args:
        trusted: as in `Settings.trusted_devices`.
    """

    def __init__(self, trusted: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = plain_label("", "danger", wrap=True)
        names = self._virtual_devices()
        by_pattern = {_exactly(name).casefold(): name for name in names}
        self.devices = {name: QCheckBox(_shown(name)) for name in names}
        self.others = {each: QCheckBox(self._other(each)) for each in trusted if each.casefold() not in by_pattern}
        self._chosen = {by_pattern[each.casefold()] for each in trusted if each.casefold() in by_pattern}
        self._lay_out()
        for name, box in self.devices.items():
            box.clicked.connect(lambda checked, name=name: self._choose(name, checked))
        for box in self.others.values():
            box.setChecked(True)
            box.toggled.connect(self._show_chosen)
        self._show_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A form gives a wrapped text in a nested layout one line less than it needs."""
        super().resizeEvent(event)
        for text in (self.problem, self._note):
            text.setMinimumHeight(max(0, text.heightForWidth(self.width())))  # -1 where there is none

    def trusted(self) -> tuple[str, ...]:
        """As in `Settings.trusted_devices`."""
        chosen = (_exactly(name) for name in self.devices if name in self._chosen)
        return (*chosen, *(each for each, box in self.others.items() if box.isChecked()))

    def _virtual_devices(self) -> tuple[str, ...]:
        """Those that are there; why they can't be told is shown."""
        try:
            return tuple(dict.fromkeys(virtual_devices()))
        except AgentError as error:
            self.problem.setText(str(error))
            return ()

    def _lay_out(self) -> None:
        self._note = plain_label(
            self.tr(
                "Programs press keys and buttons through these, remote desktops (x11vnc) and on-screen keyboards too. "
                "What comes through a ticked one counts as yours: any program of yours could then approve in your "
                "place. Stop in the tray works from any of them anyway."
            ),
            "small",
            wrap=True,
        )
        self.problem.setVisible(bool(self.problem.text()))
        column = QVBoxLayout(self)
        # The first box at the height of the words before it.
        box = next(iter((*self.devices.values(), *self.others.values())), None)
        above = theme.field_height() - box.sizeHint().height() if box is not None else 0
        column.setContentsMargins(0, above // 2, 0, 0)
        column.setSpacing(theme.TINY)
        for each in (*self.devices.values(), *self.others.values(), self.problem):
            column.addWidget(each)
        column.addSpacing(theme.TINY)
        column.addWidget(self._note)

    def _other(self, pattern: str) -> str:
        if any(each in pattern for each in "*?["):
            return self.tr("All called “{name}”").format(name=_shown(pattern))
        return self.tr("“{name}”, not there now").format(name=_shown(pattern))

    def _choose(self, name: str, chosen: bool) -> None:
        (self._chosen.add if chosen else self._chosen.discard)(name)

    def _show_chosen(self) -> None:
        """A device that a ticked pattern covers is trusted by that, whatever its own box said."""
        patterns = [each.casefold() for each, box in self.others.items() if box.isChecked()]
        for name, box in self.devices.items():
            covered = any(fnmatchcase(name.casefold(), each) for each in patterns)
            box.setEnabled(not covered)
            box.setChecked(covered or name in self._chosen)


def _exactly(name: str) -> str:
    """The pattern that matches `name` only."""
    return glob.escape(name)


def _shown(text: str) -> str:
    """Foreign text as a box shows it: an ampersand is no shortcut."""
    return visible_text.line(text).replace("&", "&&")
