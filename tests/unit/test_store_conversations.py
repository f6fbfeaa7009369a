"""Conversations and pictures in the store."""

import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core.chat import Message, Picture, Text, ToolCall
from desktop_agent.core.errors import StoreError
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.store.conversations import LOST_PICTURE, Conversations
from desktop_agent.store.database import Database
from desktop_agent.store.images import Images

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "agent.sqlite")


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


IMAGE = Image(3, 2, bytes(range(24)))


def test_every_part_of_a_message_comes_back(database: Database, conversations: Conversations) -> None:
    messages = (
        Message("system", (Text("Be brief."),)),
        Message("user", (Text("a\nb\x00 \ud83d 世界 🙂"), Picture("img1", IMAGE), Text(""))),
        Message(
            "assistant",
            (),
            "Where is it?",
            (
                ToolCall("c1", "left_click", {"start_box": [1, 2], "deep": {"a": [None, 1.5, True]}}),
                ToolCall("c2", "WAIT", MappingProxyType({})),
            ),
        ),
        Message("tool", (Picture("img2", IMAGE, View(Rect(-1920, -5, 1920, 1080), 3, 2), "zoom"),), call_id="c1"),
        Message("user", ()),
    )
    conversation = conversations.create("title")
    for message in messages:
        conversations.append(conversation, message)
    database.close()
    assert Conversations(Database(database.path)).messages(conversation) == messages


TEXTS = st.text(st.characters())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["system", "user", "assistant", "tool"]), TEXTS, TEXTS, st.dictionaries(TEXTS, JSON, max_size=3))
def test_any_text_comes_back(conversations: Conversations, role: str, text: str, other: str, arguments: dict) -> None:
    message = Message(role, (Text(text),), other, (ToolCall(other, text, arguments),), other)  # type: ignore[arg-type]
    conversation = conversations.create(text)
    conversations.append(conversation, message)
    assert conversations.messages(conversation) == (message,)


def test_the_latest_conversations_are_listed_first(conversations: Conversations) -> None:
    first, second, third = (conversations.create(title) for title in ("one", "two", "three"))
    conversations.append(first, Message("user", (Text("hello"),)))
    conversations.rename(second, "zwei \ud83d")
    listed = conversations.recent(2)
    assert [each.id for each in listed] == [first, third]
    assert [each.messages for each in listed] == [1, 0]
    assert listed[0].created_at <= listed[0].changed_at
    assert {each.title for each in conversations.recent(9)} == {"one", "zwei ?", "three"}


def test_ids_sort_by_time_and_are_short(conversations: Conversations) -> None:
    ids = []
    for _ in range(3):
        ids.append(conversations.create(""))
        _wait_a_millisecond()
    assert ids == sorted(ids)
    assert all(len(each) == 13 and each.isalnum() for each in ids)


def _wait_a_millisecond() -> None:
    threading.Event().wait(0.002)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda conversations: conversations.append("none", Message("user", ())),
        lambda conversations: conversations.rename("none", "title"),
        lambda conversations: conversations.messages("none"),
    ],
    ids=["append", "rename", "messages"],
)
def test_an_unknown_conversation_is_said(
    conversations: Conversations, attempt: Callable[[Conversations], object]
) -> None:
    with pytest.raises(StoreError, match="no such conversation"):
        attempt(conversations)


def test_a_damaged_message_is_said_and_others_stay(database: Database, conversations: Conversations) -> None:
    good, bad = conversations.create("good"), conversations.create("bad")
    for each in (good, bad):
        conversations.append(each, Message("user", (Text("hello"),)))
    with database.write() as connection:
        connection.execute("UPDATE messages SET body = '{' WHERE conversation = ?", (bad,))
    with pytest.raises(StoreError, match="damaged"):
        conversations.messages(bad)
    assert conversations.messages(good)[0].text == "hello"


def test_a_picture_is_kept_once(database: Database) -> None:
    images = Images(database)
    assert images.put(IMAGE) == images.put(Image(3, 2, IMAGE.bgra)) == IMAGE.digest
    assert images.get(IMAGE.digest) == IMAGE
    assert Image.decode(images.png(IMAGE.digest)).to_pillow().tobytes() == IMAGE.to_pillow().tobytes()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM images").fetchone() == (1,)


@pytest.mark.parametrize("change", ["png = x'00'", "padding = x'00'", "padding = x'789c030000000001'"])
def test_a_damaged_picture_is_said(database: Database, change: str) -> None:
    images = Images(database)
    digest = images.put(IMAGE)
    with database.write() as connection:
        connection.execute(f"UPDATE images SET {change}")
    with pytest.raises(StoreError, match="damaged"):
        images.get(digest)


@pytest.mark.parametrize("change", ["UPDATE images SET png = x'00'", "DELETE FROM images"])
def test_a_conversation_whose_picture_is_lost_can_still_be_read(
    database: Database, conversations: Conversations, change: str
) -> None:
    conversation = conversations.create("")
    conversations.append(conversation, Message("user", (Text("look"), Picture("img1", IMAGE), Text("there"))))
    with database.write() as connection:
        connection.execute(change)
    first, lost, last = conversations.messages(conversation)[0].parts
    assert (first, lost, last) == (Text("look"), Text(LOST_PICTURE), Text("there"))


def test_a_missing_picture_is_said(database: Database) -> None:
    with pytest.raises(StoreError, match="missing"):
        Images(database).get("0" * 64)


def test_the_file_is_for_this_user_only(database: Database) -> None:
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def test_threads_and_processes_write_at_once(database: Database, conversations: Conversations) -> None:
    conversation = conversations.create("crowd")
    writers = [_writer(database.path, conversation, 15) for _ in range(2)]
    threads = [
        threading.Thread(
            target=lambda: [conversations.append(conversation, Message("user", (Text("t"),))) for _ in range(15)]
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        assert writer.wait(60) == 0
        assert writer.stdout is not None
        writer.stdout.close()
    assert len(conversations.messages(conversation)) == 60


def test_what_was_acknowledged_survives_being_killed(database: Database, conversations: Conversations) -> None:
    conversation = conversations.create("kill")
    writer = _writer(database.path, conversation, 0)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(20)]
    writer.kill()
    acknowledged += [int(line) for line in writer.stdout.read().splitlines()]
    writer.wait()
    writer.stdout.close()
    kept = [int(message.text.split()[0]) for message in Conversations(Database(database.path)).messages(conversation)]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) in (0, 1)  # It may have died between storing and saying so.


def _writer(path: Path, conversation: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.store_writer", str(path), conversation, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
