"""How long a person waits for the model's process: from its start until it is ready, when the files must be read from
the disk and when they need not, and what of that are imports."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_agent.model.local import LocalPlanner
from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.model_pair import GREEDY, Pair, config, write_pair
from tests.model.conversations import said

RUNS = 5
NOTICE = "This takes about half a minute."
_IMPORTS = """
import time
started = time.monotonic()
import desktop_agent.model.worker
from desktop_agent.model import lean
lean.skip_high_level()
import jinja2.sandbox, PIL.Image, psutil
from llama_cpp import llama_cpp, mtmd_cpp
print(time.monotonic() - started)
"""


def measure() -> Iterator[Figure]:
    """All figures; medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = write_pair(folder)
        log = folder / "worker.log"
        first, warm, again = [], [], []
        for _ in range(RUNS):
            forget(pair)
            first.append(ready_after(pair, log)[0])
            for times, seconds in zip((warm, again), ready_after(pair, log), strict=True):
                times.append(seconds)
    yield Figure("the worker's imports", statistics.median(imports() for _ in range(RUNS)), 0.4, "s")
    yield Figure("start to ready, files not in memory", statistics.median(first), 5, "s")
    yield Figure("start to ready, files in memory", statistics.median(warm), 1.5, "s")
    yield Figure("and then to the first token of a short answer", statistics.median(again), 1, "s")


def ready_after(pair: Pair, log: Path) -> tuple[float, float]:
    """Seconds from the start of the worker until the model is loaded, and from there to a first token."""
    planner = LocalPlanner(config(pair, None), log=log)
    try:
        started = time.monotonic()
        planner.prefill([], [], GREEDY)
        ready = time.monotonic()
        next(iter(planner.stream([said("Hi.")], [], GREEDY)))
        return ready - started, time.monotonic() - ready
    finally:
        planner.close()


def forget(pair: Pair) -> None:
    """Have the files read from the disk again: put them out of the page cache."""
    for path in pair:
        with path.open("rb") as file:
            os.fsync(file.fileno())  # what is not written yet would stay
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def imports() -> float:
    """Seconds that a new process takes for what the worker imports."""
    done = subprocess.run([sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(arguments: Sequence[str]) -> int:
    """Run it; see `figures.run`."""
    return figures.run("load", measure, arguments, NOTICE)
