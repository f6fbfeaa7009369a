"""Targets of real applications are found again after what happens to windows in life, and nothing else is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy
import pytest

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.errors import Ambiguous, NotFound, Unreachable
from desktop_agent.macros.finding.conditions import Conditions
from desktop_agent.macros.finding.ladder import Ladder
from desktop_agent.macros.format import Condition, WindowRef
from desktop_agent.step.desk import Desk
from tests.desktop.finding_support import Recorded, click, elements, find, named, place, record
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.spine_support import open_desk

KEYS = ("7", "8", "*", "=", "+", "4", "0")
CHANGES = {
    "unchanged": {},
    "dark": {"GTK_THEME": "Adwaita:dark"},
    "larger text": {"GDK_DPI_SCALE": "1.25"},
    "doubled": {"GDK_SCALE": "2"},
}
Opener = Callable[[list[str], str], Window]


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def opened(on_desktop: PrivateDisplay, desk: Desk) -> Iterator[Opener]:
    found: list[Window] = []

    def open_it(command: list[str], title: str) -> Window:
        window = open_app(on_desktop, command, title, 60)
        found.append(window)
        assert desk.windows.activate(window.id)
        wait_until(lambda: elements(desk, window), 30, f"the elements of {title}")
        return window

    yield open_it
    for window in found:
        now = desk.windows.get(window.id)
        if now is not None and now.pid == window.pid:  # another may have got its number
            close_app(on_desktop, window)


def calculator(on_desktop: PrivateDisplay, opened: Opener, desk: Desk) -> Window:
    click(on_desktop, Point(5, 1075))  # keys look otherwise under the pointer
    window = opened(["galculator"], "alculator")
    named(desk, window, "7")
    return window


@pytest.mark.parametrize("change", CHANGES)
def test_a_calculator_s_keys_are_found_by_element_and_never_another_by_picture(
    on_desktop: PrivateDisplay, desk: Desk, opened: Opener, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    window = calculator(on_desktop, opened, desk)
    recorded = {name: record(desk, window, named(desk, window, name).region.center) for name in KEYS}
    close_app(on_desktop, window)
    for name, value in CHANGES[change].items():
        monkeypatch.setitem(on_desktop.environment, name, value)
    now = calculator(on_desktop, opened, desk)
    now = place(on_desktop, desk, now, now.region.moved(300, 150))
    by_picture = 0
    for name, each in recorded.items():
        found = find(desk, each)
        assert (found.rung, found.element and found.element.name) == ("element", name)
        assert named(desk, now, name).region.contains(found.point)
        try:
            found = find(desk, each.by("picture", "place"))
        except (NotFound, Ambiguous) as error:
            print(change, name, error)
            continue
        assert found.rung in ("picture", "text")
        assert named(desk, now, name).region.contains(found.point), f"{found} instead of {name}"
        by_picture += 1
    print(change, "by picture:", by_picture, "of", len(KEYS))
    assert by_picture == len(KEYS) or change != "unchanged"


@pytest.mark.parametrize("change", ["resized", "dark", "larger text"])
def test_mousepad_s_menus_and_text_are_found(
    on_desktop: PrivateDisplay,
    desk: Desk,
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    change: str,
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("")
    window = opened(["mousepad", "--disable-server", str(tmp_path / "one.txt")], "one.txt")
    menu = record(desk, window, named(desk, window, "File", "menu").region.center)
    text = next(each for each in elements(desk, window) if each.role == "text")
    field = record(desk, window, Point(text.region.x + 30, text.region.y + 12))
    click(on_desktop, named(desk, window, "File", "menu").region.center)
    item = record(desk, window, named(desk, window, "Save As...", "menu item").region.center)
    assert item.target.place is None
    close_app(on_desktop, window)

    for name, value in CHANGES.get(change, {}).items():
        monkeypatch.setitem(on_desktop.environment, name, value)
    now = opened(["mousepad", "--disable-server", str(tmp_path / "two.txt")], "two.txt")
    now = place(on_desktop, desk, now, Rect(200, 180, 900, 600)) if change == "resized" else now
    found = find(desk, menu)
    assert (found.rung, found.element and found.element.name) == ("element", "File")
    inside = find(desk, field)
    assert inside.element is not None
    assert (inside.rung, inside.element.role, inside.element.region.contains(inside.point)) == ("element", "text", True)
    with pytest.raises(NotFound):
        find(desk, item)
    click(on_desktop, found.point)
    chosen = wait_until(lambda: found_or_none(desk, item), 10, "the menu's entry")
    assert chosen.element.name == "Save As..."
    assert chosen.window.popup
    assert chosen.window.frame.contains(chosen.point)


def found_or_none(desk: Desk, recorded: Recorded):
    try:
        return find(desk, recorded)
    except NotFound:
        return None


PAGE = """<!doctype html><meta charset=utf-8><title>Staff</title><body style="font:16px sans-serif">
<p><label>Name <input id=name></label> <label>Town <input id=town></label></p>
<table>{rows}</table><button>Send</button>"""
FLAGS = ("--no-sandbox", "--test-type", "--no-first-run", "--password-store=basic", "--disable-gpu")


def rows(*names: str) -> str:
    return PAGE.format(rows="".join(f"<tr><td>{name}</td><td><button>Delete</button></td></tr>" for name in names))


def test_in_a_page_the_row_that_was_meant_is_found_or_none(
    on_desktop: PrivateDisplay, desk: Desk, opened: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(on_desktop.environment, "ACCESSIBILITY_ENABLED", "1")
    page = tmp_path / "page.html"

    def show(*names: str) -> Window:
        page.write_text(rows(*names), "utf-8")
        options = ("--force-renderer-accessibility", f"--user-data-dir={tmp_path}/{'-'.join(names)}")
        window = opened(["chromium", *FLAGS, *options, "--window-size=700,500", f"--app=file://{page}"], "Staff")
        named(desk, window, "Send", "push button")
        return window

    window = show("Alice", "Bob", "Carol")
    deletes = [each for each in elements(desk, window) if (each.role, each.name) == ("push button", "Delete")]
    bob = record(desk, window, deletes[1].region.center)
    town = record(desk, window, named(desk, window, "Town", "entry").region.center)
    send = record(desk, window, named(desk, window, "Send", "push button").region.center)
    assert bob.target.element.others == 2
    close_app(on_desktop, window)

    window = show("Bob", "Dora", "Carol")
    deletes = [each for each in elements(desk, window) if (each.role, each.name) == ("push button", "Delete")]
    assert deletes[0].region.contains(find(desk, bob).point)
    assert named(desk, window, "Town", "entry").region.contains(find(desk, town).point)
    assert named(desk, window, "Send", "push button").region.contains(find(desk, send).point)
    close_app(on_desktop, window)

    for names in (("Alice", "Carol"), ("Alice", "Dora", "Carol"), ("Dora", "Alice", "Bob", "Carol")):
        window = show(*names)
        with pytest.raises((NotFound, Ambiguous)):
            find(desk, bob)
        close_app(on_desktop, window)

    # One more, but the way to it and what is beside it both say that it is the one.
    window = show("Alice", "Bob", "Carol", "Dora")
    deletes = [each for each in elements(desk, window) if (each.role, each.name) == ("push button", "Delete")]
    assert deletes[1].region.contains(find(desk, bob).point)


def test_what_is_covered_disabled_or_gone_halts(on_desktop: PrivateDisplay, desk: Desk, opened: Opener) -> None:
    window = calculator(on_desktop, opened, desk)
    seven = record(desk, window, named(desk, window, "7").region.center)
    conditions = Conditions(desk, Ladder(desk))
    there = Condition(target=seven.target)
    assert conditions.holds(there, seven.picture)
    assert conditions.holds(Condition(window=WindowRef(application=window.application)))
    other = opened(qt_command("Before it", f"{window.region.x},{window.region.y},500,500"), "Before it")
    with pytest.raises(Unreachable, match="Before it"):
        find(desk, seven)
    assert conditions.holds(there, seven.picture)
    assert conditions.holds(Condition(text="Press me", window=WindowRef(title="Before it")))
    close_app(on_desktop, other)
    assert find(desk, seven).rung == "element"
    close_app(on_desktop, window)
    with pytest.raises(NotFound, match="is not on the screen"):
        find(desk, seven)
    assert conditions.holds(Condition(target=seven.target, gone=True), seven.picture)


def test_no_picture_shows_a_password(on_desktop: PrivateDisplay, desk: Desk, opened: Opener) -> None:
    window = opened(qt_command("Login"), "Login")
    field = named(desk, window, "Password", "password text")
    recorded = record(desk, window, field.region.center)
    box = recorded.target.picture.box
    picture = numpy.frombuffer(recorded.picture.bgra, numpy.uint8).reshape(recorded.picture.height, -1, 4)
    part = picture[max(0, box.y) : box.y + box.height, max(0, box.x) : box.x + box.width, :3]
    assert part.size
    assert (part == 128).all()
    assert find(desk, recorded).element.role == "password text"


def test_it_is_found_on_a_screen_of_another_size(
    on_desktop: PrivateDisplay, desk: Desk, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = calculator(on_desktop, opened, desk)
    seven = record(desk, window, named(desk, window, "7").region.center)
    with PrivateDisplay("xvfb", size=(1280, 800)) as small:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DESKTOP_AGENT_HOME"):
            monkeypatch.setenv(name, small.environment[name])
        with open_desk(small) as there:
            now = open_app(small, ["galculator"], "alculator")
            key = named(there, now, "7")
            assert key.region.contains(find(there, seven).point)
            by_picture = find(there, seven.by("picture", "place"))
            assert (by_picture.rung, key.region.contains(by_picture.point)) == ("picture", True)
