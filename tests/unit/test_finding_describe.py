"""What is recorded of a target, and what is not."""

import io
from dataclasses import replace

import numpy
import pytest
from PIL import Image as pillow

from desktop_agent.core.desktop import Level
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.files import parse, picture_names
from desktop_agent.macros.finding.describe import describe
from desktop_agent.macros.format import Macro
from tests.unit.finding_support import moment_at
from tests.unit.painted_desktop import STATES, Drawn, PaintedDesktop, Widget, button, entry, label, window


def form(*more, **how):
    path = (Level("panel", "", 1), Level("push button", "Save", 0))
    widgets = [button("Save", 20, 40, path=path), button("Cancel", 130, 40), label("Name", 20, 100)]
    return Drawn(window(title="note.txt - Former"), [*widgets, entry("", 150, 100, text="Ada"), *more], **how)


def described(drawn, number, offset=None):
    desktop = PaintedDesktop(drawn)
    return describe(moment_at(desktop, drawn, drawn.widgets[number], offset))


def pixels(data):
    return numpy.asarray(pillow.open(io.BytesIO(data)).convert("RGB"))


def test_a_button_is_described_in_all_ways() -> None:
    found = described(form(), 0, (30, 12))
    target = found.target
    assert target.words == 'the button "Save"'
    assert (target.window.application, target.window.title) == ("Former", "* - Former")
    assert (target.element.role, target.element.name, target.element.others) == ("push button", "Save", 0)
    assert [(each.role, each.name, each.index) for each in target.element.path] == [
        ("panel", "", 1),
        ("push button", "Save", 0),
    ]
    assert target.near[:2] == ("Cancel", "Name")
    assert (target.place.point.x, target.place.point.y) == (50, 52)
    assert (target.place.window.width, target.place.monitor_width) == (640, 1280)
    ((name, data),) = found.pictures.items()
    assert name == target.picture.file
    assert pixels(data).shape == (110, 150, 3)  # clipped to the window on the left
    box, point = target.picture.box, target.picture.point
    assert (box.x, box.y, box.width, box.height, point.x, point.y) == (20, 40, 90, 30, 50, 52)


def test_it_is_part_of_the_format() -> None:
    target = described(form(), 0).target
    steps = [{"id": "a", "do": "click", "target": target.model_dump()}]
    macro = parse(Macro(name="m", steps=steps).model_dump_json().encode())
    assert macro.steps[0].target == target
    assert picture_names(macro) == {target.picture.file}


def test_what_stands_in_a_field_is_no_name() -> None:
    drawn = form(entry("Ada", 150, 200, text="Ada"), label("Town", 20, 240))
    field = described(drawn, 4).target
    assert field.element.name == ""
    assert "Ada" not in field.model_dump_json()
    assert field.words == "the text area beside Town"
    assert "Ada" not in described(drawn, 5).target.model_dump_json()


def test_fields_for_passwords_are_grey() -> None:
    secret = Widget("p", "password text", "Password", Rect(130, 80, 120, 24), shown="•••••", states=STATES)
    drawn = form(secret)
    found = described(drawn, 1)
    (data,) = found.pictures.values()
    box = found.target.picture.box
    x, y = box.x, box.y + 40  # the field begins 40 pixels below the button
    assert (pixels(data)[y : y + 24, x : x + 120] == 128).all()
    own = described(drawn, 4)
    (data,) = own.pictures.values()
    box = own.target.picture.box
    assert (pixels(data)[box.y : box.y + box.height, box.x : box.x + box.width] == 128).all()


def test_other_parts_can_be_hidden_too() -> None:
    drawn = form(accessible=False)
    desktop = PaintedDesktop(drawn)
    moment = replace(moment_at(desktop, drawn, drawn.widgets[0]), hidden=(Rect(0, 0, 1280, 800),))
    found = describe(moment)
    (data,) = found.pictures.values()
    assert (pixels(data) == 128).all()
    assert found.target.near == ()
    assert found.target.words == "a place"


def test_a_large_target_is_cut_around_the_point_and_its_box_is_whole() -> None:
    drawn = Drawn(window(), [entry("Notes", 10, 10, 600, 400)])
    found = described(drawn, 0, (500, 380))
    (data,) = found.pictures.values()
    assert pixels(data).shape[1] <= 400
    assert pixels(data).shape[0] <= 300
    box, point = found.target.picture.box, found.target.picture.point
    assert (point.x - box.x, point.y - box.y, box.width, box.height) == (500, 380, 600, 400)


def test_where_only_the_point_matters_no_element_is_kept() -> None:
    canvas = Widget("c", "canvas", "Drawing", Rect(10, 10, 600, 400))
    target = described(Drawn(window(), [canvas, label("Layer", 20, 20)]), 0, (300, 200)).target
    assert target.element is None
    assert (target.picture.box.width, target.picture.box.height) == (48, 48)


def test_a_label_in_a_button_is_the_button() -> None:
    drawn = form(button("Print", 20, 300), label("Print now", 30, 303, 60, 20))
    assert described(drawn, 5).target.element.role == "push button"


def test_the_words_at_the_point_are_its_own_where_nothing_is_accessible() -> None:
    target = described(form(accessible=False), 1).target
    assert (target.words, target.element) == ('the text "Cancel"', None)
    assert "Save" in target.near
    assert "Cancel" not in target.near


def test_how_many_are_alike_is_kept() -> None:
    assert described(form(button("Save", 20, 300)), 0).target.element.others == 1


def test_a_point_outside_of_the_picture_is_an_error() -> None:
    drawn = form()
    moment = moment_at(PaintedDesktop(drawn), drawn, drawn.widgets[0])
    with pytest.raises(ValueError, match="outside"):
        describe(replace(moment, point=Point(1200, 700)))
