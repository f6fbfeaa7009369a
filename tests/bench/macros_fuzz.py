"""A hundred thousand mutated macros, as JSON, folders and .macro files: read, checked, said in words, exported, packed,
brought into a library, by a process that is watched."""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.figures import Figure

MACROS = 100_000
ROOT = Path(__file__).parents[2]
TOLD_EVERY = 5000


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """`scale` 1: a hundred thousand macros."""
    count = max(100, round(MACROS * scale))
    seed = random.randrange(2**32)
    report(f"seed {seed}")
    read = refused = 0
    slowest = 0.0
    crashes: list[str] = []
    hangs: list[int] = []
    trespasses: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.macro_victim", folder, str(count), str(seed)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
            assert victim.stdout is not None
            for line in victim.stdout:
                told = json.loads(line)
                before = read + refused
                read, refused = read + told["read"], refused + told["refused"]
                crashes += told["crashes"]
                hangs += told["hangs"]
                trespasses += told["trespasses"]
                slowest = max(slowest, told["slowest"])
                if (read + refused) // TOLD_EVERY > before // TOLD_EVERY:
                    report(f"{read} read, {refused} refused, {len(crashes) + len(hangs) + len(trespasses)} problems")
    if victim.returncode:
        crashes.append(f"the process ended with {victim.returncode} after {read + refused} macros of seed {seed}")
    for problem in (*crashes[:20], *trespasses[:20], *hangs[:20]):
        report(f"problem: {problem}")
    return [
        Figure("mutated macros", read + refused + len(crashes) + len(hangs), count, "macros", at_least=True),
        Figure("of them read, so that the rest was tried", read, count / 20, "macros", at_least=True),
        Figure("crashes", len(crashes), 0, "macros"),
        Figure("hangs of more than 2 s", len(hangs), 0, "macros"),
        Figure("the slowest one", slowest, 2, "s"),
        Figure("opened or written outside its folder, or started", len(trespasses), 0, "times"),
    ]
