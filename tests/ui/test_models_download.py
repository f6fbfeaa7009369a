"""Fetching, using and removing models in the Models window."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QMessageBox

from desktop_agent.core import settings
from desktop_agent.core.settings import Settings
from desktop_agent.model.files import shelf
from tests import hub as hubs
from tests.model.tiny import write_random_pair
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble
from ui import theme
from ui.bridge import Bridge
from ui.models import ModelsWindow

REPOSITORY = "maker/Tiny-VL-GGUF"
NAMES = ("Tiny-VL-Q4_K_M.gguf", "mmproj-Tiny-VL-F16.gguf")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_random_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture
def server(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[hubs.Hub]:
    for name in ("HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with hubs.Hub({REPOSITORY: dict(zip(NAMES, pair, strict=True))}) as running:
        yield running


@pytest.fixture
def window(app: QApplication, server: hubs.Hub, wait: Wait) -> Iterator[ModelsWindow]:
    made = ModelsWindow(Settings(hub_endpoint=server.endpoint), Bridge(SessionDouble()))
    made.show()
    yield made
    made.close()
    wait(lambda: made.isEnabled() and not made.download.working)


def look(window: ModelsWindow, wait: Wait, repository: str = REPOSITORY) -> None:
    window.download.repository.setCurrentText(repository)
    window.download.look.click()
    assert window.download.working
    wait(lambda: not window.download.working)


def fetch(window: ModelsWindow, wait: Wait) -> None:
    look(window, wait)
    window.download.download.click()
    wait(lambda: not window.download.working)


def test_a_model_is_looked_up_fetched_and_saved(window: ModelsWindow, wait: Wait) -> None:
    look(window, wait)
    card = window.download
    assert "Q4_K_M" in card.quantization.currentText()
    assert "suits this machine" in card.quantization.currentText()
    assert "fits: with image encoder and context" in card.advice.text()
    save = window.buttons.button(QDialogButtonBox.StandardButton.Save)
    card.download.click()
    assert card.cancel.isVisible()
    assert not save.isEnabled(), "what is being fetched would be lost"
    wait(lambda: not card.working)
    assert "Save to use it" in card.status.text()
    assert Path(window.model.text()).name, Path(window.mmproj.text()).name == NAMES
    wait(lambda: window.shelf.isVisible())
    saved: list[Settings] = []
    window.saved.connect(saved.append)
    save.click()
    wait(lambda: saved)
    assert Path(settings.load().model).name == NAMES[0]
    assert settings.load().hub_endpoint == window.download.mirror.text()


def test_cancelling_keeps_what_came_and_the_next_try_goes_on(
    window: ModelsWindow, wait: Wait, server: hubs.Hub
) -> None:
    look(window, wait)
    server.behaviour.stall_after = 2_000_000
    card = window.download
    card.download.click()
    wait(lambda: card.bar.value() > 0 and "2.0 MB" in card.status.text())
    assert f"Fetching {NAMES[0]}" in card.status.text()
    card.cancel.click()
    wait(lambda: not card.working, patience=5)
    assert "goes on from there" in card.status.text()
    assert [path.stat().st_size for path in shelf.partials()] == [2_000_000]
    server.behaviour.stall_after = None
    server.requests.clear()
    card.download.click()
    wait(lambda: not card.working)
    assert "bytes=2000000-" in server.ranges
    assert window.model.text()


def test_looking_can_be_given_up_while_the_hub_says_nothing(window: ModelsWindow, wait: Wait, server: hubs.Hub) -> None:
    card = window.download
    card.repository.setCurrentText(REPOSITORY)
    server.behaviour.silent = True
    card.look.click()
    wait(server.stalled.is_set)
    card.cancel.click()
    assert not card.working
    server.behaviour.silent = False
    look(window, wait)
    assert card.download.isVisible()


def test_closing_the_window_stops_it(window: ModelsWindow, wait: Wait, server: hubs.Hub) -> None:
    look(window, wait)
    server.behaviour.stall_after = 2_000_000
    window.download.download.click()
    wait(server.stalled.is_set)
    window.close()
    wait(lambda: not window.download.working, patience=5)
    assert shelf.partials()


def test_what_goes_wrong_is_said_in_the_card(window: ModelsWindow, wait: Wait, server: hubs.Hub) -> None:
    card = window.download
    look(window, wait, "maker/Other")
    assert "has no model maker/Other" in card.problem.text()
    assert not card.quantization.isVisible()
    look(window, wait)
    assert not card.problem.isVisible()
    server.behaviour.flip = -1000
    card.download.click()
    wait(lambda: not card.working)
    assert "arrived damaged" in card.problem.text()
    assert card.download.isVisible(), "to try again"
    assert not window.model.text()
    card.repository.setCurrentText("maker/Third")
    assert not card.download.isVisible(), "what was offered was another repository's"


def test_a_fetched_model_can_be_used_again_and_removed(window: ModelsWindow, wait: Wait) -> None:
    fetch(window, wait)
    wait(lambda: window.shelf.rows)
    window.model.edit.clear()
    window.mmproj.edit.clear()
    row = window.shelf.rows[0]
    row.use.click()
    wait(lambda: window.model.text())
    assert (Path(window.model.text()).name, Path(window.mmproj.text()).name) == NAMES
    settings.save(Settings(model=window.model.text(), mmproj=window.mmproj.text()))

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, press)
            return
        next(each for each in box.buttons() if each.text() == "Remove").click()

    QTimer.singleShot(0, press)
    row.remove.click()
    wait(lambda: not window.shelf.isVisible())
    assert not shelf.kept()
    assert settings.load().model == ""
    assert window.model.text() == ""


def test_the_encoder_beside_a_chosen_file_is_found(window: ModelsWindow, wait: Wait, pair: tuple[Path, Path]) -> None:
    window.model.edit.setText(str(pair[0]))
    window.model.chosen.emit(str(pair[0]))
    wait(lambda: window.mmproj.text() == str(pair[1]))


def test_an_address_that_is_no_hubs_is_not_saved(window: ModelsWindow, wait: Wait) -> None:
    window.download.mirror.setText("ftp://x")
    window.save()
    wait(window.problem.isVisible)
    assert "no hub's address" in window.problem.text()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_looks_right(window: ModelsWindow, wait: Wait, app: QApplication, server: hubs.Hub, mode: str) -> None:
    theme.apply(app, mode)
    fetch(window, wait)
    look(window, wait)
    wait(lambda: window.shelf.isVisible())
    server.files[REPOSITORY]["Tiny-VL-Q8_0.gguf"] = server.files[REPOSITORY][NAMES[0]]
    look(window, wait)
    server.behaviour.stall_after = 2_000_000
    window.download.quantization.setCurrentIndex(1)
    window.download.download.click()
    wait(lambda: window.download.bar.value() > 0)
    shot = window.grab()
    if os.environ.get("PICTURES"):
        shot.save(os.environ["PICTURES"] + f"/models-{mode}.png")
    assert shot.toImage().pixelColor(2, 2) == theme.colors().window
    assert window.height() <= 1000, "it fits a laptop's screen"
    cut = [
        each.text()
        for each in window.findChildren(QLabel)
        if each.isVisible() and each.height() < each.heightForWidth(each.width())
    ]
    assert not cut
