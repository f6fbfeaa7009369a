"""The window of past runs: a list, and the steps of the chosen one with their pictures."""

import contextlib
import datetime
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.images import Images
from desktop_agent.store.records import RunState, RunSummary, StoredStep
from desktop_agent.store.runs import Runs
from ui import theme
from ui.bridge import Bridge
from ui.chat_entries import Entry, LookEntry, NoticeEntry, OwnEntry, Shot, StepEntry, facts_of, of_error, shot_labels
from ui.chat_history import ITEM_STYLE
from ui.chat_run import NOTICES
from ui.chat_transcript import Transcript
from ui.visible_text import line

LIMIT = 200
SIZE = QSize(980, 640)


class RunsWindow(QWidget):
    """See the module. With a `planner`, only its runs: that of a macro is "macro:NAME"."""

    def __init__(self, bridge: Bridge, planner: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._chosen = ""
        self.setWindowTitle(self.tr("Runs – Desktop Agent"))
        self.resize(SIZE)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet(ITEM_STYLE)
        self.list.setAccessibleName(self.tr("Runs, latest first"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._choose)
        self.note = QLabel(self.tr("Loading …"), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        theme.set_role(self.note, "muted")
        self.detail = Transcript()
        self.detail.setAccessibleName(self.tr("Steps of the run"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.SMALL, theme.MEDIUM)
        column.addWidget(self.note)
        column.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(1, 1)
        split.setSizes([320, SIZE.width() - 320])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        bridge.background(lambda: _latest(planner), self._show_list, self._list_failed, self)

    def _show_list(self, runs: Sequence[RunSummary]) -> None:
        self.note.setText(self.tr("No run yet."))
        self.note.setVisible(not runs)
        for run in runs:
            item = QListWidgetItem(
                f"{line(run.instruction)}\n{_when(run.started_at)} – {_status(run.status)}", self.list
            )
            item.setData(Qt.ItemDataRole.UserRole, run.id)
        if runs:
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _list_failed(self, error: AgentError) -> None:
        self.note.setText(str(error))
        theme.set_role(self.note, "danger")

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        run = self._chosen = item.data(Qt.ItemDataRole.UserRole)

        def show(entries: Sequence[Entry]) -> None:
            if run == self._chosen:  # the person may have gone on meanwhile
                self.detail.load(entries)
                self.detail.verticalScrollBar().setValue(0)

        self._bridge.background(lambda: _entries(run), show, lambda error: show((of_error(error),)), self)


def _latest(planner: str) -> tuple[RunSummary, ...]:
    with contextlib.closing(Database(default_path())) as database:
        runs = Runs(database)
        return runs.of_planner(planner, LIMIT) if planner else runs.list(LIMIT)


def _entries(run: str) -> tuple[Entry, ...]:
    """The run as entries of a conversation, steps and looks in the order of time."""
    with contextlib.closing(Database(default_path())) as database:
        record, images = Runs(database).get(run), Images(database)
        timed: list[tuple[float, Entry]] = [(step.at, _step(step, images)) for step in record.steps]
    timed += [(look.at, LookEntry(look.tool, look.summary)) for look in record.looks]
    summary = record.run
    end = NoticeEntry(NOTICES.get(summary.status, "error"), summary.summary or summary.status)
    return (OwnEntry(summary.instruction), *(entry for _, entry in sorted(timed, key=lambda each: each[0])), end)


def _step(step: StoredStep, images: Images) -> StepEntry:
    shots = [
        Shot.stored(images.png(shot.digest), (shot.region.width, shot.region.height), label)
        for shot, label in shot_labels(step.number, step.before, step.after)
    ]
    facts = facts_of(step.message, step.evidence, step.verdict, step.decision, step.settled)
    return StepEntry(step.words, step.outcome.value, step.number, facts, tuple(shots))


def _status(status: RunState) -> str:
    """How a run ended, or that it goes on, for people."""
    return {
        "done": QCoreApplication.translate("runs", "done"),
        "failed": QCoreApplication.translate("runs", "failed"),
        "refused": QCoreApplication.translate("runs", "refused"),
        "stopped": QCoreApplication.translate("runs", "stopped"),
        "limit": QCoreApplication.translate("runs", "reached its limit"),
        "gave_up": QCoreApplication.translate("runs", "given up"),
        "waiting": QCoreApplication.translate("runs", "waits for you"),
        "running": QCoreApplication.translate("runs", "goes on"),
        "unknown": QCoreApplication.translate("runs", "broke off"),
    }[status]


def _when(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
