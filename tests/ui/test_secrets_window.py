"""The window for secrets."""

import threading
from collections.abc import Iterator

import keyring
import keyring.backends.fail
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton

from desktop_agent.core.settings import Settings
from desktop_agent.safety import named_secrets
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble
from tests.unit.test_secrets import MemoryKeyring
from ui.bridge import Bridge
from ui.settings import SettingsWindow
from ui.settings_secrets import SecretsWindow

Kept = dict[tuple[str, str], str]


@pytest.fixture
def kept() -> Iterator[Kept]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend.kept
    keyring.set_keyring(before)


@pytest.fixture
def window(app: QApplication, kept: Kept, wait: Wait) -> Iterator[SecretsWindow]:
    named_secrets.keep("mail", "old")
    made = SecretsWindow(Bridge(SessionDouble()))
    made.show()
    wait(made.isEnabled)
    yield made
    wait(made.isEnabled)


def names(window: SecretsWindow) -> list[str]:
    return [window.list.item(row).text() for row in range(window.list.count())]


def add(window: SecretsWindow, wait: Wait, name: str, value: str) -> None:
    window.name.setText(name)
    window.value.setText(value)
    window.add.click()
    wait(window.isEnabled)


def answer(button: str) -> list[str]:
    """Press `button` of the question that comes; what it asked is added to the list."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, press)
            return
        asked.append(box.text())
        next(each for each in box.findChildren(QPushButton) if each.text() == button).click()

    QTimer.singleShot(20, press)
    return asked


def test_a_secret_is_added_and_its_value_shown_nowhere(window: SecretsWindow, wait: Wait, kept: Kept) -> None:
    assert names(window) == ["mail"]
    assert window.value.echoMode() is QLineEdit.EchoMode.Password
    add(window, wait, " bank ", "  hunter2 ")
    assert kept["desktop-agent", "secret bank"] == "  hunter2 "
    assert names(window) == ["bank", "mail"]
    assert (window.name.text(), window.value.text()) == ("", "")


def test_adding_needs_a_name_and_a_value(window: SecretsWindow) -> None:
    assert not window.add.isEnabled()
    window.name.setText("bank")
    assert not window.add.isEnabled()
    window.value.setText("x")
    assert window.add.isEnabled()
    assert window.add.text() == "Add"
    window.name.setText("mail")
    assert window.add.text() == "Replace"


def test_a_secret_is_removed_when_that_is_confirmed(window: SecretsWindow, wait: Wait, kept: Kept) -> None:
    window.list.setCurrentRow(-1)  # a list that gets the focus chooses its first row
    assert not window.remove.isEnabled()
    window.list.setCurrentRow(0)
    asked = answer("Keep")
    window.remove.click()
    assert asked == ["Remove the secret “mail” from the keyring?"]
    assert names(window) == ["mail"]
    answer("Remove")
    window.remove.click()
    wait(window.isEnabled)
    assert (names(window), kept) == ([], {})
    assert window.empty.isVisible()
    assert not window.remove.isVisible()


@pytest.mark.parametrize(
    ("name", "value", "problem"), [("a/b", "x", "can't be the name"), ("bank", "x" * 1001, "1,000")]
)
def test_what_can_not_be_kept_is_said_and_stays_to_be_mended(
    window: SecretsWindow, wait: Wait, kept: Kept, name: str, value: str, problem: str
) -> None:
    add(window, wait, name, value)
    assert problem in window.problem.text()
    assert (window.name.text(), window.value.text()) == (name, value)
    assert list(kept.values()) == ["old"]


def test_without_a_keyring_it_says_so(window: SecretsWindow, wait: Wait) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())
    add(window, wait, "bank", "x")
    assert "kept nowhere else" in window.problem.text()
    assert window.problem.isVisible()
    assert names(window) == ["mail"]


def test_a_keyring_that_asks_the_person_does_not_hold_up_the_window(
    window: SecretsWindow, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked, threads = threading.Event(), []

    def slow(self: MemoryKeyring, service: str, username: str, password: str) -> None:
        threads.append(threading.current_thread())
        unlocked.wait(10)

    monkeypatch.setattr(MemoryKeyring, "set_password", slow)
    window.name.setText("bank")
    window.value.setText("x")
    window.add.click()
    wait(lambda: threads)
    assert threads[0] is not threading.main_thread()
    assert not window.isEnabled()
    unlocked.set()
    wait(window.isEnabled)


def test_the_settings_lead_there_and_take_the_hidden_applications(app: QApplication) -> None:
    settings = SettingsWindow(Settings(), {})
    saved: list[Settings] = []
    wanted: list[bool] = []
    settings.saved.connect(saved.append)
    settings.secrets_wanted.connect(lambda: wanted.append(True))
    next(each for each in settings.findChildren(QPushButton) if each.text() == "Secrets to type …").click()
    assert wanted == [True]
    assert settings.never_captured.toPlainText().startswith("keepass, ")
    settings.never_captured.setPlainText(" Vault ,mybank\n\n银行，mybank, ")
    settings.save()
    assert saved[0].never_captured == ("Vault", "mybank", "银行")
