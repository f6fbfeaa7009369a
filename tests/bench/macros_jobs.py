"""Macros on real applications: three jobs, each recorded once from a person's input, and replayed on the same screen
and on changed ones.

What counts is what others than the player show: the applications and the disk tell whether a job is done, and a witness
(`macro_witness`) on what every press landed.
"""

import contextlib
import math
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import macro_replays, macro_times
from tests.bench.figures import Figure
from tests.bench.macro_changes import CHANGES, RECORDED_ON, UNCHANGED, Change
from tests.bench.macro_job import App, Dress, Job
from tests.bench.macro_job_calculation import Calculation
from tests.bench.macro_job_form import Form
from tests.bench.macro_job_letter import Letter
from tests.bench.macro_replays import Attempt
from tests.bench.macro_stand import Recorded, Stand

UNCHANGED_RUNS, CHANGED_RUNS, TIMED_RUNS, RAW_RUNS = 100, 20, 20, 6
"""At scale 1: all jobs' runs on an unchanged screen, those after each change, those of each job that are timed, and
pyautogui's after each change."""
UNCHANGED_SHARE, CHANGED_SHARE, SLOWER = 100.0, 95.0, 1.3
MOST_CHARACTERS = 400
"""Of a line about a run."""


@dataclass
class Tally:
    """All runs."""

    ours: list[Attempt] = field(default_factory=list)
    raw: list[Attempt] = field(default_factory=list)

    def share(self, attempts: Sequence[Attempt], change: str) -> tuple[float | None, int]:
        """The percentage that were done after a change, and how many there were."""
        found = [each for each in attempts if each.change == change]
        return 100 * sum(each.done for each in found) / len(found) if found else None, len(found)


@contextlib.contextmanager
def jobs() -> Iterator[tuple[Job, ...]]:
    """The three, which are closed afterwards."""
    found: tuple[Job, ...] = (Letter(), Calculation(), Form())
    try:
        yield found
    finally:
        for each in found:
            each.close()


def record(stand: Stand, app: App) -> Recorded:
    """Have a person do the job once, in an application that was just started, where its window is at home."""
    app.put(app.job.home)
    return stand.record(app)


def replay(
    stand: Stand,
    job: Job,
    change: Change,
    runs: int,
    recorded: Recorded,
    raw_runs: int,
    tally: Tally,
    report: Callable[[str], None],
) -> None:
    """Replay the job after a change, by the player and by pyautogui."""
    with stand.running(App(job, stand.display, stand.sight, change.dress)) as app:
        for number in range(runs):
            attempt = macro_replays.ours(stand, app, change, number)
            tally.ours.append(attempt)
            if attempt.wrong or not attempt.done:
                report(attempt.line[:MOST_CHARACTERS])
        for number in range(raw_runs):
            tally.raw.append(macro_replays.by_coordinates(stand, app, change, number, recorded.raw))


def _each(runs: float, count: int) -> int:
    return max(1, math.ceil(runs / count))


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """Record, replay after everything, compare the times."""
    tally, timed = Tally(), max(4, round(TIMED_RUNS * scale))
    with tempfile.TemporaryDirectory() as folder, jobs() as all_jobs:
        with Stand(RECORDED_ON, Path(folder)) as stand:
            recorded = {}
            for job in all_jobs:
                with stand.running(App(job, stand.display, stand.sight, Dress())) as app:
                    recorded[job.name] = record(stand, app)
            for name, each in recorded.items():
                report(f"recorded {name}: {len(each.draft.macro.steps)} steps; {' '.join(each.draft.remarks)}")
            _replay_all(stand, all_jobs, recorded, scale, tally, report)
            figures = [_slower(stand, job, recorded[job.name], timed, report) for job in all_jobs]
            asked = list(stand.approver.asked)
        for size in {each.size for each in CHANGES} - {RECORDED_ON}:
            with Stand(size, Path(folder)) as stand:
                _replay_all(stand, all_jobs, recorded, scale, tally, report, size)
                asked += stand.approver.asked
    for what in sorted(set(asked)):
        report(f"asked although approved as a whole, {asked.count(what)} times: {what}"[:MOST_CHARACTERS])
    return [*_figures(tally, report), *figures]


def _replay_all(
    stand: Stand,
    all_jobs: Sequence[Job],
    recorded: Mapping[str, Recorded],
    scale: float,
    tally: Tally,
    report: Callable[[str], None],
    size: tuple[int, int] = RECORDED_ON,
) -> None:
    for change in (UNCHANGED, *CHANGES):
        if change.size != size:
            continue
        runs = _each((UNCHANGED_RUNS if change is UNCHANGED else CHANGED_RUNS) * scale, len(all_jobs))
        for job in all_jobs:
            raw_runs = _each(RAW_RUNS * scale, len(all_jobs))
            replay(stand, job, change, runs, recorded[job.name], raw_runs, tally, report)
        done, count = tally.share(tally.ours, change.name)
        report(f"{change.name}: {done:.0f} % of {count} runs done")


def _slower(stand: Stand, job: Job, recorded: Recorded, runs: int, report: Callable[[str], None]) -> Figure:
    """How much longer we take than a script."""
    with stand.running(App(job, stand.display, stand.sight, Dress())) as app:
        times = macro_times.compare(stand, app, recorded.raw, runs, report)
    medians = [statistics.median(each) for each in (times.ours, times.script)]
    report(f"{job.name}: {medians[0]:.2f} s by the player, {medians[1]:.2f} s by the script (medians of {runs})")
    return Figure(f"time of {job.name}, beside a script", times.ratio, SLOWER, "times")


def _figures(tally: Tally, report: Callable[[str], None]) -> Iterator[Figure]:
    for change in (UNCHANGED, *CHANGES):
        done, count = tally.share(tally.ours, change.name)
        goal = UNCHANGED_SHARE if change is UNCHANGED else CHANGED_SHARE
        yield Figure(f"{change.name}, done of {count}", done, goal, "%", at_least=True)
        raw = [each for each in tally.raw if each.change == change.name]
        wrong = sum(bool(each.wrong) for each in raw)
        report(
            f"pyautogui, {change.name}: {sum(each.done for each in raw)} of {len(raw)} done, {wrong} with wrong clicks"
        )
    wrong = sum(len(each.wrong) for each in tally.ours)
    lies = sum(each.claimed and not each.done for each in tally.ours)
    yield Figure(f"wrong clicks in {len(tally.ours)} runs", wrong, 0, "")
    yield Figure(f"said to be done and not, of {len(tally.ours)} runs", lies, 0, "")
