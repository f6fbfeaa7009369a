"""What starts macros in the tray: taken from the file, taken up again, let go of."""

import datetime
import threading
from collections.abc import Callable, Iterator

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.hotkeys import Hotkeys
from desktop_agent.macros.playing import locked, triggers
from desktop_agent.macros.playing.locked import Lock
from desktop_agent.macros.playing.schedule import Missed
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Start, Trigger, Triggers
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble
from ui.bridge import Bridge
from ui.global_keys import GlobalKeys
from ui.macro_triggers import QUEUED, Due, MacroTriggers


class SystemKeys:
    """The system's hotkeys. Used after they are closed, they fail as the real ones would."""

    def __init__(self) -> None:
        self.registered: dict[str, Callable[[], None]] = {}
        self.closed = False

    def register(self, keys: str, callback: Callable[[], None]) -> None:
        assert not self.closed
        self.registered[keys] = callback

    def unregister(self, keys: str) -> None:
        assert not self.closed
        self.registered.pop(keys, None)

    def close(self) -> None:
        self.closed = True


def keep(*all_: Trigger) -> None:
    triggers.save(Triggers(triggers=all_), Settings(), before=Triggers(triggers=all_))


HOTKEY = HotkeyTrigger(id="h", macro="Invoice", keys="ctrl+alt+m", values={"a": "1"})
HOURLY = ScheduleTrigger(id="s", macro="Report", minutes=60)


class Kept:
    def __init__(self) -> None:
        self.system: list[SystemKeys] = []
        self.keys = GlobalKeys({}, self._open)
        self.keys.use(Settings())
        self.heard: list[object] = []
        self.problems: list[dict[str, str]] = []
        self.triggers = MacroTriggers(Bridge(SessionDouble()), self.keys, Settings())
        for signal in (self.triggers.pressed, self.triggers.due, self.triggers.locked, self.triggers.missed):
            signal.connect(self.heard.append, QUEUED)
        self.triggers.failed.connect(self.heard.append)
        self.triggers.found.connect(self.problems.append)

    def _open(self, **_: object) -> Hotkeys:
        self.system.append(SystemKeys())
        return self.system[-1]

    @property
    def registered(self) -> list[str]:
        return list(self.system[-1].registered)

    def come(self, id_: str = "s") -> None:
        """The time of a schedule comes."""
        schedule = self.triggers._schedule
        assert schedule is not None
        schedule._scheduler.get_job(id_).modify(next_run_time=datetime.datetime.now(datetime.UTC))


@pytest.fixture
def kept(app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.setattr(locked, "look", lambda: Lock("unlocked", "a test"))
    made = Kept()
    yield made
    made.triggers.close()
    made.keys.close()


def test_without_the_file_nothing_is_read_until_there_is_one(kept: Kept, wait: Wait) -> None:
    kept.triggers.load()
    assert not kept.triggers._loading
    keep(HOTKEY)
    wait(lambda: kept.registered == ["ctrl+alt+m"])
    assert kept.triggers._schedule is None, "without times there is no scheduler"
    keep(HOTKEY.model_copy(update={"keys": "ctrl+alt+n"}))
    wait(lambda: kept.registered == ["ctrl+alt+n"])
    triggers.default_path().unlink()
    wait(lambda: kept.registered == [])


def test_a_hotkey_tells_what_it_wants(kept: Kept, wait: Wait) -> None:
    keep(HOTKEY)
    wait(lambda: kept.registered)
    threading.Thread(target=kept.system[-1].registered["ctrl+alt+m"]).start()
    wait(lambda: kept.heard == [Start("Invoice", {"a": "1"}, attended=True)])


def test_other_settings_take_hotkeys_up_again(kept: Kept, wait: Wait) -> None:
    keep(HOTKEY)
    wait(lambda: kept.registered)
    kept.triggers.let_keys_go()
    assert kept.registered == []
    kept.keys.use(Settings())
    kept.triggers.use(Settings())
    assert kept.registered == ["ctrl+alt+m"]
    kept.triggers.let_keys_go()
    kept.keys.use(Settings())
    kept.triggers.use(Settings(ask_hotkey="ctrl+alt+m"))
    assert kept.registered == []
    assert "for asking" in kept.problems[-1]["h"]


def test_without_hotkeys_here_each_is_told(kept: Kept, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_hotkeys(**_: object) -> Hotkeys:
        raise Unavailable("Wayland does not let programs have hotkeys.")

    monkeypatch.setattr(kept.keys, "_opener", no_hotkeys)
    kept.keys.use(Settings())
    keep(HOTKEY, HotkeyTrigger(id="off", macro="Report", keys="f9", on=False))
    wait(lambda: kept.problems)
    assert kept.problems == [{"h": "Wayland does not let programs have hotkeys."}]


def test_a_damaged_file_starts_nothing(kept: Kept, wait: Wait) -> None:
    keep(HOTKEY, HOURLY)
    wait(lambda: kept.registered)
    triggers.default_path().write_text("{")
    wait(lambda: kept.heard)
    assert "can't be read" in str(kept.heard[0])
    assert kept.registered == []
    assert kept.triggers._schedule is not None
    assert kept.triggers._schedule.next_times() == {}


def test_a_schedule_waits_for_the_end_of_its_run(kept: Kept, wait: Wait) -> None:
    keep(HOURLY, ScheduleTrigger(id="second", macro="Second", minutes=60))
    wait(lambda: kept.problems)
    kept.come()
    wait(lambda: kept.heard)
    (due,) = kept.heard
    assert isinstance(due, Due)
    assert due.start == Start("Report", {}, attended=False)
    kept.come("second")
    wait(lambda: kept.triggers._schedule._scheduler._executors["default"]._pool._work_queue.qsize() == 1)
    assert kept.heard == [due]
    due.over.set()
    wait(lambda: len(kept.heard) == 2)
    second = kept.heard[1]
    assert isinstance(second, Due)
    assert second.start.macro == "Second"


def test_nothing_is_due_while_the_screen_is_locked(kept: Kept, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(HOURLY)
    wait(lambda: kept.problems)
    for state in ("locked", "unknown"):
        monkeypatch.setattr(locked, "look", lambda state=state: Lock(state, "a test"))
        kept.heard.clear()
        kept.come()
        wait(lambda: kept.heard == [Start("Report", {}, attended=False)])


def test_a_crontab_that_makes_no_sense_is_told_and_the_others_run(kept: Kept, wait: Wait) -> None:
    keep(HOURLY, ScheduleTrigger(id="bad", macro="Bad", cron="99 * * * *"))
    wait(lambda: kept.problems)
    assert list(kept.problems[0]) == ["bad"]
    assert kept.triggers._schedule is not None
    assert list(kept.triggers._schedule.next_times()) == ["s"]


def test_what_was_missed_is_told(kept: Kept, wait: Wait) -> None:
    (triggers.default_path().parent / "macro-schedule.json").write_text('{"seen": 1700000000}')
    keep(ScheduleTrigger(id="c", macro="Report", cron="0 * * * *"))
    wait(lambda: kept.heard)
    (missed,) = kept.heard
    assert isinstance(missed, Missed)
    assert missed.trigger.macro == "Report"


def test_the_end_of_the_program_waits_for_no_run(kept: Kept, wait: Wait) -> None:
    keep(HOURLY, HOTKEY)
    wait(lambda: kept.problems)
    kept.come()
    wait(lambda: kept.heard)
    due = kept.heard[0]
    assert isinstance(due, Due)
    kept.triggers.close()
    assert due.over.is_set()
    assert kept.registered == []
    keep()
    assert kept.triggers._schedule is not None
    assert not kept.triggers._schedule._scheduler.running
