"""`desktop-agent runs list|show`: what earlier runs did."""

import argparse
import itertools
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_agent.cli.approvers import printable
from desktop_agent.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from desktop_agent.core.chat import Usage
    from desktop_agent.safety.audit_check import UnknownIntent
    from desktop_agent.store.images import Images
    from desktop_agent.store.records import RunRecord, RunSummary, StoredStep
    from desktop_agent.store.runs import Runs

NAME = "runs"
HELP = "list earlier runs, or show one with its steps"
_WITHOUT_END = {
    "running": "It is still under way.",
    "unknown": "Its process ended before it could say how far it came. Nothing of it is done again by itself.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("action", choices=("list", "show"))
    parser.add_argument("run", nargs="?", default="", metavar="RUN", help="for show: the run's id, or its beginning")
    parser.add_argument("--limit", type=int, default=20, help="for list: how many, latest first (default 20)")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="for show: save the steps' pictures there")


def run(arguments: argparse.Namespace) -> int:
    """List the runs, or show one."""
    from desktop_agent.store.database import Database, default_path
    from desktop_agent.store.images import Images
    from desktop_agent.store.runs import Runs

    database = Database(default_path())
    try:
        runs = Runs(database)
        if arguments.action == "list":
            _list(runs, arguments)
        else:
            _show(runs, Images(database), arguments)
    finally:
        database.close()
    return ExitCode.DONE


def _list(runs: "Runs", arguments: argparse.Namespace) -> None:
    summaries = runs.list(arguments.limit)
    if arguments.json:
        print(json.dumps({"ok": True, "runs": [_summary(each) for each in summaries]}, ensure_ascii=False))
        return
    for each in summaries:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.started_at))
        print(f"{each.id}  {when}  {each.status:<8}  {each.steps:>3} steps  {printable(each.instruction)[:70]}")
    if not summaries:
        print("No runs yet.")


def _show(runs: "Runs", images: "Images", arguments: argparse.Namespace) -> None:
    if not arguments.run:
        raise UsageError("Which run?", "Run: desktop-agent runs show RUN; desktop-agent runs list names them.")
    record = runs.get(runs.find(arguments.run))
    if arguments.pictures:
        _save_pictures(record, images, arguments.pictures)
    unknown = _unknown(record.run.id)
    if arguments.json:
        begun = [{"id": each.id, "words": each.words} for each in unknown]
        print(json.dumps({"ok": True, **_record(record), "unknown": begun}, ensure_ascii=False))
        return
    head = record.run
    print(f"{head.id}  {head.status}  planner {printable(head.planner)}")
    print(printable(head.instruction))
    for look in record.looks:
        print(f"   · {printable(look.tool)}: {printable(look.summary)}")
    for step in record.steps:
        asked = f", {step.decision.answer} by {step.decision.by}" if step.decision else ""
        print(f"{step.number:>3}. {printable(step.words)}")
        print(f"     {step.outcome} ({step.verdict.ruling}{asked}). {printable(step.message)}")
        if step.seconds:
            print("     " + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in step.seconds.items()))
    for each in unknown:
        print(f"  ?. {printable(each.words)}")
        print("     unknown: it was begun, and how it ended was not recorded. It may have been done or not.")
    if by := _answered_by(record):
        print(f"Answered by {printable(', then '.join(by))}.")
    _show_turns(record)
    print(f"{head.status}: {printable(head.summary or _WITHOUT_END.get(head.status, ''))}")


def _answered_by(record: "RunRecord") -> list[str]:
    """The servers that answered, where there were several, from turn to turn."""
    return [by for by, _ in itertools.groupby(usage.by for usage in record.usages) if by]


def _show_turns(record: "RunRecord") -> None:
    """What each turn of the planner took, and all together. Instant commands take nothing."""
    turns = [each for each in record.usages if each.prompt or each.generated or each.prompt_seconds]
    if not turns:
        return
    print("Turns of the planner:")
    for number, turn in enumerate(turns, 1):
        print(f"{number:>3}. {_told(turn)}")
    if len(turns) > 1:
        print(f"All: {_told(replace(record.usage, prompt_seconds=0, generate_seconds=0))}")


def _told(usage: "Usage") -> str:
    """A turn's cost in a line; what its planner doesn't tell is left out."""
    parts = []
    if usage.prompt:
        reused = f", {usage.reused} of them reused" if usage.reuse_told else ""
        parts.append(f"{usage.prompt} tokens read{reused}")
    if usage.encoded is not None:
        parts.append(f"{usage.encoded} {'image' if usage.encoded == 1 else 'images'} encoded")
    if usage.generated:
        speed = usage.tokens_per_second
        parts.append(f"{usage.generated} written" + (f", {speed:.1f} a second" if speed else ""))
    if usage.prompt_seconds:
        parts.append(f"first token after {usage.prompt_seconds:.2f} s")
    return "; ".join(parts) + "."


def _unknown(run: str) -> "tuple[UnknownIntent, ...]":
    """What the run began and the audit log has no outcome of. The keyring is not asked: nothing is checked here."""
    from desktop_agent.safety.audit import Audit, default_path

    return tuple(each for each in Audit(default_path()).verify().unknown if each.run == run)


def _save_pictures(record: "RunRecord", images: "Images", folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for step in record.steps:
            for name, shot in (("before", step.before), ("after", step.after)):
                if shot is not None:
                    (folder / f"{step.number:02}-{name}.png").write_bytes(images.png(shot.digest))
    except OSError as error:
        raise UsageError(
            f"The pictures could not be saved in {folder}: {error.strerror}.", "Name another folder."
        ) from error


def _summary(summary: "RunSummary") -> dict[str, object]:
    return {
        "id": summary.id,
        "instruction": summary.instruction,
        "planner": summary.planner,
        "started_at": summary.started_at,
        "ended_at": summary.ended_at,
        "status": summary.status,
        "summary": summary.summary,
        "steps": summary.steps,
    }


def _record(record: "RunRecord") -> dict[str, object]:
    return {
        "run": _summary(record.run),
        "looks": [{"tool": look.tool, "summary": look.summary} for look in record.looks],
        "steps": [_step(step) for step in record.steps],
        "tokens": {
            "prompt": record.usage.prompt,
            "reused": record.usage.reused,
            "generated": record.usage.generated,
        },
        "turns": [_turn(usage) for usage in record.usages],
    }


def _turn(usage: "Usage") -> dict[str, object]:
    return {
        "prompt": usage.prompt or None,
        "reused": usage.reused if usage.reuse_told else None,
        "images_encoded": usage.encoded,
        "generated": usage.generated or None,
        "tokens_per_second": usage.tokens_per_second,
        "first_token_seconds": usage.prompt_seconds or None,
        "generate_seconds": usage.generate_seconds or None,
        "answered_by": usage.by or None,
    }


def _step(step: "StoredStep") -> dict[str, object]:
    return {
        "number": step.number,
        "kind": step.kind,
        "words": step.words,
        "outcome": step.outcome,
        "message": step.message,
        "evidence": step.evidence,
        "ruling": step.verdict.ruling,
        "reason": step.verdict.reason,
        "answer": step.decision.answer if step.decision else None,
        "seconds": step.seconds,
    }
