"""The last rung of the ladder, in a run: what a step no longer finds a model may look for, where a person lets it, and
what the person confirms mends the step."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from desktop_agent.core.images import Image
from desktop_agent.macros import files, values
from desktop_agent.macros.errors import Ambiguous, NotFound, OutOfScope, Unreachable
from desktop_agent.macros.format import IfStep, Macro, RepeatStep, Step, Steps, Target
from desktop_agent.macros.found import Finder, Mended
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.wording import target_name

_NAMES = ("target", "end")
"""The fields of steps in which they name what they act on."""
PictureOf = Callable[[Target], Image | None]
AnyStep = TypeVar("AnyStep", bound=Step)


class Mender(Protocol):
    """Finds a target with a model and a person, and keeps what came of it."""

    def mend(self, target: Target, picture: Image | None, why: NotFound) -> Mended:
        """The place that a person confirmed to be `target`, which was not found: `why` says more.

        Raises:
            NotFound: there is none.
            Stopped: the person stopped the run instead of answering.
        """

    def keep(self, called: str, before: Macro, after: Macro, pictures: Mapping[str, bytes]) -> str:
        """Put `after` in the place of the macro `before` in the library. Why that can't be, or nothing.

        Args:
            called: how a step names the macro; empty: it is the main one.
            before: what it is in the library, as far as is known.
            after: what it is to be.
            pictures: those that are new.
        """


@dataclass(frozen=True)
class Repair:
    """Another `target` in the field `name` of a step, and the pictures that it brings, by their names."""

    name: str
    target: Target
    pictures: Mapping[str, bytes]


class Repairs:
    """What was mended of one macro in this run."""

    def __init__(self) -> None:
        self._by_step: dict[str, Repair] = {}
        self.pictures: dict[str, bytes] = {}
        """Those that it brought, by their names."""

    def add(self, step: Step, repair: Repair) -> None:
        """Another one."""
        self._by_step[step.id] = repair
        self.pictures.update(repair.pictures)

    def applied(self, step: AnyStep) -> AnyStep:
        """`step` as it is now."""
        repair = self._by_step.get(step.id)
        return step if repair is None else cast(AnyStep, step.model_copy(update={repair.name: repair.target}))

    def whole(self, macro: Macro) -> Macro:
        """`macro` as it is now."""
        return macro.model_copy(update={"steps": self._steps(macro.steps)})

    def _steps(self, steps: Steps) -> Steps:
        return tuple(self.applied(self._inner(each)) for each in steps)

    def _inner(self, step: Step) -> Step:
        match step:
            case IfStep(then=then, otherwise=otherwise):
                return step.model_copy(update={"then": self._steps(then), "otherwise": self._steps(otherwise)})
            case RepeatStep(steps=steps):
                return step.model_copy(update={"steps": self._steps(steps)})
        return step


class Mending:
    """Mends steps of one run.

    Args:
        mender: None where nothing is mended.
        finder: tells what of a step is missing, and finds it again once it is mended.
    """

    def __init__(self, mender: Mender | None, finder: Finder) -> None:
        self._mender = mender
        self._finder = finder
        self.begun = False
        """Whether any step was mended: then the macro is no longer the one that was approved."""
        self.told: list[str] = []
        """What was mended, a sentence each."""

    def repair(self, step: Step, bindings: Bindings, picture_of: PictureOf, why: NotFound) -> Repair | None:
        """What lets `step` find what a person confirmed to be its target; None where it is not to be mended.

        Raises:
            NotFound: no place was confirmed, or nothing would find it again.
            Stopped: the person stopped the run.
        """
        if self._mender is None or isinstance(why, (Unreachable, OutOfScope)):
            return None
        name = self._missing(step, bindings, picture_of)
        if not name:
            return None
        raw: Target = getattr(step, name)
        mended = self._mender.mend(bindings.target(raw), picture_of(raw), why)
        target = _renewed(raw, mended.target)
        self._require_found(bindings.target(target), mended)
        self.begun = True
        return Repair(name, target, mended.pictures)

    def keep(self, called: str, before: Macro, after: Macro, repair: Repair, label: str) -> str:
        """Keep a macro one of whose steps was mended, and done. What there is to say of it.

        Args:
            called: see `Mender.keep`.
            before: without it.
            after: with it.
            repair: what mended the step.
            label: names the step for people.
        """
        problem = self._mender.keep(called, before, after, repair.pictures) if self._mender is not None else ""
        said = f"{label} was mended: it is {target_name(repair.target)} now. {problem}".strip()
        self.told.append(said)
        return said

    def _missing(self, step: Step, bindings: Bindings, picture_of: PictureOf) -> str:
        """The field of `step` whose target is not there, if that can be mended: a target that depends on values can't,
        since it would be fixed to those of this run."""
        for name in _NAMES:
            target = getattr(step, name, None)
            if isinstance(target, Target) and self._is_missing(bindings.target(target), picture_of(target)):
                return "" if _depends(target) else name
        return ""

    def _is_missing(self, target: Target, picture: Image | None) -> bool:
        try:
            self._finder.find(target, picture)
        except (Unreachable, OutOfScope, Ambiguous):
            return False
        except NotFound:
            return True
        return False

    def _require_found(self, target: Target, mended: Mended) -> None:
        """The ladder finds the place by its new description: it is played by that from now on."""
        picture = None
        if target.picture is not None:
            picture = files.decode(mended.pictures[target.picture.file], target.picture.file)
        problem = ""
        try:
            found = self._finder.find(target, picture)
            confirmed = mended.found
            same = found.window.id == confirmed.window.id and (
                found.region.contains(confirmed.point) or confirmed.region.contains(found.point)
            )
            problem = "" if same else "It would be taken for another place."
        except (NotFound, Ambiguous) as error:
            problem = error.user_message
        if problem:
            raise NotFound(
                f"What was confirmed could not be found again by its new description. {problem}",
                "Show the step its target yourself.",
            )


def _renewed(old: Target, fresh: Target) -> Target:
    """The target described anew, with the comment and the window of the old one, and its words: a person may have
    written them. Words that quote what it was called before would no longer be true."""
    before = old.element.name if old.element is not None else ""
    now = fresh.element.name if fresh.element is not None else ""
    stale = bool(before) and before != now and before in old.words
    return fresh.model_copy(
        update={
            "words": fresh.words if stale or not old.words else old.words,
            "comment": old.comment,
            "window": old.window or fresh.window,
        }
    )


def _depends(target: Target) -> bool:
    """Whether what it is found by holds values."""
    return any(values.references(text) for text in _texts(target))


def _texts(target: Target) -> Iterator[str]:
    yield from target.near
    if target.element is not None:
        yield target.element.name
        yield from (each.name for each in target.element.path)
