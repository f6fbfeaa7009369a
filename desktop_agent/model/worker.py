"""The model's own process: `python -m desktop_agent.model.worker`, started by `LocalPlanner`.

Its argument is the configuration. Frames from the client: `stream` and `prefill` (a conversation), `cancel`, `image`
(pixels asked for). Frames to it: `phase`, `event`, `need` (an image by digest, in a size), `done`, `error`. All carry
the number of the request they belong to, 0 for loading; after an `error` that `ends` there are no more. The reading
thread takes cancellations while the main thread computes.
"""

import json
import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from desktop_agent.core import heap, wire
from desktop_agent.core.child import inherited_socket
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model import frames, lean, worker_limits
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.context import Aborted
from desktop_agent.model.engine import Engine, Phase
from desktop_agent.model.worker_limits import Limits

PHASE_SECONDS = 0.5
"""A phase that goes on is told again no sooner than that."""
WAIT_SECONDS = 0.05


class Worker:
    """Serves one client until it closes the connection.

    Args:
        sock: the connection.
        config: the model, and how to run it.
        limits: what this process gave up.
    """

    def __init__(self, sock: socket.socket, config: ModelConfig, limits: Limits) -> None:
        self._socket, self._config, self._limits = sock, config, limits
        self._requests: queue.Queue[dict[str, Any]] = queue.Queue()
        self._images: queue.Queue[tuple[int, Image]] = queue.Queue()
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._current = 0
        self._engine: Engine | None = None
        self._phase = ("", 0.0)

    def run(self) -> None:
        """Load the model and answer requests. Ends the process when the client is gone."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        _log(self._limits)
        try:
            self._engine = Engine(self._config, self._fetch, self._tell)
        except PlannerError as error:
            self._send({"on": "error", "ends": True, **frames.pack_error(error)})
            return
        if self._limits.later:
            _log(self._limits.later())
        while True:
            self._serve(self._engine, self._requests.get())

    def _serve(self, engine: Engine, request: Mapping[str, Any]) -> None:
        with self._lock:
            self._current = request["id"]
            engine.resume()
            if self._current in self._cancelled:
                engine.cancel()
        try:
            conversation = frames.unpack_request(request)
            if request["do"] == "stream":
                for event in engine.stream(*conversation):
                    self._send({"on": "event", "event": frames.pack_event(event)})
            else:
                engine.prefill(*conversation)
        except PlannerError as error:
            self._send({"on": "error", **frames.pack_error(error)})
        except MemoryError:
            self._send({"on": "error", "ends": True, **frames.pack_error(_out_of_memory())})
            os._exit(1)  # what was half done can't be trusted; the next question starts another process
        else:
            self._send({"on": "done"})
        with self._lock:
            self._cancelled.discard(self._current)
            self._current = 0

    def _fetch(self, image: Image, width: int, height: int) -> Image:
        """The pixels of an absent image, from the client, which scales them too: what scales takes memory."""
        self._send({"on": "need", "digest": image.digest, "width": width, "height": height})
        while True:
            try:
                number, pixels = self._images.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                if self._current in self._cancelled:
                    raise Aborted from None
                continue
            if number == self._current:
                return pixels

    def _tell(self, phase: Phase) -> None:
        name, told = self._phase
        now = time.monotonic()
        if name != phase.name or now - told >= PHASE_SECONDS:
            self._phase = (phase.name, now)
            self._send({"on": "phase", "phase": phase.name})

    def _send(self, frame: dict[str, Any]) -> None:
        try:
            wire.send(self._socket, {"id": self._current, **frame})
        except wire.ConnectionEnded:
            os._exit(0)  # nobody is left to compute for; llama.cpp's threads need no farewell

    def _read(self) -> None:
        while True:
            try:
                frame, blobs = wire.receive(self._socket)
            except wire.ConnectionEnded:
                os._exit(0)
            except (wire.WireError, MemoryError) as error:  # a worker that hears nothing can't be stopped
                _log(f"The connection failed: {error!r}")
                os._exit(1)
            match frame["do"]:
                case "cancel":
                    self._cancel(frame["id"])
                case "image":
                    self._images.put((frame["id"], Image(frame["width"], frame["height"], blobs[0])))
                case _:
                    self._requests.put(frame)

    def _cancel(self, number: int) -> None:
        with self._lock:
            self._cancelled.add(number)
            if self._engine and number == self._current:
                self._engine.cancel()


def _log(what: object) -> None:
    print(what, file=sys.stderr, flush=True)  # noqa: T201 - the client has made a file of it


def _out_of_memory() -> PlannerError:
    return PlannerError(
        "There was not enough memory for the model to go on.",
        "Close other programs, or choose a smaller model or context. Then try again: it is started anew.",
    )


def main() -> None:
    """Serve the process that started this one."""
    config = frames.unpack_config(json.loads(sys.argv[1]))
    limits = worker_limits.apply(config)  # before there are threads, of which `inherited_socket` starts one
    Worker(inherited_socket(), config, limits).run()


if __name__ == "__main__":
    heap.give_pictures_back()
    lean.skip_high_level()
    main()
