"""What a bench measured, beside what it should be, and how benches tell it."""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop_agent.evaluation.display import refuse_persons_display


@dataclass(frozen=True)
class Figure:
    """One measured value and its goal: the most it may be, or with `at_least` the least. What could not be measured has
    no value, and misses its goal."""

    name: str
    value: float | None
    goal: float
    unit: str
    at_least: bool = False

    @property
    def missed(self) -> bool:
        if self.value is None:
            return True
        return self.value < self.goal if self.at_least else self.value > self.goal

    @property
    def line(self) -> str:
        """For people."""
        bound = "at least" if self.at_least else "at most"
        mark = "MISSED" if self.missed else "ok"
        value = f"{self.value:10.2f} {self.unit:<8}" if self.value is not None else f"{'not measured':<19}"
        return f"{self.name:<58} {value} ({bound} {self.goal:g}) {mark}"


def run(name: str, measure: Callable[[], Iterable[Figure]], arguments: Sequence[str], notice: str = "") -> int:
    """Run the bench `name`, and print each figure as soon as it is known; with `--check`, 1 where one misses its goal.
    `notice` tells people beforehand what takes long."""
    options = parser_of(name).parse_args(arguments)
    refuse_persons_display()
    if notice:
        print(notice, flush=True)
    return tell(measure(), options.check, options.json)


def parser_of(name: str) -> argparse.ArgumentParser:
    """The command line that all benches share."""
    parser = argparse.ArgumentParser(prog=f"desktop-agent bench {name}")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser


def tell(measured: Iterable[Figure], check: bool, as_json: bool) -> int:
    """Print each figure as soon as it is known; with `check`, 1 where one misses its goal."""
    figures = []
    for figure in measured:
        figures.append(figure)
        print(figure.line, flush=True)
    return conclude(figures, check, as_json)


def conclude(figures: Sequence[Figure], check: bool, as_json: bool, broken: Sequence[str] = ()) -> int:
    """Say what missed its goal; with `check`, 1 where anything did. `broken` counts as missed: what broke off."""
    missed = [figure.name for figure in figures if figure.missed] + list(broken)
    if check:
        print(f"missed: {', '.join(missed)}" if missed else "every goal is met")
    if as_json:
        values = {figure.name: None if figure.value is None else round(figure.value, 3) for figure in figures}
        print(json.dumps({"ok": not missed, "figures": values, "missed": missed}))
    return 1 if check and missed else 0
