"""Asking the person a question."""

from typing import Any

from desktop_agent.core.chat import Text
from desktop_agent.core.events import Questioned
from desktop_agent.tools.context import Context, Tool, spec
from desktop_agent.tools.result import ToolProblem, ToolResult

MAX_CHOICES = 12
MAX_TEXT = 2000


def _ask(context: Context, arguments: dict[str, Any]) -> ToolResult:
    if context.asker is None:
        raise ToolProblem("Nobody can be asked. Decide by yourself, or call FAIL.")
    question, choices = arguments["question"].strip()[:MAX_TEXT], _choices(arguments.get("choices", []))
    if not question:
        raise ToolProblem('"question" is empty.')
    context.watch(Questioned(question, choices))
    if context.sight is None:
        answer = context.asker.ask(question, choices)
    else:
        with context.sight.desk.hands.prompt():
            answer = context.asker.ask(question, choices)
    if answer is None:
        return ToolResult((Text("The person gave no answer."),), summary=f"{question} (no answer)")
    return ToolResult((Text(f"The person answered: {answer}"),), summary=f"{question} {answer}")


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
