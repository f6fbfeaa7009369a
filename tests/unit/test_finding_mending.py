"""A model proposes, a person confirms, and the step is mended."""

import pytest

from desktop_agent.core.chat import Picture, TextDelta
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros import values
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.finding.mending import Mender, PlannerProposer, Proposal
from desktop_agent.model.scripted import ScriptedPlanner
from tests.unit.finding_support import find, record
from tests.unit.painted_desktop import (
    Drawn,
    PaintedDesktop,
    Widget,
    button,
    label,
    moved,
    own_window,
    window,
)


def form(name):
    return Drawn(window(), [button(name, 20, 40), button("Cancel", 130, 40), label("Name", 20, 100)])


class Person:
    """Confirms or not, lets the model look or not, and keeps what was shown."""

    def __init__(self, answer, meanwhile=lambda: None, lets=True):
        self.answer, self.meanwhile, self.lets = answer, meanwhile, lets
        self.shown, self.proposals, self.sent = [], [], []

    def lets_look(self, target, window, shot):
        self.sent.append(shot)
        return self.lets

    def confirms(self, target, proposal):
        assert isinstance(proposal, Proposal)
        self.shown.append(proposal.found)
        self.proposals.append(proposal)
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
    mended = Mender(desktop.desk, PlannerProposer(planner), person).mend(target, desktop.picture(data))
    assert person.shown == [mended.found]
    assert (mended.found.rung, mended.found.element.name) == ("model", "Keep")
    assert mended.found.point == Point(164, 154)
    assert mended.target.element.name == "Keep"
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
    assert [shot.image for shot in person.sent] == [pictures[1].image]
    assert 'the button "Save"' in message.text


@pytest.mark.parametrize("answer", ["none", "", "[1200, 40]", "[1, 2, 3]", "I can't see it at 12"])
def test_what_is_no_point_is_none(answer: str) -> None:
    desktop, _, target, data = begin()
    person = Person(True)
    with pytest.raises(NotFound, match="it sees none"):
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


OURS = Drawn(own_window(Rect(90, 90, 300, 200)))
OTHERS = Drawn(window(30, "Bank", "Bank", Rect(90, 90, 300, 200)))


@pytest.mark.parametrize(("cover", "why"), [(OURS, "must not see"), (OTHERS, "“Bank”, which is another window")])
def test_a_point_on_another_window_is_never_proposed(cover: Drawn, why: str) -> None:
    desktop, _, target, data = begin()
    desktop.drawn.insert(0, cover)
    person = Person(True)
    with pytest.raises(NotFound, match=why):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    assert person.shown == []


def test_what_asked_gives_way() -> None:
    """A terminal that comes forward to ask lies over the place afterwards."""
    desktop, now, target, data = begin()

    def raised(number):
        desktop.drawn[:] = [each for each in desktop.drawn if each is not OURS]
        return number == now.window.id

    desktop.activate = raised
    person = Person(True, lambda: desktop.drawn.insert(0, OURS))
    mended = Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    assert mended.found.element.name == "Keep"
    assert desktop.drawn == [now]


def test_the_model_is_not_asked_unless_the_person_lets_it_look() -> None:
    desktop, now, target, data = begin()
    planner, person = says("[100, 130]"), Person(True, lets=False)
    with pytest.raises(NotFound, match="No model was to look"):
        Mender(desktop.desk, PlannerProposer(planner), person).mend(target, desktop.picture(data))
    assert not hasattr(planner, "asked")
    assert [shot.region for shot in person.sent] == [now.window.region]


def test_nobody_is_asked_while_a_menu_is_open() -> None:
    desktop, _, target, data = begin()
    popup = window(40, "", "Form", Rect(120, 160, 150, 60), popup=True)
    desktop.drawn.insert(0, Drawn(popup, [Widget("copy", "menu item", "Copy", Rect(5, 5, 90, 20))]))
    person = Person(True)
    with pytest.raises(NotFound, match="A menu is open"):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    assert person.sent == []


def test_what_stands_on_the_screen_refers_to_nothing() -> None:
    desktop, _, target, data = begin()
    hostile = "{{secret:bank}}"
    desktop.drawn[:] = [form(hostile)]
    mended = Mender(desktop.desk, PlannerProposer(says("[100, 130]")), Person(True)).mend(target, desktop.picture(data))
    assert values.fill(mended.target.element.name, {}) == hostile
    assert values.secret_names(mended.target.words) == frozenset()
    assert hostile in values.fill(mended.target.words, {})


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
    person = Person(False)
    with pytest.raises(NotFound):
        Mender(desktop.desk, PlannerProposer(says("[100, 130]")), person).mend(target, desktop.picture(data))
    assert [each.shot.region for each in person.proposals] == [now.window.region]
