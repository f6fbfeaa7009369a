"""`desktop-agent audit`: what it says of a log that is whole, of one that is not, and without a keyring."""

import json

import pytest

from desktop_agent.cli import main as command_line
from desktop_agent.safety import audit
from desktop_agent.safety.audit import Audit, default_path
from tests.bench.audit_forgeries import in_a_whole_log
from tests.bench.trust_audit import MemoryVault, fill


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = command_line.main(["audit", *words])
    return code, capsys.readouterr().out


def test_a_whole_log_is_said_to_be_whole_and_what_a_missing_keyring_means(capsys: pytest.CaptureFixture[str]) -> None:
    fill(Audit(default_path()), 2)
    code, said = ask(capsys, "verify")
    assert code == 0
    assert "4 records." in said
    assert "Whole" in said
    assert "can't be excluded" in said


def test_a_changed_log_is_told_and_can_be_put_aside(capsys: pytest.CaptureFixture[str]) -> None:
    path = default_path()
    fill(Audit(path), 2)
    path.write_bytes(path.read_bytes().replace(b"Click 1", b"Click 7"))
    code, said = ask(capsys, "verify", "--json")
    result = json.loads(said.splitlines()[-1])
    assert code == 1
    assert (result["ok"], result["problem"]) == (False, "Line 3 was changed.")
    assert ask(capsys, "verify")[0] == 1


def test_what_is_unknown_is_listed_with_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    path = default_path()
    fill(Audit(path), 1)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    code, said = ask(capsys, "verify")
    assert code == 0
    assert "never repeated" in said
    assert "run run0  Click 0" in said


def test_a_forged_record_is_told_and_what_nobody_vouches_for_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, path = MemoryVault(), default_path()
    monkeypatch.setattr(audit, "keyring_vault", vault)
    fill(audit.opened(), 1)
    for first in (2, 4):  # Without the keyring, with it, without it.
        fill(Audit(path), 1, first)
        fill(audit.opened(), 1, first + 4)
    code, said = ask(capsys, "verify")
    assert code == 0
    assert "Whole" not in said
    assert "4 records carry no seal (lines 3–4, 7–8)" in said
    result = json.loads(ask(capsys, "verify", "--json")[1].splitlines()[-1])
    assert (result["ok"], result["unsealed"]) == (True, [3, 4, 7, 8])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(in_a_whole_log(lines)["add a record with a seal of chance"](lines)))
    code, said = ask(capsys, "verify")
    assert code == 1
    assert "NOT WHOLE: Line 11 is forged" in said
