"""The one window that a step means."""

from desktop_agent.core.desktop import Candidate, Window
from desktop_agent.macros import wording
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.finding.windows import matching
from desktop_agent.macros.format import WindowRef
from desktop_agent.macros.playing.stage import Stage
from desktop_agent.macros.playing.within import out_of_scope
from desktop_agent.step.desk import Desk


def find(stage: Stage, ref: WindowRef) -> Window:
    """The window that `ref` means: the active one if it is one of them, else the only one.

    Raises:
        NotFound: there is none.
        OutOfScope: there is one, but the run may not touch it.
        Ambiguous: there are several.
    """
    found = _meant(stage.desk, ref)
    active = stage.desk.windows.active()
    if active is not None and any(each.id == active.id for each in found):
        return active
    if not found:
        name = wording.of_window(ref).removeprefix(" in ") or "any window"
        if stage.everything is not None and _meant(stage.everything, ref):
            raise out_of_scope(name, stage.scope)
        raise NotFound(f"No window is there that is {name}.", "Open it, or record the step anew.")
    if len(found) > 1:
        titles = ", ".join(f"“{each.title or each.application}”" for each in found[:4])
        raise Ambiguous(
            f"Several windows may be meant: {titles}.",
            "Close all but one, or give the step a more exact title.",
            candidates=tuple(_candidate(each) for each in found),
        )
    return found[0]


def _meant(desk: Desk, ref: WindowRef) -> tuple[Window, ...]:
    own = desk.hands.own_pids()
    shown = [each for each in desk.windows.stacking() if each.pid not in own and not (each.popup or each.panel)]
    return matching(ref, shown)


def _candidate(window: Window) -> Candidate:
    return Candidate(window.title or window.application, window.frame, "text", window=window.title)
