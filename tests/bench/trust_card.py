"""Ten thousand hostile clicks and keys at live approval cards, half through the hands and half by XTEST from another
process, and between them a hundred approvals by the person."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.figures import Figure

CARDS = 100
ATTACKS = 50
"""From each side, at each card."""
ROOT = Path(__file__).parents[2]


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """`scale` 1: a hundred cards."""
    cards = max(2, round(CARDS * scale))
    command = [sys.executable, "-m", "tests.bench.card_attack", str(cards), str(ATTACKS)]
    results = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for line in program.stdout:
            results.append(json.loads(line))
            if len(results) % 10 == 0:
                report(f"{len(results)} cards")
    if program.returncode:
        raise RuntimeError(f"the cards broke off after {len(results)}")
    refused = sum(each["refused"] for each in results)
    return [
        Figure("inputs through the hands refused", refused, cards * ATTACKS, "inputs", at_least=True),
        Figure(
            "inputs by XTEST from another process",
            sum(each["sent"] for each in results),
            cards * ATTACKS,
            "inputs",
            True,
        ),
        Figure("approvals that no person gave", sum(each["forged"] for each in results), 0, "cards"),
        Figure("genuine approvals accepted", sum(each["genuine"] for each in results), cards, "cards", at_least=True),
    ]
