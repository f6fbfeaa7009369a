"""The planner that thinks on this machine: a client of the model's worker process."""

import contextlib
import itertools
import json
import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

from desktop_agent.core import paths, wire
from desktop_agent.core.chat import End, Event, Message, Options, ToolSpec
from desktop_agent.core.child import Child
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.model_state import Presence
from desktop_agent.model import frames
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.gguf_check import read_header
from desktop_agent.model.idle import IdleTimer
from desktop_agent.model.worker_client import Call, Connection, died, memory_of

CLOSE_SECONDS = 2.0
POLL_SECONDS = 0.1
MAX_LOG = 2_000_000
ENVIRONMENT = {"GGML_NO_BACKTRACE": "1"}
"""When llama.cpp gives up, it would start a debugger to show where."""

_log = logging.getLogger(__name__)


class LocalPlanner:
    """Implements `core.protocols.Planner` with a GGUF model in a process of its own.

    The process starts with the first call and loads the model then; a call after it died starts another. One call runs
    at a time, a second one waits.

    Args:
        config: files and sizes.
        stall_seconds: a worker from which nothing is heard for so long is given up.
        template_seconds: how long the model's chat template, a program from the model's file, may run.
        idle_seconds: a worker that nobody asks for so long is ended, which frees its memory; 0 keeps it.
        log: takes what llama.cpp says; by default `model.log` among our logs.
        tell: is called, from any thread, whenever `presence` has become another one.
    """

    def __init__(
        self,
        config: ModelConfig,
        stall_seconds: float = 300.0,
        template_seconds: float = 10.0,
        idle_seconds: float = 600.0,
        log: Path | None = None,
        tell: Callable[[], object] = lambda: None,
    ) -> None:
        self._config, self._stall, self._template_limit = config, stall_seconds, template_seconds
        self._log_file, self._tell = log, tell
        self._turn = threading.Lock()
        self._numbers = itertools.count(1)
        self._cancels = 0
        self._counting = threading.Lock()
        self._streams_waiting = 0
        self._worker: Connection | None = None
        self._ending: threading.Thread | None = None
        self._idle = IdleTimer(idle_seconds, self._unload)
        self._released: int | None = None

    @property
    def name(self) -> str:
        return f"local:{self._config.model.stem}"

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id, for tests and for `doctor`; None when none runs."""
        worker = self._worker
        return worker.child.process.pid if worker and worker.child.alive else None

    @property
    def phase(self) -> str:
        """What the worker was at when it was heard of last: "load", "template", "evaluate", "encode", "generate".
        "idle" when nobody asks it, "unloaded" when it was ended because nobody did, empty when there is none."""
        worker = self._worker
        if worker is None:
            return "" if self._released is None else "unloaded"
        return worker.phase if self._turn.locked() else "idle"

    @property
    def presence(self) -> Presence:
        """Whether the model is in memory; never blocks. A worker that the system killed while nobody asked it is missed
        here first, without a `tell`."""
        worker = self._worker
        if worker is None or not worker.child.alive:
            return Presence.UNLOADED
        return Presence.LOADED if worker.loaded else Presence.LOADING

    def calls_tools(self) -> bool:
        """Whether the model was made to call tools. A file that can't be read says so when it is loaded."""
        try:
            return read_header(self._config.model).calls_tools
        except PlannerError:
            return True

    @property
    def released(self) -> int:
        """Bytes that were given back when the worker was ended for being idle; 0 while one runs."""
        return self._released or 0

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer the conversation. The last event is `End`.

        Raises:
            PlannerError: the model does not load, its process died, or the conversation is too long.
        """
        return self._stream(messages, tools, options, self._cancels)

    def prefill(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        options: Options,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Load the model and evaluate the conversation so far, until `wanted` says no or a `stream` begins; raises like
        `stream`."""

        def needed() -> bool:
            return wanted() and not self._streams_waiting

        while not self._turn.acquire(timeout=POLL_SECONDS):
            if not needed():
                return
        try:
            for _ in self._request("prefill", messages, tools, options, self._cancels, needed):
                pass
        finally:
            self._turn.release()

    def cancel(self) -> None:
        """End what runs, from any thread."""
        self._cancels += 1

    def close(self) -> None:
        """End what runs, and the process."""
        self.cancel()
        free = self._turn.acquire(timeout=CLOSE_SECONDS)
        self._idle.stop()
        try:
            worker = self._worker
            self._use(None)
            if worker and free:
                worker.child.close()
            elif worker:  # somebody holds a stream that they don't read
                worker.child.kill()
        finally:
            if free:
                self._turn.release()

    def _stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options, cancels: int
    ) -> Iterator[Event]:
        self._wait_for_turn()
        try:
            end = yield from self._request("stream", messages, tools, options, cancels)
        finally:
            self._turn.release()
        if end:  # only now: readers may stop here and call again
            yield end

    def _wait_for_turn(self) -> None:
        with self._counting:
            self._streams_waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._streams_waiting -= 1

    def _request(
        self,
        kind: str,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        options: Options,
        cancels: int,
        needed: Callable[[], bool] = lambda: True,
    ) -> Generator[Event, None, End | None]:
        """What the worker answers but for the `End`, which it returns. Call it with the turn held."""
        number = next(self._numbers)
        self._idle.stop()
        worker = self._running_worker()
        images = {part.image.digest: part.image for message in messages for part in message.pictures}
        call = Call(worker, number, images, self._stall, self._template_limit)
        end: End | None = None
        try:
            worker.send({"do": kind, "id": number, **frames.pack_request(messages, tools, options)})
            for event in call.events(lambda: self._cancels != cancels, needed):
                if isinstance(event, End):
                    end = event
                else:
                    yield event
        except wire.WireError as error:
            call.broken = True
            raise died(worker, error) from error
        finally:
            self._idle.start()
            if call.broken:
                self._discard(worker)
            elif not call.over:  # whoever reads the stream left it
                with contextlib.suppress(wire.ConnectionEnded):  # the next request finds that out
                    worker.cancel(number)
        return end

    def _running_worker(self) -> Connection:
        if self._worker and not self._worker.child.alive:
            self._worker.child.kill()  # it died meanwhile: close our end
            self._worker = None
        worker = self._worker
        if worker is None:
            worker = self._start()
            self._use(worker)
        return worker

    def _use(self, worker: Connection | None) -> None:
        self._worker = worker
        self._tell()

    def _unload(self) -> None:
        """End a worker that nobody has asked for a while."""
        if not self._turn.acquire(blocking=False):
            return  # somebody asks it just now, and the time begins anew afterwards
        try:
            worker = self._worker
            if worker and self._idle.due:
                released = memory_of(worker.child.process.pid)
                worker.child.close()
                _log.info("model worker unloaded, %.0f MiB given back", released / 2**20)
                self._released = released
                self._use(None)
        finally:
            self._turn.release()

    def _discard(self, worker: Connection) -> None:
        """End a worker. The system may take a while to free its memory, for which only the next one waits."""
        self._use(None)
        worker.child.process.kill()
        self._ending = threading.Thread(target=worker.child.kill, name="end-model-worker", daemon=True)
        self._ending.start()

    def _start(self) -> Connection:
        if self._ending:
            self._ending.join()
        self._released = None
        log = self._log_file or paths.logs() / "model.log"
        if log.exists() and log.stat().st_size > MAX_LOG:
            log.replace(log.with_suffix(".log.1"))
        config = json.dumps(frames.pack_config(self._config))
        child = Child("desktop_agent.model.worker", config, log=log, environment=ENVIRONMENT)
        worker = Connection(child, log, self._tell)
        _log.info("model worker %s for %s", worker.child.process.pid, self._config.model)
        return worker
