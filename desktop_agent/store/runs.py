"""Runs: what was asked, each step with its pictures, and how it ended."""

import dataclasses
import json
import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

from desktop_agent.core.actions import StepResult
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.events import RunStatus
from desktop_agent.core.text import encodable
from desktop_agent.store.database import Database
from desktop_agent.store.ids import new_id
from desktop_agent.store.images import Images
from desktop_agent.store.records import (
    RunRecord,
    RunState,
    RunSummary,
    StoredLook,
    scope_body,
    scope_of,
    step_body,
    step_of,
    usage_of,
)

CLOCK_TOLERANCE = 2.0
"""Seconds by which a process may seem younger than the run that it started, when the clock was set in between."""

_SUMMARY = (
    "SELECT id, conversation, instruction, planner, started_at, ended_at, status, summary, "
    "(SELECT count(*) FROM steps WHERE run = runs.id), pid FROM runs"
)

Record = TypeVar("Record")


class Runs:
    """The runs of the store. Every method raises `StoreError` when it could not be done."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._images = Images(database)

    @property
    def images(self) -> Images:
        """The pictures of all runs."""
        return self._images

    def start(self, conversation_id: str, instruction: str, scope: Scope | None, planner: str) -> str:
        """Note that this process begins a run, and return the run's id."""
        run = new_id()
        row = (
            run,
            conversation_id,
            encodable(instruction),
            json.dumps(scope_body(scope)),
            encodable(planner),
            os.getpid(),
            time.time(),
        )
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO runs (id, conversation, instruction, scope, planner, pid, started_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return run

    def step(self, run_id: str, number: int, result: StepResult) -> None:
        """Keep step `number` of the run, with its screenshots."""
        body = json.dumps(step_body(result, self._keep(result.before), self._keep(result.after)))
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?)", (run_id, number, time.time(), result.outcome, body)
            )

    def looked(self, run_id: str, tool: str, summary: str) -> None:
        """Keep the use of a tool that does not act."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO looks SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM looks WHERE run = ?1",
                (run_id, time.time(), encodable(tool), encodable(summary)),
            )

    def usage(self, run_id: str, usage: Usage) -> None:
        """Keep what one turn of the planner cost."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO usages SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM usages WHERE run = ?1",
                (run_id, json.dumps(dataclasses.asdict(usage))),
            )

    def end(self, run_id: str, status: RunStatus, summary: str) -> None:
        """Keep how the run ended. A run ends once: a second end is refused."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE runs SET ended_at = ?, status = ?, summary = ? WHERE id = ? AND status IS NULL",
                (time.time(), status, encodable(summary), run_id),
            ).rowcount
            if not changed:
                raise StoreError("The end of a run could not be kept: it is unknown, or ended already.", "", run_id)

    def list(self, limit: int) -> tuple[RunSummary, ...]:
        """The latest `limit` runs, latest first."""
        with self._database.read() as connection:
            rows = connection.execute(f"{_SUMMARY} ORDER BY started_at DESC, id DESC LIMIT ?", (limit,)).fetchall()
        return tuple(_summary(row) for row in rows)

    def of_planner(self, planner: str, limit: int) -> tuple[RunSummary, ...]:
        """The latest `limit` runs of that planner, latest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"{_SUMMARY} WHERE planner = ? ORDER BY started_at DESC, id DESC LIMIT ?", (encodable(planner), limit)
            ).fetchall()
        return tuple(_summary(row) for row in rows)

    def planners(self, prefix: str, limit: int) -> tuple[str, ...]:
        """The planners whose names begin with `prefix`, the most used first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT planner FROM runs WHERE substr(planner, 1, length(?1)) = ?1 "
                "GROUP BY planner ORDER BY count(*) DESC, max(started_at) DESC LIMIT ?2",
                (prefix, limit),
            ).fetchall()
        return tuple(str(planner) for (planner,) in rows)

    def of_conversation(self, conversation_id: str) -> tuple[RunSummary, ...]:
        """The runs of that conversation, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"{_SUMMARY} WHERE conversation = ? ORDER BY started_at, rowid", (conversation_id,)
            ).fetchall()
        return tuple(_summary(row) for row in rows)

    def instructions(self, conversation_id: str) -> tuple[str, ...]:
        """What the person wrote in that conversation, oldest first: their own words, unlike its messages, in which
        titles of windows and what a planner wrote stand too."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT instruction FROM runs WHERE conversation = ? ORDER BY started_at", (conversation_id,)
            ).fetchall()
        return tuple(str(instruction) for (instruction,) in rows)

    def find(self, prefix: str) -> str:
        """The id of the one run whose id begins with `prefix`.

        Raises:
            UsageError: there is none, or more than one.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2", (encodable(prefix.lower()),)
            ).fetchall()
        if len(rows) == 1 and prefix:
            return str(rows[0][0])
        problem = "More than one run begins" if rows else "No run begins"
        raise UsageError(f'{problem} with "{prefix}".', "Run: desktop-agent runs list")

    def get(self, run_id: str) -> RunRecord:
        """The whole run."""
        with self._database.read() as connection:
            row = connection.execute(f"{_SUMMARY} WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise StoreError("There is no such run in the store.", "Run: desktop-agent runs list", run_id)
            (scope,) = connection.execute("SELECT scope FROM runs WHERE id = ?", (run_id,)).fetchone()
            steps = connection.execute(
                "SELECT number, at, outcome, body FROM steps WHERE run = ? ORDER BY number", (run_id,)
            ).fetchall()
            looks = connection.execute(
                "SELECT number, at, tool, summary FROM looks WHERE run = ? ORDER BY number", (run_id,)
            ).fetchall()
            usages = connection.execute("SELECT body FROM usages WHERE run = ? ORDER BY number", (run_id,)).fetchall()
        return _undamaged(
            run_id,
            lambda: RunRecord(
                _summary(row),
                scope_of(json.loads(scope)),
                tuple(step_of(number, at, outcome, json.loads(body)) for number, at, outcome, body in steps),
                tuple(StoredLook(*look) for look in looks),
                tuple(usage_of(json.loads(body)) for (body,) in usages),
            ),
        )

    def _keep(self, shot: Screenshot | None) -> str | None:
        return None if shot is None else self._images.put(shot.image)


def _undamaged(run_id: str, read: Callable[[], Record]) -> Record:
    try:
        return read()
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            "A stored run is damaged and can't be shown.", "Other runs can still be read.", f"{run_id}: {error!r}"
        ) from error


def _summary(row: Any) -> RunSummary:
    run, conversation, instruction, planner, started_at, ended_at, status, summary, steps, pid = row
    state: RunState = status or ("running" if _alive(pid, started_at) else "unknown")
    return RunSummary(run, conversation, instruction, planner, started_at, ended_at, state, summary, steps)


def _alive(pid: int, since: float) -> bool:
    """Whether the process that had `pid` at `since` (seconds since 1970) still runs; a later one may have its pid."""
    if pid == os.getpid():
        return True
    import psutil

    try:
        process = psutil.Process(pid)
        return bool(process.create_time() <= since + CLOCK_TOLERANCE and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
