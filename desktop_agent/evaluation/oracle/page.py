"""Reads a page: its elements and where they are on the screen, as they are now."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.browser import Browser
from desktop_agent.evaluation.miniwob import Verdict, verdict

_BOXES = """
const reached = (element, x, y) => {
  const hit = document.elementFromPoint(x, y);
  return hit !== null && (element === hit || element.contains(hit));
};
const point = (element, rect) => {
  const left = Math.max(rect.left, 0), right = Math.min(rect.right, innerWidth);
  const top = Math.max(rect.top, 0), bottom = Math.min(rect.bottom, innerHeight);
  const shares = [0.5, 0.375, 0.625, 0.25, 0.75, 0.125, 0.875, 0.04, 0.96];
  for (const down of shares) for (const along of shares) {
    const x = left + (right - left) * along, y = top + (bottom - top) * down;
    if (right > left && bottom > top && reached(element, x, y)) return [x, y];
  }
  return null;
};
const label = element => {
  const own = Array.from(element.labels || [], each => each.innerText).join(' ').trim();
  const before = element.previousSibling;
  return own || element.placeholder || (before === null ? '' : before.textContent) || '';
};
return Array.from(document.querySelectorAll(arguments[0]), element => {
  const rect = element.getBoundingClientRect();
  return {
    tag: element.tagName.toLowerCase(),
    text: (element instanceof HTMLElement ? element.innerText : element.textContent) || '',
    value: element.value === undefined ? '' : String(element.value),
    checked: Boolean(element.checked || element.selected),
    focused: document.activeElement === element,
    attributes: Object.fromEntries(Array.from(element.attributes, each => [each.name, each.value])),
    rect: [rect.left, rect.top, rect.width, rect.height],
    point: point(element, rect),
    label: element.value === undefined ? '' : label(element),
  };
});
"""
_SPAN = """
const [css, start, end] = arguments, root = document.querySelector(css);
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
const edge = (position, before) => {
  walker.currentNode = root;
  let left = position;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (left < node.length || (left === node.length && before)) {
      const range = document.createRange();
      range.setStart(node, before ? left - 1 : left);
      range.setEnd(node, before ? left : left + 1);
      const rects = range.getClientRects(), rect = rects[rects.length - 1];
      return [before ? rect.right : rect.left, rect.top + rect.height / 2];
    }
    left -= node.length;
  }
  return null;
};
return [edge(start, false), edge(end, true)];
"""


class Lost(Exception):
    """A solver doesn't know how to go on. The message says why."""


@dataclass(frozen=True)
class Box:
    """An element. `region` is where it is on the screen, though it may be covered or scrolled away; `point` a place
    there at which it can be clicked, its middle where possible; None where there is none. `label` is what stands beside
    it, where it is something to fill in."""

    tag: str
    text: str
    value: str
    checked: bool
    focused: bool
    attributes: Mapping[str, str]
    region: Rect
    point: Point | None
    label: str = ""


class Page:
    """The page in `browser`, read anew by each method.

    All of them raise BrowserFailed where it gives no answer.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @property
    def verdict(self) -> Verdict:
        """Whether it has decided, and how."""
        return verdict(self._browser)

    @property
    def utterance(self) -> str:
        """What the page asks for; empty where it asks in pictures only."""
        return str(self.evaluate("return document.getElementById('query').textContent.replace(/\\s+/g, ' ').trim()"))

    @property
    def scale(self) -> float:
        """Pixels of the screen to one of the page's."""
        return self._browser.viewport()[1]

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """What the body of a JavaScript function returns."""
        return self._browser.evaluate(script, *arguments)

    def boxes(self, css: str) -> tuple[Box, ...]:
        """The elements that a selector matches, in the document's order."""
        found = self.evaluate(_BOXES, css)
        viewport, scale = self._browser.viewport()
        return tuple(_box(each, viewport, scale) for each in found)

    def box(self, css: str, text: str | None = None) -> Box:
        """The first element that a selector matches; with `text`, the first one whose text that is, but for space
        around it.

        Raises:
            Lost: there is none.
        """
        for each in self.boxes(css):
            if text is None or each.text.strip() == text.strip():
                return each
        raise Lost(f"the page has no {css}" + (f" that reads “{text}”" if text is not None else ""))

    def popup(self) -> Rect | None:
        """Where a list is open that is a window of its own, which the page can't tell; None where none is."""
        return self._browser.popup()

    def at(self, x: float, y: float) -> Point:
        """The pixel of the screen at a place of the viewport, in the page's pixels."""
        return _pixel((x, y), *self._browser.viewport())

    def span(self, css: str, start: int, end: int) -> tuple[Point, Point]:
        """Where on the screen the characters from `start` to before `end` of an element's text begin and end.

        Raises:
            Lost: it has no such characters.
        """
        first, last = self.evaluate(_SPAN, css, start, end)
        if first is None or last is None:
            raise Lost(f"{css} has no characters from {start} to {end}")
        return self.at(*first), self.at(*last)


def _box(raw: Mapping[str, Any], viewport: Rect, scale: float) -> Box:
    x, y, width, height = (each * scale for each in raw["rect"])
    return Box(
        raw["tag"],
        raw["text"],
        raw["value"],
        raw["checked"],
        raw["focused"],
        raw["attributes"],
        Rect(viewport.x + round(x), viewport.y + round(y), round(width), round(height)),
        _pixel(raw["point"], viewport, scale) if raw["point"] else None,
        raw["label"],
    )


def _pixel(place: Sequence[float], viewport: Rect, scale: float) -> Point:
    x, y = place
    return Point(viewport.x + math.floor(x * scale), viewport.y + math.floor(y * scale))
