"""Tools that use the keyboard."""

from collections.abc import Sequence
from typing import Any

from desktop_agent.core.actions import Action, ActionKind, Click, Input, Press, TypeSecret, TypeText
from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.keyboard.names import combination_text, parse_combination
from desktop_agent.safety import named_secrets
from desktop_agent.step.observe import focused_in
from desktop_agent.step.regions import scope_windows
from desktop_agent.tools import words
from desktop_agent.tools.context import (
    ELEMENT_INFO,
    IMAGE,
    POINT,
    Context,
    Sight,
    Tool,
    act,
    current,
    desktop_of,
)
from desktop_agent.tools.context import spec as make_spec
from desktop_agent.tools.grounding import point_in
from desktop_agent.tools.pointer import target_of
from desktop_agent.tools.result import ToolProblem, ToolResult

MAX_TEXT = 100_000
"""Characters of one `type`."""
SHOWN_NAMES = 20
"""Names of secrets that planners are told."""


def _key(context: Context, arguments: dict[str, Any]) -> ToolResult:
    try:
        keys = parse_combination(arguments["keys"])
    except UsageError as error:
        raise ToolProblem(str(error)) from error
    if len([key for key in keys if len(key) == 1]) > 1:
        raise ToolProblem(f'"{arguments["keys"]}" is more than one key. Use type for text.')
    screenshot = _screenshot(context)
    window, element = _keyboard_target(desktop_of(context))
    said = f"Press {combination_text(keys)} in {words.field(element, window).removeprefix('in ')}"
    action = Action(ActionKind.KEY, said, (Press(keys),), screenshot.id, _ring(element, window), window, element)
    return act(context, action, screenshot)


def _type(context: Context, arguments: dict[str, Any]) -> ToolResult:
    text = arguments["content"]
    if not text:
        raise ToolProblem('"content" is empty.')
    if len(text) > MAX_TEXT:
        raise ToolProblem(f'"content" has more than {MAX_TEXT:,} characters. Type it in parts.')
    return _typing(context, arguments, TypeText(text), words.quoted(text))


def _type_secret(context: Context, arguments: dict[str, Any]) -> ToolResult:
    name = arguments["name"].strip()
    if name not in named_secrets.names():
        raise ToolProblem(str(named_secrets.missing(name)))
    return _typing(context, arguments, TypeSecret(name), f'the secret "{name}"')


def _typing(context: Context, arguments: dict[str, Any], what: TypeText | TypeSecret, said: str) -> ToolResult:
    if "start_box" in arguments:
        return _type_at(context, arguments, what, said)
    screenshot = _screenshot(context)
    window, element = _keyboard_target(desktop_of(context))
    line = f"Type {said} into {words.field(element, window).removeprefix('in ')}"
    ring = _ring(element, window)
    action = Action(ActionKind.TYPE, line, (what,), screenshot.id, ring, window, element, secret=_secret_of(what))
    return act(context, action, screenshot)


def _secret_of(what: TypeText | TypeSecret) -> str:
    return what.name if isinstance(what, TypeSecret) else ""


def _type_at(context: Context, arguments: dict[str, Any], what: TypeText | TypeSecret, said: str) -> ToolResult:
    shown = current(context, arguments.get("image", ""))
    view, screenshot = shown.picture.view, shown.screenshot
    if view is None or screenshot is None:
        raise TypeError("a current picture has a view and a screenshot")
    point = point_in(arguments["start_box"], view)
    claimed = str(arguments.get("element_info", ""))
    spot = context.aim.at(desktop_of(context), ActionKind.TYPE, point, claimed)
    line = f"Type {said} into {words.place(spot.point, spot.element, spot.window, claimed)}"
    inputs: tuple[Input, ...] = (Click(spot.point), what)
    ring = target_of(spot)
    action = Action(
        ActionKind.TYPE, line, inputs, screenshot.id, ring, spot.window, spot.element, claimed, secret=_secret_of(what)
    )
    return act(context, action, screenshot, spot.note)


def _screenshot(context: Context) -> Screenshot:
    """The latest picture of the desktop, which the planner has in mind."""
    screenshot = current(context).screenshot
    if screenshot is None:
        raise TypeError("a current picture has a screenshot")
    return screenshot


def _keyboard_target(sight: Sight) -> tuple[Window | None, Element | None]:
    """The window that keys would reach, and the element. While a window of our own has the keyboard (the chat, a
    terminal that asks), a window scope's own window is meant."""
    desk, scope = sight.desk, sight.scope
    window = desk.windows.active()
    if scope.kind == "window" and (window is None or window.pid in desk.hands.own_pids()):
        window = next((each for each in scope_windows(desk.windows, scope) if not each.popup), window)
    return window, focused_in(desk, window) if window is not None else None


def _ring(element: Element | None, window: Window | None) -> Rect | None:
    if element is not None and not element.region.empty:
        return element.region
    return window.region if window else None


TOOLS = (
    Tool(
        make_spec(
            "key",
            "Press a key, or keys together. They go to the window that has the keyboard.",
            {"keys": {"type": "string", "description": 'Like "enter", "ctrl+c", "alt+f4"'}},
            "keys",
        ),
        _key,
    ),
    Tool(
        make_spec(
            "type",
            "Type text exactly as it is, in any language. With start_box, click there first.",
            {
                "content": {"type": "string", "description": "The text"},
                "start_box": POINT,
                "element_info": ELEMENT_INFO,
                "image": IMAGE,
            },
            "content",
        ),
        _type,
    ),
)


def secret_tool(names: Sequence[str]) -> Tool:
    """`type_secret`. Planners are told the names of the person's secrets, and never a value."""
    shown = ", ".join(f'"{each}"' for each in names[:SHOWN_NAMES]) or "none yet"
    return Tool(
        make_spec(
            "type_secret",
            "Type a password or code that the person has stored, by its name; you never see it, and its field is grey "
            f"afterwards. With start_box, click there first. Names: {shown}.",
            {"name": {"type": "string"}, "start_box": POINT, "element_info": ELEMENT_INFO, "image": IMAGE},
            "name",
        ),
        _type_secret,
    )
