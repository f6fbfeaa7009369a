"""The settings window: hotkeys, look, language, planner, what the agent never sees, and which devices are trusted."""

import dataclasses
import re
from typing import cast

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.settings import PlannerName, Settings
from desktop_agent.desktop.keyboard.names import MODIFIERS, combination_text, parse_combination
from ui import theme
from ui.fields import line_up
from ui.settings_devices import TrustedDevices
from ui.settings_rules import RulesWindow
from ui.tall_column import TallColumn

_FREE_KEY = re.compile(r"f\d+|printscreen|pause|scrolllock|menu")
"""Keys that may be hotkeys without a modifier."""


WIDTH = 640
NOTE_LINES = 3
HIDDEN_HEIGHT = 80


class SettingsWindow(QDialog):
    """Lets the person change the settings. `saved` carries the new ones, which are on disk by then; `models_wanted`:
    the person wants to choose a model; `secrets_wanted`: to see the named secrets.

    Args:
        settings: as they are.
        problems: what is wrong with a hotkey, by the setting's name ("ask_hotkey": "… is used by another program").
    """

    saved = Signal(object)
    models_wanted = Signal()
    secrets_wanted = Signal()

    def __init__(self, settings: Settings, problems: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Settings – Desktop Agent"))
        self.setFixedWidth(WIDTH)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(theme.MEDIUM)
        self._form.setHorizontalSpacing(theme.LARGE)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self._errors: dict[str, QLabel] = {}
        self.hotkeys = {
            "ask_hotkey": self._hotkey("ask_hotkey", self.tr("Ask about a region"), problems),
            "stop_hotkey": self._hotkey("stop_hotkey", self.tr("Stop everything"), problems),
            "card_hotkey": self._hotkey("card_hotkey", self.tr("Go to the approval card"), problems),
            "record_hotkey": self._hotkey("record_hotkey", self.tr("Record a macro, and stop"), problems),
            "pause_hotkey": self._hotkey("pause_hotkey", self.tr("Pause a recording"), problems),
        }
        self.theme = self._choice(
            self.tr("Look"),
            settings.theme,
            {"system": self.tr("As the desktop"), "light": self.tr("Light"), "dark": self.tr("Dark")},
        )
        self.language = self._choice(
            self.tr("Language (after a restart)"),
            settings.language,
            {"": self.tr("As the desktop"), "en": "English", "zh_CN": "简体中文"},
        )
        self.planner = self._choice(
            self.tr("Who plans"),
            settings.planner,
            {
                "auto": self.tr("Automatic"),
                "instant": self.tr("Instant commands only"),
                "local": self.tr("The local model"),
                "remote": self.tr("The server"),
            },
        )
        self.never_captured = self._hidden_applications()
        self.trusted_devices = TrustedDevices(settings.trusted_devices)
        self._form.addRow(self.tr("Count as you"), self.trusted_devices)
        models = QPushButton(self.tr("Choose a model or a server …"))
        models.clicked.connect(self.models_wanted)
        self._form.addRow("", models)
        secrets = QPushButton(self.tr("Secrets to type …"))
        secrets.clicked.connect(self.secrets_wanted)
        self._form.addRow("", secrets)
        self.rules = QPushButton(self.tr("What is asked …"))
        self.rules.clicked.connect(lambda: RulesWindow(self).open())
        self._form.addRow("", self.rules)
        line_up(self._form)
        self._problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        theme.set_role(self._problem, "danger")
        self._problem.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        dress(buttons)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        rows = QWidget()
        rows.setLayout(self._form)
        self._form.setContentsMargins(0, 0, 0, 0)
        self.column = TallColumn(rows)
        self.column.fitted.connect(self.adjustSize)
        self.column.fit(WIDTH)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.HUGE, 0, theme.HUGE, 0)
        foot.addWidget(self._problem)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.LARGE, 0, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        layout.addWidget(self.column)
        layout.addLayout(foot)
        self.hotkeys["ask_hotkey"].setFocus()

    def save(self) -> None:
        """Check, write, and close; a problem is shown where it is."""
        hotkeys = self._checked_hotkeys()
        if hotkeys is None:
            return
        chosen = dataclasses.replace(
            self._settings,
            **hotkeys,
            theme=cast(theme.Mode, self.theme.currentData()),
            language=self.language.currentData(),
            planner=cast(PlannerName, self.planner.currentData()),
            never_captured=_names(self.never_captured.toPlainText()),
            trusted_devices=self.trusted_devices.trusted(),
        )
        try:
            core_settings.save(chosen)
        except AgentError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self.accept()
        self.saved.emit(chosen)

    def _checked_hotkeys(self) -> dict[str, str] | None:
        """The hotkeys as settings write them; None where one is wrong, which is shown beside it."""
        found: dict[str, str] = {}
        wrong: list[QLineEdit] = []
        for name, edit in self.hotkeys.items():
            try:
                hotkey = hotkey_of(edit.text())
                problem = self.tr("This hotkey is used above already.") if hotkey in found.values() else ""
                found[name] = hotkey
            except UsageError as error:
                problem = str(error)
            self._show_problem(name, problem)
            if problem:
                wrong.append(edit)
        if wrong:
            wrong[0].setFocus()
            self.column.ensureWidgetVisible(wrong[0])
            return None
        return found

    def _hotkey(self, name: str, label: str, problems: dict[str, str]) -> QLineEdit:
        edit = QLineEdit(getattr(self._settings, name))
        edit.setAccessibleName(label)
        note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        theme.set_role(note, "danger")
        self._errors[name] = note
        cell = QVBoxLayout()
        cell.setSpacing(theme.TINY)
        cell.addWidget(edit)
        cell.addWidget(note)
        self._form.addRow(label, cell)
        self._show_problem(name, problems.get(name, ""))
        return edit

    def _show_problem(self, name: str, problem: str) -> None:
        self._errors[name].setText(problem)
        self._errors[name].setVisible(bool(problem))

    def _hidden_applications(self) -> QPlainTextEdit:
        label = self.tr("Never show the agent")
        edit = QPlainTextEdit(", ".join(self._settings.never_captured))
        edit.setAccessibleName(label)
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(HIDDEN_HEIGHT)
        note = QLabel(
            self.tr(
                "Applications, by the beginning of a word of their names. Their windows come out grey, and the "
                "agent neither reads them nor acts in them."
            ),
            wordWrap=True,
            textFormat=Qt.TextFormat.PlainText,
        )
        theme.set_role(note, "small")
        # A form gives a wrapped text in a nested layout one line less than it needs.
        note.setMinimumHeight(NOTE_LINES * note.fontMetrics().lineSpacing())
        cell = QVBoxLayout()
        cell.setSpacing(theme.TINY)
        cell.addWidget(edit)
        cell.addWidget(note)
        self._form.addRow(label, cell)
        return edit

    def _choice(self, label: str, current: str, choices: dict[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(label)
        for value, text in choices.items():
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(current))
        self._form.addRow(label, box)
        return box


def dress(buttons: QDialogButtonBox) -> None:
    """Make Save the main button, and leave out the icons that Qt gives."""
    theme.set_kind(buttons.button(QDialogButtonBox.StandardButton.Save), "primary")
    for button in buttons.buttons():
        button.setIcon(QIcon())


def _names(text: str) -> tuple[str, ...]:
    """What stands between commas and line breaks."""
    return tuple(dict.fromkeys(name for each in re.split(r"[,，\n]", text) if (name := each.strip())))


def hotkey_of(text: str) -> str:
    """`text` as settings write hotkeys.

    Raises:
        UsageError: it can't be a hotkey.
    """
    keys = parse_combination(text)
    modifiers, others = [key for key in keys if key in MODIFIERS], [key for key in keys if key not in MODIFIERS]
    if len(others) != 1:
        raise UsageError(
            QCoreApplication.translate("SettingsWindow", "A hotkey is modifiers and one other key."),
            QCoreApplication.translate("SettingsWindow", "Write it like ctrl+alt+a."),
        )
    if set(modifiers) <= {"shift", "altgr"} and not _FREE_KEY.fullmatch(others[0]):
        raise UsageError(
            QCoreApplication.translate("SettingsWindow", "That key could not be typed any more."),
            QCoreApplication.translate("SettingsWindow", "Add ctrl, alt or super."),
        )
    return combination_text(keys)
