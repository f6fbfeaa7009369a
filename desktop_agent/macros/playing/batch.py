"""Plays a macro once for each row of a table, and keeps what came of each in a copy beside it."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import atomic
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import fold
from desktop_agent.macros.playing import tables
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.parameters import checked
from desktop_agent.macros.playing.tables import Table

RESULT, MESSAGE = "result", "message"
"""The columns that are added; those for captured values are named after them."""
SUFFIX = ".results.csv"
SHOWN_ROWS = 5
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""
ENDING = frozenset({"stopped", "refused", "waiting"})
"""After a run that ended so the rest is not played, whatever was asked for."""


@dataclass(frozen=True)
class Batch:
    """A table that fits a macro: `values` by row. `unused` are the columns that are no parameter of it."""

    table: Table
    values: tuple[Mapping[str, str], ...]
    unused: tuple[str, ...]

    @property
    def results(self) -> Path:
        """Where what comes of it is kept."""
        return self.table.path.with_name(self.table.path.stem + SUFFIX)


@dataclass(frozen=True)
class Row:
    """What came of a row: `result` is how its run ended, empty where it was not played."""

    result: str = ""
    message: str = ""
    captured: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Tally:
    """`done` rows of `total` are done, `earlier` of them before this time; `last` is the run that ended it, if one
    did."""

    total: int
    done: int
    earlier: int
    last: Played | None = None


def fitting(table: Table, macro: Macro) -> Batch:
    """`table` for `macro`. Columns belong to the parameters of their names, in any case.

    Raises:
        UsageError: a column is missing or there twice, or a cell is of the wrong type; all rows are looked at.
    """
    places: dict[str, int] = {}
    unused = []
    by_name = {fold(each.name): each.name for each in macro.parameters}
    for index, column in enumerate(table.columns):
        name = by_name.get(fold(column))
        if name is None:
            unused.append(column)
        elif name in places:
            raise UsageError(f"{table.path} has two columns for {name}.", "Remove one of them.")
        else:
            places[name] = index
    missing = [each.name for each in macro.parameters if each.name not in places and each.default is None]
    if missing:
        has = ", ".join(one_line(each, 40) for each in table.columns[:20])
        raise UsageError(f"{table.path} has no column for {', '.join(missing)}. It has: {has}.", "Nothing was played.")
    return Batch(table, _values(table, macro, places), tuple(each for each in unused if each))


def _values(table: Table, macro: Macro, places: Mapping[str, int]) -> tuple[Mapping[str, str], ...]:
    """An empty cell means the parameter's default, where it has one."""
    defaults = {each.name for each in macro.parameters if each.default is not None}
    values, wrong = [], []
    for number, row in enumerate(table.rows, 1):
        given = {name: row[index] for name, index in places.items() if row[index] or name not in defaults}
        try:
            checked(macro, given)
        except UsageError as error:
            wrong.append(f"Row {number}: {error.user_message}")
        values.append(given)
    if wrong:
        more = f" And {len(wrong) - SHOWN_ROWS} more rows." if len(wrong) > SHOWN_ROWS else ""
        raise UsageError(f"{table.path}: {' '.join(wrong[:SHOWN_ROWS])}{more}", "Nothing was played.")
    return tuple(values)


def play(
    batch: Batch,
    run: Callable[[Mapping[str, str]], Played],
    progress: Callable[[int, Row], None] = lambda number, row: None,
    keep_going: bool = False,
) -> Tally:
    """Play the rows that are not done yet, in order, until one fails.

    Args:
        batch: the rows.
        run: plays one.
        progress: told of each row, by its number from 1, after it was played and kept, and of those done before.
        keep_going: go on after a row that failed; never after a stop, a no, or what waits for the person.

    Raises:
        UsageError: the file of results is of another table.
        StoreError: what came of a row could not be kept.
    """
    rows = list(earlier(batch))
    before = sum(each.result == "done" for each in rows)
    last: Played | None = None
    for index, values in enumerate(batch.values):
        if rows[index].result != "done":
            last = run(values)
            rows[index] = Row(last.status, f"{last.summary} {last.hint}".strip(), dict(last.values))
            _keep(batch, rows)
        progress(index + 1, rows[index])
        if rows[index].result != "done" and (not keep_going or rows[index].result in ENDING):
            break
    ended = last if last is not None and last.status != "done" else None
    return Tally(len(rows), sum(each.result == "done" for each in rows), before, ended)


def earlier(batch: Batch) -> tuple[Row, ...]:
    """What came of the rows before, as the file of results says; nothing of those that were changed since.

    Raises:
        UsageError: it is there, and can't be read.
    """
    empty = (Row(),) * len(batch.table.rows)
    if not batch.results.exists():
        return empty
    kept = tables.read(batch.results, ",")
    width = len(batch.table.columns)
    if kept.columns[:width] != batch.table.columns or kept.columns[width : width + 2] != (RESULT, MESSAGE):
        raise UsageError(f"{batch.results} holds the results of another table.", "Move it away, and play it again.")
    names = kept.columns[width + 2 :]
    found = list(empty)
    for index, (row, now) in enumerate(zip(kept.rows, batch.table.rows, strict=False)):
        if tuple(_guarded(each) for each in now) == row[:width]:
            found[index] = Row(row[width], row[width + 1], dict(zip(names, row[width + 2 :], strict=True)))
    return tuple(found)


def _keep(batch: Batch, rows: list[Row]) -> None:
    """The whole file, in the place of the one before: it is whole whatever happens."""
    names = sorted({name for row in rows for name in row.captured or {}})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*batch.table.columns, RESULT, MESSAGE, *names])
    for cells, row in zip(batch.table.rows, rows, strict=True):
        captured = row.captured or {}
        told = [row.result, row.message, *(captured.get(name, "") for name in names)]
        writer.writerow([_guarded(each) for each in (*cells, *told)])
    try:
        atomic.replace(batch.results, out.getvalue().encode("utf-8-sig", "replace"))
    except OSError as error:
        raise StoreError(
            f"The results could not be written to {batch.results}: {error.strerror}.",
            "Free some space, or make the folder writable; the rows that are done will be skipped.",
            str(error),
        ) from error


def _guarded(cell: str) -> str:
    """`cell` so that a spreadsheet shows it instead of computing it: what was on the screen stands in some."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdecimal()
