"""The part of the settings that says which virtual devices count as the person."""

import dataclasses
from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_agent.core import settings
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.settings import Settings
from tests.ui.conftest import Wait
from tests.ui.test_language import translators  # noqa: F401
from ui import language, settings_devices, theme
from ui.settings import SettingsWindow
from ui.settings_devices import TrustedDevices

POINTER, KEYBOARD = "Virtual core XTEST pointer", "Virtual core XTEST keyboard"


def shown(trusted: Sequence[str]) -> TrustedDevices:
    devices = TrustedDevices(trusted)
    devices.show()
    return devices


def test_the_devices_of_programs_are_listed_and_none_of_the_persons() -> None:
    devices = shown(())
    assert set(devices.devices) == {POINTER, KEYBOARD}
    assert not any(box.isChecked() for box in devices.devices.values())
    assert devices.trusted() == ()
    assert not devices.problem.isVisible()


def test_what_is_ticked_is_saved_and_shown_again(app: QApplication) -> None:
    window = SettingsWindow(Settings(trusted_devices=("Onboard",)), {})
    window.show()
    box = window.trusted_devices.devices[KEYBOARD]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() / 8)
    window.save()
    assert settings.load() == dataclasses.replace(Settings(), trusted_devices=(KEYBOARD, "Onboard"))
    again = SettingsWindow(settings.load(), {}).trusted_devices
    assert again.devices[KEYBOARD].isChecked()
    assert not again.devices[POINTER].isChecked()
    assert again.others["Onboard"].isChecked()
    again.devices[KEYBOARD].click()
    again.others["Onboard"].click()
    assert again.trusted() == ()


def test_a_pattern_covers_devices_until_it_is_unticked() -> None:
    devices = shown(("*xtest KEYBOARD", POINTER.upper()))
    assert devices.trusted() == (POINTER, "*xtest KEYBOARD")
    keyboard = devices.devices[KEYBOARD]
    assert (keyboard.isChecked(), keyboard.isEnabled()) == (True, False)
    devices.others["*xtest KEYBOARD"].click()
    assert (keyboard.isChecked(), keyboard.isEnabled()) == (False, True)
    assert devices.trusted() == (POINTER,)


def test_a_name_that_looks_like_a_pattern_or_like_markup_stays_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "A [1] *&\u202e XTEST <b>"
    monkeypatch.setattr(settings_devices, "virtual_devices", lambda: (name, "A 1 xyz XTEST <b>"))
    devices = shown(())
    assert devices.devices[name].text() == "A [1] *&&⟨U+202E⟩ XTEST <b>"
    devices.devices[name].click()
    again = shown(devices.trusted())
    assert [box.isChecked() for box in again.devices.values()] == [True, False]
    assert not again.others


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_says_what_trusting_means_and_why_it_can_not_list_them(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, mode: theme.Mode
) -> None:
    def unavailable() -> None:
        raise Unavailable("This display has no XInput extension.", "Use Xorg.")

    theme.apply(app, mode)
    monkeypatch.setattr(settings_devices, "virtual_devices", unavailable)
    devices = shown(("Onboard",))
    assert devices.problem.text() == "This display has no XInput extension. Use Xorg."
    assert devices.trusted() == ("Onboard",)
    assert devices.grab().toImage().pixelColor(2, 2) != devices.others["Onboard"].palette().text().color()


@pytest.mark.parametrize("chosen", ["en", "zh_CN"])
@pytest.mark.usefixtures("translators")
def test_the_note_has_the_lines_that_it_needs(app: QApplication, wait: Wait, chosen: str) -> None:
    language.install(app, chosen)
    window = SettingsWindow(Settings(trusted_devices=("*XTEST*",)), {})
    window.show()
    note = window.trusted_devices._note
    wait(lambda: note.height() >= note.heightForWidth(note.width()) > note.fontMetrics().height())
