"""What the lower rungs must not take for the target, because the accessible tree knows better."""

from desktop_agent.core.geometry import Point
from desktop_agent.core.naming import ACTIONABLE, CONTAINERS, TEXTS
from desktop_agent.core.text import one_line
from desktop_agent.macros.finding.look import Look, Pane
from desktop_agent.macros.finding.names import same

_VEILED = "password text"


def refusal(look: Look, pane: Pane, point: Point, is_sure: bool) -> str:
    """Why what stands at `point` of `pane` can't be the target although a lower rung takes it for it; empty where
    nothing speaks against it.

    Args:
        look: with the target; its element was looked for, and not found.
        pane: where.
        point: on the desktop.
        is_sure: whether the rung leaves no doubt.
    """
    ref, there = look.target.element, pane.innermost(point)
    if there is not None and there.disabled:
        return f"is there, but the {there.role} “{one_line(there.name, 60)}” is disabled"
    if look.target.window is not None and len(look.windows) > 1:
        return "may be meant in several windows, and only their elements would tell in which"
    if ref is not None and there is None and ref.others and not pane.told:
        return "had others that were called alike, and its window no longer tells which is which"
    if ref is None or there is None:
        return ""
    if there.role == ref.role and same(ref.name, there.name) and (ref.name or ref.others):
        return f"is on the {there.role} “{one_line(there.name, 60)}”, which may be another of that name"
    says_otherwise = bool(there.name) and not same(ref.name, there.name) and there.role not in CONTAINERS
    is_another = says_otherwise or (there.role != ref.role and there.role in ACTIONABLE)
    if is_another:
        return f"has a counterpart that is another thing: the {there.role} “{one_line(there.name, 60)}”"
    if there.role in TEXTS and ref.role not in TEXTS | {_VEILED}:
        return "has a counterpart that is only the content of a text"
    if pane.told and ref.name and not is_sure:
        return "has a counterpart that is only somewhat alike, and its window has no such element"
    return ""
