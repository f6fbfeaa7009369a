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
    snapshot, triggers = Library().snapshot(), macro_triggers.by_place()
    found = [
        _entry(each, macro_approval.is_approved(each, snapshot), triggers.get(snapshot.place(each), ""))
        for each in snapshot.entries
    ]
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
    snapshot = Library().snapshot()
    entry = snapshot.find(arguments.name)
    stored = snapshot.open(entry)
    problems = check.check(stored, snapshot.get)
    approved = macro_approval.is_approved(entry, snapshot)
    said = "its ordinary steps run without asking" if approved else "each step asks"
    say(
        arguments,
        [
            *macro_words.preview(stored.macro, problems),
            f"{'Approved' if approved else 'Not approved'} as a whole: {said}.",
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
    problems = check.check(opened(library, arguments.name), library.snapshot().get)
    bad = any(each.grave for each in problems)
    say(arguments, [check.sentence(each) for each in problems] or ["Nothing is wrong with it."])
    error = {"error": "The macro can't be played as it is."} if bad else {}
    return Told({"problems": _told(problems), **error}, ExitCode.FAILED if bad else ExitCode.DONE)
