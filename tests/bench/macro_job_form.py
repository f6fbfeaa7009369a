"""A form in Chromium."""

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import mkdtemp

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.macro_job import Deed, Dress, Press, Sight, Thing, Write, run_xdotool
from tests.waiting import wait_until

WHO = "Ada Lovelace"
TITLE, SENT = "Order form", f"Sent for {WHO}: agreed, Green, Large"
PAGE = b"""<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Order form</title>
<style>body{font:16px sans-serif;margin:24px} p{margin:22px 0}</style>
<h1>Order</h1><form autocomplete="off">
<p><label>Your name <input id="name"></label>
<p><label><input type="checkbox" id="agree"> I agree</label>
<p><label>Colour <select id="colour"><option>Red<option>Green<option>Blue</select></label>
<p><label><input type="radio" name="size" id="small"> Small</label>
<label><input type="radio" name="size" id="large"> Large</label>
<p><button type="button" id="clear">Clear</button> <button type="button" id="send">Send order</button></form><script>
const get = id => document.getElementById(id)
let told = fetch("/", {method: "POST", body: "load"})
const tell = what => { told = told.then(() => fetch("/", {method: "POST", body: what})) }
addEventListener("mousedown", e => tell(e.target.id || e.target.tagName), true)
get("clear").onclick = () => document.forms[0].reset()
get("send").onclick = () => {
  const size = get("large").checked ? "Large" : get("small").checked ? "Small" : "no size"
  const agreed = get("agree").checked ? "agreed" : "not agreed"
  document.title = `Sent for ${get("name").value}: ${agreed}, ${get("colour").value}, ${size}`
}
</script>"""
PRESSED = ("name", "agree", "colour", "large", "send")
"""What of the page is pressed, in order; the list that opens is none of it."""
FLAGS = (
    *("--no-sandbox", "--test-type", "--no-first-run", "--password-store=basic", "--disable-gpu"),
    *("--force-renderer-accessibility", "--disable-features=Translate"),
)


def _of_chromium(role: str, name: str) -> Thing:
    return Thing("Chromium", role, name)


class Form:
    """A name, a check box, a list, a radio button, Send. The window's title tells what was sent, and the page on what
    presses landed."""

    name = "a form in Chromium"
    title = TITLE
    deeds: Sequence[Deed] = (
        Press(_of_chromium("entry", "Your name"), Point(-20, 2)),
        Write(WHO),
        Press(_of_chromium("check box", "I agree")),
        Press(_of_chromium("combo box", "Colour")),
        Press(_of_chromium("menu item", "Green")),
        Press(_of_chromium("radio button", "Large")),
        Press(_of_chromium("push button", "Send order"), Point(-8, 2)),
    )
    home = Rect(150, 120, 900, 700)
    keeps = True

    def __init__(self) -> None:
        self._page = _Page()

    def command(self, display: PrivateDisplay, dress: Dress) -> tuple[Sequence[str], dict[str, str]]:
        dark = ["--force-dark-mode"] if dress.dark else []
        large = ["--force-device-scale-factor=1.25"] if dress.large else []
        profile = f"--user-data-dir={mkdtemp(dir=display.environment['XDG_CACHE_HOME'])}"
        size = f"--window-size={self.home.width},{self.home.height}"
        return ["chromium", *FLAGS, *dark, *large, profile, size, self._page.address], {}

    def reset(self, display: PrivateDisplay, sight: Sight, window: Window) -> None:
        loads = self._page.loads
        sight.windows.activate(window.id)
        run_xdotool(display, ["key", "--clearmodifiers", "F5"])
        wait_until(lambda: self._page.loads > loads, 10, "the page being loaded anew")
        wait_until(lambda: self._is_fresh(sight, window), 10, "the form being empty")

    def is_done(self, display: PrivateDisplay, sight: Sight, window: Window) -> bool:
        now = sight.windows.get(window.id)
        return now is not None and SENT in now.title

    def astray(self, display: PrivateDisplay, sight: Sight, window: Window) -> str:
        pressed = tuple(self._page.pressed)
        return "" if pressed == PRESSED[: len(pressed)] else f"of the page was pressed: {', '.join(pressed)}"

    def close(self) -> None:
        self._page.close()

    def _is_fresh(self, sight: Sight, window: Window) -> bool:
        now = sight.windows.get(window.id)
        if now is None or TITLE not in now.title:
            return False
        found = {(each.role, each.name): each for each in sight.elements(now)}
        field, box = found.get(("entry", "Your name")), found.get(("check box", "I agree"))
        return field is not None and not field.text and box is not None and "checked" not in box.states


class _Page(ThreadingHTTPServer):
    """Serves the form, which tells what of it is pressed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.loads = 0
        self.pressed: list[str] = []
        """Since it was loaded last, by their ids."""
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def take(self, told: str) -> None:
        if told == "load":
            self.loads, self.pressed = self.loads + 1, []
        else:
            self.pressed.append(told)

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Page

    def do_GET(self) -> None:
        self._answer(PAGE if self.path == "/" else b"")

    def do_POST(self) -> None:
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""
