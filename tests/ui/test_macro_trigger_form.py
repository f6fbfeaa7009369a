"""The dialog for what starts a macro by itself."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTime
from PySide6.QtTest import QTest

from desktop_agent.core import settings as core_settings
from desktop_agent.core.settings import Settings
from desktop_agent.macros.format import Parameter
from desktop_agent.macros.playing import triggers
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Trigger, Triggers
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import WorkDouble, macro, press, typing
from tests.ui.session_double import SessionDouble
from ui.bridge import Bridge
from ui.macro_moment_field import AT, CRON, EVERY, NEVER
from ui.macro_trigger_form import TriggerForm
from ui.macro_trigger_known import known


class Whole:
    def __init__(self) -> None:
        self.work, self.bridge = WorkDouble(), Bridge(SessionDouble())
        self.work.library.add(macro(press("a"), name="Save"), {})
        parameters = (Parameter(name="amount", type="integer"), Parameter(name="who", default="Ann"))
        self.work.library.add(macro(typing("a", "{{amount}}"), name="Invoice", parameters=parameters), {})
        self.saved = 0

    def form(self, name: str, problems: dict[str, str] | None = None) -> TriggerForm:
        work = self.work
        made = TriggerForm(known(work.library.find(name), work), problems or {}, work.library, work.check, self.bridge)
        made.saved.connect(self._saved)
        made.show()
        return made

    def _saved(self) -> None:
        self.saved += 1


@pytest.fixture
def whole(app: object) -> Iterator[Whole]:
    return Whole()


def keep(*all_: Trigger) -> None:
    triggers.save(Triggers(triggers=all_), Settings(), before=Triggers(triggers=all_))


def kept() -> list[tuple[str, str]]:
    found = triggers.load().triggers
    return [
        (each.macro, each.keys if isinstance(each, HotkeyTrigger) else each.cron or str(each.minutes)) for each in found
    ]


def save(whole: Whole, form: TriggerForm, wait: Wait) -> None:
    form.save()
    wait(lambda: whole.saved)
    assert not form.isVisible()
    whole.saved = 0


def test_hotkey_and_times_are_set_changed_and_removed(whole: Whole, wait: Wait) -> None:
    form = whole.form("Save")
    assert form.moment.kind.currentIndex() == NEVER
    QTest.keyClicks(form.hotkey, "Alt+Ctrl+M")
    form.moment.kind.setCurrentIndex(AT)
    form.moment.time.setTime(QTime(18, 5))
    form.moment.days["fri"].setChecked(False)
    save(whole, form, wait)
    assert kept() == [("Save", "5 18 * * mon-thu"), ("Save", "ctrl+alt+m")]
    form = whole.form("Save")
    assert form.hotkey.text() == "ctrl+alt+m"
    assert form.moment.time.time() == QTime(18, 5)
    assert [day for day, box in form.moment.days.items() if box.isChecked()] == ["mon", "tue", "wed", "thu"]
    form.moment.kind.setCurrentIndex(EVERY)
    form.moment.number.setValue(90)
    form.moment.unit.setCurrentIndex(0)
    form.hotkey.clear()
    save(whole, form, wait)
    assert kept() == [("Save", "90")]
    form = whole.form("Save")
    assert (form.moment.number.value(), form.moment.unit.currentData()) == (90, "minutes")
    form.moment.kind.setCurrentIndex(CRON)
    form.moment.line.setText(" 0 7  1 * * ")
    save(whole, form, wait)
    assert kept() == [("Save", "0 7 1 * *")]
    form = whole.form("Save")
    assert form.moment.line.text() == "0 7 1 * *"
    form.moment.kind.setCurrentIndex(NEVER)
    save(whole, form, wait)
    assert kept() == []


def test_what_is_not_changed_stays_as_it_is_and_so_do_the_others(whole: Whole, wait: Wait) -> None:
    before = (
        HotkeyTrigger(id="h", macro="save", keys="ctrl+alt+m", values={"x": "1"}, on=False),
        ScheduleTrigger(id="s", macro="save", cron="0 7 * * *", on=False),
        HotkeyTrigger(id="other", macro="Invoice", keys="f9"),
    )
    keep(*before)
    save(whole, whole.form("Save"), wait)
    assert {each.id: each for each in triggers.load().triggers} == {each.id: each for each in before}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [("ctrl+alt+a", "for asking"), ("x", "could not be typed"), ("ctrl+nothing", "no key"), ("f9", "start “Invoice”")],
)
def test_a_hotkey_that_can_not_be_one_is_told_at_its_field(whole: Whole, wait: Wait, keys: str, problem: str) -> None:
    keep(HotkeyTrigger(id="other", macro="Invoice", keys="f9"))
    form = whole.form("Save")
    form.hotkey.setText(keys)
    form.save()
    wait(lambda: problem in form.hotkey_problem.text())
    assert form.isEnabled()
    wait(form.hotkey.hasFocus)
    assert form.moment_problem.text() == ""
    assert kept() == [("Invoice", "f9")]


def test_times_that_make_no_sense_are_told_at_their_field(whole: Whole) -> None:
    form = whole.form("Save")
    form.moment.kind.setCurrentIndex(CRON)
    for written, problem in (("", "needed"), ("soon", "five fields"), ("99 * * * *", "no time")):
        form.moment.line.setText(written)
        form.save()
        assert problem in form.moment_problem.text()
    form.moment.kind.setCurrentIndex(AT)
    for box in form.moment.days.values():
        box.setChecked(False)
    form.save()
    assert "at least one day" in form.moment_problem.text()
    assert kept() == []


def test_a_schedule_needs_every_value_and_a_hotkey_none(whole: Whole, wait: Wait) -> None:
    form = whole.form("Invoice")
    assert not form.values.isVisible()
    form.hotkey.setText("ctrl+alt+i")
    form.moment.kind.setCurrentIndex(EVERY)
    assert form.values.isVisible()
    form.save()
    assert form.fields["amount"].problem.text() == "This is needed."
    form.fields["amount"].set_text("many")
    form.save()
    assert "whole number" in form.fields["amount"].problem.text()
    form.fields["amount"].set_text("3")
    save(whole, form, wait)
    (schedule,) = triggers.load().schedules
    assert schedule.values == {"amount": "3"}, "defaults may change"
    (hotkey,) = triggers.load().hotkeys
    assert hotkey.values == {}
    assert whole.form("Invoice").fields["amount"].text() == "3"


def test_what_is_wrong_is_told_from_the_beginning(whole: Whole) -> None:
    keep(HotkeyTrigger(id="h", macro="Save", keys="f9"), ScheduleTrigger(id="s", macro="Save", cron="99 * * * *"))
    form = whole.form("Save", {"h": "F9 is used by another program.", "s": "That is no time."})
    assert form.hotkey_problem.text() == "F9 is used by another program."
    assert form.moment_problem.text() == "That is no time."


def test_without_an_approval_a_schedule_is_warned_of(whole: Whole) -> None:
    form = whole.form("Save")
    assert not form.unapproved.isVisible()
    form.moment.kind.setCurrentIndex(AT)
    assert form.unapproved.isVisible()
    wanted: list[bool] = []
    form.approve_wanted.connect(lambda: wanted.append(True))
    form.approve.click()
    assert wanted == [True]
    entry = whole.work.library.find("Save")
    whole.work.approve(entry, whole.work.library.open(entry), True)
    form = whole.form("Save")
    form.moment.kind.setCurrentIndex(AT)
    assert not form.unapproved.isVisible()


def test_what_can_not_be_saved_is_told_and_nothing_is_lost(whole: Whole, wait: Wait) -> None:
    core_settings.save(Settings())
    keep(HotkeyTrigger(id="h", macro="Save", keys="f9"))
    form = whole.form("Save")
    triggers.default_path().write_text("{")
    form.hotkey.setText("f10")
    form.save()
    wait(lambda: "can't be read" in form.hotkey_problem.text())
    assert form.hotkey.text() == "f10"
    assert triggers.default_path().read_text() == "{"
