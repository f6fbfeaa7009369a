"""Records a macro: the recorder on a thread, the badge on the screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_agent.core.errors import AgentError
from ui.bridge import Bridge
from ui.macro_badge import RecordingBadge
from ui.macro_work import Draft, Recorder, Work


class Recording(QObject):
    """One recording at a time.

    Signals:
        began: it records.
        ended: with the `Draft`, or None where nothing came of it.
        failed: with the `AgentError`; `ended` follows.
    """

    began = Signal()
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._bridge = work, bridge
        self._recorder: Recorder | None = None
        self._starting = self._stopping = False
        self.badge: RecordingBadge | None = None

    @property
    def active(self) -> bool:
        """Whether there is one, from its start until its steps are made."""
        return self._starting or self._recorder is not None

    def start(self) -> None:
        """Begin, unless there is one."""
        if self.active:
            return
        self._starting = True

        def work() -> Recorder:
            recorder = self._work.recorder()
            recorder.start()
            return recorder

        self._bridge.background(work, self._started, self._give_up, self)

    def stop(self) -> None:
        """End it, and make steps of it."""
        recorder = self._recorder
        if recorder is None or self._stopping:
            return
        self._stopping = True
        if self.badge is not None:
            self.badge.show_stopping()
        self._bridge.background(recorder.stop, self._finish, self._give_up, self)

    def set_paused(self, paused: bool) -> None:
        """Record nothing for a while, or go on."""
        recorder, badge = self._recorder, self.badge
        if recorder is None or badge is None or self._stopping:
            return
        change: Callable[[], None] = recorder.pause if paused else recorder.resume
        self._bridge.background(change, lambda _: badge.set_paused(paused), self.failed.emit, badge)

    def toggle_pause(self) -> None:
        """For the hotkey: pause, or go on."""
        if self.badge is not None:
            self.set_paused(not self.badge.paused)

    def show_pause_hotkey(self, hotkey: str) -> None:
        """The hotkey that pauses, for people; empty where there is none."""
        if self.badge is not None:
            self.badge.show_hotkey(hotkey)

    def close(self) -> None:
        """The program ends: what was recorded is let go of, the recorder ends on its own thread."""
        recorder, self._recorder = self._recorder, None
        self._drop_badge()
        if recorder is not None and not self._stopping:
            self._bridge.background(recorder.stop, lambda _: None)

    def _started(self, recorder: Recorder) -> None:
        self._starting = False
        self._recorder = recorder
        self.badge = badge = RecordingBadge(lambda: recorder.count)
        badge.pause_wanted.connect(lambda: self.set_paused(True))
        badge.resume_wanted.connect(lambda: self.set_paused(False))
        badge.stop_wanted.connect(self.stop)
        badge.show_in_corner()
        self.began.emit()

    def _finish(self, draft: Draft | None) -> None:
        self._recorder, self._starting, self._stopping = None, False, False
        self._drop_badge()
        self.ended.emit(draft)

    def _give_up(self, error: AgentError) -> None:
        self.failed.emit(error)
        self._finish(None)

    def _drop_badge(self) -> None:
        badge, self.badge = self.badge, None
        if badge is not None:
            badge.hide()
            badge.deleteLater()
