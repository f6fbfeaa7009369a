"""What `doctor` says about the limits of the model's process."""

import subprocess

import pytest

from desktop_agent.cli import doctor_limits
from desktop_agent.model import worker_trial
from desktop_agent.model.worker_trial import Trial


def checked(monkeypatch: pytest.MonkeyPatch, found: Trial) -> tuple[str, str, str]:
    monkeypatch.setattr(worker_trial, "trial", lambda: found)
    check = doctor_limits.check()
    return check.status, check.message, check.hint


def test_everything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    status, message, _ = checked(monkeypatch, Trial(("open connections", "write files"), (), ""))
    assert (status, message.partition(";")[0]) == ("ok", "A model's process can't open connections, write files")


def test_a_part_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Trial(("open connections",), ("read your files",), "files: this kernel has no Landlock.")
    status, message, hint = checked(monkeypatch, found)
    assert (status, message) == ("limited", "A model's process can read your files; it can't open connections.")
    assert hint == "files: this kernel has no Landlock. Use only models that you trust."


def test_it_could_not_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Trial:
        raise subprocess.TimeoutExpired("python", 20)

    monkeypatch.setattr(worker_trial, "trial", fail)
    check = doctor_limits.check()
    assert check.status == "limited"
    assert "could not be tried out" in check.message
