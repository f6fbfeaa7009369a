"""A desktop in memory whose windows are really drawn: buttons, fields and labels in a theme and at a scale, so that
pictures of them can be looked for; and a reader that knows what was drawn where."""

import itertools
import re
import time
from dataclasses import dataclass, field, replace

from PIL import Image as pillow
from PIL import ImageDraw, ImageFont

from desktop_agent.core.desktop import Element, ElementTree, Layout, Level, Monitor, Screenshot, Window, Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from tests.unit.toy_desktop import OWN_PID, ToyDesktop

SCREEN = Rect(0, 0, 1280, 800)
STATES = frozenset({"enabled", "sensitive", "showing", "visible"})


@dataclass(frozen=True)
class Theme:
    ground: tuple[int, int, int]
    face: tuple[int, int, int]
    field: tuple[int, int, int]
    line: tuple[int, int, int]
    ink: tuple[int, int, int]


LIGHT = Theme((240, 240, 240), (225, 225, 225), (255, 255, 255), (160, 160, 160), (20, 20, 20))
DARK = Theme((45, 45, 48), (60, 60, 64), (30, 30, 30), (100, 100, 100), (235, 235, 235))


@dataclass(frozen=True)
class Widget:
    """`region` counts from its window's corner. `shown` is what is drawn where that isn't the name."""

    ref: str
    role: str
    name: str
    region: Rect
    shown: str = ""
    states: frozenset[str] = STATES
    path: tuple[Level, ...] = ()
    text: str = ""


@dataclass
class Drawn:
    """A window, what is in it, and how it looks. `accessible`: whether it tells its elements."""

    window: Window
    widgets: list[Widget] = field(default_factory=list)
    theme: Theme = LIGHT
    scale: float = 1.0
    accessible: bool = True
    capped: bool = False
    untold: frozenset[str] = frozenset()
    """The widgets that it does not tell, by their refs."""

    def placed(self, widget):
        """Where it is on the desktop."""
        corner, part, scale = self.window.region, widget.region, self.scale
        x, y = round(part.x * scale), round(part.y * scale)
        size = (round(part.width * scale), round(part.height * scale))
        return Rect(corner.x + x, corner.y + y, *size)


class PaintedDesktop(ToyDesktop):
    def __init__(self, *drawn, reads=True):
        super().__init__(*(each.window for each in drawn))
        self.drawn = list(drawn)
        self.reads = reads
        self.known: dict[str, tuple[Word, ...]] = {}
        self.looked_at = 0
        self._numbers = itertools.count(1)

    @property
    def stack(self):
        return [each.window for each in self.drawn]

    @stack.setter
    def stack(self, _):
        pass

    def layout(self):
        scale = self.drawn[0].scale if self.drawn else 1.0
        return Layout("one", (Monitor("A", SCREEN, primary=True, scale=scale),))

    def grab(self, region):
        self.looked_at += 1
        canvas = pillow.new("RGB", (SCREEN.width, SCREEN.height), (70, 100, 130))
        words = []
        for each in reversed(self.drawn):
            frame = each.window.frame
            words = [word for word in words if word.region.intersection(frame).empty]
            words += _paint(canvas, each)
        part = region.intersection(SCREEN)
        cut = canvas.crop((part.x, part.y, part.right, part.bottom))
        image = Tracked.of(Image.from_pillow(cut), tuple(_within(words, part)), self.known)
        return Screenshot(f"s{next(self._numbers)}", part, "one", image, time.monotonic())

    def read(self, image):
        if not self.reads:
            raise Unavailable("no reader")
        return self.known[image.digest]

    def picture(self, data):
        """A PNG of what was drawn, of which the reader knows what stands in it."""
        image = Image.decode(data)
        return Tracked.of(image, self.known.get(image.digest, ()), self.known)

    def tree_of(self, window):
        drawn = next(each for each in self.drawn if each.window.id == window.id)
        if not drawn.accessible:
            raise Unavailable("tells nothing")
        found = (
            Element(
                each.ref, each.role, each.name, drawn.placed(each), each.states, each.text, window.pid, "", each.path
            )
            for each in drawn.widgets
            if each.ref not in drawn.untold
        )
        return ElementTree(
            tuple(each for each in found if not each.region.intersection(window.frame).empty), drawn.capped
        )

    @property
    def desk(self):
        from desktop_agent.step.desk import Desk

        return Desk(self, self, _Elements(self), self, self, self)


class Tracked(Image):
    """An image of which it is known what stands in it, also when it is cut."""

    @classmethod
    def of(cls, image, words, known):
        made = cls(image.width, image.height, image.bgra)
        object.__setattr__(made, "words", words)
        object.__setattr__(made, "known", known)
        known[made.digest] = words
        return made

    def crop(self, rect):
        part = rect.intersection(Rect(0, 0, self.width, self.height))
        return Tracked.of(super().crop(rect), tuple(_within(self.words, part)), self.known)


class _Elements:
    def __init__(self, desktop):
        self._desktop = desktop

    def tree(self, window):
        return self._desktop.tree_of(window)

    def refresh(self, element):
        return None

    def close(self):
        pass


def window(number=10, title="Form", application="Former", region=Rect(100, 100, 640, 420), pid=100, **more):
    return Window(number, title, application, pid, region, region, **more)


def own_window(region):
    return window(99, "Ours", "Desktop Agent", region, OWN_PID)


def button(name, x, y, width=90, height=30, **more):
    return Widget(f"{name}@{x},{y}", "push button", name, Rect(x, y, width, height), **more)


def label(name, x, y, width=120, height=24, **more):
    return Widget(f"{name}@{x},{y}", "label", name, Rect(x, y, width, height), **more)


def entry(name, x, y, width=180, height=28, **more):
    return Widget(f"{name}@{x},{y}", "text", name, Rect(x, y, width, height), states=STATES | {"editable"}, **more)


def moved(drawn, dx, dy):
    region = drawn.window.region.moved(dx, dy)
    return replace(drawn, window=replace(drawn.window, region=region, frame=region))


def _paint(canvas, drawn):
    draw, theme, region = ImageDraw.Draw(canvas), drawn.theme, drawn.window.region
    draw.rectangle((region.x, region.y, region.right - 1, region.bottom - 1), fill=theme.ground)
    font = ImageFont.load_default(round(14 * drawn.scale))
    for number, each in enumerate(drawn.widgets):
        place = drawn.placed(each)
        box = (place.x, place.y, place.right - 1, place.bottom - 1)
        shown = each.shown or each.text or ("" if each.role == "text" else each.name)
        if each.role != "label":
            draw.rectangle(box, fill=theme.field if each.role == "text" else theme.face, outline=theme.line)
        if shown:
            at = (place.center.x, place.center.y)
            draw.text(at, shown, fill=theme.ink, font=font, anchor="mm")
            left, top, _, bottom = draw.textbbox(at, shown, font=font, anchor="mm")
            for word in re.finditer(r"\S+", shown):
                start = int(left + draw.textlength(shown[: word.start()], font=font))
                rect = Rect(start, int(top), int(draw.textlength(word[0], font=font)), int(bottom - top))
                yield Word(word[0], rect, drawn.window.id * 1000 + number, 0.99)


def _within(words, part):
    for each in words:
        if part.encloses(each.region):
            yield replace(each, region=each.region.moved(-part.x, -part.y))
