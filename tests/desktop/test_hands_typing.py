"""Text and keys on a real X server: every text arrives exactly, in different toolkits and layouts."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from desktop_agent.core.actions import Click, Press, TypeText
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Refused, TargetChanged, UsageError
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard.x11 import X11Clipboard
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.desktop.hands_support import (
    Connect,
    PlainWindow,
    QtWindow,
    at,
    closing,
    connect_fixture,  # noqa: F401 # found by name
    expecting,
)
from tests.desktop.helpers import close_app, open_app, wait_until

SELECT_ALL = Press(("ctrl", "a"))
ASCII = r"""The quick brown fox, 0123456789 "quoted" 'single' {[(<|\/@#$%^&*~`+=_->)]};:?!"""
TEXTS = {
    "ascii": ASCII,
    "german": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich – 3 € „gut“",
    "few": "héllo 你好 €",
    "chinese": "天地玄黄宇宙洪荒日月盈昃辰宿列张",
    "emoji": "👩‍👩‍👧 👍🏽 🎉 ok",
    "rtl": "مرحبا بالعالم שלום עולם",
    "combining": "e\u0301a\u0308o\u0302 n\u0303",
    "lines": "one\ttwo\n\tthree\n\nfour",
    "long": (ASCII + "\n") * 25,
}


@pytest.fixture(params=["us", "de", "fr"])
def layout(request: pytest.FixtureRequest, on_desktop: PrivateDisplay) -> Iterator[str]:
    def switch(name: str) -> None:
        subprocess.run(["setxkbmap", name], env=on_desktop.environment, check=True, capture_output=True)

    switch(request.param)
    yield request.param
    switch("us")


@pytest.fixture
def qt(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[QtWindow]:
    window = QtWindow(on_desktop, tmp_path)
    with closing(window):
        yield window


@pytest.fixture
def client(connect: Connect) -> HandsClient:
    client = connect()
    client.acquire("test")
    return client


def test_every_text_arrives_exactly_in_a_qt_window(layout: str, client: HandsClient, qt: QtWindow) -> None:
    expectation = expecting(qt.window)
    client.perform([Click(at(qt.window, *QtWindow.TEXT))], expectation)
    for name, text in TEXTS.items():
        report = client.perform([SELECT_ALL, TypeText(text)], expectation)
        assert report.mismatch == "", name
        wait_until(lambda text=text: qt.holds("text", text), 5, f"{name} in layout {layout}")  # type: ignore[misc]


def test_a_click_and_the_text_for_it_are_one_sequence(client: HandsClient, qt: QtWindow) -> None:
    point = at(qt.window, *QtWindow.LINE)
    client.perform([Click(point), SELECT_ALL, TypeText("grüß dich, 世界")], expecting(qt.window))
    wait_until(lambda: qt.holds("line", "grüß dich, 世界"))


def test_every_text_arrives_exactly_in_mousepad(layout: str, client: HandsClient, on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, ["mousepad"], "Mousepad")
    elements = open_elements()
    try:
        for name in ("ascii", "german", "few", "chinese", "emoji", "combining", "lines"):
            client.perform([SELECT_ALL, TypeText(TEXTS[name])], expecting(window))

            def arrived(text: str = TEXTS[name]) -> bool:
                focused = elements.focused(window)
                return focused is not None and elements.text(focused) == text

            wait_until(arrived, 5, f"{name} in layout {layout}")
    finally:
        elements.close()
        close_app(on_desktop, window)


def test_every_text_arrives_exactly_in_xterm(
    layout: str, client: HandsClient, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    names = ("ascii", "german", "few", "chinese", "emoji", "rtl", "combining")
    reads = "".join(f"head -c {len(TEXTS[name].encode())} >part; mv part {name}; " for name in names)
    script = f"cd {tmp_path}; stty -icanon -echo -ixon -isig; {reads} sleep 60"
    window = open_xterm(on_desktop, "Hands xterm", script)
    try:
        wait_until((tmp_path / "part").exists)
        for name in names:
            client.perform([Click(at(window, 50, 50)), TypeText(TEXTS[name])], expecting(window))
            wait_until((tmp_path / name).exists, 5, f"{name} in layout {layout}")
            assert (tmp_path / name).read_text("utf-8") == TEXTS[name]
    finally:
        close_app(on_desktop, window)


def open_xterm(display: PrivateDisplay, title: str, script: str) -> Window:
    """An xterm that runs `script`. On a busy machine it now and then comes up as large as one character: then again."""
    while True:
        window = open_app(display, ["xterm", "-u8", "-T", title, "-e", "sh", "-c", script], title)
        if window.region.width > 100:
            return window
        close_app(display, window)


PAGE = """<title>Hands page</title><textarea autofocus style="position:fixed;inset:0"
oninput="document.title='Hands page ' + encodeURIComponent(this.value)"></textarea>"""


def test_every_text_arrives_exactly_in_chromium(
    layout: str, client: HandsClient, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, "utf-8")
    options = [
        "--no-sandbox",
        "--no-first-run",
        "--password-store=basic",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/chromium",
    ]
    window = open_app(
        on_desktop, ["chromium", *options, "--window-size=800,600", f"--app={page.as_uri()}"], "Hands page", 60
    )
    windows = open_windows(on_desktop.name)
    try:
        for name in ("ascii", "german", "few", "chinese", "emoji", "rtl", "combining"):
            now = windows.get(window.id)
            assert now is not None
            client.perform([Click(at(now, 300, 200)), SELECT_ALL, TypeText(TEXTS[name])], expecting(now))

            def arrived(text: str = TEXTS[name]) -> bool:
                found = windows.get(window.id)
                return found is not None and unquote(found.title.removeprefix("Hands page ")) == text

            wait_until(arrived, 10, f"{name} in layout {layout}")
    finally:
        windows.close()
        close_app(on_desktop, window)


def test_caps_lock_is_switched_off_meanwhile_and_on_again(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay
) -> None:
    display = x11.open_display(on_desktop.name)
    with Person.on(on_desktop) as person:
        person.press("capslock")
        try:
            client.perform(
                [Click(at(qt.window, *QtWindow.LINE)), SELECT_ALL, TypeText("Caps Lock is ON é")], expecting(qt.window)
            )
            wait_until(lambda: qt.holds("line", "Caps Lock is ON é"))
            assert display.screen().root.query_pointer().mask & 2
        finally:
            person.press("capslock")
            display.close()


def test_a_modifier_that_the_person_holds_is_waited_for(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay
) -> None:
    with Person.on(on_desktop) as person:
        person.hold("ctrl")
        try:
            with pytest.raises(Refused, match="ctrl"):
                client.perform([TypeText("a")], expecting(qt.window))
        finally:
            person.let_go("ctrl")
    client.perform([Click(at(qt.window, *QtWindow.LINE)), TypeText("b")], expecting(qt.window))
    wait_until(lambda: qt.holds("line", "b"))


def test_the_persons_clipboard_comes_back_after_pasting(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay
) -> None:
    old = "what the person had copied — 你好 " * 20_000  # more than one request can carry
    persons = X11Clipboard(on_desktop.name)
    try:
        persons.offer(old, 0, lambda: None)
        client.perform([Click(at(qt.window, *QtWindow.TEXT)), TypeText(TEXTS["chinese"])], expecting(qt.window))
        wait_until(lambda: qt.holds("text", TEXTS["chinese"]))
        wait_until(lambda: clipboard_text(on_desktop) == old, 5, "the old content")
    finally:
        persons.close()


def test_several_pastes_in_a_row_keep_the_persons_clipboard(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay
) -> None:
    persons = X11Clipboard(on_desktop.name)
    try:
        persons.offer("mine", 0, lambda: None)
        client.perform([Click(at(qt.window, *QtWindow.TEXT))], expecting(qt.window))
        for _ in range(3):
            client.perform([TypeText(TEXTS["chinese"])], expecting(qt.window))
        wait_until(lambda: qt.holds("text", TEXTS["chinese"] * 3))
        wait_until(lambda: clipboard_text(on_desktop) == "mine", 5, "the old content")
    finally:
        persons.close()


def test_a_long_text_of_several_requests_is_pasted(client: HandsClient, qt: QtWindow) -> None:
    text = "0123456789 äöü\n" * 25_000
    client.perform([Click(at(qt.window, *QtWindow.TEXT)), TypeText(text)], expecting(qt.window))
    wait_until(lambda: qt.holds("text", text), 20)


def test_a_paste_that_nobody_takes_is_told(client: HandsClient, on_desktop: PrivateDisplay, tmp_path: Path) -> None:
    window = PlainWindow(on_desktop, tmp_path, "Hands deaf")
    with closing(window):
        client.perform([Click(at(window.window, 10, 10))], expecting(window.window))
        focus(on_desktop, window)
        report = client.perform([TypeText(TEXTS["chinese"])], expecting(window.window))
    assert "did not take" in report.mismatch


def test_the_spare_keys_are_empty_again(client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay) -> None:
    before = mapping(on_desktop)
    client.perform([Click(at(qt.window, *QtWindow.LINE)), SELECT_ALL, TypeText("é世ö")], expecting(qt.window))
    wait_until(lambda: qt.holds("line", "é世ö"))
    assert mapping(on_desktop) == before


def test_typing_into_a_window_without_the_focus_types_nothing(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    other = PlainWindow(on_desktop, tmp_path, "Hands focused", "--geometry", "900,300,200,200")
    with closing(other):
        focus(on_desktop, other)
        with pytest.raises(TargetChanged, match="another window has the keyboard"):
            client.perform([TypeText("lost")], expecting(qt.window))
        with pytest.raises(TargetChanged):
            client.perform([Press(("enter",))], expecting(qt.window))
        assert other.count("key") == 0


def test_a_stolen_focus_ends_the_typing_between_two_chunks(
    client: HandsClient, qt: QtWindow, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    thief = PlainWindow(on_desktop, tmp_path, "Hands thief", "--geometry", "900,300,200,200")
    display = x11.open_display(on_desktop.name)
    stolen = display.create_resource_object("window", thief.window.id)
    with closing(thief):
        client.perform([Click(at(qt.window, *QtWindow.TEXT))], expecting(qt.window))
        code = f"""
import time
from Xlib import X
from Xlib.display import Display
d = Display({on_desktop.name!r})
w = d.create_resource_object("window", {stolen.id})
time.sleep(0.15)
w.set_input_focus(X.RevertToParent, X.CurrentTime)
d.sync()
"""
        on_desktop.start([sys.executable, "-c", code])
        with pytest.raises(TargetChanged) as raised:
            client.perform([TypeText("x" * 400)] * 50, expecting(qt.window))
        display.close()
        assert "of 400 characters typed" in raised.value.details
        assert thief.count("key") == 0


def test_characters_that_no_key_writes_are_refused(client: HandsClient, qt: QtWindow) -> None:
    client.perform([Click(at(qt.window, *QtWindow.LINE))], expecting(qt.window))
    for text in ("a\x1b[31m", "\x7f", "\ud800"):
        with pytest.raises(UsageError):
            client.perform([TypeText(text)], expecting(qt.window))
    with pytest.raises(UsageError):
        client.perform([Press(("☃",))], expecting(qt.window))
    assert qt.holds("line", "")


def clipboard_text(display: PrivateDisplay) -> str:
    """What the clipboard holds, as another program reads it."""
    from desktop_agent.desktop.clipboard.x11_content import SelectionReader

    connection = x11.open_display(display.name)
    screen = connection.screen()
    from Xlib import X

    window = screen.root.create_window(0, 0, 1, 1, 0, screen.root_depth, event_mask=X.PropertyChangeMask)
    content = SelectionReader(connection, window, lambda _: None).read(connection.intern_atom("CLIPBOARD"))
    text = content.get(connection.intern_atom("UTF8_STRING"))
    connection.close()
    return text.data.decode() if text else ""


def mapping(display: PrivateDisplay) -> list[list[int]]:
    connection = x11.open_display(display.name)
    rows = [list(row) for row in connection.get_keyboard_mapping(8, 248)]
    connection.close()
    return rows


def focus(display: PrivateDisplay, window: PlainWindow) -> None:
    windows = open_windows(display.name)
    assert windows.activate(window.window.id)
    windows.close()
