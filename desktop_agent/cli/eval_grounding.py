"""`desktop-agent eval grounding FOLDER`: how well a planner finds places on screenshots."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_agent.cli import eval_options, options
from desktop_agent.cli.approvers import printable, printable_lines
from desktop_agent.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_agent.core.protocols import Planner
    from desktop_agent.evaluation.grounding import Failure, Score, Way
    from desktop_agent.evaluation.screenspot import Target

NAME = "grounding"
HELP = "how well a planner finds places on screenshots, in ScreenSpot's file format"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare its options."""
    parser = subparsers.add_parser(NAME, help=HELP, description=HELP)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the lists of targets and the pictures")
    parser.add_argument("--limit", type=options.positive, metavar="N", help="only N targets, spread over all of them")
    parser.add_argument(
        "--ask",
        choices=("box", "call"),
        help="for the target's box (default), or for the call of a tool that does what the instruction says",
    )
    eval_options.add(parser)


def run(arguments: argparse.Namespace) -> int:
    """Score the planner and write the report. Ctrl+C keeps what was scored."""
    from desktop_agent.evaluation import grounding_report
    from desktop_agent.evaluation.grounding import Failure, Score
    from desktop_agent.evaluation.screenspot import read_folder

    folder = read_folder(arguments.folder)
    path = eval_options.report_path(arguments, NAME)
    targets = _spread(folder.targets, arguments.limit)
    results: list[Score | Failure] = []
    with eval_options.measured_planner(arguments) as planner:
        interrupted = _score(planner, targets, arguments, results)
        name = planner.name
    scores = [each for each in results if isinstance(each, Score)]
    failures = [*folder.problems, *(_failed(each) for each in results if isinstance(each, Failure))]
    print(printable_lines(grounding_report.summary(arguments.folder, scores, len(failures))))
    for each in failures:
        print(f"not scored: {printable(each)}", file=sys.stderr)
    unasked = len(targets) - len(results)
    if unasked:
        why = "It was interrupted" if interrupted else "The planner broke off time and again"
        print(f"{why}: {unasked} targets were not asked for.", file=sys.stderr)
    report = eval_options.saved(path, lambda: grounding_report.write(path, name, arguments.folder, scores, failures))
    done = bool(scores and report) and not failures and not unasked
    if arguments.json:
        print(json.dumps({"ok": done, **_figures(scores, len(failures), unasked), "planner": name, "report": report}))
    return ExitCode.STOPPED if interrupted else ExitCode.DONE if done else ExitCode.FAILED


def _score(
    planner: "Planner", targets: "Sequence[Target]", arguments: argparse.Namespace, results: "list[Score | Failure]"
) -> bool:
    """Add to `results` what is scored; whether it was interrupted."""
    from tqdm import tqdm

    from desktop_agent.evaluation.grounding import Score, scored

    way = _way(arguments, planner)
    hits = 0
    with tqdm(total=len(targets), desc="Targets", leave=False, disable=not sys.stderr.isatty()) as bar:
        try:
            for result in scored(planner, targets, way, eval_options.generation(arguments)):
                results.append(result)
                hits += isinstance(result, Score) and result.hit
                bar.set_postfix_str(f"{hits} hit", refresh=False)
                bar.update()
        except KeyboardInterrupt:
            planner.cancel()
            return True
    return False


def _way(arguments: argparse.Namespace, planner: "Planner") -> "Way":
    """The instant planner understands orders only."""
    if planner.name.startswith("instant"):
        if arguments.ask == "box":
            raise UsageError("The instant planner can't be asked for a box.", "Leave out --ask, or name a model.")
        return "call"
    return "call" if arguments.ask == "call" else "box"


def _spread(targets: "Sequence[Target]", limit: int | None) -> "Sequence[Target]":
    if limit is None or limit >= len(targets):
        return targets
    return [targets[number * len(targets) // limit] for number in range(limit)]


def _failed(failure: "Failure") -> str:
    return f"“{failure.target.instruction}” on {failure.target.name}: {failure.why}"


def _figures(scores: "Sequence[Score]", failed: int, unasked: int) -> dict[str, object]:
    from desktop_agent.evaluation.grounding import by_group, figures

    groups = {
        group: {value: asdict(each) for value, each in values.items()} for group, values in by_group(scores).items()
    }
    return {**asdict(figures(scores)), "failed": failed, "unasked": unasked, "by": groups}
