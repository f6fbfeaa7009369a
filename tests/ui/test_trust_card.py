"""The short form of the proof that programs approve nothing, and that it could fail."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench import trust_card

ROOT = Path(__file__).parents[2]
UNGUARDED = """
import sys
import ui.prompter
from tests.bench import card_attack
ui.prompter.open_witness = lambda trusted: None
sys.argv = ["card_attack", "2", "40"]
card_attack.main()
"""
"""The same attack at cards that can't tell whose input it is."""


def test_hostile_input_approves_nothing_and_the_person_does() -> None:
    figures = trust_card.run(0.04, lambda line: None)
    assert [each.line for each in figures if each.missed] == []


def test_the_attack_would_work_at_a_card_that_asks_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNGUARDED], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True
    )
    assert any(json.loads(line)["forged"] for line in done.stdout.splitlines())
