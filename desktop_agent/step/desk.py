"""Eyes and hands of one desktop, bundled."""

from dataclasses import dataclass, field

from desktop_agent.core.protocols import Elements, Hands, Launcher, Screen, TextReader, Windows
from desktop_agent.step.privacy import Privacy
from desktop_agent.step.private_eyes import PrivateElements, PrivateScreen, PrivateWindows


@dataclass(frozen=True)
class Desk:
    """What a run sees and acts with. Composition opens the parts, shares them between runs, and closes them.

    `screen`, `windows` and `elements` are given as they are; the desk has them report only what `privacy` lets planners
    see, so that nothing above it can see more.
    """

    screen: Screen
    windows: Windows
    elements: Elements
    reader: TextReader
    launcher: Launcher
    hands: Hands
    privacy: Privacy = field(default_factory=Privacy)

    def __post_init__(self) -> None:
        screen = PrivateScreen(self.screen, self.windows, self.elements, self.hands.own_pids, self.privacy)
        object.__setattr__(self, "screen", screen)
        object.__setattr__(self, "windows", PrivateWindows(self.windows, self.privacy))
        object.__setattr__(self, "elements", PrivateElements(self.elements, self.privacy))
