"""Asking from a worker thread, with real windows, mouse and keyboard."""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from tests.ui.prompts import Asking, action, request
from tests.ui.slow_window import SlowWindow
from ui.approval import UiApprover
from ui.approval_card import ApprovalCard
from ui.prompter import Prompter


@pytest.fixture
def prompter(app: QApplication, screen: Screen, windows: Windows) -> Iterator[Prompter]:
    made = Prompter(screen, windows, lambda: False)
    yield made
    made.close()


@pytest.fixture
def about_terminal(screen: Screen, terminal: Window) -> ApprovalRequest:
    """A request whose target is a part of another program's window."""
    region = Rect(terminal.region.x + 60, terminal.region.y + 60, 100, 40)
    asked = action(target=region, window=terminal, element=None)
    return request(asked, screenshot=screen.grab(screen.layout().bounds))


class NotingWindows:
    """The real windows; notes which were activated."""

    def __init__(self, real: Windows) -> None:
        self._real = real
        self.activated: list[int] = []

    def active(self) -> Window | None:
        return self._real.active()

    def activate(self, window: int) -> bool:
        self.activated.append(window)
        return self._real.activate(window)

    def at(self, point: Point) -> Window | None:
        return self._real.at(point)

    def stacking(self) -> tuple[Window, ...]:
        return self._real.stacking()

    def get(self, window: int) -> Window | None:
        return self._real.get(window)


class Flow(Asking):
    """An approval on its way."""

    def __init__(self, prompter: Prompter, asked: ApprovalRequest, wait: Wait) -> None:
        super().__init__(prompter, lambda: UiApprover(prompter, "Ctrl+Alt+Y").decide(asked))
        self.wait = wait

    def card(self) -> ApprovalCard:
        """The card, armed."""
        self.wait(lambda: self.windows)
        card = self.windows[-1]
        assert isinstance(card, ApprovalCard)
        self.wait(lambda: card.armed)
        return card

    def decision(self) -> Decision:
        self.wait(lambda: self.answers)
        self.thread.join()
        decision = self.answers[0]
        assert isinstance(decision, Decision)
        return decision


def middle(button: QPushButton) -> tuple[int, int]:
    point: QPoint = button.mapToGlobal(button.rect().center())
    return point.x(), point.y()


def test_person_approves_with_the_mouse(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, person: Person
) -> None:
    flow = Flow(prompter, about_terminal, wait)
    person.click(*middle(flow.card().approve_button))
    assert flow.decision() == Decision(Answer.APPROVED, False, "card")


@pytest.mark.parametrize(("keys", "answer"), [("alt+a", "approved"), ("alt+d", "denied"), ("alt+s", "stopped")])
def test_person_answers_by_keyboard_and_the_focus_returns(
    keys: str,
    answer: str,
    app: QApplication,
    about_terminal: ApprovalRequest,
    wait: Wait,
    person: Person,
    screen: Screen,
    windows: Windows,
    terminal: Window,
) -> None:
    noting = NotingWindows(windows)
    prompter = Prompter(screen, noting, lambda: False)
    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    active = windows.active()
    assert active is not None
    assert active.id == terminal.id, "showing the card takes no focus"
    prompter.focus()
    wait(card.isActiveWindow)
    person.press(keys)
    assert flow.decision().answer is Answer(answer)
    back = windows.active()
    assert back is not None
    assert back.id == terminal.id
    assert noting.activated[-1] == terminal.id, "not left to the window manager"
    prompter.close()


def test_focus_is_left_alone_when_the_card_never_had_it(
    app: QApplication, about_terminal: ApprovalRequest, wait: Wait, screen: Screen, windows: Windows
) -> None:
    noting = NotingWindows(windows)
    prompter = Prompter(screen, noting, lambda: False)
    flow = Flow(prompter, about_terminal, wait)
    flow.card()
    prompter.stop()
    flow.decision()
    assert noting.activated == []
    prompter.close()


def test_nothing_of_ours_is_on_the_screen_when_the_answer_comes(
    prompter: Prompter, wait: Wait, person: Person, screen: Screen, ui_display: PrivateDisplay
) -> None:
    bounds = screen.layout().bounds
    asked = action(target=Rect(300, 300, 100, 40), window=None, element=None)
    after: list[Screenshot] = []

    def decide_and_look() -> Decision:
        decision = UiApprover(prompter).decide(request(asked))
        after.append(screen.grab(bounds))
        return decision

    with SlowWindow(ui_display.name, bounds, delay=0.1):
        wait(lambda: screen.grab(Rect(900, 600, 1, 1)).image.bgra[:3] == SlowWindow.BGR)
        before = screen.grab(bounds)
        asking = Asking(prompter, decide_and_look)
        wait(lambda: asking.windows and asking.windows[0].armed)
        wait(lambda: screen.grab(bounds).image.bgra != before.image.bgra)
        person.click(*middle(asking.windows[0].deny_button))
        wait(lambda: asking.answers)
    assert asking.answers == [Decision(Answer.DENIED, False, "card")]
    assert after[0].image.bgra == before.image.bgra


def test_card_does_not_hide_the_target(prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait) -> None:
    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    place = card.geometry()
    target = about_terminal.action.target
    assert target is not None
    assert Rect(place.x(), place.y(), place.width(), place.height()).intersection(target.grown(10)).empty
    prompter.stop()
    flow.decision()


def test_clicks_of_programs_are_ignored(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, person: Person, ui_display: PrivateDisplay
) -> None:
    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    x, y = middle(card.approve_button)
    notice = card._notice.text()
    xtest = ["xdotool", "mousemove", str(x), str(y), "click", "1"]
    subprocess.run(xtest, env=ui_display.environment, check=True)
    wait(lambda: card._notice.text() != notice)
    card._notice.setText("")
    sent = ["xdotool", "click", "--window", str(int(card.winId())), "1"]
    subprocess.run(sent, env=ui_display.environment, check=True)
    wait(lambda: card._notice.text() != "")
    assert not flow.answers
    person.click(x, y)
    assert flow.decision().approved


def test_sent_keys_are_ignored(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, person: Person, ui_display: PrivateDisplay
) -> None:
    from Xlib import X
    from Xlib.display import Display
    from Xlib.protocol import event

    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    prompter.focus()
    wait(card.isActiveWindow)
    notice = card._notice.text()
    client = Display(ui_display.name)
    window = client.create_resource_object("window", int(card.winId()))
    for kind in (event.KeyPress, event.KeyRelease):
        window.send_event(
            kind(
                time=X.CurrentTime, root=client.screen().root, window=window, child=X.NONE, root_x=0, root_y=0,
                event_x=5, event_y=5, state=X.Mod1Mask, same_screen=1, detail=client.keysym_to_keycode(ord("a")),
            )
        )  # fmt: skip
    client.sync()
    wait(lambda: card._notice.text() != notice)
    client.close()
    assert not flow.answers
    person.press("alt+d")
    assert flow.decision().answer is Answer.DENIED


def test_keys_of_programs_are_ignored(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, person: Person, ui_display: PrivateDisplay
) -> None:
    """Also where the person holds one of them: Alt held by a program makes no Alt+A of the person's A."""
    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    prompter.focus()
    wait(card.isActiveWindow)
    notice = card._notice.text()
    subprocess.run(["xdotool", "key", "alt+a"], env=ui_display.environment, check=True)
    wait(lambda: card._notice.text() != notice)
    card._notice.setText("")
    subprocess.run(["xdotool", "keydown", "alt"], env=ui_display.environment, check=True)
    person.press("a")
    wait(lambda: card._notice.text() != "")
    subprocess.run(["xdotool", "keyup", "alt"], env=ui_display.environment, check=True)
    assert not flow.answers
    person.press("alt+a")
    assert flow.decision().approved


def test_a_window_that_comes_over_the_card_disarms_it(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, person: Person, ui_display: PrivateDisplay
) -> None:
    """A click may have been meant for that; so may one on a card that was moved under the pointer."""
    flow = Flow(prompter, about_terminal, wait)
    card = flow.card()
    place = card.geometry()
    cover = ui_display.start(["xterm", "-geometry", f"40x10+{place.x()}+{place.y()}"])
    wait(lambda: not card.armed)
    wait(lambda: card.armed)
    cover.kill()
    cover.wait()
    wait(lambda: not card.armed)
    wait(lambda: card.armed)
    moved = ["xdotool", "windowmove", str(int(card.winId())), str(place.x() - 60), str(place.y() - 40)]
    subprocess.run(moved, env=ui_display.environment, check=True)
    wait(lambda: not card.armed)
    wait(lambda: card.armed)
    person.click(*middle(card.approve_button))
    assert flow.decision().approved


def test_a_virtual_device_that_the_person_trusts_approves(
    prompter: Prompter, about_terminal: ApprovalRequest, wait: Wait, ui_display: PrivateDisplay
) -> None:
    """As that of x11vnc, or of an on-screen keyboard."""
    prompter.trusted = ("*XTEST*",)
    flow = Flow(prompter, about_terminal, wait)
    x, y = middle(flow.card().approve_button)
    xtest = ["xdotool", "mousemove", str(x), str(y), "click", "1"]
    subprocess.run(xtest, env=ui_display.environment, check=True)
    assert flow.decision().approved


def test_where_nobody_can_tell_whose_input_it_is_nobody_is_asked(
    prompter: Prompter, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(trusted: Sequence[str]) -> None:
        raise Unavailable("This display has no XInput 2.2.", "")

    monkeypatch.setattr("ui.prompter.open_witness", unavailable)
    flow = Flow(prompter, request(), wait)
    assert flow.decision().answer is Answer.FAILED
    assert not flow.windows


def test_waiting_worker_times_out(prompter: Prompter, wait: Wait) -> None:
    flow = Flow(prompter, request(timeout=1.0), wait)
    assert flow.decision() == Decision(Answer.TIMED_OUT, False, "card")


def test_request_that_is_too_old_is_not_even_shown(prompter: Prompter, wait: Wait) -> None:
    flow = Flow(prompter, request(timeout=-1.0), wait)
    assert flow.decision().answer is Answer.TIMED_OUT
    assert not flow.windows


def test_stop_answers_the_open_card(prompter: Prompter, wait: Wait) -> None:
    flow = Flow(prompter, request(), wait)
    flow.card()
    prompter.stop()
    assert flow.decision().answer is Answer.STOPPED


@pytest.mark.parametrize("before", [True, False])
def test_a_stop_seen_anywhere_answers_the_card(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait, before: bool
) -> None:
    latched = threading.Event()
    if before:
        latched.set()
    prompter = Prompter(screen, windows, latched.is_set)
    flow = Flow(prompter, request(), wait)
    if not before:
        flow.card()
        latched.set()
    assert flow.decision() == Decision(Answer.STOPPED, by="card")
    prompter.close()


def test_closing_the_application_means_no_now_and_later(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait
) -> None:
    prompter = Prompter(screen, windows, lambda: False)
    flow = Flow(prompter, request(), wait)
    flow.card()
    prompter.close()
    assert flow.decision().answer is Answer.FAILED
    assert Flow(prompter, request(), wait).decision().answer is Answer.FAILED


def test_one_at_a_time(prompter: Prompter, wait: Wait) -> None:
    first = Flow(prompter, request(), wait)
    first.card()
    second = Flow(prompter, request(), wait)
    wait(second.thread.is_alive)
    assert not second.windows
    prompter.stop()
    assert first.decision().answer is Answer.STOPPED
    QTest.mouseClick(second.card().approve_button, Qt.MouseButton.LeftButton)
    assert second.decision().approved


def test_asking_in_the_gui_thread_fails_instead_of_hanging(prompter: Prompter) -> None:
    began = time.monotonic()
    assert UiApprover(prompter).decide(request()).answer is Answer.FAILED
    assert time.monotonic() - began < 1


@pytest.mark.expects_log_errors
def test_card_that_cannot_be_made_means_no(prompter: Prompter, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no card")

    monkeypatch.setattr("ui.approval.ApprovalCard", broken)
    assert Flow(prompter, request(), wait).decision().answer is Answer.FAILED


@pytest.mark.expects_log_errors
def test_windows_that_cannot_be_read_mean_no(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OSError("display went away")

    prompter = Prompter(screen, windows, lambda: False)
    monkeypatch.setattr(windows, "active", broken)
    flow = Flow(prompter, request(), wait)
    assert flow.decision().answer is Answer.FAILED
    prompter.close()
