"""How many points that are off by up to 12 px reach what was meant: as they are, moved, and moved with its name said.

A page in Chromium with dense controls. What a point reaches is what the platform says stands there.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.desktop import Element, Surroundings, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.core.protocols import Elements, Windows
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.tools.snapping import INSET, REACH, snap
from tests.bench import figures
from tests.bench.figures import Figure
from tests.desktop.helpers import open_app, wait_until

OFF, EACH, TIMED, SEED = 12, 23, 60, 4
"""Pixels that a point is off at most, sideways and up or down; points for each target; steps timed."""
KINDS = {
    "push button": "button", "check box": "checkbox", "radio button": "radio button", "link": "link",
    "combo box": "dropdown", "page tab": "tab", "list item": "option", "entry": "text field", "slider": "slider",
}  # fmt: skip
_BOXES = "<br>".join(f"<label><input type=checkbox>{name}</label>" for name in ("Apples", "Pears", "Plums", "Cherries"))
_RADIOS = "".join(
    f'<div style="height:20px"><input type=radio name=r aria-label="{name}">{name}</div>'
    for name in ("Small", "Medium", "Large", "Huge")
)
PAGE = f"""<!doctype html><title>Snapping bench</title>
<style>body{{font:14px sans-serif;margin:0}} body>*{{position:absolute}} a{{white-space:nowrap}}</style>
<button style="left:20px;top:20px">Save</button><button style="left:90px;top:20px">Cancel</button>
<button style="left:170px;top:20px;width:24px">X</button><button style="left:230px;top:20px">Send</button>
<div style="left:20px;top:60px">{_BOXES}</div><div style="left:160px;top:60px">{_RADIOS}</div>
<p style="left:300px;top:60px;width:340px;margin:0;line-height:20px">There is <a href="#a">one link</a> in the first
line and <a href="#b">another one</a> in the second, then some words without any, and at last <a href="#c">Contact</a>
us, which is a long enough text.</p>
<select aria-label="Colour" style="left:300px;top:20px"><option>Red<option>Blue</select>
<input style="left:20px;top:170px;width:150px" aria-label="Name">
<input style="left:20px;top:200px;width:150px" aria-label="City">
<div style="left:560px;top:20px"><span role=tab>General</span> &nbsp; <span role=tab>Network</span></div>
<select size=3 style="left:200px;top:170px"><option>Alpha<option>Beta<option>Gamma</select>
<input type=range aria-label="Volume" style="left:20px;top:240px;width:150px">
<canvas width=200 height=100 style="left:300px;top:230px;background:#eee"></canvas>"""

NOTICE = "This takes about a minute and a half; each figure is printed as soon as it is known."


def measure() -> Iterator[Figure]:
    """Each figure when it is known; the table of kinds is printed in between."""
    with tempfile.TemporaryDirectory() as folder, PrivateDisplay("xvfb") as display:
        os.environ.update({name: display.environment[name] for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")})
        display.environment["ACCESSIBILITY_ENABLED"] = "1"
        elements, windows = open_elements(), open_windows(display.name)
        try:
            window = _open(display, elements, windows, Path(folder))
            yield from _shares(elements, window)
            yield from _canvas(elements, window)
            yield _added(elements, windows, window)
        finally:
            elements.close()
            windows.close()


def _open(display: PrivateDisplay, elements: Elements, windows: Windows, folder: Path) -> Window:
    (folder / "page.html").write_text(PAGE, "utf-8")
    flags = ["--no-sandbox", "--test-type", "--no-first-run", "--password-store=basic", "--disable-gpu"]
    flags += ["--force-renderer-accessibility", f"--user-data-dir={folder}/chromium", "--window-size=800,600"]
    window = open_app(display, ["chromium", *flags, f"--app=file://{folder}/page.html"], "Snapping bench", 60)

    def is_read() -> bool:
        try:
            return any(each.name == "Gamma" for each in elements.tree(window).elements)
        except Unavailable:
            return False

    wait_until(is_read, 30, "the page's elements")
    now = windows.get(window.id)
    if now is None:
        raise Unavailable("Chromium's window is gone.")
    return now


def _shares(elements: Elements, window: Window) -> Iterator[Figure]:
    rng = random.Random(SEED)
    tallies: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for target in (each for each in elements.tree(window).elements if each.role in KINDS and each.name):
        kind = KINDS[target.role]
        for _ in range(EACH):
            middle = target.region.center
            point = Point(middle.x + rng.randint(-OFF, OFF), middle.y + rng.randint(-OFF, OFF))
            around = elements.around(window, point, REACH + INSET)
            points = [point, *(_moved(point, around, said, window) for said in ("", f"the {target.name} {kind}"))]
            for tally in (tallies[kind], tallies["all"]):
                tally[0] += 1
                for place, each in enumerate(points, 1):
                    tally[place] += _reaches(target, each, around)
    for kind, (count, *hits) in sorted(tallies.items(), key=lambda each: each[0] == "all"):
        shares = "  ".join(f"{each / count:6.1%}" for each in hits)
        print(f"{kind:<14} {count:4} points: as they are, moved, named  {shares}")
    count, raw, moved, named = tallies["all"]
    yield Figure("points moved that miss, of those that miss as they are", (count - moved) / (count - raw), 0.5, "")
    yield Figure("likewise, with the name said", (count - named) / (count - raw), 0.1, "")
    yield Figure("points", count, 300, "", at_least=True)


def _canvas(elements: Elements, window: Window) -> Iterator[Figure]:
    rng = random.Random(SEED)
    region = next(each.region for each in elements.tree(window).elements if each.role == "canvas")
    points = [Point(rng.randrange(region.x, region.right), rng.randrange(region.y, region.bottom)) for _ in range(100)]
    moved = sum(
        _moved(each, elements.around(window, each, REACH + INSET), "the Save button", window) != each for each in points
    )
    yield Figure("points moved in a canvas, of 100", moved, 0, "")


def _added(elements: Elements, windows: Windows, window: Window) -> Figure:
    """What is asked at the target with snapping and without, one after the other."""
    rng = random.Random(SEED)
    regions = [each.region for each in elements.tree(window).elements]
    added = []
    for _ in range(TIMED):
        point = rng.choice(regions).center
        start = time.perf_counter()
        elements.at(window, point)
        between = time.perf_counter()
        _moved(point, elements.around(window, point, REACH + INSET), "the Save button", window)
        windows.at(point)
        added.append((time.perf_counter() - between) - (between - start))
    return Figure("time that it adds to a step, median", statistics.median(added) * 1000, 15, "ms")


def _moved(point: Point, around: Surroundings, said: str, window: Window) -> Point:
    return snap(ActionKind.LEFT_CLICK, point, around, said, window.frame).point


def _reaches(target: Element, point: Point, around: Surroundings) -> bool:
    there = around.innermost(point)
    return there is not None and target.region.contains(point) and target.region.encloses(there.region)


def main(arguments: Sequence[str]) -> int:
    """Run it; see `figures.run`."""
    return figures.run("snapping", measure, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
