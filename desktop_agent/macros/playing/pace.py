"""How long a run lingers: after each action only until it has an effect, and until the screen is at rest where the next
step needs that."""

from desktop_agent.core.desktop import Scope
from desktop_agent.step.aftermath import come_to_rest, follow_to_effect, follow_to_rest
from desktop_agent.step.desk import Desk
from desktop_agent.step.observe import Observation
from desktop_agent.step.verify import Finding
from desktop_agent.step.way import Way

UNHURRIED_SECONDS = 0.5
"""The pause after each step at half the speed; at full speed and above there is none."""


class Pace:
    """Follows each action to its first effect only: before the next one its target is looked for anyway, and an element
    is the same whatever moves around it. What is known by its looks, and keys, which go wherever the focus is, need
    rest: it is waited for before them.

    Args:
        desk, scope: what is watched.
        speed: 1 is as fast as can be; 0.5 lets people follow.
    """

    def __init__(self, desk: Desk, scope: Scope, speed: float = 1.0) -> None:
        self._desk = desk
        self._scope = scope
        self.pause = UNHURRIED_SECONDS * max(0.0, 1 / speed - 1)
        """Seconds after each step."""
        self.last = False
        """Whether the run's last step is played: its picture is to show how it all ended."""
        self._moving = False

    def follow(self, desk: Desk, scope: Scope, way: Way, before: Observation) -> tuple[Observation, Finding]:
        """See `step.aftermath.Follow`."""
        self._moving = not self.last
        return (follow_to_rest if self.last else follow_to_effect)(desk, scope, way, before)

    def acted(self) -> None:
        """Something was done that nobody followed."""
        self._moving = True

    def rest(self) -> bool:
        """Wait until the screen is still after what was done last. Whether anything had to be waited for.

        Raises:
            CaptureFailed: the screen can't be read.
        """
        moving, self._moving = self._moving, False
        if moving:
            come_to_rest(self._desk, self._scope)
        return moving
