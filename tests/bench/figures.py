"""What a bench measured, beside what it should be."""

from dataclasses import dataclass


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
