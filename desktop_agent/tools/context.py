"""What the tools of one run work with, and how an acting tool turns a place into an action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_agent.core.actions import Action, ActionKind, StepResult
from desktop_agent.core.chat import Text, ToolSpec
from desktop_agent.core.desktop import Element, Scope, Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import Watcher
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Asker, TextReader
from desktop_agent.step.desk import Desk
from desktop_agent.tools.gallery import Gallery, Shown
from desktop_agent.tools.result import ToolProblem, ToolResult


class Stepper(Protocol):
    """Takes an action to its checked end: `step.step.Step`. `unfinished`: whether one was begun, and `run` did not
    return how it ended."""

    unfinished: bool

    def run(self, action: Action, screenshot: Screenshot) -> StepResult: ...


@dataclass(frozen=True)
class Sight:
    """One run's view of the desktop: what it may see."""

    desk: Desk
    scope: Scope


@dataclass(frozen=True)
class Spot:
    """A point of the desktop and what stands there now. `note` is for the planner: that it isn't quite the point that
    was given, or why it is."""

    point: Point
    window: Window | None
    element: Element | None
    note: str = ""


class Aim(Protocol):
    """From the points that a planner gives to the places where its calls act: `aiming`."""

    def at(self, sight: Sight, kind: ActionKind, point: Point, claimed: str) -> Spot:
        """Where a call of that kind acts that points there and says that it aims at `claimed`."""

    def end(self, sight: Sight, start: Point, point: Point) -> Spot:
        """Where a drag ends that begins at `start` and is to end at `point`."""


@dataclass(frozen=True)
class Context:
    """`sight` is None where there is nothing but pictures to talk about, `step` where nothing may be done, `asker`
    where nobody can be asked. `reader` opens what reads the text of pictures; None where there are none."""

    gallery: Gallery
    watch: Watcher
    aim: Aim
    sight: Sight | None = None
    step: Stepper | None = None
    asker: Asker | None = None
    reader: Callable[[], TextReader] | None = None


Run = Callable[[Context, dict[str, Any]], ToolResult]


@dataclass(frozen=True)
class Tool:
    """A tool: what planners are told of it, and the function that does it."""

    spec: ToolSpec
    run: Run


def spec(name: str, description: str, properties: Mapping[str, Any], *required: str) -> ToolSpec:
    """A ToolSpec whose parameters are an object with `properties`."""
    return ToolSpec(name, description, {"type": "object", "properties": dict(properties), "required": list(required)})


POINT = {
    "type": "array",
    "items": {"type": "integer"},
    "description": "[x, y] in thousandths (0-999) of the latest image's width and height",
}
BOX = {
    "type": "array",
    "items": {"type": "integer"},
    "description": "[x1, y1, x2, y2] in thousandths (0-999) of the image's width and height",
}
ELEMENT_INFO = {"type": "string", "description": "What stands there, in a few words"}
IMAGE = {"type": "string", "description": 'The image that the coordinates refer to ("img3"); the latest by default'}


def desktop_of(context: Context) -> Sight:
    """The run's sight.

    Raises:
        ToolProblem: it has none.
    """
    if context.sight is None:
        raise ToolProblem("This conversation has no desktop to look at.")
    return context.sight


def current(context: Context, image: str = "") -> Shown:
    """The picture that coordinates refer to, if it still shows the desktop as it is laid out.

    Raises:
        ToolProblem: it shows no desktop, or the monitors were changed since.
    """
    shown = context.gallery.get(image)
    if shown.screenshot is None or shown.picture.view is None:
        raise ToolProblem(f"{shown.picture.id} does not show the desktop as it is now. Call screenshot first.")
    if shown.screenshot.layout_id != desktop_of(context).desk.screen.layout().id:
        raise ToolProblem(f"The monitors changed since {shown.picture.id} was taken. Call screenshot first.")
    return shown


def spot_at(sight: Sight, point: Point) -> Spot:
    """What stands at `point`."""
    window = sight.desk.windows.at(point)
    if window is None:
        return Spot(point, None, None)
    try:
        return Spot(point, window, sight.desk.elements.at(window, point))
    except Unavailable:
        return Spot(point, window, None)  # No accessibility: the pixels must do.


def act(context: Context, action: Action, screenshot: Screenshot, note: str = "") -> ToolResult:
    """Let the step do `action`, and tell how it ended, with a new picture where something was done. `note` is what else
    the planner should know."""
    if context.step is None:
        raise ToolProblem("Nothing may be done here, only looked at.")
    result = context.step.run(action, screenshot)
    said = " ".join(part for part in (f"{result.outcome.value}: {result.message}", note) if part)
    if result.after is None:
        return ToolResult((Text(said),), step=result, summary=result.message)
    picture = context.gallery.add(result.after)
    return ToolResult((Text(f"{said}\nThe screen is now {picture.id}:"), picture), step=result, summary=result.message)
