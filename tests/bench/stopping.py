"""How long the model's worker takes to stop: while it generates, evaluates a long text, and encodes an image.

On tiny pairs, on the processor: what is measured is the way of a cancellation, which no larger model makes longer. An
operation of a larger model lasts longer; evaluation is left between two of them.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop_agent.core.chat import End, Event, Message, Options
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.local import LocalPlanner
from tests.bench import figures
from tests.bench.figures import Figure
from tests.model.conversations import picture, said
from tests.model.tiny import Shape, write_chain_pair, write_random_pair
from tests.waiting import wait_until

TRIES = 25
STOP_MS, ENCODER_MS = 200.0, 1000.0
GO_ON_SECONDS = 0.15
"""What is stopped runs for that long and a part of it, so that it is stopped at different places."""

Watch = Callable[[LocalPlanner, Sequence[Event]], bool]


def stopped(planner: LocalPlanner, question: Message, running: Watch, number: int) -> float:
    """Milliseconds from a cancellation until the stream has ended, begun a while after `running` became true."""
    seen: list[Event] = []

    def read() -> None:
        for event in planner.stream([question], [], Options(greedy=True, max_tokens=100_000)):
            seen.append(event)  # noqa: PERF402 - one by one, for `running` watches

    reader = threading.Thread(target=read)
    reader.start()
    wait_until(lambda: running(planner, seen))
    time.sleep(GO_ON_SECONDS * (1 + number / TRIES))
    started = time.monotonic()
    planner.cancel()
    reader.join()
    taken = time.monotonic() - started
    if seen[-1] != End("cancelled"):
        raise RuntimeError(f"it had ended by itself: {seen[-1]}")
    return 1000 * taken


def stops(name: str, planner: LocalPlanner, question: Callable[[int], Message], running: Watch) -> Iterator[Figure]:
    """Median and longest of `TRIES` stops, each in a conversation of its own."""
    planner.prefill([said("warm")], [], Options())
    goal = ENCODER_MS if "image" in name else STOP_MS
    taken = []
    for number in range(TRIES):
        taken.append(stopped(planner, question(number), running, number))
        planner.prefill([said("warm")], [], Options())  # that it still works, and loads again where it had to
    yield Figure(f"stop while it {name}, median", statistics.median(taken), goal, "ms")
    yield Figure(f"stop while it {name}, longest of {TRIES}", max(taken), goal, "ms")


def measure() -> Iterator[Figure]:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        endless = write_chain_pair(folder, " ".join(map(str, range(400))), endless=True)
        large = write_random_pair(folder, shape=Shape(1024))
        cases: list[tuple[str, LocalPlanner, Callable[[int], Message], Watch]] = [
            (
                "generates",
                LocalPlanner(ModelConfig(*endless, context_tokens=32768, threads=2)),
                lambda number: said(f"Count {number}"),
                lambda _, seen: len(seen) > 5,
            ),
            (
                "evaluates a text",
                LocalPlanner(ModelConfig(*large, context_tokens=32768, threads=2)),
                lambda number: said(f"{number} " + "word " * 6_000),
                lambda planner, _: planner.phase == "evaluate",
            ),
            (
                "encodes an image",
                LocalPlanner(ModelConfig(*large, context_tokens=8192, threads=2, image_max_tokens=4096)),
                lambda number: said("Look", picture(number, 1792, 1764)),
                lambda planner, _: planner.phase == "encode",
            ),
        ]
        for case, planner, question, running in cases:
            try:
                yield from stops(case, planner, question, running)
            finally:
                planner.close()


def main(arguments: Sequence[str]) -> int:
    """Run the bench; 1 when `--check` is given and a goal was missed."""
    return figures.run("stopping", measure, arguments, f"{3 * TRIES} stops, some two minutes.")
