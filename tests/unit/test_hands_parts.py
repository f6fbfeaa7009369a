"""The hands' parts that need no display: guard, journal, codec, status."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.actions import (
    Click,
    Drag,
    Expectation,
    Input,
    InputReport,
    Move,
    Press,
    Scroll,
    TypeText,
)
from desktop_agent.core.errors import AgentError, GateClosed, HandsBusy, Stopped, TargetChanged
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.devices.person import PersonInput
from desktop_agent.desktop.hands import codec
from desktop_agent.desktop.hands.guard import Guard, Holder
from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.status import HandsStatus


@pytest.fixture
def changes() -> list[str | None]:
    return []


@pytest.fixture
def guard(tmp_path: Path, changes: list[str | None]) -> Guard:
    guard = Guard(tmp_path / "stop", lambda: changes.append(guard.stopped))
    return guard


def test_only_the_holder_passes(guard: Guard) -> None:
    with pytest.raises(HandsBusy):
        guard.check("a")
    guard.acquire(Holder("a", "run 1", 10))
    guard.check("a")
    with pytest.raises(HandsBusy):
        guard.check("b")
    with pytest.raises(HandsBusy, match=r"run 1 \(process 10\)"):
        guard.acquire(Holder("b", "run 2", 11))
    guard.release("b")
    guard.check("a")
    guard.release("a")
    guard.acquire(Holder("b", "run 2", 11))


def test_the_gate_opens_with_the_last_prompt(guard: Guard) -> None:
    guard.acquire(Holder("a", "run", 1))
    for client in ("a", "b", "b"):
        guard.open_prompt(client)
    for client in ("a", "b"):
        guard.close_prompt(client)
        with pytest.raises(GateClosed):
            guard.check("a")
    guard.close_prompt("b")
    guard.check("a")


def test_closing_a_prompt_that_was_not_open_opens_nobody_elses(guard: Guard) -> None:
    guard.acquire(Holder("a", "run", 1))
    guard.open_prompt("b")
    guard.close_prompt("a")
    guard.close_prompt("a")
    with pytest.raises(GateClosed):
        guard.check("a")


def test_what_a_client_had_goes_with_it(guard: Guard) -> None:
    guard.acquire(Holder("a", "run", 1))
    guard.open_prompt("a")
    guard.forget("a")
    assert guard.holder is None
    assert guard.prompts == 0


def test_a_stop_is_stronger_than_all_else_and_is_told_once(guard: Guard, changes: list[str | None]) -> None:
    guard.acquire(Holder("a", "run", 1))
    guard.open_prompt("a")
    guard.stop("first")
    guard.stop("second")
    with pytest.raises(Stopped, match="first"):
        guard.check("a")
    guard.resume()
    guard.resume()
    assert changes == ["first", None]


def test_the_latch_is_found_by_the_next_guard(tmp_path: Path, guard: Guard) -> None:
    guard.stop("grüß dich")
    assert Guard(tmp_path / "stop", lambda: None).stopped == "grüß dich"
    guard.resume()
    assert Guard(tmp_path / "stop", lambda: None).stopped is None


def test_a_latch_that_cannot_be_read_still_stops(tmp_path: Path) -> None:
    (tmp_path / "stop").mkdir()
    assert Guard(tmp_path / "stop", lambda: None).stopped is not None


@pytest.mark.expects_log_errors
def test_a_latch_that_cannot_be_written_still_stops(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "missing" / "stop", lambda: None)
    guard.stop("x")
    assert guard.stopped == "x"


@given(st.lists(st.tuples(st.sampled_from(["key", "button", "spare"]), st.integers(0, 255), st.booleans())))
def test_the_journal_is_found_as_it_was_left(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:
    path = tmp_path_factory.mktemp("journal") / "held"
    model: dict[str, set[int]] = {"key": set(), "button": set(), "spare": set()}
    with Journal(path) as journal:
        for kind, number, down in steps:
            (journal.add if down else journal.remove)(kind, number)
            (model[kind].add if down else model[kind].discard)(number)
        with Journal(path) as after_a_crash:
            for kind in model:
                assert set(after_a_crash.held(kind)) == model[kind]  # type: ignore[arg-type]
        journal.clear()
    with Journal(path) as empty:
        assert not any(empty.held(kind) for kind in ("key", "button", "spare"))


points = st.builds(Point, st.integers(-5000, 5000), st.integers(-5000, 5000))
inputs = st.one_of(
    st.builds(Move, points),
    st.builds(Click, points, st.sampled_from(["left", "middle", "right"]), st.integers(1, 3)),
    st.builds(Drag, points, points),
    st.builds(Scroll, points, st.sampled_from(["up", "down", "left", "right"]), st.integers(1, 9)),
    st.builds(Press, st.lists(st.sampled_from(["ctrl", "a", "世"]), min_size=1).map(tuple)),
    st.builds(TypeText, st.text()),
)


@given(st.lists(inputs))
def test_inputs_come_back_as_they_were_sent(sent: list[Input]) -> None:
    assert codec.unpack_inputs(codec.pack_inputs(sent)) == tuple(sent)


@pytest.mark.parametrize("patch", [None, Image(2, 1, bytes(range(8)))])
def test_expectations_and_reports_come_back(patch: Image | None) -> None:
    region = Rect(-3, 4, 2, 1) if patch else None
    expectation = Expectation(7, 8, Rect(1, 2, 3, 4), 9, region, patch, 0.5)
    assert codec.unpack_expectation(*codec.pack_expectation(expectation)) == expectation
    report = InputReport("a", "b", ("c", "d"))
    assert codec.unpack_report(codec.pack_report(report)) == report
    status = HandsStatus(stopped="x", held=("key 3",), person="mouse", person_seconds=1.5)
    assert HandsStatus.from_wire(status.to_wire()) == status


def test_errors_keep_their_kind_and_words() -> None:
    error = codec.unpack_error(codec.pack_error(TargetChanged("a", "b", "c")))
    assert (type(error), error.user_message, error.hint, error.details) == (TargetChanged, "a", "b", "c")
    assert not error.begun
    error.begun = True
    again = codec.unpack_error(codec.pack_error(error))
    assert isinstance(again, TargetChanged)
    assert again.begun
    unknown = codec.unpack_error({"kind": "SystemExit", "message": "a", "hint": "", "details": ""})
    assert type(unknown) is AgentError


def test_the_stop_keys_are_held_together_and_by_the_keyboard() -> None:
    keys = (frozenset({"ctrl"}), frozenset({"alt"}), frozenset({"a", "ф"}))
    assert PersonInput("keyboard", True, 0, keys).holds(("ctrl", "alt", "a"))
    assert not PersonInput("keyboard", True, 0, keys[:2]).holds(("ctrl", "alt", "a"))
    assert not PersonInput("keyboard", False, 0, keys).holds(("ctrl", "alt", "a"))
    assert not PersonInput("mouse", True, 0, keys).holds(("ctrl", "alt", "a"))


def test_stopping_from_many_threads_latches_once(guard: Guard, changes: list[str | None]) -> None:
    threads = [threading.Thread(target=guard.stop, args=(str(number),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert changes == [guard.stopped]
