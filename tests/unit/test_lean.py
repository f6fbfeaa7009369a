"""The worker's imports: llama.cpp's bindings, and nothing of the interface on top of them."""

import subprocess
import sys

PROGRAM = """
import sys
from desktop_agent.model import lean
if sys.argv[1] == "lean":
    lean.skip_high_level()
from llama_cpp import llama_cpp, mtmd_cpp
assert llama_cpp.llama_max_devices() > 0 and mtmd_cpp.mtmd_default_marker()
print(len({"numpy", "llama_cpp.llama", "llama_cpp.llama_chat_format"} & set(sys.modules)))
"""


def found(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_the_bindings_come_alone() -> None:
    assert found("lean") == 0
    assert found("as it is") == 3, "the check can tell"
