"""What the model's worker process takes beyond what llama.cpp needs for the model, after a conversation that fills the
context.

Counted is the proportional set size (PSS, /proc/PID/smaps) without the map of the model's file and without the buffers
whose sizes llama.cpp logs: the context, the image encoder's weights, working memory. Not all of that working memory is
ever touched, so there is a stricter figure as well: what lies outside of llama.cpp's buffers, however large they are,
and the one buffer that it does not log.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_agent.core.chat import Message, Text
from desktop_agent.model.gguf_check import read_header
from desktop_agent.model.loading import PAIRS
from desktop_agent.model.local import LocalPlanner
from tests.bench import figures
from tests.bench.contenders import reply_of
from tests.bench.figures import Figure
from tests.bench.model_pair import CONTEXT, GREEDY, SYSTEM, config, shown, write_pair

GOAL = 60
MIB = 1024**2
LARGE = 16 * MIB
"""Bytes: mappings from here on are llama.cpp's buffers, which lie side by side; ours are smaller."""
STEP_TOKENS = 1000
NOTICE = "This takes about three minutes."
_BUFFER = re.compile(r"(?:buffer size = |load_hparams: model size:) *([\d.]+) MiB")


def measure() -> Iterator[Figure]:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair, log = write_pair(folder), folder / "worker.log"
        planner = LocalPlanner(config(pair, folder / "cache"), log=log)
        try:
            planner.prefill([], [], GREEDY)
            pid = planner.worker_pid
            if pid is None:
                raise RuntimeError("the worker has ended")
            fill(planner)
            mappings = read(pid)
            buffers = logged(log.read_text())
        finally:
            planner.close()
    total = sum(pss for _, _, pss in mappings)
    model = sum(pss for file, _, pss in mappings if file == str(pair[0]))
    large = sum(pss for file, size, pss in mappings if not file and size >= LARGE)
    print(f"   PSS {total / MIB:.0f} MiB: the model's map {model / MIB:.0f}, llama.cpp's buffers {buffers / MIB:.0f}")
    yield Figure("worker beyond the model's map and those buffers", (total - model - buffers) / 1e6, GOAL, "MB")
    unlogged = 2 * PAIRS * read_header(pair[0]).integer("attention.head_count")
    beyond = total - model - large + unlogged
    yield Figure("and with what of them is not there, and what is not logged", beyond / 1e6, GOAL, "MB")


def fill(planner: LocalPlanner) -> None:
    """Let the conversation grow by a screenshot and an answer each step until the next one would not fit."""
    messages: list[Message] = [SYSTEM]
    used = number = 0
    while used + STEP_TOKENS < CONTEXT:
        messages.append(shown(number))
        reply = reply_of(lambda: planner.stream(messages, [], GREEDY))
        messages.append(Message("assistant", (Text(reply.text),)))
        assert reply.usage is not None
        used, number = reply.usage.prompt + reply.usage.generated, number + 1
        print(f"   {number} screenshots, {used} of {CONTEXT} tokens, {reply.seconds:.0f} s", flush=True)


def read(pid: int) -> list[tuple[str, int, int]]:
    """The mappings of a process: file (empty for none), size and PSS, both in bytes."""
    found: list[tuple[str, int, int]] = []
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)", line)
        if head:
            found.append((head[3], int(head[2], 16) - int(head[1], 16), 0))
        elif line.startswith("Pss:"):
            file, size, _ = found.pop()
            found.append((file, size, int(line.split()[1]) * 1024))
    return found


def logged(log: str) -> int:
    """Bytes of all buffers that llama.cpp says it has made, but for the map of the model's file."""
    lines = (line for line in log.splitlines() if "_Mapped" not in line)
    sizes = (float(found[1]) for line in lines if (found := _BUFFER.search(line)))
    return round(sum(sizes) * MIB)


def main(arguments: Sequence[str]) -> int:
    """Run it; see `figures.run`."""
    return figures.run("memory", measure, arguments, NOTICE)
