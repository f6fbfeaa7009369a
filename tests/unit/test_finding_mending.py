"""A model proposes, a person confirms, and the step is mended."""

from dataclasses import replace

import pytest

from desktop_agent.core.chat import Picture, TextDelta
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.finding.mending import Mender, PlannerProposer, Proposal
from desktop_agent.model.scripted import ScriptedPlanner
from tests.unit.finding_support import find, record
from tests.unit.painted_desktop import Drawn, PaintedDesktop, button, label, moved, own_window, window


def form(name):
    return Drawn(window(), [button(name, 20, 40), button("Cancel", 130, 40), label("Name", 20, 100)])


class Person:
    """Confirms or not, and keeps what was shown."""

    def __init__(self, answer, meanwhile=lambda: None):
        self.answer, self.meanwhile, self.shown = answer, meanwhile, []

    def __call__(self, target, proposal):
        assert isinstance(proposal, Proposal)
        self.shown.append(proposal.found)
        self.meanwhile()
        return self.answer


class Overheard(ScriptedPlanner):
    """Keeps what it was asked."""

    def stream(self, messages, tools, options):
        self.asked = messages
        assert not tools
        return super().stream(messages, tools, options)


def says(text):
    return Overheard([[TextDelta(text)]])


def begin():
    before, now = form("Save"), form("Keep")
    desktop = PaintedDesktop(before)
    target, data = record(desktop, before, before.widgets[0])
    later = PaintedDesktop(now)
    later.known = desktop.known
    with pytest.raises(NotFound):
        find(later, target, data)
    return later, now, target, data


def test_what_a_person_confirms_mends_the_step() -> None:
    desktop, now, target, data = begin()
    planner, person = says("The point is [100, 130]."), Person(True)
    target = target.model_copy(update={"comment": "keeps it"})
    mended = Mender(desktop.desk, PlannerProposer(planner), person).mend(target, desktop.picture(data))
    assert person.shown == [mended.found]
    assert (mended.found.rung, mended.found.element.name) == ("model", "Keep")
    assert mended.found.point == Point(164, 154)
    assert (mended.target.element.name, mended.target.comment) == ("Keep", "keeps it")
    assert list(mended.pictures) == [mended.target.picture.file]
    again = moved(now, 40, 40)
    (png,) = mended.pictures.values()
    later = PaintedDesktop(again)
    later.known = desktop.known
    assert find(later, mended.target, png).rung == "element"
    (message,) = planner.asked
    pictures = [part for part in message.parts if isinstance(part, Picture)]
    assert pictures[0].view is None
    assert pictures[1].view.region == now.window.region
    assert 'the button "Save"' in message.text


@pytest.mark.parametrize("answer", ["none", "", "[1200, 40]", "[1, 2, 3]", "I can't see it at 12"])
def test_what_is_no_point_is_none(answer: str) -> None:
    desktop, _, target, data = begin()
    person = Person(True)
    with pytest.raises(NotFound, match="does not see"):
        Mender(desktop.desk, PlannerProposer(says(answer)), person).mend(target, desktop.picture(data))
    assert person.shown == []


def test_what_is_not_confirmed_is_not_used() -> None:
    desktop, _, target, data = begin()
    with pytest.raises(NotFound, match="not confirmed"):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), Person(False)).mend(target, desktop.picture(data))


def test_what_was_covered_while_the_person_was_asked_is_not_used() -> None:
    desktop, now, target, data = begin()
    cover = Drawn(window(30, "Over", "Over", Rect(0, 0, 600, 500)))
    person = Person(True, lambda: desktop.drawn.insert(0, cover))
    with pytest.raises(NotFound, match="moved or covered"):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    moved_on = Person(True, lambda: desktop.drawn.__setitem__(slice(None), [moved(now, 3, 0)]))
    desktop.drawn[:] = [now]
    with pytest.raises(NotFound, match="moved or covered"):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), moved_on).mend(target, desktop.picture(data))


def test_a_point_on_another_window_is_never_proposed() -> None:
    desktop, _, target, data = begin()
    desktop.drawn.insert(0, Drawn(own_window(Rect(90, 90, 300, 200))))
    person = Person(True)
    with pytest.raises(NotFound, match="does not see"):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    assert person.shown == []


def test_without_a_picture_it_is_asked_by_its_words() -> None:
    desktop, _, target, _ = begin()
    planner = says("[100, 130]")
    written = replace_picture(target)
    assert Mender(desktop.desk, PlannerProposer(planner), Person(True)).mend(written, None).found.rung == "model"
    assert len([part for part in planner.asked[0].parts if isinstance(part, Picture)]) == 1


def replace_picture(target):
    return target.model_copy(update={"picture": None})


def test_a_proposal_holds_what_the_model_saw() -> None:
    desktop, now, target, data = begin()
    seen = []

    def confirm(_, proposal):
        seen.append(replace(proposal).shot.region)
        return False

    with pytest.raises(NotFound):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), confirm).mend(target, desktop.picture(data))
    assert seen == [now.window.region]
