"""The report of replayed runs: for each, where the planners part, the stored answer beside the new one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.chat import Message, Picture
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.evaluation import report
from desktop_agent.evaluation.agreement import Ground
from desktop_agent.evaluation.replay import Agreement, Compared, agreement
from desktop_agent.evaluation.trajectory import Trajectory

SHOWN = 100
"""Turns with a picture in one report."""
_INTRODUCTION = """\
Each turn got the conversation as it is stored up to there, and its answer is compared with the stored one. Nothing
was carried out. The system prompt and the tools are those of this version.
Pictures are shown where the two part: the stored place in orange, the new one in blue."""


@dataclass(frozen=True)
class Replay:
    """A run and what came of it. `skipped` says why it could not be replayed."""

    run: str
    instruction: str
    compared: tuple[Compared, ...] = ()
    skipped: str = ""

    @property
    def agreement(self) -> Agreement:
        return agreement(self.compared)


def replay_of(trajectory: Trajectory, compared: Sequence[Compared]) -> Replay:
    """What came of replaying `trajectory`."""
    head = trajectory.record.run
    return Replay(head.id, head.instruction, tuple(compared))


def write(path: Path, planner: str, replays: Sequence[Replay]) -> None:
    """Write the report.

    Raises:
        OSError: it could not be written.
    """
    room = iter(range(SHOWN))
    sections = [_section(replay, room) for replay in replays]
    report.write(path, f"Trajectories: {planner}", _INTRODUCTION, sections)


def in_words(replay: Replay) -> str:
    """One line on a run."""
    if replay.skipped:
        return f"Not replayed: {replay.skipped}"
    whole = replay.agreement
    counts: Mapping[str, str] = {
        "words": "answered in words by both, which is not compared",
        "lost": "without their picture",
        "failed": "at which the planner broke off",
    }
    others = [
        f"{number} {said}"
        for verdict, said in counts.items()
        if (number := sum(each.verdict == verdict for each in replay.compared))
    ]
    if whole.rate is None:
        main = "No turn could be compared"
    else:
        parts = "they never part" if whole.first_divergence is None else f"they part at turn {whole.first_divergence}"
        main = f"{whole.same} of {whole.turns} turns are the same ({whole.rate:.0%}); {parts}"
    return ". ".join([main, *(["Not counted: " + ", ".join(others)] if others else [])]) + "."


def _section(replay: Replay, room: Iterator[int]) -> report.Section:
    whole = replay.agreement
    status = "not replayed" if replay.skipped else "done" if whole.same == whole.turns else "parted"
    entries = tuple(_entry(each, room) for each in replay.compared)
    return report.Section(f"Run {replay.run}", replay.instruction, status, in_words(replay), entries)


def _entry(compared: Compared, room: Iterator[int]) -> report.Entry:
    stored = f"stored: {said(compared.turn.answer)}"
    new = f"now: {said(compared.new)}" if compared.new is not None else "now: nothing"
    shown = compared.verdict == "parted" and next(room, None) is not None
    figure = _figure(compared) if shown else None
    seconds = f"{compared.seconds:.2f} s"
    return report.Entry(compared.turn.number, stored, new, seconds, compared.verdict, compared.why, figure)


def said(answer: Message) -> str:
    """An answer on one line: its calls, else its words."""
    calls = "; ".join(f"{call.name} {dict(call.arguments)}" for call in answer.calls)
    return one_line(calls or answer.text or "nothing")


def _figure(compared: Compared) -> report.Figure | None:
    seen = [each for each in compared.ground.pictures if each.view is not None]
    if not seen:
        return None
    picture = seen[-1].image
    for answer, colour in ((compared.turn.answer, report.RING), (compared.new, report.ANSWER)):
        for point in _points(answer, compared.ground, seen[-1]):
            picture = report.crossed(picture, point, colour)
    return report.figure(f"What turn {compared.turn.number} saw", picture)


def _points(answer: Message | None, ground: Ground, picture: Picture) -> Iterator[Point]:
    """Where `answer` points, in pixels of `picture`."""
    for call in answer.calls if answer is not None else ():
        for key in ("start_box", "end_box"):
            point, view = ground.point(call, key), picture.view
            if point is not None and view is not None and view.region.contains(point):
                spot = view.image_rect(Rect(point.x, point.y, 1, 1))
                yield Point(spot.x, spot.y)
