"""Actions: what a planner's call was grounded to, what must still hold when it happens, and how it ended."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image

Button = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Move:
    """Move the pointer."""

    point: Point


@dataclass(frozen=True)
class Click:
    """Press and release `button` `count` times at `point`, while the modifiers `keys` are held, by name."""

    point: Point
    button: Button = "left"
    count: int = 1
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drag:
    """Press `button` at `start`, move to `end`, release, while the modifiers `keys` are held, by name."""

    start: Point
    end: Point
    button: Button = "left"
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scroll:
    """Turn the wheel `clicks` notches at `point`, while the modifiers `keys` are held, by name."""

    point: Point
    direction: Literal["up", "down", "left", "right"]
    clicks: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Press:
    """Press keys together, by name, modifiers first: ("ctrl", "s"), ("enter",), ("a",)."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class TypeText:
    """Type any Unicode text into the window that has the focus. `keyed`: key by key, never through the clipboard, which
    other programs read; refused where the keyboard can't write it."""

    text: str
    keyed: bool = False


@dataclass(frozen=True)
class TypeSecret:
    """Type the secret called `name`. Its value is read when everything is approved and checked, and becomes a keyed
    `TypeText` in the request to the hands only."""

    name: str


Input = Move | Click | Drag | Scroll | Press | TypeText | TypeSecret


class ActionKind(StrEnum):
    """What an action is, by the native tool that proposes it."""

    LEFT_CLICK = "left_click"
    RIGHT_CLICK = "right_click"
    MIDDLE_CLICK = "middle_click"
    DOUBLE_CLICK = "left_double_click"
    HOVER = "hover"
    DRAG = "left_drag"
    KEY = "key"
    TYPE = "type"
    SCROLL = "scroll"
    OPEN_APP = "open_app"


@dataclass(frozen=True)
class Action:
    """One proposed action, grounded on `screenshot_id`.

    `words` says it for people, in one line: 'Click "Save" (push button) in "Untitled – Mousepad"'. `inputs` run in
    order.
    `target` is what the ring surrounds. `element` and `window` are what stands there; for a drag, of its start.
    `claimed` is what the planner says it is aiming at (`element_info`), which may be wrong.
    """

    kind: ActionKind
    words: str
    inputs: tuple[Input, ...]
    screenshot_id: str
    target: Rect | None = None
    window: Window | None = None
    element: Element | None = None
    claimed: str = ""
    application: str = ""
    """For OPEN_APP: the id of the application; otherwise empty."""
    secret: str = ""
    """The name of the secret that the action types; never its value."""
    part: str = ""
    """The id of the macro's step that the action belongs to; empty where a planner proposes it."""

    @property
    def point(self) -> Point | None:
        """Where the pointer acts first, if it acts at all."""
        for each in self.inputs:
            match each:
                case Move(point) | Click(point) | Scroll(point):
                    return point
                case Drag(start):
                    return start
        return None

    @property
    def typed(self) -> str:
        """All text that the action types."""
        return "".join(each.text for each in self.inputs if isinstance(each, TypeText))

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The key combinations that the action presses."""
        return tuple(each.keys for each in self.inputs if isinstance(each, Press))


@dataclass(frozen=True)
class Expectation:
    """What must hold at the moment of the input, checked by the hands under a server grab where there is one.

    `window` and `pid` are the top-level window at the target (for keys and text: the one with the focus) and its
    process; `frame` its geometry. `end_window` is the one at a drag's end. `patch` holds the pixels that were seen
    at `patch_region`, for targets that no element describes; at most `patch_tolerance` of them may differ.
    """

    window: int
    pid: int
    frame: Rect
    end_window: int = 0
    patch_region: Rect | None = None
    patch: Image | None = None
    patch_tolerance: float = 0.02


@dataclass(frozen=True)
class InputReport:
    """What the hands did. `astray` is set when window or process turned out different right after the press;
    `mismatch` when typed text is known not to have arrived exactly; `notes` what the person should know."""

    astray: str = ""
    mismatch: str = ""
    notes: tuple[str, ...] = ()


class Outcome(StrEnum):
    """How an action ended: what a check showed, not what a model says."""

    CONFIRMED = "confirmed"
    NO_EFFECT_SEEN = "no_effect_seen"
    UNVERIFIABLE = "unverifiable"
    REFUSED = "refused"
    FAILED = "failed"


class Ruling(StrEnum):
    """What the policy says of an action."""

    ALLOW = "allow"
    ASK = "ask"
    HAND_OVER = "hand_over"
    BLOCK = "block"


@dataclass(frozen=True)
class Verdict:
    """The policy's ruling. `reason` is for people, one sentence. `category` names the rule ("first_in_application").
    `rememberable`: an approval may stand for the rest of the session. `critical`: it must be asked every time."""

    ruling: Ruling
    reason: str
    category: str
    rememberable: bool = False
    critical: bool = False


@dataclass(frozen=True)
class ApprovalRequest:
    """What the approver shows. `created_at` is `time.monotonic` seconds; the card closes after `timeout` seconds."""

    id: str
    action: Action
    verdict: Verdict
    screenshot: Screenshot
    created_at: float
    timeout: float = 300.0


class Answer(StrEnum):
    """How asking ended. Everything but APPROVED means no."""

    APPROVED = "approved"
    DENIED = "denied"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


@dataclass(frozen=True)
class Decision:
    """The person's answer. `remember`: let actions of this kind pass in this application for the session."""

    answer: Answer
    remember: bool = False
    by: str = ""
    """Who answered: "card", "terminal", "scripted", "policy"."""

    @property
    def approved(self) -> bool:
        return self.answer is Answer.APPROVED


@dataclass(frozen=True)
class StepResult:
    """One action's end. `message` tells planner and person what happened; `evidence` what the check saw."""

    action: Action
    outcome: Outcome
    message: str
    verdict: Verdict
    decision: Decision | None = None
    evidence: str = ""
    before: Screenshot | None = None
    after: Screenshot | None = None
    settled: bool = True
    seconds: dict[str, float] = field(default_factory=dict)
    """Seconds spent in each part: "ask", "input", "settle", "verify"."""
    astray: bool = False
    """Whether a click may have gone elsewhere. Nobody knows what it did there, so the run ends."""
    changed: bool = False
    """Whether nothing was done because the target is no longer as it was seen: a new look may find it."""
