"""A display of our own: X server, window manager, tray, session bus with accessibility, and a home of its own.

Demo, benches, evaluation and tests run on one, never on the person's. Linux with X11 programs only.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal, Self

import psutil

from desktop_agent.core.errors import Unavailable

ServerKind = Literal["xvfb", "xephyr", "dummy"]
START_SECONDS = 20.0
_ENDING_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")
"""From util-linux, which every Debian has."""

_DUMMY_CONFIGURATION = """
Section "Device"
    Identifier "dummy"
    Driver "dummy"
    VideoRam 256000
EndSection
Section "Monitor"
    Identifier "monitor"
    HorizSync 5.0-1000.0
    VertRefresh 5.0-200.0
EndSection
Section "Screen"
    Identifier "screen"
    Device "dummy"
    Monitor "monitor"
    DefaultDepth 24
    SubSection "Display"
        Depth 24
        Modes "1920x1080" "1280x1024"
        Virtual 4096 4096
    EndSubSection
EndSection
Section "ServerFlags"
    Option "AutoAddDevices" "false"
    Option "AllowMouseOpenFail" "true"
EndSection
"""


class PrivateDisplay:
    """Start everything on entering, end everything on leaving.

    Enter it from a thread that lives as long as the display: its programs end with that thread, even when it is killed.

    Args:
        kind: "xvfb"; "xephyr", a server whose outer display is an Xvfb of its own (input sent to `outer` arrives as a
            person's); or "dummy", an Xorg that can have several monitors (see `two_monitors`).
        size: width and height in pixels.
        manager: whether to run openbox.
        tray: whether to run trayer.
        bus: whether to run a session bus, and with it AT-SPI.

    `environment` is what programs on this display need.
    """

    def __init__(
        self,
        kind: ServerKind = "xvfb",
        size: tuple[int, int] = (1920, 1080),
        manager: bool = True,
        tray: bool = False,
        bus: bool = True,
    ) -> None:
        self.kind = kind
        self.size = size
        self.manager = manager
        self.tray = tray
        self.bus = bus
        self.name = ""
        self.outer = ""
        self.environment: dict[str, str] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            home = Path(self._stack.enter_context(_folder()))
            self.environment = _environment(home)
            self.name = self._start_server(home)
            self.environment["DISPLAY"] = self.name
            if self.bus:
                self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            if self.manager:
                self.start(["openbox", "--sm-disable"])
                _wait_for_manager(self.name)
            if self.tray:
                self.start(["trayer", "--edge", "top", "--align", "right", "--widthtype", "request"])
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program on this display; it is ended with the display.

        Raises:
            Unavailable: the program is not installed.
        """
        output: int | IO[bytes] = self._stack.enter_context(log.open("ab")) if log else subprocess.DEVNULL
        process = _spawn(command, {**self.environment, **(environment or {})}, output)
        self._stack.callback(end, process)
        return process

    def two_monitors(self, left: tuple[int, int] = (1280, 1024), right: tuple[int, int] = (1920, 1080)) -> None:
        """Split a "dummy" screen into two monitors; the right one, not at 0,0, is the primary."""
        (w1, h1), (w2, h2) = left, right
        commands = (
            ["xrandr", "--fb", f"{w1 + w2}x{max(h1, h2)}"],
            ["xrandr", "--setmonitor", "LEFT", f"{w1}/300x{h1}/200+0+0", "DUMMY0"],
            ["xrandr", "--setmonitor", "*RIGHT", f"{w2}/500x{h2}/300+{w1}+0", "none"],
        )
        for command in commands:
            subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def _start_server(self, home: Path) -> str:
        width, height = self.size
        if self.kind == "xvfb":
            command = ["Xvfb", "-screen", "0", f"{width}x{height}x24"]
        elif self.kind == "xephyr":
            self.outer = self._run_server(["Xvfb", "-screen", "0", f"{width}x{height}x24", "-noreset"])
            command = ["Xephyr", "-screen", f"{width}x{height}x24", "-no-host-grab"]
        else:
            configuration = home / "xorg.conf"
            configuration.write_text(_DUMMY_CONFIGURATION)
            command = ["Xorg", "-config", str(configuration), "-logfile", str(home / "xorg.log"), "-novtswitch"]
        return self._run_server([*command, "-noreset"])

    def _run_server(self, command: Sequence[str]) -> str:
        """Start an X server on a free display, which it chooses itself, and return ":N"."""
        reader, writer = os.pipe()
        try:
            process = _spawn(
                [*command, "-displayfd", str(writer), "-nolisten", "tcp"],
                {**self.environment, "DISPLAY": self.outer},
                subprocess.DEVNULL,
                pass_fds=(writer,),
            )
        finally:
            os.close(writer)
        self._stack.callback(end, process)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise Unavailable(
                f"{command[0]} did not start.", f"Run it by hand to see why: {' '.join(command)}", str(process.poll())
            )
        return f":{number}"

    def _start_bus(self) -> str:
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
        process = _spawn(command, self.environment, subprocess.PIPE)
        self._stack.callback(end, process)
        output = process.stdout
        if output is None:
            raise RuntimeError("subprocess gave no pipe")
        self._stack.callback(output.close)
        address = output.readline().decode().strip()
        if not address:
            raise Unavailable("The session bus did not start.", "Install dbus.")
        return address


def refuse_persons_display(environment: Mapping[str, str] = os.environ) -> None:
    """Nothing here may run on a display that it didn't start: forget the person's."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        if variable in environment:
            os.environ.pop(variable, None)


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="desktop-agent-display-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(home: Path) -> dict[str, str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SESSION_MANAGER", "DISPLAY", "XAUTHORITY")
    }
    for variable, name in (
        ("HOME", "home"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "run"),
        ("DESKTOP_AGENT_HOME", "agent"),
    ):
        (home / name).mkdir(mode=0o700)
        environment[variable] = str(home / name)
    return environment | {
        "XDG_SESSION_TYPE": "x11",
        "GSETTINGS_BACKEND": "memory",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_QPA_PLATFORM": "xcb",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "LC_ALL": "C.UTF-8",
        # A private bus could start a keyring's service, which would ask for a password that nobody knows.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def _spawn(
    command: Sequence[str], environment: Mapping[str, str], output: int | IO[bytes], pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    if shutil.which(command[0]) is None:
        raise Unavailable(f"{command[0]} is not installed.", "Run: sh installer/test.sh, or install it with apt.")
    try:
        return subprocess.Popen(
            [*_ENDING_WITH_US, *command],
            env=dict(environment),
            cwd=environment["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL if output is subprocess.PIPE else subprocess.STDOUT,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise Unavailable(
            "setpriv is not installed, without which a display could outlive us.", "Install util-linux.", str(error)
        ) from error


def end(process: subprocess.Popen[bytes], patience: float = 3.0) -> None:
    """End a process and what it started, such as the accessibility daemons that the session bus activates."""
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for each in tree:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(tree, timeout=patience)
        for each in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    process.wait()


def _wait_for_manager(display: str) -> None:
    from Xlib import X
    from Xlib.display import Display

    connection = Display(display)
    try:
        check = connection.intern_atom("_NET_SUPPORTING_WM_CHECK")
        deadline = time.monotonic() + START_SECONDS
        while connection.screen().root.get_full_property(check, X.AnyPropertyType) is None:
            if time.monotonic() > deadline:
                raise Unavailable("openbox did not start.", "Run it by hand to see why.")
            time.sleep(0.01)
    finally:
        connection.close()
