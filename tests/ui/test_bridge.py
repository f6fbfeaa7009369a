"""Runs on worker threads, and what the GUI thread hears of them."""

import threading
import time

import pytest

from desktop_agent.core.actions import ApprovalRequest
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import PlannerError, Refused, Stopped, Unavailable
from desktop_agent.core.events import Acting, Asking, Looked, RunEnded, RunStarted, Saying, Stepped, Thinking
from tests.ui.conftest import Wait
from tests.ui.session_double import SCREEN, Held, Script, SessionDouble, answering, screenshot, started, step
from ui.bridge import Bridge
from ui.run import Run
from ui.state import State

SCOPE = Scope("screen", SCREEN, "the whole screen")


def whole(acting: bool) -> Scope:
    return SCOPE


class Ear:
    """Hears a run."""

    def __init__(self, run: Run | None) -> None:
        assert run is not None
        self.events: list[object] = []
        self.ends: list[RunEnded] = []
        self.threads: set[threading.Thread] = set()
        run.event.connect(self._event)
        run.ended.connect(self._end)

    def _event(self, event: object) -> None:
        self.threads.add(threading.current_thread())
        self.events.append(event)

    def _end(self, end: RunEnded) -> None:
        self.threads.add(threading.current_thread())
        self.ends.append(end)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Saying))


def test_a_question_is_asked_and_an_instruction_done(wait: Wait) -> None:
    session = SessionDouble()
    bridge = Bridge(session)
    for text in ("what is this?", "click Save"):
        ear = Ear(bridge.submit(text, whole))
        wait(lambda ear=ear: ear.ends)
    assert [(call[0], call[1], call[2]) for call in session.calls] == [
        ("ask", "what is this?", SCOPE),
        ("do", "click Save", SCOPE),
    ]


def test_events_come_in_the_gui_thread_in_order_and_the_end_comes_last(wait: Wait) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    ear = Ear(bridge.submit("what?", whole))
    result = step(pictures=False)
    held.emit(started(), Thinking(""), Looked("screenshot", "1"), Saying("a"), Stepped(1, result), Saying("b"))
    held.end(RunEnded("r1", "done", "ab"))
    wait(lambda: ear.ends)
    kinds = [type(event) for event in ear.events]
    assert kinds == [RunStarted, Thinking, Looked, Saying, Stepped, Saying]
    assert ear.threads == {threading.main_thread()}
    assert ear.ends == [RunEnded("r1", "done", "ab")]


def test_the_end_is_told_once_though_the_session_also_sends_it_as_an_event(wait: Wait) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    ear = Ear(bridge.submit("what?", whole))
    end = RunEnded("r1", "done", "")
    held.emit(end)
    held.end(end)
    wait(lambda: ear.ends)
    assert ear.ends == [end]
    assert end not in ear.events


def test_streamed_text_is_joined_to_at_most_thirty_updates_a_second(wait: Wait) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    ear = Ear(bridge.submit("what?", whole))
    pieces = [f"{number} " for number in range(3000)]

    def stream() -> None:
        for piece in pieces:
            held.emit(Saying(piece))
            time.sleep(0.0001)
        held.end(RunEnded("r1", "done", ""))

    began = time.monotonic()
    thread = threading.Thread(target=stream)
    thread.start()
    wait(lambda: ear.ends)
    thread.join()
    seconds = time.monotonic() - began
    assert ear.text == "".join(pieces)
    assert len(ear.events) <= 30 * seconds + 3


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PlannerError("The server is gone.", "Start it."), "failed"),
        (Refused("You said no.", "Start it."), "refused"),
        (Stopped("Stopped.", "Start it."), "stopped"),
    ],
)
def test_an_expected_error_ends_the_run_with_its_words(wait: Wait, error: Exception, status: str) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    ear = Ear(bridge.submit("what?", whole))
    held.end(error)
    wait(lambda: ear.ends)
    (end,) = ear.ends
    assert (end.status, end.summary, end.hint) == (status, error.args[0], "Start it.")
    assert bridge.current is None


@pytest.mark.expects_log_errors
def test_an_unexpected_error_ends_the_run_and_is_in_the_log(wait: Wait, caplog: pytest.LogCaptureFixture) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    ear = Ear(bridge.submit("what?", whole))
    held.end(ZeroDivisionError("secret detail"))
    wait(lambda: ear.ends)
    (end,) = ear.ends
    assert end.status == "failed"
    assert "ZeroDivisionError" in end.summary
    assert "secret detail" not in end.summary + end.hint
    assert "secret detail" in caplog.text
    assert bridge.current is None


def test_an_error_of_the_scope_is_the_runs(wait: Wait) -> None:
    def gone(acting: bool) -> Scope:
        raise Unavailable("The window is gone.")

    session = SessionDouble()
    bridge = Bridge(session)
    ear = Ear(bridge.submit("what?", gone))
    wait(lambda: ear.ends)
    assert ear.ends[0].summary == "The window is gone."
    assert session.calls == []


def test_only_one_run_goes_on_at_a_time(wait: Wait) -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    ear = Ear(bridge.submit("first", whole))
    assert bridge.submit("second", whole) is None
    held.end()
    wait(lambda: ear.ends)
    session.script = answering("yes")
    ear = Ear(bridge.submit("third", whole))
    wait(lambda: ear.ends)
    assert [call[1] for call in session.calls] == ["first", "third"]


def test_the_state_follows_the_run(wait: Wait) -> None:
    held = Held()
    bridge = Bridge(SessionDouble(held))
    states: list[State] = []
    bridge.state_changed.connect(states.append)
    ear = Ear(bridge.submit("click Save", whole))
    result = step(pictures=False)
    request = ApprovalRequest("q", result.action, result.verdict, screenshot(), 0.0)
    held.emit(started(), Asking(request), Acting(result.action), Stepped(1, result))
    held.end()
    wait(lambda: ear.ends)
    assert states == [State.THINKING, State.WAITING, State.ACTING, State.THINKING, State.IDLE]


def test_a_run_that_was_stopped_leaves_the_stopped_state_until_it_is_released(wait: Wait) -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    ear = Ear(bridge.submit("click Save", whole))
    bridge.stop("test")
    wait(session.stop_called.is_set)
    assert session.latched == "test"
    held.end(Stopped("Stopped by you."))
    wait(lambda: ear.ends)
    wait(lambda: bridge.state is State.STOPPED)
    bridge.resume()
    wait(lambda: bridge.state is State.IDLE)
    assert session.latched is None


def test_stopping_does_not_wait_and_says_when_it_failed(wait: Wait) -> None:
    class Deaf(SessionDouble):
        def stop(self, reason: str) -> None:
            self.stop_called.wait(20)
            raise Unavailable("The hands do not answer.", "End them.")

    session = Deaf()
    bridge = Bridge(session)
    problems: list[Exception] = []
    bridge.failed.connect(problems.append)
    began = time.monotonic()
    bridge.stop()
    assert time.monotonic() - began < 1
    session.stop_called.set()
    wait(lambda: problems)
    assert str(problems[0]) == "The hands do not answer. End them."


def test_the_instruction_waits_until_the_windows_have_stepped_aside(wait: Wait) -> None:
    order: list[str] = []
    session = SessionDouble()
    inner = session.script

    def script(watch, text):  # type: ignore[no-untyped-def]
        order.append("do")
        return inner(watch, text)

    session.script = script
    bridge = Bridge(session)
    ear = Ear(bridge.submit("click Save", whole, before_acting=lambda: order.append("aside")))
    wait(lambda: ear.ends)
    assert order == ["aside", "do"]
    ear = Ear(bridge.submit("what is it?", whole, before_acting=lambda: order.append("aside")))
    wait(lambda: ear.ends)
    assert order == ["aside", "do", "do"], "a question must not move our windows"


def test_closing_stops_the_run_and_waits_for_it() -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    bridge.submit("click Save", whole)

    def obey() -> None:
        session.stop_called.wait(10)
        held.end(Stopped("Stopped."))

    thread = threading.Thread(target=obey)
    thread.start()
    assert bridge.close(patience=10)
    thread.join()
    assert session.latched is None, "the stop that quitting needs must not outlast it"


def test_closing_gives_up_on_a_run_that_does_not_end() -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    bridge.submit("click Save", whole)
    assert not bridge.close(patience=0.2)
    assert session.latched == "given up", "released, the run would go on acting"
    held.end()


def test_a_run_that_is_given_up_stays_stopped_until_it_is_over(wait: Wait) -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    answered: list[bool] = []
    bridge.stopping.connect(lambda: answered.append(True))
    bridge.submit("click Save", whole)
    bridge.cancel()
    assert answered, "an open card must not keep the run"
    wait(session.stop_called.is_set)
    held.end(Stopped("Stopped."))
    wait(lambda: session.latched is None)


def test_what_the_person_stops_while_a_run_is_given_up_stays_stopped(wait: Wait) -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    bridge.submit("click Save", whole)
    bridge.cancel()
    wait(session.stop_called.is_set)
    (canceller,) = [thread for thread in threading.enumerate() if thread.name == "cancel"]
    bridge.stop("the stop hotkey")
    held.end(Stopped("Stopped."))
    canceller.join(5)
    wait(lambda: bridge.state is State.STOPPED)
    assert session.latched is not None


@pytest.mark.expects_log_errors
def test_background_work_tells_success_and_failure_in_the_gui_thread(wait: Wait) -> None:
    bridge = Bridge(SessionDouble())
    heard: list[tuple[str, object, bool]] = []

    def note(kind: str):  # type: ignore[no-untyped-def]
        return lambda value: heard.append((kind, value, threading.current_thread() is threading.main_thread()))

    def fail() -> None:
        raise Unavailable("No keyring.")

    bridge.background(lambda: 7, note("done"), note("failed"))
    wait(lambda: len(heard) == 1)
    bridge.background(fail, note("done"), note("failed"))
    wait(lambda: len(heard) == 2)
    bridge.background(lambda: 1 / 0, note("done"), note("failed"))
    wait(lambda: len(heard) == 3)
    assert heard[0] == ("done", 7, True)
    assert [kind for kind, _, _ in heard] == ["done", "failed", "failed"]
    assert "ZeroDivisionError" in str(heard[2][1])
    assert all(in_gui for _, _, in_gui in heard)


class Late(SessionDouble):
    """A session whose latch is read by the run's end before the cancel releases it, and whose answer comes late."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.readings: list[str | None] = []
        self.read_once_more = threading.Event()
        self.told_otherwise = threading.Event()

    def stopped(self) -> str | None:
        reading = self.latched
        self.readings.append(reading)
        if len(self.readings) == 2:
            self.read_once_more.set()
            self.told_otherwise.wait(0.5)
        elif len(self.readings) > 2:
            self.told_otherwise.set()
        return reading

    def resume(self) -> None:
        assert self.read_once_more.wait(10)
        super().resume()


def test_a_cancelled_run_does_not_leave_the_stop_shown_whoever_read_the_latch_before(wait: Wait) -> None:
    held = Held()
    session = Late(held)
    bridge = Bridge(session)
    ear = Ear(bridge.submit("what?", whole))
    wait(lambda: held.begun)
    bridge.cancel()
    wait(session.stop_called.is_set)
    held.end(Stopped("Stopped."))
    wait(lambda: ear.ends)
    wait(lambda: len(session.readings) == 3)
    assert session.readings == [None, "given up", None]
    wait(lambda: bridge.state is State.IDLE)
