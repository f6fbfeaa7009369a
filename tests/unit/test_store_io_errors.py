"""A disk that gets full or fails at any write: it is said, nothing is damaged, and what was acknowledged stays."""

import contextlib
import errno
import os
import random
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_agent.core.chat import Message, Picture, Text
from desktop_agent.core.errors import StoreError
from desktop_agent.core.images import Image
from desktop_agent.safety.audit import Audit
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from tests.bench.store_victims import ACTION, VERDICT
from tests.bench.trust_audit import fill


@contextlib.contextmanager
def failing_behind(size: int) -> Iterator[None]:
    """Writes behind that byte of any file fail; the part before it is written."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of that many bytes."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root's rights")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def message(number: int) -> Message:
    noise = random.Random(number).randbytes(60 * 60 * 4)
    return Message("user", (Text(f"message {number}"), Picture(f"img{number}", Image(60, 60, noise))))


def error_of(call: Callable[[int], None]) -> StoreError:
    """The error with which `call` fails, sooner or later."""
    for number in range(500):
        try:
            call(number)
        except StoreError as error:
            return error
    raise AssertionError("it never failed")


def require_whole(path: Path, conversation: str, expected: list[Message]) -> None:
    database = Database(path)
    with contextlib.closing(database):
        with database.read() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert list(Conversations(database).messages(conversation)) == expected


def test_a_write_that_fails_anywhere_is_said_and_damages_nothing(tmp_path: Path) -> None:
    path, kept, said = tmp_path / "agent.sqlite", [], set()
    database = Database(path)
    conversations = Conversations(database)
    conversation = conversations.create("t")
    for number, place in enumerate(range(0, 120_000, 2_777)):
        try:
            with failing_behind(place):
                conversations.append(conversation, message(number))
        except StoreError as error:
            said.add((error.details.partition(":")[0], error.hint))
        else:
            kept.append(message(number))
        require_whole(path, conversation, kept)
    assert ("SQLITE_IOERR_WRITE", "Check the disk and its free space, then try again.") in said
    assert all(hint for _, hint in said)
    conversations.append(conversation, message(-1))
    database.close()
    require_whole(path, conversation, [*kept, message(-1)])


def test_a_disk_that_gets_full_is_said_and_damages_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 400_000) as disk:
        database, kept = Database(disk / "agent.sqlite"), []
        conversations, audit = Conversations(database), Audit(disk / "audit.jsonl")
        conversation = conversations.create("t")

        def say(number: int) -> None:
            conversations.append(conversation, message(number))
            kept.append(message(number))

        full = error_of(say)
        assert "disk is full" in full.user_message
        assert full.hint
        fill(audit, 1)
        (disk / "filler").write_bytes(b"x" * _free(disk))
        recorded: list[int] = []

        def record(number: int) -> None:
            fill(audit, 1)
            recorded.append(number)

        assert "audit.jsonl could not be written: No space left" in error_of(record).user_message
        database.close()
        (disk / "filler").unlink()
        require_whole(disk / "agent.sqlite", conversation, kept)
        fill(audit, 1)
        report = audit.verify()
        assert report.problem == ""
        whole = 2 + 2 * len(recorded) + 2
        assert whole <= report.records <= whole + 2, "at most an intent without its outcome, and one torn record"


def test_a_flush_of_the_audit_log_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    fill(audit, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _failing)
        with pytest.raises(StoreError, match="could not be written: Input/output error"):
            audit.intent("run", ACTION, VERDICT, None)
    fill(audit, 1)
    report = audit.verify()
    assert report.problem == ""
    assert len(report.unknown) == 1, "it was written, but not flushed: nobody knows whether it is on the disk"


def _failing(_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _free(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize
