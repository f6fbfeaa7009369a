"""`desktop-agent bench NAME`: run a benchmark of the checkout."""

import argparse
import importlib.util
import sys
from pathlib import Path

from desktop_agent.core.errors import UsageError

NAME = "bench"
HELP = "run one of the checkout's benchmarks on a display of its own and print its figures"
FOLDER = Path(__file__).parents[2] / "tests" / "bench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    names = ", ".join(_names()) or "none, this is an installed copy"
    parser.add_argument("name", metavar="NAME", help=f"one of: {names}")
    parser.add_argument("--check", action="store_true", help="name each figure that misses its goal, and return 1 then")
    parser.add_argument("--only", metavar="PART,…", help="for trust, macros and steps: only these parts")
    parser.add_argument(
        "--scale", metavar="X", help="for trust, macros and steps: how much is done, 1 being what was promised"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmark's own `main`."""
    if not FOLDER.is_dir():
        raise UsageError(
            "This installed copy has no benchmarks.", "They are in a checkout's tests/bench: run it from there."
        )
    if arguments.name not in _names():
        raise UsageError(f"There is no benchmark “{arguments.name}”.", "See desktop-agent bench --help.")
    file = FOLDER / f"{arguments.name}.py"
    sys.path.insert(0, str(FOLDER.parents[1]))  # its parts are modules of the checkout
    spec = importlib.util.spec_from_file_location(f"bench_{arguments.name}", file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file} can't be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    options = [f"--{name}" for name in ("check", "json") if getattr(arguments, name)]
    for name in ("only", "scale"):
        if getattr(arguments, name) is not None:
            options += [f"--{name}", getattr(arguments, name)]
    return int(module.main(options))


def _names() -> list[str]:
    """The benches: beside them lie their parts, which have no `main`."""
    files = sorted(FOLDER.glob("[a-z]*.py"))
    return [file.stem for file in files if "\ndef main(" in file.read_text("utf-8")]
