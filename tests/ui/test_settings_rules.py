"""The window that lists the rules."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidgetItem

from desktop_agent.core.settings import Settings
from desktop_agent.safety import rulebook
from desktop_agent.safety.rulebook import Grade, RulesBroken
from tests.ui.conftest import Wait
from ui import theme
from ui.settings import SettingsWindow
from ui.settings_rules import RulesWindow


def said(item: QTreeWidgetItem) -> list[str]:
    return [item.child(index).text(0) for index in range(item.childCount())]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_rule_is_listed_in_words_under_its_class(app: QApplication, mode: theme.Mode) -> None:
    theme.apply(app, mode)
    window = RulesWindow()
    window.show()
    groups = [window.tree.topLevelItem(index) for index in range(window.tree.topLevelItemCount())]
    assert [group.text(0) for group in groups] == ["Asked every time", "Handed over to you", "Never done"]
    for group, grade in zip(groups, Grade, strict=True):
        assert sorted(said(group)) == sorted(rule.says for rule in rulebook.shipped().rules if rule.grade is grade)
    deleting = next(
        groups[0].child(i) for i in range(groups[0].childCount()) if "Deleting" in groups[0].child(i).text(0)
    )
    words = " ".join(said(deleting))
    assert "delete" in words
    assert "清" in words
    assert not groups[0].child(0).flags() & Qt.ItemFlag.ItemIsEditable
    shot = window.grab().toImage()
    assert shot.pixelColor(2, 2) == theme.colors().window
    window.close()


def test_the_settings_open_it(app: QApplication, wait: Wait) -> None:
    settings = SettingsWindow(Settings(), {})
    settings.show()
    QTest.mouseClick(settings.rules, Qt.MouseButton.LeftButton)
    wait(lambda: any(each.isVisible() for each in settings.findChildren(RulesWindow)))
    settings.findChild(RulesWindow).close()
    settings.close()


def test_rules_that_can_not_be_read_are_told(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RulesBroken("The rules of what may be done can't be read.", "Install Desktop Agent again.")

    monkeypatch.setattr(rulebook, "shipped", broken)
    window = RulesWindow()
    assert "can't be read" in window.note.text()
    assert window.tree.topLevelItemCount() == 0
    window.close()
