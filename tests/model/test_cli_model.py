"""`desktop-agent model`: what it says and does, from the command line to the settings."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from desktop_agent.cli import main as command_line
from desktop_agent.core import settings
from desktop_agent.model.files import shelf, transfer
from tests import hub as hubs
from tests.model.conftest import Pair
from tests.model.tiny import CHAIN_TEMPLATE, Shape, write_chain_pair, write_random_pair

REPOSITORY = "maker/Tiny-VL-GGUF"
NAMES = ("Tiny-VL-Q4_K_M.gguf", "mmproj-Tiny-VL-F16.gguf")
Said = tuple[int, str, str]


@pytest.fixture
def server(random_pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Iterator[hubs.Hub]:
    monkeypatch.setattr(transfer, "PAUSES", (0.0,))
    for name in ("HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with hubs.Hub({REPOSITORY: dict(zip(NAMES, random_pair, strict=True))}) as running:
        yield running


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> Said:
        code = command_line.main(["model", *words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def fetched(server: hubs.Hub, say) -> hubs.Hub:
    assert say("download", REPOSITORY, "--endpoint", server.endpoint)[0] == 0
    return server


def test_a_first_download_is_explained_and_used(server: hubs.Hub, say) -> None:
    settings.save(settings.Settings(hub_endpoint=server.endpoint))
    code, out, _ = say("download", REPOSITORY)
    assert code == 0
    assert "Q4_K_M (3.8 MB) fits" in out
    assert "It is used from now on." in out
    chosen = settings.load()
    assert (Path(chosen.model).name, Path(chosen.mmproj).name) == NAMES


def test_a_second_download_changes_nothing_and_says_how_to_use_it(fetched: hubs.Hub, say) -> None:
    before = settings.load()
    fetched.files["maker/Other"] = fetched.files[REPOSITORY]
    code, out, _ = say("download", "maker/Other:q4_k_m", "--endpoint", fetched.endpoint)
    assert code == 0
    assert "as you said" in out
    assert "To use it: desktop-agent model use maker/Other:Q4_K_M" in out
    assert settings.load() == before
    assert say("use", "maker/Other:Q4_K_M")[0] == 0
    assert "maker--Other" in settings.load().model


def test_list_says_what_is_here_in_use_begun_and_to_be_had(fetched: hubs.Hub, say) -> None:
    (shelf.root() / "maker--Tiny-VL-GGUF" / "x.gguf.0.part").write_bytes(bytes(2_000_000))
    _, out, _ = say("list")
    assert "*    3.8 MB  maker/Tiny-VL-GGUF  Tiny-VL-Q4_K_M.gguf  (model)" in out
    assert NAMES[1] in out
    assert "2.0 MB  x.gguf.0.part  (begun" in out
    assert "unsloth/GLM-4.6V-Flash-GGUF" in out
    body = json.loads(say("list", "--json")[1])
    assert [(each["kind"], each["in_use"]) for each in body["files"]] == [("model", True), ("encoder", True)]
    assert body["begun"][0]["size"] == 2_000_000


def test_a_repositorys_files_are_listed_with_what_suits_this_machine(server: hubs.Hub, say) -> None:
    code, out, _ = say("list", REPOSITORY, "--endpoint", server.endpoint)
    assert code == 0
    assert "Q4_K_M" in out
    assert "(image encoder)" in out
    assert "fits: with image encoder and context" in out
    body = json.loads(say("list", REPOSITORY, "--endpoint", server.endpoint, "--json")[1])
    assert body["models"][0]["quantization"] == "Q4_K_M"
    assert "fits" in body["advice"]


def test_without_these_commands_nothing_is_asked_of_the_hub(fetched: hubs.Hub, say) -> None:
    settings.save(settings.Settings(hub_endpoint=fetched.endpoint))
    fetched.requests.clear()
    for words in (["list"], ["verify"], ["use", REPOSITORY], ["remove", REPOSITORY, "--yes"]):
        assert say(*words)[0] == 0
    assert not fetched.requests


def test_a_persons_own_file_is_used_with_the_encoder_beside_it(say, random_pair: Pair) -> None:
    code, out, _ = say("use", str(random_pair[0]))
    assert code == 0
    assert str(random_pair[1]) in out
    chosen = settings.load()
    assert (chosen.model, chosen.mmproj) == tuple(map(str, random_pair))
    _, out, _ = say("verify")
    assert "No SHA-256" in out or "no SHA-256" in out
    assert f"It fits {random_pair[1].name}" in out


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("no encoder", "has no image encoder"),
        ("two encoders", "Several image encoders"),
        ("another's", "belongs to another model"),
        ("encoder as model", "is an image encoder (mmproj), not a model"),
        ("no GGUF", "is not a GGUF file"),
        ("cut header", "damaged or incomplete"),
        ("cut weights", "1000 bytes of the weights are missing"),
        ("no file", "There is no file and no fetched model"),
    ],
)
def test_what_can_not_be_used_is_said_and_nothing_changes(
    say, tmp_path: Path, random_pair: Pair, case: str, said: str
) -> None:
    model, mmproj = (shutil.copy(path, tmp_path) for path in random_pair)
    words = [str(model)]
    match case:
        case "no encoder":
            Path(mmproj).unlink()
        case "two encoders":
            shutil.copy(mmproj, tmp_path / "second-mmproj.gguf")
        case "another's":
            (tmp_path / "other").mkdir()
            words += ["--mmproj", str(write_random_pair(tmp_path / "other", shape=Shape(384))[1])]
        case "encoder as model":
            words = [str(mmproj)]
        case "no GGUF":
            Path(model).write_text("Git LFS pointer")
        case "cut header":
            os.truncate(model, 5000)
        case "cut weights":
            os.truncate(model, Path(model).stat().st_size - 1000)
        case "no file":
            words = ["nothing.gguf"]
    code, _, err = say("use", *words)
    assert code in (1, 2)
    assert said in err
    assert settings.load() == settings.Settings()


def test_a_model_without_a_template_is_said_to_have_none(say, tmp_path: Path) -> None:
    model, _ = write_random_pair(tmp_path, template="")
    data = Path(model).read_bytes()
    Path(model).write_bytes(data.replace(b"glm4", b"qwen"))  # For GLM there is a template of our own.
    code, _, err = say("use", str(model))
    assert code == 1
    assert "has no chat template" in err


def test_a_model_in_several_files_is_used_by_its_first_when_all_are_there(
    say, tmp_path: Path, random_pair: Pair
) -> None:
    first, second = (tmp_path / f"Big-Q8_0-0000{number}-of-00002.gguf" for number in (1, 2))
    shutil.copy(random_pair[0], first)
    shutil.copy(random_pair[1], tmp_path)
    assert second.name in say("use", str(first))[2]
    second.write_bytes(b"GGUF")
    assert f"Name the first: {first.name}" in say("use", str(second))[2]
    assert say("use", str(first))[0] == 0


def test_text_only_goes_without_an_encoder(say, tmp_path: Path, random_pair: Pair) -> None:
    model = shutil.copy(random_pair[0], tmp_path)
    code, out, _ = say("use", str(model), "--text-only")
    assert code == 0
    assert "for text only" in out
    assert settings.load().mmproj == ""


def test_verify_finds_a_byte_that_changed(fetched: hubs.Hub, say) -> None:
    code, out, _ = say("verify", REPOSITORY)
    assert code == 0
    assert out.count(f"It is what {REPOSITORY} records.") == 2
    path = Path(settings.load().model)
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1
    path.write_bytes(data)
    code, out, err = say("verify")
    assert code == 1
    assert f"damaged  {path}" in out
    assert "was changed or damaged" in err
    assert "download maker/Tiny-VL-GGUF" in err
    # The same download heals it.
    say("remove", REPOSITORY, "--yes")
    assert say("download", REPOSITORY, "--endpoint", fetched.endpoint)[0] == 0
    assert say("verify")[0] == 0


def test_what_is_in_use_is_only_removed_when_the_person_says_so(fetched: hubs.Hub, say) -> None:
    code, _, err = say("remove", REPOSITORY)
    assert code == 3
    assert "in use" in err
    assert len(shelf.kept()) == 2
    code, out, _ = say("remove", REPOSITORY, "--yes", "--json")
    assert code == 0
    assert json.loads(out)["freed"] > 5_000_000
    assert not list(shelf.root().iterdir())
    assert (settings.load().model, settings.load().mmproj) == ("", "")


def test_an_encoder_stays_while_another_quantization_needs_it(fetched: hubs.Hub, say) -> None:
    files = fetched.files[REPOSITORY]
    files["Tiny-VL-Q8_0.gguf"] = files[NAMES[0]]
    assert say("download", f"{REPOSITORY}:Q8_0", "--endpoint", fetched.endpoint)[0] == 0
    assert say("remove", f"{REPOSITORY}:Q8_0")[0] == 0
    assert [each.file.name for each in shelf.kept()] == list(NAMES)
    code, _, err = say("remove", "/etc/hosts")
    assert code == 2
    assert "yours to delete" in err


def test_an_ambiguous_name_is_asked_about(fetched: hubs.Hub, say) -> None:
    files = fetched.files[REPOSITORY]
    files["Tiny-VL-Q8_0.gguf"] = files[NAMES[0]]
    say("download", f"{REPOSITORY}:Q8_0", "--endpoint", fetched.endpoint)
    code, _, err = say("use", REPOSITORY)
    assert code == 2
    assert "means several" in err


def test_ctrl_c_keeps_what_came_and_the_same_command_goes_on(server: hubs.Hub, say, random_pair: Pair) -> None:
    server.behaviour.stall_after = 2_500_000
    words = [sys.executable, "-m", "ui", "model", "download", f"{REPOSITORY}:Q4_K_M", "--endpoint", server.endpoint]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        while not any(path.stat().st_size == 2_500_000 for path in shelf.partials()):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "goes on from there" in err
    server.behaviour.stall_after = None
    server.requests.clear()
    assert say("download", REPOSITORY, "--endpoint", server.endpoint)[0] == 0
    assert "bytes=2500000-" in server.ranges
    assert Path(settings.load().model).read_bytes() == random_pair[0].read_bytes()


TALKS_ONLY = CHAIN_TEMPLATE.replace("{%- if tools %}", "{%- if false %}", 1).replace("tools", "utensils")


@pytest.mark.parametrize(("template", "remark"), [(CHAIN_TEMPLATE, ""), (TALKS_ONLY, "not made to call tools")])
def test_a_question_is_answered_by_the_model_that_is_used(
    say, capsys: pytest.CaptureFixture[str], tmp_path: Path, template: str, remark: str
) -> None:
    model, _ = write_chain_pair(tmp_path, "It is a grey square.", template=template)
    code, out, _ = say("use", str(model))
    assert code == 0
    assert remark in out
    assert ("call tools" in out) == bool(remark)
    settings.save(dataclasses.replace(settings.load(), context_tokens=4096))
    Image.new("RGB", (56, 56), "grey").save(tmp_path / "grey.png")
    picture = str(tmp_path / "grey.png")
    code = command_line.main(["ask", "What is it?", "--image", picture, "--greedy", "--json"])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code, said["summary"]) == (0, "It is a grey square.")
