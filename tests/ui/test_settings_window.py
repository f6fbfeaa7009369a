"""The windows for settings and models."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import gguf
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop_agent.core import paths, settings
from desktop_agent.core.errors import StoreError, Unavailable
from desktop_agent.core.settings import Settings
from desktop_agent.safety import secrets
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble
from ui import settings as settings_module
from ui.bridge import Bridge
from ui.models import ModelsWindow
from ui.settings import SettingsWindow


@pytest.fixture
def bridge(app: object) -> Bridge:
    return Bridge(SessionDouble())


def problems(window: SettingsWindow) -> list[str]:
    return [note.text() for note in window._errors.values() if not note.isHidden()]


def test_settings_are_written_and_told() -> None:
    window = SettingsWindow(Settings(), {})
    saved: list[Settings] = []
    window.saved.connect(saved.append)
    window.hotkeys["ask_hotkey"].setText(" Alt + CTRL + q ")
    window.theme.setCurrentIndex(window.theme.findData("dark"))
    window.language.setCurrentIndex(window.language.findData("zh_CN"))
    window.planner.setCurrentIndex(window.planner.findData("instant"))
    window.save()
    expected = dataclasses.replace(
        Settings(), ask_hotkey="ctrl+alt+q", theme="dark", language="zh_CN", planner="instant"
    )
    assert saved == [expected]
    assert settings.load() == expected


def test_they_scroll_where_the_screen_is_low_and_a_problem_is_brought_into_sight(
    monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: QRect(0, 0, 1366, 600))
    window = SettingsWindow(Settings(), {})
    window.show()
    assert window.height() <= 600
    bar = window.column.verticalScrollBar()
    wait(lambda: bar.maximum() > 0)
    assert window.focusWidget() is window.hotkeys["ask_hotkey"]
    bar.setValue(bar.maximum())
    window.hotkeys["ask_hotkey"].setText("nonsense")
    window.save()
    wait(lambda: bar.value() == 0)


@pytest.mark.parametrize(
    ("hotkey", "problem"),
    [
        ("", "There is no key"),
        ("ctrl", "modifiers and one other key"),
        ("ctrl+a+b", "modifiers and one other key"),
        ("ctrl+nonsense", "no key called"),
        ("a", "could not be typed"),
        ("shift+a", "could not be typed"),
        ("ctrl+alt+escape", "used above already"),
    ],
)
def test_a_hotkey_that_can_not_be_one_is_told_and_nothing_is_written(hotkey: str, problem: str) -> None:
    window = SettingsWindow(Settings(), {})
    saved: list[Settings] = []
    window.saved.connect(saved.append)
    window.hotkeys["ask_hotkey"].setText(hotkey)
    window.save()
    assert saved == []
    (told,) = problems(window)
    assert problem in told
    assert not (paths.config() / "settings.json").exists()


def test_recording_has_a_hotkey_of_its_own_which_nothing_else_may_have() -> None:
    window = SettingsWindow(Settings(), {})
    assert window.hotkeys["record_hotkey"].text() == "ctrl+alt+r"
    window.hotkeys["record_hotkey"].setText("Alt+Ctrl+A")
    window.save()
    assert problems(window) == ["This hotkey is used above already."]
    assert not (paths.config() / "settings.json").exists()
    window.hotkeys["record_hotkey"].setText("ctrl+alt+f12")
    window.save()
    assert settings.load().record_hotkey == "ctrl+alt+f12"


def test_a_function_key_may_stand_alone() -> None:
    window = SettingsWindow(Settings(), {})
    window.hotkeys["ask_hotkey"].setText("F9")
    window.save()
    assert settings.load().ask_hotkey == "f9"


def test_a_hotkey_that_is_taken_is_told_beside_it() -> None:
    window = SettingsWindow(Settings(), {"stop_hotkey": "It is used by another program."})
    window.show()
    assert problems(window) == ["It is used by another program."]
    assert window._errors["stop_hotkey"].isVisible()


def test_settings_that_can_not_be_written_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(chosen: Settings) -> None:
        raise StoreError("The disk is full.", "Free some space.")

    monkeypatch.setattr(settings_module.core_settings, "save", full)
    window = SettingsWindow(Settings(), {})
    window.show()
    window.save()
    assert window.isVisible()
    assert "The disk is full. Free some space." in [label.text() for label in window.findChildren(QLabel)]


def model_file(folder: Path, name: str, architecture: str, **values: int) -> Path:
    path = folder / name
    writer = gguf.GGUFWriter(path, architecture)
    for key, value in values.items():
        writer.add_uint32(key.replace("__", "."), value)
    if architecture == "glm4":
        writer.add_array("glm4.rope.dimension_sections", [8, 12, 12, 0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return (
        model_file(tmp_path, "model.gguf", "glm4", glm4__block_count=2, glm4__embedding_length=64),
        model_file(tmp_path, "mmproj.gguf", "clip", clip__vision__projection_dim=64),
    )


@pytest.fixture
def models(bridge: Bridge, wait: Wait) -> Iterator[ModelsWindow]:
    window = ModelsWindow(Settings(), bridge)
    window.show()
    yield window
    wait(window.isEnabled)


def saved_by(window: ModelsWindow) -> list[Settings]:
    saved: list[Settings] = []
    window.saved.connect(saved.append)
    window.save()
    return saved


def test_a_model_and_its_encoder_are_taken(models: ModelsWindow, wait: Wait, pair: tuple[Path, Path]) -> None:
    models.model.edit.setText(str(pair[0]))
    models.mmproj.edit.setText(str(pair[1]))
    saved = saved_by(models)
    wait(lambda: saved)
    assert (saved[0].model, saved[0].mmproj) == tuple(str(path) for path in pair)
    assert settings.load() == saved[0]
    assert not models.isVisible()


@pytest.mark.parametrize(
    ("model", "mmproj", "problem"),
    [
        ("missing.gguf", "", "does not exist"),
        ("text.txt", "", "is not a GGUF file"),
        ("mmproj.gguf", "", "is an image encoder (mmproj), not a model"),
        ("model.gguf", "other.gguf", "belongs to another model"),
        ("", "mmproj.gguf", "An image encoder alone is no model"),
    ],
)
def test_files_that_do_not_do_are_told_and_nothing_is_written(
    models: ModelsWindow, wait: Wait, pair: tuple[Path, Path], tmp_path: Path, model: str, mmproj: str, problem: str
) -> None:
    (tmp_path / "text.txt").write_text("I am no model")
    model_file(tmp_path, "other.gguf", "clip", clip__vision__projection_dim=32)
    models.model.edit.setText(str(tmp_path / model) if model else "")
    models.mmproj.edit.setText(str(tmp_path / mmproj) if mmproj else "")
    saved = saved_by(models)
    wait(lambda: models.problem.isVisible())
    assert problem in models.problem.text()
    assert saved == []
    assert not (paths.config() / "settings.json").exists()


def test_a_server_is_taken_and_its_key_goes_to_the_keyring(
    models: ModelsWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "store", kept.__setitem__)
    models.base_url.setText(" http://127.0.0.1:8000/v1 ")
    models.model_name.setText("glm-4.6v-flash")
    models.key.setText("sk-very-secret")
    models.remote_enabled.setChecked(True)
    saved = saved_by(models)
    wait(lambda: saved)
    assert kept == {"server-key http://127.0.0.1:8000": "sk-very-secret"}
    assert (saved[0].base_url, saved[0].model_name, saved[0].remote_enabled) == (
        "http://127.0.0.1:8000/v1",
        "glm-4.6v-flash",
        True,
    )
    assert "sk-very-secret" not in (paths.config() / "settings.json").read_text()


def test_further_servers_are_taken_in_their_order_each_with_its_own_key(
    models: ModelsWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "store", kept.__setitem__)
    models.base_url.setText("http://127.0.0.1:8000/v1")
    models.model_name.setText("a")
    for number, model in enumerate(("b", "removed", "", "c d")):
        models.further.add.click()
        line = models.further.lines[-1]
        line.model.setText(model)
        if model:
            line.address.setText(f"http://127.0.0.1:{8001 + number}/v1")
            line.key.setText(f"sk-{model[0]}")
    models.further.lines[1].remove.click()
    wait(lambda: models.further.geometry().bottom() < models.remote_enabled.geometry().top())
    saved = saved_by(models)
    wait(lambda: saved)
    assert saved[0].servers == (
        ("http://127.0.0.1:8000/v1", "a"),
        ("http://127.0.0.1:8001/v1", "b"),
        ("http://127.0.0.1:8004/v1", "c d"),
    )
    assert settings.load() == saved[0]
    assert kept == {"server-key http://127.0.0.1:8001": "sk-b", "server-key http://127.0.0.1:8004": "sk-c"}
    shown = ModelsWindow(saved[0], models._bridge)
    assert [line.server for line in shown.further.lines] == [*saved[0].servers[1:]]
    assert all(
        line.key.echoMode() is QLineEdit.EchoMode.Password and not line.key.text() for line in shown.further.lines
    )


def test_the_next_server_is_the_first_where_that_was_removed(models: ModelsWindow, wait: Wait) -> None:
    models.further.add.click()
    models.further.lines[0].address.setText("http://127.0.0.1:8001/v1")
    models.further.lines[0].model.setText("b")
    saved = saved_by(models)
    wait(lambda: saved)
    assert (saved[0].base_url, saved[0].model_name, saved[0].more_servers) == ("http://127.0.0.1:8001/v1", "b", ())


@pytest.mark.parametrize(("address", "model"), [("", "b"), ("ftp://host/v1", "b"), ("http://127.0.0.1:1/v1", "")])
def test_a_further_server_that_is_none_is_told(models: ModelsWindow, wait: Wait, address: str, model: str) -> None:
    models.base_url.setText("http://127.0.0.1:8000/v1")
    models.model_name.setText("a")
    models.further.add.click()
    models.further.lines[0].address.setText(address)
    models.further.lines[0].model.setText(model)
    saved_by(models)
    wait(lambda: models.problem.isVisible())
    assert not (paths.config() / "settings.json").exists()


def test_a_new_address_without_a_key_leaves_each_server_its_own(
    models: ModelsWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {secrets.server_key("http://127.0.0.1:8000/v1"): "sk-of-the-first"}
    before = dict(kept)
    monkeypatch.setattr(secrets, "store", kept.__setitem__)
    monkeypatch.setattr(secrets, "read", kept.get)
    models.base_url.setText("http://127.0.0.1:8001/v1")
    models.model_name.setText("m")
    saved = saved_by(models)
    wait(lambda: saved)
    assert kept == before
    assert secrets.read(secrets.server_key(saved[0].base_url)) is None


def test_without_a_keyring_nothing_is_written(
    models: ModelsWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(name: str, value: str) -> None:
        raise Unavailable("The system's keyring can't be used.", "Start one.")

    monkeypatch.setattr(secrets, "store", none)
    models.base_url.setText("http://127.0.0.1:8000/v1")
    models.model_name.setText("m")
    models.key.setText("sk-very-secret")
    saved_by(models)
    wait(lambda: models.problem.isVisible())
    assert models.problem.text() == "The system's keyring can't be used. Start one."
    assert not (paths.config() / "settings.json").exists()


@pytest.mark.parametrize(
    ("address", "name"), [("ftp://host/v1", "m"), ("not an address", "m"), ("http://127.0.0.1:8000/v1", "")]
)
def test_an_address_that_is_none_is_told(models: ModelsWindow, wait: Wait, address: str, name: str) -> None:
    models.base_url.setText(address)
    models.model_name.setText(name)
    saved_by(models)
    wait(lambda: models.problem.isVisible())
    assert not (paths.config() / "settings.json").exists()


def test_the_key_is_never_shown(models: ModelsWindow) -> None:
    assert models.key.echoMode() is QLineEdit.EchoMode.Password
