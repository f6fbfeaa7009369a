"""Applications that are never captured: grey, silent, and out of reach."""

import pytest

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.desktop import Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.settings import Settings
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step.capture import capture
from desktop_agent.step.masks import GREY
from desktop_agent.step.privacy import Privacy
from desktop_agent.step.step import Step
from desktop_agent.tools.context import Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.locate import ScreenLocator
from desktop_agent.tools.toolbox import Toolbox
from tests.unit.test_step_capture import pixel
from tests.unit.toy_desktop import SIZE, Events, FixedApprover, ToyDesktop, element, window

VAULT = Rect(500, 100, 250, 300)
ENTRY = Rect(520, 120, 100, 30)


@pytest.fixture
def toy():
    made = ToyDesktop(
        window(10, "Letter", "Mousepad", region=Rect(0, 0, 300, 300)),
        window(20, "hunter2.kdbx", "KeePassXC", 200, VAULT),
    )
    made.add(10, element("letter", "text", "Letter", Rect(20, 20, 200, 200), ("editable",), "Dear all"))
    made.add(20, element("entry", "push button", "Copy hunter2", ENTRY))
    return made


@pytest.fixture
def desk(toy):
    return toy.desk


def tools(desk, toy, folder, approver=None):
    scope = toy.scope("screen")
    step = Step(desk, Policy(), approver or FixedApprover(), Audit(folder / "a.jsonl"), Events(), scope, "run")
    return Toolbox(Gallery(), Events(), Sight(desk, scope), step)


@pytest.mark.parametrize(
    "application",
    [
        *("KeePassXC", "org.keepassxc.KeePassXC", "Bitwarden", "1Password", "QtPass", "org.gnome.seahorse.Application"),
        *("Gcr-prompter", "kwalletmanager5", "Pinentry-gtk-2", "Proton-pass", "enpass", "pass"),
    ],
)
def test_password_managers_are_never_captured_by_default(application):
    assert Privacy(Settings().never_captured).hides(window(1, application=application))


@pytest.mark.parametrize("application", ["Mousepad", "MongoDB Compass", "firefox", "Xterm", "", "Bypass"])
def test_others_are(application):
    assert not Privacy(Settings().never_captured).hides(window(1, application=application))


def test_the_person_names_them():
    privacy = Privacy(["  Thunder ", "", "a.b("])
    assert privacy.hides(window(1, application="thunderbird"))
    assert privacy.hides(window(1, application="my-A.B(x"))
    assert not privacy.hides(window(1, application="KeePassXC"))
    privacy.use([])
    assert not privacy.hides(window(1, application="thunderbird"))
    assert not privacy.hides(None)


def test_its_windows_are_grey_in_every_picture(desk, toy, tmp_path):
    toy.stack.insert(0, window(30, "", "", 200, Rect(400, 450, 50, 50), popup=True))  # a menu of the same process
    shot = capture(desk, toy.scope("screen"))
    assert pixel(shot, 510, 110) == pixel(shot, 749, 399) == pixel(shot, 410, 460) == GREY
    assert pixel(shot, 100, 100) != GREY
    assert set(shot.masked) == {VAULT, Rect(400, 450, 50, 50)}
    (picture,) = tools(desk, toy, tmp_path).call(ToolCall("c", "screenshot", {})).pictures
    assert picture.image == shot.image
    assert pixel(desk.screen.grab(SIZE), 510, 110) == GREY


def test_one_that_comes_while_the_picture_is_taken_is_grey(desk, toy):
    grab = toy.grab

    def late(region):
        toy.stack.insert(0, window(40, "", "Bitwarden", 300, Rect(0, 0, 50, 50)))
        return grab(region)

    toy.grab = late
    assert pixel(capture(desk, toy.scope("screen")), 10, 10) == GREY


def test_its_text_is_not_read(desk, toy, tmp_path):
    toolbox = tools(desk, toy, tmp_path)
    toolbox.look()
    said = toolbox.call(ToolCall("c", "read_text", {})).text
    assert "Dear all" in said
    assert "hunter2" not in said
    with pytest.raises(Unavailable, match="KeePassXC is never shown"):
        desk.elements.tree(toy.stack[1])
    assert all("hunter2" not in each.title for each in desk.windows.stacking())


def test_nothing_is_found_in_it(desk, toy):
    seen = []
    toy.read = lambda image: seen.append(image) or (Word("Something", Rect(0, 0, 9, 9), 0, 1.0),)
    locator = ScreenLocator(desk.windows, desk.elements, desk.screen, desk.reader, toy.own_pids)
    view = capture(desk, toy.scope("screen")).view
    assert locator.find("Copy hunter2", view) == ()
    assert "Copy hunter2" not in locator.similar("Copy hunter", view)
    (image,) = seen  # what is read from the pixels is grey there
    start = (510 + 110 * image.width) * 4
    assert image.bgra[start : start + 4] == GREY


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("left_click", {"start_box": [680, 210]}),
        ("type", {"start_box": [680, 210], "content": "x"}),
        ("left_drag", {"start_box": [100, 100], "end_box": [680, 210]}),
        ("key", {"keys": "ctrl+c"}),
    ],
)
def test_nothing_is_done_in_it(desk, toy, tmp_path, tool, arguments):
    toy.focus = 20
    approver = FixedApprover()
    toolbox = tools(desk, toy, tmp_path, approver)
    toolbox.look()
    result = toolbox.call(ToolCall("c", tool, arguments))
    assert result.step.outcome is Outcome.REFUSED
    assert result.step.verdict.category == "never_captured"
    assert "KeePassXC is never shown to the agent" in result.text
    assert "hunter2" not in result.text + repr(result.step.action)
    assert (toy.performed, approver.requests) == ([], [])


def test_what_lies_over_it_is_seen(desk, toy):
    toy.stack.insert(0, window(50, "Over", "Mousepad", 100, Rect(550, 150, 50, 50)))
    shot = capture(desk, toy.scope("screen"))
    assert pixel(shot, 560, 160) != GREY
    assert not any(each.contains(Point(560, 160)) for each in shot.masked)
