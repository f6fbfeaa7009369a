"""What starts a macro, for people, in their language."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_agent.macros.playing.moments import DAYS, AtTime, Crontab, Every, Moment, moment_of, spans_of
from desktop_agent.macros.playing.triggers import HotkeyTrigger, Trigger
from ui.tray import shown_hotkey
from ui.visible_text import line


def words(trigger: Trigger) -> str:
    """Like "Ctrl+Alt+M", or "at 8:30, Monday to Friday"."""
    shown = line(shown_hotkey(trigger.keys)) if isinstance(trigger, HotkeyTrigger) else _when(moment_of(trigger))
    return shown if trigger.on else QCoreApplication.translate("triggers", "{trigger} (off)").format(trigger=shown)


def listed(triggers: Sequence[Trigger]) -> str:
    """All of them."""
    return ", ".join(map(words, triggers))


def day_name(day: str, short: bool = False) -> str:
    """The name of one of `DAYS`."""
    form = QLocale.FormatType.ShortFormat if short else QLocale.FormatType.LongFormat
    return QLocale().standaloneDayName(DAYS.index(day) + 1, form)


def _when(moment: Moment) -> str:
    match moment:
        case AtTime(hour, minute, days):
            return QCoreApplication.translate("triggers", "at {time}, {days}").format(
                time=f"{hour}:{minute:02}", days=_days(days)
            )
        case Every(1, unit):
            return {
                "minutes": QCoreApplication.translate("triggers", "every minute"),
                "hours": QCoreApplication.translate("triggers", "every hour"),
                "days": QCoreApplication.translate("triggers", "once a day"),
            }[unit]
        case Every(number, unit):
            said = {
                "minutes": QCoreApplication.translate("triggers", "every {number} minutes"),
                "hours": QCoreApplication.translate("triggers", "every {number} hours"),
                "days": QCoreApplication.translate("triggers", "every {number} days"),
            }
            return said[unit].format(number=number)
        case Crontab(text):
            return QCoreApplication.translate("triggers", "at “{text}”").format(text=text)


def _days(days: tuple[str, ...]) -> str:
    if days == DAYS:
        return QCoreApplication.translate("triggers", "every day")
    parts = [
        day_name(first)
        if first == last
        else QCoreApplication.translate("triggers", "{0} to {1}").format(day_name(first), day_name(last))
        for first, last in spans_of(days)
    ]
    return QCoreApplication.translate("triggers", ", ").join(parts)
