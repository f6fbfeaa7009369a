"""`desktop-agent audit verify|restart`: whether the record of what was done is whole."""

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_agent.cli.approvers import printable
from desktop_agent.core.errors import ExitCode

if TYPE_CHECKING:
    from desktop_agent.safety.audit_check import AuditReport

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
        "unknown": [each.id for each in report.unknown],
        "torn": report.torn,
        "unsealed": list(report.unsealed),
        "anchored": report.anchored,
        "note": report.note,
    }


def _words(report: "AuditReport", path: str) -> str:
    lines = [f"{path}: {report.records} records."]
    if report.problem:
        lines.append(f"NOT WHOLE: {report.problem}")
        lines.append("Keep a copy of it. To go on with a new log: desktop-agent audit restart")
    elif report.unsealed:
        lines.append(
            "Nothing was changed, removed or put in another order, but it can't be said who wrote a part of it:"
        )
        lines.append(
            f"  {len(report.unsealed)} records carry no seal ({_ranges(report.unsealed)}). They were written while the "
            "keyring could not be used, or by an earlier version of the program; if neither was so, they are forged."
        )
    else:
        lines.append("Whole: nothing was changed, removed or put in another order.")
    if report.torn:
        lines.append(f"{report.torn} records were cut off by a crash while they were written.")
    if report.unknown:
        lines.append("It is unknown how these ended, and they are never repeated by themselves:")
        lines += [f"  {printable(each.words)}" for each in report.unknown]
    if report.note:
        lines.append(report.note)
    return "\n".join(lines)


def _ranges(lines: Sequence[int]) -> str:
    """Line numbers in words: "lines 1–3, 7"."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    told = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)
    return f"line{'s' * (len(lines) > 1)} {told}"
