"""llama.cpp's log: to this process's standard error, the last lines kept for error reports."""

import ctypes
import functools
import re
import sys
from collections import deque
from typing import Any

KEPT_LINES = 40
MAX_WRITTEN = 4_000_000
"""Characters that a process writes: a hostile vocabulary earns a line a token."""
MAX_REASON = 200
"""Characters; names from the file may be in it."""
_REASON = re.compile(r"(?:error loading model|failed to load model '[^']*'): (.+)")
_kept: list[Any] = []
"""C calls it as long as the process lives."""
_DEBUG, _CONTINUED = 1, 5  # enum ggml_log_level


class LlamaLog:
    """Takes the log of llama.cpp and of its multimodal library."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._level = self._written = 0

    def tail(self) -> str:
        """The last lines."""
        return "".join(self._lines)

    def reason(self) -> str:
        """Why it refused a file last, in its own words, on one line; empty where it did not say."""
        found = _REASON.findall(self.tail())
        return re.sub(r"[^\x20-\x7e]+", " ", found[-1])[:MAX_REASON] if found else ""

    def take(self, level: int, text: bytes) -> None:
        """A piece of it, perhaps not a whole line; `level` is of enum ggml_log_level."""
        self._level = self._level if level == _CONTINUED else level
        if self._level != _DEBUG:
            self.write(text.decode("utf-8", "replace"))

    def write(self, line: str) -> None:
        """Add a line, which may be our own."""
        self._lines.append(line)
        self._written += len(line)
        if self._written <= MAX_WRITTEN:
            sys.stderr.write(line)


@functools.cache
def install_log() -> LlamaLog:
    """The process's one log: llama.cpp has one callback a process, and its multimodal library another one."""
    from llama_cpp import llama_cpp, mtmd_cpp

    log = LlamaLog()
    callback = llama_cpp.llama_log_callback(lambda level, text, _: log.take(level, text))
    _kept.append(callback)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    mtmd_cpp.mtmd_helper_log_set(callback, ctypes.c_void_p(0))
    return log
