"""Processes that write to the store and the audit log until they are killed, and what they had acknowledged by then.

A program of its own, `python -m tests.bench.store_victims FOLDER ROUNDS SEED`: it forks the writers, which is quick,
and so has one thread and no open connection. It prints a JSON object for each round.
"""

import contextlib
import hashlib
import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image as pillow  # noqa: F401 # loaded once, before any writer is forked

from desktop_agent.core.actions import Action, ActionKind, Click, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.chat import Message, Picture, Text
from desktop_agent.core.geometry import Point
from desktop_agent.core.images import Image
from desktop_agent.safety.anchor import Anchor
from desktop_agent.safety.audit import Audit
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from desktop_agent.store.runs import Runs

LONGEST_LIFE = 0.08
"""Seconds after its first acknowledged write at which a writer is killed from outside, at the latest."""
SWEEP = 260
"""A writer that kills itself does so at the first, second, … of so many events of its writing."""
ROUNDS_A_FOLDER = 40
VERDICT = Verdict(Ruling.ASK, "It asks.", "acting")
ACTION = Action(ActionKind.LEFT_CLICK, "Click", (Click(Point(3, 4)),), "shot")
Acknowledge = Callable[..., None]


class FileVault:
    """A keyring of files, which outlives a killed process. Replacing a value is one step, as in a real one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> str | None:
        path = self._path(name)
        return path.read_text() if path.exists() else None

    def store(self, name: str, value: str) -> None:
        fresh = self._path(name).with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(descriptor, value.encode())
        os.close(descriptor)
        fresh.replace(self._path(name))

    def _path(self, name: str) -> Path:
        return self._folder / f"keyring-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def opened_audit(folder: Path) -> Audit:
    """The audit log in `folder`, whose head and key are kept there too."""
    path = folder / "audit.jsonl"
    return Audit(path, Anchor(path, FileVault(folder), patience=60))


def chat(folder: Path, acknowledge: Acknowledge, tick: Callable[[], None]) -> None:
    """A tray: messages with pictures, one after the other."""
    database = _opened(folder, tick)
    conversations = Conversations(database)
    conversation = conversations.create("talk")
    acknowledge("conversation", conversation)
    for number in range(1_000_000):
        picture = Picture("img1", Image(16, 12, os.urandom(16 * 12 * 4)))
        conversations.append(conversation, Message("user", (picture, Text(str(number)))))
        acknowledge("message", conversation, number, picture.image.digest)


def act(folder: Path, acknowledge: Acknowledge, tick: Callable[[], None]) -> None:
    """A command line: runs with their steps, and the audit log."""
    database = _opened(folder, tick)
    runs, conversations, audit = Runs(database), Conversations(database), opened_audit(folder)
    conversation = conversations.create("work")
    for _ in range(1_000_000):
        run = runs.start(conversation, "click", None, "instant")
        acknowledge("run", run)
        intent = audit.intent(run, ACTION, VERDICT, None)
        acknowledge("intent", intent)
        result = StepResult(ACTION, Outcome.CONFIRMED, "Done.", VERDICT)
        audit.outcome(intent, result)
        acknowledge("outcome", intent)
        runs.step(run, 1, result)
        acknowledge("step", run)
        runs.end(run, "done", "Done.")
        acknowledge("end", run)


def _opened(folder: Path, tick: Callable[[], None]) -> Database:
    database = Database(folder / "agent.sqlite")
    database._connection.set_trace_callback(lambda _: tick())
    database._connection.set_progress_handler(lambda: tick() or 0, 60)
    return database


def _suicide(after: int) -> Callable[[], None]:
    """A function that ends the process, as hard as can be, when it is called for the `after`-th time; 0: never."""
    left = after

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return tick


def _ticking_system_calls(tick: Callable[[], None]) -> None:
    """Writing and flushing of the audit log tick before and after."""
    for name in ("write", "fsync"):
        real = getattr(os, name)

        def ticking(*arguments: object, real: Callable[..., object] = real) -> object:
            tick()
            result = real(*arguments)
            tick()
            return result

        setattr(os, name, ticking)


@dataclass
class Writer:
    """A forked writer; `after` as in `_suicide`."""

    work: Callable[[Path, Acknowledge, Callable[[], None]], None]
    folder: Path
    after: int
    pid: int = 0
    reader: int = 0
    written: list[list[object]] = field(default_factory=list)

    def start(self) -> None:
        self.reader, out = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(out)
            return
        status = 1
        try:
            plain = os.write
            tick = _suicide(self.after)
            _ticking_system_calls(tick)
            self.work(self.folder, lambda *what: plain(out, json.dumps(what).encode() + b"\n"), tick)
        finally:
            os._exit(status)

    def kill(self) -> None:
        """End it from outside, and read what it had acknowledged."""
        os.kill(self.pid, signal.SIGKILL)
        self.collect()

    def collect(self) -> None:
        """Wait for its end.

        Raises:
            AssertionError: it was not killed but gave up.
        """
        data = b"".join(iter(lambda: os.read(self.reader, 65536), b""))
        os.close(self.reader)
        _, status = os.waitpid(self.pid, 0)
        assert os.WIFSIGNALED(status), f"a writer gave up: {status}"
        self.written = [json.loads(line) for line in data.splitlines(keepends=True) if line.endswith(b"\n")]

    def has_begun(self) -> bool:
        return bool(select.select([self.reader], [], [], 10)[0])


def problems(folder: Path, written: list[list[object]]) -> Iterator[str]:
    """What of the acknowledged is missing, and what is damaged or told wrongly."""
    with contextlib.closing(sqlite3.connect(folder / "agent.sqlite")) as plain:
        (said,) = plain.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        yield f"corrupt: {said}"
    with contextlib.closing(Database(folder / "agent.sqlite")) as database:
        yield from _lost_messages(Conversations(database), written)
        yield from _lost_runs(Runs(database), written)
    yield from _lost_records(opened_audit(folder), written)


def _lost_messages(conversations: Conversations, written: list[list[object]]) -> Iterator[str]:
    for _, conversation in _of(written, "conversation"):
        kept = [(each.text, each.pictures[0].image.digest) for each in conversations.messages(str(conversation))]
        said = [(str(number), digest) for _, name, number, digest in _of(written, "message") if name == conversation]
        if kept[: len(said)] != said:
            yield f"lost: {len(said)} messages were acknowledged, {len(kept)} are there"


def _lost_runs(runs: Runs, written: list[list[object]]) -> Iterator[str]:
    for kind in ("run", "step", "end"):
        for _, name in _of(written, kind):
            record = runs.get(str(name))
            if (kind == "step" and len(record.steps) != 1) or (kind == "end" and record.run.status != "done"):
                yield f"lost: {kind} of {name}"
    for summary in runs.list(3):
        if summary.ended_at is None and summary.status != "unknown":
            yield f"dishonest: run {summary.id} of a killed process reads {summary.status}"


def _lost_records(audit: Audit, written: list[list[object]]) -> Iterator[str]:
    report = audit.verify()
    if not report.ok:
        yield f"corrupt: {report.problem}"
    if report.unsealed:
        yield f"dishonest: lines {report.unsealed} carry no seal"
    log = audit.path.read_text() if audit.path.exists() else ""
    for kind in ("intent", "outcome"):
        for _, name in _of(written, kind):
            if f'"id":"{name}","kind":"{kind}"' not in log:
                yield f"lost: {kind} {name}"


def _of(written: list[list[object]], kind: str) -> list[list[object]]:
    return [each for each in written if each[0] == kind]


def killed(folder: Path, number: int, chance: random.Random) -> tuple[Writer, Writer]:
    """Two writers at once, both of which get killed: in even rounds from outside, else at one of their writes."""
    after = number // 2 % SWEEP + 1 if number % 2 else 0
    pair = Writer(chat, folder, after), Writer(act, folder, after)
    for each in pair:
        each.start()
    if after:
        for each in pair:
            each.collect()
        return pair
    first, second = chance.sample(pair, 2)
    first.has_begun()
    time.sleep(chance.uniform(0, LONGEST_LIFE))
    first.kill()
    time.sleep(chance.choice((0, chance.uniform(0, LONGEST_LIFE))))
    second.kill()
    return pair


def main() -> None:
    top, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    for number in range(rounds):
        folder = top / str(number // ROUNDS_A_FOLDER)
        folder.mkdir(exist_ok=True)
        pair = killed(folder, number, chance)
        written = [line for each in pair for line in each.written]
        found = list(problems(folder, written))
        print(json.dumps({"kills": 2, "acknowledged": len(written), "problems": found}), flush=True)


if __name__ == "__main__":
    main()
