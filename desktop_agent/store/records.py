"""Runs as the store gives them back. Times are seconds since 1970."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from desktop_agent.core.actions import ActionKind, Answer, Decision, Input, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.events import RunStatus
from desktop_agent.core.geometry import Rect
from desktop_agent.store.inputs import input_body, input_of

RunState = RunStatus | Literal["running", "unknown"]
"""How a run ended. "unknown": its process died before it could say."""


@dataclass(frozen=True)
class RunSummary:
    """A run without its steps. `ended_at` is None while it runs and where its end is unknown."""

    id: str
    conversation: str
    instruction: str
    planner: str
    started_at: float
    ended_at: float | None
    status: RunState
    summary: str
    steps: int


@dataclass(frozen=True)
class StoredShot:
    """A screenshot: the digest of its picture, and where on the desktop it was taken."""

    digest: str
    region: Rect


@dataclass(frozen=True)
class StoredWindow:
    """The window that an action was for. `region` is its client area on the desktop then."""

    application: str
    title: str
    region: Rect


@dataclass(frozen=True)
class StoredElement:
    """The element that an action was for, by AT-SPI's role and its name. `region` is where it was on the desktop."""

    role: str
    name: str
    region: Rect


@dataclass(frozen=True)
class StoredStep:
    """One action's end, see `StepResult`. `target` is a rectangle of the desktop. The fields from `inputs` on are empty
    for runs of older versions, which did not keep them."""

    number: int
    at: float
    kind: ActionKind
    words: str
    outcome: Outcome
    message: str
    evidence: str
    verdict: Verdict
    decision: Decision | None
    target: Rect | None
    before: StoredShot | None
    after: StoredShot | None
    settled: bool
    seconds: dict[str, float]
    inputs: tuple[Input, ...] = ()
    window: StoredWindow | None = None
    element: StoredElement | None = None
    application: str = ""
    part: str = ""
    """The id of the macro's step that it belongs to."""


@dataclass(frozen=True)
class StoredLook:
    """A tool that did not act: what was called, and a line about its result."""

    number: int
    at: float
    tool: str
    summary: str


@dataclass(frozen=True)
class RunRecord:
    """A whole run. `usages` holds one entry a turn of the planner."""

    run: RunSummary
    scope: Scope | None
    steps: tuple[StoredStep, ...]
    looks: tuple[StoredLook, ...]
    usages: tuple[Usage, ...]

    @property
    def usage(self) -> Usage:
        """All turns together."""
        encoded = [each.encoded for each in self.usages]
        return Usage(
            sum(each.prompt for each in self.usages),
            sum(each.reused for each in self.usages),
            sum(each.generated for each in self.usages),
            sum(each.prompt_seconds for each in self.usages),
            sum(each.generate_seconds for each in self.usages),
            encoded=None if None in encoded else sum(each or 0 for each in encoded),
            reuse_told=all(each.reuse_told for each in self.usages),
        )


def usage_of(body: Mapping[str, Any]) -> Usage:
    """A turn's usage as an older or a newer version wrote it."""
    known = {field.name for field in dataclasses.fields(Usage)}
    return Usage(**{name: value for name, value in body.items() if name in known})


def step_body(result: StepResult, before: str | None, after: str | None) -> dict[str, Any]:
    """`result` as JSON; `before` and `after` are the digests of its screenshots' pictures."""
    action, verdict, decision = result.action, result.verdict, result.decision
    return {
        "kind": action.kind,
        "words": action.words,
        "message": result.message,
        "evidence": result.evidence,
        "verdict": {
            "ruling": verdict.ruling,
            "reason": verdict.reason,
            "category": verdict.category,
            "rememberable": verdict.rememberable,
            "critical": verdict.critical,
        },
        "decision": decision and {"answer": decision.answer, "remember": decision.remember, "by": decision.by},
        "target": rect_body(action.target),
        "before": _shot_body(result.before, before),
        "after": _shot_body(result.after, after),
        "settled": result.settled,
        "seconds": result.seconds,
        "inputs": [input_body(each) for each in action.inputs],
        "window": action.window
        and {
            "application": action.window.application,
            "title": action.window.title,
            "region": rect_body(action.window.region),
        },
        "element": action.element
        and {
            "role": action.element.role,
            "name": action.element.name,
            "region": rect_body(action.element.region),
        },
        "application": action.application,
        "part": action.part,
    }


def step_of(number: int, at: float, outcome: str, body: dict[str, Any]) -> StoredStep:
    """The step that `step_body` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is damaged.
    """
    verdict, decision = body["verdict"], body["decision"]
    window, element = body.get("window"), body.get("element")
    return StoredStep(
        number,
        at,
        ActionKind(body["kind"]),
        body["words"],
        Outcome(outcome),
        body["message"],
        body["evidence"],
        Verdict(
            Ruling(verdict["ruling"]),
            verdict["reason"],
            verdict["category"],
            verdict["rememberable"],
            verdict["critical"],
        ),
        decision and Decision(Answer(decision["answer"]), decision["remember"], decision["by"]),
        _rect(body["target"]),
        _shot(body["before"]),
        _shot(body["after"]),
        body["settled"],
        body["seconds"],
        tuple(input_of(each) for each in body.get("inputs", ())),
        window and StoredWindow(window["application"], window["title"], Rect(*window["region"])),
        element and StoredElement(element["role"], element["name"], Rect(*element["region"])),
        body.get("application", ""),
        body.get("part", ""),  # Versions before this one had no macros.
    )


def scope_body(scope: Scope | None) -> dict[str, Any] | None:
    """`scope` as JSON."""
    return (
        None
        if scope is None
        else {
            "kind": scope.kind,
            "region": rect_body(scope.region),
            "label": scope.label,
            "window": scope.window,
            "pid": scope.pid,
        }
    )


def scope_of(body: dict[str, Any] | None) -> Scope | None:
    """The scope that `scope_body` wrote."""
    if body is None:
        return None
    return Scope(body["kind"], Rect(*body["region"]), body["label"], body["window"], body["pid"])


def rect_body(rect: Rect | None) -> list[int] | None:
    """`rect` as x, y, width, height."""
    return None if rect is None else [rect.x, rect.y, rect.width, rect.height]


def _rect(body: list[int] | None) -> Rect | None:
    return None if body is None else Rect(*body)


def _shot_body(shot: Screenshot | None, digest: str | None) -> dict[str, Any] | None:
    return None if shot is None else {"digest": digest, "region": rect_body(shot.region)}


def _shot(body: dict[str, Any] | None) -> StoredShot | None:
    return None if body is None else StoredShot(body["digest"], Rect(*body["region"]))
