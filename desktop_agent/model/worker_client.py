"""The client's end of the model's worker process: frames, time limits, and how a request ends."""

import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core import wire
from desktop_agent.core.chat import End, Event
from desktop_agent.core.child import Child
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model import frames

POLL_SECONDS = 0.03
CANCEL_SECONDS = 0.12
"""How long a cancelled request may take to end by itself."""
MOST_SIDE = 8192
"""Pixels, the longest side in which a worker may ask for an image."""
DOUBT_SECONDS = 15.0
"""How long a worker that did not answer a cancellation may stay silent on the next request."""


class Connection:
    """A worker and the frames to and from it. `phase` is the last one heard of, `heard` when (monotonic seconds).
    `loaded`: it serves requests, of which `tell` is told when that begins. `doubtful`: it let a cancellation pass
    without an answer."""

    def __init__(self, child: Child, log: Path, tell: Callable[[], object]) -> None:
        self.child, self.log = child, log
        self.phase, self.heard = "load", time.monotonic()
        self.loaded = self.doubtful = False
        self._tell = tell

    def send(self, frame: dict[str, Any], blobs: Sequence[bytes | bytearray] = ()) -> None:
        wire.send(self.child.socket, frame, blobs)

    def cancel(self, number: int) -> None:
        self.doubtful = True
        self.send({"do": "cancel", "id": number})

    def receive(self) -> dict[str, Any] | None:
        """The next frame; None when none came for a moment."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.socket, selectors.EVENT_READ)
            if not selector.select(POLL_SECONDS):
                return None
        frame, _ = wire.receive(self.child.socket)
        if frame.get("on") == "phase":
            self.phase = str(frame.get("phase"))
        self.heard, self.doubtful = time.monotonic(), False
        if not self.loaded and frame.get("id") != 0:
            self.loaded = True
            self._tell()
        return frame


class Call:
    """One request to a worker. `over`: it ended by itself; `broken`: the worker must go."""

    def __init__(
        self, worker: Connection, number: int, images: dict[str, Image], stall: float, template_limit: float
    ) -> None:
        self._worker, self._number, self._images = worker, number, images
        self._stall, self._template_limit = stall, template_limit
        self.over = self.broken = False

    def events(self, cancelled: Callable[[], bool], needed: Callable[[], bool] = lambda: True) -> Iterator[Event]:
        """What the worker answers, until it is over; both are asked again and again. What was `cancelled` ends at once,
        the image encoder too. What is no longer `needed` ends as well, but an image that is being encoded is finished
        and kept."""
        worker = self._worker
        worker.heard = time.monotonic()
        give_up: float | None = None
        while True:
            frame = worker.receive()
            if frame is not None and frame.get("id") in (0, self._number):
                event = self._take(frame)
                if event:
                    yield event
                if self.over:
                    return
            now = time.monotonic()
            if give_up is None and (cancelled() or not needed()):
                worker.cancel(self._number)
                give_up = now + CANCEL_SECONDS
            elif give_up is not None and now > give_up:
                self.over = True
                encoding = worker.phase == "encode"
                self.broken = encoding and cancelled()  # nothing else stops the image encoder
                worker.doubtful = not encoding
                yield End("cancelled")
                return
            self._check_time(now)

    def _take(self, frame: dict[str, Any]) -> Event | None:
        match frame.get("on"):
            case "event":
                return self._event(frame.get("event"))
            case "need":
                image = self._images.get(str(frame.get("digest")))
                sides = (frame.get("width"), frame.get("height"))
                size = [side for side in sides if type(side) is int and 0 < side <= MOST_SIDE]
                if image is None or len(size) != len(sides):
                    raise self._unreadable(f"need {frame!r:.200}")
                image = image.scaled(*size)
                header = {"do": "image", "id": self._number, "width": image.width, "height": image.height}
                self._worker.send(header, [image.bgra])
            case "done":
                self.over = True
            case "error":
                self.over = True
                self.broken = bool(frame.get("ends"))
                raise frames.unpack_error(frame)
        return None

    def _event(self, packed: object) -> Event:
        try:
            return frames.unpack_event(packed if isinstance(packed, dict) else {})
        except ValueError as error:
            raise self._unreadable(str(error)) from error

    def _unreadable(self, details: str) -> PlannerError:
        """What comes from the worker may come from a hostile file."""
        self.broken = True
        return PlannerError(
            "The model's process sent something that makes no sense, so it was ended.",
            "If it happens again, the file is damaged or hostile: choose another one.",
            details,
        )

    def _check_time(self, now: float) -> None:
        silent = now - self._worker.heard
        if self._worker.phase == "template" and silent > self._template_limit:
            self.broken = True
            raise PlannerError(
                f"The model's chat template did not finish in {self._template_limit:.0f} seconds.",
                "The file is damaged or hostile: choose another one.",
            )
        if silent > (min(DOUBT_SECONDS, self._stall) if self._worker.doubtful else self._stall):
            self.broken = True
            raise PlannerError(
                f"The model has not answered for {silent:.0f} seconds, so its process was ended.",
                "Try again; a smaller model or context needs less time.",
                f"phase {self._worker.phase}",
            )


def died(worker: Connection, error: wire.WireError) -> PlannerError:
    """What to tell the person when a worker has gone."""
    worker.child.kill()  # to know its exit code
    code = worker.child.process.returncode
    message, hint = "The model's process ended unexpectedly.", "Try again: it is started anew. The log says more."
    if code == -signal.SIGKILL:
        hint = "The system may have run out of memory: close other programs, or choose a smaller model. Then try again."
    elif worker.phase == "load":
        message = "The model's process ended unexpectedly while it loaded the model."
        hint = "A file is damaged, or of a kind that this llama.cpp can't read: choose another one. The log says more."
    return PlannerError(message, hint, f"exit code {code}, {error}\n{_tail(worker.log)}")


def memory_of(pid: int) -> int:
    """Bytes of memory that would be free without the process: on Linux its share of what it shares with others (PSS),
    elsewhere what is its own alone (USS); 0 where that can't be known."""
    import psutil

    try:
        memory = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(memory, "pss", memory.uss))


def _tail(log: Path, size: int = 2000) -> str:
    try:
        return log.read_bytes()[-size:].decode("utf-8", "replace")
    except OSError as error:
        return f"no log: {error}"
