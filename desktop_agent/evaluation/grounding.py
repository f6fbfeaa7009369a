"""Scores where a planner says that something is on a picture: the point within the target's box, and box against box.

The planner is asked as the product asks: with its system prompt, in thousandths, and its tools where it is to click.
"""

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from desktop_agent.agent import prompts
from desktop_agent.core.chat import Options, Picture, ToolSpec, Turn
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Planner
from desktop_agent.core.text import one_line
from desktop_agent.evaluation.screenspot import BadEntry, Target, check, read_picture
from desktop_agent.tools import keys, pointer
from desktop_agent.tools.grounding import box_in, point_in
from desktop_agent.tools.result import ToolProblem

Way = Literal["box", "call"]
"""What is asked for: the target's box, in words; or the call of a tool that does what the instruction says."""
ENOUGH = 0.5
"""The overlap from which on a box counts as found."""
PATIENCE = 3
"""Targets in a row for which the planner may break off before it counts as gone."""
_QUESTION = (
    "Locate the one place in the image where this would be done: {instruction}\n"
    "Answer with its bounding box [x1, y1, x2, y2] only."
)
_GROUP = re.compile(r"[\[(][^\[\]()]*[\])]")
"""Innermost brackets: where words stand around the place, it is in them."""


@dataclass(frozen=True)
class Place:
    """Where the planner says the target is, in pixels of the picture. `box` is None where it named a point only."""

    point: Point
    box: Rect | None = None


@dataclass(frozen=True)
class Score:
    """One answer. `place` is None where none could be read out of it, and `problem` says why. `seconds` it took."""

    target: Target
    answer: str
    place: Place | None
    problem: str
    seconds: float

    @property
    def hit(self) -> bool:
        """Whether the point lies within the target."""
        return self.place is not None and self.target.box.contains(self.place.point)

    @property
    def overlap(self) -> float:
        """The part that the answer's box and the target share, of what both cover; 0 without a box."""
        if self.place is None or self.place.box is None:
            return 0.0
        shared = self.place.box.intersection(self.target.box).area
        return shared / (self.place.box.area + self.target.box.area - shared)


@dataclass(frozen=True)
class Failure:
    """A target that could not be scored, and why. `by_planner`: it was the planner that broke off."""

    target: Target
    why: str
    by_planner: bool = False


@dataclass(frozen=True)
class Figures:
    """What was scored, of all targets or of a group. Shares are None where they say nothing: of no targets, and of
    boxes where no answer was one."""

    targets: int
    accuracy: float | None
    iou50: float | None
    median_seconds: float | None


def scored(
    planner: Planner, targets: Sequence[Target], way: Way, options: Options, language: str = "en"
) -> Iterator[Score | Failure]:
    """Ask for each target in turn. Ends early where the planner broke off `PATIENCE` times in a row.

    Args:
        planner: the mind.
        targets: those of one picture together, which is read once for them, and evaluated once by a model that keeps
            its prefix.
        way: what to ask for.
        options: how to generate.
        language: the person's, which the system prompt names.
    """
    broken = 0
    for _, group in groupby(targets, key=lambda each: each.picture):
        for result in _on_picture(planner, tuple(group), way, options, language):
            yield result
            if isinstance(result, Score):
                broken = 0
            broken += isinstance(result, Failure) and result.by_planner
            if broken == PATIENCE:
                return


def figures(scores: Sequence[Score]) -> Figures:
    """What `scores` come to."""
    boxes = any(each.place is not None and each.place.box is not None for each in scores)
    return Figures(
        len(scores),
        _share([each.hit for each in scores]),
        _share([each.overlap >= ENOUGH for each in scores]) if boxes else None,
        statistics.median(each.seconds for each in scores) if scores else None,
    )


def by_group(scores: Sequence[Score]) -> dict[str, dict[str, Figures]]:
    """The figures of each group: "data_type" → "icon" → figures."""
    grouped: dict[str, dict[str, list[Score]]] = {}
    for score in scores:
        for group, value in score.target.groups:
            grouped.setdefault(group, {}).setdefault(value, []).append(score)
    return {
        group: {value: figures(members) for value, members in sorted(values.items())}
        for group, values in grouped.items()
    }


def place_in(answer: Any, view: View) -> Place:
    """The place that an answer or a call's argument names; of several the first.

    Raises:
        ToolProblem: it names none, or one outside the picture.
    """
    for group in _GROUP.findall(answer) if isinstance(answer, str) else ():
        try:
            return _place(group, view)
        except ToolProblem:
            continue  # Words in brackets, or a single number.
    return _place(answer, view)


def _place(value: Any, view: View) -> Place:
    point = point_in(value, view)
    try:
        return Place(point, box_in(value, view))
    except ToolProblem:
        return Place(point)


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None


def _on_picture(
    planner: Planner, targets: Sequence[Target], way: Way, options: Options, language: str
) -> Iterator[Score | Failure]:
    try:
        image = read_picture(targets[0])
    except BadEntry as error:
        yield from (Failure(target, str(error)) for target in targets)
        return
    for target in targets:
        try:
            check(target, image)
            yield _ask(planner, target, image, way, options, language)
        except BadEntry as error:
            yield Failure(target, str(error))
        except PlannerError as error:
            yield Failure(target, str(error), by_planner=True)


def _ask(planner: Planner, target: Target, image: Image, way: Way, options: Options, language: str) -> Score:
    whole = Rect(0, 0, image.width, image.height)
    view = View(whole, image.width, image.height)
    words = target.instruction if way == "call" else _QUESTION.format(instruction=target.instruction)
    scope = Scope("screen", whole, "the screen")
    messages = (
        prompts.system(language, acting=way == "call"),
        prompts.instruction(words, scope, [Picture("img1", image, view)]),
    )
    turn, started = Turn(), time.monotonic()
    for event in planner.stream(messages, _tools() if way == "call" else (), options):
        turn.add(event)
    seconds = time.monotonic() - started
    answer, value = _answer(turn)
    try:
        return Score(target, answer, place_in(value, view), "", seconds)
    except ToolProblem as error:
        return Score(target, answer, None, str(error), seconds)


def _answer(turn: Turn) -> tuple[str, Any]:
    """What the planner wrote, on one line, and the part of it that names a place: a call's, where it made one."""
    for call in turn.calls:
        arguments = dict(call.arguments)
        return one_line(f"{call.name} {arguments}"), arguments.get("start_box", "")
    text = "\n".join([turn.message.text, *(bad.raw for bad in turn.bad_calls)])
    return one_line(text), text


def _tools() -> tuple[ToolSpec, ...]:
    """The product's tools that take a place."""
    return tuple(
        tool.spec for tool in (*pointer.TOOLS, *keys.TOOLS) if "start_box" in tool.spec.parameters["properties"]
    )
