"""Model files, pictures and servers that are not what they should be, given to the command line.

None of this needs a display, and none of it may lose what the person wrote.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from desktop_agent.core import settings
from desktop_agent.core.chat import Message
from desktop_agent.core.settings import Settings
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database
from tests.contract.openai_server import MODEL, Answer, OpenAIServer, dying, raw, stalled, status
from tests.desktop.command_line import CommandLine
from tests.model.tiny import Shape, write_chain_pair, write_random_pair

QUESTION = "What is this?"
TOO_LARGE = 2**42


@pytest.fixture
def line(home: Path) -> CommandLine:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return CommandLine({name: value for name, value in os.environ.items() if name not in without}, home)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Good and bad files: two pairs that don't belong together, and what was made of them."""
    folder = tmp_path_factory.mktemp("files")
    model, mmproj = write_chain_pair(folder, "Hello.")
    write_random_pair(folder, shape=Shape(384))
    (folder / "text.gguf").write_text("This is no model. " * 1000)
    (folder / "empty.gguf").touch()
    (folder / "header.gguf").write_bytes(model.read_bytes()[:5000])
    (folder / "cut.gguf").write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    (folder / "cut-mmproj.gguf").write_bytes(mmproj.read_bytes()[: mmproj.stat().st_size // 2])
    shutil.copy(model, folder / "huge.gguf")
    os.truncate(folder / "huge.gguf", TOO_LARGE)  # Sparse: it takes no space.
    Image.new("RGB", (64, 64), "white").save(folder / "picture.png")
    (folder / "damaged.png").write_bytes((folder / "picture.png").read_bytes()[:60])
    (folder / "text.png").write_text("This is no picture.")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("model", "mmproj", "said", "hint"),
    [
        ("text.gguf", "", "text.gguf is not a GGUF file", "Choose a model in the GGUF format"),
        ("empty.gguf", "", "empty.gguf is not a GGUF file", "Choose a model in the GGUF format"),
        ("header.gguf", "", "header.gguf is damaged or incomplete", "Download the file again"),
        ("cut.gguf", "", "cut.gguf is damaged or incomplete", "Download the file again"),
        ("huge.gguf", "", "huge.gguf needs about 4398", "choose a smaller quantization"),
        ("chain-mmproj.gguf", "", "is an image encoder (mmproj), not a model", "Choose the model's own file"),
        ("chain.gguf", "", "can't see pictures without its image encoder", "mmproj"),
        ("chain.gguf", "text.gguf", "text.gguf is not a GGUF file", "GGUF format"),
        ("chain.gguf", "chain.gguf", "chain.gguf is no image encoder", "Choose the mmproj file"),
        ("chain.gguf", "random-mmproj.gguf", "random-mmproj.gguf belongs to another model", "made for chain.gguf"),
        ("chain.gguf", "cut-mmproj.gguf", "cut-mmproj.gguf is damaged or incomplete", "Download the file again"),
    ],
)
def test_model_files(line: CommandLine, files: Path, model: str, mmproj: str, said: str, hint: str) -> None:
    command = ["ask", QUESTION, "--image", str(files / "picture.png"), "--planner", "local", "--json"]
    command += ["--model", str(files / model)] + (["--mmproj", str(files / mmproj)] if mmproj else [])
    ended = line.run(*command)
    assert (ended.code, ended.json["status"]) == (1, "failed"), ended.said
    assert said in ended.json["summary"], ended.said
    assert hint in ended.json["hint"], ended.said
    assert said in ended.err
    assert "Traceback" not in ended.err
    (asked,) = conversation(line)
    assert asked.text.endswith(QUESTION)
    assert len(asked.pictures) == 1


@pytest.mark.parametrize(
    ("options", "code", "said", "hint"),
    [
        (("--planner", "local"), 1, "No local model is chosen", "--model FILE"),
        (("--planner", "local", "--model", "/nowhere/model.gguf"), 2, "no file /nowhere/model.gguf", "Check the path"),
        (("--planner", "local", "--model", "."), 2, "There is no file .", "Check the path"),
        (("--image", "/nowhere/picture.png"), 2, "picture.png can't be read: No such file", "Check the path"),
        (("--image", "."), 2, "can't be read: Is a directory", "Check the path"),
        (("--image", "{files}/damaged.png"), 2, "damaged.png is damaged", "Use a PNG"),
        (("--image", "{files}/text.png"), 2, "text.png is not an image", "Use a PNG"),
        (("--image", "{files}/picture.png", "--scope", "screen"), 2, "not both", "Leave one of them out"),
        (("--planner", "remote"), 1, "No server is connected", "--base-url URL"),
        (("--planner", "remote", "--base-url", "nonsense", "--model-name", "m"), 2, "address is not", "http://"),
        (("--planner", "remote", "--base-url", "http://127.0.0.1:1/v1"), 2, "model has no name", "--model-name"),
    ],
)
def test_options(line: CommandLine, files: Path, options: tuple[str, ...], code: int, said: str, hint: str) -> None:
    ended = line.run("ask", QUESTION, "--json", *(each.format(files=files) for each in options))
    assert ended.code == code, ended.said
    assert said in ended.json["error"], ended.said
    assert hint in ended.json["hint"], ended.said
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("answer", "said", "hint", "kept"),
    [
        (stalled(), "sent nothing for 1 seconds", "Look at its log", ""),
        (stalled("It ", "is"), "sent nothing for 1 seconds", "Look at its log", "It is"),
        (dying("It ", "is"), "broke off before the answer was complete", "may have crashed", "It is"),
        (raw(b"data: {nonsense\n\n"), "no answer of a chat model", "/v1", ""),
        (raw(b"<html>Welcome</html>", "text/html"), "no answer of a chat model", "/v1", ""),
        (raw(bytes(range(256)) * 8), "no answer of a chat model", "/v1", ""),
        (status(401, {"error": {"message": "no key"}}), "wants an API key", "keyring", ""),
        (status(404, {"error": {"message": "what?"}}), f'no model "other". It has: {MODEL}', "--model-name", ""),
    ],
    ids=["silent", "stalling", "dying", "garbage", "web page", "binary", "401", "wrong model"],
)
def test_servers(line: CommandLine, answer: Answer, said: str, hint: str, kept: str) -> None:
    settings.save(Settings(server_silence_seconds=1))
    with OpenAIServer(answer) as server:
        remote = ("--planner", "remote", "--base-url", server.url, "--model-name", "other")
        ended = line.run("ask", QUESTION, "--json", *remote)
    assert (ended.code, ended.json["status"]) == (1, "failed"), ended.said
    assert said in ended.json["summary"], ended.said
    assert hint in ended.json["hint"], ended.said
    assert "Traceback" not in ended.err
    assert kept in ended.out.splitlines()[0]
    messages = conversation(line)
    assert [message.text for message in messages] == [QUESTION, kept][: 2 if kept else 1]


def test_a_server_that_is_not_there(line: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    remote = ("--planner", "remote", "--base-url", f"http://127.0.0.1:{port}/v1", "--model-name", "m")
    ended = line.run("ask", QUESTION, "--json", *remote)
    assert (ended.code, ended.json["status"]) == (1, "failed"), ended.said
    assert "refuses connections: nothing listens there" in ended.json["summary"]
    assert "check its address" in ended.json["hint"]
    assert [message.text for message in conversation(line)] == [QUESTION]


def conversation(line: CommandLine) -> tuple[Message, ...]:
    """What the store holds of the one question that was asked."""
    database = Database(line.home / "data" / "agent.sqlite")
    try:
        conversations = Conversations(database)
        (only,) = conversations.recent(10)
        return conversations.messages(only.id)
    finally:
        database.close()
