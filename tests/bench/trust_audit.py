"""Edits of the audit log, of every kind that somebody who can write the file could make: each must be found."""

import copy
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core.actions import Action, ActionKind, Click, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.geometry import Point
from desktop_agent.safety import chain
from desktop_agent.safety.anchor import Anchor
from desktop_agent.safety.audit import Audit
from tests.bench.figures import Figure

ACTIONS = 6
VERDICT = Verdict(Ruling.ASK, "It asks.", "acting")
Record = dict[str, Any]
Edit = Callable[[list[bytes]], "list[bytes] | None"]
"""Makes other lines of the log's lines; None takes the file away."""


class MemoryVault:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def store(self, name: str, value: str) -> None:
        self.kept[name] = value


def fill(audit: Audit, actions: int = ACTIONS) -> None:
    """Record some actions and how they ended."""
    for number in range(actions):
        action = Action(ActionKind.LEFT_CLICK, f"Click {number}", (Click(Point(number, 4)),), f"shot{number}")
        audit.outcome(
            audit.intent(f"run{number // 2}", action, VERDICT, None),
            StepResult(action, Outcome.CONFIRMED, f"Done: {number}.", VERDICT),
        )


def rechained(records: Sequence[Record]) -> list[bytes]:
    """The records with hashes that fit, as somebody who knows the format would write them."""
    lines, last = [], chain.FIRST
    for record in records:
        whole = {**record, "previous": last}
        last = whole["hash"] = chain.hash_of(whole)
        lines.append(json.dumps(whole).encode() + b"\n")
    return lines


def _parsed(lines: Sequence[bytes]) -> list[Record]:
    return [json.loads(line) for line in lines]


def _changes(record: Record) -> Iterator[Record]:
    """The record with each of its values changed, one at a time."""
    for key, value in record.items():
        changed = copy.deepcopy(record)
        if isinstance(value, dict):
            for inner in _changes(value):
                yield {**copy.deepcopy(record), key: inner}
            continue
        changed[key] = f"{value}x" if isinstance(value, str) else [value] if value else 1
        yield changed


def detectable() -> dict[str, Edit]:
    """Edits that the chain alone gives away."""
    edits: dict[str, Edit] = {}

    def edit(name: str, change: Edit) -> None:
        edits[name] = change

    for at in range(2 * ACTIONS):
        if at < 2 * ACTIONS - 1:  # the last one is truncation
            edit(f"remove line {at}", lambda lines, at=at: lines[:at] + lines[at + 1 :])  # type: ignore[misc]
        edit(f"repeat line {at}", lambda lines, at=at: [*lines[: at + 1], *lines[at:]])  # type: ignore[misc]
    for one, other in itertools.combinations(range(2 * ACTIONS), 2):
        edit(f"swap {one} and {other}", lambda lines, one=one, other=other: _swapped(lines, one, other))  # type: ignore[misc]
    edit("reverse", lambda lines: lines[::-1])
    edit("remove the first half", lambda lines: lines[len(lines) // 2 :])
    edit("insert a forged record", lambda lines: [*lines[:3], rechained([_parsed(lines)[0]])[0], *lines[3:]])
    edit("insert junk", lambda lines: [*lines[:3], b"{}\n", *lines[3:]])
    edit("empty line", lambda lines: [*lines[:3], b"\n", *lines[3:]])
    edit("cut a line in the middle", lambda lines: [*lines[:3], lines[3][:40] + b"\n", *lines[4:]])
    edit("a forged torn record", lambda lines: [*lines[:3], b'{"kind":"torn"}\n', *lines[3:]])
    return edits


def field_edits(lines: Sequence[bytes]) -> dict[str, Edit]:
    """Each value of an intent and an outcome changed, without and with a hash of its own that fits."""
    edits: dict[str, Edit] = {}
    for at in (2, 3):
        for number, changed in enumerate(_changes(_parsed(lines)[at])):
            plain = json.dumps(changed).encode() + b"\n"
            edits[f"change value {number} of line {at}"] = (
                lambda all_, at=at, plain=plain: [  # type: ignore[misc]
                    *all_[:at],
                    plain,
                    *all_[at + 1 :],
                ]
            )
            sealed = json.dumps({**changed, "hash": chain.hash_of(changed)}).encode() + b"\n"
            if "hash" in changed and changed["hash"] == _parsed(lines)[at]["hash"]:
                edits[f"change and rehash value {number} of line {at}"] = (  # type: ignore[misc]
                    lambda all_, at=at, sealed=sealed: [*all_[:at], sealed, *all_[at + 1 :]]
                )
    return edits


def only_anchored() -> dict[str, Edit]:
    """Edits that leave a chain that fits: only the head in the keyring gives them away."""
    edits: dict[str, Edit] = {"remove the file": lambda lines: None, "empty the file": lambda lines: []}
    for kept in range(1, 2 * ACTIONS):
        edits[f"cut off after {kept}"] = lambda lines, kept=kept: lines[:kept]  # type: ignore[misc]
        edits[f"cut off within line {kept}"] = (
            lambda lines, kept=kept: [  # type: ignore[misc]
                *lines[:kept],
                lines[kept][:30],
            ]
        )
    edits["write all anew with another run"] = lambda lines: rechained(
        [{**each, "run": "another"} if "run" in each else each for each in _parsed(lines)]
    )
    edits["write all anew without one action"] = lambda lines: rechained(_parsed(lines)[2:])
    edits["write all anew in another order"] = lambda lines: rechained(_parsed([*lines[2:4], *lines[:2], *lines[4:]]))
    edits["write the end anew"] = lambda lines: [
        *lines[:-1],
        *rechained([*_parsed(lines[:-1]), {**_parsed(lines)[-1], "outcome": "refused"}])[-1:],
    ]
    return edits


def _swapped(lines: list[bytes], one: int, other: int) -> list[bytes]:
    swapped = lines[:]
    swapped[one], swapped[other] = lines[other], lines[one]
    return swapped


class Log:
    """A log that was filled once, and can be had afresh for each edit.

    Args:
        folder: where it lies.
        anchored: whether its head is kept.
    """

    def __init__(self, folder: Path, anchored: bool) -> None:
        self._path = folder / "audit.jsonl"
        self._vault = MemoryVault() if anchored else None
        fill(self._opened())
        if not self._opened().verify().ok:
            raise AssertionError(f"the log that nobody touched is called broken: {self._opened().verify()}")
        self.lines = self._path.read_bytes().splitlines(keepends=True)
        self._kept = dict(self._vault.kept) if self._vault else {}

    def finds(self, edit: Edit, go_on: bool = False) -> bool:
        """Whether the edit is found; with `go_on`, after the program has written on."""
        if self._vault is not None:
            self._vault.kept = dict(self._kept)
        lines = edit(self.lines[:])
        self._path.unlink(missing_ok=True)
        if lines is not None:
            self._path.write_bytes(b"".join(lines))
        audit = self._opened()
        if go_on:
            fill(audit, 1)
        return not audit.verify().ok

    def _opened(self) -> Audit:
        return Audit(self._path, Anchor(self._path, self._vault) if self._vault is not None else None)


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """All edits, at any scale: they are quick."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        log = Log(Path(name), anchored=True)
        edits = {**detectable(), **field_edits(log.lines), **only_anchored()}
        for go_on in (False, True):
            report(f"{len(edits)} edits{', writing on afterwards' if go_on else ''}")
            missed += [each for each in edits if not log.finds(edits[each], go_on)]
    for each in missed:
        report(f"not found: {each}")
    return [
        Figure("edits of the audit log tried", 2 * len(edits), 100, "edits", at_least=True),
        Figure("edits of the audit log not found", len(missed), 0, "edits"),
    ]
