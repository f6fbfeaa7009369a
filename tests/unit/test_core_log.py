import contextlib
import logging
import os

import pytest

from desktop_agent.core import log, paths


@pytest.fixture(autouse=True)
def restored():
    """The root logger as it was: the tests' own handlers hang there."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []  # `start` closes those that it finds.
    yield
    for each in root.handlers:
        with contextlib.suppress(OSError):  # What could not be written is still in its buffer.
            each.close()
    root.handlers[:], root.level = handlers, level


def test_it_writes_what_is_logged():
    log.start("some")
    logging.getLogger("part").warning("what happened")
    assert "WARNING" in (paths.logs() / "some.log").read_text()
    assert "part: what happened" in (paths.logs() / "some.log").read_text()


def test_a_log_that_can_not_be_written_is_said_once_and_is_no_traceback(capsys):
    (paths.logs() / "some.log").mkdir()  # No file can be opened there, not by root either.
    log.start("some")
    for _ in range(3):
        logging.getLogger("part").error("what happened")
    said = capsys.readouterr().err
    assert said.count("can't be written: Is a directory.") == 1
    assert "Traceback" not in said


def test_a_full_disk_is_said_once_and_is_no_traceback(capsys, monkeypatch):
    if not os.path.exists("/dev/full"):
        pytest.skip("only Linux has a device that is always full")
    os.symlink("/dev/full", paths.logs() / "some.log")
    log.start("some")
    logging.getLogger("part").error("what happened")
    logging.getLogger("part").error("and more")
    said = capsys.readouterr().err
    assert said.count("No space left on device") == 1
    assert "Traceback" not in said


def test_mistakes_in_a_message_are_still_told(capsys):
    log.start("some")
    logging.getLogger("part").error("%d", "no number")
    assert "Traceback" in capsys.readouterr().err


def test_without_a_folder_it_keeps_nothing(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DESKTOP_AGENT_HOME", str(tmp_path / "file" / "below"))
    log.start("some")
    logging.getLogger("part").error("what happened")
    assert capsys.readouterr().err == ""
