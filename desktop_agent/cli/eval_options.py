"""What the evaluations share: their options, the planner that is measured, and where their reports go."""

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_agent.cli import options
from desktop_agent.core import paths, sampling
from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError

if TYPE_CHECKING:
    from desktop_agent.core.protocols import Planner, TextReader
    from desktop_agent.core.settings import PlannerName, Settings


def add(parser: argparse.ArgumentParser) -> None:
    """The planner, `--out` and `--json`."""
    options.add_planner(parser, limits=False)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes (default: with our data)")
    # A default would undo a --json that stands before the name of the evaluation.
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="the last line is one JSON object"
    )


def generation(arguments: argparse.Namespace) -> Options:
    """How the planner generates: as where it acts."""
    given = Options(arguments.thinking, arguments.max_tokens, arguments.greedy)
    return sampling.preset(given, "tools", options.chosen_settings(arguments).sampling)


@contextlib.contextmanager
def measured_planner(arguments: argparse.Namespace) -> Iterator["Planner"]:
    """The planner that the command line or the settings name. The instant one finds its places by reading the pictures,
    and never looks at the screen.

    Raises:
        PlannerError: it is not set up.
    """
    from desktop_agent.cli.planners import Planners
    from desktop_agent.evaluation.picture_eyes import OnPictures, PictureLocator

    settings = options.chosen_settings(arguments)
    with _reader() as reader:
        locator = PictureLocator(reader)
        planners = Planners(settings, lambda: locator)
        try:
            planner = planners.choose(_named(settings), "", is_question=True)
            yield OnPictures(planner, locator) if settings.planner == "instant" else planner
        finally:
            planners.close()


def report_path(arguments: argparse.Namespace, name: str) -> Path:
    """A new file for a report, whose folder is there.

    Raises:
        UsageError: the folder can't be made.
    """
    folder = options.made(arguments.out or paths.data() / "eval")
    return Path(folder / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.html")


def saved(path: Path, write: Callable[[], None]) -> str:
    """Let `write` write the report `path`, and return its name; where it can't be, that is said and the name is empty:
    the figures that took hours must not be lost with it."""
    try:
        write()
    except OSError as error:
        print(f"The report {path} could not be written: {error.strerror}.", file=sys.stderr)
        return ""
    print(f"The report is {path}.")
    return str(path)


def _named(settings: "Settings") -> "PlannerName":
    """One planner for everything: `auto` means the model here, since an evaluation measures one thing."""
    if settings.planner != "auto":
        return settings.planner
    if settings.model:
        return "local"
    if settings.remote_enabled and settings.servers:
        return "remote"
    raise PlannerError(
        "No planner is set up that could be measured.",
        "Give --model FILE --mmproj FILE, or --planner remote --base-url URL --model-name NAME; --planner instant "
        "measures what works without a model.",
    )


@contextlib.contextmanager
def _reader() -> Iterator["TextReader"]:
    """What reads pictures; where it is missing, that is said when it is first asked. It starts nothing before."""
    from desktop_agent.cli.missing import NoReader
    from desktop_agent.core.errors import Unavailable
    from desktop_agent.desktop.ocr import open_reader

    reader: TextReader
    try:
        reader = open_reader()
    except Unavailable as error:
        reader = NoReader(error)
    try:
        yield reader
    finally:
        reader.close()
