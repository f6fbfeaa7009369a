"""Runs jobs in child processes, each with a display of its own."""

import contextlib
import dataclasses
import queue
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core import wire
from desktop_agent.core.child import Child
from desktop_agent.evaluation.scores import Job, Score

PATIENCE = 15.0
"""Seconds that a worker has to end its display after it was interrupted."""
Result = tuple[Score, list[bytes]]


class Pool:
    """Some workers that take the jobs in order.

    Args:
        module: what a worker runs: it is sent `setup`, then one job after the other, and answers each with a score and
            pictures. It ends when the connection is closed.
        count: how many workers.
        setup: what each is told first.
        folder: where their logs go.
        seconds: how long a job may take; then its worker counts as hung.
    """

    def __init__(self, module: str, count: int, setup: Mapping[str, Any], folder: Path, seconds: float) -> None:
        self._module = module
        self._count = count
        self._setup = dict(setup)
        self._folder = folder
        self._seconds = seconds
        self._children: dict[int, Child] = {}
        self._lock = threading.Lock()
        self._closing = False

    def run(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """The results, as they come. A job whose worker dies or hangs is told as broken. Closing the iterator ends the
        workers."""
        waiting, results = queue.SimpleQueue[Job](), queue.SimpleQueue[Result | Exception]()
        for job in jobs:
            waiting.put(job)
        threads = [
            threading.Thread(target=self._work, args=(number, waiting, results), name=f"evaluation-{number}")
            for number in range(min(self._count, len(jobs)))
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                result = results.get()
                if isinstance(result, Exception):
                    raise result
                yield result
        finally:
            self._close()
            for thread in threads:
                thread.join()

    def _work(
        self, number: int, waiting: "queue.SimpleQueue[Job]", results: "queue.SimpleQueue[Result | Exception]"
    ) -> None:
        try:
            with contextlib.suppress(queue.Empty):
                while not self._closing:
                    results.put(self._do(number, waiting.get_nowait()))
        except Exception as error:  # noqa: BLE001 - the thread that waits for results raises it
            results.put(error)
        finally:
            self._end(number)

    def _do(self, number: int, job: Job) -> Result:
        try:
            child = self._child(number)
            wire.send(child.socket, dataclasses.asdict(job))
            header, pictures = wire.receive(child.socket)
            return Score.from_json(header), pictures
        except (wire.WireError, TimeoutError) as error:
            self._end(number)
            return Score.unrun(job, f"The worker process ended or hung: {error or 'no answer'}."), []

    def _child(self, number: int) -> Child:
        with self._lock:
            if number not in self._children:
                if self._closing:
                    raise wire.ConnectionEnded("the evaluation is being ended")
                child = Child(self._module, log=self._folder / f"worker-{number + 1}.log")
                child.socket.settimeout(self._seconds)
                wire.send(child.socket, self._setup)
                self._children[number] = child
            return self._children[number]

    def _end(self, number: int) -> None:
        with self._lock:
            child = self._children.pop(number, None)
        if child is not None:
            child.process.send_signal(signal.SIGINT)
            child.close(PATIENCE)

    def _close(self) -> None:
        with self._lock:
            self._closing = True
            numbers = list(self._children)
        for number in numbers:
            self._end(number)
