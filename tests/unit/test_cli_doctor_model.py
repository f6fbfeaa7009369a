"""What the doctor says about the local model."""

import argparse
import json
from pathlib import Path

import pytest

from desktop_agent.cli import doctor, doctor_model
from desktop_agent.core import settings
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.probe.check import Check
from desktop_agent.model.hardware import Machine
from tests.model.tiny import write_random_pair


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return write_random_pair(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Check]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    doctor.add_arguments(parser)
    doctor.run(parser.parse_args(["--json", *words]))
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    return {each["name"]: Check(**each) for each in told["checks"]}


def test_it_says_what_runs_where_and_why(
    pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_agent.model.hardware.machine", lambda: Machine(2**33, 3))
    settings.save(Settings(model=str(pair[0]), mmproj=str(pair[1]), keep_screenshots=2))
    checks = run(capsys, "--context", "4096")
    assert checks["model"].status == "ok"
    assert checks["model"].message.startswith("random.gguf takes about 0.4 GB of memory")
    assert checks["model: threads"].message == "3. One for each physical core that may be used."
    assert checks["model: context"].message == "4096 tokens. As set."
    assert checks["model: context's precision"].message == "f16. There is room: it takes 4.2 MB."
    assert checks["model: image encoder"].message == "on the processor. This build of llama.cpp finds no GPU."
    assert {"model: batch", "model: pictures", "model: GPU layers"} < set(checks)


def test_this_machine_is_asked(pair: tuple[Path, Path]) -> None:
    checks = {check.name: check for check in doctor_model.checks(Settings(model=str(pair[0])))}
    assert checks["model"].status == "limited"
    assert "sees no pictures" in checks["model"].message
    assert int(checks["model: threads"].message.split(".")[0]) > 0


def test_a_model_that_only_talks_is_said_to(tmp_path: Path) -> None:
    model, mmproj = write_random_pair(tmp_path, template="{{ messages }}")
    checks = {check.name: check for check in doctor_model.checks(Settings(model=str(model), mmproj=str(mmproj)))}
    assert checks["model: tools"].status == "limited"
    assert "can't do anything on the screen" in checks["model: tools"].message


def test_without_a_model_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    check = run(capsys)["model"]
    assert (check.status, check.message) == ("limited", "No local model is chosen.")
    assert "--mmproj" in check.hint


def test_what_is_wrong_with_the_model_is_said(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (swapped,) = doctor_model.checks(Settings(model=str(pair[1])))
    assert (swapped.status, bool(swapped.hint)) == ("missing", True)
    assert "is an image encoder" in swapped.message
    (gone,) = doctor_model.checks(Settings(model=str(tmp_path / "none.gguf")))
    assert "does not exist" in gone.message
    monkeypatch.setattr("desktop_agent.model.hardware.machine", lambda: Machine(1_000_000, 3))
    (large,) = doctor_model.checks(Settings(model=str(pair[0])))
    assert "of memory, and" in large.message


def test_a_damaged_settings_file_is_one_of_the_things_that_are_wrong(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "settings.json").write_text("{")
    check = run(capsys)["settings"]
    assert check.status == "missing"
    assert "can't be read" in check.message
