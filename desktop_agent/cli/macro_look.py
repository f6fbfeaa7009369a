"""`desktop-agent macro list|show|check`: what there is, and what is wrong with it."""

import argparse
import json
import time

from desktop_agent.cli import macro_approval, macro_triggers, macro_words
from desktop_agent.cli.macro_action import Told, opened, say
from desktop_agent.core.errors import ExitCode
from desktop_agent.macros import check, wording
from desktop_agent.macros.files import Stored, dump
from desktop_agent.macros.format import walk
from desktop_agent.macros.library import Entry, Library


def list_all(arguments: argparse.Namespace) -> Told:
    """List the library."""
    library = Library()
    entries = library.entries()
    approved, triggers = macro_approval.approved_names(library), macro_triggers.by_name()
    found = [_entry(each, each.name in approved, triggers.get(each.name, "")) for each in entries]
    say(arguments, [_line(each) for each in found] or ["No macros yet. Record one: desktop-agent macro record"])
    return Told({"macros": found})


def _entry(entry: Entry, approved: bool, triggers: str) -> dict[str, object]:
    macro = entry.macro
    return {
        "name": entry.name,
        "folder": entry.folder,
        "steps": sum(1 for _ in walk(macro.steps)) if macro else 0,
        "parameters": [each.name for each in macro.parameters] if macro else [],
        "changed_at": entry.changed_at,
        "approved": approved,
        "triggers": triggers,
        "problem": entry.problem,
    }


def _line(found: dict[str, object]) -> str:
    name = f"{found['folder']}/{found['name']}".lstrip("/")
    if found["problem"]:
        return f"{name}: {found['problem']}"
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(float(str(found["changed_at"]))))
    said = "approved" if found["approved"] else "asks"
    return f"{when}  {found['steps']:>4} steps  {said:<8}  {name}  {found['triggers']}".rstrip()


def show(arguments: argparse.Namespace) -> Told:
    """Show one macro."""
    library = Library()
    stored = opened(library, arguments.name)
    problems = check.check(stored, library.finder())
    approved = macro_approval.is_approved(stored, library)
    say(arguments, macro_words.preview(stored.macro, problems))
    say(
        arguments,
        [
            "Approved as a whole: its ordinary steps run without asking."
            if approved
            else "Not approved as a whole: each step asks."
        ],
    )
    return Told({**_content(stored), "problems": _told(problems), "approved": approved})


def _content(stored: Stored) -> dict[str, object]:
    return {
        "macro": json.loads(dump(stored.macro)),
        "words": [
            {"id": step.id, "words": wording.step(step), "depth": depth} for step, depth in walk(stored.macro.steps)
        ],
    }


def _told(problems: tuple[check.Problem, ...]) -> list[dict[str, object]]:
    return [{"step": each.step, "message": each.message, "grave": each.grave} for each in problems]


def check_one(arguments: argparse.Namespace) -> Told:
    """Say what is wrong with one."""
    library = Library()
    stored = opened(library, arguments.name)
    problems = check.check(stored, library.finder())
    bad = any(each.grave for each in problems)
    say(arguments, [check.sentence(each) for each in problems] or ["Nothing is wrong with it."])
    body: dict[str, object] = {"problems": _told(problems)}
    if bad:
        body["error"] = "The macro can't be played as it is."
    return Told(body, ExitCode.FAILED if bad else ExitCode.DONE)
