"""A Chromium window on a display of our own. Set-up and read-out only: what acts on the page goes through the product.

Chromium is started here, with a profile that is new and empty, and chromedriver attaches to it by the debugging
protocol. Both end with the display, also when this process is killed.
"""

import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Windows
from desktop_agent.desktop.elements import open_elements
from desktop_agent.evaluation.display import PrivateDisplay, end

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMEDRIVER = ("chromedriver", "chromium.chromedriver")
ZOOM = 2
"""Screen pixels to one of the page's, so that its small print is legible to a model. The pages are zoomed rather than
the whole screen scaled: so the page gets the window."""
WINDOW = (500, 440)
"""Size of the window's inside, in pixels: Chromium makes none that is narrower."""
START = "data:text/html,<title>Evaluation</title>"
"""The first page. A window without tabs and tool bar needs one; about:blank does not count."""
START_SECONDS = 60.0
DYING_SECONDS = 1.0
ANSWER_SECONDS = 20
"""How long the browser may be silent; then it counts as hung."""
LOAD_SECONDS = 15
POLL = 0.02
_PORT = re.compile(rb"started successfully on port (\d+)")
_FLAGS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--disable-gpu",
    "--test-type",  # without a bar that tells of unusual flags, which would move the page
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--force-renderer-accessibility",
    f"--window-size={WINDOW[0]},{WINDOW[1]}",
    "--window-position=80,60",
    "--remote-debugging-port=0",
)
_ACCESSIBLE = {"ACCESSIBILITY_ENABLED": "1"}
"""Chromium joins the accessibility bus only where a desktop seems to want it."""
Found = TypeVar("Found")


class BrowserFailed(AgentError):
    """The browser died, hangs, or could not load a page. It is of no more use: close it and start another."""


class Browser:
    """Starts Chromium and waits for its window. The methods block and belong to one thread.

    Args:
        display: where its window is.
        windows: of that display.

    Raises:
        Unavailable: something that it needs is not installed.
        BrowserFailed: it did not start.
    """

    def __init__(self, display: PrivateDisplay, windows: Windows, zoom: int = ZOOM) -> None:
        require_programs()
        self._windows = windows
        self._elements = open_elements()
        self._profile = _profile(Path(display.environment["HOME"]), zoom)
        self._processes = [display.start(_command(self._profile), _ACCESSIBLE)]
        self._driver: Any = None
        try:
            self._driver = self._attach(display)
            self._window = self._until(self._find_window, "Chromium showed no window.").id
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Chromium's main process."""
        return self._processes[0].pid

    def open(self, url: str) -> None:
        """Load a page and wait until it is there.

        Raises:
            BrowserFailed: it was not, in time.
        """
        self._ask(lambda: self._driver.get(url), f"{url} did not load")

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """What `script`, the body of a JavaScript function, returns for `arguments`.

        Raises:
            BrowserFailed: the browser gave no answer, or the script an error.
        """
        return self._ask(lambda: self._driver.execute_script(script, *arguments), "The page gave no answer")

    def viewport(self) -> tuple[Rect, float]:
        """Where on the screen the page is shown, and how many of its pixels one of the page's takes.

        Raises:
            BrowserFailed: the window is gone.
        """
        window = self._windows.get(self._window)
        if window is None:
            raise BrowserFailed("The browser's window is gone.", details=str(self._processes[0].poll()))
        width, height, scale = self.evaluate("return [innerWidth, innerHeight, devicePixelRatio]")
        inside, size = window.region, (round(width * scale), round(height * scale))
        return Rect(inside.x, inside.bottom - size[1], *size), float(scale)

    def accessible_title(self) -> str:
        """What the accessible tree calls the page that it tells of by now; empty where it tells of none."""
        window = self._windows.get(self._window)
        try:
            elements = self._elements.tree(window).elements if window is not None else ()
        except Unavailable:
            return ""  # It is busy with the page.
        return next((each.name for each in elements if each.role == "document web"), "")

    def popup(self) -> Rect | None:
        """Where its topmost popup is, such as the list of a drop-down field; None where there is none."""
        shown = (each for each in self._windows.stacking() if each.pid == self.pid and each.popup)
        return next((each.region for each in shown), None)

    def close(self) -> None:
        """End Chromium, chromedriver, and whatever of them is left."""
        for process in self._processes:
            end(process, patience=1.0)
        for process in psutil.process_iter():
            if self._is_ours(process):
                process.kill()
        self._elements.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return f"--user-data-dir={self._profile}" in process.cmdline()
        except psutil.Error:
            return False

    def _has_died(self) -> bool:
        """Waits a moment: a process that was killed closes its connections before it is gone."""
        try:
            self._processes[0].wait(DYING_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _attach(self, display: PrivateDisplay) -> Any:
        from selenium import webdriver
        from selenium.webdriver.common.proxy import Proxy, ProxyType
        from selenium.webdriver.remote.client_config import ClientConfig

        port = self._until(self._debugging_port, "Chromium did not start.")
        log = self._profile / "chromedriver.log"
        driver = _program(CHROMEDRIVER)
        self._processes.append(display.start([driver, "--port=0"], log=log))
        address = self._until(lambda: _port_in(log), "chromedriver did not start.")
        options = webdriver.ChromeOptions()
        options.debugger_address = f"127.0.0.1:{port}"
        server = f"http://127.0.0.1:{address}"
        config = ClientConfig(server, proxy=Proxy({"proxyType": ProxyType.DIRECT}), timeout=ANSWER_SECONDS)
        attached = self._ask(
            lambda: webdriver.Remote(server, options=options, client_config=config), "chromedriver can't be used"
        )
        attached.set_page_load_timeout(LOAD_SECONDS)
        attached.set_script_timeout(LOAD_SECONDS)
        return attached

    def _debugging_port(self) -> str:
        try:
            return (self._profile / "DevToolsActivePort").read_text().split("\n")[0]
        except FileNotFoundError:
            return ""

    def _find_window(self) -> Window | None:
        return next((each for each in self._windows.stacking() if each.pid == self.pid and not each.popup), None)

    def _until(self, found: Callable[[], Found | None], what: str) -> Found:
        """Wait until `found` returns something.

        Raises:
            BrowserFailed: it doesn't, or a process has ended.
        """
        deadline = time.monotonic() + START_SECONDS
        while not (value := found()):
            ended = [each.args for each in self._processes if each.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise BrowserFailed(what, "Run chromium by hand to see why.", str(ended))
            time.sleep(POLL)
        return value

    def _ask(self, question: Callable[[], Found], what: str) -> Found:
        from selenium.common.exceptions import WebDriverException
        from urllib3.exceptions import HTTPError

        try:
            return question()
        except (WebDriverException, HTTPError, OSError) as error:
            dead = "The browser has died. " if self._has_died() else ""
            said = str(getattr(error, "msg", "") or error).split("\n")[0]
            raise BrowserFailed(f"{dead}{what}: {said}", details=repr(error)) from error


def require_programs() -> None:
    """Check that what a browser needs is installed.

    Raises:
        Unavailable: it is not; says what to install.
    """
    _program(CHROMIUM)
    _program(CHROMEDRIVER)
    if importlib.util.find_spec("selenium") is None:
        raise Unavailable(
            "Selenium is not installed, which reads the pages.",
            "Run: pip install 'desktop-agent[eval]'",
        )


def _program(names: tuple[str, ...]) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        package = "chromium-driver" if names is CHROMEDRIVER else "chromium"
        raise Unavailable(
            f"{names[0]} is not installed, which the evaluation runs its pages in.", f"Run: apt install {package}"
        )
    return found


def _profile(folder: Path, zoom: int) -> Path:
    """A new one, in which pages are zoomed."""
    profile = Path(tempfile.mkdtemp(prefix="chromium-", dir=folder))
    (profile / "Default").mkdir()
    level = {"partition": {"default_zoom_level": {"x": math.log(zoom, 1.2)}}}  # "x": the default partition
    (profile / "Default" / "Preferences").write_text(json.dumps(level), "utf-8")
    return profile


def _command(profile: Path) -> list[str]:
    flags = [*_FLAGS, f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox can't be had as root
    return [_program(CHROMIUM), *flags, f"--app={START}"]


def _port_in(log: Path) -> str:
    found = _PORT.search(log.read_bytes())
    return found[1].decode() if found else ""
