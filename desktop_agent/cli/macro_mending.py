"""Mending a macro's step with the model that is set up: what the person is asked, and what is kept in the library."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desktop_agent.core.actions import Action, ActionKind, Answer, Decision, Ruling, Verdict
from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import AgentError, PlannerError, Stopped
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Hands, Planner
from desktop_agent.core.text import one_line
from desktop_agent.macros import files, wording
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.format import Macro, Target
from desktop_agent.macros.found import Mended
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.program import Shelf
from desktop_agent.step.desk import Desk
from desktop_agent.tools import words

if TYPE_CHECKING:
    from desktop_agent.macros.finding.mending import Proposal

SHOWN = 300
"""Characters of what was not found that stand in the question."""
CATEGORY = "mending"
Ask = Callable[[Action, Verdict, Screenshot], Decision]
"""Asks the person, as about an action."""
_log = logging.getLogger(__name__)


class Questions:
    """Implements `finding.mending.Person` with the questions that are asked about actions: picture, ring and words.
    They are critical, so that no rule given beforehand answers them.

    Args:
        ask: puts them.
        hands: hold the stop.
        model: the planner's name.
        why: that the target was not found.
    """

    def __init__(self, ask: Ask, hands: Hands, model: str, why: NotFound) -> None:
        self._ask = ask
        self._hands = hands
        self._model = model
        self._why = why

    def lets_look(self, target: Target, window: Window, shot: Screenshot) -> bool:
        """See `Person`."""
        said = f"Let a model look for {wording.of_target(target)}"
        sent = "this picture of the window" + (", and the one of what is looked for" if target.picture else "")
        where = ", on a server," if self._model.startswith("remote:") else ""
        reason = (
            f"{one_line(self._why.user_message, SHOWN)} The model {one_line(self._model, 80)}{where} would be shown "
            f"{sent}. It only says where it takes it to be; you are asked whether that is right."
        )
        return self._yes(Action(ActionKind.HOVER, said, (), shot.id, window=window), reason, shot)

    def confirms(self, target: Target, proposal: "Proposal") -> bool:
        """See `Person`."""
        found, name = proposal.found, wording.target_name(target)
        place = words.place(found.point, found.element, found.window, name).removeprefix("at ")
        said = f"Take {place} for {name}"
        reason = (
            f"A model takes it for {name}, and may be wrong. If it is, the step is mended so: from now on it goes "
            "there, and the macro is no longer approved as a whole. What the step does is asked about as ever."
        )
        action = Action(
            *(ActionKind.HOVER, said, (), proposal.shot.id, found.region, found.window, found.element), claimed=name
        )
        return self._yes(action, reason, proposal.shot)

    def _yes(self, action: Action, reason: str, shot: Screenshot) -> bool:
        """Raises Stopped: the person stopped the run instead."""
        decision = self._ask(action, Verdict(Ruling.ASK, reason, CATEGORY, critical=True), shot)
        if decision.answer is Answer.STOPPED and self._hands.stopped() is None:
            self._hands.stop("you pressed Stop when asked")
        require_running(self._hands)
        return decision.approved


class LibraryMender:
    """Implements `macros.playing.mending.Mender` for a macro of the library.

    Args:
        desk: the eyes.
        model: the one that is set up; None where there is none.
        ask: asks the person.
        place: where the macro lies in the library.
        shelf: has the macros that it plays.
    """

    def __init__(self, desk: Desk, model: Callable[[], Planner | None], ask: Ask, place: str, shelf: Shelf) -> None:
        self._desk = desk
        self._model = model
        self._ask = ask
        self._place = place
        self._shelf = shelf

    def mend(self, target: Target, picture: Image | None, why: NotFound) -> Mended:
        """See `Mender`."""
        from desktop_agent.macros.finding.mending import Mender, PlannerProposer

        model = self._model()
        if model is None:
            raise why
        questions = Questions(self._ask, self._desk.hands, model.name, why)
        try:
            mended = Mender(self._desk, PlannerProposer(model), questions).mend(target, picture)
        except (NotFound, PlannerError) as error:
            require_running(self._desk.hands)
            _log.info("not mended: %s (%s)", error, error.details)
            raise NotFound(f"{why.user_message} {error.user_message}", why.hint, why.details) from error
        require_running(self._desk.hands)
        return mended

    def keep(self, called: str, before: Macro, after: Macro, pictures: Mapping[str, bytes]) -> str:
        """See `Mender`."""
        library = Library()
        try:
            path = self._shelf.find(called).path if called else library.root / self._place
            entry = library.at(path)
            if library.open(entry).macro != before:
                return "It was changed meanwhile, so that is not kept."
            files.parse(files.dump(after))  # What can't be read again is not written.
            snapshot = library.snapshot()
            for place in {self._place, snapshot.place(entry)}:
                MacroApprovals().revoke(place)
            library.keep_earlier(entry)
            library.save(entry, after, pictures)
        except AgentError as error:
            _log.warning("what was mended is not kept: %s (%s)", error, error.details)
            return f"That could not be kept: {error.user_message}"
        return "How it was before is in the trash of the macros for 30 days."


def require_running(hands: Hands) -> None:
    """Raises Stopped: everything is stopped."""
    reason = hands.stopped()
    if reason is not None:
        raise Stopped(f"Stopped: {reason}", "Start again when you are ready.")
