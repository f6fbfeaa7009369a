"""`desktop-agent eval trajectories RUN …`: where another planner, or another version, parts from stored runs."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from desktop_agent.cli import eval_options, options
from desktop_agent.cli.approvers import printable
from desktop_agent.core import settings
from desktop_agent.core.errors import ExitCode, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop_agent.core.protocols import Planner
    from desktop_agent.evaluation.trajectory import Trajectory
    from desktop_agent.evaluation.trajectory_report import Replay, Report
    from desktop_agent.store.conversations import Conversations
    from desktop_agent.store.runs import Runs

NAME = "trajectories"
HELP = "give a planner the conversations of stored runs, turn by turn, and say where its answers part; nothing is done"
NO_LIMIT = -1
"""SQLite's."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare its options."""
    parser = subparsers.add_parser(NAME, help=HELP, description=HELP)
    parser.add_argument("run", nargs="*", metavar="RUN", help="a run's id, or its beginning; runs list names them")
    parser.add_argument("--all", action="store_true", help="all runs that are stored")
    parser.add_argument(
        "--near",
        type=options.positive,
        default=16,
        metavar="PX",
        help="pixels between two points that mean the same (default 16)",
    )
    eval_options.add(parser)


def run(arguments: argparse.Namespace) -> int:
    """Replay the runs and write the report. Ctrl+C keeps what was compared."""
    from desktop_agent.evaluation.trajectory_report import Report, in_words
    from desktop_agent.store.conversations import Conversations
    from desktop_agent.store.database import Database, default_path
    from desktop_agent.store.runs import Runs

    if bool(arguments.run) == arguments.all:
        raise UsageError("Which runs?", "Name some, or give --all; desktop-agent runs list names them.")
    database = Database(default_path())
    try:
        runs = Runs(database)
        chosen = _chosen(runs, arguments)
        path = eval_options.report_path(arguments, NAME)
        report = Report()
        with eval_options.measured_planner(arguments) as planner:
            name = planner.name
            stopped = _replay(planner, chosen, runs, Conversations(database), arguments, report)
    finally:
        database.close()
    replays = report.replays
    for each in replays:
        print(f"{each.run}  {printable(each.instruction)[:70]}\n    {printable(in_words(each))}")
    if stopped:
        print(f"{stopped} {len(chosen) - len(replays)} runs were not begun.", file=sys.stderr)
    saved = eval_options.saved(path, lambda: report.write(path, name))
    done = bool(saved) and not stopped and any(each.agreement.turns for each in replays)
    if arguments.json:
        print(json.dumps({"ok": done, **_figures(replays), "planner": name, "report": saved}, ensure_ascii=False))
    return ExitCode.STOPPED if stopped == _INTERRUPTED else ExitCode.DONE if done else ExitCode.FAILED


_INTERRUPTED = "Interrupted."
_GONE = "The planner broke off time and again."


def _chosen(runs: "Runs", arguments: argparse.Namespace) -> list[str]:
    """The ids of the runs, oldest first."""
    if arguments.all:
        chosen = [each.id for each in reversed(runs.list(NO_LIMIT))]
        if not chosen:
            raise UsageError("There are no runs in the store.", "Let the agent do something first.")
        return chosen
    return list(dict.fromkeys(runs.find(each) for each in arguments.run))


def _replay(
    planner: "Planner",
    chosen: "Sequence[str]",
    runs: "Runs",
    conversations: "Conversations",
    arguments: argparse.Namespace,
    report: "Report",
) -> str:
    """Add to `report` what comes of each run; why it ended early, if it did."""
    from tqdm import tqdm

    from desktop_agent.evaluation.trajectory import NothingToReplay, trajectory_of

    language = settings.load().language or "en"
    with tqdm(chosen, desc="Runs", leave=False, disable=not sys.stderr.isatty()) as bar:
        for run in bar:
            try:
                trajectory = trajectory_of(run, runs, conversations, language)
            except (NothingToReplay, StoreError) as error:
                report.skip(run, str(error))
                continue
            except KeyboardInterrupt:
                return _INTERRUPTED
            early = _compare(planner, trajectory, arguments, report, bar.set_postfix_str)
            if early:
                return early
    return ""


def _compare(
    planner: "Planner",
    trajectory: "Trajectory",
    arguments: argparse.Namespace,
    report: "Report",
    tell: "Callable[[str], None]",
) -> str:
    """Compare one run, telling how far it is; why that ended early, if it did."""
    from desktop_agent.evaluation.replay import PATIENCE, Compared, replayed

    compared: list[Compared] = []
    early = ""
    try:
        for each in replayed(planner, trajectory, eval_options.generation(arguments), arguments.near):
            compared.append(each)
            tell(f"{each.turn.number} of {len(trajectory.turns)} turns")
    except KeyboardInterrupt:
        planner.cancel()
        early = _INTERRUPTED
    report.add(trajectory, compared)
    last = compared[-PATIENCE:]
    if len(last) == PATIENCE and all(each.verdict == "failed" for each in last):
        early = early or _GONE
    return early


def _figures(replays: "Sequence[Replay]") -> dict[str, object]:
    turns = sum(each.agreement.turns for each in replays)
    same = sum(each.agreement.same for each in replays)
    return {
        "agreement": same / turns if turns else None,
        "turns": turns,
        "failed": sum(each.verdicts.get("failed", 0) for each in replays),
        "skipped": sum(bool(each.skipped) for each in replays),
        "runs": {each.run: _run_figures(each) for each in replays},
    }


def _run_figures(replay: "Replay") -> dict[str, object]:
    if replay.skipped:
        return {"skipped": replay.skipped}
    whole = replay.agreement
    return {"agreement": whole.rate, "turns": whole.turns, "first_divergence": whole.first_divergence}
