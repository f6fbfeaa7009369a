"""What starts macros: files, hotkeys that clash, crontabs, what was missed."""

import datetime
import json
import threading
import time
from datetime import timedelta

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.hotkeys import HotkeyTaken
from desktop_agent.macros.playing import schedule as schedule_module
from desktop_agent.macros.playing import triggers as triggers_module
from desktop_agent.macros.playing.schedule import Schedule, trigger_of
from desktop_agent.macros.playing.triggers import (
    HotkeyTrigger,
    MacroHotkeys,
    ScheduleTrigger,
    Start,
    Triggers,
    conflicts,
    load,
    save,
)

SETTINGS = Settings()
UTC = datetime.UTC


def hotkey(keys, id="a", macro="Invoice", **more):
    return HotkeyTrigger(id=id, macro=macro, keys=keys, **more)


def times(cron="", id="t", **more):
    return ScheduleTrigger(id=id, macro="Report", cron=cron, **more)


def test_they_are_kept_as_they_were(tmp_path):
    path = tmp_path / "t.json"
    assert load(path) == Triggers()
    kept = Triggers(
        triggers=(hotkey("ctrl+alt+m", values={"who": "Änn"}), times("30 8 * * mon-fri"), times(id="u", minutes=5))
    )
    save(kept, SETTINGS, path)
    assert load(path) == kept


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"format": 2}',
        '{"triggers": [{"kind": "hotkey", "id": "a", "macro": "M"}]}',
        '{"triggers": [{"kind": "schedule", "id": "a", "macro": "M"}]}',
        '{"triggers": [{"kind": "schedule", "id": "a", "macro": "M", "cron": "* * *"}]}',
        '{"triggers": [{"kind": "schedule", "id": "a", "macro": "M", "minutes": 5, "cron": "* * * * *"}]}',
        '{"triggers": [{"kind": "command", "id": "a", "macro": "M"}]}',
    ],
)
def test_damaged_files_are_said_and_stay(tmp_path, content):
    path = tmp_path / "t.json"
    path.write_text(content)
    with pytest.raises(UsageError, match="Mend the file"):
        load(path)
    assert path.read_text() == content


def test_two_macros_on_one_hotkey_are_refused_and_so_are_our_own(tmp_path):
    path = tmp_path / "t.json"
    both = Triggers(triggers=(hotkey("ctrl+alt+m"), hotkey("Alt+Ctrl+M", "b", "Letter")))
    with pytest.raises(UsageError, match="ctrl\\+alt\\+m can't start “Letter”: it is used already, to start “Invoice”"):
        save(both, SETTINGS, path)
    with pytest.raises(UsageError, match="used already, for stopping"):
        save(Triggers(triggers=(hotkey(SETTINGS.stop_hotkey),)), SETTINGS, path)
    with pytest.raises(UsageError, match="could not be typed any more"):
        save(Triggers(triggers=(hotkey("m"),)), SETTINGS, path)
    with pytest.raises(UsageError, match="no key called"):
        save(Triggers(triggers=(hotkey("ctrl+nothing"),)), SETTINGS, path)
    with pytest.raises(UsageError, match="same id"):
        save(Triggers(triggers=(hotkey("f9"), hotkey("f10"))), SETTINGS, path)
    assert not path.exists()
    off = Triggers(triggers=(hotkey("ctrl+alt+m", on=False), hotkey("ctrl+alt+m", "b")))
    assert conflicts(off, SETTINGS) == {}


class Hotkeys:
    """The system's, of which another program holds F9."""

    def __init__(self):
        self.registered = {}

    def register(self, keys, callback):
        if keys == "f9":
            raise HotkeyTaken("f9 is used by another program.")
        self.registered[keys] = callback

    def unregister(self, keys):
        self.registered.pop(keys, None)


def test_hotkeys_start_macros_and_what_can_not_be_registered_is_said():
    started, system = [], Hotkeys()
    keys = MacroHotkeys(started.append)
    wanted = (
        hotkey("ctrl+alt+m", values={"x": "1"}),
        hotkey("ctrl+alt+m", "b"),
        hotkey("f9", "c"),
        hotkey("f8", "d", on=False),
    )
    keys.use(system, wanted, SETTINGS)
    assert list(system.registered) == ["ctrl+alt+m"]
    assert keys.problems.keys() == {"b", "c"}
    system.registered["ctrl+alt+m"]()
    assert started == [Start("Invoice", {"x": "1"}, attended=True)]
    keys.use(system, (hotkey("f7"),), SETTINGS)
    assert list(system.registered) == ["f7"]
    keys.close()
    assert system.registered == {}


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 12 * * 1-5", "mon tue wed thu fri"),
        ("0 12 * * 0", "sun"),
        ("0 12 * * 7", "sun"),
        ("0 12 * * 5-7", "fri sat sun"),
        ("0 12 * * */2", "tue thu sat sun"),
        ("0 12 * * MON,3", "mon wed"),
        ("0 12 * * *", "mon tue wed thu fri sat sun"),
    ],
)
def test_weekdays_count_as_in_crontabs(cron, days):
    trigger, moment, found = trigger_of(times(cron), UTC), datetime.datetime(2026, 11, 23, tzinfo=UTC), []
    end = moment + timedelta(days=7)
    while (moment := trigger.get_next_fire_time(None, moment)) < end:
        found.append(moment.strftime("%a").lower())
        moment += timedelta(seconds=1)
    assert sorted(found) == sorted(days.split())


@pytest.mark.parametrize("cron", ["99 * * * *", "* * * * 9", "* * * * x", "* * * * 5-2", "a b c d e", "*/0 * * * *"])
def test_crontabs_that_make_no_sense(cron):
    with pytest.raises(UsageError, match="no time for “Report”"):
        trigger_of(times(cron), UTC)


class Recorded:
    def __init__(self, tmp_path, monkeypatch):
        self.started, self.missed, self.path = [], [], tmp_path / "seen.json"
        self.came = threading.Event()
        self.schedule = Schedule(self.play, self.missed.append, self.path, UTC)

    def play(self, start):
        self.started.append(start)
        self.came.set()


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    each = Recorded(tmp_path, monkeypatch)
    yield each
    each.schedule.close()


def test_what_was_missed_while_the_program_did_not_run_is_told_and_not_played(recorded):
    yesterday = datetime.datetime.now(UTC) - timedelta(hours=26)
    recorded.path.write_text(json.dumps({"seen": yesterday.timestamp()}))
    recorded.schedule.use([times("0 * * * *"), times("0 * * * *", "off", on=False), times(id="u", minutes=1)])
    (missed,) = recorded.missed
    assert missed.trigger.id == "t"
    assert missed.times in (25, 26, 27)
    assert missed.last <= datetime.datetime.now(UTC)
    assert recorded.started == []
    assert recorded.schedule.next_times().keys() == {"t", "u"}
    assert json.loads(recorded.path.read_text())["seen"] > yesterday.timestamp() + 3600


@pytest.mark.parametrize("content", ["", "[]", '{"seen": "x"}', '{"seen": 1e99}'])
def test_when_it_last_ran_may_be_unknown(recorded, content):
    recorded.path.write_text(content)
    recorded.schedule.use([times("0 * * * *")])
    assert recorded.missed == []


def test_a_macro_is_played_at_its_time_and_one_that_fails_ends_nothing(recorded, caplog):
    recorded.schedule.use([times(id="u", minutes=1)])
    job = recorded.schedule._scheduler.get_job("u")
    job.modify(next_run_time=datetime.datetime.now(UTC))
    assert recorded.came.wait(10)
    assert recorded.started == [Start("Report", {}, attended=False)]


def test_what_comes_too_late_is_missed(recorded):
    told = threading.Event()
    recorded.schedule._missed = lambda missed: (recorded.missed.append(missed), told.set())
    recorded.schedule.use([times(id="u", minutes=1)])
    late = datetime.datetime.now(UTC) - timedelta(seconds=schedule_module.GRACE_SECONDS + 20)
    recorded.schedule._scheduler.get_job("u").modify(next_run_time=late)
    assert told.wait(10)
    assert (recorded.missed[0].trigger.id, recorded.started) == ("u", [])


def test_a_crontab_that_makes_no_sense_changes_nothing(recorded):
    recorded.schedule.use([times("0 * * * *")])
    with pytest.raises(UsageError):
        recorded.schedule.use([times("0 * * * *", "new"), times("99 * * * *", "bad")])
    assert recorded.schedule.next_times().keys() == {"t"}
    assert triggers_module.default_path().name == "macro-triggers.json"


def test_a_change_of_others_lets_a_schedule_go_on_and_tells_nothing_as_missed(recorded):
    recorded.schedule.use([times(id="u", minutes=60), times("0 * * * *")])
    before = recorded.schedule.next_times()["u"]
    recorded.path.write_text(json.dumps({"seen": 0}))
    recorded.schedule.use([times(id="u", minutes=60), times("0 * * * *"), times("5 * * * *", "new")])
    assert recorded.schedule.next_times()["u"] == before
    assert recorded.missed == []
    recorded.schedule.use([times(id="u", minutes=30)])
    assert recorded.schedule.next_times().keys() == {"u"}
    assert recorded.schedule.next_times()["u"] < before


def test_a_new_schedule_has_missed_nothing_of_the_time_before_it(recorded):
    yesterday = datetime.datetime.now(UTC) - timedelta(hours=26)
    recorded.path.write_text(json.dumps({"seen": yesterday.timestamp(), "triggers": ["t"]}))
    recorded.schedule.use([times("0 * * * *"), times("0 * * * *", "new")])
    assert [each.trigger.id for each in recorded.missed] == ["t"]
    assert json.loads(recorded.path.read_text())["triggers"] == ["t", "new"]


def test_two_threads_may_end_it(recorded, monkeypatch):
    recorded.schedule.use([ScheduleTrigger(id="a", macro="Report", cron="0 * * * *")])
    entered, ended = threading.Event(), []

    def slow():
        entered.set()
        time.sleep(0.1)

    def end():
        recorded.schedule.close()
        ended.append(threading.current_thread())

    monkeypatch.setattr(recorded.schedule, "_keep_seen", slow)
    other = threading.Thread(target=end)
    other.start()
    entered.wait(10)
    end()
    other.join()
    assert len(ended) == 2


def test_crontabs_that_make_no_sense_are_told_apart():
    problems = schedule_module.senseless([times("0 * * * *"), times("99 * * * *", "bad"), times(id="u", minutes=5)])
    assert problems.keys() == {"bad"}
