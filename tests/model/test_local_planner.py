"""The local planner and its worker process."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.chat import (
    BadCall,
    CallEvent,
    End,
    Event,
    Message,
    Options,
    ReasoningDelta,
    Text,
    TextDelta,
    ToolCall,
    Usage,
)
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Planner, Prefiller
from desktop_agent.model import frames
from desktop_agent.model.local import LocalPlanner
from desktop_agent.model.worker_client import Connection
from tests.model.conversations import CALL, CLICK, GREEDY, picture, said, step, turn_of
from tests.model.tiny import CHAT_TEMPLATE, Shape, write_random_pair
from tests.waiting import wait_until

Pair = tuple[Path, Path]
Make = Callable[..., LocalPlanner]
STREAM_END_SECONDS = 1.0  # 0.2 is the goal on a quiet machine; each of these takes several if nothing ends it


def cancelled_after(planner: LocalPlanner, events: Iterator[Event], ready: Callable[[list[Event]], bool]) -> float:
    """Read the stream in a thread, cancel when `ready`, and return the seconds until the stream ended cancelled."""
    seen: list[Event] = []
    failure: list[BaseException] = []

    def read() -> None:
        try:
            for event in events:
                seen.append(event)  # noqa: PERF402 - one by one, for `ready` watches
        except PlannerError as error:
            failure.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    wait_until(lambda: ready(seen) or bool(failure))
    started = time.monotonic()
    planner.cancel()
    reader.join(20)
    taken = time.monotonic() - started
    assert not failure
    assert seen[-1] == End("cancelled")
    return taken


def test_a_call_through_the_worker(make_planner: Make, chain_pair: Pair) -> None:
    planner: Planner = make_planner(chain_pair)
    assert planner.name == "local:chain"
    turn = turn_of(planner.stream([said("Click 5", picture(1))], [CLICK], Options()))
    assert [(call.name, call.arguments["start_box"]) for call in turn.calls] == [("left_click", [412, 655])]
    messages = [
        said("Click 5", picture(1)),
        turn.message,
        Message("tool", (Text("ok"), picture(2)), call_id=turn.calls[0].id),
    ]
    after = turn_of(planner.stream(messages, [CLICK], Options()))
    assert (after.message.text, after.end) == ("Done.", "stop")
    assert after.usage.reused >= turn.usage.prompt


def test_prefill_saves_the_stream_its_work(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    messages = [said("Click 5", picture(1))]
    assert isinstance(planner, Prefiller)
    planner.prefill(messages, [CLICK], Options())
    usage = turn_of(planner.stream(messages, [CLICK], Options())).usage
    assert 0 < usage.prompt - usage.reused < 10


@pytest.mark.parametrize("ended_by", ["a question", "nobody wants it"])
def test_an_image_that_is_being_encoded_ahead_is_finished_and_kept(
    ended_by: str, make_planner: Make, random_pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    phases: list[str] = []
    receive = Connection.receive

    def noted(worker: Connection) -> dict[str, object] | None:
        frame = receive(worker)
        if frame and frame["on"] == "phase":
            phases.append(frame["phase"])
        return frame

    monkeypatch.setattr(Connection, "receive", noted)
    planner = make_planner(random_pair, {"image_max_tokens": 4096, "context_tokens": 8192, "threads": 1})
    planner.prefill([said("warm")], [], Options())
    pid, wanted = planner.worker_pid, threading.Event()
    large = picture(1, 1792, 1764)
    looking = [Message("user", (large, Text("")))]
    ahead = threading.Thread(target=lambda: planner.prefill(looking, [], GREEDY, lambda: not wanted.is_set()))
    ahead.start()
    wait_until(lambda: planner.phase == "encode")
    if ended_by == "nobody wants it":
        wanted.set()
        ahead.join(STREAM_END_SECONDS)
        assert not ahead.is_alive()
    turn = turn_of(planner.stream([Message("user", (large, Text("What is it?")))], [], GREEDY))
    ahead.join(20)
    assert turn.end == "length"
    assert planner.worker_pid == pid
    assert phases.count("encode") == 1


def test_looking_ahead_waits_for_an_answer_only_while_it_is_wanted(make_planner: Make, endless_pair: Pair) -> None:
    planner = make_planner(endless_pair)
    answer = planner.stream([said("Count")], [], Options(max_tokens=100_000))
    next(answer)
    asked = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    planner.prefill([said("Look")], [], Options(), wanted)
    assert len(asked) == 3
    planner.cancel()
    assert [*answer][-1] == End("cancelled")


def test_cancelling_an_answer(make_planner: Make, endless_pair: Pair) -> None:
    planner = make_planner(endless_pair)
    events = planner.stream([said("Count")], [], Options(max_tokens=100_000))
    assert cancelled_after(planner, events, lambda seen: len(seen) > 20) < STREAM_END_SECONDS
    pid = planner.worker_pid
    turn = turn_of(planner.stream([said("Count")], [], Options(max_tokens=10)))
    assert turn.usage.generated == 10
    assert turn.usage.reused > 0
    assert planner.worker_pid == pid


def test_cancelling_the_evaluation_of_a_long_prompt(make_planner: Make, tmp_path: Path) -> None:
    pair = write_random_pair(tmp_path, shape=Shape(1024))
    planner = make_planner(pair, {"context_tokens": 32768, "threads": 1})
    planner.prefill([said("warm")], [], Options())
    pid = planner.worker_pid
    long = [said("warm"), said("word " * 6_000)]
    events = planner.stream(long, [], Options())
    taken = cancelled_after(planner, events, lambda seen: planner.phase == "evaluate")
    assert taken < STREAM_END_SECONDS
    turn = turn_of(planner.stream([said("warm")], [], GREEDY))
    assert turn.usage.reused > 0
    assert planner.worker_pid == pid


def test_cancelling_the_image_encoder_ends_the_process(make_planner: Make, random_pair: Pair) -> None:
    planner = make_planner(random_pair, {"image_max_tokens": 4096, "context_tokens": 8192, "threads": 1})
    planner.prefill([said("warm")], [], Options())
    pid = planner.worker_pid
    events = planner.stream([said("Look", picture(1, 1792, 1764))], [], Options())
    taken = cancelled_after(planner, events, lambda seen: planner.phase == "encode")
    assert taken < STREAM_END_SECONDS
    turn_of(planner.stream([said("again")], [], GREEDY))
    assert planner.worker_pid not in (None, pid)


def test_cancelling_before_anything_runs_is_forgotten(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    planner.cancel()
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"


def test_cancelling_while_the_model_loads(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    events = planner.stream([said("x")], [CLICK], Options())
    assert cancelled_after(planner, events, lambda seen: planner.worker_pid is not None) < STREAM_END_SECONDS
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT])
def test_a_dead_worker_is_reported_and_replaced(make_planner: Make, endless_pair: Pair, how: signal.Signals) -> None:
    planner = make_planner(endless_pair)
    stream = planner.stream([said("Count")], [], Options(max_tokens=100_000))
    next(stream)
    pid = planner.worker_pid
    assert pid
    os.kill(pid, how)
    with pytest.raises(PlannerError, match="ended unexpectedly") as caught:
        turn_of(stream)
    assert f"exit code {-how}" in caught.value.details
    assert turn_of(planner.stream([said("Count")], [], Options(max_tokens=5))).usage.generated == 5


def test_a_worker_that_died_between_calls_is_replaced(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    turn_of(planner.stream([said("x")], [CLICK], Options()))
    pid = planner.worker_pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: planner.worker_pid is None)
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"


def test_a_worker_that_hangs_is_given_up(make_planner: Make, endless_pair: Pair) -> None:
    planner = make_planner(endless_pair, stall_seconds=1.5)
    stream = planner.stream([said("Count")], [], Options(max_tokens=100_000))
    next(stream)
    pid = planner.worker_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(PlannerError, match="has not answered"):
        turn_of(stream)
    assert turn_of(planner.stream([said("Count")], [], Options(max_tokens=5))).usage.generated == 5


def test_a_template_that_never_ends(make_planner: Make, tmp_path: Path) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    planner = make_planner(write_random_pair(tmp_path, template=loop), template_seconds=1.0)
    with pytest.raises(PlannerError, match="did not finish in 1 seconds"):
        turn_of(planner.stream([said("x")], [], GREEDY))
    assert planner.worker_pid is None


def test_a_template_that_is_never_compiled(make_planner: Make, tmp_path: Path) -> None:
    planner = make_planner(write_random_pair(tmp_path, template="{{ 1 }}" * 300_000), template_seconds=1.0)
    with pytest.raises(PlannerError, match="did not finish in 1 seconds"):
        turn_of(planner.stream([said("x")], [], GREEDY))
    assert planner.worker_pid is None


def test_a_template_that_reaches_for_python(make_planner: Make, tmp_path: Path) -> None:
    template = CHAT_TEMPLATE + "{{ messages.__class__.__base__.__subclasses__() }}"
    planner = make_planner(write_random_pair(tmp_path, template=template))
    with pytest.raises(PlannerError, match="template failed"):
        turn_of(planner.stream([said("x")], [], GREEDY))


def test_bad_files_are_reported_by_every_call(make_planner: Make, chain_pair: Pair, random_pair: Pair) -> None:
    planner = make_planner((chain_pair[0], random_pair[1]))
    for _ in range(2):
        with pytest.raises(PlannerError, match="belongs to another model"):
            turn_of(planner.stream([said("x")], [], GREEDY))
    assert planner.worker_pid is None


def test_a_conversation_that_is_too_long_leaves_the_worker_alone(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair, {"context_tokens": 512})
    with pytest.raises(PlannerError, match="too long"):
        turn_of(planner.stream([said("word " * 2000)], [CLICK], Options()))
    pid = planner.worker_pid
    assert pid
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"
    assert planner.worker_pid == pid


def test_leaving_a_stream_ends_the_work_on_it(make_planner: Make, endless_pair: Pair) -> None:
    planner = make_planner(endless_pair)
    for _ in planner.stream([said("Count")], [], Options(max_tokens=100_000)):
        break
    turn = turn_of(planner.stream([said("Other")], [], Options(max_tokens=5)))
    assert (turn.usage.generated, turn.end) == (5, "length")


def test_whoever_stops_reading_at_the_end_may_call_again(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    first = planner.stream([said("x")], [CLICK], Options())
    while not isinstance(next(first), End):
        pass
    assert turn_of(planner.stream([said("x")], [CLICK], Options())).end == "calls"
    del first


def test_closing_ends_the_process(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner(chain_pair)
    turn_of(planner.stream([said("x")], [CLICK], Options()))
    pid = planner.worker_pid
    assert pid
    planner.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    planner.close()


def test_the_log_gets_what_llama_says(make_planner: Make, chain_pair: Pair, tmp_path: Path) -> None:
    turn_of(make_planner(chain_pair).stream([said("a secret of mine")], [CLICK], Options()))
    log = (tmp_path / "model.log").read_text()
    assert "llama_model_loader" in log
    assert "secret" not in log


def test_nothing_heavy_is_imported_with_the_client() -> None:
    code = (
        "import sys, desktop_agent.model.local, desktop_agent.model.worker\n"
        "print([m for m in ('llama_cpp', 'numpy', 'PIL', 'jinja2', 'psutil') if m in sys.modules])"
    )
    import subprocess
    import sys

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_conversations_and_events_survive_the_way() -> None:
    messages = [
        said("Größe \ud800", replace(picture(1), use="zoom")),
        *step(2),
        Message("assistant", (Text("a"),), "hm"),
    ]
    again, tools, options = frames.unpack_request(frames.pack_request(messages, [CLICK], Options(thinking=7)))
    assert [message.text for message in again] == [message.text for message in messages]
    assert [(m.role, m.reasoning, m.calls, m.call_id) for m in again] == [
        (m.role, m.reasoning, m.calls, m.call_id) for m in messages
    ]
    assert again[0].pictures[0].use == "zoom"
    image: Image = again[0].pictures[0].image
    assert (image.digest, image.width) == (picture(1).image.digest, 224)
    assert (tools, options) == ([CLICK], Options(thinking=7))
    events: list[Event] = [
        TextDelta("a"),
        ReasoningDelta("b"),
        CallEvent(ToolCall("i", "n", {"a": [1]})),
        BadCall(CALL, "no"),
        Usage(1, 2, 3, 0.5, 0.25),
        End("calls"),
    ]
    assert [frames.unpack_event(frames.pack_event(event)) for event in events] == events
