"""What a bench measured, beside what it should be, and how benches tell it."""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop_agent.evaluation.display import refuse_persons_display


@dataclass(frozen=True)
class Figure:
    """One measured value and its goal: the most it may be, or with `at_least` the least."""

    name: str
    value: float
    goal: float
    unit: str
    at_least: bool = False

    @property
    def missed(self) -> bool:
        return self.value < self.goal if self.at_least else self.value > self.goal

    @property
    def line(self) -> str:
        """For people."""
        bound = "at least" if self.at_least else "at most"
        mark = "MISSED" if self.missed else "ok"
        return f"{self.name:<58} {self.value:10.2f} {self.unit:<8} ({bound} {self.goal:g}) {mark}"


def run(name: str, measure: Callable[[], Iterable[Figure]], arguments: Sequence[str], notice: str = "") -> int:
    """Run the bench `name`, and print each figure as soon as it is known; with `--check`, 1 where one misses its goal.
    `notice` tells people beforehand what takes long."""
    parser = argparse.ArgumentParser(prog=f"desktop-agent bench {name}")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    refuse_persons_display()
    if notice:
        print(notice, flush=True)
    figures = []
    for figure in measure():
        figures.append(figure)
        print(figure.line, flush=True)
    missed = [figure.name for figure in figures if figure.missed]
    if options.check:
        print(f"missed: {', '.join(missed)}" if missed else "every goal is met")
    if options.json:
        values = {figure.name: round(figure.value, 3) for figure in figures}
        print(json.dumps({"ok": not missed, "figures": values, "missed": missed}))
    return 1 if options.check and missed else 0
