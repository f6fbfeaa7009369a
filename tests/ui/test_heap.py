"""Freed pictures leave the process, whatever was freed before."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
from desktop_agent.core.heap import give_pictures_back
if sys.argv[1] == "given back":
    give_pictures_back()
for size in range(1, 30):  # each freed block would raise the size from which the next one is mapped
    del (block := [bytes(size * 1_000_000)])[:]
pictures = [bytearray(8_000_000) for _ in range(8)]
behind = bytearray(500_000)  # the heap cannot shrink below it
del pictures
print(int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
"""


def resident(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_freed_pictures_leave_the_process() -> None:
    assert resident("given back") < 40_000_000
    assert resident("as it is") > 60_000_000, "the check can tell"
