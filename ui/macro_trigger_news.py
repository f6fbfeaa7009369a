"""Tells at the tray what became of macros that nobody watched. Only our own words, and the macros' names made safe."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ui.tray import Tray, told_name
from ui.when import when

if TYPE_CHECKING:
    from desktop_agent.macros.playing.schedule import Missed
    from desktop_agent.macros.playing.triggers import Start
    from ui.macro_unattended import Outcome

GATHER_MS = 300
"""What comes together is told together: after a night there may be much."""
MOST = 4


class TriggerNews(QObject):
    """See the module."""

    def __init__(self, tray: Tray, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray = tray
        self._lines: list[str] = []
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._show)

    def missed(self, missed: "Missed") -> None:
        """The time of a macro has passed."""
        name, moment = told_name(missed.trigger.macro), when(missed.last.timestamp())
        if missed.times == 1:
            self.tell(self.tr("“{name}” was not played at its time ({when}).").format(name=name, when=moment))
        else:
            said = self.tr("“{name}” was not played {number} times, the last time {when}.")
            self.tell(said.format(name=name, number=missed.times, when=moment))

    def locked(self, start: "Start") -> None:
        """The screen was locked."""
        said = self.tr("“{name}” was not played: the screen is locked, or it is not known whether it is.")
        self.tell(said.format(name=told_name(start.macro)))

    def ended(self, outcome: "Outcome") -> None:
        """A run that nobody watched has ended; what went well is not worth a word."""
        said = {
            "busy": self.tr("“{name}” was not played at its time: something else was running."),
            "recording": self.tr("“{name}” was not played at its time: a macro was being recorded."),
            "waiting": self.tr("“{name}” waits for you: one of its steps must be allowed. Play it yourself."),
            "stopped": self.tr("“{name}” was stopped."),
            "refused": self.tr("“{name}” was not played to its end: it was refused."),
            "done": "",
        }.get(outcome.kind, self.tr("“{name}” was not played to its end."))
        if said:
            self.tell(said.format(name=told_name(outcome.start.macro)))

    def problems(self) -> None:
        """Some triggers can't be used."""
        self.tell(self.tr("Not everything that starts macros works. The window of macros says why."))

    def unreadable(self) -> None:
        """None can."""
        self.tell(self.tr("What starts macros can't be read, so nothing starts by itself."))

    def tell(self, words: str) -> None:
        """Say a sentence of ours."""
        self._lines.append(words)
        self._gather.start()

    def _show(self) -> None:
        lines, self._lines = list(dict.fromkeys(self._lines)), []
        more = len(lines) - MOST
        rest = [self.tr("And {number} more.").format(number=more)] if more > 0 else []
        self._tray.notify(self.tr("Macros"), "\n".join([*lines[:MOST], *rest]), self._tray.macros_wanted)
