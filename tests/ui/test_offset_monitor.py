"""Asking and acting where the primary monitor does not begin at 0,0."""

import json
import subprocess
import sys
from pathlib import Path

from desktop_agent.core.geometry import Rect
from desktop_agent.evaluation.display import PrivateDisplay

PROBE = Path(__file__).with_name("approve_probe.py")
LEFT_WIDTH = 1280
COLUMNS, ROWS = 81, 25
"""Odd, so that the middle of the window is within one cell."""


def test_an_approved_click_arrives_on_the_offset_primary_monitor(tmp_path: Path) -> None:
    clicked = tmp_path / "clicked"
    # With mouse reporting on, xterm tells its program button, column and row of each press.
    program = f"stty raw -echo; printf '\\033[?1000h\\033]2;target\\007'; head -c 6 >{clicked}; seq 20; exec sleep 100"
    with PrivateDisplay("dummy") as display:
        display.two_monitors()
        # The dummy driver's pointer does not get beyond its one output, 1920 pixels wide.
        display.start(
            ["xterm", "+sb", "-geometry", f"{COLUMNS}x{ROWS}+{LEFT_WIDTH + 100}+300", "-e", "sh", "-c", program]
        )
        done = subprocess.run(
            [sys.executable, str(PROBE), "target"],
            env=display.environment,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["status"] == "done", result
    press = clicked.read_bytes()
    assert (press[:4], list(press[4:])) == (b"\x1b[M\x20", [32 + (COLUMNS + 1) // 2, 32 + (ROWS + 1) // 2])
    card, target, window = (Rect(*result[name]) for name in ("card", "target", "window"))
    assert card.x >= LEFT_WIDTH, "the card stands on the target's monitor"
    assert card.intersection(target).empty
    assert window.encloses(target)
