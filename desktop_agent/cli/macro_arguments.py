"""The options of each action of `desktop-agent macro`. They are declared whenever any command starts, so nothing heavy
is loaded here.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LONGEST_RECORDING = 3600


@dataclass(frozen=True)
class Action:
    """One word behind `desktop-agent macro`. `carried_out_by` names the module of this package, and its function."""

    name: str
    help: str
    declare: Callable[[argparse.ArgumentParser], None]
    carried_out_by: str


def _none(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a macro's name, or folder/name")


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="FILE", help="a .macro file, a macro's folder, or a macro's name")


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="don't ask")


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds", type=_seconds, metavar="N", help="end the recording by itself (default: with Ctrl+C or the hotkey)"
    )
    parser.add_argument("--name", default="", metavar="NAME", help="what the macro is called")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.macro", help="write a file instead of keeping it in the library"
    )


def _play(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME|FILE", help="a macro's name, a .macro file, or a macro's folder")
    parser.add_argument(
        "--set", action="append", default=[], metavar="name=value", help="a parameter; again for each of them"
    )
    parser.add_argument(
        "--table", type=Path, metavar="FILE", help="a CSV or XLSX with parameters: one run for each row"
    )
    parser.add_argument(
        "--from", dest="start", default="", metavar="STEP", help="begin at the step with that id or number"
    )
    parser.add_argument("--dry-run", action="store_true", help="find and tell each target, and touch nothing")
    parser.add_argument("--step-by-step", action="store_true", help="wait for Enter before each step")
    parser.add_argument("--speed", type=_speed, metavar="F", help="0.1 to 10: how fast; 1 as the macro says")
    parser.add_argument(
        "--unattended", action="store_true", help="nobody is there: what must be asked is not done, and is reported"
    )
    parser.add_argument(
        "--approve",
        choices=("ask", "ordinary", "deny"),
        default="ask",
        help="ask here (default); let ordinary steps pass and deny what must be asked every time; or deny all",
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a .macro file, or a macro's folder")
    parser.add_argument("--folder", default="", metavar="FOLDER", help="your folder to put it into")
    _yes(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.macro", help="where to (default: NAME.macro)")
    parser.add_argument("--python", type=Path, metavar="FILE.py", help="as a Python script on pyautogui instead")
    parser.add_argument("--guide", type=Path, metavar="FILE.md", help="as a guide for people in Markdown instead")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="which; without it the trash is listed")
    parser.add_argument("--folder", default="", metavar="FOLDER", help="your folder to put it into")


def _schedule(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--cron", metavar='"M H D M W"', help="minute, hour, day, month, weekday: “30 8 * * mon-fri”")
    when.add_argument("--every", metavar='"N minutes"', help="“15 minutes”, “2 hours”, “1 day”")
    when.add_argument("--off", action="store_true", help="no longer")
    parser.add_argument(
        "--set", action="append", default=[], metavar="name=value", help="a parameter; again for each of them"
    )


def _hotkey(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument("keys", nargs="?", default="", metavar="KEYS", help="such as ctrl+alt+1")
    keys.add_argument("--off", action="store_true", help="no longer")


def _seconds(text: str) -> float:
    return _between(text, 0.1, LONGEST_RECORDING)


def _speed(text: str) -> float:
    return _between(text, 0.1, 10.0)


def _between(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from {low:g} to {high:g}")
    return value


ACTIONS = (
    Action("record", "record what you do as a macro", _record, "macro_record:record"),
    Action("play", "play a macro, or once for each row of a table", _play, "macro_play:play"),
    Action("list", "list the macros", _none, "macro_look:list_all"),
    Action(
        "show",
        "show a macro: its steps in words, parameters, problems, whether it is approved",
        _name,
        "macro_look:show",
    ),
    Action("edit", "open a macro's JSON in your editor, and save it if it can be read", _name, "macro_edit:edit"),
    Action("check", "say what is wrong with a macro, and return 1 if anything is", _file, "macro_look:check_one"),
    Action("import", "show every step of a .macro file, ask, and take it in", _import, "macro_keep:bring_in"),
    Action("export", "write a macro to a file: to share, as a script, or as a guide", _export, "macro_keep:export"),
    Action("remove", "put a macro into the trash", _name, "macro_keep:remove"),
    Action("restore", "take a macro back from the trash, the latest of that name", _restore, "macro_keep:restore"),
    Action(
        "approve",
        "show every step, ask, and let its ordinary steps run without asking",
        _name,
        "macro_approval:approve",
    ),
    Action("unapprove", "let its steps ask again", _name, "macro_approval:unapprove"),
    Action("schedule", "play a macro at certain times, while the tray runs", _schedule, "macro_triggers:schedule"),
    Action("hotkey", "play a macro by a key combination, while the tray runs", _hotkey, "macro_triggers:hotkey"),
)
