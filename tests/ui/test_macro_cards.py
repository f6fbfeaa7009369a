"""The cards of a macro's steps: pictures, what is painted, and scrolling through very many."""

import time

import pytest
from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro, Step
from tests.ui.conftest import Wait
from tests.ui.macro_doubles import branching, click, macro, pictures, press, repeating, target, typing
from tests.ui.session_double import SessionDouble
from ui import macro_pictures, theme
from ui.bridge import Bridge
from ui.macro_cards import CARD_HEIGHT, SHORT_HEIGHT
from ui.macro_document import Document, Layered
from ui.macro_pictures import Pictures, Wanted, drawn, first_picture
from ui.macro_rows import StepRows
from ui.macro_steps import StepsPane

SHADES = 40
LONGEST_STALL = 0.05


@pytest.fixture
def made(app: object) -> Pictures:
    return Pictures(Bridge(SessionDouble()))


def stored(*shades: int) -> Stored:
    return Stored(macro(), Layered(pictures(*shades)))


def wanted(shade: int = 200, size: QSize = QSize(112, 66), ratio: float = 1.0) -> Wanted:  # noqa: B008 # not changed
    ref = target(shade=shade).picture
    assert ref is not None
    return Wanted.of("origin", ref, size, ratio)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_picture_shows_its_target_within_a_ring(app: object, ratio: float) -> None:
    image = drawn(stored(200), wanted(ratio=ratio))
    assert (image.width(), image.height()) == (round(112 * ratio), round(66 * ratio))
    colors = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert sum(color == theme.LIGHT.accent for color in colors) > 60 * ratio, "the ring"
    assert sum((color.red(), color.green(), color.blue()) == (70, 110, 220) for color in colors) > 100 * ratio, (
        "the target"
    )


def test_a_box_outside_of_its_picture_shows_the_picture(app: object) -> None:
    ref = target().picture
    assert ref is not None
    outside = ref.model_copy(update={"box": ref.box.model_copy(update={"x": 5000})})
    image = drawn(stored(200), Wanted.of("origin", outside, QSize(112, 66), 1.0))
    assert all(image.pixelColor(x, 3) != theme.LIGHT.accent for x in range(image.width()))


def test_pictures_are_made_on_a_thread_once_and_kept_within_bounds(
    made: Pictures, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(macro_pictures, "MOST_BYTES", 5 * 112 * 66 * 4)

    def opened(shade: int) -> Stored:
        asked.append(shade)
        return stored(shade)

    for shade in range(10, 20):
        assert made.get(wanted(shade), lambda shade=shade: opened(shade)) is None
    wait(lambda: len(asked) == 10 and made._working is None)
    assert asked == [10, *reversed(range(11, 20))], "the latest that was wanted comes first"
    assert made.bytes == 5 * 112 * 66 * 4
    assert made.get(wanted(11), lambda: opened(11)) is not None
    assert made.get(wanted(19), lambda: opened(19)) is None, "it was let go of"


def test_of_very_many_only_the_last_are_made(made: Pictures, wait: Wait) -> None:
    asked: list[int] = []

    def opened(shade: int) -> Stored:
        asked.append(shade)
        return stored(shade)

    for shade in range(200):
        made.get(wanted(shade), lambda shade=shade: opened(shade))
    wait(lambda: made._working is None)
    assert sorted(asked) == [0, *range(200 - macro_pictures.MOST_WAITING, 200)]


def test_what_is_no_picture_is_not_asked_for_again(made: Pictures, wait: Wait) -> None:
    tries: list[int] = []

    def broken() -> Stored:
        tries.append(1)
        raise BadMacro("It is missing.")

    made.get(wanted(), broken)
    wait(lambda: made.is_broken(wanted()))
    made.get(wanted(), broken)
    assert tries == [1]


def test_the_first_picture_of_a_macro_may_be_that_of_a_nested_step() -> None:
    assert first_picture(macro(typing("a"), branching("b", (click("c"),)))) == target().picture
    assert first_picture(macro(typing("a"))) is None


def pane(made: Pictures, whole: Macro, files: dict[str, bytes], read_only: bool = False) -> StepsPane:
    shown = StepsPane(Document(whole, files), made, read_only)
    shown.resize(1000, 700)
    shown.show()
    return shown


def test_rows_that_stay_are_not_told_to_the_view(app: object) -> None:
    document = Document(macro(typing("a"), branching("if", (press("b"),)), press("c")), {})
    rows = StepRows(document)
    told: list[tuple[str, int, int]] = []
    rows.rowsInserted.connect(lambda _, first, last: told.append(("in", first, last)))
    rows.rowsRemoved.connect(lambda _, first, last: told.append(("out", first, last)))
    rows.modelReset.connect(lambda: told.append(("reset", 0, 0)))
    document.remove(["b"])
    assert told == [("out", 4, 4)] or told == [("out", 2, 2)], told
    document.stack.undo()
    document.edit(document.macro.steps[0], {"text": "other"})
    document.remove(["if"])
    assert rows.rowCount() == 2
    assert [rows.row(at).step.id for at in range(2)] == ["a", "c"]
    document.stack.undo()
    assert rows.rowCount() == 6
    assert not any(kind == "reset" for kind, *_ in told)


def test_what_is_told_of_a_row_says_all_that_its_card_shows(app: object) -> None:
    steps = (
        typing("a", "{{who}} {{secret:bank}}").model_copy(update={"comment": "why", "limit": 30, "skip": True}),
        branching("if", (), ()),
    )
    rows = StepRows(Document(macro(*steps), {}))
    role = Qt.ItemDataRole.AccessibleTextRole
    told = [str(rows.index(at).data(role)) for at in range(rows.rowCount())]
    assert told[0].startswith("1. Type “{{who}} {{secret:bank}}” in Mousepad. waits up to 30 s. Skipped. ")
    assert "Secret: bank" in told[0]
    assert ". why. There is no value “who”" in told[0]
    assert told[2:] == ["Otherwise", "End: If “Unsaved” can be read"]
    assert rows.rowCount(rows.index(0)) == 0
    assert rows.flags(QModelIndex()) == Qt.ItemFlag.ItemIsDropEnabled
    assert Qt.ItemFlag.ItemIsDragEnabled not in rows.flags(rows.index(3))


def test_a_strangers_steps_can_not_be_changed(made: Pictures, wait: Wait) -> None:
    shown = pane(made, macro(click("a"), press("b")), pictures(), read_only=True)
    wait(shown.list.isVisible)
    shown.list.setFocus()
    QTest.keyClick(shown.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(shown.list, Qt.Key.Key_Delete)
    assert [step.id for step in shown.document.macro.steps] == ["a", "b"]
    rows = shown.list.rows
    data = rows.mimeData([rows.index(0)])
    assert not rows.canDropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert not rows.dropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert Qt.ItemFlag.ItemIsDragEnabled not in rows.flags(rows.index(0))


def test_cards_are_as_high_as_what_they_show_and_nested_ones_are_indented(made: Pictures, wait: Wait) -> None:
    shown = pane(made, macro(click("a"), repeating("loop", click("b"))), pictures())
    view = shown.list
    wait(lambda: view.visualRect(view.rows.index(3)).isValid())
    heights = [view.visualRect(view.rows.index(at)).height() for at in range(3)]
    assert heights == [CARD_HEIGHT, SHORT_HEIGHT, CARD_HEIGHT]

    def left(row: int) -> int:
        """Where the card's own ground begins."""
        area = view.visualRect(view.rows.index(row))
        shot = view.viewport().grab(area).toImage().convertToFormat(QImage.Format.Format_RGB32)
        window = theme.colors().window.rgb()
        y = shot.height() // 2
        line = [shot.pixel(x, y) for x in range(shot.width())]
        return next(x for x, color in enumerate(line) if color != window and line[x + 3] != window)

    assert left(2) > left(0) + 20


def test_cards_that_change_their_places_keep_their_heights(made: Pictures, wait: Wait) -> None:
    shown = pane(made, macro(click("a"), press("b"), press("c")), pictures())
    view = shown.list

    def heights() -> list[int]:
        return [view.visualRect(view.rows.index(at)).height() for at in range(3)]

    wait(lambda: heights() == [CARD_HEIGHT, SHORT_HEIGHT, SHORT_HEIGHT])
    view.choose("a")
    view.move_chosen(1)
    wait(lambda: heights() == [SHORT_HEIGHT, CARD_HEIGHT, SHORT_HEIGHT])
    shown.document.stack.undo()
    wait(lambda: heights() == [CARD_HEIGHT, SHORT_HEIGHT, SHORT_HEIGHT])


@pytest.fixture
def thousand() -> tuple[Macro, dict[str, bytes]]:
    def step(number: int) -> Step:
        match number % 3:
            case 0:
                return click(f"s{number}", f"the button “{number}”", number % SHADES)
            case 1:
                return typing(f"s{number}", f"line {number} of {{{{name}}}}").model_copy(update={"comment": "c" * 80})
            case _:
                return repeating(f"s{number}", press(f"k{number}"))

    return macro(*map(step, range(1000))), pictures(*range(SHADES))


def test_a_thousand_steps_scroll_without_a_stall(
    made: Pictures, thousand: tuple[Macro, dict[str, bytes]], app: QApplication, wait: Wait
) -> None:
    stalls: list[tuple[float, float]] = []
    shown = pane(made, *thousand)
    view = shown.list
    bar = view.verticalScrollBar()
    wait(lambda: view.visualRect(view.rows.index(0)).isValid())
    wait(lambda: bar.maximum() > 60_000)

    def turn(act: object = None) -> None:
        began, used = time.perf_counter(), time.thread_time()
        if callable(act):
            act()
        app.processEvents()
        stalls.append((time.thread_time() - used, time.perf_counter() - began))

    for position in range(0, bar.maximum(), max(1, bar.maximum() // 300)):
        turn(lambda position=position: bar.setValue(position))
    for _ in range(40):
        turn(lambda: QTest.keyClick(view, Qt.Key.Key_PageUp))
    turn(lambda: QTest.keyClick(view, Qt.Key.Key_Home))
    turn(lambda: QTest.keyClick(view, Qt.Key.Key_End))
    longest, lasted = (max(each[part] for each in stalls) for part in (0, 1))
    print(f"longest turn of {len(stalls)}: {longest * 1000:.1f} ms, by the clock {lasted * 1000:.1f} ms")
    assert longest <= LONGEST_STALL  # what others compute on this machine is no stall of ours
    assert view.currentIndex().row() == view.rows.rowCount() - 1
