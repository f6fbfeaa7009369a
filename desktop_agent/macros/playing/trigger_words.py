"""What starts a macro, in English words."""

from desktop_agent.macros.playing.moments import DAYS, AtTime, Crontab, Every, moment_of, spans_of
from desktop_agent.macros.playing.triggers import HotkeyTrigger, Trigger

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def words(trigger: Trigger) -> str:
    """When it starts a macro."""
    off = "" if trigger.on else " (off)"
    return (keys_words(trigger.keys) if isinstance(trigger, HotkeyTrigger) else _when(moment_of(trigger))) + off


def keys_words(keys: str) -> str:
    """Like "Ctrl+Alt+M"."""
    return "+".join(each.capitalize() for each in keys.split("+"))


def _when(moment: AtTime | Every | Crontab) -> str:
    match moment:
        case AtTime(hour, minute, days):
            return f"at {hour}:{minute:02}, {_days(days)}"
        case Every(1, unit):
            return f"every {unit.removesuffix('s')}"
        case Every(number, unit):
            return f"every {number} {unit}"
        case Crontab(line):
            return f"at “{line}”"


def _days(days: tuple[str, ...]) -> str:
    if days == DAYS:
        return "every day"
    names = dict(zip(DAYS, _DAYS, strict=True))
    spans = spans_of(days)
    return ", ".join(names[first] if first == last else f"{names[first]} to {names[last]}" for first, last in spans)
