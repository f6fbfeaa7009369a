"""`desktop-agent demo`: the main job on a display of its own, in applications that nobody here wrote.

The tray application runs as it always does. A scripted person at the display's mouse and keyboard marks regions, says
what to do there, and answers the approval cards; what arrived in the applications is checked afterwards.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_agent.cli import options
from desktop_agent.core import paths
from desktop_agent.core.errors import ExitCode, Unavailable

if TYPE_CHECKING:
    from desktop_agent.evaluation.display import PrivateDisplay
    from desktop_agent.evaluation.report import Section
    from ui.demo_story import Story

NAME = "demo"
HELP = "do the main job in mousepad and galculator, on a display of its own, and leave a report with pictures"
SIZE = (1280, 800)
CHAPTERS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes (default: with our data)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo and write the report."""
    from desktop_agent.evaluation import report
    from desktop_agent.evaluation.display import PrivateDisplay, refuse_persons_display

    if sys.platform != "linux":
        raise Unavailable("The demo needs Linux with X11 programs.", "Try the tray instead: desktop-agent")
    folder = options.made(arguments.out or paths.data() / "demo")
    refuse_persons_display()
    print("The demo runs on a display of its own and takes about a minute.", flush=True)
    with PrivateDisplay("xvfb", SIZE, tray=True) as display:
        os.environ.update(display.environment)
        story = _play(display, arguments.theme)
    sections = story.sections()
    target = folder / "report.html"
    report.write(target, "Desktop Agent: the demo", _INTRODUCTION, sections)
    _save_pictures(folder, sections)
    return _tell(target, sections, story.planners)


_INTRODUCTION = (
    "Everything here happened on a virtual display: real windows, real mouse and keyboard input, the planner without a "
    "model (“instant”), and a scripted person who marked the regions, typed the instructions and answered the cards."
)


def _play(display: "PrivateDisplay", theme_name: str) -> "Story":
    """Run the application in this thread and the person in another, until the story ends."""
    from PySide6.QtWidgets import QApplication
    from tqdm import tqdm

    from desktop_agent.core.settings import Settings
    from ui import theme
    from ui.app import Application
    from ui.demo_story import Story
    from ui.instance import Instance

    qt = QApplication(["desktop-agent"])
    qt.setQuitOnLastWindowClosed(False)
    settings = Settings(theme="dark" if theme_name == "dark" else "light")
    theme.apply(qt, settings.theme)
    instance = Instance(qt)
    instance.claim()
    application = Application(settings, instance)
    story = Story(display, application)
    application.ready.connect(story.start)
    story.ended.connect(application.quit)
    with tqdm(total=CHAPTERS, bar_format="{bar:20} {desc} {elapsed}", disable=not sys.stderr.isatty()) as bar:
        story.progressed.connect(lambda title: (bar.set_description_str(title), bar.update()))
        qt.exec()
    return story


def _save_pictures(folder: Path, sections: "Sequence[Section]") -> None:
    for section in sections:
        for number, figure in enumerate(section.figures, 1):
            name = "".join(c if c.isalnum() else "-" for c in section.title.lower())
            (folder / f"{name}-{number}.png").write_bytes(figure.png)


def _tell(target: Path, sections: "Sequence[Section]", planners: set[str]) -> int:
    for section in sections:
        print(f"{section.status}: {section.instruction}")
        for words, held in section.checks:
            print(f"  {'ok' if held else 'WRONG'}: {words}")
    ok = len(sections) == CHAPTERS and planners == {"instant"}
    ok = ok and all(section.status == "done" and all(held for _, held in section.checks) for section in sections)
    steps = sum(len(section.entries) for section in sections)
    print(f"The report is {target}, its pictures are beside it.")
    print(
        json.dumps(
            {"ok": ok, "planner": " ".join(sorted(planners)), "steps": steps, "report": str(target)}, ensure_ascii=False
        )
    )
    return ExitCode.DONE if ok else ExitCode.FAILED
