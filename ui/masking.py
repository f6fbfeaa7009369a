"""Pictures of the screen in which our own windows are painted grey, because they go to the model."""

import os
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QWidget

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.step.capture import painted
from desktop_agent.step.regions import covered_by


def grab_masked(screen: Screen, windows: Windows, region: Rect) -> Screenshot:
    """The screen in `region`. Where a window of ours is on top it is grey, and listed in `masked`.

    For the GUI thread: our windows can't come or go meanwhile, and are known before anybody is asked, which takes
    longer than the rest.

    Raises:
        CaptureFailed: the screen could not be read.
        Unavailable: the windows could not be listed, and one of ours is among them.
    """
    if not any(each.isVisible() and not _in_tray(each) for each in QApplication.topLevelWidgets()):
        return screen.grab(region)
    own = frozenset({os.getpid()})
    # Before and after: another program's window may come from behind ours, or go there, in between.
    earlier = covered_by(own, windows.stacking(), region)
    shot = screen.grab(region)
    later = covered_by(own, windows.stacking(), region)
    masked = tuple(
        part for each in dict.fromkeys((*earlier, *later)) if not (part := each.intersection(shot.region)).empty
    )
    if not masked:
        return shot
    return replace(shot, image=painted(shot.image, [shot.view.image_rect(each) for each in masked]), masked=masked)


def _in_tray(widget: QWidget) -> bool:
    """Whether it is what Qt shows as the tray icon: always there, within the tray's own window."""
    return widget.metaObject().className() == "QSystemTrayIconSys"
