"""The windows in another language."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop_agent.core.settings import Settings
from tests.ui.session_double import SessionDouble
from ui import language, theme
from ui.bridge import Bridge
from ui.chat import ChatWindow
from ui.chat_cards import outcome_words
from ui.settings import SettingsWindow
from ui.tray import Tray


@pytest.fixture
def translators(app: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_the_windows_speak_chinese(app: QApplication, translators: None) -> None:
    assert language.install(app, "zh_CN") == "zh_CN"
    chat = ChatWindow(SessionDouble(), Bridge(SessionDouble()))
    assert chat.composer.send.text() == "发送"
    assert chat.scope.text().startswith("整个屏幕")
    assert Tray().quit.text() == "退出"
    assert SettingsWindow(Settings(), {}).windowTitle() == "设置 – Desktop Agent"
    assert outcome_words("confirmed") == "已确认"


@pytest.mark.parametrize("wanted", ["en", "fr"])
def test_a_language_without_translation_is_english(app: QApplication, translators: None, wanted: str) -> None:
    assert language.install(app, wanted) == "en"
    assert Tray().quit.text() == "Quit"


def test_every_text_is_translated_and_keeps_its_placeholders() -> None:
    messages = ElementTree.parse(theme.assets() / "translations" / "zh_CN.ts").getroot().iter("message")
    for message in messages:
        source, translation = message.find("source"), message.find("translation")
        assert source is not None
        assert translation is not None
        assert translation.get("type") is None, f"{source.text} is not translated"
        for field in ("{0}", "{1}", "{text}", "{words}", "{number}", "{title}", "{name}", "{scope}", "{hotkey}"):
            assert (field in str(source.text)) is (field in str(translation.text)), source.text
