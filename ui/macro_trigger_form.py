"""The dialog for what starts a macro by itself: its hotkey, and the times at which it is played."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.macros.format import Parameter
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import triggered
from desktop_agent.macros.playing.moments import AtTime, Crontab, Every, Moment, moment_of
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Triggers
from ui import theme
from ui.bridge import Bridge
from ui.labels import plain_label
from ui.macro_form import WIDTH, ParameterField
from ui.macro_moment_field import MomentField
from ui.macro_trigger_known import Known
from ui.settings import dress, hotkey_of
from ui.tall_column import TallColumn
from ui.visible_text import line


class TriggerForm(QDialog):
    """Changes them, one hotkey and one schedule of a macro. `saved`: they are on disk; `approve_wanted`: the person
    wants to approve the macro as a whole.

    Args:
        known: the macro, and what starts it.
        problems: what is wrong with triggers, by their ids.
        library: the macro's.
        check: see `ParameterForm`.
    """

    saved = Signal()
    approve_wanted = Signal()

    def __init__(
        self,
        known: Known,
        problems: Mapping[str, str],
        library: Library,
        check: Callable[[Parameter, str], object],
        bridge: Bridge,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known, self._library, self._check, self._bridge = known, library, check, bridge
        self.setWindowTitle(self.tr("By itself – Desktop Agent"))
        self.setFixedWidth(WIDTH)
        self.hotkey = QLineEdit(known.hotkey.keys if known.hotkey is not None else "")
        self.hotkey.setPlaceholderText("ctrl+alt+1")
        self.hotkey.setClearButtonEnabled(True)
        self.hotkey.setAccessibleName(self.tr("Hotkey"))
        self.hotkey_problem, self.moment_problem = _problem(), _problem()
        self.moment = MomentField()
        self.fields = {each.name: ParameterField(each, known.secrets, self) for each in self._parameters()}
        self._fill()
        self._lay_out()
        for trigger, label in ((known.hotkey, self.hotkey_problem), (known.schedule, self.moment_problem)):
            _say(label, problems.get(trigger.id, "") if trigger is not None else "")
        self.moment.changed.connect(self._show_fitting)
        self._show_fitting()
        self.hotkey.setFocus()

    def save(self) -> None:
        """Check, write, and close; a problem is shown where it is."""
        hotkey, schedule = self._hotkey(), self._schedule()
        if isinstance(hotkey, bool) or isinstance(schedule, bool):
            return
        library, entry = self._library, self._known.entry

        def work() -> Triggers:
            snapshot = library.snapshot()

            def alter(kept: Triggers) -> Triggers:
                changed = triggered.replaced(kept, snapshot, entry, ScheduleTrigger, schedule)
                return triggered.replaced(changed, snapshot, entry, HotkeyTrigger, hotkey)

            return triggered.change(alter)

        self.setEnabled(False)
        self._bridge.background(work, self._saved, self._failed, self)

    def _saved(self, _: Triggers) -> None:
        self.accept()
        self.saved.emit()

    def _failed(self, error: AgentError) -> None:
        """What only shows when all triggers are looked at together is that the hotkey is taken."""
        self.setEnabled(True)
        if isinstance(error, UsageError):
            _say(self.hotkey_problem, str(error))
            self.hotkey.setFocus()
        else:
            _say(self.moment_problem, str(error))

    def _hotkey(self) -> HotkeyTrigger | bool | None:
        """The hotkey as it shall be, None for none; False where it is wrong, which is shown."""
        before, text = self._known.hotkey, self.hotkey.text().strip()
        _say(self.hotkey_problem, "")
        if not text:
            return None
        try:
            keys = hotkey_of(text)
        except UsageError as error:
            _say(self.hotkey_problem, str(error))
            self.hotkey.setFocus()
            return False
        if before is not None and before.keys == keys:
            return before
        values = before.values if before is not None else {}
        return HotkeyTrigger(id=triggered.new_id("hotkey"), macro=self._known.called, keys=keys, values=values)

    def _schedule(self) -> ScheduleTrigger | bool | None:
        """The schedule as it shall be; see `_hotkey`."""
        _say(self.moment_problem, "")
        try:
            moment = self.moment.moment()
            if moment is None:
                return None
            values = self._values()
            if values is None:
                return False
            before = self._known.schedule
            if before is not None and moment_of(before) == moment and before.values == values:
                return before
            match moment:
                case AtTime():
                    return triggered.schedule(self._known.called, values, cron=moment.cron)
                case Every():
                    return triggered.schedule(self._known.called, values, minutes=moment.minutes)
                case Crontab():
                    return triggered.schedule(self._known.called, values, cron=moment.line)
        except UsageError as error:
            _say(self.moment_problem, str(error))
            self.moment.setFocus()
        return False

    def _values(self) -> dict[str, str] | None:
        """Those that differ from the defaults; None where one is wrong, which is shown."""
        wrong = [field for field in self.fields.values() if not field.is_right(self._check)]
        if wrong:
            wrong[0].focus()
            self.column.ensureWidgetVisible(wrong[0])
            return None
        texts = {name: field.text() for name, field in self.fields.items()}
        return {name: text for name, text in texts.items() if text != self.fields[name].parameter.default}

    def _parameters(self) -> tuple[Parameter, ...]:
        macro = self._known.entry.macro
        return macro.parameters if macro is not None else ()

    def _fill(self) -> None:
        schedule = self._known.schedule
        if schedule is None:
            return
        moment: Moment = moment_of(schedule)
        self.moment.set_moment(moment)
        for name, text in schedule.values.items():
            if name in self.fields:
                self.fields[name].set_text(text)

    def _lay_out(self) -> None:
        said = self.tr("Pressed anywhere, it plays the macro; what it needs to know is asked for.")
        keys = _section(self.tr("Hotkey"), self.hotkey, self.hotkey_problem, plain_label(said, "small", wrap=True))
        times = _section(self.tr("At times"), self.moment, self.moment_problem)
        said = self.tr("With these values, since nobody may be there to be asked:")
        self.values = _section(said, *self.fields.values())
        said = self.tr(
            "It is not approved as a whole. At its times nobody may be there to allow its steps: it would end at the "
            "first one."
        )
        self.approve = QPushButton(self.tr("Approve …"))
        self.approve.setAutoDefault(False)
        self.approve.clicked.connect(self.approve_wanted)
        self.unapproved = _section("", plain_label(said, "warning", wrap=True), _leftmost(self.approve))
        head = plain_label(line(self._known.entry.name), "title", wrap=True)
        said = self.tr("Both work while Desktop Agent runs. Nothing is played while the screen is locked.")
        about = plain_label(said, "muted", wrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        dress(buttons)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        self.column = TallColumn(head, about, keys, times, self.values, self.unapproved)
        self.column.fitted.connect(self.adjustSize)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.LARGE, 0, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        layout.addWidget(self.column)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.HUGE, 0, theme.HUGE, 0)
        foot.addWidget(buttons)
        layout.addLayout(foot)

    def _show_fitting(self) -> None:
        """What a schedule alone needs."""
        scheduled = self.moment.kind.currentIndex() != 0
        self.values.setVisible(scheduled and bool(self.fields))
        self.unapproved.setVisible(scheduled and not self._known.approved)
        self.column.fit(WIDTH)


def _section(title: str, *widgets: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.SMALL)
    if title:
        column.addWidget(plain_label(title, wrap=True))
    for widget in widgets:
        column.addWidget(widget)
    return made


def _leftmost(button: QPushButton) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(button)
    row.addStretch()
    return made


def _problem() -> QLabel:
    label = plain_label("", "danger", wrap=True)
    label.hide()
    return label


def _say(label: QLabel, problem: str) -> None:
    label.setText(line(problem))
    label.setVisible(bool(problem))
