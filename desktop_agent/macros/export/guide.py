"""A macro as a guide for people, in Markdown: a how-to made by doing it.

Whatever comes from the macro is escaped, so that its texts stand there as they are and mean nothing.
"""

import io
import re
from collections.abc import Iterator

from desktop_agent.core.images import Image
from desktop_agent.core.text import encodable, one_line
from desktop_agent.macros import wording
from desktop_agent.macros.export.exported import Budget, Exported
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import IfStep, Macro, Parameter, PictureRef, RepeatStep, Step, targets

RING = (220, 30, 60)
RING_WIDTH = 3
RING_GAP = 4
"""Pixels between the target and its ring."""
INDENT = "   "
_MEANING = re.compile(r"([\\`*_{}\[\]()#+\-.!|~@:<>&$])")
"""Signs that mean something in Markdown, in links and addresses, or in HTML."""


def export(stored: Stored, folder: str) -> Exported:
    """The guide and its pictures.

    Args:
        stored: the macro.
        folder: where its pictures will lie, from the guide.

    Raises:
        BadMacro: a picture can't be read, or they are too large.
    """
    writer = _Writer(stored, folder)
    return Exported("\n".join(writer.lines()) + "\n", writer.pictures)


def escaped(text: str, limit: int = 300) -> str:
    """`text` on one line, meaning nothing."""
    return _MEANING.sub(r"\\\1", encodable(one_line(text, limit)))


def ringed(image: Image, picture: PictureRef) -> bytes:
    """A PNG of the picture with a ring round its target. Nothing but its pixels is kept."""
    from PIL import ImageDraw

    drawn, box = image.to_pillow().copy(), picture.box
    corners = (
        box.x - RING_GAP,
        box.y - RING_GAP,
        box.x + box.width + RING_GAP,
        box.y + box.height + RING_GAP,
    )
    ImageDraw.Draw(drawn).rounded_rectangle(corners, radius=RING_GAP * 2, outline=RING, width=RING_WIDTH)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


class _Writer:
    """Writes one guide. `pictures` grows with it."""

    def __init__(self, stored: Stored, folder: str) -> None:
        self._stored = stored
        self._folder = folder
        self._budget = Budget()
        self.pictures: dict[str, bytes] = {}

    def lines(self) -> Iterator[str]:
        macro = self._stored.macro
        yield f"# {escaped(macro.name)}"
        yield ""
        yield from _paragraphs(macro.comment, "")
        if macro.parameters:
            yield from _parameters(macro)
        yield from self._steps(macro.steps, "")

    def _steps(self, steps: tuple[Step, ...], indent: str) -> Iterator[str]:
        played = [step for step in steps if not step.skip]
        for number, step in enumerate(played, 1):
            yield f"{indent}{number}. {escaped(wording.step(step))}."
            inner = indent + INDENT + " " * (len(str(number)) - 1)
            yield ""
            yield from _paragraphs(step.comment, inner)
            yield from self._pictures_of(step, inner)
            yield from self._within(step, inner)

    def _within(self, step: Step, indent: str) -> Iterator[str]:
        if isinstance(step, RepeatStep):
            yield from self._steps(step.steps, indent)
        elif isinstance(step, IfStep):
            yield from self._steps(step.then, indent)
            if step.otherwise:
                yield from (f"{indent}Otherwise:", "")
                yield from self._steps(step.otherwise, indent)

    def _pictures_of(self, step: Step, indent: str) -> Iterator[str]:
        for target in targets(step):
            if target.picture is None:
                continue
            self._budget.spend(self._stored.picture_size(target.picture.file))
            name = f"step-{len(self.pictures) + 1:03}.png"
            self.pictures[name] = ringed(self._stored.picture(target.picture.file), target.picture)
            yield f"{indent}![{escaped(wording.of_target(target))}](<{_address(self._folder)}/{name}>)"
            yield ""


def _parameters(macro: Macro) -> Iterator[str]:
    yield "You need to know:"
    yield ""
    for each in macro.parameters:
        yield f"- {escaped(each.label or each.name)}{_usual(each)}"
    yield ""


def _usual(parameter: Parameter) -> str:
    if parameter.type == "secret":
        return " (a secret)"
    said = f", usually “{escaped(parameter.default, 80)}”" if parameter.default else ""
    one_of = ", ".join(escaped(each, 60) for each in parameter.choices[:10])
    return f"{said}, one of: {one_of}" if one_of else said


def _paragraphs(text: str, indent: str) -> Iterator[str]:
    for line in text.splitlines():
        if said := escaped(line, 1000):
            yield from (f"{indent}{said}", "")


def _address(folder: str) -> str:
    """`folder` in a link: the person chose its name, which may hold any sign."""
    from urllib.parse import quote

    return quote(encodable(folder))
