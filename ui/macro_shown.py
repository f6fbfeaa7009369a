"""What a card tells of a macro's step, in words."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_agent.macros import values, wording
from desktop_agent.macros.format import (
    USUAL_SECONDS,
    CaptureStep,
    IfStep,
    MacroStep,
    PictureRef,
    RepeatStep,
    Step,
    Target,
    WaitStep,
    targets,
)
from ui import macro_checks as checks
from ui.visible_text import line

ICONS = {
    "click": "pointer", "drag": "pointer", "scroll": "pointer", "hover": "pointer", "type": "keyboard",
    "press": "keyboard", "open": "window", "activate": "window", "wait": "clock", "capture": "copy",
    "if": "branch", "repeat": "repeat", "macro": "macro",
}  # fmt: skip
"""For steps without a picture."""
MOST_CHIPS = 3
MOST_NEAR = 3
MOST_NAME = 80


@dataclass(frozen=True)
class Chip:
    """A word on a tinted ground; `tone` is a field of `theme.Colors` that has a soft ground."""

    text: str
    tone: str


@dataclass(frozen=True)
class Shown:
    """`title` says what the step does, `detail` what it waits for, `comment` what a person wrote."""

    title: str
    detail: str
    comment: str
    icon: str
    chips: tuple[Chip, ...]
    picture: PictureRef | None


def shown(step: Step) -> Shown:
    """Everything in it comes from the macro, and is in one line each."""
    return Shown(
        line(wording.step(step)),
        line(_detail(step)),
        line(step.comment[:1000]),
        ICONS[step.do],
        _chips(step),
        first_picture_of(step),
    )


def first_picture_of(step: Step) -> PictureRef | None:
    """The picture of its first target that has one."""
    return next((target.picture for target in targets(step) if target.picture is not None), None)


def _detail(step: Step) -> str:
    said = []
    target: Target | None = getattr(step, "target", None)
    if target is not None and _differs(target):
        said.append(QCoreApplication.translate("macros", "looks for {target}").format(target=sought(target)))
    match step:
        case WaitStep(limit=limit) | CaptureStep(limit=limit):
            said.append(QCoreApplication.translate("macros", "at most {time}").format(time=seconds(limit)))
        case IfStep(limit=limit):
            waits = QCoreApplication.translate("macros", "waits up to {time} for it")
            said += [waits.format(time=seconds(limit))] if limit else []
        case RepeatStep(until=until, most=most):
            times = QCoreApplication.translate("macros", "at most {number} times")
            said += [times.format(number=most)] if until is not None else []
        case MacroStep(values=given):
            said += [f"{name}: {text}" for name, text in given.items()]
        case _:
            waits = QCoreApplication.translate("macros", "waits up to {time}")
            said += [waits.format(time=seconds(step.limit))] if step.limit != USUAL_SECONDS else []
            if step.expect is not None:
                then = QCoreApplication.translate("macros", "then until {condition}")
                said.append(then.format(condition=wording.condition(step.expect)))
    return " · ".join(said)


def sought(target: Target) -> str:
    """What is really looked for, whatever the target's own words say."""
    said = []
    if target.element is not None:
        named = f" “{target.element.name[:MOST_NAME]}”" if target.element.name else ""
        said.append(f"{target.element.role[:MOST_NAME]}{named}")
    if target.near:
        beside = ", ".join(f"“{text[:MOST_NAME]}”" for text in target.near[:MOST_NEAR])
        said.append(QCoreApplication.translate("macros", "beside {texts}").format(texts=beside))
    if target.picture is not None:
        said.append(QCoreApplication.translate("macros", "the picture"))
    if target.place is not None:
        point = target.place.point
        said.append(QCoreApplication.translate("macros", "the place {x}, {y}").format(x=point.x, y=point.y))
    return line(", ".join(said))


def _differs(target: Target | None) -> bool:
    """Whether a target's words may hide what is looked for: they don't name the element."""
    return target is not None and bool(target.words and target.element and target.element.name not in target.words)


def _chips(step: Step) -> tuple[Chip, ...]:
    found = [Chip(QCoreApplication.translate("macros", "Skipped"), "muted")] if step.skip else []
    names: dict[str, Chip] = {}
    for text in checks.texts(step):
        for name in sorted(values.secret_names(text)):
            names[f"secret:{name}"] = Chip(
                QCoreApplication.translate("macros", "Secret: {name}").format(name=line(name)), "warning"
            )
        for name in sorted(values.references(text)):
            names[name] = Chip(name, "accent")
    if isinstance(step, CaptureStep):
        names[step.name] = Chip(f"→ {step.name}", "success")
    chips = list(names.values())
    if len(chips) > MOST_CHIPS:
        chips = [*chips[:MOST_CHIPS], Chip(f"+{len(chips) - MOST_CHIPS}", "muted")]
    return (*found, *chips)


def seconds(number: float) -> str:
    """A span for people: "10 s"."""
    return f"{QLocale().toString(float(number), 'g', 4)} s"
