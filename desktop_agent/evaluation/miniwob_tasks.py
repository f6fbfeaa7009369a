"""The tasks of MiniWoB++, and the list that is measured.

`SIXTY` was chosen before anything was scored, from the pages' own code: tasks whose whole reward a planner can earn
that sees a screen, uses mouse and keyboard, and makes no mistake. Left out are those that reward quick reactions (such
as chase-circle), closeness rather than a right answer (bisect-angle), or luck (tic-tac-toe); that need a password
typed, which the product leaves to the person; and that need what it has no tool for: the button held along a curve
(draw-circle), a click with a key held (click-scroll-list).
"""

from typing import Literal

from desktop_agent.evaluation.miniwob import pages

Kind = Literal["click", "type", "press", "scroll", "drag", "select", "draw"]
"""What a task is mainly about; "select" is selecting text."""

SIXTY: dict[str, Kind] = {
    "ascending-numbers": "click",
    "choose-list": "click",
    "click-button": "click",
    "click-button-sequence": "click",
    "click-checkboxes": "click",
    "click-checkboxes-large": "click",
    "click-collapsible": "click",
    "click-collapsible-2": "click",
    "click-color": "click",
    "click-dialog": "click",
    "click-dialog-2": "click",
    "click-link": "click",
    "click-menu": "click",
    "click-option": "click",
    "click-shades": "click",
    "click-shape": "click",
    "click-tab-2": "click",
    "click-test-2": "click",
    "click-widget": "click",
    "count-shape": "click",
    "find-greatest": "click",
    "focus-text": "click",
    "focus-text-2": "click",
    "grid-coordinate": "click",
    "identify-shape": "click",
    "navigate-tree": "click",
    "odd-or-even": "click",
    "unicode-test": "click",
    "enter-text": "type",
    "enter-text-2": "type",
    "find-word": "type",
    "form-sequence-2": "type",
    "guess-number": "type",
    "read-table": "type",
    "simple-algebra": "type",
    "simple-arithmetic": "type",
    "visual-addition": "type",
    "enter-date": "press",
    "terminal": "press",
    "use-autocomplete": "press",
    "scroll-text": "scroll",
    "scroll-text-2": "scroll",
    "sign-agreement": "scroll",
    "social-media": "scroll",
    "social-media-some": "scroll",
    "drag-box": "drag",
    "drag-circle": "drag",
    "drag-items": "drag",
    "drag-items-grid": "drag",
    "drag-shapes": "drag",
    "drag-single-shape": "drag",
    "drag-sort-numbers": "drag",
    "use-slider": "drag",
    "copy-paste": "select",
    "copy-paste-2": "select",
    "highlight-text": "select",
    "highlight-text-2": "select",
    "text-editor": "select",
    "draw-line": "draw",
    "number-checkboxes": "draw",
}


def available() -> tuple[str, ...]:
    """The tasks that the installed package has.

    Raises:
        Unavailable: it is not installed.
    """
    return tuple(sorted(path.stem for path in pages().glob("*.html")))
