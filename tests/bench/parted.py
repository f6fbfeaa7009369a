"""A bench in parts, each in a module of its own beside this file: `trust_clicks.py` is the part "clicks" of `trust`.

A part has `run(scale, report) -> Sequence[Figure]`: `scale` 1 does as much as was promised, `report` takes a line that
tells how far it is. A part that breaks off counts as missed, and the others go on.
"""

import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from desktop_agent.evaluation.display import refuse_persons_display
from tests.bench import figures
from tests.bench.figures import Figure


def parts(bench: str) -> tuple[str, ...]:
    """The names of all parts of `bench`, sorted."""
    return tuple(sorted(file.stem.removeprefix(f"{bench}_") for file in Path(__file__).parent.glob(f"{bench}_*.py")))


def measure(bench: str, name: str, scale: float, report: Callable[[str], None]) -> tuple[Sequence[Figure], str]:
    """The figures of one part; where it broke off, none, and why."""
    try:
        return import_module(f"tests.bench.{bench}_{name}").run(scale, report), ""
    except Exception:  # noqa: BLE001 # whatever broke, the other parts go on and this one counts as missed
        return (), traceback.format_exc()


def main(bench: str, arguments: Sequence[str]) -> int:
    """Run all parts of `bench`, or those that are named; with `--check`, 1 where a figure misses its goal or a part
    broke off."""
    there = parts(bench)
    parser = figures.parser_of(bench)
    parser.add_argument("--only", default="", metavar="NAME,…", help=f"of: {', '.join(there)}")
    parser.add_argument("--scale", type=float, default=1.0, help="how much is done, 1 being what was promised")
    options = parser.parse_args(arguments)
    if not there:
        parser.error(f"there are no parts of {bench}")
    chosen = tuple(filter(None, options.only.split(","))) or there
    for unknown in set(chosen) - set(there):
        parser.error(f"there is no part {unknown!r}")
    refuse_persons_display()
    found: list[Figure] = []
    broken: list[str] = []
    for name in chosen:
        began = time.monotonic()
        print(f"-- {name}", flush=True)
        measured, problem = measure(bench, name, options.scale, lambda line: print(f"   {line}", flush=True))
        for figure in measured:
            print(figure.line, flush=True)
        if problem:
            print(f"{name} broke off:\n{problem}", flush=True)
            broken.append(f"{name} broke off")
        print(f"   took {time.monotonic() - began:.0f} s", flush=True)
        found += measured
    return figures.conclude(found, options.check, options.json, broken)
