"""A worker of `eval miniwob`: a display, a browser and a session, which run the episodes that the parent sends."""

import contextlib
import os
import random
import socket
from collections.abc import Callable
from typing import Any

from desktop_agent.agent.limits import Limits
from desktop_agent.cli.session import Session
from desktop_agent.core import dumps, log, wire
from desktop_agent.core.chat import Options
from desktop_agent.core.child import inherited_socket
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.events import RunEnded, Watcher
from desktop_agent.core.protocols import Planner
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay, refuse_persons_display
from desktop_agent.evaluation.miniwob_runner import MiniwobRunner
from desktop_agent.evaluation.noise import Noise, Noisy
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.planner import Oracle
from desktop_agent.evaluation.person import Person
from desktop_agent.evaluation.scores import Job
from desktop_agent.evaluation.scripted import AbsentAsker, ScriptedApprover
from desktop_agent.tools.aiming import AS_GIVEN, SNAPPING

SIZE = (640, 600)
"""Of the display: the browser's window, its frame, and room for lists that open beyond it."""
ORACLE = "oracle"


def main() -> None:
    """Serve the parent until it closes the connection, or interrupts."""
    connection = inherited_socket()
    refuse_persons_display()
    dumps.forbid()  # The server's key is sent with what follows.
    with contextlib.suppress(wire.ConnectionEnded, KeyboardInterrupt):
        setup, _ = wire.receive(connection)
        with PrivateDisplay("xvfb", SIZE) as display:
            os.environ.update(display.environment)
            log.start("evaluation")
            _serve(connection, display, setup)


def _serve(connection: socket.socket, display: PrivateDisplay, setup: dict[str, Any]) -> None:
    with contextlib.ExitStack() as stack:
        person = stack.enter_context(Person.on(display))
        sessions = {snapping: _session(setup, snapping, person) for snapping in (True, False)}
        for session in sessions.values():
            stack.callback(session.close)
        windows = open_windows()
        stack.callback(windows.close)

        noise = Noise(**setup["noise"])

        def do(job: Job, instruction: str, planner: Planner, watch: Watcher) -> RunEnded:
            session = sessions[job.snapping]
            return session.do(instruction, scope=session.scope("window"), watch=watch, planner=planner)

        def make_planner(job: Job, utterance: str, page: Page) -> Planner:
            name = setup["planner"]
            planner = Oracle(page, job.task) if name == ORACLE else sessions[True].planner(name, utterance)
            chance = random.Random(f"{noise.seed} {job.task} {job.seed}")
            return Noisy(planner, noise, chance) if noise != Noise() else planner

        runner = MiniwobRunner(display, windows, do, make_planner, setup["zoom"])
        stack.callback(runner.close)
        while True:
            header, _ = wire.receive(connection)
            score, pictures = runner.run(Job(**header))
            wire.send(connection, score.to_json(), pictures)


def _session(setup: dict[str, Any], snapping: bool, person: Person) -> Session:
    """A session, which opens nothing before it is used."""
    return Session(
        Settings(**setup["settings"]),
        ScriptedApprover(person.click),
        AbsentAsker(),
        generation=Options(**setup["generation"]),
        limits=Limits(**setup["limits"]),
        aim=SNAPPING if snapping else AS_GIVEN,
        read_key=_given_key(setup["server_keys"]),
    )


def _given_key(keys: dict[str, dict[str, str]]) -> Callable[[str], str]:
    """Answers with the keys that the parent read: the keyring belongs to the person's session, which isn't ours."""

    def read_key(address: str) -> str:
        found = keys[address]
        if found["problem"]:
            raise Unavailable(found["problem"])
        return found["key"]

    return read_key


if __name__ == "__main__":
    main()
