"""Bounds what a hostile program may allocate within this process."""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def memory_limited(more: int) -> Iterator[None]:
    """While inside, the process can't allocate more than `more` bytes beyond what it has: what would raises
    `MemoryError`. Holds for all its threads. Only Linux enforces such a limit; elsewhere nothing is bounded.

    Source: getrlimit(2), RLIMIT_AS.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    import psutil

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [psutil.Process().memory_info().vms + more, *(each for each in (soft, hard) if each >= 0)]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
