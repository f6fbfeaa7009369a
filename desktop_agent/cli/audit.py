"""`desktop-agent audit verify|restart`: whether the record of what was done is whole."""

import argparse
import json
from typing import TYPE_CHECKING

from desktop_agent.cli.approvers import printable
from desktop_agent.core.errors import ExitCode

if TYPE_CHECKING:
    from desktop_agent.safety.audit import AuditReport

NAME = "audit"
HELP = "check that the record of what was done is whole, or put it aside and begin a new one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument(
        "action", choices=("verify", "restart"), help="restart keeps the old log beside the new one, as it is"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the log, or begin a new one."""
    from desktop_agent.safety.audit import opened

    log = opened()
    if arguments.action == "restart":
        aside = log.restart()
        said = f"The old log lies in {aside}; a new one begins." if aside else "There was no log; a new one begins."
        print(json.dumps({"ok": True, "aside": str(aside) if aside else None}) if arguments.json else said)
        return ExitCode.DONE
    report = log.verify()
    print(json.dumps(_object(report), ensure_ascii=False) if arguments.json else _words(report, str(log.path)))
    return ExitCode.DONE if report.ok else ExitCode.FAILED


def _object(report: "AuditReport") -> dict[str, object]:
    return {
        "ok": report.ok,
        "records": report.records,
        "problem": report.problem,
        "unknown": list(report.unknown),
        "torn": report.torn,
        "anchored": report.anchored,
        "note": report.note,
    }


def _words(report: "AuditReport", path: str) -> str:
    lines = [f"{path}: {report.records} records."]
    if report.problem:
        lines.append(f"NOT WHOLE: {report.problem}")
        lines.append("Keep a copy of it. To go on with a new log: desktop-agent audit restart")
    else:
        lines.append("Whole: nothing was changed, removed or put in another order.")
    if report.torn:
        lines.append(f"{report.torn} records were cut off by a crash while they were written.")
    if report.unknown:
        lines.append("It is unknown how these ended, and they are never repeated by themselves:")
        lines += [f"  {printable(each)}" for each in report.unknown_words]
    if report.note:
        lines.append(report.note)
    return "\n".join(lines)
