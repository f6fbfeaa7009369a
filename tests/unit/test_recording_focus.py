"""Where typed keys go."""

import time
from dataclasses import replace

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.macros.recording import focus as module
from desktop_agent.macros.recording.focus import Focus, FocusWatch, asks_password
from desktop_agent.macros.recording.masking import Look
from desktop_agent.step.privacy import Privacy
from tests.unit.toy_desktop import OWN_PID, ToyDesktop, element, window


def focus_of(toy: ToyDesktop, hides=lambda _: None, never=("keepass",)) -> Focus:
    return Focus(toy, toy.desk.elements, Privacy(never), toy.own_pids, hides)


def toy_with(*elements, focused: str = "", **more) -> ToyDesktop:
    toy = ToyDesktop(window(10, **more))
    toy.add(10, *elements)
    toy.focused_ref = focused
    return toy


@pytest.fixture
def grown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window is too young to be judged by its silence."""
    monkeypatch.setattr(module, "YOUNG_SECONDS", -1.0)


def test_an_ordinary_field_is_plain_and_a_password_field_secret() -> None:
    toy = toy_with(element("name", "text", "Name"), element("pw", "password text", "Your PIN"), focused="name")
    focus = focus_of(toy)
    assert (focus.look().verdict, focus.look().label) == ("plain", "Name")
    toy.focused_ref = "pw"
    found = focus.look()
    assert (found.verdict, found.label, found.began <= found.ended) == ("secret", "Your PIN", True)


def test_an_application_that_is_never_captured_is_secret_whatever_has_the_focus() -> None:
    toy = toy_with(element("name", "text", "Name"), focused="name", application="KeePassXC")
    assert focus_of(toy).look().verdict == "secret"


def test_a_window_of_ours_is_ours() -> None:
    assert focus_of(toy_with(pid=OWN_PID)).look().verdict == "own"


@pytest.mark.parametrize(
    ("screen", "hides", "verdict"),
    [
        ("$ ls", None, "plain"),
        ("$ sudo ls\n[sudo] password for alice: ", None, "secret"),
        ("$ ls", True, "secret"),
        ("$ ls", False, "plain"),
    ],
)
def test_a_terminal_is_judged_by_its_last_line_and_its_modes(screen: str, hides: bool | None, verdict: str) -> None:
    toy = toy_with(element("t", "terminal", text=screen), focused="t")
    found = focus_of(toy, lambda _: hides).look()
    assert (found.verdict, found.terminal) == (verdict, True)


@pytest.mark.parametrize(("hides", "verdict"), [(True, "secret"), (False, "plain")])
def test_a_terminal_that_tells_nothing_is_judged_by_its_modes(hides: bool, verdict: str) -> None:
    toy = toy_with(application="XTerm")
    toy.accessible = False
    found = focus_of(toy, lambda _: hides).look()
    assert (found.verdict, found.terminal) == (verdict, True)


def test_a_window_that_tells_nothing_is_unknown_while_it_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = toy_with()
    toy.accessible = False
    focus = focus_of(toy)
    assert focus.look().verdict == "unknown"
    monkeypatch.setattr(module, "YOUNG_SECONDS", -1.0)
    assert focus.look().verdict == "plain"


def test_the_silence_of_a_window_that_was_there_before_tells_at_once() -> None:
    toy = toy_with()
    toy.accessible = False
    focus = focus_of(toy)
    focus.know(toy.stacking())
    assert focus.look().verdict == "plain"


@pytest.mark.parametrize(
    "title", ["Enter password", "Passphrase for key", "Bitte Passwort eingeben", "Mot de passe", "请输入密码"]
)
@pytest.mark.usefixtures("grown_up")
def test_a_silent_window_whose_title_asks_for_a_password_is_secret(title: str) -> None:
    toy = toy_with(title=title)
    toy.accessible = False
    assert focus_of(toy).look().verdict == "secret"


@pytest.mark.usefixtures("grown_up")
def test_a_huge_window_in_which_the_focus_was_not_found_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = toy_with(element("name", "text", "Name"))
    focus = focus_of(toy)
    assert focus.look().verdict == "plain"
    monkeypatch.setattr(module, "SLOW_SECONDS", -1.0)
    elements = toy.desk.elements
    monkeypatch.setattr(elements, "tree", lambda it: replace(type(elements).tree(elements, it), capped=True))
    assert Focus(toy, elements, Privacy(()), toy.own_pids, lambda _: None).look().verdict == "unknown"


def test_a_window_that_moved_away_while_it_was_looked_at_is_unknown() -> None:
    toy = toy_with(element("name", "text", "Name"), focused="name")
    toy.stack.append(window(11))
    answers = iter((toy.get(10), toy.get(11)))
    toy.active = lambda: next(answers)
    assert focus_of(toy).look().verdict == "unknown"


def test_windows_that_cannot_be_read_are_unknown() -> None:
    toy = toy_with()

    def broken() -> None:
        raise Unavailable("The X11 display went away.")

    toy.active = broken
    assert focus_of(toy).look().verdict == "unknown"


@pytest.mark.parametrize(
    "screen",
    [
        "Password:",
        "alice@host's password: ",
        "[sudo] password for alice:",
        "[sudo] Passwort für alice: ",
        "[sudo] Mot de passe de alice : ",
        "Enter passphrase for key '/home/a/.ssh/id': ",
        "密码：",
        "$ ssh host\nPasswort: \n",
    ],
)
def test_questions_for_passwords_are_known_in_four_languages(screen: str) -> None:
    assert asks_password(screen)


@pytest.mark.parametrize("screen", ["$ ", "Password:\nwrong\n$ ", "$ echo password", "Name: "])
def test_other_lines_are_no_questions(screen: str) -> None:
    assert not asks_password(screen)


def test_the_watch_looks_when_asked_and_not_before() -> None:
    told: list[Look] = []

    def look() -> Look:
        now = time.monotonic()
        return Look(now, now, "plain")

    watch = FocusWatch(look, told.append)
    when = time.monotonic() + 0.05
    watch.ask(when)
    deadline = time.monotonic() + 5
    while not told and time.monotonic() < deadline:
        time.sleep(0.005)
    watch.close()
    assert [each.began >= when for each in told] == [True]


class Placed:
    """A focus on a toy desktop that is told what has the keyboard; counts how often windows are asked."""

    def __init__(self, *elements, focused: str) -> None:
        self.toy, self.place, self.asked = toy_with(*elements, focused=focused), 77, 0
        answer = self.toy.active

        def active():
            self.asked += 1
            return answer()

        self.toy.active = active
        self.focus = Focus(
            self.toy, self.toy.desk.elements, Privacy(()), self.toy.own_pids, lambda _: None, lambda: self.place
        )


def test_a_field_that_still_has_the_keyboard_is_told_without_asking_for_its_window() -> None:
    placed = Placed(element("name", "text", "Name"), focused="name")
    assert (placed.focus.look().verdict, placed.asked) == ("plain", 2)
    found = placed.focus.look()
    assert (found.verdict, found.window.id, found.element.ref, placed.asked) == ("plain", 10, "name", 2)


def test_a_field_of_the_same_window_that_got_the_keyboard_is_looked_at_anew() -> None:
    placed = Placed(element("name", "text", "Name"), element("pw", "password text"), focused="name")
    placed.focus.look()
    placed.toy.focused_ref = "pw"
    assert placed.focus.look().verdict == "secret"


def test_a_field_that_became_one_for_passwords_is_secret() -> None:
    placed = Placed(element("name", "text", "Name"), focused="name")
    placed.focus.look()
    placed.toy.set("name", role="password text")
    assert placed.focus.look().verdict == "secret"


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_has_the_keyboard_elsewhere_is_looked_at_anew(when: str) -> None:
    placed = Placed(element("name", "text", "Name"), focused="name")
    placed.focus.look()
    placed.toy.stack.insert(0, window(11, application="KeePassXC"))
    placed.toy.focus = 11
    if when == "before":
        placed.place = 78
    else:
        numbers = iter((77, 78))
        placed.focus._place = lambda: next(numbers, 78)
    found = placed.focus.look()
    assert (found.window.id, placed.asked) == (11, 4)


def test_where_nobody_tells_what_has_the_keyboard_windows_are_asked_each_time() -> None:
    placed = Placed(element("name", "text", "Name"), focused="name")
    placed.place = 0
    placed.focus.look()
    placed.focus.look()
    assert placed.asked == 4
