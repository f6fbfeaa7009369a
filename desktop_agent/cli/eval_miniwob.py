"""`desktop-agent eval miniwob`: MiniWoB++ in a real Chromium, acting only through the product."""

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_agent.cli import eval_options, options
from desktop_agent.core import paths
from desktop_agent.core.errors import ExitCode, Unavailable, UsageError

if TYPE_CHECKING:
    from desktop_agent.core.settings import Settings
    from desktop_agent.evaluation.noise import Noise
    from desktop_agent.evaluation.pool import Pool, Result
    from desktop_agent.evaluation.scores import Job, Score

NAME = "miniwob"
HELP = "run MiniWoB++'s tasks in a real browser with real mouse and keyboard, and count what was done"
WORKER = "desktop_agent.cli.miniwob_worker"
ORACLE = "oracle"
STEPS = 30
WAYS = {"on": (True,), "off": (False,), "both": (True, False)}
"""With or without snapping, for each `--snapping`."""
EPISODE_SECONDS = 1800.0
"""A local model without a graphics card takes minutes for a turn."""
HUNG_SECONDS = EPISODE_SECONDS + 300


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare its options."""
    from desktop_agent.evaluation import noise
    from desktop_agent.evaluation.browser import ZOOM

    parser = subparsers.add_parser(NAME, help=HELP, description=HELP)
    # Also in front of the name, where it must not be taken back by this one's default.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="the last line is JSON")
    options.add_planner(parser, ORACLE)
    parser.add_argument(
        "--tasks", default="sixty", metavar="a,b,c|sixty|all", help="which tasks (default: the fixed list of sixty)"
    )
    parser.add_argument("--seeds", type=options.positive, default=5, metavar="N", help="episodes of each task (5)")
    parser.add_argument(
        "--parallel", type=options.positive, metavar="N", help="displays at once (default: one for two cores)"
    )
    parser.add_argument(
        "--snapping",
        choices=tuple(WAYS),
        default="on",
        help="whether points are moved to the elements that they must mean, as the product does (on), clicked as they "
        "are given (off), or both in turn, to compare (default: on)",
    )
    parser.add_argument(
        "--zoom",
        type=options.positive,
        default=ZOOM,
        metavar="N",
        help=f"screen pixels to one of the pages' (default: {ZOOM}, for small print; 1 is their own size)",
    )
    parser.add_argument("--noise", metavar="NOISE", help=f"degrade the planner: {noise.HELP}")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes (default: with our data)")


def run(arguments: argparse.Namespace) -> int:
    """Run the episodes and write the report, also where it is interrupted."""
    from desktop_agent.evaluation import miniwob_report
    from desktop_agent.evaluation import scores as totals
    from desktop_agent.evaluation.pool import Pool

    if sys.platform != "linux":
        raise Unavailable("The evaluation needs Linux with X11 programs.")
    planned = jobs(arguments.tasks, arguments.seeds, WAYS[arguments.snapping])
    setup = setup_of(arguments)
    folder = options.made(arguments.out or paths.data() / "eval" / time.strftime("miniwob-%Y%m%d-%H%M%S"))
    count = arguments.parallel or max(1, (os.cpu_count() or 1) // 2)
    pool = Pool(WORKER, count, setup, folder, HUNG_SECONDS)
    unsolved = not_attempted(planned) if setup["planner"] == ORACLE else {}
    results: list[Result] = [(score, []) for score in unsolved.values()]
    for task, why in totals.not_attempted(unsolved.values()).items():
        print(f"{task}: not attempted: {why}", file=sys.stderr)
    try:
        for result in _told(pool, [job for job in planned if job not in unsolved]):
            results.append(result)  # noqa: PERF402 - what was scored is kept when it is interrupted
    except KeyboardInterrupt:
        print("Interrupted: what was scored is kept.", file=sys.stderr)
    interrupted = len(results) < len(planned)
    target = folder / "report.html"
    said = f"{setup['planner']} with noise ({arguments.noise})" if arguments.noise else setup["planner"]
    said += f", pages at {arguments.zoom}×"
    saved = eval_options.saved(target, lambda: miniwob_report.write(target, said, results, len(planned)))
    return _tell([score for score, _ in results], saved, arguments.json, interrupted)


def jobs(tasks: str, seeds: int, ways: Sequence[bool] = (True,)) -> "list[Job]":
    """The episodes to run, each with snapping or without, as `ways` says. A task that there isn't is one too: it fails,
    and the rest goes on.

    Raises:
        Unavailable: something that all of them need is not installed.
        UsageError: no task is named.
    """
    from desktop_agent.evaluation import miniwob_tasks
    from desktop_agent.evaluation.browser import require_programs
    from desktop_agent.evaluation.scores import Job

    require_programs()
    known = miniwob_tasks.available()
    names: Sequence[str]
    if tasks == "all":
        names = known
    elif tasks == "sixty":
        names = tuple(miniwob_tasks.SIXTY)
    else:
        names = tuple(dict.fromkeys(name.strip() for name in tasks.split(",") if name.strip()))
    if not names:
        raise UsageError("No task is named.", "Use --tasks a,b,c, --tasks sixty or --tasks all.")
    return [Job(name, seed, snapping) for name in names for seed in range(seeds) for snapping in ways]


def not_attempted(jobs: "Sequence[Job]") -> "dict[Job, Score]":
    """The jobs whose tasks are known and the oracle has no solver for, with their scores, which say why. For the others
    a browser is started."""
    from desktop_agent.evaluation import miniwob_tasks
    from desktop_agent.evaluation.oracle.unsolved import reason_for
    from desktop_agent.evaluation.scores import NOT_ATTEMPTED, Score

    reasons = {task: reason for task in miniwob_tasks.available() if (reason := reason_for(task)) is not None}
    return {job: Score.unrun(job, reasons[job.task], NOT_ATTEMPTED) for job in jobs if job.task in reasons}


def setup_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the workers are told, as JSON. It may hold a server's key, so it goes over their sockets and nowhere else.

    Raises:
        UsageError: the settings, the noise or the server's address can't be right.
    """
    planner = arguments.planner
    if planner == ORACLE:
        arguments.planner = None  # it is none of the settings'
    settings = options.chosen_settings(arguments)
    return {
        "planner": planner or settings.planner,
        "settings": dataclasses.asdict(settings),
        "generation": {
            "thinking": arguments.thinking,
            "max_tokens": arguments.max_tokens,
            "greedy": arguments.greedy,
        },
        "server_keys": _server_keys(settings) if planner != ORACLE else {},
        "noise": dataclasses.asdict(_noise(arguments)),
        "zoom": arguments.zoom,
        "limits": {"steps": arguments.max_steps or STEPS, "seconds": EPISODE_SECONDS},
    }


def _server_keys(settings: "Settings") -> dict[str, dict[str, str]]:
    """Each server's key, or why it can't be read, by its address, where servers may be asked at all."""
    from desktop_agent.cli.planners import key_of
    from desktop_agent.model.endpoint import Endpoint

    may_choose = settings.planner == "auto" and settings.remote_enabled and not settings.model
    if not (settings.planner == "remote" or may_choose):
        return {}
    keys = {}
    for server in settings.servers:
        address = Endpoint(server.address, server.model).base_url
        try:
            keys[address] = {"key": key_of(address), "problem": ""}
        except Unavailable as error:
            keys[address] = {"key": "", "problem": str(error)}
    return keys


def _noise(arguments: argparse.Namespace) -> "Noise":
    from desktop_agent.evaluation import noise

    return noise.parse(arguments.noise) if arguments.noise else noise.Noise()


def _told(pool: "Pool", jobs: "Sequence[Job]") -> "Iterator[Result]":
    """The results, with a bar that tells how far it is, and each failure in a line."""
    from tqdm import tqdm

    with tqdm(total=len(jobs), unit="episode", disable=not sys.stderr.isatty()) as bar:
        for score, pictures in pool.run(jobs):
            bar.update()
            if not score.success:
                bar.write(f"{score.task}, seed {score.seed}: {score.failure}", file=sys.stderr)
            yield score, pictures


def _tell(scores: "Sequence[Score]", report: str, as_json: bool, interrupted: bool) -> int:
    from desktop_agent.evaluation import scores as totals
    from desktop_agent.evaluation.comparison import compared

    measured, comparison = totals.measured(scores), compared(scores)
    left_out = totals.not_attempted(measured)
    step = totals.median_step_ms(measured)
    for each in totals.by_task(measured):
        why = f" (not attempted: {left_out[each.task]})" if each.task in left_out else ""
        print(f"{each.successes:>4} of {each.episodes:<4} {each.task}{why}")
    rate, false_done = totals.success_rate(measured), sum(score.false_done for score in measured)
    print(f"{rate:.1%} of {len(measured)} episodes succeeded; {false_done} ended in a false “done”.")
    if comparison is not None:
        print(comparison)
    if step is not None:
        print(f"A step took the harness {step:.0f} ms beside the planner (median, settle included).")
    if as_json:
        print(json.dumps(_body(scores, report, interrupted), ensure_ascii=False))
    return ExitCode.STOPPED if interrupted else ExitCode.DONE


def _body(scores: "Sequence[Score]", report: str, interrupted: bool) -> dict[str, Any]:
    from desktop_agent.evaluation import scores as totals
    from desktop_agent.evaluation.comparison import compared

    measured, comparison = totals.measured(scores), compared(scores)
    return {
        "success_rate": totals.success_rate(measured),
        "tasks": {
            each.task: {"success_rate": each.success_rate, "episodes": each.episodes, "failures": each.failures}
            for each in totals.by_task(measured)
        },
        "episodes": len(measured),
        "false_done": sum(score.false_done for score in measured),
        "step_ms": totals.median_step_ms(measured),
        "not_attempted": totals.not_attempted(measured),
        "snapping": comparison.to_json() if comparison is not None else None,
        "interrupted": interrupted,
        "report": report,
    }
