"""Asking the person: a planner's question, or the program's own when a run gets nowhere."""

import contextlib
import logging
from typing import Any

from desktop_agent.core.chat import Text
from desktop_agent.core.events import Questioned
from desktop_agent.core.pause import UNANSWERED, Pause, Reply
from desktop_agent.tools.context import Context, Tool, spec
from desktop_agent.tools.result import ToolProblem, ToolResult

MAX_CHOICES = 12
MAX_TEXT = 2000
_log = logging.getLogger(__name__)


def _ask(context: Context, arguments: dict[str, Any]) -> ToolResult:
    if context.asker is None:
        raise ToolProblem("Nobody can be asked. Decide by yourself, or call FAIL.")
    question, choices = arguments["question"].strip()[:MAX_TEXT], _choices(arguments.get("choices", []))
    if not question:
        raise ToolProblem('"question" is empty.')
    context.watch(Questioned(question, choices))
    with _gate_closed(context):
        answer = context.asker.ask(question, choices)
    if answer is None:
        return ToolResult((Text("The person gave no answer."),), summary=f"{question} (no answer)")
    return ToolResult((Text(f"The person answered: {answer}"),), summary=f"{question} {answer}")


def pause(context: Context, pause: Pause) -> Reply:
    """Ask what shall become of a run that got nowhere. No tool: a planner can't reach it. The input gate is closed
    meanwhile, so nothing of the agent can answer, and every failure of asking is no answer."""
    if context.asker is None:
        return UNANSWERED
    try:
        with _gate_closed(context):
            reply = context.asker.pause(pause)
        if not isinstance(reply, Reply):
            raise TypeError(f"the asker returned {reply!r}")
    except Exception:  # noqa: BLE001 - whatever the asker does, its failure must not let the run go on
        _log.warning("asking about a pause failed", exc_info=True)
        return UNANSWERED
    return reply


def _gate_closed(context: Context) -> contextlib.AbstractContextManager[None]:
    """While inside, nobody's input is executed. Without a desktop there is none to close."""
    return contextlib.nullcontext() if context.sight is None else context.sight.desk.hands.prompt()


def _choices(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [line.strip(" -\t") for line in value.replace("|", "\n").splitlines()]
    if not isinstance(value, list) or not all(isinstance(each, str | int | float) for each in value):
        raise ToolProblem('"choices" must be a list of texts.')
    choices = tuple(dict.fromkeys(str(each).strip()[:MAX_TEXT] for each in value if str(each).strip()))
    if len(choices) > MAX_CHOICES:
        raise ToolProblem(f'"choices" has more than {MAX_CHOICES} entries.')
    return choices


ASK_USER = Tool(
    spec(
        "ask_user",
        "Ask the person a question, when you can't go on without the answer.",
        {
            "question": {"type": "string"},
            "choices": {"type": "array", "items": {"type": "string"}, "description": "Answers to choose from, if any"},
        },
        "question",
    ),
    _ask,
)
