"""What somebody who can write the audit log's file, and knows its format but not its key, does to records and
seals. All hashes fit, unless it says otherwise."""

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from desktop_agent.safety import chain
from desktop_agent.safety.anchor import Key

Record = dict[str, Any]
Edit = Callable[[list[bytes]], "list[bytes] | None"]
"""Makes other lines of the log's lines; None takes the file away."""
OWN_KEY = Key(b"the forger's own key")


def parsed(lines: Sequence[bytes]) -> list[Record]:
    return [json.loads(line) for line in lines]


def rechained(records: Sequence[Record], last: str = chain.FIRST) -> list[bytes]:
    """The records with hashes that fit behind the one with the hash `last`."""
    lines = []
    for record in records:
        whole = {**record, "previous": last}
        last = whole["hash"] = chain.hash_of(whole)
        lines.append(chain.canonical(whole) + b"\n")
    return lines


def changes(record: Record) -> Iterator[Record]:
    """The record with each of its values changed, one at a time."""
    for key, value in record.items():
        changed = copy.deepcopy(record)
        if isinstance(value, dict):
            for inner in changes(value):
                yield {**copy.deepcopy(record), key: inner}
            continue
        changed[key] = f"{value}x" if isinstance(value, str) else [value] if value else 1
        yield changed


def in_a_whole_log(lines: Sequence[bytes]) -> dict[str, Edit]:
    """Records added at the end, seals taken away or exchanged, where the head is that of the last record."""
    edits: dict[str, Edit] = {}

    def add(name: str, record: Record) -> None:
        edits[f"add {name}"] = lambda lines: [*lines, *_behind(lines, [record])]

    def change(name: str, edit: Callable[..., list[Record]], *places: int) -> None:
        edits[f"{name} {places}"] = lambda lines: rechained(edit(parsed(lines), *places))

    records = parsed(lines)
    unsealed = _without_seal(_another(records[-2]))
    foreign = {**unsealed, "run": "foreign", "previous": records[-1]["hash"]}
    edits["add a record that does not follow"] = lambda lines: [*lines, *rechained([foreign])]
    add("a record of a run that is sealed", unsealed)
    add("a record sealed with another key", {**foreign, "seal": chain.seal_of(foreign, OWN_KEY.seal)})
    for name, seal in _seals(records[-1]).items():
        add(f"a record with {name}", {**foreign, "seal": seal})
    for at, record in enumerate(records):
        add(f"line {at} once more", _another(record) if record["kind"] == "intent" else record)
        change("strip the seal of", _stripped, at)
        edits[f"strip the seal of {at}, no hash fits"] = partial(
            _put, at=at, line=chain.canonical(_without_seal(record)) + b"\n"
        )
    change("strip all seals", lambda records: [_without_seal(each) for each in records])
    for one, other in itertools.combinations(range(len(lines)), 2):
        change("exchange the seals of", _exchanged, one, other)
    return edits


def in_a_crashed_log(lines: Sequence[bytes], known: int) -> dict[str, Edit]:
    """The same behind the first `known` lines, the only ones of which the keyring knows, and other edits of the rest,
    which ends with an open intent: only the seals can give them away."""
    edits: dict[str, Edit] = {}

    def change(name: str, edit: Callable[..., list[Record]], *places: int) -> None:
        edits[f"late: {name} {places}"] = lambda lines: [
            *lines[:known],
            *rechained(edit(parsed(lines[known:]), *places), _hash(lines[known - 1])),
        ]

    late = parsed(lines[known:])
    for at, record in enumerate(late):
        change("strip the seal of", _stripped, at)
        for number, changed in enumerate(changes(record)):
            if all(changed[key] == record[key] for key in ("hash", "previous")):
                change(f"change value {number} of", partial(_put, line=changed), at)
        if at < len(late) - 1:  # Cutting off is another matter.
            change("remove", lambda late, at: [*late[:at], *late[at + 1 :]], at)
    for one, other in itertools.combinations(range(len(late)), 2):
        change("exchange the seals of", _exchanged, one, other)
        change("swap", _swapped, one, other)
    outcome = {"kind": "outcome", "id": late[-1]["id"], "outcome": "refused", "message": "", "at": late[-1]["at"]}
    added = {"say without a seal how the open intent ended": outcome}
    added["add a foreign action to the run"] = _without_seal(_another(late[0]))
    for name, seal in _seals(late[-1]).items():
        added[f"say with {name} how the open intent ended"] = {**outcome, "seal": seal}
    for name, record in added.items():
        edits[f"late: {name}"] = lambda lines, record=record: [*lines, *_behind(lines, [record])]  # type: ignore[misc]
    return edits


def whole_runs(lines: Sequence[bytes], known: int) -> dict[str, Edit]:
    """What looks like written while there was no keyring: whole runs without a seal. Nothing could tell them apart, so
    they are named, and not called forged."""
    last, late = _hash(lines[known - 1]), parsed(lines[known:])
    intent = {**_without_seal(_another(late[0])), "run": "foreign"}
    outcome = {**_without_seal(late[1]), "id": intent["id"]}
    torn = {"kind": "torn", "sha256": "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78", "at": 1.0}
    return {
        "add an intent of a run of its own": lambda lines: [*lines, *_behind(lines, [intent])],
        "add a whole run": lambda lines: [*lines, *_behind(lines, [intent, outcome])],
        "add what looks cut off by a crash": lambda lines: [*lines, b"ABC\n", *_behind(lines, [torn])],
        "strip all seals of the late run": lambda lines: [
            *lines[:known],
            *rechained([_without_seal(each) for each in late], last),
        ],
        "put another run in the place of the late one": lambda lines: [
            *lines[:known],
            *rechained([intent, outcome], last),
        ],
    }


def _seals(last: Record) -> dict[str, object]:
    """Seals of every kind that no key made."""
    return {
        "a seal of chance": "5f" * 32,
        "the seal of the last line": last["seal"],
        "the first half of a seal": last["seal"][:32],
        "an empty seal": "",
        "null for a seal": None,
        "a number for a seal": 7,
        "a list for a seal": [last["seal"]],
        "true for a seal": True,
    }


def _another(record: Record) -> Record:
    return {**copy.deepcopy(record), "id": "fedcba9876543210"}


def _without_seal(record: Record) -> Record:
    return {key: value for key, value in record.items() if key != "seal"}


def _put(lines: list[Any], at: int, line: object) -> list[Any]:
    return [*lines[:at], line, *lines[at + 1 :]]


def _stripped(records: list[Record], at: int) -> list[Record]:
    return _put(records, at, _without_seal(records[at]))


def _exchanged(records: list[Record], one: int, other: int) -> list[Record]:
    records[one]["seal"], records[other]["seal"] = records[other]["seal"], records[one]["seal"]
    return records


def _swapped(records: list[Record], one: int, other: int) -> list[Record]:
    records[one], records[other] = records[other], records[one]
    return records


def _behind(lines: Sequence[bytes], records: Sequence[Record]) -> list[bytes]:
    return rechained(records, _hash(lines[-1]))


def _hash(line: bytes) -> str:
    return str(json.loads(line)["hash"])
