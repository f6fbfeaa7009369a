"""From what a place is called to where it is: waits while it isn't there, asks where it is ambiguous."""

from dataclasses import dataclass

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.geometry import View
from desktop_agent.core.protocols import Locator
from desktop_agent.instant import wording
from desktop_agent.instant.moves import Finish, Move, Propose
from desktop_agent.instant.progress import Progress

APPEARING = (0.2, 0.3, 0.5, 0.8, 1.2)
"""Seconds of the waits for a place that an action before may be bringing up: a menu, a dialog, a window."""
AWAITED = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
"""Seconds of the waits for a place that the person asked to wait for. No two are equal, because the agent ends a run
that does the same again and again."""
MAX_CHOICES = 9


@dataclass(frozen=True)
class Target:
    """A place that was found, and the view to name points in."""

    candidate: Candidate
    view: View

    @property
    def point(self) -> list[int]:
        """Its middle in thousandths, as GLM's tools take it."""
        return list(self.view.to_thousandths(self.candidate.region.intersection(self.view.region).center))

    @property
    def box(self) -> list[int]:
        """All of it, in thousandths: x1, y1, x2, y2."""
        region, seen = self.candidate.region.intersection(self.view.region), self.view.region
        return [
            (region.x - seen.x) * 1000 // seen.width,
            (region.y - seen.y) * 1000 // seen.height,
            -(-(region.right - seen.x) * 1000 // seen.width),
            -(-(region.bottom - seen.y) * 1000 // seen.height),
        ]

    @property
    def info(self) -> str:
        """What the approval shows as the planner's claim."""
        role = self.candidate.role or ("text on the screen" if self.candidate.source == "text" else "")
        return " ".join(part for part in (wording.shortened(self.candidate.label), f"({role})" if role else "") if part)


@dataclass(frozen=True)
class Targets:
    """Resolves the places of one step."""

    locator: Locator
    progress: Progress
    step: int

    def view(self) -> View | Move:
        """The latest view of the desktop, or a look at it where that is missing or older than a wait."""
        last = self.progress.last
        stale = last is not None and last.kind == "wait" and not last.has_picture
        if self.progress.view is not None and not stale:
            return self.progress.view
        if last is not None and last.kind == "look":
            return Finish("I can't see the screen, so I can't tell where anything is.", done=False)
        return Propose("look", self.step, "screenshot", {})

    def named(self, name: str, query: str = "", waits: tuple[float, ...] = APPEARING) -> Target | Move:
        """The place called `name`, sought as `query` where that is given."""
        view = self.view()
        if not isinstance(view, View):
            return view
        found = self.locator.find(query or name, view)
        usable = tuple(each for each in found if not (each.element and each.element.disabled))
        if not usable:
            return self._wait(waits) or Finish(self._missing(name, found, view), done=False)
        target = self.only(usable, view, f"Which “{wording.shortened(name)}” do you mean?")
        if isinstance(target, Target) and target.candidate.behind_tooltip and not self.progress.of(self.step, "clear"):
            return Propose("clear", self.step, "hover", {"start_box": target.point, "element_info": target.info})
        return target

    def field(self, name: str) -> Target | Move:
        """The place called `name` that takes text: where something else has that name, as its label, the field that
        belongs to it."""
        target = self.named(name)
        if isinstance(target, Target) and not _takes_text(target.candidate):
            fields = self.locator.find(f"{name} field", target.view)
            if len(fields) == 1 and _takes_text(fields[0]):
                return Target(fields[0], target.view)
        return target

    def only(self, candidates: tuple[Candidate, ...], view: View, question: str) -> Target | Move:
        """The one candidate, or the one that the person chooses."""
        if len(candidates) == 1:
            return Target(candidates[0], view)
        choices = wording.descriptions(candidates)
        answers = [
            each for each in self.progress.of(self.step, "ask") if each.call.arguments.get("question") == question
        ]
        if answers:
            if answers[-1].answer in choices:
                return Target(candidates[choices.index(answers[-1].answer)], view)
            return Finish("I did not get an answer that I could use, so I stopped there.", done=False)
        if len(candidates) > MAX_CHOICES:
            return Finish(
                f"{question} There are {len(candidates)} that fit. Name it more exactly, or choose a smaller scope.",
                done=False,
            )
        return Propose("ask", self.step, "ask_user", {"question": question, "choices": list(choices)})

    def _wait(self, waits: tuple[float, ...]) -> Move | None:
        count = len(self.progress.of(self.step, "wait"))
        return Propose("wait", self.step, "WAIT", {"seconds": waits[count]}) if count < len(waits) else None

    def _missing(self, name: str, found: tuple[Candidate, ...], view: View) -> str:
        if found:
            return f"“{wording.shortened(name)}” is there, but it is disabled."
        return wording.not_found(name, self.locator.similar(name, view))


def _takes_text(candidate: Candidate) -> bool:
    return candidate.element is not None and candidate.element.editable
