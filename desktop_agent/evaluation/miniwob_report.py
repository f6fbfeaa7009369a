"""The report of an evaluation on MiniWoB++: the figures, and every failure with its pictures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_agent.evaluation import report, scores
from desktop_agent.evaluation.comparison import compared
from desktop_agent.evaluation.report import Entry, Figure, Section
from desktop_agent.evaluation.scores import NOT_ATTEMPTED, Score

CHANGES = (
    "The pages' time limit is lifted, so that slow planners are measured by what they do; the reward is the page's raw "
    "one, without its discount for time, and only a whole one counts. The pages' scoreboard with its clock is hidden."
)


def write(path: Path, planner: str, results: Sequence[tuple[Score, Sequence[bytes]]], planned: int) -> None:
    """Write it.

    Args:
        path: the HTML file.
        planner: its name, and what was done to it.
        results: the scores, and the pictures of those that failed.
        planned: how many episodes were to be run.

    Raises:
        OSError: the file could not be written.
    """
    given = [score for score, _ in results]
    ways = [[score for score in given if score.snapping is snapping] for snapping in (True, False)]
    sections = [_overview(each) for each in ways if each]
    sections += _not_attempted(given)
    attempted = ((score, pictures) for score, pictures in results if score.status != NOT_ATTEMPTED)
    sections += [_failure(score, pictures) for score, pictures in attempted if not score.success]
    report.write(path, f"MiniWoB++: {planner}", _introduction(given, planned), sections)


def _introduction(given: Sequence[Score], planned: int) -> str:
    measured = scores.measured(given)
    lines = [f"{scores.success_rate(measured):.1%} of {len(measured)} episodes succeeded."]
    comparison = compared(given)
    if comparison is not None:
        lines.append(str(comparison))
    if len(given) < planned:
        lines.append(f"It was interrupted: {planned - len(given)} more episodes were planned.")
    lines.append(f"{sum(score.false_done for score in measured)} runs ended as done although the task was not.")
    step = scores.median_step_ms(given)
    if step is not None:
        lines.append(f"A step took the harness {step:.0f} ms (median), settling included, the planner's time not.")
    return "\n".join([*lines, CHANGES])


def _overview(given: Sequence[Score]) -> Section:
    tasks = scores.by_task(given)
    checks = [(f"{each.task}: {each.successes} of {each.episodes}", not each.failures) for each in tasks]
    whole = sum(not each.failures for each in tasks)
    status = "done" if whole == len(tasks) else "failed"
    said = f"{whole} of {len(tasks)} tasks succeeded each time."
    summary = "\n".join([said, "", *_approvals(given), "", *_times(given)])
    return Section(f"Tasks{_way(given[0])}", "", status, summary, checks=tuple(checks))


def _not_attempted(given: Sequence[Score]) -> list[Section]:
    checks = tuple((f"{task}: {reason}", False) for task, reason in scores.not_attempted(given).items())
    said = f"Tasks that count as failed, {len(checks)} in all. Why this planner can't do each of them:"
    return [Section("Not attempted", "", "failed", said, checks=checks)] if checks else []


def _way(score: Score) -> str:
    """How points were clicked, where that was not as the product does."""
    return "" if score.snapping else ", points clicked as they were given"


def _approvals(given: Iterable[Score]) -> list[str]:
    counted = Counter((each.policy_class, each.category, each.answer) for score in given for each in score.approvals)
    return [f"{count} × {kind} ({category}): {answer}" for (kind, category, answer), count in sorted(counted.items())]


def _times(given: Sequence[Score]) -> list[str]:
    steps = sum(len(score.step_seconds) for score in given)
    parts: Counter[str] = Counter()
    for score in given:
        parts.update(score.parts)
    return [f"{part}: {1000 * seconds / steps:.0f} ms a step (mean)" for part, seconds in parts.items() if steps]


def _failure(score: Score, pictures: Sequence[bytes]) -> Section:
    entries = tuple(
        Entry(
            number,
            line.words,
            line.reason,
            line.decision,
            line.outcome,
            line.message,
            Figure(line.words, pictures[line.picture]) if line.picture >= 0 else None,
        )
        for number, line in enumerate(score.steps, 1)
    )
    used = sum(line.picture >= 0 for line in score.steps)
    rest = tuple(Figure("How it ended.", png) for png in pictures[used:])
    title = f"{score.task}, seed {score.seed}{_way(score)}"
    return Section(title, score.utterance, score.status, score.failure, entries, rest)
