"""Eyes and hands of one desktop, bundled."""

from dataclasses import dataclass

from desktop_agent.core.protocols import Elements, Hands, Launcher, Screen, TextReader, Windows


@dataclass(frozen=True)
class Desk:
    """What a run sees and acts with. Composition opens the parts, shares them between runs, and closes them."""

    screen: Screen
    windows: Windows
    elements: Elements
    reader: TextReader
    launcher: Launcher
    hands: Hands
