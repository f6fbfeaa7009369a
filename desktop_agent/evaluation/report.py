"""A self-contained HTML report of runs: every step with its picture, the action in words, decision and outcome."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.actions import StepResult
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image

RING = (230, 80, 30)
RING_WIDTH = 4
ANSWER = (30, 90, 230)
CROSS_ARM = 12
MAX_WIDTH = 960
"""Pictures are scaled down to this many pixels, to keep a report of many steps mailable."""


@dataclass(frozen=True)
class Figure:
    """A picture with a caption; `png` holds the encoded image."""

    caption: str
    png: bytes

    @property
    def source(self) -> str:
        """A data URL."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode("ascii")


@dataclass(frozen=True)
class Entry:
    """One step, in words."""

    number: int
    words: str
    reason: str
    decision: str
    outcome: str
    message: str
    figure: Figure | None


@dataclass(frozen=True)
class Section:
    """One run. `checks` are what was verified in the application afterwards: a sentence, and whether it held."""

    title: str
    instruction: str
    status: str
    summary: str
    entries: tuple[Entry, ...] = ()
    figures: tuple[Figure, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()


def figure(caption: str, image: Image) -> Figure:
    """A figure of `image`, scaled down where it is wide."""
    if image.width > MAX_WIDTH:
        image = image.scaled(MAX_WIDTH, max(1, round(image.height * MAX_WIDTH / image.width)))
    return Figure(caption, image.encode_png())


def ringed(image: Image, target: Rect) -> Image:
    """`image` with a ring around `target` (image pixels)."""
    from PIL import ImageDraw

    picture = image.to_pillow().copy()
    box = target.grown(RING_WIDTH)
    ImageDraw.Draw(picture).rounded_rectangle(
        (box.x, box.y, box.right - 1, box.bottom - 1), radius=2 * RING_WIDTH, outline=RING, width=RING_WIDTH
    )
    return Image.from_pillow(picture)


def crossed(image: Image, point: Point, colour: tuple[int, int, int]) -> Image:
    """`image` with a cross at `point` (image pixels), large enough to be seen when the picture is scaled down."""
    from PIL import ImageDraw

    picture = image.to_pillow().copy()
    draw, scale = ImageDraw.Draw(picture), max(1, round(image.width / MAX_WIDTH))
    arm, width = CROSS_ARM * scale, RING_WIDTH // 2 * scale
    draw.line((point.x - arm, point.y, point.x + arm, point.y), colour, width)
    draw.line((point.x, point.y - arm, point.x, point.y + arm), colour, width)
    return Image.from_pillow(picture)


def entry(number: int, result: StepResult) -> Entry:
    """The report's entry of a step that ended."""
    decision = result.decision
    return Entry(
        number,
        result.action.words,
        result.verdict.reason,
        f"{decision.answer.value} by {decision.by}" if decision else result.verdict.ruling.value,
        result.outcome.value,
        result.message,
        _step_figure(result),
    )


def write(path: Path, title: str, introduction: str, sections: Sequence[Section]) -> None:
    """Write the report. All text in it is escaped: it may come from a screen.

    Raises:
        OSError: the file could not be written.
    """
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    html = environment.get_template("report.html").render(title=title, introduction=introduction, sections=sections)
    path.write_text(html, "utf-8")


def _step_figure(result: StepResult) -> Figure | None:
    shot = result.before
    if shot is None:
        return None
    target = result.action.target
    image = shot.image if target is None else ringed(shot.image, shot.view.image_rect(target))
    return figure(result.action.words, image)
