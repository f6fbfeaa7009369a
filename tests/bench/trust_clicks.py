"""It clicks what you saw: a window flips over the target every 1 to 6 ms while it is clicked.

What counts is what the two windows themselves log. Each click goes to a pixel of its own, so that each press in a log
belongs to one click.
"""

import contextlib
import itertools
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from Xlib import X
from Xlib.ext import xtest

from desktop_agent.core.actions import Click
from desktop_agent.core.errors import TargetChanged
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.x11 import X11Hands
from desktop_agent.desktop.hands.x11_grab import ServerGrab
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.figures import Figure
from tests.desktop.hands_support import PlainWindow, closing, connecting, expecting
from tests.desktop.helpers import wait_until
from tests.desktop.trust_support import percentile

CLICKS, NAIVE, TIMED, SLOW, QUIET = 5000, 500, 1000, 1000, 1000
CHECK_MS = 5.0
FLIPPER = Rect(290, 190, 620, 420)
PLACES = ("DISPLAY", "DESKTOP_AGENT_HOME", "XDG_RUNTIME_DIR")


@dataclass
class Stage:
    """A target and a window that flips over it."""

    display: PrivateDisplay
    target: PlainWindow
    flipper: PlainWindow | None
    points: Iterator[Point]

    def presses(self) -> tuple[set[Point], set[Point]]:
        """Where the target and the flipper were pressed, on the desktop."""
        region = self.target.window.region
        wrong = _presses(self.flipper, FLIPPER) if self.flipper is not None else set()
        return _presses(self.target, region), wrong


@dataclass
class Tally:
    """Clicks by what came of them."""

    sent: dict[Point, bool] = field(default_factory=dict)
    """Each click that was sent, and whether the hands said that it may have gone astray."""
    refused: list[Point] = field(default_factory=list)
    astray: int = 0
    """Pressed elsewhere than on the target."""
    unnoticed: int = 0
    """Not arrived on the target without a word, or arrived although refused."""
    false_alarms: int = 0
    """Arrived on the target, and said to have gone astray."""
    lost: int = 0
    """Arrived on neither window."""

    def __str__(self) -> str:
        return (
            f"{len(self.sent)} clicks, {len(self.refused)} refused, {self.astray} astray, {self.lost} lost, "
            f"{self.unnoticed} unnoticed, {self.false_alarms} false alarms"
        )


@contextlib.contextmanager
def flipping(folder: Path, manager: bool, milliseconds: str = "1,6") -> Iterator[Stage]:
    """The two windows on a display of their own; the one flips after so many milliseconds, at least and at most."""
    with PrivateDisplay("xvfb", manager=manager, bus=False) as display, contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {name: display.environment[name] for name in PLACES}))
        target = PlainWindow(display, folder, "target", "--geometry", "300,200,600,400")
        geometry = ",".join(map(str, (FLIPPER.x, FLIPPER.y, FLIPPER.width, FLIPPER.height)))
        options = ("--plain", "--geometry", geometry, "--flip", milliseconds)
        flipper = PlainWindow(display, folder, "flipper", *options) if milliseconds else None
        stack.enter_context(closing(*[each for each in (target, flipper) if each is not None]))
        inside = target.window.region
        pixels = itertools.product(range(5, inside.height - 5), range(5, inside.width - 5))
        yield Stage(display, target, flipper, (Point(inside.x + x, inside.y + y) for y, x in pixels))


def _presses(window: PlainWindow, region: Rect) -> set[Point]:
    found = set()
    for line in window.lines:
        what, button, place = line.split()
        if (what, button) == ("press", "1"):
            x, _, y = place.partition(",")
            found.add(Point(region.x + int(x), region.y + int(y)))
    return found


def click_ours(stage: Stage, client: HandsClient, count: int, report: Callable[[str], None]) -> Tally:
    """Click through the hands until `count` clicks were sent."""
    tally = Tally()
    client.acquire("bench")
    while len(tally.sent) < count:
        point = next(stage.points)
        time.sleep(random.uniform(0, 0.004))
        try:
            sent = client.perform([Click(point)], expecting(stage.target.window))
        except TargetChanged:
            tally.refused.append(point)
            continue
        tally.sent[point] = bool(sent.astray)
        if len(tally.sent) % 1000 == 0:
            report(f"{len(tally.sent)} of {count} clicks, {len(tally.refused)} refused")
    client.release()
    return _judged(stage, tally)


def click_naively(stage: Stage, count: int) -> Tally:
    """Look what lies there, and click where it is the target, as other programs do."""
    tally = Tally()
    display: Any = x11.open_display(stage.display.name)
    root = display.screen().root
    top = x11.top_of(display.create_resource_object("window", stage.target.window.id)).id
    while len(tally.sent) < count:
        point = next(stage.points)
        time.sleep(random.uniform(0, 0.004))
        found = root.translate_coords(root, point.x, point.y).child
        if getattr(found, "id", found) != top:
            tally.refused.append(point)
            continue
        xtest.fake_input(display, X.MotionNotify, x=point.x, y=point.y)
        for event in (X.ButtonPress, X.ButtonRelease):
            xtest.fake_input(display, event, 1)
        display.sync()
        tally.sent[point] = False
    display.close()
    return _judged(stage, tally)


def _judged(stage: Stage, tally: Tally) -> Tally:
    """Compare with what arrived."""

    def arrived() -> bool:
        right, wrong = stage.presses()
        return set(tally.sent) <= right | wrong

    with contextlib.suppress(AssertionError):  # what is lost is counted below
        wait_until(arrived, 5)
    right, wrong = stage.presses()
    for point, noticed in tally.sent.items():
        tally.astray += point in wrong
        tally.unnoticed += point not in right and not noticed
        tally.false_alarms += point in right and noticed
        tally.lost += point not in right | wrong
    tally.unnoticed += len((right | wrong) & set(tally.refused))
    return tally


def check_times(stage: Stage, folder: Path, count: int) -> list[float]:
    """Milliseconds for which the server is grabbed for a check and its press."""
    seconds: list[float] = []

    class TimedGrab(ServerGrab):
        @contextlib.contextmanager
        def hold(self) -> Iterator[None]:
            began = time.perf_counter()
            with super().hold():
                yield
            seconds.append(time.perf_counter() - began)

    with (
        mock.patch("desktop_agent.desktop.hands.x11.ServerGrab", TimedGrab),
        Journal(folder / "journal") as journal,
    ):
        ours = X11Hands(stage.display.name, journal)
        try:
            while len(seconds) < count:
                with contextlib.suppress(TargetChanged):
                    ours.perform([Click(next(stage.points))], expecting(stage.target.window), frozenset(), lambda: None)
        finally:
            ours.close()
    return [1000 * each for each in seconds]


def _hostile(manager: bool, scale: float, report: Callable[[str], None]) -> list[Figure]:
    """The flipping window at its fastest, naive clicking beside it, and the time that a check takes."""
    count, naive, timed = (max(30, round(each * scale)) for each in (CLICKS, NAIVE, TIMED))
    where = "under openbox" if manager else "without a window manager"
    with tempfile.TemporaryDirectory() as name, flipping(Path(name), manager) as stage:
        with connecting(stage.display.name) as connect:
            ours = click_ours(stage, connect(), count, report)
        theirs = click_naively(stage, naive)
        checks = check_times(stage, Path(name), timed)
    report(f"{where}: {ours}; naive clicking: {theirs}")
    figures = [] if manager else [Figure(f"astray of {count} {where}", ours.astray + ours.lost, 0, "")]
    return [
        *figures,
        Figure(f"astray and not noticed of {count} {where}", ours.unnoticed, 0, ""),
        Figure(f"naive clicks astray {where}", theirs.astray + theirs.lost, 1, "", at_least=True),
        Figure(f"check with the server grab {where}, p95", percentile(checks, 0.95), CHECK_MS, "ms"),
    ]


def _discerning(scale: float, report: Callable[[str], None]) -> list[Figure]:
    """Noticing every astray click is worth nothing where every click is called astray: how many are without reason, at
    a target that is left alone, and at one that is covered now and then."""
    figures = []
    for what, milliseconds, count in (
        ("at a quiet target", "", QUIET),
        ("at a target covered at times", "40,200", SLOW),
    ):
        count = max(30, round(count * scale))
        with (
            tempfile.TemporaryDirectory() as name,
            flipping(Path(name), True, milliseconds) as stage,
            connecting(stage.display.name) as connect,
        ):
            ours = click_ours(stage, connect(), count, report)
        report(f"{what}: {ours}")
        share = 100 * ours.false_alarms / count
        figures += [
            Figure(f"false alarms {what}, of {count}", share, 1.0 if milliseconds else 0.0, "%"),
            Figure(f"astray and not noticed {what}, of {count}", ours.unnoticed, 0, ""),
        ]
    return figures


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """Without a window manager and under openbox."""
    figures = [figure for manager in (False, True) for figure in _hostile(manager, scale, report)]
    return figures + _discerning(scale, report)
