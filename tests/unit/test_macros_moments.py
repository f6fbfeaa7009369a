"""When a schedule plays, as people think of it, and in words."""

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.playing import triggered
from desktop_agent.macros.playing.moments import DAYS, AtTime, Crontab, Every, Moment, moment_of
from desktop_agent.macros.playing.trigger_words import words
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger

WEEK = DAYS[:5]


def scheduled(cron: str = "", minutes: int = 0) -> ScheduleTrigger:
    return ScheduleTrigger(id="a", macro="Report", cron=cron, minutes=minutes)


@pytest.mark.parametrize(
    ("cron", "moment", "said"),
    [
        ("30 8 * * mon-fri", AtTime(8, 30, WEEK), "at 8:30, Monday to Friday"),
        ("5 18 * * 1-5", AtTime(18, 5, WEEK), "at 18:05, Monday to Friday"),
        ("0 0 * * 0,6", AtTime(0, 0, ("sat", "sun")), "at 0:00, Saturday, Sunday"),
        ("0 7 * * *", AtTime(7, 0), "at 7:00, every day"),
        ("0 7 * * mon,wed-fri", AtTime(7, 0, ("mon", "wed", "thu", "fri")), "at 7:00, Monday, Wednesday to Friday"),
        ("0 7 1 * *", Crontab("0 7 1 * *"), "at “0 7 1 * *”"),
        ("*/5 * * * *", Crontab("*/5 * * * *"), "at “*/5 * * * *”"),
        ("0 7 * * fri-mon", Crontab("0 7 * * fri-mon"), "at “0 7 * * fri-mon”"),
        ("70 7 * * *", Crontab("70 7 * * *"), "at “70 7 * * *”"),
    ],
)
def test_what_a_crontab_line_says(cron: str, moment: Moment, said: str) -> None:
    assert moment_of(scheduled(cron)) == moment
    assert words(scheduled(cron)) == said
    if isinstance(moment, AtTime):
        assert moment_of(triggered.schedule("Report", {}, moment.cron)) == moment


@pytest.mark.parametrize(
    ("minutes", "moment", "said"),
    [
        (1, Every(1, "minutes"), "every minute"),
        (90, Every(90, "minutes"), "every 90 minutes"),
        (120, Every(2, "hours"), "every 2 hours"),
        (2880, Every(2, "days"), "every 2 days"),
    ],
)
def test_what_every_so_often_is(minutes: int, moment: Every, said: str) -> None:
    assert moment_of(scheduled(minutes=minutes)) == moment
    assert moment.minutes == minutes
    assert words(scheduled(minutes=minutes)) == said


def test_a_hotkey_in_words() -> None:
    assert words(HotkeyTrigger(id="a", macro="Report", keys="ctrl+alt+m")) == "Ctrl+Alt+M"
    assert words(HotkeyTrigger(id="a", macro="Report", keys="f9", on=False)) == "F9 (off)"


@pytest.mark.parametrize("cron", ["soon", "99 * * * *", "0 0 * * 8", "0 0 * * fri-mon", "0 0 * * mon/0", ""])
def test_what_is_no_time_makes_no_schedule(cron: str) -> None:
    with pytest.raises(UsageError, match="no time"):
        triggered.schedule("Report", {}, cron)
