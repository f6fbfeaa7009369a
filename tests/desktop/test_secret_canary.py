"""A canary secret through every flow: it arrives where it is typed, and is found nowhere else."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Xlib.ext import xfixes

from desktop_agent.core.actions import Answer, Outcome
from desktop_agent.core.desktop import Window
from desktop_agent.desktop.x11 import open_display
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.safety import named_secrets
from tests.desktop.canary import is_grey, traces, traces_in, traces_in_processes
from tests.desktop.canary_cage import (
    VALUE,
    Cage,
    cage_fixture,  # noqa: F401 # found by name
    field,
    keyring_file_fixture,  # noqa: F401 # found by name
    place,
    require_grey,
    require_stored_pictures_known,
    value_fixture,  # noqa: F401 # found by name
    with_keyring_fixture,  # noqa: F401 # found by name
)
from tests.desktop.command_line import (
    Application,
    CommandLine,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until


@pytest.fixture
def qt(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[tuple[Window, Callable[[], dict[str, str]]]]:
    state = tmp_path / "state.json"
    window = open_app(on_desktop, qt_command("Canary form", state=state), "Canary form")
    yield window, lambda: json.loads(state.read_text("utf-8"))
    close_app(on_desktop, window)


def test_typed_into_a_text_and_read_afterwards(cage: Cage, line: CommandLine, mousepad: Application) -> None:
    region = field(mousepad.window, "text")
    cage.approver.while_asked = lambda: None if not traces_in_processes(VALUE) else pytest.fail("in a process")
    ended = cage.run(
        mousepad.window,
        ("type_secret", {"name": "canary", **place(mousepad.window, region)}),
        ("type", {"content": " and more"}),
        ("read_text", {}),
        ("screenshot", {}),
        ("zoom", {"box": [300, 300, 700, 700]}),
    )
    assert ended.status == "done"
    typed, more = cage.steps
    assert (typed.outcome, typed.evidence) == (Outcome.CONFIRMED, "the field now holds it")
    assert mousepad.text == f"{VALUE} and more"
    assert more.outcome is not Outcome.REFUSED, more.message
    assert [each.action.secret for each in cage.approver.requests] == ["canary", ""]
    require_grey(cage, region)
    assert any('[secret "canary"]' in message.text for message in cage.told if message.role == "tool")
    require_stored_pictures_known(cage)
    shown = line.run("runs", "show", ended.run, "--json")
    assert shown.code == 0, shown.said
    assert traces(VALUE, shown.said.encode(), "runs show") + cage.traces() == []


def test_typed_into_a_line_and_into_a_password_field(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]]
) -> None:
    window, state = qt
    text, password = field(window, "text", "Name"), field(window, "password text")
    cage.run(
        window,
        ("type_secret", {"name": "canary", **place(window, text)}),
        ("type_secret", {"name": "canary", **place(window, password)}),
        ("read_text", {}),
        ("screenshot", {}),
    )
    assert [each.outcome for each in cage.steps] == [Outcome.CONFIRMED, Outcome.UNVERIFIABLE]
    wait_until(lambda: (state()["line"], state()["password"]) == (VALUE, VALUE))
    require_grey(cage, text)
    (screenshot,) = cage.pictures_since(0)[-1:]
    assert is_grey(*screenshot, password)
    require_stored_pictures_known(cage)
    assert cage.traces() == []


def test_denied_and_typed_into_a_window_that_is_gone(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]], on_desktop: PrivateDisplay
) -> None:
    window, state = qt
    call = ("type_secret", {"name": "canary", **place(window, field(window, "text", "Name"))})
    cage.approver.answer = Answer.DENIED
    cage.run(window, call)
    assert state()["line"] == ""
    cage.approver.answer = Answer.APPROVED
    cage.approver.while_asked = lambda: close_app(on_desktop, window)
    cage.run(window, call)
    assert [each.outcome for each in cage.steps] == [Outcome.REFUSED, Outcome.REFUSED]
    assert "closed" in cage.steps[-1].message
    assert cage.traces() == []


def test_typed_into_a_terminal_which_is_grey_afterwards(cage: Cage, on_desktop: PrivateDisplay, tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    script = f'IFS= read -r line; printf %s "$line" > {arrived}.new; mv {arrived}.new {arrived}; sleep 60'
    command = ["xterm", "-title", "canary terminal", "-e", "sh", "-c", script]
    window = open_app(on_desktop, command, "canary terminal")
    try:
        cage.run(window, ("type_secret", {"name": "canary"}), ("key", {"keys": "enter"}), ("screenshot", {}))
        wait_until(arrived.exists)
        assert arrived.read_text("utf-8") == VALUE
        assert cage.steps[0].outcome is Outcome.UNVERIFIABLE
        require_grey(cage, window.region)
        require_stored_pictures_known(cage)
        assert cage.traces() == []
    finally:
        close_app(on_desktop, window)


PAGE = """<!doctype html><meta charset=utf-8><title>Canary page</title>
<input aria-label=Name style="width:400px"><br><input aria-label=Code type=password style="width:400px">
<p id=echo>The page says nothing.</p><script>
const [name, code] = document.querySelectorAll("input"), echo = document.querySelector("#echo")
oninput = () => { echo.textContent = `You are ${name.value}, and your code ${code.value == name.value}` }
</script>"""
"""It repeats what is typed into its first field."""


@pytest.fixture
def chromium(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[Window]:
    (tmp_path / "page.html").write_text(PAGE)
    options = ("--no-sandbox", "--no-first-run", "--password-store=basic", "--disable-gpu", "--window-size=800,600")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = ["chromium", *options, "--force-renderer-accessibility", profile, f"--app=file://{tmp_path}/page.html"]
    on_desktop.environment["ACCESSIBILITY_ENABLED"] = "1"
    try:
        window = open_app(on_desktop, command, "Canary page", 60)
    finally:
        del on_desktop.environment["ACCESSIBILITY_ENABLED"]
    yield window
    close_app(on_desktop, window)


def test_typed_into_a_web_page_which_repeats_it(cage: Cage, chromium: Window) -> None:
    text, password = field(chromium, "entry", "Name"), field(chromium, "password text", "Code")
    cage.run(
        chromium,
        ("type_secret", {"name": "canary", **place(chromium, text)}),
        ("type_secret", {"name": "canary", **place(chromium, password)}),
        ("screenshot", {}),
        ("read_text", {}),
    )
    assert [each.outcome for each in cage.steps] == [Outcome.CONFIRMED, Outcome.UNVERIFIABLE]
    said = field(chromium, "static", f"You are {VALUE}, and your code true")
    require_grey(cage, text)
    (screenshot,) = cage.pictures_since(0)[-1:]
    assert is_grey(*screenshot, password)
    assert is_grey(*screenshot, said)
    assert any('You are [secret "canary"], and' in message.text for message in cage.told if message.role == "tool")
    require_stored_pictures_known(cage)
    assert cage.traces() == []


DIGITS = "5829307461"
"""As many as the calculator shows."""


@pytest.mark.parametrize("value", [DIGITS], ids=["digits"])  # the name of a test is in the environment
def test_digits_typed_into_a_calculator(cage: Cage, galculator: Application) -> None:
    display = field(galculator.window, "text")
    cage.run(
        galculator.window,
        ("type_secret", {"name": "canary", **place(galculator.window, display)}),
        ("screenshot", {}),
        ("read_text", {}),
    )
    assert galculator.text == DIGITS
    assert cage.steps[0].outcome is Outcome.CONFIRMED
    require_grey(cage, display)
    require_stored_pictures_known(cage)
    assert any('[secret "canary"]' in message.text for message in cage.told if message.role == "tool")
    assert cage.traces() == []


def test_a_secret_never_goes_through_the_clipboard(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]], on_desktop: PrivateDisplay
) -> None:
    """Neither one that would otherwise be pasted, nor one that can't be typed, which is refused."""
    window, state = qt
    where = place(window, field(window, "text", "Name"))
    many = "".join(chr(0x4E00 + number) for number in range(60))
    named_secrets.keep("chinese", many[:20])
    named_secrets.keep("too much", many)
    with clipboard_owners(on_desktop.name) as owners:
        cage.run(window, ("type_secret", {"name": "chinese", **where}))
        wait_until(lambda: state()["line"] == many[:20])
        cage.run(window, ("type_secret", {"name": "too much", **where}))
        assert owners() == 0
        cage.run(window, ("type", {"content": many, **where}))
        assert owners() > 0, "what is no secret is pasted"
    chinese, too_much, _ = cage.steps
    assert (chinese.outcome, too_much.outcome) == (Outcome.CONFIRMED, Outcome.FAILED)
    assert "never goes through the clipboard" in too_much.message


@contextlib.contextmanager
def clipboard_owners(display: str) -> Iterator[Callable[[], int]]:
    """A function that counts how often the clipboard has got a new owner."""
    connection = open_display(display)
    root, clipboard = connection.screen().root, connection.intern_atom("CLIPBOARD")
    connection.xfixes_query_version()
    connection.xfixes_select_selection_input(root, clipboard, xfixes.XFixesSetSelectionOwnerNotifyMask)
    seen = 0

    def count() -> int:
        nonlocal seen
        connection.sync()
        events = [connection.next_event() for _ in range(connection.pending_events())]
        seen += sum(type(each).__name__ == "SetSelectionOwnerNotify" and bool(each.owner) for each in events)
        return seen

    try:
        yield count
    finally:
        connection.close()


def test_copied_into_another_field_it_is_grey_there_too(
    cage: Cage, qt: tuple[Window, Callable[[], dict[str, str]]]
) -> None:
    window, state = qt
    line, notes = field(window, "text", "Name"), field(window, "text", "Notes")
    cage.run(
        window,
        ("type_secret", {"name": "canary", **place(window, line)}),
        ("key", {"keys": "ctrl+a"}),
        ("key", {"keys": "ctrl+c"}),
        ("type", {"content": f"{'Some text before it. ' * 20}", **place(window, notes)}),
        ("key", {"keys": "ctrl+v"}),
        ("screenshot", {}),
        ("read_text", {}),
    )
    wait_until(lambda: state()["text"].endswith(VALUE))
    (screenshot,) = cage.pictures_since(0)[-1:]
    assert is_grey(*screenshot, notes)
    require_stored_pictures_known(cage)
    assert cage.traces() == []


def test_the_command_line_types_it_and_tells_nothing(line: CommandLine, cage: Cage, mousepad: Application) -> None:
    where = place(mousepad.window, field(mousepad.window, "text"))
    call = ("act", "type_secret", json.dumps({"name": "canary", **where}), "--scope", "window:notes.txt", "--json")
    with line.terminal(*call) as terminal:
        terminal.wait_for("Approve?")
        assert traces_in_processes(VALUE) == []
        time.sleep(0.5)
        terminal.type("y\n")
        ended = terminal.finish()
    assert ended.code == 0, ended.said
    assert 'Type the secret "canary" into' in ended.said
    assert mousepad.text == VALUE
    assert traces(VALUE, ended.said.encode(), "the terminal") + cage.traces() == []


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    import base64
    import urllib.parse

    forms = [
        *(VALUE.encode(), VALUE.encode("utf-16"), VALUE[::-1].encode(), json.dumps({"x": VALUE}).encode()),
        *(urllib.parse.quote_plus(VALUE).encode(), base64.b64encode(b"key: " + VALUE.encode() + b"\n")),
        *(VALUE[:11].encode(), VALUE.upper().encode(), f"cut {VALUE[10:]}".encode()),
    ]
    for number, form in enumerate(forms):
        (tmp_path / str(number)).write_bytes(b"around " + form + b" it")
        assert any(each.startswith(f"{number}:") for each in traces_in(VALUE, tmp_path)), form
