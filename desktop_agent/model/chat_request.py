"""Our messages as the body of a chat-completions request (https://platform.openai.com/docs/api-reference/chat).

Fields beyond that reference are the ones of the servers that run GLM: `chat_template_kwargs`, `top_k` and reasoning
that is sent back (all of them), `repetition_penalty` (vLLM, SGLang, xLLM), `repeat_penalty` and
`reasoning_budget_tokens` (llama-server, which keeps a budget better than we can from outside). vLLM, SGLang and
llama-server pass over fields that they don't know; transformers' server refuses them by name. The publisher's API has
its own switch for thinking, and neither `top_k` nor a penalty (https://docs.z.ai/api-reference/llm/chat-completion).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_agent.core.chat import Message, Options, Part, Picture, Text, ToolSpec
from desktop_agent.core.text import encodable
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.habits import Habits

EXTRAS = (
    "chat_template_kwargs", "do_sample", "reasoning_budget_tokens", "repeat_penalty", "repetition_penalty",
    "stream_options", "thinking", "top_k",
)  # fmt: skip
"""Fields that a server may not know; left out once it has refused them."""


def body_of(
    endpoint: Endpoint, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options, habits: Habits
) -> dict[str, Any]:
    """The request's body.

    Args:
        endpoint: the server and the model.
        messages: the conversation.
        tools: what may be called.
        options: how to generate.
        habits: what was learned about the server.
    """
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": _messages(messages, habits),
        "max_tokens": options.max_tokens,
        "stream": True,
        **(_publishers_options(options) if endpoint.publishers else _open_options(options)),
    }
    if tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
            }
            for tool in tools
        ]
    return {name: value for name, value in body.items() if name not in habits.refused}


def _open_options(options: Options) -> dict[str, Any]:
    """How to generate, for a server that anybody can run."""
    out: dict[str, Any] = {
        "stream_options": {"include_usage": True},
        "chat_template_kwargs": {"enable_thinking": bool(options.thinking)},
    }
    if not isinstance(options.thinking, bool):
        out["reasoning_budget_tokens"] = options.thinking
    if options.greedy:
        return out | {"temperature": 0.0}
    return out | {
        "temperature": options.temperature,
        "top_p": options.top_p,
        "top_k": options.top_k,
        "repetition_penalty": options.repeat_penalty,
        "repeat_penalty": options.repeat_penalty,
    }


def _publishers_options(options: Options) -> dict[str, Any]:
    """How to generate, for the publisher's API. A temperature of 0 is outside its range."""
    out: dict[str, Any] = {"thinking": {"type": "enabled" if options.thinking else "disabled"}}
    if options.greedy:
        return out | {"do_sample": False}
    return out | {"temperature": options.temperature, "top_p": options.top_p}


def _messages(messages: Sequence[Message], habits: Habits) -> list[dict[str, Any]]:
    last_user = max((index for index, message in enumerate(messages) if message.role == "user"), default=-1)
    out: list[dict[str, Any]] = []
    waiting: list[Picture] = []
    for index, message in enumerate(messages):
        if message.role != "tool":
            out += _behind_results(waiting)
            waiting = []
        match message.role:
            case "assistant":
                out.append(_assistant(message, habits.reasoning_field if index > last_user else ""))
            case "tool" if not habits.images_in_results:
                waiting += message.pictures
                out.append({"role": "tool", "tool_call_id": message.call_id, "content": encodable(message.text)})
            case "tool":
                out.append({"role": "tool", "tool_call_id": message.call_id, "content": _content(message.parts)})
            case role:
                out.append({"role": role, "content": _content(message.parts)})
    return out + _behind_results(waiting)


def _assistant(message: Message, reasoning_field: str) -> dict[str, Any]:
    out: dict[str, Any] = {"role": "assistant", "content": encodable(message.text)}
    if message.reasoning and reasoning_field:
        # Within a tool loop the template renders it again, so that the server's cached prefix stays as it is.
        out[reasoning_field] = encodable(message.reasoning)
    if message.calls:
        out["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": encodable(json.dumps(dict(call.arguments), ensure_ascii=False)),
                },
            }
            for call in message.calls
        ]
    return out


def _behind_results(pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """Tool results whose pictures were left out are followed by a user message that shows them."""
    if not pictures:
        return []
    names = ", ".join(picture.id for picture in pictures)
    return [{"role": "user", "content": _content((Text(f"The images of the tool results: {names}"), *pictures))}]


def _content(parts: Sequence[Part]) -> str | list[Mapping[str, Any]]:
    if not any(isinstance(part, Picture) for part in parts):
        return encodable("\n".join(part.text for part in parts if isinstance(part, Text)))
    return [
        {"type": "text", "text": encodable(part.text)}
        if isinstance(part, Text)
        else {"type": "image_url", "image_url": {"url": _data_url(part)}}
        for part in parts
    ]


def _data_url(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.image.encode_png()).decode("ascii")
