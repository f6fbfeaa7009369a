"""The store's file: its version, its transactions, and what is said when it can't be used."""

import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, Text
from desktop_agent.core.errors import StoreError
from desktop_agent.store import database as module
from desktop_agent.store import schema
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database, default_path


def said(error: StoreError, *words: str) -> None:
    assert all(word in error.user_message for word in words), error.user_message
    assert error.hint
    assert error.details


def test_the_settings_that_keep_it_safe(tmp_path: Path) -> None:
    with Database(tmp_path / "a.sqlite").read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_it_lies_in_the_data_folder(home: Path) -> None:
    assert default_path() == home / "data" / "agent.sqlite"


def test_a_block_that_raises_stores_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    conversations = Conversations(database)
    conversations.create("kept")

    def delete_and_fail() -> None:
        with database.write() as connection:
            connection.execute("DELETE FROM conversations")
            raise KeyError

    with pytest.raises(KeyError):
        delete_and_fail()
    assert [each.title for each in conversations.recent(5)] == ["kept"]


def test_what_a_write_block_read_stays_true_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    conversation = Conversations(Database(path)).create("0")

    def count() -> None:
        database = Database(path)
        for _ in range(10):
            with database.write() as connection:
                (title,) = connection.execute("SELECT title FROM conversations").fetchone()
                time.sleep(0.002)  # So that the others would get in between, if they could.
                connection.execute("UPDATE conversations SET title = ?", (str(int(title) + 1),))
        database.close()

    with ThreadPoolExecutor(3) as pool:
        for counted in [pool.submit(count) for _ in range(3)]:
            counted.result()
    (summary,) = Conversations(Database(path)).recent(5)
    assert (summary.id, summary.title) == (conversation, "30")


def test_an_older_file_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite"
    old = Database(path)
    conversation = Conversations(old).create("old")
    old.close()
    added = ("ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",)
    monkeypatch.setattr(module, "MIGRATIONS", (*schema.MIGRATIONS, added))
    new = Database(path)
    with new.read() as connection:
        assert connection.execute("SELECT id, colour FROM conversations").fetchone() == (conversation, "red")
        assert connection.execute("SELECT version FROM migrations").fetchall() == [(1,), (2,), (3,)]
    new.close()
    monkeypatch.undo()
    with pytest.raises(StoreError) as raised:
        Database(path)
    said(raised.value, "newer version")


def test_notes_of_the_program_among_older_messages_are_told_from_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    monkeypatch.setattr(module, "MIGRATIONS", schema.MIGRATIONS[:1])
    old = Database(path)
    texts = (
        "click OK",
        "Your tool call could not be read: It is cut off. You wrote: x",
        "and Your tool call could not",
    )
    with old.write() as connection:
        connection.execute("INSERT INTO conversations VALUES ('c', 't', 0, 0)")
        for number, text in enumerate(texts):
            body = {"parts": [{"text": text}], "reasoning": "", "calls": [], "call_id": ""}
            connection.execute("INSERT INTO messages VALUES ('c', ?, 'user', ?)", (number, json.dumps(body)))
    old.close()
    monkeypatch.undo()
    conversations = Conversations(Database(path))
    assert [message.by_program for message in conversations.messages("c")] == [False, True, False]
    conversations.append("c", Message("user", (Text("a note"),), by_program=True))
    assert [message.by_program for message in conversations.messages("c")] == [False, True, False, True]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite"
    Database(path).close()
    monkeypatch.setattr(module, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (id)", "NONSENSE")))
    with pytest.raises(StoreError):
        Database(path)
    monkeypatch.undo()
    with Database(path).read() as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'extra'").fetchone() is None


def test_a_file_that_is_none_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError) as raised:
        Database(path)
    said(raised.value, "damaged", str(path))
    assert "Nothing was deleted" in raised.value.hint
    assert path.read_bytes() == b"not a database at all" * 100


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    database = Database(path)
    for _ in range(200):
        with database.write() as connection:
            connection.execute("INSERT INTO conversations VALUES (hex(randomblob(8)), 't', 0, 0)")
    database.close()
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError) as raised:
        Conversations(Database(path)).recent(500)
    said(raised.value, "damaged")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    conversations = Conversations(database)
    conversations.create("kept")
    with database.read() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    database._connection.execute(f"PRAGMA max_page_count = {pages}")  # The same error as from a disk without space.
    with pytest.raises(StoreError) as raised:
        conversations.create("x" * 100_000)
    said(raised.value, "disk is full")
    database._connection.execute("PRAGMA max_page_count = 1000000")
    conversations.create("after")
    assert {each.title for each in conversations.recent(5)} == {"kept", "after"}


def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    database._connection.execute("PRAGMA query_only = ON")  # The tests may run as root, whom no mode keeps out.
    with pytest.raises(StoreError) as raised:
        Conversations(database).create("title")
    said(raised.value, "could not be opened for writing")


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        Database(tmp_path)
    said(raised.value, "could not be opened")


def test_another_writer_that_never_ends_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    database = Database(tmp_path / "a.sqlite")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as raised:
        Conversations(database).create("title")
    said(raised.value, "locked")
    other.close()
    Conversations(database).create("title")


def test_a_closed_store_is_said(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    database.close()
    database.close()
    with pytest.raises(StoreError):
        Conversations(database).recent(1)
