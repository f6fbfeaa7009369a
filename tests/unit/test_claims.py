"""What a planner says that it aims at, compared with what stands there."""

import pytest

from desktop_agent.safety.claims import contradicts, likeness, names_kind
from tests.unit.toy_desktop import element


@pytest.mark.parametrize(("claimed", "role", "name"), [
    ("", "push button", "Save"),
    ("Save", "push button", "Save"),
    ("the blue Save button at the top", "push button", "Save"),
    ("Save button next to Cancel", "push button", "Save"),
    ("the button", "link", "Privacy"),
    ("the round thing on the left", "push button", "Delete"),
    ("The 5 key", "push button", "5"),
    ("the seven", "push button", "7"),
    ("multiply", "push button", "×"),
    ("magnifier icon", "push button", "Search"),
    ("the X in the corner", "push button", "Close"),
    ("保存按钮", "push button", "Save"),
    ("Save button", "push button", "保存(S)"),
    ("置于底层", "menu item", "发送到底层"),
    ("the text area", "text", ""),
    ("search box", "entry", "Search or type a URL"),
    ("username field", "entry", "Username:"),
    ("the dropdown", "combo box", "Country"),
    ("the blog post", "link", "Accepting imperfect cookies"),
    ("the mail from Anna", "table cell", "Your invoice, Anna Miller"),
    ("settings", "push button", "☰"),
    ("按钮", "push button", "Delete"),
    ("大小写", "check box", "Match case"),
    ("the checkbox", "check box", "Trust this device"),
    ("clear the display", "push button", "C"),
    ("the Extensions button", "push button", "Extension"),
    ("row 3", "table cell", "Row 3"),
])  # fmt: skip
def test_what_may_be_meant_contradicts_nothing(claimed, role, name):
    assert not contradicts(claimed, element("e", role, name))


@pytest.mark.parametrize(("claimed", "role", "name"), [
    ("the Cancel button", "push button", "Delete account permanently"),
    ("Cancel", "push button", "Save"),
    ("“Cancel”", "menu item", "Save"),
    ("取消按钮", "push button", "保存"),
    ("取消按钮", "push button", "Save"),
    ("Save button", "push button", "删除"),
    ("The 5 key", "push button", "7"),
    ("Item 2", "list item", "Item 1"),
    ("Contact link", "link", "Privacy"),
    ("the “Contact us” link", "link", "How we treat all that you tell us"),
    ("password field", "entry", "Username"),
    ("Search button", "entry", "Search"),
    ("the text area", "push button", "Send"),
    ("Apples checkbox", "check box", "Pears"),
])  # fmt: skip
def test_what_cannot_be_meant_does(claimed, role, name):
    assert contradicts(claimed, element("e", role, name))


def test_a_value_counts_as_well_as_a_name():
    assert contradicts("the 12 display", element("e", "push button", "Total"))
    assert not contradicts("the field with hello", element("e", "entry", "Name", text="hello"))


def test_the_likeliest_name_is_the_one_that_was_said():
    said = "the checkbox Item 2"
    names = ("Item 1", "Item 2", "Item 2 with salt", "Apples")
    marks = [likeness(said, element("e", "check box", name)) for name in names]
    assert marks[1] == 1.0
    assert marks[0] == marks[3] == 0.0
    assert 0 < marks[2] < 1
    assert likeness("the Item 2 option in the list", element("e", "list item", "Item 2")) == 1.0
    assert likeness("Edit menu", element("e", "menu", "Edit")) == 1.0
    assert likeness("Save as", element("e", name="Save")) == 0.5
    assert likeness("add a recipient", element("e", name="Add")) == 0.5
    assert likeness("", element("e", "check box", "Item 2")) == 0.0
    assert likeness("Item 2", element("e", "check box", "")) == 0.0
    assert likeness("multiply", element("e", "push button", "×")) == 1.0


def test_a_kind_is_told_from_words_that_mean_several():
    assert names_kind("the check box on the left", element("e", "check box"))
    assert not names_kind("the check box on the left", element("e", "radio button"))
    assert not names_kind("the entry", element("e", "menu item"))


def test_a_long_claim_costs_no_more_than_its_start():
    assert contradicts("Cancel " + "x" * 10_000, element("e", name="Save"))
