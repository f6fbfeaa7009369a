"""The client of the OCR worker."""

import importlib.util
import threading
from collections import OrderedDict
from typing import Any

from desktop_agent.core import paths, wire
from desktop_agent.core.child import Child
from desktop_agent.core.desktop import Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image

WORKER = "desktop_agent.desktop.ocr.worker"
NEEDED = ("rapidocr", "onnxruntime")
ANSWER_SECONDS = 60.0
"""Far more than a large screen takes on a slow machine; then the worker counts as dead."""
CACHED_IMAGES = 32
_ATTEMPTS = 2


class OcrReader:
    """Implements `core.protocols.TextReader`. Safe to use from several threads, which wait for one another."""

    def __init__(self, worker: str = WORKER) -> None:
        missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise Unavailable(
                f"Text can't be read from the screen: {', '.join(missing)} is not installed.",
                "Run: sh installer/run.sh, or: pip install rapidocr onnxruntime",
            )
        self._worker = worker
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._cache: OrderedDict[str, tuple[Word, ...]] = OrderedDict()

    def read(self, image: Image) -> tuple[Word, ...]:
        """Words in reading order, their regions in pixels of `image`.

        Raises:
            Unavailable: the worker could not read it, or died twice.
        """
        with self._lock:
            words = self._cache.get(image.digest)
            if words is None:
                words = self._cache[image.digest] = self._ask(image)
                if len(self._cache) > CACHED_IMAGES:
                    self._cache.popitem(last=False)
            self._cache.move_to_end(image.digest)
            return words

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            if self._child is not None:
                self._child.close()
                self._child = None

    def _ask(self, image: Image) -> tuple[Word, ...]:
        problem = ""
        for _ in range(_ATTEMPTS):
            child = self._running()
            try:
                wire.send(child.socket, {"width": image.width, "height": image.height}, [image.bgra])
                answer, _blobs = wire.receive(child.socket)
            except (wire.WireError, TimeoutError) as error:
                problem = repr(error)
                child.kill()
                continue
            return _words(answer)
        raise Unavailable("The text reader ended unexpectedly.", f"Its log is {paths.logs() / 'ocr.log'}.", problem)

    def _running(self) -> Child:
        """The worker: the one that runs, or a new one (it ends by itself when it has long been idle)."""
        if self._child is not None and not self._child.alive:
            self._child.close()
            self._child = None
        if self._child is None:
            self._child = Child(self._worker, log=paths.logs() / "ocr.log")
            self._child.socket.settimeout(ANSWER_SECONDS)
        return self._child


def _words(answer: dict[str, Any]) -> tuple[Word, ...]:
    if "error" in answer:
        raise Unavailable(
            "Text could not be read from the screen.",
            "desktop-agent doctor says what is missing.",
            str(answer["error"]),
        )
    return tuple(
        Word(str(text), Rect(int(x), int(y), int(width), int(height)), int(line), float(confidence))
        for text, x, y, width, height, line, confidence in answer["words"]
    )
