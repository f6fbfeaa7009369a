"""The report of a grounding evaluation: the figures, and a picture of every miss."""

from collections.abc import Sequence
from pathlib import Path

from desktop_agent.core.images import Image
from desktop_agent.evaluation import report
from desktop_agent.evaluation.grounding import Figures, Score, by_group, figures
from desktop_agent.evaluation.screenspot import BadEntry, read_picture

SHOWN = 100
"""Misses with a picture; a data set of thousands would make a report that no browser opens."""

_LEGEND = "Below are the misses. The ring is the target, the blue cross and box are the answer."


def write(path: Path, planner: str, folder: Path, scores: Sequence[Score], failures: Sequence[str]) -> None:
    """Write the report.

    Args:
        path: the HTML file.
        planner: its name.
        folder: where the targets are from.
        scores: what was scored.
        failures: a sentence for each target that could not be.

    Raises:
        OSError: it could not be written.
    """
    misses = [score for score in scores if not score.hit]
    sections = [_section(number, miss, number <= SHOWN) for number, miss in enumerate(misses, 1)]
    if failures:
        checks = tuple((why, False) for why in failures)
        sections.append(report.Section("Not scored", str(folder), "failed", f"{len(failures)} targets.", checks=checks))
    introduction = f"{summary(folder, scores, len(failures))}\n\n{_LEGEND}"
    report.write(path, f"Grounding: {planner}", introduction, sections)


def summary(folder: Path, scores: Sequence[Score], failed: int) -> str:
    """All figures, a line each."""
    lines = [f"{folder}: {in_words(figures(scores))}"]
    if failed:
        lines.append(f"{failed} more could not be scored; they are named at the end and count in no figure.")
    for group, values in by_group(scores).items():
        lines += ["", f"By {group}:", *(f"  {value}: {in_words(each)}" for value, each in values.items())]
    return "\n".join(lines)


def in_words(each: Figures) -> str:
    """One line of figures."""
    if each.accuracy is None or each.median_seconds is None:
        return "nothing was scored."
    boxes = "" if each.iou50 is None else f", {each.iou50:.1%} of boxes with an overlap of at least half"
    return (
        f"{each.accuracy:.1%} of {each.targets} points in their targets{boxes}; "
        f"{each.median_seconds:.2f} s an answer (median)."
    )


def drawn(image: Image, score: Score) -> Image:
    """`image` with the target in a ring, and the answer as a box and a cross."""
    from PIL import ImageDraw

    image = report.ringed(image, score.target.box)
    if score.place is None:
        return image
    image, box = report.crossed(image, score.place.point, report.ANSWER), score.place.box
    if box is None:
        return image
    pillow = image.to_pillow().copy()
    corners = (box.x, box.y, box.right - 1, box.bottom - 1)
    ImageDraw.Draw(pillow).rectangle(corners, outline=report.ANSWER, width=2)
    return Image.from_pillow(pillow)


def _section(number: int, score: Score, shown: bool) -> report.Section:
    title = f"{number}. {score.target.name}"
    said = f"The planner answered: {score.answer}" if score.answer else "The planner said nothing."
    summary = f"{said} {score.problem}".strip()
    pictures: tuple[report.Figure, ...] = ()
    if shown:
        try:
            pictures = (report.figure(score.target.name, drawn(read_picture(score.target), score)),)
        except BadEntry as error:
            summary = f"{summary} (Not shown: {error})"
    return report.Section(title, score.target.instruction, "missed", summary, figures=pictures)
