"""The macro format: what stands in `macro.json`. Nothing in it is ever executed or evaluated, only read.

A macro is a folder, or a zip with the ending `.macro`, with `macro.json` and the pictures that it names. People may
edit it by hand: every object takes a `comment`, what is left out has its default, what is unknown is refused, so that
a mistyped name does not go unseen. `docs/macros.md` describes it for people; `docs/macro.schema.json` is this module as
JSON Schema. Texts may hold `{{name}}`, a parameter or a captured value, and what is typed also `{{secret:name}}`; see
`macros.values`.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from desktop_agent.core.text import fold, is_device, one_line

VERSION: Literal[1] = 1
"""The newest version that this program reads and the one that it writes."""
MAX_STEPS = 5000
"""Steps of a macro, nested ones included."""
MAX_DEPTH = 12
"""How deep if and repeat may be nested."""
MAX_NAME = 120
"""Characters of a macro's name."""
MAX_REPEATS = 10_000
MAX_SECONDS = 3600.0
USUAL_SECONDS = 10.0
"""How long a step waits for what it needs unless it says otherwise."""

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""Of a parameter or a captured value."""
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Line = Annotated[str, StringConstraints(max_length=1000)]
Words = Annotated[str, StringConstraints(max_length=100_000)]
PICTURE_PATTERN = r"^pictures/[A-Za-z0-9_-]{1,60}\.(png|webp)$"


def is_picture_name(text: str) -> bool:
    """Whether a picture of a macro may be called so: in its folder, and not what Windows takes for a device."""
    is_path = re.fullmatch(PICTURE_PATTERN, text) is not None
    return is_path and not is_device(text.removeprefix("pictures/"))


def _picture_name(text: str) -> str:
    if not is_picture_name(text):
        raise ValueError("a picture can't have this name")
    return text


PicturePath = Annotated[str, StringConstraints(pattern=PICTURE_PATTERN), AfterValidator(_picture_name)]
"""Within the macro's folder. The pattern leaves no way out of it."""
Key = Annotated[str, StringConstraints(min_length=1, max_length=30)]
Held = Annotated[tuple[Key, ...], Field(max_length=4)]
"""Modifiers that are down meanwhile: "ctrl", "shift", "alt", "super"."""
Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False)]
Pixels = Annotated[int, Field(ge=-100_000, le=100_000)]
Size = Annotated[int, Field(ge=1, le=100_000)]


def _shown_name(name: str) -> str:
    if not fold(one_line(name)):
        raise ValueError("a name must have something in it that shows")
    return name


class Part(BaseModel):
    """What all objects of the format share."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    comment: Words = ""


class Box(Part):
    """A rectangle, in pixels."""

    x: Pixels
    y: Pixels
    width: Size
    height: Size


class Spot(Part):
    """A point, in pixels."""

    x: Pixels
    y: Pixels


class WindowRef(Part):
    """A window. `application` is its class name ("Mousepad"); `title` may hold `*` for anything, empty means any."""

    application: Line = ""
    title: Line = ""


class Ancestor(Part):
    """A step on the way from a window's root down to an element: of the children with that role and name the
    `index`-th, from 0."""

    role: Line
    name: Line = ""
    index: Annotated[int, Field(ge=0, le=100_000)] = 0


class ElementRef(Part):
    """An element of the accessible tree: AT-SPI role, name, and the way to it, outermost first and itself the last.
    `others` is how many more of that role and name its window showed: where there were any, something beside it must
    tell which one is meant, even when only one is left."""

    role: Line
    name: Line = ""
    path: Annotated[tuple[Ancestor, ...], Field(max_length=64)] = ()
    others: Annotated[int, Field(ge=0, le=100_000)] = 0


class PictureRef(Part):
    """How the target looked: `file` shows it and its surroundings, `box` is the target, which may stick out of it, and
    `point` where it was acted on, both in the picture's pixels. `scale` is that of its monitor (1.0 = 96 dpi). `others`
    is how many more places of its window looked the same, as far as that was asked."""

    file: PicturePath
    box: Box
    point: Spot
    scale: Annotated[float, Field(gt=0, le=16, allow_inf_nan=False)] = 1.0
    others: Annotated[int, Field(ge=0, le=100_000)] = 0


class Place(Part):
    """Where it was: `point` counted from the window's upper left corner; the window's and the monitor's sizes, and the
    window's corner on its monitor."""

    point: Spot
    window: Box
    """x, y: on its monitor."""
    monitor_width: Size
    monitor_height: Size


class Target(Part):
    """What a step acts on, in as many ways as were known when it was recorded. Each may be missing, not all."""

    words: Line = ""
    """For people and for a model: 'the button "Save"'."""
    window: WindowRef | None = None
    element: ElementRef | None = None
    picture: PictureRef | None = None
    near: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    """Texts beside it, nearest first."""
    place: Place | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not (self.element or self.picture or self.near or self.place):
            raise ValueError("a target needs an element, a picture, a text near it or a place")
        return self


class Condition(Part):
    """Something that is so or not: an element or a picture is there (`target`), a window is there (`window`), a text
    can be read in that window or on the screen (`text`). `gone` turns it round. Exactly one of the three, but that
    `window` may say where `text` is looked for."""

    target: Target | None = None
    window: WindowRef | None = None
    text: Line = ""
    gone: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.target and (self.window or self.text):
            raise ValueError("a condition with a target takes neither a window nor a text")
        if not (self.target or self.window or self.text):
            raise ValueError("a condition needs a target, a window or a text")
        return self


class _Step(Part):
    """What all steps share. `id` names it in records and pictures, and stays when steps are moved."""

    id: Id
    skip: bool = False
    """Leave it out when playing."""


class _Acting(_Step):
    limit: Seconds = USUAL_SECONDS
    """How long it waits for its target to be there."""
    expect: Condition | None = None
    """What must be so afterwards, within `limit` seconds; None: whatever the step's own check sees."""


class ClickStep(_Acting):
    """Click `target`, with `keys` held."""

    do: Literal["click"]
    target: Target
    button: Literal["left", "middle", "right"] = "left"
    count: Annotated[int, Field(ge=1, le=3)] = 1
    keys: Held = ()


class DragStep(_Acting):
    """Press `button` on `target`, move to `end`, release, with `keys` held."""

    do: Literal["drag"]
    target: Target
    end: Target
    button: Literal["left", "middle", "right"] = "left"
    keys: Held = ()


class ScrollStep(_Acting):
    """Turn the wheel over `target`, with `keys` held."""

    do: Literal["scroll"]
    target: Target
    direction: Literal["up", "down", "left", "right"]
    clicks: Annotated[int, Field(ge=1, le=500)]
    keys: Held = ()


class HoverStep(_Acting):
    """Move the pointer onto `target` and leave it there."""

    do: Literal["hover"]
    target: Target


class TypeStep(_Acting):
    """Type `text`. With a `target`: click it first, and with `replace` select what stands in it, so that it is
    replaced. Without: into `window`, wherever its focus is."""

    do: Literal["type"]
    text: Words
    target: Target | None = None
    window: WindowRef | None = None
    replace: bool = False


class PressStep(_Acting):
    """Press keys together, `times` times, in `window`: modifiers first, names as in `desktop.keyboard.names`."""

    do: Literal["press"]
    keys: Annotated[tuple[Key, ...], Field(min_length=1, max_length=6)]
    window: WindowRef | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1


class OpenStep(_Acting):
    """Start an application by its desktop-entry id ("org.xfce.mousepad.desktop") or its name."""

    do: Literal["open"]
    application: Line


class ActivateStep(_Acting):
    """Bring a window to the front."""

    do: Literal["activate"]
    window: WindowRef


class WaitStep(_Step):
    """Wait until something is so, at most `limit` seconds; then the run fails."""

    do: Literal["wait"]
    until: Condition
    limit: Seconds = 60.0


class CaptureStep(_Step):
    """Read a value that later steps may use as `{{name}}`: the text of `target`'s field, of the region that its
    picture's box covers (by OCR), or of the clipboard."""

    do: Literal["capture"]
    name: Name
    source: Literal["field", "region", "clipboard"]
    target: Target | None = None
    limit: Seconds = USUAL_SECONDS

    @model_validator(mode="after")
    def _knows_where(self) -> Self:
        if (self.source == "clipboard") != (self.target is None):
            raise ValueError("a field or a region needs a target, and the clipboard takes none")
        return self


class IfStep(_Step):
    """Play `then` if something is so now, or within `limit` seconds; else `otherwise`."""

    do: Literal["if"]
    condition: Condition
    then: "Steps" = ()
    otherwise: "Steps" = ()
    limit: Seconds = 0.0


class RepeatStep(_Step):
    """Play `steps`, then look at `until`, and so on until it is so: at most `most` times, then the run fails. Without
    `until`: exactly `most` times."""

    do: Literal["repeat"]
    steps: "Steps"
    until: Condition | None = None
    most: Annotated[int, Field(ge=1, le=MAX_REPEATS)] = 100


class MacroStep(_Step):
    """Play another macro of the library, by its name, with `values` for its parameters."""

    do: Literal["macro"]
    macro: Line
    values: dict[Name, Words] = Field(default_factory=dict)


Step = Annotated[
    ClickStep
    | DragStep
    | ScrollStep
    | HoverStep
    | TypeStep
    | PressStep
    | OpenStep
    | ActivateStep
    | WaitStep
    | CaptureStep
    | IfStep
    | RepeatStep
    | MacroStep,
    Field(discriminator="do"),
]
Steps = Annotated[tuple[Step, ...], Field(max_length=MAX_STEPS)]


class Parameter(Part):
    """A value that whoever plays the macro gives. `default` is in text form, as on a command line; None: it must be
    given. With `choices`, it is one of them. The value of a `secret` is the name under which the keyring has it."""

    name: Name
    type: Literal["text", "number", "integer", "boolean", "date", "file", "secret"] = "text"
    label: Line = ""
    default: Words | None = None
    choices: Annotated[tuple[Line, ...], Field(max_length=500)] = ()


class Macro(Part):
    """A whole macro."""

    format: Literal[1] = VERSION
    name: Annotated[
        str, StringConstraints(min_length=1, max_length=MAX_NAME, strip_whitespace=True), AfterValidator(_shown_name)
    ]
    parameters: Annotated[tuple[Parameter, ...], Field(max_length=200)] = ()
    steps: Steps = ()
    speed: Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False)] = 1.0
    recorded: Line = ""
    """When and where, for people: "2026-11-27 on X11, 1920×1080"."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        names = [each.name for each in self.parameters]
        if len(set(names)) < len(names):
            raise ValueError("two parameters have the same name")
        ids = [step.id for step, _ in walk(self.steps)]
        if len(ids) > MAX_STEPS:
            raise ValueError(f"a macro has at most {MAX_STEPS} steps")
        if len(set(ids)) < len(ids):
            raise ValueError("two steps have the same id")
        if any(depth > MAX_DEPTH for _, depth in walk(self.steps)):
            raise ValueError(f"if and repeat are nested deeper than {MAX_DEPTH}")
        return self


def walk(steps: tuple[Step, ...]) -> Iterator[tuple[Step, int]]:
    """All steps in the order in which they stand, nested ones too, each with its depth (0: not nested)."""
    waiting = [(step, 0) for step in reversed(steps)]
    while waiting:
        step, depth = waiting.pop()
        yield step, depth
        inner = (*step.then, *step.otherwise) if isinstance(step, IfStep) else ()
        inner = step.steps if isinstance(step, RepeatStep) else inner
        waiting += [(each, depth + 1) for each in reversed(inner)]


def targets(step: Step) -> tuple[Target, ...]:
    """The targets that a step names itself, conditions included; not those of steps within it."""
    conditions = [getattr(step, name, None) for name in ("expect", "until", "condition")]
    of_conditions = [each.target for each in conditions if each is not None]
    found = [getattr(step, "target", None), getattr(step, "end", None), *of_conditions]
    return tuple(each for each in found if each is not None)


IfStep.model_rebuild()
RepeatStep.model_rebuild()
