"""Hostile input at live approval cards, and between them a person's genuine answers.

A program of its own, `python -m tests.bench.card_attack CARDS ATTACKS SEED`, since a process can have only one
QApplication: on a display of its own it shows CARDS cards, each of which gets ATTACKS inputs through the hands and as
many by XTEST from another process (`python -m tests.bench.card_attack --attacker DISPLAY`), and then the person's
approval. It prints a JSON object for each card.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from Xlib import X
from Xlib.ext import xtest

from desktop_agent.core.actions import Action, ActionKind, Answer, Click, Decision, Expectation, Press, Ruling, Verdict
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import AgentError, GateClosed
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands import HandsClient, connect
from desktop_agent.desktop.keyboard.x11_names import keysym_of
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.step import asking

PATIENCE = 20.0
KEYS = (("alt", "a"), ("enter",), ("space",), ("tab",), ("tab", "space"), ("ctrl", "enter"), ("a",))
"""What could approve, press a button that has the focus, or move the focus to one."""
HELD = frozenset({"alt", "ctrl"})
VERDICT = Verdict(Ruling.ASK, "This is the first action in this application.", "first_in_application", True)


class Attacker:
    """Sends input by XTEST, as any program of the session can.

    Args:
        display: ":N".
    """

    def __init__(self, display: str) -> None:
        self._display = x11.open_display(display)
        self._codes = {name: self._display.keysym_to_keycode(keysym_of(name)) for keys in KEYS for name in keys}

    def click(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        for kind in (X.ButtonPress, X.ButtonRelease):
            xtest.fake_input(self._display, kind, 1)
        self._display.sync()

    def press(self, keys: tuple[str, ...]) -> None:
        """Modifiers are held while the key goes down; other keys come one after the other."""
        held = [name for name in keys if name in HELD]
        for name in held:
            xtest.fake_input(self._display, X.KeyPress, self._codes[name])
        for name in keys:
            if name not in HELD:
                xtest.fake_input(self._display, X.KeyPress, self._codes[name])
                xtest.fake_input(self._display, X.KeyRelease, self._codes[name])
        for name in reversed(held):
            xtest.fake_input(self._display, X.KeyRelease, self._codes[name])
        self._display.sync()


def attack() -> None:
    """The other process: for each line "X Y COUNT SEED" so many inputs at that place, and a line when they are sent."""
    attacker = Attacker(sys.argv[2])
    for line in sys.stdin:
        x, y, count, seed = map(int, line.split())
        chance = random.Random(seed)
        for _ in range(count):
            attacker.click(x, y) if chance.random() < 0.5 else attacker.press(chance.choice(KEYS))
        print("sent", flush=True)


class Bench:
    """The application's side: cards, and who tries to answer them."""

    def __init__(self, display: PrivateDisplay, person: Person, attacks: int) -> None:
        from ui.approval import UiApprover
        from ui.prompter import Prompter

        self._person = person
        self._attacks = attacks
        self._screen, self._windows = open_screen(display.name), open_windows(display.name)
        self._prompter = Prompter(self._screen, self._windows, lambda: False)
        self._approver = UiApprover(self._prompter)
        self._cards: list[object] = []
        self._answers: list[object] = []
        """What the cards answered, known before the worker hears of it."""
        self._prompter.opened.connect(self._opened)
        self._hands: HandsClient = connect("run", display=display.name)
        self._hands.acquire("attack")
        command = [sys.executable, "-m", "tests.bench.card_attack", "--attacker", display.name]
        self._attacker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        self._attacker.communicate()
        self._prompter.close()
        self._hands.close()
        self._windows.close()
        self._screen.close()

    def _opened(self, card: object) -> None:
        self._cards.append(card)
        card.answered.connect(self._answers.append)  # type: ignore[attr-defined] # an ApprovalCard

    def card(self, number: int) -> dict[str, object]:
        """One card, from its opening to the person's answer: what was refused, and whether anything else approved."""
        decisions: list[Decision] = []
        target = self._until(lambda: self._windows.active(), "a window")
        action = Action(
            ActionKind.LEFT_CLICK, f"Click {number}", (Click(target.region.center),), "s1",
            Rect(target.region.x + 20, target.region.y + 20, 60, 30), target,
        )  # fmt: skip
        shot = self._screen.grab(self._screen.layout().bounds)
        asker = threading.Thread(
            target=lambda: decisions.append(
                asking.ask(self._approver, self._hands, lambda _: None, action, VERDICT, shot)
            )
        )
        asker.start()
        card = self._until(lambda: self._cards[-1] if len(self._cards) > number else None, "the card")
        self._until(lambda: card.armed, "the card to be armed")  # type: ignore[attr-defined] # an ApprovalCard
        if number % 2:
            self._prompter.focus()
            self._until(card.isActiveWindow, "the card to have the keyboard")  # type: ignore[attr-defined]
        place = self._middle(card)
        refused = self._hostile(place, number, target)
        forged = len(self._answers) > number
        by_keys = bool(number % 2)
        while not forged and asker.is_alive():
            self._approve(card, by_keys)
        self._until(lambda: decisions, "the answer")
        asker.join()
        genuine = not forged and decisions[0].answer is Answer.APPROVED
        return {"refused": refused, "sent": self._attacks, "forged": forged, "genuine": genuine}

    def _hostile(self, place: Point, number: int, target: Window) -> int:
        """Attack from both sides at once. How many of the hands' inputs were refused."""
        assert self._attacker.stdin is not None
        assert self._attacker.stdout is not None
        self._attacker.stdin.write(f"{place.x} {place.y} {self._attacks} {number}\n")
        self._attacker.stdin.flush()
        refusals: list[bool] = []
        through_hands = threading.Thread(target=self._through_hands, args=(place, number, target, refusals))
        sent = threading.Thread(target=self._attacker.stdout.readline)
        for each in (through_hands, sent):
            each.start()
        self._until(lambda: not (through_hands.is_alive() or sent.is_alive()), "the attacks")
        self._live(0.1)  # for what is still on its way to the card
        return sum(refusals)

    def _through_hands(self, place: Point, number: int, target: Window, refusals: list[bool]) -> None:
        chance = random.Random(number)
        expected = Expectation(target.id, target.pid, target.frame)
        for _ in range(self._attacks):
            keys = chance.choice(KEYS)
            inputs = (Click(place),) if chance.random() < 0.5 else tuple(Press((each,)) for each in keys)
            try:
                self._hands.perform(inputs, expected)
            except GateClosed:
                refusals.append(True)
            except AgentError as other:  # the card was answered, and the gate is open: the attack has won
                print(f"not refused by the gate: {other}", file=sys.stderr)

    def _approve(self, card: object, by_keys: bool) -> None:
        """The person answers, as soon as the card takes an answer."""
        from shiboken6 import isValid

        if not isValid(card) or not card.isVisible() or not card.armed:  # type: ignore[attr-defined]
            self._live(0.02)
            return
        if by_keys and card.isActiveWindow():  # type: ignore[attr-defined]
            self._person.press("alt+a")
        else:
            place = self._middle(card)
            self._person.click(place.x, place.y)
        self._live(0.3)

    def _middle(self, card: object) -> Point:
        button = card.approve_button  # type: ignore[attr-defined]
        place = button.mapToGlobal(button.rect().center())
        return Point(place.x(), place.y())

    def _until(self, look: Callable[[], object], what: str) -> object:
        deadline = time.monotonic() + PATIENCE
        while not (found := look()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {PATIENCE:.0f} seconds for {what}")
            self._live(0.01)
        return found

    def _live(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()


def main() -> None:
    cards, attacks = int(sys.argv[1]), int(sys.argv[2])
    with PrivateDisplay("xvfb", tray=False) as display, Person.on(display) as person:
        os.environ.update(display.environment)
        from PySide6.QtWidgets import QApplication

        from ui import theme

        application = QApplication(["desktop-agent"])
        application.setQuitOnLastWindowClosed(False)
        theme.apply(application, "light")
        display.start(["xterm", "-geometry", "80x24+100+100"])
        bench = Bench(display, person, attacks)
        try:
            for number in range(cards):
                print(json.dumps(bench.card(number)), flush=True)
        finally:
            bench.close()


if __name__ == "__main__":
    attack() if sys.argv[1] == "--attacker" else main()
