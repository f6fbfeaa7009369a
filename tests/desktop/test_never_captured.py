"""A password manager on a real screen: its windows are grey, its menus too, and its text is not read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core.actions import Click, Expectation, Outcome
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.desktop.elements import open_elements
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.capture import capture
from desktop_agent.step.desk import Desk
from tests.desktop.canary import is_grey
from tests.desktop.helpers import close_app, open_app, wait_until
from tests.desktop.spine_support import Spine, open_desk, screen_scope


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def vault(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[Window]:
    """A text editor that calls itself a password manager."""
    (tmp_path / "vault.txt").write_text("hunter2")
    command = ["mousepad", "--disable-server", "--class=KeePassXC", str(tmp_path / "vault.txt")]
    window = open_app(on_desktop, command, "vault.txt")
    yield window
    close_app(on_desktop, window)


def test_it_is_neither_seen_nor_read_nor_operated(desk: Desk, vault: Window, tmp_path: Path) -> None:
    spine = Spine(desk, tmp_path, screen_scope(desk))
    elements = open_elements()
    try:
        wait_until(lambda: "hunter2" in [each.text for each in elements.tree(vault).elements])
    finally:
        elements.close()
    shot = capture(desk, spine.scope)
    assert is_grey(shot.image, shot.view, vault.frame)
    assert "hunter2" not in spine.call("read_text").text
    assert "vault.txt" not in repr(desk.windows.stacking())
    with pytest.raises(Unavailable, match="never shown"):
        desk.elements.tree(vault)
    result = spine.step("left_click", start_box=list(shot.view.to_thousandths(vault.region.center)))
    assert (result.outcome, result.verdict.category) == (Outcome.REFUSED, "never_captured")


def test_its_menus_are_grey_too(desk: Desk, vault: Window, tmp_path: Path) -> None:
    assert desk.windows.activate(vault.id)
    middle = Point(vault.region.x + 100, vault.region.bottom - 60)
    desk.hands.perform([Click(middle, "right")], Expectation(vault.id, vault.pid, vault.frame))
    menu = wait_until(lambda: next((each for each in desk.windows.stacking() if each.popup), None))
    shot = capture(desk, screen_scope(desk))
    assert is_grey(shot.image, shot.view, menu.frame)
