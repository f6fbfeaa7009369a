"""Tools that end the run, wait, or open an application."""

import time
from typing import Any

from desktop_agent.core.actions import Action, ActionKind
from desktop_agent.core.chat import Text
from desktop_agent.core.errors import Stopped
from desktop_agent.step.capture import capture
from desktop_agent.tools.context import Context, Tool, act, desktop_of, spec
from desktop_agent.tools.result import ToolProblem, ToolResult

WAIT_SECONDS = 2.0
MAX_WAIT = 60
_SLICE = 0.1


def _wait(context: Context, arguments: dict[str, Any]) -> ToolResult:
    sight = desktop_of(context)
    seconds = float(arguments.get("seconds", WAIT_SECONDS))
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        reason = sight.desk.hands.stopped()
        if reason is not None:
            raise Stopped(f"Stopped: {reason}", "Start again when you are ready.")
        time.sleep(min(_SLICE, left))
    picture = context.gallery.add(capture(sight.desk, sight.scope))
    return ToolResult((Text(f"After {seconds:g} seconds, {picture.id}:"), picture), summary=f"waited {seconds:g} s")


def _done(_: Context, arguments: dict[str, Any]) -> ToolResult:
    summary = arguments.get("summary", "").strip()
    return ToolResult((Text("The run ends."),), "done", summary)


def _fail(_: Context, arguments: dict[str, Any]) -> ToolResult:
    reason = arguments.get("reason", "").strip()
    return ToolResult((Text("The run ends."),), "failed", reason or "The planner gave up without a reason.")


def _open_app(context: Context, arguments: dict[str, Any]) -> ToolResult:
    sight, name = desktop_of(context), arguments["name"].strip()
    found = sight.desk.launcher.find(name) if name else ()
    if not found:
        raise ToolProblem(f'No application called "{name[:80]}" is installed.')
    if len(found) > 1:
        names = ", ".join(f'"{each.name}"' for each in found[:8])
        raise ToolProblem(f'"{name[:80]}" may mean several applications: {names}. Name one, or ask the person.')
    application = found[0]
    screenshot = context.gallery.get().screenshot or capture(sight.desk, sight.scope)
    action = Action(ActionKind.OPEN_APP, f'Open "{application.name}"', (), screenshot.id, application=application.id)
    return act(context, action, screenshot)


WAIT = Tool(
    spec(
        "WAIT",
        "Wait, then look at the screen.",
        {"seconds": {"type": "number", "minimum": 0, "maximum": MAX_WAIT, "description": "2 by default"}},
    ),
    _wait,
)
DONE = Tool(
    spec(
        "DONE",
        "The task is done. Call it only when the screen shows so.",
        {"summary": {"type": "string", "description": "What was done, for the person"}},
    ),
    _done,
)
FAIL = Tool(
    spec(
        "FAIL",
        "The task can't be done.",
        {"reason": {"type": "string", "description": "Why, for the person"}},
    ),
    _fail,
)
OPEN_APP = Tool(
    spec("open_app", "Open an installed application.", {"name": {"type": "string"}}, "name"),
    _open_app,
)
