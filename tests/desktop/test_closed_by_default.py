"""Nothing listens on the network, our sockets are for this user only, and what comes over them approves nothing."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.actions import Click
from desktop_agent.core.errors import GateClosed
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.desktop.hands.session import Session
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.command_line import (
    CHECKOUT,
    Application,
    CommandLine,
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.desktop.hands_support import Connect, at, connect_fixture, expecting  # noqa: F401 # found by name
from tests.desktop.helpers import wait_until

STRANGER = """
import os, socket, sys
from desktop_agent.core import wire
folder, name, user = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.chdir(folder)
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
visitor = socket.socket(socket.AF_UNIX)
visitor.settimeout(10)
try:
    visitor.connect(name)
except PermissionError:
    sys.exit("no way in")
try:
    if name.startswith("tray"):
        visitor.sendall(b"show\\n")
        answer = visitor.recv(100)
    else:
        wire.send(visitor, {"id": 0, "op": "hello", "role": "stop", "pids": [], "protocol": 1})
        answer = wire.receive(visitor)
except (OSError, wire.WireError):
    answer = b""
sys.exit("answered" if answer else "hung up on")
"""
NOBODY = 65534


@pytest.fixture
def tray(on_desktop: PrivateDisplay, home: Path) -> Iterator[Path]:
    """The tray program, and its socket."""
    variables = {"DESKTOP_AGENT_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    process = on_desktop.start([sys.executable, "-m", "ui"], variables)
    try:
        yield wait_until(lambda: _one(home / "run", "tray-*", ".lock"), 30, "the tray's socket")
    finally:
        process.terminate()
        process.wait(30)


def _one(folder: Path, pattern: str, without: str) -> Path | None:
    return next((each for each in folder.glob(pattern) if each.suffix != without), None)


def ours(home: Path) -> dict[int, str]:
    """The command lines of all processes that have this home, by process id."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("DESKTOP_AGENT_HOME") == str(home):
                found[process.pid] = " ".join(process.cmdline())
        except psutil.Error:
            continue  # It has ended, or is none of this user's.
    return found


def network_sockets(pid: int) -> list[object]:
    return list(psutil.Process(pid).net_connections(kind="inet"))


def test_no_process_of_ours_has_a_socket_on_the_network(
    line: CommandLine, mousepad: Application, tray: Path, home: Path
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert network_sockets(os.getpid()), "what looks for sockets must see one"
    with line.terminal("do", 'type "x"', "--scope", "window:mousepad", "--approve", "ask") as terminal:
        terminal.wait_for("Approve?")
        processes = ours(home)
        told = "\n".join(processes.values())
        assert all(each in told for each in ("-m ui do", "desktop_agent.desktop.hands", "-m ui")), told
        assert {pid: network_sockets(pid) for pid in processes if network_sockets(pid)} == {}
        named = {each.laddr for pid in processes for each in psutil.Process(pid).net_connections("unix") if each.laddr}
        assert [name for name in named if not Path(name).is_relative_to(home / "run")] == []
        terminal.type("n\n")
        terminal.finish()
    sockets = [path for path in (home / "run").iterdir() if path.is_socket()]
    assert len(sockets) >= 2, "the hands' and the tray's"
    assert {stat.S_IMODE(path.stat().st_mode) for path in sockets} == {0o600}
    assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700


def visit(path: Path, user: int) -> str:
    """How a process of that user fares at the socket (0: we ourselves)."""
    command = [sys.executable, "-c", STRANGER, str(path.parent), path.name, str(user)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60).stderr.splitlines()[-1]


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root's rights")
def test_another_user_is_refused_by_the_folder_and_by_each_process(
    tray: Path, connect: Connect, on_desktop: PrivateDisplay
) -> None:
    client = connect()
    for path in (address_of(on_desktop.name).socket, tray):
        assert visit(path, 0) == "answered"
        assert visit(path, NOBODY) == "no way in"
        path.parent.chmod(0o711)
        path.chmod(0o666)
        try:
            assert visit(path, NOBODY) == "hung up on", f"{path.name} with its permissions gone"
        finally:
            path.chmod(0o600)
            path.parent.chmod(0o700)
        assert visit(path, 0) == "answered"
    assert client.status().stopped is None


def test_no_client_can_answer_for_another(connect: Connect, mousepad: Application) -> None:
    asking, other = connect(), connect()
    other.acquire("another run")
    window = mousepad.window
    with asking.prompt():
        other._ask("close_prompt")
        other.release()
        other.acquire("another run")
        with pytest.raises(GateClosed):
            other.perform((Click(at(window, 20, 20)),), expecting(window))
    other.perform((Click(at(window, 20, 20)),), expecting(window))


def test_the_hands_know_no_operation_that_approves() -> None:
    """Each one was looked at for that: a new one must be, too, before it stands here."""
    operations = {name.removeprefix("_op_") for name in vars(Session) if name.startswith("_op_")}
    assert operations == {
        "status", "own_pids", "subscribe",  # say how it is
        "acquire", "release", "perform",  # propose: what is latched, asked about or changed refuses them
        "open_prompt", "close_prompt",  # close the gate, and give back one's own closing
        "stop", "resume",  # the latch; releasing it approves no action
    }  # fmt: skip
