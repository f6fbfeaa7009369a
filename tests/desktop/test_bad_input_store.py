"""A disk that is full, a home that is read-only, settings and a store that are damaged. What was kept stays."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from desktop_agent.core.images import Image as PlainImage
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from desktop_agent.store.images import Images
from tests.desktop.command_line import (
    Application,
    CommandLine,
    Finished,
    mousepad_fixture,  # noqa: F401 # found by name
)

ONLY_ITS_OWN_RIGHTS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner")
"""Root, without what lets root ignore a folder's permissions."""


Ask = Callable[..., Finished]


@pytest.fixture
def line(home: Path) -> CommandLine:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return CommandLine({name: value for name, value in os.environ.items() if name not in without}, home)


@pytest.fixture
def ask(line: CommandLine) -> Ask:
    """Ask a question. Without a model and with nothing to look at the answer is that there is nothing to read: the
    quickest conversation there is, and kept like any other."""

    def asked(question: str, *more: str, command: tuple[str, ...] = ()) -> Finished:
        return line.run("ask", question, "--planner", "instant", "--json", *more, command=command)

    return asked


def test_a_disk_that_is_full_from_the_beginning(line: CommandLine, ask: Ask) -> None:
    require_answered(ask("first"))
    ended = ask("second", command=full_at(0))
    require_told(ended, "agent.sqlite", "free space")
    assert "log" not in ended.err or ended.err.count("can't be written") == 1
    require_kept(line, {"first": 2})
    require_answered(ask("third"))
    require_kept(line, {"first": 2, "third": 2})


def test_a_disk_that_gets_full_in_the_middle_of_a_run(line: CommandLine, ask: Ask, tmp_path: Path) -> None:
    require_answered(ask("first"))
    picture = tmp_path / "noise.png"
    Image.frombytes("RGB", (300, 300), os.urandom(270_000)).save(picture)
    ended = ask("second", "--image", str(picture), command=full_at(100_000))
    require_told(ended, "agent.sqlite", "free space")
    assert ended.json["status"] == "failed"
    require_kept(line, {"first": 2, "second": 0})
    newest = line.run("runs", "list", "--json").json["runs"][0]
    assert (newest["instruction"], newest["status"]) == ("second", "failed")
    require_answered(ask("third"))


def test_nothing_is_done_that_can_not_be_recorded(
    on_desktop: PrivateDisplay, mousepad: Application, home: Path
) -> None:
    line = CommandLine(on_desktop.environment, home)
    store = home / "data" / "agent.sqlite"
    store.parent.mkdir()
    database = Database(store)
    noise = Image.frombytes("RGB", (1800, 1800), os.urandom(9_720_000))  # More than the shared memory of a capture.
    Images(database).put(PlainImage.from_pillow(noise))
    database.close()
    try:
        do = ("do", 'type "x"', "--scope", "window:mousepad", "--approve", "ordinary", "--json")
        require_told(line.run(*do, command=full_at(store.stat().st_size)), "agent.sqlite", "free space")
        assert mousepad.text == ""
        assert line.run(*do).code == 0
        assert mousepad.text == "x"
    finally:
        line.end_hands()


def test_a_home_that_is_read_only(line: CommandLine, ask: Ask) -> None:
    require_answered(ask("first"))
    rights = ONLY_ITS_OWN_RIGHTS if os.geteuid() == 0 else ()
    if rights and subprocess.run([*rights, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root can't give up its rights here")
    read_only(line.home, True)
    try:
        ended = ask("second", command=rights)
        require_told(ended, "agent.sqlite could not be opened: Permission denied", "DESKTOP_AGENT_HOME")
        require_told(line.run("runs", "list", "--json", command=rights), "Permission denied", "DESKTOP_AGENT_HOME")
    finally:
        read_only(line.home, False)
    require_kept(line, {"first": 2})


def test_a_home_that_can_not_be_made(line: CommandLine, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line.environment["DESKTOP_AGENT_HOME"] = str(tmp_path / "file" / "home")
    require_told(ask("first"), "could not be made: Not a directory", "DESKTOP_AGENT_HOME")
    told = line.run("doctor", "--json")
    assert "checks" in told.json, "the doctor needs no home"


@pytest.mark.parametrize("content", [b"{nope", b"[]", b'{"planner": "clever"}', b"\xff\xfe\x00"])
def test_damaged_settings(line: CommandLine, ask: Ask, content: bytes) -> None:
    file = line.home / "config" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    require_told(ask("first"), f"The settings file {file} can't be read", "Mend it or delete it", code=2)
    assert file.read_bytes() == content, "what the person wrote there stays"
    assert line.run("runs", "list", "--json").code == 0
    file.unlink()
    require_answered(ask("first"))


@pytest.mark.parametrize(
    "damage", [lambda data: b"nonsense" * 1000, lambda data: data[:20_000], lambda data: data[:50]]
)
def test_a_damaged_store(line: CommandLine, ask: Ask, damage: Callable[[bytes], bytes]) -> None:
    require_answered(ask("first"))
    file = line.home / "data" / "agent.sqlite"
    good = file.read_bytes()
    bad = damage(good)
    file.write_bytes(bad)
    require_told(ask("second"), f"The store {file} is damaged", "Keep a copy")
    require_told(line.run("runs", "list", "--json"), "is damaged", "Keep a copy")
    assert file.read_bytes() == bad, "it is left as it is, for a rescue"
    file.write_bytes(good)
    require_kept(line, {"first": 2})


def full_at(size: int) -> tuple[str, ...]:
    """No file may become larger than that many bytes, as on a disk that gets full."""
    assert shutil.which("prlimit"), "prlimit belongs to util-linux"
    return ("prlimit", f"--fsize={size}")


def read_only(folder: Path, yes: bool) -> None:
    for each in (*folder.rglob("*"), folder):
        each.chmod((0o500 if each.is_dir() else 0o400) if yes else (0o700 if each.is_dir() else 0o600))


def require_answered(ended: Finished) -> None:
    assert ended.json.get("status") == "gave_up", ended.said


def require_told(ended: Finished, said: str, hint: str, code: int = 1) -> None:
    assert ended.code == code, ended.said
    assert "Traceback" not in ended.err, ended.said
    assert ended.json["ok"] is False
    assert said in ended.json.get("error", "") + ended.json.get("summary", ""), ended.said
    assert said in ended.err
    assert hint in ended.json["hint"], ended.said


def require_kept(line: CommandLine, conversations: dict[str, int]) -> None:
    """The store is whole, and holds these conversations with so many messages each."""
    database = Database(line.home / "data" / "agent.sqlite")
    try:
        kept = Conversations(database)
        found = {each.title: len(kept.messages(each.id)) for each in kept.recent(10)}
        assert found == conversations
    finally:
        database.close()
    connection = sqlite3.connect(line.home / "data" / "agent.sqlite")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
