"""The evaluations as commands of the real program, on runs and pictures that are real."""

from pathlib import Path

from desktop_agent.evaluation.display import PrivateDisplay
from tests.contract.openai_server import MODEL, OpenAIServer, call
from tests.desktop.command_line import (
    Application,
    CommandLine,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
)

ORDINARY = ("--approve", "ordinary", "--json")
BLIND = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
"""An evaluation needs no display, and must not look at one."""


def test_a_run_is_replayed_against_the_planner_that_made_it_and_against_another(
    on_desktop: PrivateDisplay, line: CommandLine, galculator: Application
) -> None:
    did = line.run("do", "click 7, then click 8", "--scope", "window:galculator", *ORDINARY)
    assert did.code == 0, did.said
    run = did.json["run"]
    read = line.run("eval", "trajectories", run, "--planner", "instant", "--json", without=BLIND)
    assert read.code == 0, read.said
    # What the accessible elements told then is read from the pictures now.
    assert read.json["runs"] == {run: {"agreement": 1.0, "turns": 2, "first_divergence": None}}
    key = galculator.thousandths("toggle button", "7")
    with OpenAIServer(call("left_click", f'{{"start_box": {key}}}')) as server:
        to = ("--planner", "remote", "--base-url", server.url, "--model-name", MODEL)
        other = line.run("eval", "trajectories", "--all", *to, "--json", without=BLIND)
        assert len(server.chats) == 3
    assert other.code == 0, other.said
    assert other.json["runs"] == {run: {"agreement": 1 / 3, "turns": 3, "first_divergence": 2}}
    html = Path(other.json["report"]).read_text("utf-8")
    assert html.count("<img") == 2
