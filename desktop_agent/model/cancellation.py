"""The wish to end what runs, which llama.cpp looks at itself."""

import ctypes
import sys
from typing import Any


class Cancellation:
    """Set from any thread, asked by llama.cpp between two nodes of a graph.

    That is hundreds of times a token. A Python function would need the interpreter's lock each time, while the other
    threads wait at the node; so llama.cpp gets C's `strlen`, and the text is empty until somebody wants to end.
    """

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(2)

    def set(self) -> None:
        self._text[0] = b"!"

    def clear(self) -> None:
        self._text[0] = b"\0"

    def is_set(self) -> bool:
        return bool(self._text.value)

    def callback(self, kind: Any) -> tuple[Any, ctypes.c_void_p]:
        """The C function, as a `kind` of function pointer, and what it is to be called with. Lives as long as this."""
        library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        return ctypes.cast(library.strlen, kind), ctypes.cast(self._text, ctypes.c_void_p)
