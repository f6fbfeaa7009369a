"""The windows in another language."""

import subprocess
import sysconfig
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

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


def test_every_text_of_the_windows_is_in_the_translation_and_that_is_compiled(tmp_path: Path) -> None:
    stored = theme.assets() / "translations" / "zh_CN.ts"
    found, compiled = tmp_path / "zh_CN.ts", tmp_path / "zh_CN.qm"
    sources = sorted(map(str, Path(language.__file__).parent.glob("*.py")))
    _qt_tool("lupdate", "-source-language", "en", "-target-language", "zh_CN", *sources, "-ts", str(found))
    assert _texts(found) == _texts(stored), "run pyside6-lupdate and translate"
    _qt_tool("lrelease", str(stored), "-qm", str(compiled))
    assert compiled.read_bytes() == stored.with_suffix(".qm").read_bytes(), "run pyside6-lrelease"


def _qt_tool(name: str, *arguments: str) -> None:
    tool = Path(sysconfig.get_path("scripts")) / f"pyside6-{name}"
    subprocess.run([tool, *arguments], check=True, capture_output=True)


def _texts(file: Path) -> set[tuple[str | None, str | None]]:
    contexts = ElementTree.parse(file).getroot().iter("context")
    return {(each.findtext("name"), text.findtext("source")) for each in contexts for text in each.iter("message")}
