"""MiniWoB++ with the planners that a person has: a model in a file, and a server that wants a key."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import keyring
import psutil
import pytest

from desktop_agent.safety import secrets
from tests.contract.openai_server import MODEL, Answer, OpenAIServer, Reply, call, status, text
from tests.desktop.command_line import CommandLine, Finished
from tests.keyring_file import FileKeyring
from tests.model.tiny import write_chain_pair

RUN_SECONDS = 90.0
KEY = "sk-0f4a91c7-never-to-be-seen"
CLICK = '{"start_box": [300, 500], "element_info": "somewhere"}'


@pytest.fixture
def evaluation(home: Path) -> CommandLine:
    """The command line without a display, as on a server."""
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return CommandLine({name: value for name, value in os.environ.items() if name not in gone}, home)


@pytest.fixture
def with_keyring(
    evaluation: CommandLine, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandLine]:
    """The same, with a keyring that lies outside all folders of the test."""
    file = str(tmp_path_factory.mktemp("keyring") / "kept.json")
    monkeypatch.setenv("KEYRING_FILE", file)
    evaluation.environment |= {"PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring", "KEYRING_FILE": file}
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield evaluation
    keyring.set_keyring(before)


def measured(line: CommandLine, out: Path, *planner: str) -> Finished:
    """One episode of a task with one button."""
    options = ("--tasks", "click-test", "--seeds", "1", "--json", "--out", str(out), *planner)
    return line.run("eval", "miniwob", *options, seconds=RUN_SECONDS)


def test_a_model_in_a_file_is_started_and_acts(evaluation: CommandLine, tmp_path: Path) -> None:
    said = "<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>[300, 500]</arg_value>\n</tool_call>"
    model, mmproj = write_chain_pair(tmp_path, said, then="I clicked there.")
    options = ("--planner", "local", "--model", str(model), "--mmproj", str(mmproj), "--greedy")
    finished = measured(evaluation, tmp_path / "out", *options)
    assert finished.code == 0, finished.said
    (failure,) = finished.json["tasks"]["click-test"]["failures"]
    assert "I clicked there." in failure
    assert re.search('<h3 class="words">1. Click ', (tmp_path / "out" / "report.html").read_text("utf-8"))


def test_a_server_gets_its_key_and_nobody_else_does(with_keyring: CommandLine, tmp_path: Path, home: Path) -> None:
    seen: list[str] = []

    def watched(answer: Answer) -> Answer:
        """An answer before which all processes of the evaluation are looked at."""

        def look(reply: Reply) -> None:
            seen.extend(_told_to_processes())
            answer(reply)

        return look

    with OpenAIServer(watched(call("left_click", CLICK)), text("I clicked there.")) as server:
        secrets.store(secrets.server_key(server.url), KEY)
        options = ("--planner", "remote", "--base-url", server.url, "--model-name", MODEL)
        finished = measured(with_keyring, tmp_path / "out", *options)
    assert finished.code == 0, finished.said
    assert "I clicked there." in finished.json["tasks"]["click-test"]["failures"][0]
    assert [chat.headers["authorization"] for chat in server.chats] == [f"Bearer {KEY}"] * 2
    assert any("miniwob_worker" in each for each in seen)
    assert not [each for each in seen if KEY in each]
    written = [file for folder in (home, tmp_path) for file in folder.rglob("*") if file.is_file()]
    assert tmp_path / "out" / "worker-1.log" in written
    assert not [file for file in written if KEY.encode() in file.read_bytes()]
    assert KEY not in finished.said


def test_that_no_keyring_can_be_used_is_told_where_a_key_is_wanted(evaluation: CommandLine, tmp_path: Path) -> None:
    evaluation.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with OpenAIServer(status(401, {"error": {"message": "no key"}})) as server:
        options = ("--planner", "remote", "--base-url", server.url, "--model-name", MODEL)
        finished = measured(evaluation, tmp_path / "out", *options)
    assert "keyring can't be used" in finished.json["tasks"]["click-test"]["failures"][0], finished.said


def _told_to_processes() -> list[str]:
    """The command lines and environments of what this process has started."""
    told = []
    for each in psutil.Process().children(recursive=True):
        for read in (each.cmdline, each.environ):
            try:
                told.append(str(read()))
            except psutil.Error:
                continue  # It has ended, or keeps its memory to itself.
    return told
