"""The one SQLite file: opening it, its version, transactions, and errors a person can act on."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from desktop_agent.core import paths
from desktop_agent.core.errors import StoreError
from desktop_agent.store.schema import MIGRATIONS

BUSY_SECONDS = 10.0
"""How long a write waits for another process that is writing."""


def default_path() -> Path:
    """Where the store lies."""
    return paths.data() / "agent.sqlite"


class Database:
    """The store's file. Safe to use from several threads, and from several processes at once.

    What a `write` block wrote is on disk when the block ends. The journal is TRUNCATE and not WAL, because SQLite up
    to 3.51.2 can lose data when several connections reset a WAL, and the tray and the command line are two writers.

    Args:
        path: made where it does not exist, readable by this user only.

    Raises:
        StoreError: it can't be opened, or a newer version of the program wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._explained():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            self._configure()
            self._migrate()
        except StoreError:
            self._connection.close()
            raise

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection whose queries all see the same state.

        Raises:
            StoreError: the file could not be read.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection that holds the write lock: all of the block is stored, or, when it raises, nothing.

        Raises:
            StoreError: it could not be stored.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the file. Harmless when it is closed already."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            self._connection.execute(begin)
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:  # SQLite itself rolls back after some errors.
                    self._connection.execute("ROLLBACK")

    def _configure(self) -> None:
        with self._explained():
            self._connection.execute("PRAGMA journal_mode = TRUNCATE")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA trusted_schema = OFF")

    def _migrate(self) -> None:
        with self.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)"
            )
            (version,) = connection.execute("SELECT coalesce(max(version), 0) FROM migrations").fetchone()
            if version > len(MIGRATIONS):
                raise StoreError(
                    f"A newer version of Desktop Agent wrote {self.path}.",
                    "Update Desktop Agent, or set DESKTOP_AGENT_HOME to another folder.",
                    f"version {version}, known {len(MIGRATIONS)}",
                )
            for number, statements in enumerate(MIGRATIONS[version:], version + 1):
                for statement in statements:
                    connection.execute(statement)
                connection.execute("INSERT INTO migrations VALUES (?, ?)", (number, time.time()))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite and the system report into words for the person."""
        try:
            yield
        except sqlite3.Error as error:
            raise _explanation(self.path, error) from error
        except OSError as error:
            raise StoreError(
                f"The store {self.path} could not be opened: {error.strerror}.",
                "Make the folder writable, or set DESKTOP_AGENT_HOME to another folder.",
                str(error),
            ) from error


def _explanation(path: Path, error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    details = f"{getattr(error, 'sqlite_errorname', type(error).__name__)}: {error}"
    primary = None if code is None else code & 0xFF  # The rest of the bits only say more of the same.
    match primary:
        case sqlite3.SQLITE_FULL:
            message, hint = f"The disk is full: {path} could not be written.", "Free some space and try again."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            message = f"The store {path} could not be opened for writing."
            hint = "Make the file and its folder writable, or set DESKTOP_AGENT_HOME to another folder."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            message = f"The store {path} is damaged."
            hint = (
                "Nothing was deleted. Keep a copy of the file, then move it away and start again with an empty store; "
                f"`sqlite3 '{path}' .recover` may save what is in it."
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            message = f"Another process kept the store {path} locked for {BUSY_SECONDS:.0f} seconds."
            hint = "Close other copies of Desktop Agent and try again."
        case sqlite3.SQLITE_IOERR:
            message = f"The disk failed while {path} was read or written."
            hint = "Check the disk and its free space, then try again."
        case _:
            message, hint = f"The store {path} could not be used: {error}.", "Start Desktop Agent again."
    return StoreError(message, hint, details)
