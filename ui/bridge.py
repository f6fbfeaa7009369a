"""The only place where worker threads meet Qt: runs on a thread of their own, their events as signals in the GUI's."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import isValid

from desktop_agent.core import paths
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import AgentError, ExitCode
from desktop_agent.core.events import (
    Acting,
    Asking,
    Decided,
    Paused,
    Questioned,
    Resumed,
    RunEnded,
    RunEvent,
    RunStarted,
    RunStatus,
    Said,
    Saying,
    Stepped,
    Thinking,
    Watcher,
)
from desktop_agent.core.images import Image
from desktop_agent.core.settings import PlannerName
from ui import threads
from ui.run import Run
from ui.state import State

PATIENCE_SECONDS = 10.0
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Runner(Protocol):
    """The part of `desktop_agent.cli.session.Session` that runs things. Every method may block."""

    def ask(
        self,
        question: str,
        *,
        image: Image | None = None,
        scope: Scope | None = None,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | None = None,
    ) -> RunEnded:
        """Answer a question with the tools that only look."""

    def do(
        self,
        instruction: str,
        *,
        scope: Scope,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | None = None,
    ) -> RunEnded:
        """Carry an instruction out."""

    def look_ahead(self, image: Image, scope: Scope, wanted: Callable[[], bool]) -> None:
        """Prepare a question about `image` while it is being written, until `wanted` says no."""

    def is_command(self, text: str) -> bool:
        """Whether `text` is an instruction rather than a question."""

    def stop(self, reason: str) -> None:
        """Latch the stop and end a running planner, from any thread."""

    def stopped(self) -> str | None:
        """The reason of the latched stop, or None."""

    def resume(self) -> None:
        """Release the latched stop."""


class Bridge(QObject):
    """Starts runs, one at a time, and tells what the program is doing.

    `started` carries each new `Run`; `state_changed` a `State`; `failed` an `AgentError` when stopping or releasing the
    stop did not work. `stopping` comes at once when the person stops or gives up a run, from the thread that said so:
    whatever waits for the person's answer should take that for one.
    """

    started = Signal(object)
    state_changed = Signal(object)
    failed = Signal(object)
    stopping = Signal()
    _done = Signal(object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State.IDLE
        self.current: Run | None = None
        self._runner = runner
        self._worker: threading.Thread | None = None
        self._stops = 0
        self._reading = threading.Lock()
        self._done.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        text: str,
        scope: Callable[[bool], Scope],
        *,
        image: Image | None = None,
        conversation: str | None = None,
        before_acting: Callable[[], object] | None = None,
    ) -> Run | None:
        """Do `text` within the scope where it is an instruction, else answer it with picture and scope at hand.

        Args:
            text: what the person wrote.
            scope: makes the scope, on the worker thread, told whether it is going to be acted in; the errors that it
                raises are the run's.
            image: the picture that belongs to a question.
            conversation: the one to go on with; None begins one.
            before_acting: called in the GUI thread, and waited for, before an instruction begins.

        Returns:
            The run; None when another one is going on.
        """
        runner = self._runner

        def work(watch: Watcher) -> RunEnded:
            if runner.is_command(text):
                if before_acting is not None:
                    self.call_and_wait(before_acting)
                return runner.do(text, scope=scope(True), watch=watch, conversation=conversation)
            return runner.ask(text, image=image, scope=scope(False), watch=watch, conversation=conversation)

        return self._start(text, work)

    def carry_out(self, text: str, work: Callable[[Watcher], RunEnded]) -> Run | None:
        """Do `work` on a thread as a run called `text`, for instance playing a macro; it is stopped like any other.

        Returns:
            The run; None when another one is going on.
        """
        return self._start(text, work)

    def look_ahead(self, image: Image, scope: Scope, wanted: Callable[[], bool]) -> None:
        """Prepare a question about `image` while it is being written, until `wanted`, asked from another thread, says
        no."""
        self.background(lambda: self._runner.look_ahead(image, scope, wanted), lambda _: None)

    def stop(self, reason: str = "stopped in the window") -> None:
        """Stop whatever runs, at once, without waiting for it. From any thread."""
        self._stops += 1
        self.stopping.emit()
        self.background(lambda: self._runner.stop(reason), lambda _: self._refresh_stopped(), self.failed.emit)

    def cancel(self) -> None:
        """End the run that is going on, without leaving the stop latched once it is over."""
        worker = self._worker
        if self.current is not None and worker is not None:
            self.stopping.emit()
            threads.start(partial(self._stop_and_release, worker, None), "cancel")

    def resume(self) -> None:
        """Release the latched stop."""
        self.background(self._runner.resume, lambda _: self._refresh_stopped(), self.failed.emit)

    def see_stopped(self, reason: str | None) -> None:
        """Take note of whether the stop is latched (its reason) or not (None); another process may have changed it."""
        if self.current is None:
            self._enter(State.IDLE if reason is None else State.STOPPED)

    def _refresh_stopped(self) -> None:
        self.background(self._tell_stopped, lambda _: None)

    def _tell_stopped(self) -> None:
        """Read the latch and hand over what it says. Readings are told in the order in which they were taken: the last
        one must stand."""
        with self._reading:
            reason = self._runner.stopped()
            self._call(lambda: self.see_stopped(reason))

    def background(
        self,
        work: Callable[[], object],
        then: Callable[..., object],
        failed: Callable[[AgentError], object] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Do `work` on a thread; call `then` with its result in the GUI thread, or `failed` with the error that it
        raised. Without `failed` an error is only logged. Nothing is called once `owner` is deleted."""

        def call(function: Callable[[], object]) -> None:
            if owner is None or isValid(owner):
                function()

        def body() -> None:
            try:
                result = work()
            except AgentError as error:
                _log.warning("%s (%s)", error, error.details)
                problem = error
            except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
                _log.exception("background work failed")
                problem = _unexpected(error)
            else:
                self._call(lambda: call(lambda: then(result)))
                return
            if failed is not None:
                self._call(lambda: call(lambda: failed(problem)))

        threads.start(body, "background")

    def close(self, patience: float = 5.0) -> bool:
        """Stop the run that is going on, and wait for it up to `patience` seconds. False when it did not end."""
        worker = self._worker
        if worker is None or not worker.is_alive():
            return True
        stopper = threads.start(partial(self._stop_and_release, worker, patience), "stop")
        deadline = time.monotonic() + patience
        while worker.is_alive() and time.monotonic() < deadline:
            # An approval card may have to answer the worker before it can end.
            QCoreApplication.processEvents()
            worker.join(0.01)
        stopper.join(1.0)
        return not worker.is_alive()

    def _stop_and_release(self, worker: threading.Thread, patience: float | None) -> None:
        """Stop, and release that stop again when the run is over: only what the person stopped stays stopped.

        A run that is not over after `patience` seconds (None: wait on) stays stopped too: released, it would go on.
        """
        stops_before = self._stops
        try:
            latched_before = self._runner.stopped()
            self._runner.stop("given up")
            worker.join(patience)
            if worker.is_alive():
                _log.warning("the run did not end within %s s; it stays stopped", patience)
            elif latched_before is None and self._stops == stops_before:
                self._runner.resume()
                self._tell_stopped()  # The run's end may have been told in between, with the latch still set.
        except AgentError as error:
            _log.warning("%s (%s)", error, error.details)

    def _start(self, text: str, work: Callable[[Watcher], RunEnded]) -> Run | None:
        if self.current is not None:
            return None
        run = Run(text, self)
        run.event.connect(self._follow)
        run.ended.connect(self._end)
        self.current = run
        self._enter(State.THINKING)
        self.started.emit(run)
        self._worker = threads.start(partial(_carry_out, work, run), "run")
        return run

    def _call(self, function: Callable[[], object]) -> None:
        try:
            self._done.emit(function)
        except RuntimeError as error:
            # The windows are gone: nobody waits for this any more.
            _log.info("result dropped: %s", error)

    def call_and_wait(self, function: Callable[[], T]) -> T:
        """Call it in the GUI thread, from another one, and go on when it has returned; whatever it raised is raised
        here."""
        future: Future[T] = Future()

        def call() -> None:
            try:
                future.set_result(function())
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                future.set_exception(error)

        self._call(call)
        return future.result(PATIENCE_SECONDS)

    def _follow(self, event: RunEvent) -> None:
        match event:
            case Asking() | Questioned() | Paused():
                self._enter(State.WAITING)
            case Acting():
                self._enter(State.ACTING)
            case RunStarted() | Thinking() | Saying() | Said() | Decided() | Stepped() | Resumed():
                self._enter(State.THINKING)

    def _end(self, end: RunEnded) -> None:
        run, self.current = self.current, None
        self._enter(State.STOPPED if end.status == "stopped" else State.IDLE)
        if end.status == "stopped":
            self._refresh_stopped()
        if run is not None:
            run.deleteLater()

    def _enter(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)


def _carry_out(work: Callable[[Watcher], RunEnded], run: Run) -> None:
    """The worker thread's body."""

    def watch(event: RunEvent) -> None:
        if not isinstance(event, RunEnded):  # it comes once, as the result
            run.put(event)

    try:
        end = work(watch)
    except AgentError as error:
        _log.warning("run failed: %s (%s)", error, error.details)
        end = RunEnded("", _status(error), error.user_message, error.hint)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run ends and says so
        _log.exception("run failed")
        problem = _unexpected(error)
        end = RunEnded("", "failed", problem.user_message, problem.hint)
    try:
        run.put(end)
    except RuntimeError as error:
        _log.info("end dropped, the windows are gone: %s", error)


def _status(error: AgentError) -> RunStatus:
    match error.exit_code:
        case ExitCode.STOPPED:
            return "stopped"
        case ExitCode.REFUSED:
            return "refused"
        case _:
            return "failed"


def _unexpected(error: Exception) -> AgentError:
    return AgentError(
        f"Something went wrong that should not have ({type(error).__name__}).",
        f"The details are in the log, in {paths.logs()}.",
        str(error),
    )
