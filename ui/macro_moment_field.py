"""A field for the times at which something is done."""

from PySide6.QtCore import QCoreApplication, QTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QStackedWidget,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.playing.moments import DAYS, AtTime, Crontab, Every, Moment
from ui import theme
from ui.fields import describe, inset
from ui.labels import plain_label
from ui.macro_trigger_words import day_name

MORNING = QTime(8, 30)
MOST = 9999
NEVER, AT, EVERY, CRON = range(4)


class MomentField(QWidget):
    """Never, at a time on certain days, every so often, or a crontab line; `changed` comes with each of these."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = QComboBox()
        self.kind.addItems(
            [
                self.tr("Not by the clock"),
                self.tr("At a time, on certain days"),
                self.tr("Every so often"),
                self.tr("As a crontab line says"),
            ]
        )
        describe(self.kind, self.tr("At times"))
        self._pages = QStackedWidget()
        for page in (QWidget(), self._at(), self._every(), self._cron()):
            self._pages.addWidget(page)
        self.kind.currentIndexChanged.connect(self._turn)
        self.setFocusProxy(self.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SMALL)
        column.addWidget(self.kind)
        column.addWidget(self._pages)
        self._turn(NEVER)

    def moment(self) -> Moment | None:
        """What it says; None: never.

        Raises:
            UsageError: it says nothing that makes sense.
        """
        match self.kind.currentIndex():
            case 1:
                days = tuple(day for day, box in self.days.items() if box.isChecked())
                if not days:
                    raise UsageError(self.tr("Choose at least one day."))
                return AtTime(self.time.time().hour(), self.time.time().minute(), days)
            case 2:
                return Every(self.number.value(), self.unit.currentData())
            case 3:
                line = " ".join(self.line.text().split())
                if not line:
                    raise UsageError(self.tr("This is needed."))
                return Crontab(line)
        return None

    def set_moment(self, moment: Moment | None) -> None:
        """Show that."""
        match moment:
            case AtTime(hour, minute, days):
                self.kind.setCurrentIndex(AT)
                self.time.setTime(QTime(hour, minute))
                for day, box in self.days.items():
                    box.setChecked(day in days)
            case Every(number, unit):
                self.kind.setCurrentIndex(EVERY)
                self.number.setValue(number)
                self.unit.setCurrentIndex(self.unit.findData(unit))
            case Crontab(line):
                self.kind.setCurrentIndex(CRON)
                self.line.setText(line)
            case None:
                self.kind.setCurrentIndex(NEVER)

    def _turn(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        # A stack is as high as its highest page; an empty one needs no room at all.
        self._pages.setVisible(number != NEVER)
        self._pages.setMaximumHeight(max(0, self._pages.widget(number).sizeHint().height()))
        self.changed.emit()

    def _at(self) -> QWidget:
        self.time = inset(QTimeEdit(MORNING))
        self.time.setDisplayFormat("H:mm")
        self.time.setAccessibleName(self.tr("Time"))
        self.days = {day: QCheckBox(day_name(day, short=True)) for day in DAYS}
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        for day, box in self.days.items():
            box.setChecked(day in DAYS[:5])
            box.setAccessibleName(day_name(day))
            row.addWidget(box)
        row.addStretch()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SMALL)
        column.addWidget(self.time)
        column.addLayout(row)
        return page

    def _every(self) -> QWidget:
        self.number = inset(QSpinBox(minimum=1, maximum=MOST, value=1))
        self.number.setAccessibleName(self.tr("How many"))
        self.unit = QComboBox()
        describe(self.unit, self.tr("Minutes, hours or days"))
        for unit, name in (
            ("minutes", QCoreApplication.translate("triggers", "minutes")),
            ("hours", QCoreApplication.translate("triggers", "hours")),
            ("days", QCoreApplication.translate("triggers", "days")),
        ):
            self.unit.addItem(name, unit)
        self.unit.setCurrentIndex(1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        row.addWidget(self.number, 1)
        row.addWidget(self.unit, 1)
        return page

    def _cron(self) -> QWidget:
        self.line = QLineEdit()
        self.line.setPlaceholderText("30 8 * * mon-fri")
        self.line.setAccessibleName(self.tr("Crontab line"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        column.addWidget(self.line)
        column.addWidget(plain_label(self.tr("Minute, hour, day of the month, month, weekday."), "small", wrap=True))
        return page
