"""`desktop-agent macro play NAME|FILE`: play a macro, or once for each row of a table."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop_agent.cli import options
from desktop_agent.cli.approvers import printable
from desktop_agent.cli.macro_action import Told, assignments, located, say
from desktop_agent.cli.narrate import Narrator
from desktop_agent.cli.playing import Wanted
from desktop_agent.cli.terminal import terminal_session
from desktop_agent.core.errors import UsageError
from desktop_agent.core.events import RunEvent
from desktop_agent.core.text import one_line
from desktop_agent.macros import check, files, wording
from desktop_agent.macros.format import Macro, Step, walk
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import batch, tables
from desktop_agent.macros.playing.batch import Batch, Row
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.parameters import checked


def play(arguments: argparse.Namespace) -> Told:
    """Play it."""
    snapshot = Library().snapshot()
    entry = located(snapshot, arguments.name)
    stored = files.read(Path(arguments.name)) if entry is None else snapshot.open(entry)
    check.require_sound(stored, snapshot.get)
    macro = stored.macro
    given = assignments(arguments.set)
    wanted = Wanted(
        "" if entry is None else snapshot.place(entry),
        snapshot,
        step_of(macro, arguments.start),
        arguments.dry_run,
        arguments.speed,
        arguments.unattended,
        _wait_for_enter if arguments.step_by_step else lambda _: True,
    )
    _require_terminal(arguments)
    rows = batch.fitting(tables.read(arguments.table), _with_defaults(macro, given)) if arguments.table else None
    if rows is None:
        checked(macro, given)
    with terminal_session(arguments, acting=not arguments.dry_run) as session:
        if rows is None:
            return _told(session.play(stored, given, watch=Narrator(), wanted=wanted))

        def run(row: Mapping[str, str]) -> Played:
            nonlocal stored
            played = session.play(stored, {**given, **row}, watch=_silent, wanted=wanted)
            if played.mended and entry is not None:
                stored = snapshot.open(entry)
            return played

        return _play_rows(arguments, rows, run)


def step_of(macro: Macro, text: str) -> str | None:
    """The id of the step that `--from` names, by its id or by its number as people count; None for the first.

    Raises:
        UsageError: there is none.
    """
    ids = [step.id for step, _ in walk(macro.steps)]
    if not text or text in ids:
        return text or None
    if text.isdecimal() and 1 <= int(text) <= len(ids):
        return ids[int(text) - 1]
    raise UsageError(
        f"“{one_line(macro.name, 60)}” has no step “{one_line(text, 40)}”.",
        "Name its id, which stands in brackets in: desktop-agent macro show NAME",
    )


def _with_defaults(macro: Macro, given: Mapping[str, str]) -> Macro:
    """`macro` with what is given for all rows as its defaults.

    Raises:
        UsageError: it has no such parameter.
    """
    unknown = sorted(given.keys() - {each.name for each in macro.parameters})
    if unknown:
        raise UsageError(f"“{one_line(macro.name, 60)}” has no parameter {', '.join(unknown)}.")
    parameters = tuple(
        each.model_copy(update={"default": given.get(each.name, each.default)}) for each in macro.parameters
    )
    return macro.model_copy(update={"parameters": parameters})


def _play_rows(arguments: argparse.Namespace, rows: Batch, run: Callable[[Mapping[str, str]], Played]) -> Told:
    if rows.unused:
        say(arguments, [f"Columns that are no parameter: {', '.join(one_line(each, 40) for each in rows.unused)}."])
    with _bar(len(rows.values)) as advance:
        tally = batch.play(rows, run, advance)
    last = tally.last
    say(
        arguments,
        [
            f"{tally.done} of {tally.total} rows are done, {tally.earlier} of them before. Results: {rows.results}",
            *([f"{last.status}: {last.summary} {last.hint}".strip(), "Play it again to go on there."] if last else []),
        ],
    )
    body = {"rows": tally.total, "done": tally.done, "earlier": tally.earlier, "results": str(rows.results)}
    if last is None:
        return Told({"status": "done", **body})
    return Told({**body, **_body(last)}, options.EXIT_CODES[last.status])


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Any]:
    """A progress bar where a terminal shows it; what is told of each row."""
    from tqdm import tqdm

    bar: Any = tqdm(total=total, unit="row", file=sys.stderr, disable=not sys.stderr.isatty(), dynamic_ncols=True)

    def advance(number: int, row: Row) -> None:
        bar.update(number - bar.n)
        if row.result not in ("", "done"):
            bar.write(printable(f"Row {number}: {row.result}. {row.message}"), file=sys.stderr)

    try:
        yield advance
    finally:
        bar.close()


def _silent(event: RunEvent) -> None:
    """A row's steps are in its record."""


def _told(played: Played) -> Told:
    return Told(_body(played), options.EXIT_CODES[played.status])


def _body(played: Played) -> dict[str, Any]:
    error = {} if played.status == "done" else {"error": played.summary}
    return {
        "status": played.status,
        "summary": played.summary,
        "hint": played.hint,
        "failed_step": played.failed_step,
        "values": dict(played.values),
        "run": played.run,
        "steps": played.steps,
        **error,
    }


def _require_terminal(arguments: argparse.Namespace) -> None:
    if arguments.step_by_step and (arguments.unattended or not sys.stdin.isatty()):
        raise UsageError("Step by step needs someone at a terminal.", "Leave --step-by-step out.")


def _wait_for_enter(step: Step) -> bool:
    """Before each step; anything but Enter alone ends the run."""
    print(f"Next: {printable(wording.step(step))}. Enter to do it, q to end: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() == "\n"
