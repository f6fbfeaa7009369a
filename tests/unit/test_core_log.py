import logging
import os

import pytest

from desktop_agent.core import log, paths


def test_it_writes_what_is_logged():
    log.start("some")
    logging.getLogger("part").warning("what happened")
    assert "WARNING" in (paths.logs() / "some.log").read_text()
    assert "part: what happened" in (paths.logs() / "some.log").read_text()


@pytest.mark.expects_log_errors
def test_a_log_that_can_not_be_written_is_said_once_and_is_no_traceback(capsys):
    (paths.logs() / "some.log").mkdir()  # No file can be opened there, not by root either.
    log.start("some")
    for _ in range(3):
        logging.getLogger("part").error("what happened")
    said = capsys.readouterr().err
    assert said.count("can't be written: Is a directory.") == 1
    assert "Traceback" not in said


@pytest.mark.expects_log_errors
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
    record = logging.makeLogRecord({"msg": "%d", "args": ("no number",)})
    handler = log.LogFile("some")
    handler.handle(record)
    handler.close()
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.expects_log_errors
def test_without_a_folder_it_keeps_nothing(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DESKTOP_AGENT_HOME", str(tmp_path / "file" / "below"))
    log.start("some")
    logging.getLogger("part").error("what happened")
    assert capsys.readouterr().err == ""


def test_starting_again_ends_the_log_before_and_keeps_the_handlers_of_others(caplog):
    root = logging.getLogger()
    others = [each for each in root.handlers if each.name != log.OURS]
    log.start("one", to_terminal=True)
    log.start("two")
    assert set(others) <= set(root.handlers)
    assert sum(each.name == log.OURS for each in root.handlers) == 1
    logging.getLogger("part").warning("what happened")
    assert "what happened" in caplog.text
    assert not (paths.logs() / "one.log").exists()
