"""Keeping what is in memory out of core dumps."""

import sys


def forbid() -> None:
    """From now on this process leaves no core dump, and other processes of the user can't read its memory. What it
    starts is not affected. Cheap; may be called again."""
    if sys.platform == "linux":
        import ctypes

        set_dumpable = 4
        if ctypes.CDLL(None, use_errno=True).prctl(set_dumpable, 0, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "core dumps could not be forbidden")
    elif sys.platform != "win32":  # Windows writes none that a program did not ask for.
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
