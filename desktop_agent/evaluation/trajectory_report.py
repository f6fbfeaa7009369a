"""The report of replayed runs: for each, where the planners part, the stored answer beside the new one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.chat import Message, Picture
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.evaluation import report
from desktop_agent.evaluation.agreement import Ground
from desktop_agent.evaluation.replay import Agreement, Compared, Verdict, agreement
from desktop_agent.evaluation.trajectory import Trajectory

SHOWN = 100
"""Turns with a picture in one report."""
_INTRODUCTION = """\
Each turn got the conversation as it is stored up to there, and its answer is compared with the stored one. Nothing
was carried out. The system prompt and the tools are those of this version.
Pictures are shown where the two part: the stored place in orange, the new one in blue."""


_NOT_COUNTED: Mapping[Verdict, str] = {
    "words": "answered in words by both, which is not compared",
    "lost": "without their picture",
    "failed": "at which the planner broke off",
}


@dataclass(frozen=True)
class Replay:
    """What came of a run. `verdicts` counts those of its turns; `skipped` says why it could not be replayed."""

    run: str
    instruction: str
    agreement: Agreement
    verdicts: Mapping[Verdict, int]
    skipped: str = ""


class Report:
    """Collects runs. Of a run's pictures it keeps those that it shows, and encoded: all of a store are gigabytes."""

    def __init__(self) -> None:
        self.replays: list[Replay] = []
        self._sections: list[report.Section] = []
        self._room = iter(range(SHOWN))

    def add(self, trajectory: Trajectory, compared: Sequence[Compared]) -> None:
        """A run that was replayed."""
        head, whole = trajectory.record.run, agreement(compared)
        verdicts = Counter(each.verdict for each in compared)
        status = "done" if whole.same == whole.turns else "parted"
        entries = tuple(_entry(each, self._room) for each in compared)
        self._keep(Replay(head.id, head.instruction, whole, verdicts), status, entries)

    def skip(self, run: str, why: str) -> None:
        """A run that could not be replayed."""
        self._keep(Replay(run, "", agreement(()), {}, why), "not replayed", ())

    def write(self, path: Path, planner: str) -> None:
        """Write the report.

        Raises:
            OSError: it could not be written.
        """
        report.write(path, f"Trajectories: {planner}", _INTRODUCTION, self._sections)

    def _keep(self, replay: Replay, status: str, entries: tuple[report.Entry, ...]) -> None:
        self.replays.append(replay)
        self._sections.append(
            report.Section(f"Run {replay.run}", replay.instruction, status, in_words(replay), entries)
        )


def in_words(replay: Replay) -> str:
    """One line on a run."""
    if replay.skipped:
        return f"Not replayed: {replay.skipped}"
    whole = replay.agreement
    others = [f"{number} {said}" for verdict, said in _NOT_COUNTED.items() if (number := replay.verdicts.get(verdict))]
    if whole.rate is None:
        main = "No turn could be compared"
    else:
        parts = "they never part" if whole.first_divergence is None else f"they part at turn {whole.first_divergence}"
        main = f"{whole.same} of {whole.turns} turns are the same ({whole.rate:.0%}); {parts}"
    return ". ".join([main, *(["Not counted: " + ", ".join(others)] if others else [])]) + "."


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
