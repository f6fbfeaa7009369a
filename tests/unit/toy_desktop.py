"""A desktop in memory for the spine's tests: windows with elements, pixels made of them, hands that change them."""

import contextlib
import itertools
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy

from desktop_agent.core.actions import Answer, Click, Decision, InputReport, Press, TypeText
from desktop_agent.core.desktop import (
    Application,
    Element,
    ElementTree,
    Layout,
    Monitor,
    Scope,
    Screenshot,
    Surroundings,
    Window,
)
from desktop_agent.core.errors import GateClosed, Stopped, Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.step.desk import Desk

OWN_PID = 1
APPROVED = Decision(Answer.APPROVED, by="scripted")
SIZE = Rect(0, 0, 800, 600)


def window(number, title="Untitled", application="Mousepad", pid=100, region=Rect(100, 100, 400, 300), **more):
    return Window(number, title, application, pid, region, region, **more)


def element(ref, role="push button", name="", region=Rect(120, 120, 80, 30), states=(), text=""):
    return Element(ref, role, name, region, frozenset(states), text, 100)


class ToyDesktop:
    """Every Protocol of a Desk in one object. `on_click` maps an element's ref to what a click on it does."""

    def __init__(self, *windows):
        self.stack = list(windows)
        self.elements_of = {}
        self.focus = windows[0].id if windows else 0
        self.focused_ref = ""
        self.on_click: dict[str, Callable[[], None]] = {}
        self.on_press: Callable[[tuple[str, ...]], None] = lambda keys: None
        self.before_perform: Callable[[], None] = lambda: None
        self.performed = []
        self.expectations = []
        self.stop_reason = None
        self.gates = 0
        self.gate_history = []
        self.layout_id = "one"
        self.report = InputReport()
        self.applications = ()
        self.launched = []
        self.on_launch: Callable[[], None] = lambda: None
        self.accessible = True
        self.clickable = frozenset()
        self.words = ()
        self.noise: Rect | None = None
        self.acquired = []
        self._ids = itertools.count(1)
        self._blink = itertools.count()

    @property
    def desk(self):
        return Desk(self, self, _Elements(self), self, self, self)

    def scope(self, kind="window"):
        first = self.stack[0]
        if kind == "window":
            return Scope("window", first.region, f"“{first.title}”", first.id, first.pid)
        return Scope("screen", SIZE, "the whole screen")

    def add(self, window_id, *elements):
        self.elements_of.setdefault(window_id, {}).update({each.ref: each for each in elements})

    def set(self, ref, **changes):
        for elements in self.elements_of.values():
            if ref in elements:
                elements[ref] = replace(elements[ref], **changes)

    def element(self, ref):
        return next((elements[ref] for elements in self.elements_of.values() if ref in elements), None)

    def change_window(self, number, **changes):
        self.stack = [replace(each, **changes) if each.id == number else each for each in self.stack]

    def close_window(self, number):
        self.stack = [each for each in self.stack if each.id != number]

    # Screen
    def layout(self):
        return Layout(self.layout_id, (Monitor("A", SIZE, primary=True),))

    def grab(self, region):
        pixels = numpy.zeros((SIZE.height, SIZE.width, 4), numpy.uint8)
        for each in reversed(self.stack):
            self._paint(pixels, each.frame, f"window {each.pid}")
            for part in self.elements_of.get(each.id, {}).values():
                self._paint(pixels, part.region, f"{part.name}{part.text}{sorted(part.states - {'focused'})}")
        if self.noise is not None:
            self._paint(pixels, self.noise, str(next(self._blink)))
        part = region.intersection(SIZE)
        data = pixels[part.y : part.bottom, part.x : part.right].tobytes()
        name = f"s{next(self._ids)}"
        return Screenshot(name, part, self.layout_id, Image(part.width, part.height, data), time.monotonic())

    @staticmethod
    def _paint(pixels, rect, text):
        part = rect.intersection(SIZE)
        colour = zlib.crc32(text.encode())
        pixels[part.y : part.bottom, part.x : part.right] = [colour & 255, colour >> 8 & 255, colour >> 16 & 255, 0]

    # Windows
    def active(self):
        return self.get(self.focus)

    def at(self, point):
        return next((each for each in self.stack if each.frame.contains(point)), None)

    def stacking(self):
        return tuple(self.stack)

    def get(self, number):
        return next((each for each in self.stack if each.id == number), None)

    def activate(self, number):
        found = self.get(number)
        if found is None:
            return False
        self.stack = [found, *(each for each in self.stack if each.id != number)]
        self.focus = number
        return True

    # Hands
    def acquire(self, run):
        self.acquired.append(run)

    def release(self):
        self.acquired.pop()

    def perform(self, inputs, expectation):
        if self.gates:
            raise GateClosed("a prompt is open")
        if self.stop_reason is not None:
            raise Stopped(f"Stopped: {self.stop_reason}")
        self.before_perform()
        self.expectations.append(expectation)
        for each in inputs:
            self.performed.append(each)
            match each:
                case Click(point):
                    self._click(point)
                case TypeText(text):
                    self.set(self.focused_ref, text=self.element(self.focused_ref).text + text)
                case Press(keys):
                    self.on_press(keys)
        return self.report

    def _click(self, point):
        there = self.at(point)
        if there is None:
            return
        if not there.popup:
            self.focus = there.id
        hits = [each for each in self.elements_of.get(there.id, {}).values() if each.region.contains(point)]
        for hit in sorted(hits, key=lambda each: each.region.area)[:1]:
            if hit.role in ("text", "password text"):
                self.focused_ref = hit.ref
            self.on_click.get(hit.ref, lambda: None)()

    @contextlib.contextmanager
    def prompt(self):
        self.gates += 1
        self.gate_history.append("closed")
        try:
            yield
        finally:
            self.gates -= 1
            self.gate_history.append("open")

    def stop(self, reason):
        self.stop_reason = reason

    def stopped(self):
        return self.stop_reason

    def resume(self):
        self.stop_reason = None

    def own_pids(self):
        return frozenset({OWN_PID})

    # Launcher
    def find(self, name):
        return tuple(each for each in self.applications if name.lower() in each.name.lower())

    def launch(self, application):
        self.launched.append(application)
        self.on_launch()

    # Text reader
    def read(self, image):
        return self.words

    def close(self):
        pass


class _Elements:
    def __init__(self, toy):
        self._toy = toy

    def _of(self, number):
        if not self._toy.accessible:
            raise Unavailable("no accessibility")
        return self._toy.elements_of.get(number, {})

    def _shown(self, each):
        focused = {"focused"} if each.ref == self._toy.focused_ref else set()
        text = each.text if each.role != "password text" else ""
        return replace(each, states=(each.states - {"focused"}) | focused, text=text)

    def tree(self, window):
        return ElementTree(tuple(self._shown(each) for each in self._of(window.id).values()))

    def at(self, window, point):
        hits = [each for each in self._of(window.id).values() if each.region.contains(point)]
        return self._shown(min(hits, key=lambda each: each.region.area)) if hits else None

    def around(self, window, point, reach):
        near = [each for each in self._of(window.id).values() if each.region.grown(reach).contains(point)]
        return Surroundings(tuple(map(self._shown, near)), self._toy.clickable)

    def focused(self, window):
        found = self._of(window.id).get(self._toy.focused_ref)
        return self._shown(found) if found else None

    def refresh(self, element):
        found = self._toy.element(element.ref)
        return self._shown(found) if found else None

    def text(self, element):
        found = self._toy.element(element.ref)
        return found.text if found and found.role in ("text", "label") else None


class FixedApprover:
    """Answers with `decision`, or raises it, and keeps what it was asked."""

    def __init__(self, decision=APPROVED, while_asked=lambda: None):
        self.decision = decision
        self.requests = []
        self.while_asked = while_asked

    def decide(self, request):
        self.requests.append(request)
        self.while_asked()
        if isinstance(self.decision, BaseException):
            raise self.decision
        return self.decision


class Events(list):
    """A watcher that keeps what it is told."""

    def __call__(self, event):
        self.append(event)

    def of(self, kind):
        return [each for each in self if isinstance(each, kind)]


def calculator():
    """A window with the keys 7 and 8, a display, and a text field."""
    toy = ToyDesktop(window(10, "Calculator", "Galculator"))
    toy.add(
        10,
        element("seven", name="7", region=Rect(120, 200, 60, 40)),
        element("eight", name="8", region=Rect(200, 200, 60, 40)),
        element("display", "label", "display", Rect(120, 120, 300, 40), text="0"),
        element("note", "text", "Note", Rect(120, 300, 200, 40), ("editable", "enabled", "multi line")),
    )
    toy.on_click["seven"] = lambda: toy.set("display", text=toy.element("display").text + "7")
    return toy


APPLICATIONS = (Application("mousepad.desktop", "Mousepad"), Application("calc.desktop", "Calculator"))
