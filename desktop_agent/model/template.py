"""Renders a model's chat template: a Jinja program that comes with the model's file, and so is hostile input.

It runs in a sandbox without attribute access to Python's inside, and is only ever compiled and run in the model's
worker process, which the client ends when it takes too long. On Linux it gets `MEMORY` for its values: filters such as
`center` and `replace` build large ones out of small ones, in more ways than could be forbidden one by one.
"""

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.memory_limit import memory_limited

MAX_OUTPUT = 32 * 1024 * 1024
"""Characters."""
MEMORY = 512 * 1024 * 1024
"""Bytes; several times what the longest output takes."""
MAX_REPEAT = 100_000
"""The longest result of a multiplication, in characters or elements; also the largest power's bits."""
OTHER_MODEL = "Choose another file of the model."

GLM_TEMPLATE = """
{%- macro thinking_off() -%}
{{ '/nothink' if enable_thinking is defined and not enable_thinking else '' }}
{%- endmacro -%}
{%- set last = namespace(user=-1) -%}
{%- for message in messages -%}
{%- if message.role == 'user' -%}{%- set last.user = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{{- '[gMASK]<sop>' -}}
{%- if tools -%}
{{- '<|system|>\\n# Tools\\n\\nYou can call these tools. Their signatures stand between <tools> and </tools>:\\n' -}}
{{- '<tools>\\n' -}}
{%- for tool in tools -%}{{- tool | tojson -}}{{- '\\n' -}}{%- endfor -%}
{{- '</tools>\\n\\nWrite each call like this:\\n<tool_call>{name}\\n<arg_key>{key}</arg_key>\\n' -}}
{{- '<arg_value>{value}</arg_value>\\n...\\n</tool_call>' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'system' -%}
{{- '<|system|>\\n' + message.content -}}
{%- elif message.role == 'user' -%}
{{- '<|user|>\\n' + message.content + thinking_off() -}}
{%- elif message.role == 'assistant' -%}
{%- set kept = message.reasoning_content if loop.index0 > last.user and message.reasoning_content else '' -%}
{{- '<|assistant|>\\n<think>' + kept + '</think>' -}}
{%- if message.content -%}{{- '\\n' + message.content -}}{%- endif -%}
{%- for call in message.tool_calls or [] -%}
{{- '\\n<tool_call>' + call.function.name + '\\n' -}}
{%- for key, value in call.function.arguments.items() -%}
{{- '<arg_key>' + key + '</arg_key>\\n<arg_value>' -}}
{{- (value if value is string else value | tojson) + '</arg_value>\\n' -}}
{%- endfor -%}
{{- '</tool_call>' -}}
{%- endfor -%}
{%- elif message.role == 'tool' -%}
{%- if loop.first or messages[loop.index0 - 1].role != 'tool' -%}{{- '<|observation|>' -}}{%- endif -%}
{{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|assistant|>' + ('\\n<think></think>\\n' if thinking_off() else '') -}}
{%- endif -%}
"""
"""For a GLM-4.6V file that brings no template of its own."""


class ChatTemplate:
    """A compiled template.

    Args:
        source: the Jinja text; `GLM_TEMPLATE` where the file has none.
        bos, eos: the texts of the tokens that templates may write at the beginning and the end.

    Raises:
        PlannerError: it is no template.
    """

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        import jinja2

        self._tokens = {"bos_token": bos, "eos_token": eos}
        self._json_strings: Callable[[str], str] = str
        # A tag of the training tools that marks the assistant's text; there is nothing to do for it here.
        source = re.sub(r"{%-?\s*(end)?generation\s*-?%}", "", source)
        environment = _environment()
        environment.filters["tojson"] = self._to_json  # jinja2's own writes < as \\u003c
        try:
            with memory_limited(MEMORY):  # Compiling computes what is constant.
                self._template = environment.from_string(source)
        except (jinja2.TemplateError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise PlannerError(
                "The model's chat template can't be read, so the file is damaged or made for another program.",
                OTHER_MODEL,
                f"{type(error).__name__}: {error}"[:500],
            ) from error

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        thinking: bool,
        generate: bool,
        json_strings: Callable[[str], str],
    ) -> str:
        """The conversation as one text.

        Args:
            messages: as in OpenAI's chat API; a call's arguments are a mapping.
            tools: likewise.
            thinking: passed as `enable_thinking`.
            generate: whether the text ends with the beginning of the assistant's turn.
            json_strings: is applied to everything that the template turns into JSON.

        Raises:
            PlannerError: the template refuses the conversation, breaks out of the sandbox, or fails.
        """
        import jinja2

        values = {
            "messages": messages,
            "tools": tools or None,
            "add_generation_prompt": generate,
            "enable_thinking": thinking,
            **self._tokens,
        }
        self._json_strings = json_strings
        try:
            with memory_limited(MEMORY):
                return _joined(self._template.generate(values))
        except _TemplateRefusal as error:
            raise PlannerError(f"The model's chat template refuses the conversation: {error}", OTHER_MODEL) from error
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise _failed(error) from error
        except (RecursionError, MemoryError) as error:
            raise _failed(error) from error

    def _to_json(self, value: Any, *_: Any, **__: Any) -> str:
        return self._json_strings(json.dumps(value, ensure_ascii=False))


class _TemplateRefusal(Exception):
    """The template called `raise_exception`."""


def _failed(error: BaseException) -> PlannerError:
    return PlannerError("The model's chat template failed.", OTHER_MODEL, f"{type(error).__name__}: {error}"[:500])


def _joined(pieces: Any) -> str:
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_OUTPUT:
            raise ValueError(f"more than {MAX_OUTPUT} characters")
        parts.append(piece)
    return "".join(parts)


def _refuse(reason: object) -> NoReturn:
    raise _TemplateRefusal(re.sub(r"[\x00-\x1f]", " ", str(reason))[:200])


def _environment() -> Any:
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or _product_size(left, right) > MAX_REPEAT:
                raise SecurityError(f"{operator} of such values is not allowed")
            return super().call_binop(context, operator, left, right)

    environment = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)
    return environment


def _product_size(left: Any, right: Any) -> int:
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() + right.bit_length()
    for text, count in ((left, right), (right, left)):
        if hasattr(text, "__len__") and isinstance(count, int):
            return len(text) * max(count, 0)
    return 0
