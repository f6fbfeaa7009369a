"""Edits of the audit log, of every kind that somebody who can write the file, and hasn't the keyring, could make: each
must be found."""

import itertools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_agent.core.actions import Action, ActionKind, Click, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.geometry import Point
from desktop_agent.safety.anchor import Anchor
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.audit_check import AuditReport
from desktop_agent.safety.chain import canonical, hash_of
from tests.bench import audit_forgeries
from tests.bench.audit_forgeries import Edit, changes, parsed, rechained
from tests.bench.figures import Figure

ACTIONS = 6
VERDICT = Verdict(Ruling.ASK, "It asks.", "acting")


class MemoryVault:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def store(self, name: str, value: str) -> None:
        self.kept[name] = value
        if not value:
            del self.kept[name]


def fill(audit: Audit, actions: int = ACTIONS, first: int = 0) -> None:
    """Record some actions, two a run, and how they ended."""
    for number in range(first, first + actions):
        audit.outcome(begin(audit, number), StepResult(_click(number), Outcome.CONFIRMED, f"Done: {number}.", VERDICT))


def begin(audit: Audit, number: int) -> str:
    """Record that an action begins."""
    return audit.intent(f"run{number // 2}", _click(number), VERDICT, None)


def _click(number: int) -> Action:
    return Action(ActionKind.LEFT_CLICK, f"Click {number}", (Click(Point(number, 4)),), f"shot{number}")


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
    edit("insert a forged record", lambda lines: [*lines[:3], rechained([parsed(lines)[0]])[0], *lines[3:]])
    edit("insert junk", lambda lines: [*lines[:3], b"{}\n", *lines[3:]])
    edit("empty line", lambda lines: [*lines[:3], b"\n", *lines[3:]])
    edit("cut a line in the middle", lambda lines: [*lines[:3], lines[3][:40] + b"\n", *lines[4:]])
    edit("a forged torn record", lambda lines: [*lines[:3], b'{"kind":"torn"}\n', *lines[3:]])
    return edits


def field_edits(lines: Sequence[bytes]) -> dict[str, Edit]:
    """Each value of an intent and an outcome changed, without and with a hash of its own that fits; and lines that only
    read otherwise."""
    edits: dict[str, Edit] = {}

    def edit(name: str, at: int, line: bytes) -> None:
        edits[f"{name} of line {at}"] = lambda lines: [*lines[:at], line, *lines[at + 1 :]]

    for at in (2, 3):
        whole = parsed(lines)[at]
        for number, changed in enumerate(changes(whole)):
            edit(f"change value {number}", at, canonical(changed) + b"\n")
            if changed["hash"] == whole["hash"]:
                rehashed = {**changed, "hash": hash_of(changed)}
                edit(f"change and rehash value {number}", at, canonical(rehashed) + b"\n")
        edit("say the kind twice", at, b'{"kind":"other",' + lines[at][1:])
        edit("add blanks to the end", at, lines[at][:-1] + b" \n")
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
        [{**each, "run": "another"} if "run" in each else each for each in parsed(lines)]
    )
    edits["write all anew without one action"] = lambda lines: rechained(parsed(lines)[2:])
    edits["write all anew in another order"] = lambda lines: rechained(parsed([*lines[2:4], *lines[:2], *lines[4:]]))
    edits["write the end anew"] = lambda lines: [
        *lines[:-1],
        *rechained([*parsed(lines[:-1]), {**parsed(lines)[-1], "outcome": "refused"}])[-1:],
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
        anchored: whether the keyring is there.
        crashed: whether it was killed, with a run of more records than it had told the keyring, and an open intent.
    """

    def __init__(self, folder: Path, anchored: bool, crashed: bool = False) -> None:
        self._path = folder / "audit.jsonl"
        self._vault = MemoryVault() if anchored else None
        fill(self._opened())
        self._kept = dict(self._vault.kept) if self._vault else {}
        if crashed:
            fill(self._opened(), 2, ACTIONS)
            begin(self._opened(), ACTIONS)
        self.lines = self._path.read_bytes().splitlines(keepends=True)
        untouched = self.checked(lambda lines: lines)
        if not untouched.ok or untouched.unsealed:
            raise AssertionError(f"the log that nobody touched is called broken: {untouched}")

    def checked(self, edit: Edit, go_on: bool = False) -> AuditReport:
        """What is said after the edit; with `go_on`, after the program has written on."""
        if self._vault is not None:
            self._vault.kept = dict(self._kept)
        lines = edit(self.lines[:])
        self._path.unlink(missing_ok=True)
        if lines is not None:
            self._path.write_bytes(b"".join(lines))
        audit = self._opened()
        if go_on:
            fill(audit, 1, 2 * ACTIONS)
        return audit.verify()

    def finds(self, edit: Edit, go_on: bool = False) -> bool:
        return not self.checked(edit, go_on).ok

    def names(self, edit: Edit, go_on: bool = False) -> bool:
        """Whether what was added without a seal, at the end, is named line by line."""
        added = edit(self.lines[:])
        assert added is not None
        foreign = [number for number, line in enumerate(added, 1) if line.endswith(b"}\n") and b'"seal"' not in line]
        report = self.checked(edit, go_on)
        return bool(foreign) and (report.ok, report.unsealed) == (True, tuple(foreign))

    def _opened(self) -> Audit:
        return Audit(self._path, Anchor(self._path, self._vault) if self._vault is not None else None)


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """All edits, at any scale: they are quick."""
    missed: list[str] = []
    forged: list[str] = []
    unnamed: list[str] = []
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        log, crashed = Log(Path(one), anchored=True), Log(Path(other), anchored=True, crashed=True)
        edits = {**detectable(), **field_edits(log.lines), **only_anchored()}
        sealed = audit_forgeries.in_a_whole_log(log.lines)
        late = audit_forgeries.in_a_crashed_log(crashed.lines, 2 * ACTIONS)
        runs = audit_forgeries.whole_runs(crashed.lines, 2 * ACTIONS)
        for go_on in (False, True):
            report(f"{len(edits) + len(sealed) + len(late) + len(runs)} edits{', writing on' if go_on else ''}")
            missed += [each for each in edits if not log.finds(edits[each], go_on)]
            forged += [each for each in sealed if not log.finds(sealed[each], go_on)]
            forged += [each for each in late if not crashed.finds(late[each], go_on)]
            unnamed += [each for each in runs if not crashed.names(runs[each], go_on)]
    for each in [*missed, *forged, *unnamed]:
        report(f"not found: {each}")
    return [
        Figure("edits of the audit log tried", 2 * len(edits), 100, "edits", at_least=True),
        Figure("edits of the audit log not found", len(missed), 0, "edits"),
        Figure(
            "forged, stripped and exchanged seals tried", 2 * (len(sealed) + len(late)), 100, "edits", at_least=True
        ),
        Figure("of them not found", len(forged), 0, "edits"),
        Figure("whole runs forged without a seal", 2 * len(runs), 6, "edits", at_least=True),
        Figure("of them not named line by line", len(unnamed), 0, "edits"),
    ]
