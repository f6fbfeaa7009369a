"""What a coverage-guided fuzzer tries: its bytes as one of the files that the macros read, and everything that is done
with such a file. The first byte says which.

Each of `KINDS` takes the bytes and an empty folder, puts a file there, and gives back what is to be tried with it; that
raises nothing but what is told to people.
"""

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from desktop_agent.core.errors import AgentError
from desktop_agent.macros import check, files, migrations, schema, values
from desktop_agent.macros.export import python
from desktop_agent.macros.files import CONTENT, SUFFIX
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import batch, parameters, program, tables
from tests.bench import macro_exports, macro_victim
from tests.bench import macro_mutations as mutations

CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252")
NEWEST = 4
"""Of the versions that are invented to be migrated."""
WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-office'
    'document.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"


class Dice(random.Random):
    """Chance that the fuzzer's bytes decide: what it learns of one byte, it can use. When they end it throws zeros."""

    def __new__(cls, data: bytes) -> "Dice":
        return super().__new__(cls)

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._left = io.BytesIO(data)

    def getrandbits(self, k: int) -> int:
        return int.from_bytes(self._left.read((k + 7) // 8), "little") & ((1 << k) - 1)

    def random(self) -> float:
        return self.getrandbits(32) / 2**32


Trial = Callable[[], object]


def archive(data: bytes, folder: Path) -> Trial:
    """A `.macro` file as it is."""
    path = folder / f"x{SUFFIX}"
    path.write_bytes(data)
    return lambda: macro_victim.tried(path, folder, random.Random(len(data)))


def content(data: bytes, folder: Path) -> Trial:
    """A `macro.json` in a folder, with a picture."""
    picture = mutations.picture(random.Random(1))
    files.write(folder / "x", Macro(name="x"), {files.picture_name(picture): picture})
    (folder / "x" / CONTENT).write_bytes(data)

    def trial() -> None:
        _tried(lambda: _versions(data))
        macro_victim.tried(folder / "x", folder, random.Random(len(data)))

    return trial


def shaped(data: bytes, folder: Path) -> Trial:
    """A macro as `macro_mutations` makes them, its chances decided by the bytes."""
    dice = Dice(data)
    path = macro_victim.made(dice, folder)
    return lambda: macro_victim.tried(path, folder, dice)


def circles(data: bytes, folder: Path) -> Trial:
    """A library of macros that play one another, in circles too."""
    return lambda: _played(data, folder)


def _played(data: bytes, folder: Path) -> None:
    dice, library = Dice(data), Library(folder / "library")
    names = ["A", "b", "C", "d d"]
    for name in names:
        steps: list[dict[str, Any]] = [
            {"id": f"s{number}", **_called(dice, [*names, "none", " ", "Work/a"])}
            for number in range(dice.randrange(5))
        ]
        body = mutations.changed(dice, {"format": 1, "name": name, "steps": steps}, dice.choice([0, 0, 0, 0, 0, 1]))
        library.add(files.parse(json.dumps(body).encode()), {}, dice.choice(["", "Work", "a"]))
    shelf = library.snapshot()
    for entry in library.entries():
        stored = library.open(entry)
        sound = not any(each.grave for each in check.check(stored, shelf.get))
        _tried(lambda stored=stored: program.gather(stored, shelf))
        if sound and (found := macro_exports.script_problems(python.export(stored, shelf.get).text)):
            raise AssertionError(found[0])


def table(data: bytes, folder: Path) -> Trial:
    """A CSV or XLSX file as it is, and its rows as values of parameters."""
    path = folder / "x.csv"
    path.write_bytes(data)
    return lambda: _fitted(path)


def _fitted(path: Path) -> None:
    read = tables.read(path)
    types = ("text", "number", "integer", "boolean", "date", "file")
    known: dict[str, dict[str, Any]] = {
        each: {"name": each, "type": types[number % len(types)], "default": ""}
        for number, each in enumerate(read.columns)
        if each.isascii() and each.isidentifier() and len(each) < 64
    }
    macro = Macro.model_validate({"name": "x", "parameters": tuple(known.values())})
    batch.fitting(read, macro)
    for row in read.rows[:5]:
        _tried(lambda row=row: parameters.checked(macro, dict(zip(read.columns, row, strict=True))))


def workbook(data: bytes, folder: Path) -> Trial:
    """The one sheet of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in WORKBOOK.items():
            file.writestr(name, text)
        file.writestr(SHEET, data)
    (folder / "x.xlsx").write_bytes(out.getvalue())
    return lambda: tables.read(folder / "x.xlsx")


def texts(data: bytes, folder: Path) -> Trial:
    """A text with references."""
    text = data.decode("utf-8", "replace")
    return lambda: _referred(text)


def _referred(text: str) -> None:
    names = {name: f"{{{{{name}}}}}" for name in values.references(text)}
    values.secret_names(text)
    if values.fill(values.escape(text), {}) != text:
        raise AssertionError("an escaped text is read as another one")
    if values.references(values.renamed(text, {name: f"_{name}"[:64] for name in names})) & set(names) - {"_" * 64}:
        _require_same(text)
    for said in values.typed(text, names):
        if isinstance(said, str):
            said.encode("utf-8", "surrogatepass")


def _require_same(text: str) -> None:
    """A renamed reference may bear the name of another one, when that begins with the same mark."""
    if not any(name.startswith("_") for name in values.references(text)):
        raise AssertionError("a reference was not renamed")


def _versions(data: bytes) -> None:
    """Like a `macro.json` of an older version, with migrations that are invented."""
    known: Mapping[int, migrations.Migration] = {
        version: lambda old, version=version: {**old, f"was {version}": True}  # type: ignore[misc]
        for version in range(1, NEWEST)
    }
    try:
        body = from_json(data)
    except ValueError:
        return
    if isinstance(body, dict):
        moved = migrations.migrated(body, CONTENT, known, NEWEST)
        if moved["format"] != NEWEST:
            raise AssertionError("it is not of the newest version")


def _called(dice: random.Random, names: list[str]) -> dict[str, Any]:
    """A step that plays another macro, alone or in another step."""
    step = {"do": "macro", "macro": dice.choice(names), "values": dice.choice([{}, {"a": "{{b}}"}])}
    match dice.randrange(4):
        case 0:
            return {"do": "repeat", "most": 2, "steps": [{"id": f"i{dice.getrandbits(30)}", **step}]}
        case 1:
            return {"do": "capture", "name": dice.choice(["b", "c"]), "source": "clipboard"}
    return step


def _tried(action: Callable[[], object]) -> None:
    try:
        action()
    except AgentError:
        return


KINDS: tuple[Callable[[bytes, Path], Trial], ...] = (archive, content, shaped, circles, table, workbook, texts)


def prepared(data: bytes, folder: Path) -> tuple[str, Trial]:
    """The name of the kind that `data` is of, and what is to be tried. That raises UsageError for what is refused."""
    kind = KINDS[data[0] % len(KINDS)]
    return kind.__name__, kind(data[1:], folder)


def seeds() -> list[bytes]:
    """What our own writer makes, of each kind; and mutations of it."""
    made: list[bytes] = []
    for seed in range(60):
        rng = random.Random(seed)
        macro, file, picture = mutations.mutated(rng)
        made += [bytes([0]) + mutations.archive(rng, macro, file, picture), bytes([1]) + macro]
        made += [bytes([2]) + rng.randbytes(300), bytes([3]) + rng.randbytes(120)]
    picture = mutations.picture(random.Random(1))
    for kind in mutations.STEP_KINDS:
        body = {**mutations.content(random.Random(2), files.picture_name(picture))}
        body["steps"] = [*body["steps"], {"id": "one", **kind}]
        made.append(bytes([1]) + json.dumps(body).encode())
    rows = "amount,date,x\n3,2026-11-27,a\n,,\n"
    made += [bytes([4]) + rows.encode(each) for each in CODECS]
    made += [bytes([4]) + text.encode() for text in ('sep=;\na;b\n"1\n2";3', "a\tb\n1\t2", '"a', "größe|ä\n1|2")]
    made += [bytes([5]) + text.encode() for text in _sheets()]
    made += [
        bytes([6]) + text.encode() for text in (r"a{{b}} \{{c}} {{secret:d e}}", "{{ x }}{{x}}\\\\{{y}}", "{{{{a}}}}")
    ]
    schema.text()
    return made


def _sheets() -> list[str]:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>amount</t></is></c><c r="B1" t="str"><v>x</v></c></row>'
    cells = (
        '<c r="A2"><v>3.5</v></c>',
        '<c r="C2" t="b"><v>1</v></c>',
        '<c t="d"><v>2026-11-27</v></c>',
        '<c t="e"><v>#N/A</v></c>',
    )
    return [
        f'<worksheet {space}><dimension ref="A1:B2"/><sheetData>{row}<row r="2">{cell}</row></sheetData></worksheet>'
        for cell in cells
    ]
