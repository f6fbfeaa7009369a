"""llama.cpp's log: to this process's standard error, the last lines kept for error reports."""

import ctypes
import functools
import sys
from collections import deque
from typing import Any

KEPT_LINES = 40
_DEBUG, _CONTINUED = 1, 5  # enum ggml_log_level


class LlamaLog:
    """Takes the log of llama.cpp and of its multimodal library, which has a separate one."""

    def __init__(self) -> None:
        from llama_cpp import llama_cpp, mtmd_cpp

        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._level = 0
        self._callback = llama_cpp.llama_log_callback(self._take)  # kept: C calls it
        llama_cpp.llama_log_set(self._callback, ctypes.c_void_p(0))
        mtmd_cpp.mtmd_helper_log_set(self._callback, ctypes.c_void_p(0))

    def tail(self) -> str:
        """The last lines."""
        return "".join(self._lines)

    def write(self, line: str) -> None:
        """Add what we have to say ourselves."""
        self._lines.append(line)
        sys.stderr.write(line)

    def _take(self, level: int, text: bytes, _: Any) -> None:
        self._level = self._level if level == _CONTINUED else level
        if self._level == _DEBUG:
            return
        self.write(text.decode("utf-8", "replace"))


@functools.cache
def install_log() -> LlamaLog:
    """The process's one log: llama.cpp has one callback a process."""
    return LlamaLog()
