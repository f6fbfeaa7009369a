"""When a schedule plays, as people think of it: at a time on certain days, every so often, or else a crontab line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desktop_agent.macros.playing.triggers import ScheduleTrigger

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Unit = Literal["minutes", "hours", "days"]
MINUTES: dict[Unit, int] = {"days": 1440, "hours": 60, "minutes": 1}
"""Of each unit, the largest first."""
_CRONTAB_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
SUNDAY_TOO = 7
"""In crontabs, like 0."""


@dataclass(frozen=True)
class AtTime:
    """On `days`, some of `DAYS` in their order."""

    hour: int
    minute: int
    days: tuple[str, ...] = DAYS

    @property
    def cron(self) -> str:
        """As a crontab line."""
        spans = ",".join(first if first == last else f"{first}-{last}" for first, last in spans_of(self.days))
        return f"{self.minute} {self.hour} * * {'*' if self.days == DAYS else spans}"


@dataclass(frozen=True)
class Every:
    """Every so often."""

    number: int
    unit: Unit

    @property
    def minutes(self) -> int:
        return self.number * MINUTES[self.unit]


@dataclass(frozen=True)
class Crontab:
    """Whatever else a line of a crontab can say."""

    line: str


Moment = AtTime | Every | Crontab


def moment_of(schedule: ScheduleTrigger) -> Moment:
    """When it plays."""
    if schedule.minutes:
        unit = next(unit for unit, minutes in MINUTES.items() if schedule.minutes % minutes == 0)
        return Every(schedule.minutes // MINUTES[unit], unit)
    minute, hour, day, month, weekdays = schedule.cron.split(" ")
    if (day, month) != ("*", "*") or not _below(minute, 60) or not _below(hour, 24):
        return Crontab(schedule.cron)
    try:
        named = set(named_days(weekdays).split(","))
    except ValueError:
        return Crontab(schedule.cron)
    if named == {"*"}:
        return AtTime(int(hour), int(minute))
    return AtTime(int(hour), int(minute), tuple(each for each in DAYS if each in named))


def spans_of(days: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The first and the last of those that follow one another; two are no span."""
    numbers = sorted(DAYS.index(each) for each in days)
    first: int | None = None
    for number in numbers:
        first = number if first is None else first
        if number + 1 in numbers:
            continue
        if number == first + 1:
            yield DAYS[first], DAYS[first]
            first = number
        yield DAYS[first], DAYS[number]
        first = None


def named_days(weekdays: str) -> str:
    """The last field of a crontab with its weekdays one by one and by name: their numbers count from Sunday there, and
    from Monday in APScheduler.

    Raises:
        ValueError: they make no sense.
    """
    return ",".join(_named(each) for each in weekdays.lower().split(","))


def _named(days: str) -> str:
    """One part of a list of weekdays."""
    span, _, step = days.partition("/")
    if span == "*" and not step:
        return days
    first, _, last = ("0", "", "6") if span == "*" else span.partition("-")
    if first in DAYS and (not last or last in DAYS):
        start, end = DAYS.index(first), DAYS.index(last or first)
        names = [DAYS[each] for each in range(start, end + 1, int(step or 1))]
    else:
        numbers = range(int(first), int(last or ("6" if step else first)) + 1, int(step or 1))
        names = [_CRONTAB_DAYS[each % SUNDAY_TOO] for each in numbers if each <= SUNDAY_TOO]
        names = names if len(names) == len(numbers) else []
    if not names:
        raise ValueError(f"there is no weekday {days}")
    return ",".join(names)


def _below(text: str, limit: int) -> bool:
    return text.isdecimal() and int(text) < limit
