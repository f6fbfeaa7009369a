"""Our messages as the body of a chat-completions request (https://platform.openai.com/docs/api-reference/chat).

Fields beyond that reference are the ones of the servers that run GLM (vLLM, SGLang, xLLM): `reasoning_content`,
`top_k`, `repetition_penalty`, `chat_template_kwargs`.
"""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from desktop_agent.core.chat import Message, Options, Part, Picture, Text, ToolSpec
from desktop_agent.core.text import encodable

EXTRAS = ("chat_template_kwargs", "top_k", "repetition_penalty", "stream_options")
"""Fields that a server may not know; left out once it has refused them."""


def body_of(
    model: str,
    messages: Sequence[Message],
    tools: Sequence[ToolSpec],
    options: Options,
    images_in_tool_results: bool,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """The request's body.

    Args:
        model: the server's name for the model.
        messages: the conversation.
        tools: what may be called.
        options: how to generate. A number of thinking tokens counts as on: no server takes one.
        images_in_tool_results: send them there; otherwise in a user message behind the results.
        without: those of `EXTRAS` to leave out.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(messages, images_in_tool_results),
        "max_tokens": options.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        "chat_template_kwargs": {"enable_thinking": bool(options.thinking)},
        "temperature": 0.0,
    }
    if not options.greedy:
        body |= {
            "temperature": options.temperature,
            "top_p": options.top_p,
            "top_k": options.top_k,
            "repetition_penalty": options.repeat_penalty,
        }
    if tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
            }
            for tool in tools
        ]
    return {name: value for name, value in body.items() if name not in without}


def _messages(messages: Sequence[Message], images_in_tool_results: bool) -> list[dict[str, Any]]:
    last_user = max((index for index, message in enumerate(messages) if message.role == "user"), default=-1)
    out: list[dict[str, Any]] = []
    waiting: list[Picture] = []
    for index, message in enumerate(messages):
        if message.role != "tool":
            out += _behind_results(waiting)
            waiting = []
        match message.role:
            case "assistant":
                out.append(_assistant(message, with_reasoning=index > last_user))
            case "tool" if not images_in_tool_results:
                waiting += message.pictures
                out.append({"role": "tool", "tool_call_id": message.call_id, "content": encodable(message.text)})
            case "tool":
                out.append({"role": "tool", "tool_call_id": message.call_id, "content": _content(message.parts)})
            case role:
                out.append({"role": role, "content": _content(message.parts)})
    return out + _behind_results(waiting)


def _assistant(message: Message, with_reasoning: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"role": "assistant", "content": encodable(message.text)}
    if message.reasoning and with_reasoning:
        # Within a tool loop the template renders it again, so that the server's cached prefix stays as it is.
        out["reasoning_content"] = encodable(message.reasoning)
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
