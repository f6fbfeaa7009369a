"""Runs in the store."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Click,
    Decision,
    Outcome,
    Ruling,
    StepResult,
    Verdict,
)
from desktop_agent.core.chat import Usage
from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.store.database import Database
from desktop_agent.store.images import Images
from desktop_agent.store.records import RunRecord, RunSummary, StoredLook, StoredShot, StoredStep
from desktop_agent.store.runs import Runs

SCOPE = Scope("window", Rect(-5, 0, 640, 480), "Mousepad", 77, 4242)
BEFORE = Screenshot("s1", Rect(-5, 0, 2, 2), "layout", Image(2, 2, bytes(16)), 1.5)
AFTER = Screenshot("s2", Rect(0, 0, 2, 2), "layout", Image(2, 2, b"\xff" * 16), 2.5)
ACTION = Action(ActionKind.LEFT_CLICK, 'Click "Säve \ud83d"', (Click(Point(3, 4)),), "s1", target=Rect(1, 2, 30, 40))
VERDICT = Verdict(Ruling.ASK, "It is the first one here.", "first_in_application", rememberable=True)
RESULT = StepResult(
    ACTION,
    Outcome.CONFIRMED,
    "It is pressed.",
    VERDICT,
    Decision(Answer.APPROVED, remember=True, by="card"),
    "focused",
    BEFORE,
    AFTER,
    settled=False,
    seconds={"ask": 1.5, "input": 0.002},
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "agent.sqlite")


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database)


def test_a_whole_run_comes_back(database: Database, runs: Runs) -> None:
    run = runs.start("conv", "Save \ud83d it", SCOPE, "instant")
    runs.looked(run, "read_text", "12 words")
    runs.step(run, 1, RESULT)
    runs.step(run, 2, StepResult(replace(ACTION, target=None), Outcome.REFUSED, "No.", VERDICT))
    runs.looked(run, "zoom", "img2")
    runs.usage(run, Usage(100, 0, 20, 1.0, 2.0))
    runs.usage(run, Usage(150, 100, 10, 0.5, 1.0))
    runs.end(run, "done", "Saved.")
    database.close()

    reopened = Database(database.path)
    record = Runs(reopened).get(run)
    assert (record.run.id, record.run.conversation, record.run.instruction) == (run, "conv", "Save ? it")
    assert (record.run.planner, record.run.status, record.run.summary) == ("instant", "done", "Saved.")
    assert record.run.ended_at is not None
    assert record.run.started_at <= record.run.ended_at <= time.time()
    assert record.run.steps == 2
    assert record.scope == SCOPE
    first, second = record.steps
    assert first == StoredStep(
        1,
        first.at,
        ActionKind.LEFT_CLICK,
        ACTION.words,
        Outcome.CONFIRMED,
        "It is pressed.",
        "focused",
        VERDICT,
        RESULT.decision,
        Rect(1, 2, 30, 40),
        StoredShot(BEFORE.image.digest, BEFORE.region),
        StoredShot(AFTER.image.digest, AFTER.region),
        False,
        {"ask": 1.5, "input": 0.002},
        (Click(Point(3, 4)),),
    )
    assert (second.decision, second.target, second.before, second.after) == (None, None, None, None)
    assert Images(reopened).get(AFTER.image.digest) == AFTER.image
    assert record.looks == (
        StoredLook(1, record.looks[0].at, "read_text", "12 words"),
        StoredLook(2, record.looks[1].at, "zoom", "img2"),
    )
    assert record.usage == Usage(250, 100, 30, 1.5, 3.0)


def test_the_latest_runs_are_listed_first(runs: Runs) -> None:
    ids = [runs.start("conv", str(number), None, "instant") for number in range(3)]
    listed = runs.list(2)
    assert {each.id for each in listed} == set(ids[1:])
    assert listed[0].started_at >= listed[1].started_at


def test_what_the_person_wrote_in_a_conversation_is_told_oldest_first(runs: Runs) -> None:
    for text in ("first", "second"):
        runs.start("conv", text, None, "instant")
    runs.start("other", "else", None, "instant")
    assert runs.instructions("conv") == ("first", "second")


def test_a_run_goes_on_as_long_as_its_process(runs: Runs) -> None:
    run = runs.start("conv", "", None, "instant")
    assert runs.list(1)[0].status == "running"
    assert runs.get(run).scope is None
    runs.end(run, "stopped", "")
    assert runs.list(1)[0].status == "stopped"


def test_a_run_whose_process_died_has_an_unknown_end(database: Database, runs: Runs) -> None:
    run = runs.start("conv", "", None, "instant")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with database.write() as connection:
        connection.execute("UPDATE runs SET pid = ?", (ended.pid,))
    summary = runs.get(run).run
    assert summary.status == "unknown"
    assert summary.ended_at is None


def test_a_later_process_of_the_same_number_is_another(database: Database, runs: Runs) -> None:
    run = runs.start("conv", "", None, "instant")
    with database.write() as connection:
        connection.execute("UPDATE runs SET pid = ?", (os.getppid(),))
    assert runs.get(run).run.status == "running"
    with database.write() as connection:
        connection.execute("UPDATE runs SET started_at = 1000000000")
    assert runs.get(run).run.status == "unknown"


def test_a_run_ends_once(runs: Runs) -> None:
    run = runs.start("conv", "", None, "instant")
    runs.end(run, "failed", "first")
    with pytest.raises(StoreError):
        runs.end(run, "done", "second")
    assert runs.get(run).run.summary == "first"


def test_steps_of_unknown_runs_and_second_steps_of_a_number_are_refused(runs: Runs) -> None:
    with pytest.raises(StoreError):
        runs.step("none", 1, RESULT)
    run = runs.start("conv", "", None, "instant")
    runs.step(run, 1, RESULT)
    with pytest.raises(StoreError):
        runs.step(run, 1, RESULT)


def test_a_run_is_found_by_the_beginning_of_its_id(database: Database, runs: Runs) -> None:
    first, second = (runs.start("conv", "", None, "instant") for _ in range(2))
    with database.write() as connection:
        connection.execute("UPDATE runs SET id = 'abc1' WHERE id = ?", (first,))
        connection.execute("UPDATE runs SET id = 'abc2' WHERE id = ?", (second,))
    assert runs.find("abc1") == "abc1"
    assert runs.find("ABC2") == "abc2"
    for ambiguous in ("abc", ""):
        with pytest.raises(UsageError, match="More than one"):
            runs.find(ambiguous)
    for unknown in ("abc12", "%", "a_c1", "x\x00", "\ud83d"):
        with pytest.raises(UsageError, match="No run"):
            runs.find(unknown)


def test_an_unknown_run_is_said(runs: Runs) -> None:
    with pytest.raises(StoreError, match="no such run"):
        runs.get("none")


@pytest.mark.parametrize("body", ["{", "{}", '"a"', "null"])
def test_a_damaged_step_is_said(database: Database, runs: Runs, body: str) -> None:
    run = runs.start("conv", "", None, "instant")
    runs.step(run, 1, RESULT)
    with database.write() as connection:
        connection.execute("UPDATE steps SET body = ?", (body,))
    with pytest.raises(StoreError, match="damaged"):
        runs.get(run)


def test_usage_is_kept_whole_and_read_from_other_versions(database: Database, runs: Runs) -> None:
    run = runs.start("conv", "", None, "local:m")
    told = Usage(100, 90, 20, 1.0, 2.0, encoded=1, reuse_told=False)
    runs.usage(run, told)
    bodies = [
        {"prompt": 7, "reused": 5, "generated": 3, "prompt_seconds": 0.5, "generate_seconds": 1.0},  # before `encoded`
        {"prompt": 7, "from_the_future": [1]},
    ]
    with database.write() as connection:
        for number, body in enumerate(bodies, 2):
            connection.execute("INSERT INTO usages VALUES (?, ?, ?)", (run, number, json.dumps(body)))
    assert runs.get(run).usages == (told, Usage(7, 5, 3, 0.5, 1.0), Usage(7))
    assert runs.get(run).usage == Usage(114, 95, 23, 1.5, 3.0, reuse_told=False)


def test_the_sum_of_usages_counts_images_where_all_turns_tell() -> None:
    summary = RunSummary("r", "c", "", "local:m", 0.0, None, "done", "", 0)
    usages = (Usage(1, encoded=2), Usage(1, encoded=0))
    assert RunRecord(summary, None, (), (), usages).usage.encoded == 2
