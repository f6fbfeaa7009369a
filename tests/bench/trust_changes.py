"""What was seen changes under the action: between the look and the action, while the person is asked, and at any moment
of the action itself. On a display of its own."""

import contextlib
import io
import itertools
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.actions import Outcome, StepResult
from desktop_agent.evaluation.display import PrivateDisplay, refuse_persons_display
from desktop_agent.step.desk import Desk
from tests.bench.figures import Figure
from tests.desktop.changed_support import WAYS, Scene, opened_scene, type_disturbed
from tests.desktop.hands_support import PlainWindow
from tests.desktop.spine_support import Spine, open_desk, window_scope

CHANGES, TYPINGS = 240, 60
CHUNK = 8
MOMENTS = ("since seen", "while asked", "meanwhile")
CLICKED, TYPED = ("close", "move", "cover", "minimise"), ("close", "minimise", "steal")
"""What may happen to a click's target, and to where a text goes. A text has no place that was seen before."""
MEANWHILE_SECONDS = 0.15
"""An approved click or short text takes about that long."""
CAUSES = {
    "close": ("closed or hidden", "no window lies there", "is gone", "can't be checked"),
    "move": ("moved", "no window lies there", "another window lies there: the bare desktop"),
    "cover": ("Intruder",),
    "minimise": ("closed or hidden", "no window lies there", "is gone", "can't be checked"),
    "steal": ("Intruder",),
}
"""What a reason must name, by the change."""
ASTRAY = ("Right after the press another program's window lay at that point", "A window came or went at that point")
"""What is said of a click that was under way when it changed."""


@dataclass
class Count:
    """What went wrong, and how much was tried."""

    tried: int = 0
    done: int = 0
    astray: int = 0
    unexplained: int = 0
    dishonest: int = 0


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """Make `scale` times the changes that the issue asks for; `report` is told how far it is."""
    refuse_persons_display()
    with _display() as (display, desk, folder):
        count = _changes(display, desk, folder, max(18, round(CHANGES * scale)), report)
        typings = _typings(display, desk, folder, max(3, round(TYPINGS * scale)), report)
    most, unlike = max(thief for thief, _ in typings), sum(unlike for _, unlike in typings)
    return (
        Figure(f"of {count.tried} changes: done although it had changed before", count.done, 0, ""),
        Figure(f"of {count.tried} changes: another window was touched, unsaid", count.astray, 0, ""),
        Figure(f"of {count.tried} changes: refused without naming the cause", count.unexplained, 0, ""),
        Figure(f"of {count.tried} changes: said to be refused, but done", count.dishonest, 0, ""),
        Figure(f"keyboard taken in {len(typings)} typings: keys elsewhere, at most", most, CHUNK, "keys"),
        Figure(f"keyboard taken in {len(typings)} typings: told another count than came", unlike, 0, ""),
    )


@contextlib.contextmanager
def _display() -> Iterator[tuple[PrivateDisplay, Desk, Path]]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        display = stack.enter_context(PrivateDisplay())
        before = dict(os.environ)
        stack.callback(lambda: (os.environ.clear(), os.environ.update(before)))
        os.environ.update(display.environment)
        yield display, stack.enter_context(open_desk(display)), folder


def _changes(display: PrivateDisplay, desk: Desk, folder: Path, number: int, report: Callable[[str], None]) -> Count:
    cases = itertools.cycle(
        (*itertools.product(("click",), CLICKED, MOMENTS), *itertools.product(("type",), TYPED, MOMENTS[1:]))
    )
    count, chance = Count(), random.Random(9)
    for tool, change, moment in itertools.islice(cases, number):
        place = folder / str(count.tried)
        place.mkdir()
        with opened_scene(display, desk, place) as scene:
            _judge(count, scene, change, moment, _one(scene, tool, change, moment, chance), report)
        count.tried += 1
        report(f"change {count.tried} of {number}")
    return count


def _one(scene: Scene, tool: str, change: str, moment: str, chance: random.Random) -> StepResult:
    spine = scene.spine(chance.choice(("window", "screen")))
    act, threads = getattr(scene, change), list[threading.Thread]()
    place = scene.place(spine, "Agree")
    if moment == "while asked":
        spine.approver.while_asked = act
    elif moment == "since seen":
        act()
    else:
        wait = chance.uniform(0, MEANWHILE_SECONDS)
        threads.append(threading.Thread(target=lambda: (time.sleep(wait), act())))
        spine.approver.while_asked = threads[0].start
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Tests print each call.
            return spine.step("left_click", start_box=place) if tool == "click" else spine.step("type", content="text")
    finally:
        for thread in threads:
            thread.join()


def _judge(
    count: Count, scene: Scene, change: str, moment: str, result: StepResult, report: Callable[[str], None]
) -> None:
    time.sleep(0.1)  # What was sent may still be on its way.
    held = scene.held()
    touched = bool(held["checked"] or held["text"] or held["line"])
    nothing_said = result.outcome in (Outcome.REFUSED, Outcome.FAILED)
    if moment != "meanwhile":
        count.done += touched or not nothing_said
    count.astray += bool(scene.intruded()) and not nothing_said
    count.dishonest += result.outcome is Outcome.REFUSED and touched
    if nothing_said and not any(cause in result.message for cause in (*CAUSES[change], *ASTRAY)):
        count.unexplained += 1
        report(f"{change} {moment}: the reason does not say so: {result.message}")


def _typings(
    display: PrivateDisplay, desk: Desk, folder: Path, number: int, report: Callable[[str], None]
) -> list[tuple[int, bool]]:
    """For each typing: how many keys came elsewhere, and whether the count that was told differs from what came."""
    found: list[tuple[int, bool]] = []
    chance = random.Random(9)
    for way in itertools.islice(itertools.cycle(WAYS), number):
        place = folder / f"typing{len(found)}"
        place.mkdir()
        plain = PlainWindow(display, place, "Typed into", "--geometry", "300,200,400,300")
        try:
            spine = Spine(desk, place, window_scope(plain.window))
            with contextlib.redirect_stdout(io.StringIO()):
                typed = type_disturbed(spine, plain, way, chance.randrange(1, 200), 20)
        finally:
            plain.close()
        found.append((typed.thief, not typed.target - CHUNK <= typed.reported <= typed.target))
        report(f"typing {len(found)} of {number}")
    return found
