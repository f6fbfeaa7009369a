"""Screenshots of a scope, without what planners must not see."""

from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import CaptureFailed, Unavailable
from desktop_agent.step.desk import Desk
from desktop_agent.step.regions import scope_region


def capture(desk: Desk, scope: Scope) -> Screenshot:
    """The pixels of `scope` as it is now. Windows of our own and what else is hidden are grey, and listed in `masked`.

    Raises:
        ScopeGone: the scope's window is gone.
        CaptureFailed: the screen can't be read.
        UsageError: the scope lies off the screen.
    """
    try:
        return desk.screen.grab(scope_region(desk.windows, scope))
    except CaptureFailed:
        raise
    except Unavailable as error:  # Not even asked could it be: the display or the hands are gone.
        raise CaptureFailed(error.user_message, error.hint, error.details) from error
