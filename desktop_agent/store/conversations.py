"""Conversations and their messages. A message is stored once and never changed."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop_agent.core.chat import Message, Part, Picture, Text, ToolCall
from desktop_agent.core.errors import StoreError
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.text import encodable
from desktop_agent.store.database import Database
from desktop_agent.store.ids import new_id
from desktop_agent.store.images import Images, PictureLost

LOST_PICTURE = "[A picture was here. It is damaged or missing in the store.]"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ConversationSummary:
    """A conversation without its messages. Times are seconds since 1970."""

    id: str
    title: str
    created_at: float
    changed_at: float
    messages: int


class Conversations:
    """The conversations of the store. Every method raises `StoreError` when it could not be done."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._images = Images(database)

    def create(self, title: str) -> str:
        """Begin a conversation and return its id."""
        conversation, now = new_id(), time.time()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)", (conversation, encodable(title), now, now)
            )
        return conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Change the title."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (encodable(title), conversation_id)
            ).rowcount
            if not changed:
                raise _unknown(conversation_id)

    def append(self, conversation_id: str, message: Message) -> None:
        """Add `message` with its pictures. When this returns, it is on disk."""
        body = json.dumps(_body(message, [self._images.put(picture.image) for picture in message.pictures]))
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE conversations SET changed_at = ? WHERE id = ?", (time.time(), conversation_id)
            ).rowcount
            if not changed:
                raise _unknown(conversation_id)
            connection.execute(
                "INSERT INTO messages (conversation, number, role, body, by_program) "
                "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM messages WHERE conversation = ?1",
                (conversation_id, message.role, body, message.by_program),
            )

    def messages(
        self, conversation_id: str, choose: Callable[[Sequence[Message]], Sequence[Message]] = tuple
    ) -> tuple[Message, ...]:
        """All messages in order, equal to those that were appended; where a picture was lost, a text says so.

        Args:
            conversation_id: whose.
            choose: takes pictures out that aren't wanted. They have one pixel there; only those that it leaves are read
                afterwards, since a hundred screenshots would take a gigabyte.
        """
        with self._database.read() as connection:
            if not connection.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)).fetchone():
                raise _unknown(conversation_id)
            rows = connection.execute(
                "SELECT role, body, by_program FROM messages WHERE conversation = ? ORDER BY number", (conversation_id,)
            ).fetchall()
        try:
            messages = [_message(role, json.loads(body), bool(by_program)) for role, body, by_program in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(
                "A stored conversation is damaged and can't be shown.",
                "Nothing was deleted; other conversations can still be read.",
                f"{conversation_id}: {error!r}",
            ) from error
        return tuple(
            replace(message, parts=tuple(self._read(part) for part in message.parts)) for message in choose(messages)
        )

    def recent(self, limit: int) -> tuple[ConversationSummary, ...]:
        """The `limit` conversations that changed last, latest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, title, created_at, changed_at, "
                "(SELECT count(*) FROM messages WHERE conversation = conversations.id) "
                "FROM conversations ORDER BY changed_at DESC, id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return tuple(ConversationSummary(*row) for row in rows)

    def _read(self, part: Part) -> Part:
        """`part` with its pixels, if it is a picture."""
        if not isinstance(part, Picture) or not isinstance(part.image, _Unread):
            return part
        try:
            return replace(part, image=self._images.get(part.image.name))
        except PictureLost as error:
            log.warning("%s (%s)", error, error.details)
            return Text(LOST_PICTURE)


@dataclass(frozen=True)
class _Unread(Image):
    """A picture of the store that was not read yet."""

    name: str


def _message(role: Any, body: Mapping[str, Any], by_program: bool) -> Message:
    return Message(
        role,
        tuple(_part(part) for part in body["parts"]),
        body["reasoning"],
        tuple(ToolCall(call["id"], call["name"], call["arguments"]) for call in body["calls"]),
        body["call_id"],
        by_program,
    )


def _part(part: Mapping[str, Any]) -> Part:
    if "text" in part:
        return Text(part["text"])
    view = part["view"]
    seen = view and View(Rect(*view["region"]), view["width"], view["height"])
    # Versions before this one kept no use, and scaled all pictures alike.
    return Picture(part["id"], _Unread(1, 1, bytes(4), part["image"]), seen, part.get("use", "scope"))


def _body(message: Message, digests: list[str]) -> dict[str, Any]:
    """`message` as JSON; `digests` name its pictures, in order."""
    names = iter(digests)
    return {
        "parts": [
            {"text": part.text}
            if isinstance(part, Text)
            else {"id": part.id, "image": next(names), "view": part.view and _view(part.view), "use": part.use}
            for part in message.parts
        ],
        "reasoning": message.reasoning,
        "calls": [{"id": call.id, "name": call.name, "arguments": dict(call.arguments)} for call in message.calls],
        "call_id": message.call_id,
    }


def _view(view: View) -> dict[str, Any]:
    region = view.region
    return {
        "region": [region.x, region.y, region.width, region.height],
        "width": view.width,
        "height": view.height,
    }


def _unknown(conversation_id: str) -> StoreError:
    return StoreError("There is no such conversation in the store.", "", conversation_id)
