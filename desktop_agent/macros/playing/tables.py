"""Rows of a table, to play a macro once for each: CSV as spreadsheets write it, and XLSX. Both may be hostile."""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line

MAX_BYTES = 50_000_000
MAX_UNPACKED = 100_000_000
"""Bytes of an XLSX, all its parts unpacked: a small file can unpack to gigabytes."""
MAX_RATIO = 200
"""How many times larger than packed a part may be, where it is large at all: sheets pack to a tenth."""
MAX_PARTS = 2000
MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELL = 100_000
MAX_CELLS = 5_000_000
"""Of a sheet, with the empty ones before the last of each row: one far to the right makes a row of 16,384."""
SEPARATORS = ",;\t|"
SNIFFED_ROWS = 20
_LARGE = 10_000_000
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CHINESE_RUN = re.compile(rb"(?<![A-Za-z\x80-\xff])[\x80-\xff]{2,3}(?![A-Za-z\x80-\xff])|[\x80-\xff]{4,}")
"""Two bytes that belong together; within a word, as in \"Größe\", two are two letters of Windows-1252."""
_MOSTLY = 0.8
"""Share of the bytes above ASCII that stand beside another one: in Chinese nearly all do, in Western texts few."""
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True)
class Table:
    """`rows` are as long as `columns`. `encoding` is how the file's text was read, as people call it."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str


def read(path: Path, separator: str = "") -> Table:
    """The table in a `.csv` or `.xlsx` file, its first row naming the columns. Empty rows are left out.

    Args:
        path: of the file.
        separator: between a CSV's columns; by default whatever fits best.

    Raises:
        UsageError: it can't be read, or is far too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.", "Split it.")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.", details=str(error)) from error
    if path.suffix.casefold() in (".xlsx", ".xlsm") or data.startswith(b"PK\x03\x04"):
        return _table(path, _workbook(path, data), "XLSX")
    text, encoding = decoded(data, str(path))
    return _table(path, _records(path, text, separator), encoding)


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of a CSV file, and its encoding: by its mark, else UTF-8, else the first of UTF-16, GB18030 and
    Windows-1252 that it looks like.

    Raises:
        UsageError: it is none of them.
    """
    for mark, codec, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with a mark"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if data.startswith(mark):
            return _strictly(data, codec, encoding, name)
    for codec, encoding in _likely(data):
        try:
            return data.decode(codec), encoding
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{name} is in no encoding that is known.", "Save it as “CSV UTF-8”.")


def _likely(data: bytes) -> Iterator[tuple[str, str]]:
    if b"\0" in data:
        little = data[1::2].count(0) >= data[::2].count(0)
        yield ("utf-16-le" if little else "utf-16-be"), "UTF-16 without a mark"
        return
    yield "utf-8", "UTF-8"
    western, chinese = ("cp1252", "Windows-1252"), ("gb18030", "GB18030")
    high = sum(len(each) for each in _HIGH_RUN.findall(data))
    paired = sum(len(each) for each in _CHINESE_RUN.findall(data))
    yield from (chinese, western) if high and paired >= _MOSTLY * high else (western, chinese)


def _strictly(data: bytes, codec: str, encoding: str, name: str) -> tuple[str, str]:
    try:
        return data.decode(codec), encoding
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} says that it is {encoding}, and is not: byte {error.start}.", "Save it as “CSV UTF-8”."
        ) from error


def _records(path: Path, text: str, separator: str) -> Iterator[tuple[str, ...]]:
    if not separator:
        separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in reader:
            yield tuple(record)
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}.", "Is a quotation mark missing?") from error


def _separator(text: str) -> tuple[str, str]:
    """What separates columns, and the text without a line that only says so, as Excel writes it."""
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        return said[1], text[said.end() :]
    head = "".join(itertools.islice(io.StringIO(text, newline=""), SNIFFED_ROWS))
    return max(SEPARATORS, key=lambda each: _fit(head, each)), text


def _fit(head: str, separator: str) -> tuple[int, int]:
    """How well a separator fits: rows as long as the first, and how long that is. One column is no fit."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    return widths.count(widths[0]), widths[0]


def _workbook(path: Path, data: bytes) -> Iterator[tuple[str, ...]]:
    """The rows of the first sheet."""
    from openpyxl import load_workbook

    _require_harmless(path, data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()  # What it says of its size may be a lie.
            cells = 0
            for row in sheet.iter_rows(values_only=True):
                cells += len(row)
                if cells > MAX_CELLS:
                    raise UsageError(f"{path} has more than {MAX_CELLS:,} cells.", "Split it.")
                yield tuple(_cell(value) for value in row)
        finally:
            book.close()
    except UsageError:
        raise
    except Exception as error:  # openpyxl raises what its parsers do
        raise UsageError(f"{path} is no workbook that can be read.", "Save it as XLSX anew.", repr(error)) from error


def _require_harmless(path: Path, data: bytes) -> None:
    """Before openpyxl unpacks it.

    Raises:
        UsageError: it is damaged, unpacks to too much, or has entities, which workbooks don't.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = file.infolist()
            if len(parts) > MAX_PARTS or sum(each.file_size for each in parts) > MAX_UNPACKED:
                raise UsageError(f"{path} unpacks to too much.", "Split it.")
            for each in parts:
                if each.file_size > _LARGE and each.file_size > MAX_RATIO * each.compress_size:
                    raise UsageError(f"{path} unpacks to far more than it holds.", "Save it as CSV.")
                if each.filename.endswith((".xml", ".rels")) and _has_entities(file, each):
                    raise UsageError(f"{path} holds XML entities, which no workbook needs.", "Save it anew, or as CSV.")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise UsageError(f"{path} is damaged.", "Save it as XLSX anew.", repr(error)) from error


def _has_entities(file: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """A DOCTYPE stands before the root element, so the beginning tells."""
    with file.open(part) as opened:
        head = opened.read(64_000).replace(b"\0", b"")  # UTF-16 too
    return any(each in head for each in _ENTITIES)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _table(path: Path, records: Iterable[tuple[str, ...]], encoding: str) -> Table:
    rows = list(itertools.islice(records, MAX_ROWS + 2))
    if len(rows) > MAX_ROWS + 1:
        raise UsageError(f"{path} has more than {MAX_ROWS:,} rows.", "Split it.")
    head = next((index for index, row in enumerate(rows) if any(each.strip() for each in row)), None)
    if head is None:
        raise UsageError(f"{path} is empty.", "Its first row names the columns, the others hold the values.")
    columns = tuple(one_line(each, 1000) for each in _trimmed(rows[head]))
    if len(columns) > MAX_COLUMNS:
        raise UsageError(f"{path} has more than {MAX_COLUMNS} columns.")
    body = []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        filled = _trimmed(row)
        if len(filled) > len(columns):
            raise UsageError(f"{path}, row {number}: it has {len(filled)} cells, and there are {len(columns)} columns.")
        if any(len(each) > MAX_CELL for each in filled):
            raise UsageError(f"{path}, row {number}: a cell holds more than {MAX_CELL:,} characters.")
        if filled:
            body.append(filled + ("",) * (len(columns) - len(filled)))
    if not body:
        raise UsageError(f"{path} has no rows below its columns' names.")
    return Table(path, columns, tuple(body), encoding)


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty cells at its end."""
    length = max((index for index, each in enumerate(row, 1) if each.strip()), default=0)
    return row[:length]
