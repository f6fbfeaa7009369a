"""Killing writers of the store and the audit log, hard, at random moments and at each of their writes."""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.figures import Figure

KILLS = 1000
ROOT = Path(__file__).parents[2]


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """`scale` 1: a thousand kills, of two writers at a time."""
    rounds = max(2, round(KILLS * scale / 2))
    seed = random.randrange(2**32)
    report(f"seed {seed}")
    kills = acknowledged = 0
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.store_victims", folder, str(rounds), str(seed)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victims:
            assert victims.stdout is not None
            for line in victims.stdout:
                result = json.loads(line)
                kills += result["kills"]
                acknowledged += result["acknowledged"]
                problems += result["problems"]
                if kills % 100 == 0:
                    report(f"{kills} kills, {acknowledged} writes acknowledged, {len(problems)} problems")
        if victims.returncode:
            raise RuntimeError(f"the writers broke off after {kills} kills")
    for problem in problems[:20]:
        report(problem)
    lost = sum(each.startswith("lost") for each in problems)
    return [
        Figure("writers killed", kills, 2 * rounds, "kills", at_least=True),
        Figure("writes acknowledged before", acknowledged, kills, "writes", at_least=True),
        Figure("of them lost", lost, 0, "writes"),
        Figure("stores or logs damaged, or dishonest", len(problems) - lost, 0, "times"),
    ]
