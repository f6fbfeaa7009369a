"""The form that asks for a macro's parameters, and the editor of the parameters' types."""

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QFileDialog, QLineEdit, QPushButton

from desktop_agent.macros.format import Parameter
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import WorkDouble, macro
from ui.macro_form import ParameterForm

PARAMETERS = (
    Parameter(name="who", label="Whom to write to", default="Ann"),
    Parameter(name="count", type="integer"),
    Parameter(name="kind", choices=("letter", "card"), default="card"),
    Parameter(name="day", type="date", default="2026-03-01"),
    Parameter(name="file", type="file", default=""),
    Parameter(name="urgent", type="boolean", default="yes"),
    Parameter(name="code", type="secret"),
)


@pytest.fixture
def form(app: object, wait: Wait) -> ParameterForm:
    made = ParameterForm(macro(parameters=PARAMETERS), ("bank", "mail"), WorkDouble().check)
    made.show()
    wait(made.isActiveWindow)
    return made


def given(form: ParameterForm) -> list[Mapping[str, str]]:
    heard: list[Mapping[str, str]] = []
    form.given.connect(heard.append)
    return heard


def test_each_type_has_its_control_and_its_default(form: ParameterForm) -> None:
    kinds = {name: type(field.control) for name, field in form.fields.items()}
    assert kinds == {
        "who": QLineEdit,
        "count": QLineEdit,
        "kind": QComboBox,
        "day": QDateEdit,
        "file": QLineEdit,
        "urgent": QCheckBox,
        "code": QComboBox,
    }
    texts = {name: field.text() for name, field in form.fields.items()}
    assert texts == {
        "who": "Ann",
        "count": "",
        "kind": "card",
        "day": "2026-03-01",
        "file": "",
        "urgent": "true",
        "code": "",
    }
    assert form.fields["who"].control.accessibleName() == "Whom to write to"
    assert form.fields["count"].control.accessibleName() == "count"
    assert form.fields["who"].control.hasFocus()


def test_nothing_is_given_before_all_is_right(form: ParameterForm) -> None:
    heard = given(form)
    form.play.click()
    assert heard == []
    assert form.fields["count"].problem.text() == "This is needed."
    assert form.fields["code"].problem.isVisible()
    assert form.fields["count"].control.hasFocus()
    QTest.keyClicks(form.fields["count"].control, "three")
    form.play.click()
    assert form.fields["count"].problem.text() == "count must be a whole number."
    form.fields["count"].set_text("3")
    form.fields["code"].set_text("mail")
    form.fields["kind"].set_text("letter")
    QTest.keyClick(form.fields["urgent"].control, Qt.Key.Key_Space)
    form.play.click()
    assert heard == [
        {
            "who": "Ann",
            "count": "3",
            "kind": "letter",
            "day": "2026-03-01",
            "file": "",
            "urgent": "false",
            "code": "mail",
        }
    ]
    assert not form.isVisible()


def test_enter_plays_and_escape_does_not(app: object, wait: Wait) -> None:
    for key, expected in ((Qt.Key.Key_Return, [{"who": "Ann"}]), (Qt.Key.Key_Escape, [])):
        form = ParameterForm(macro(parameters=PARAMETERS[:1]), (), WorkDouble().check)
        heard = given(form)
        form.show()
        wait(form.isActiveWindow)
        QTest.keyClick(form.fields["who"].control, key)
        assert heard == expected
        assert not form.isVisible()


def test_a_file_is_chosen(form: ParameterForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/there/a.pdf", ""))
    browse = form.fields["file"].findChild(QPushButton)
    browse.click()
    assert form.fields["file"].text() == "/there/a.pdf"


def test_the_values_of_the_last_time_are_filled_in_where_they_still_fit(form: ParameterForm) -> None:
    form.fill({"who": "Bob", "kind": "none of them", "day": "no day", "urgent": "no", "gone": "x"})
    assert form.fields["who"].text() == "Bob"
    assert form.fields["kind"].text() == ""
    assert form.fields["urgent"].text() == "false"


def test_without_a_stored_secret_it_says_so(app: object) -> None:
    form = ParameterForm(macro(parameters=PARAMETERS[-1:]), (), WorkDouble().check)
    control = form.fields["code"].control
    assert isinstance(control, QComboBox)
    assert control.placeholderText() == "No secret is stored yet"
