"""Keeps the model's process small and its start short."""

import importlib.util
import sys


def skip_high_level() -> None:
    """Let `llama_cpp`'s low-level modules be imported without its package's own code, which imports the whole
    high-level interface with numpy, a disk cache and a template engine: 10 MB and a sixth of a second.

    For a process of our own only: nobody finds `llama_cpp.Llama` afterwards. Does nothing where the package is imported
    already, or isn't there.
    """
    spec = importlib.util.find_spec("llama_cpp")
    if spec is not None and "llama_cpp" not in sys.modules:
        sys.modules["llama_cpp"] = importlib.util.module_from_spec(spec)
