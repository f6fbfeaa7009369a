"""What came of an action: waiting until the screen is still, looking, comparing; again where it changed meanwhile."""

import time
from collections.abc import Callable

from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import ScopeGone, UsageError
from desktop_agent.desktop.settle import INTERVAL, alike, settle
from desktop_agent.step.capture import capture
from desktop_agent.step.desk import Desk
from desktop_agent.step.observe import Observation, observe
from desktop_agent.step.verify import Finding, verify
from desktop_agent.step.way import Way

PATIENCE = 1.0
"""Seconds that a check waits for an effect: a slow application looks settled before it has begun."""
POLL = 0.1
STANDING = 0.07
"""Seconds for which the screen must look like the picture that is handed on; comparing takes a good part of them.
Together with `settle.QUIET` this is how long it has not changed."""
Follow = Callable[[Desk, Scope, Way, Observation], tuple[Observation, Finding]]
"""Finds out what an action on its way came to, and how the screen looks then, from how it looked before."""
ROUNDS = 3
"""How often it is waited for rest, where what was seen no longer stands once it is compared."""


def come_to_rest(desk: Desk, scope: Scope) -> bool:
    """Wait until the screen is still; False where it isn't, after the limit or a stop.

    Raises:
        CaptureFailed: the screen can't be read.
    """
    try:
        return settle(lambda: capture(desk, scope).image, interrupted=lambda: desk.hands.stopped() is not None).settled
    except (ScopeGone, UsageError):
        return True  # The scope's window was closed: that is what the check will find.


def follow_to_rest(desk: Desk, scope: Scope, way: Way, before: Observation) -> tuple[Observation, Finding]:
    """What the action on its `way` came to, and how the screen looks then. `way` is told whether it came to rest.

    Raises:
        CaptureFailed: the screen can't be read.
    """
    deadline = None
    for _ in range(ROUNDS):
        with way.timing("settle"):
            way.settled = come_to_rest(desk, scope)
        deadline = deadline or time.monotonic() + PATIENCE
        with way.timing("verify"):
            after, finding, stands = _check(desk, scope, way, before, deadline)
        if stands:
            break
    else:
        way.settled = False
    return after, finding


def follow_to_effect(desk: Desk, scope: Scope, way: Way, before: Observation) -> tuple[Observation, Finding]:
    """The same without waiting for rest, for who looks anew before doing anything else: it ends with the first effect.
    The picture may show the half of it.

    Raises:
        CaptureFailed: the screen can't be read.
    """
    deadline = time.monotonic() + PATIENCE
    with way.timing("verify"):
        while True:
            after = observe(desk, scope, way.action, subject=before.subject)
            finding = _compare(way, before, after)
            if not finding.may_be_early or time.monotonic() > deadline or desk.hands.stopped() is not None:
                return after, finding
            time.sleep(INTERVAL)


def _compare(way: Way, before: Observation, after: Observation) -> Finding:
    return way.secret.finding() if way.secret is not None else verify(way.action, before, after)


def _check(
    desk: Desk, scope: Scope, way: Way, before: Observation, deadline: float
) -> tuple[Observation, Finding, bool]:
    """Look until there is an effect, or until `deadline`. And whether the picture still stands: one that was taken
    when the effect came late, or before the screen went on, may show only the half of it."""
    came_late = False
    while True:
        after = observe(desk, scope, way.action, subject=before.subject)
        finding = _compare(way, before, after)
        if not finding.may_be_early:
            return after, finding, not way.settled or (not came_late and _stands(desk, scope, after.shot))
        if time.monotonic() > deadline or desk.hands.stopped() is not None:
            return after, finding, True
        time.sleep(POLL)
        came_late = True


def _stands(desk: Desk, scope: Scope, shot: Screenshot | None) -> bool:
    """Whether the screen still looks like `shot`, and does until that is old enough."""
    if shot is None:
        return True
    until = shot.taken_at + STANDING
    while True:
        looked = time.monotonic()
        try:
            now = capture(desk, scope)
        except (ScopeGone, UsageError):
            return False
        if now.region != shot.region or not alike(now.image, shot.image):
            return False
        if looked >= until or desk.hands.stopped() is not None:
            return True
        time.sleep(min(INTERVAL, max(0.0, until - time.monotonic())))
