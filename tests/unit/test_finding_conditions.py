"""Whether something is so now."""

from dataclasses import replace

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.macros.finding.conditions import Conditions
from desktop_agent.macros.finding.ladder import Ladder
from desktop_agent.macros.format import Condition, ElementRef, Target, WindowRef
from tests.unit.painted_desktop import Drawn, PaintedDesktop, button, entry, own_window, window

SAVE = Target(window=WindowRef(application="Former"), element=ElementRef(role="push button", name="Save"))


def form(**how):
    return Drawn(window(), [button("Save", 20, 40), entry("", 150, 100, text="All done  here")], **how)


def holds(desktop, condition):
    return Conditions(desktop.desk, Ladder(desktop.desk)).holds(condition)


def both(desktop, **asked):
    """Whether it is there, and whether it is gone."""
    return holds(desktop, Condition(**asked)), holds(desktop, Condition(gone=True, **asked))


def test_a_target_is_there_or_gone() -> None:
    drawn = form()
    assert both(PaintedDesktop(drawn), target=SAVE) == (True, False)
    assert both(PaintedDesktop(replace(drawn, widgets=[])), target=SAVE) == (False, True)
    assert both(PaintedDesktop(), target=SAVE) == (False, True)


def test_a_target_that_is_disabled_covered_or_there_twice_is_not_gone() -> None:
    disabled = form()
    disabled.widgets[0] = replace(disabled.widgets[0], states=frozenset({"showing"}))
    assert both(PaintedDesktop(disabled), target=SAVE) == (True, False)
    cover = Drawn(window(20, "Other", "Other", Rect(90, 90, 300, 200)))
    assert both(PaintedDesktop(cover, form()), target=SAVE) == (True, False)
    twice = form()
    twice.widgets.append(button("Save", 20, 300))
    assert both(PaintedDesktop(twice), target=SAVE) == (True, False)


def test_a_window_is_there_or_gone() -> None:
    desktop = PaintedDesktop(form(), Drawn(own_window(Rect(0, 0, 50, 50))))
    assert both(desktop, window=WindowRef(application="Former", title="F*m")) == (True, False)
    assert both(desktop, window=WindowRef(title="Form 2")) == (False, True)
    assert both(desktop, window=WindowRef(application="Desktop Agent")) == (False, True)  # our own is never meant


@pytest.mark.parametrize("accessible", [True, False])
def test_a_text_can_be_read_or_not(accessible: bool) -> None:
    desktop = PaintedDesktop(form(accessible=accessible))
    assert both(desktop, text="save") == (True, False)
    assert both(desktop, text="Saved") == (False, True)
    assert both(desktop, text="Save", window=WindowRef(application="Other")) == (False, True)
    assert both(desktop, text="All done here", window=WindowRef(application="Former")) == (True, False)


def test_without_a_reader_it_can_be_told_only_where_all_elements_were() -> None:
    assert both(PaintedDesktop(form(), reads=False), text="Saved") == (False, True)
    with pytest.raises(Unavailable):
        holds(PaintedDesktop(form(accessible=False), reads=False), Condition(text="Saved"))
    with pytest.raises(Unavailable):
        holds(PaintedDesktop(form(capped=True), reads=False), Condition(text="Saved"))
