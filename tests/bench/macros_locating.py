"""How long it takes to find a recorded target again: by its element in real applications, and by its picture alone in
a window that fills a 1920×1080 screen.

The page's window tells nothing about its elements, as programs without accessibility do; its buttons stand in known
places. What is found elsewhere counts as wrong.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.finding.describe import Moment, describe
from desktop_agent.macros.finding.ladder import Ladder
from desktop_agent.macros.format import Target
from desktop_agent.step.desk import Desk
from tests.bench.figures import Figure
from tests.desktop.finding_support import elements, record
from tests.desktop.helpers import close_app, open_app, wait_until
from tests.desktop.spine_support import open_desk
from tests.desktop.trust_support import percentile

ELEMENT_MS, PICTURE_MS = 150.0, 80.0
FINDS = 200
"""Of each kind, at scale 1."""
COLUMNS, ROWS, WIDTH, HEIGHT = 8, 10, 220, 90
ROLES = ("push button", "toggle button", "menu", "entry", "text", "check box", "link", "combo box")
FLAGS = ("--no-sandbox", "--test-type", "--no-first-run", "--password-store=basic", "--disable-gpu")
_WORDS = (
    *("Save", "Open", "Print", "Close", "Send", "Reply", "Delete", "Rename"),
    *("Copy", "Paste", "Undo", "Redo", "Find", "Next", "Back", "Apply"),
)
LIGHT, DARK = "background:#f4f4f4;color:#111", "background:#1e1e1e;color:#eee"
FORM = """<!doctype html><title>Locating</title><body style="font:14px sans-serif">
<form><label>Name <input></label><label>Town <input></label><label><input type=checkbox>Agree</label>
<button type=button>Send</button><button type=button>Clear</button><select aria-label=Colour><option>Red</select></form>
<p>{links}</p>"""


def page(theme: str, dx: int, dy: int) -> str:
    """Buttons in a grid, each with a name of its own."""
    buttons = "".join(
        f'<div style="left:{_spot(number).x + dx}px;top:{_spot(number).y + dy}px">{name(number)}</div>'
        for number in range(COLUMNS * ROWS)
    )
    style = "div{position:absolute;width:110px;height:30px;border:1px solid #888;text-align:center;line-height:30px}"
    body = f'<body style="margin:0;font:15px sans-serif;{theme}">{buttons}'
    return f"<!doctype html><title>Grid</title><style>{style}</style>{body}"


def name(number: int) -> str:
    """What a button is called."""
    return f"{_WORDS[number % len(_WORDS)]} {number // len(_WORDS) + 1}"


def _spot(number: int) -> Point:
    return Point(40 + WIDTH * (number % COLUMNS), 40 + HEIGHT * (number // COLUMNS))


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """Both ways of locating."""
    finds = max(20, round(FINDS * scale))
    with tempfile.TemporaryDirectory() as folder, PrivateDisplay("xvfb") as display, contextlib.ExitStack() as stack:
        places = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DESKTOP_AGENT_HOME")
        stack.enter_context(mock.patch.dict(os.environ, {each: display.environment[each] for each in places}))
        desk = stack.enter_context(open_desk(display))
        return [
            *_by_element(display, desk, Path(folder), finds, report),
            *_by_picture(display, desk, Path(folder), finds, report),
        ]


def _by_element(
    display: PrivateDisplay, desk: Desk, folder: Path, finds: int, report: Callable[[str], None]
) -> Iterator[Figure]:
    (folder / "form.html").write_text(FORM.format(links=" ".join(f'<a href="#{n}">Link {n}</a>' for n in range(60))))
    browser = ["chromium", *FLAGS, "--force-renderer-accessibility", f"--user-data-dir={folder}/form"]
    commands = {
        "galculator": (["galculator"], "alculator"),
        "mousepad": (["mousepad", "--disable-server"], "Mousepad"),
        "Chromium": ([*browser, f"--app=file://{folder}/form.html"], "Locating"),
    }
    seconds: list[float] = []
    wrong = lost = 0
    display.environment["ACCESSIBILITY_ENABLED"] = "1"
    for program, (command, title) in commands.items():
        window = open_app(display, command, title, 60)
        wait_until(lambda window=window: len(_targets(desk, window)) > 5, 30, f"the elements of {title}")  # type: ignore[misc]
        desk.windows.activate(window.id)
        regions = _targets(desk, window)
        recorded = [(record(desk, window, each.center), each) for each in regions]
        taken = []
        for number in range(finds // len(commands) + 1):
            each, region = recorded[number % len(recorded)]
            began = time.perf_counter()
            try:
                found = Ladder(desk).find(each.target, each.picture)
            except (NotFound, Ambiguous) as error:
                report(f"{program}: {error}")
                lost += 1
                continue
            taken.append(time.perf_counter() - began)
            wrong += not region.contains(found.point) or found.rung != "element"
        report(f"{program}: {len(recorded)} targets, {_line(taken)}")
        seconds += taken
        close_app(display, window)
    del display.environment["ACCESSIBILITY_ENABLED"]
    yield Figure("locating by element, median", 1000 * percentile(seconds, 0.5), ELEMENT_MS, "ms")
    yield Figure("locating by element, p95", 1000 * percentile(seconds, 0.95), ELEMENT_MS, "ms")
    yield Figure("elements not found, of unchanged windows", lost, 0, "")
    yield Figure("elements found that are another", wrong, 0, "")


def _targets(desk: Desk, window: Window) -> list[Rect]:
    """Where the window has something to act on."""
    region = window.region
    found = [each for each in elements(desk, window) if each.role in ROLES and not each.disabled]
    return [each.region for each in found if region.encloses(each.region)]


def _by_picture(
    display: PrivateDisplay, desk: Desk, folder: Path, finds: int, report: Callable[[str], None]
) -> Iterator[Figure]:
    recorded: dict[int, tuple[Target, Image]] = {}
    with _shown(display, desk, folder, page(LIGHT, 0, 0), "first") as window:
        for number in range(COLUMNS * ROWS):
            recorded[number] = _recorded(desk, window, number)
    wrong = 0
    variants = {"unchanged": (LIGHT, 0, 0), "moved": (LIGHT, 37, 21), "dark theme": (DARK, 13, 9)}
    for variant, (theme, dx, dy) in variants.items():
        seconds, lost = [], 0
        with _shown(display, desk, folder, page(theme, dx, dy), variant.replace(" ", "-")) as window:
            for turn in range(finds):
                number = (turn * 7) % len(recorded)
                began = time.perf_counter()
                try:
                    found = Ladder(desk).find(*recorded[number])
                except (NotFound, Ambiguous) as error:
                    report(f"{variant}: {name(number)}: {error}")
                    found = None
                    lost += 1
                seconds.append(time.perf_counter() - began)
                there = Rect(_spot(number).x + dx, _spot(number).y + dy, 110, 30).moved(
                    window.region.x, window.region.y
                )
                wrong += found is not None and not there.contains(found.point)
        report(f"by picture, {variant}: {_line(seconds)}, {lost} of {finds} not found")
        yield Figure(
            f"locating by picture in 1920×1080, {variant}, median", 1000 * percentile(seconds, 0.5), PICTURE_MS, "ms"
        )
        yield Figure(
            f"locating by picture in 1920×1080, {variant}, p95", 1000 * percentile(seconds, 0.95), PICTURE_MS, "ms"
        )
        yield Figure(f"pictures found, {variant}", (finds - lost) / finds, 0.95, "", at_least=True)
    yield Figure("pictures found that are another", wrong, 0, "")


@contextlib.contextmanager
def _shown(display: PrivateDisplay, desk: Desk, folder: Path, content: str, profile: str) -> Iterator[Window]:
    """The page in a window that fills the screen."""
    (folder / "page.html").write_text(content, "utf-8")
    options = (f"--user-data-dir={folder}/{profile}", "--kiosk", "--window-position=0,0", "--window-size=1920,1080")
    window = open_app(display, ["chromium", *FLAGS, *options, f"--app=file://{folder}/page.html"], "Grid", 60)

    def filled() -> Window | None:
        now = desk.windows.get(window.id)
        return now if now is not None and now.region == Rect(0, 0, 1920, 1080) and _is_drawn(desk) else None

    yield wait_until(filled, 20, "the page to fill the screen")
    close_app(display, window)


def _is_drawn(desk: Desk) -> bool:
    """Whether the last of the buttons shows: what is there is not of one colour."""
    place = _spot(COLUMNS * ROWS - 1)
    shot = desk.screen.grab(Rect(place.x, place.y, 140, 60))
    return len({bytes(shot.image.bgra[start : start + 3]) for start in range(0, len(shot.image.bgra), 4)}) > 3


def _recorded(desk: Desk, window: Window, number: int) -> tuple[Target, Image]:
    place = _spot(number)
    point = Point(window.region.x + place.x + 55, window.region.y + place.y + 15)
    layout = desk.screen.layout()
    described = describe(Moment(point, window, window, (), desk.screen.grab(layout.bounds), layout.monitors[0]))
    (data,) = described.pictures.values()
    return described.target, Image.decode(data)


def _line(seconds: Sequence[float]) -> str:
    if not seconds:
        raise Unavailable("Nothing was found, so that nothing could be measured.")
    median, late = (1000 * percentile(seconds, share) for share in (0.5, 0.95))
    return f"median {median:.0f} ms, p95 {late:.0f} ms, worst {1000 * max(seconds):.0f} ms"
