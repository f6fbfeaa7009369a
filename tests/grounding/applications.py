"""The applications whose windows the targets are on, and what is asked for in each.

An instruction says what a person would; where the window shows the words, some instructions use them and some don't.
"""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.grounding import form

Theme = Literal["light", "dark"]
Kind = Literal["text", "icon"]
SCALES = (1.0, 1.5, 2.0)
THEMES: tuple[Theme, ...] = ("light", "dark")
SIZE = (1280, 800)
"""Of the screen at scale 1."""
HERE = Path(__file__).parent
MAIL = (
    "  q:Quit   d:Delete   m:Write   r:Reply   g:Reply all   ?:Help",
    "",
    "   1     Nov 02  Ada Byron            Lunch on Friday",
    "   2  N  Nov 03  Grace Hopper         A moth in the relay",
    "   3     Nov 03  Billing              Invoice 4711 is due",
    "   4  N  Nov 05  Konrad Zuse          Spare parts",
    "   5     Nov 08  Library              Two books are waiting for you",
    "",
    " -- Inbox: 5 messages, 2 new --",
)
"""What a mail program shows in a terminal; it ends at the first free line."""
NOTE = "Shopping\n\nmilk\nbread\ntwo lemons\n\nCall the dentist on Monday.\n"


@dataclass(frozen=True)
class Wanted:
    """A target: the accessible element's role and name, and how a person asks for it; for a terminal, the text that is
    clicked on."""

    role: str
    name: str
    instruction: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Start:
    """How a program is started at one scale and theme."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Application:
    """A program. `title` is a part of its window's. `lines` is what stands in the cells of a terminal, which has no
    accessible elements."""

    name: str
    title: str
    start: Callable[[float, Theme, Path], Start]
    wanted: tuple[Wanted, ...]
    lines: tuple[str, ...] = ()


def _gtk(*command: str) -> Callable[[float, Theme, Path], Start]:
    """GTK scales by whole numbers, and its text by any."""

    def start(scale: float, theme: Theme, folder: Path) -> Start:
        (folder / "note.txt").write_text(NOTE, "utf-8")
        settings = folder / "glib-2.0" / "settings" / "keyfile"
        settings.parent.mkdir(parents=True)
        settings.write_text("[org/xfce/mousepad/preferences/window]\ntoolbar-visible=true\n", "utf-8")
        whole = int(scale)
        environment = {
            "GTK_THEME": "Adwaita:dark" if theme == "dark" else "Adwaita",
            "GDK_SCALE": str(whole),
            "GDK_DPI_SCALE": str(scale / whole),
            "GSETTINGS_BACKEND": "keyfile",
            "XDG_CONFIG_HOME": str(folder),
        }
        return Start(tuple(part.format(folder=folder) for part in command), environment)

    return start


def _qt(scale: float, theme: Theme, _: Path) -> Start:
    command = (sys.executable, str(HERE / "form.py"), "--theme", theme)
    return Start(command, {"QT_SCALE_FACTOR": str(scale)})


def _chromium(scale: float, theme: Theme, folder: Path) -> Start:
    page = shutil.copy(HERE / "page.html", folder)
    flags = ("--no-sandbox", "--no-first-run", "--password-store=basic", "--test-type")
    sized = (f"--force-device-scale-factor={scale}", "--window-size=1100,700", "--window-position=60,60")
    dark = ("--force-dark-mode",) if theme == "dark" else ()
    told = ("--force-renderer-accessibility", f"--user-data-dir={folder}/profile", Path(page).as_uri())
    return Start(("chromium", *flags, *sized, *dark, *told), {"ACCESSIBILITY_ENABLED": "1"})


def _xterm(scale: float, theme: Theme, folder: Path) -> Start:
    (folder / "mail.txt").write_text("\n".join(MAIL), "utf-8")
    colours = ("-bg", "#16181d", "-fg", "#d8dee9") if theme == "dark" else ("-bg", "white", "-fg", "black")
    font = ("-fa", "DejaVu Sans Mono", "-fs", str(round(10 * scale)))
    shown = ("-e", "sh", "-c", 'printf "\\033[?25l"; cat "$0"; exec sleep 600', str(folder / "mail.txt"))
    return Start(("xterm", "-T", "Mail", "-geometry", "72x18+120+90", *colours, *font, *shown), {})


MOUSEPAD = Application(
    "mousepad",
    "note.txt",
    _gtk("mousepad", "{folder}/note.txt"),
    (
        Wanted("menu", "File", 'click "File"'),
        Wanted("menu", "Document", "open the Document menu"),
        Wanted("menu", "Help", "get help"),
        Wanted("push button", "New", "start a new document", "icon"),
        Wanted("push button", "Open...", "open another file", "icon"),
        Wanted("push button", "Reload", "read the file from the disk again", "icon"),
        Wanted("push button", "Paste", "paste", "icon"),
        Wanted("push button", "Fullscreen", "let it fill the whole screen", "icon"),
    ),
)
GALCULATOR = Application(
    "galculator",
    "galculator",
    _gtk("galculator"),
    (
        Wanted("menu", "Calculator", 'click "Calculator"'),
        Wanted("toggle button", "7", "press the key 7"),
        Wanted("toggle button", "2", "enter a two"),
        Wanted("toggle button", "*", "multiply"),
        Wanted("toggle button", "=", "show the result"),
        Wanted("toggle button", "AC", 'click "AC"'),
        Wanted("toggle button", "sqrt", "take the square root"),
        Wanted("toggle button", "+/-", "change the sign"),
    ),
)
FORM = Application(
    "qt",
    form.TITLE,
    _qt,
    (
        Wanted("push button", "Save", 'click "Save"'),
        Wanted("push button", "Cancel", "leave without saving"),
        Wanted("page tab", "People", 'click "People"'),
        Wanted("text", "Place", "click into the field for the place"),
        Wanted("combo box", "Home", "choose another calendar"),
        Wanted("slider", "Remind me", "change when to be reminded"),
        Wanted("check box", "All day", 'click "All day"'),
        Wanted("radio button", "Free", "mark the time as free"),
        Wanted("push button", "Go back", "go back", "icon"),
        Wanted("push button", "Delete", "throw the appointment away", "icon"),
    ),
)
CHROMIUM = Application(
    "chromium",
    "Corner shop",
    _chromium,
    (
        Wanted("link", "Offers", 'click "Offers"'),
        Wanted("link", "Contact us", "write to the shop"),
        Wanted("entry", "Search the shop", "search for something in the shop"),
        Wanted("push button", "Basket", "look at what is in the basket", "icon"),
        Wanted("push button", "Account", "log in to the shop", "icon"),
        Wanted("push button", "Buy black tea", "buy the black tea"),
        Wanted("push button", "Buy the teapot", 'click "Buy the teapot"'),
        Wanted("check box", "Wrap as a gift", "tick the box for gifts", "icon"),
        Wanted("push button", "Reload", "reload the page", "icon"),
        Wanted("push button", "New Tab", "open a new tab", "icon"),
    ),
)
XTERM = Application(
    "xterm",
    "Mail",
    _xterm,
    (
        Wanted("cells", "r:Reply ", "reply to this message only"),
        Wanted("cells", "d:Delete", 'click "d:Delete"'),
        Wanted("cells", "?:Help", "see what the keys do"),
        Wanted("cells", "Lunch on Friday", 'click "Lunch on Friday"'),
        Wanted("cells", MAIL[3].strip(), "open what Grace Hopper wrote"),
        Wanted("cells", MAIL[4].strip(), "open the mail about the unpaid bill"),
    ),
    MAIL,
)
APPLICATIONS = (MOUSEPAD, GALCULATOR, FORM, CHROMIUM, XTERM)
