"""The proofs that the hands can be trusted, in their long form: each `trust_*.py` beside this file, one by one.

A part is a module with `run(scale, report) -> Sequence[Figure]`: `scale` 1 does as much as was promised, `report` takes
a line that tells how far it is. A part that breaks off counts as missed, and the others go on.
"""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from desktop_agent.evaluation.display import refuse_persons_display
from tests.bench.figures import Figure

PREFIX = "trust_"


def parts() -> tuple[str, ...]:
    """The names of all parts: "audit", "clicks" …"""
    return tuple(sorted(file.stem.removeprefix(PREFIX) for file in Path(__file__).parent.glob(f"{PREFIX}*.py")))


def measure(name: str, scale: float, report: Callable[[str], None]) -> tuple[Sequence[Figure], str]:
    """The figures of one part; where it broke off, none, and why."""
    try:
        return import_module(f"tests.bench.{PREFIX}{name}").run(scale, report), ""
    except Exception:  # noqa: BLE001 # whatever broke, the other parts go on and this one counts as missed
        return (), traceback.format_exc()


def main(arguments: Sequence[str]) -> int:
    """Run them; with `--check`, 1 where a figure misses its goal or a part broke off."""
    parser = argparse.ArgumentParser(prog="desktop-agent bench trust")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", metavar="NAME,…", help=f"of: {', '.join(parts())}")
    parser.add_argument("--scale", type=float, default=1.0, help="how much is done, 1 being what was promised")
    options = parser.parse_args(arguments)
    chosen = tuple(filter(None, options.only.split(","))) or parts()
    for unknown in set(chosen) - set(parts()):
        parser.error(f"there is no part {unknown!r}")
    refuse_persons_display()
    figures: list[Figure] = []
    missed: list[str] = []
    for name in chosen:
        began = time.monotonic()
        print(f"-- {name}", flush=True)
        found, problem = measure(name, options.scale, lambda line: print(f"   {line}", flush=True))
        for figure in found:
            print(figure.line, flush=True)
        if problem:
            print(f"{name} broke off:\n{problem}", flush=True)
        print(f"   took {time.monotonic() - began:.0f} s", flush=True)
        figures += found
        missed += [figure.name for figure in found if figure.missed] + ([f"{name} broke off"] if problem else [])
    if options.check:
        print(f"missed: {', '.join(missed)}" if missed else "every goal is met")
    if options.json:
        print(json.dumps({"ok": not missed, "figures": {each.name: each.value for each in figures}, "missed": missed}))
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
