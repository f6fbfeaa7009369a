import datetime
import io
import zipfile
from pathlib import Path

import pytest

from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.macros.playing import batch, tables
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.parameters import checked
from desktop_agent.macros.playing.tables import decoded, read
from desktop_agent.safety import named_secrets
from tests.macro_doubles import stored


def macro(*parameters):
    return stored("M", parameters=parameters).macro


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " as it is ", " as it is "),
        ("number", " -12.50 ", "-12.50"),
        ("number", "1e3", "1e3"),
        ("integer", "+007", "+007"),
        ("boolean", "YES", "true"),
        ("boolean", "0", "false"),
        ("date", "20261127", "2026-11-27"),
    ],
)
def test_values_are_parsed(kind, text, value):
    assert checked(macro({"name": "x", "type": kind}), {"x": text}) == {"x": value}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "1,5"),
        ("number", "nan"),
        ("number", "1e999"),
        ("number", ""),
        ("integer", "1.0"),
        ("integer", "١٢"),
        ("boolean", "maybe"),
        ("date", "27.11.2026"),
        ("file", "/no/such/folder/x"),
        ("file", "a\0b"),
        ("file", "~nobodyhasthisname/x"),
        ("secret", "unknown"),
        ("text", "x" * 100_001),
    ],
)
def test_what_is_of_the_wrong_type_is_refused(kind, text):
    with pytest.raises(UsageError, match=r"^x (must be|has more)"):
        checked(macro({"name": "x", "type": kind}), {"x": text})


def test_files_and_secrets_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(named_secrets, "names", lambda: ("bank",))
    both = macro({"name": "f", "type": "file"}, {"name": "s", "type": "secret"})
    assert checked(both, {"f": "new.txt", "s": "bank"}) == {"f": str(tmp_path / "new.txt"), "s": "bank"}


def test_all_that_is_missing_unknown_or_wrong_is_said_at_once():
    wanted = macro({"name": "a"}, {"name": "b"}, {"name": "n", "type": "integer"}, {"name": "d", "default": "x"})
    with pytest.raises(UsageError) as caught:
        checked(wanted, {"n": "many", "z": "1"})
    assert caught.value.user_message == (
        "“M” needs a value for a, b. “M” has no parameter z: it has a, b, d, n. n must be a whole number, not “many”."
    )


def test_defaults_and_choices():
    wanted = macro({"name": "c", "choices": ["red", "green"], "default": "red"})
    assert checked(wanted, {}) == {"c": "red"}
    with pytest.raises(UsageError, match="c must be one of red, green, not “blue”"):
        checked(wanted, {"c": "blue"})


ROWS = "Name;Größe\r\nMüller;3\r\nWeiß;4\r\n"


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16 without a mark"),
        ("utf-16-le", "UTF-16 without a mark"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings_are_told_apart(tmp_path, codec, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes(ROWS.encode(codec))
    table = read(path)
    assert (table.columns, table.rows, table.encoding) == (
        ("Name", "Größe"),
        (("Müller", "3"), ("Weiß", "4")),
        encoding,
    )


def test_chinese_is_told_from_western():
    text = "姓名,城市\n王小明,北京\n李娜,上海市\n"
    assert decoded(text.encode("gb18030"), "x") == (text, "GB18030")
    german = "größe;maß\n3;straßenfuß"
    assert decoded(german.encode("cp1252"), "x") == (german, "Windows-1252")
    french = "nom,ville\nÉmilie Lefèvre,Besançon\nZoé Noël,Orléans\n"
    assert decoded(french.encode("cp1252"), "x") == (french, "Windows-1252")


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbfa\xff\xfe")
    with pytest.raises(UsageError, match="says that it is UTF-8"):
        read(path)
    path.write_bytes(b"a,b\n\x81\x20,\x8d\x20")
    with pytest.raises(UsageError, match="no encoding"):
        read(path)


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n", "sep=;\na;b\n1;2\n", '"a",b\n"1",2\n\n\n']
)
def test_separators_are_found(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert (read(path).columns, read(path).rows) == (("a", "b"), (("1", "2"),))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("a,b\n", "no rows"),
        ("a,b\n1,2,3\n", "row 2: it has 3 cells"),
        ('a,b\n"1,2\n', "line"),
        ("a\n" + "x" * 100_001 + "\n", "characters|field larger"),
        ("a\n" + "1\n" * 100_001, "more than 100,000 rows"),
    ],
)
def test_tables_that_make_no_sense(tmp_path, text, problem):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=problem):
        read(path)


def workbook(path, rows):
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_workbooks_are_read(tmp_path):
    path = workbook(
        tmp_path / "t.xlsx", [["Name", "n", "d", "b"], ["王", 3.0, datetime.datetime(2026, 11, 27), True], ["x", 0.5]]
    )
    assert read(path).rows == (("王", "3", "2026-11-27", "true"), ("x", "0.5", "", ""))


def test_hostile_workbooks_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(UsageError, match="damaged"):
        read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(UsageError, match="far more than it holds"):
        read(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UsageError, match="entities"):
        read(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("hello.txt", "x")
    with pytest.raises(UsageError, match="no workbook"):
        read(path)
    monkeypatch.setattr(tables, "MAX_CELLS", 10)
    with pytest.raises(UsageError, match="more than 10 cells"):
        read(workbook(path, [["a"], *[["1"]] * 20]))


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(tmp_path):
    path = workbook(tmp_path / "t.xlsx", [["a"], ["1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    path.write_bytes(out.getvalue())
    assert read(path).rows == (("1",),)


PEOPLE = "NAME,note,count\nAnn,x,1\nBob,=y,2\nCid,z,3\n"
WANTED = macro({"name": "name"}, {"name": "Count", "type": "integer", "default": "7"})


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return batch.fitting(read(path), WANTED)


def test_columns_fit_parameters_in_any_case_and_others_are_named(people):
    assert people.unused == ("note",)
    assert people.values[0] == {"name": "Ann", "Count": "1"}


def test_tables_that_do_not_fit(tmp_path):
    path = tmp_path / "t.csv"
    for text, problem in (
        ("count\n1\n", r"no column for name\. It has: count"),
        ("name,NAME\na,b\n", "two columns for name"),
        ("name,count\na,x\nb,1\nc,y\n", r"Row 1: Count must be .*Row 3: Count must be"),
    ):
        path.write_text(text)
        with pytest.raises(UsageError, match=problem):
            batch.fitting(read(path), WANTED)


def test_an_empty_cell_is_the_default_and_an_empty_text_where_there_is_none(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,count\n,\nx,\n")
    assert batch.fitting(read(path), WANTED).values == ({"name": "x"},)


def played(status, **values):
    return Played(status, "=SUM(A1) on the screen", values=values)


def test_rows_are_played_in_order_until_one_fails_and_resumed_there(people):
    runs, told = [], []

    def run(values):
        runs.append(values["name"])
        return played("failed" if runs == ["Ann", "Bob"] else "done", total="-5", other="@x")

    tally = batch.play(people, run, lambda number, row: told.append((number, row.result)))
    assert (tally.total, tally.done, tally.earlier, tally.last.status) == (3, 1, 0, "failed")
    assert told == [(1, "done"), (2, "failed")]
    kept = people.results.read_bytes().decode("utf-8-sig").splitlines()
    assert people.results.name == "people.results.csv"
    assert kept[0] == "NAME,note,count,result,message,other,total"
    assert kept[2] == "Bob,'=y,2,failed,'=SUM(A1) on the screen,'@x,-5"
    assert kept[3] == "Cid,z,3,,,,"
    tally = batch.play(people, run)
    assert (runs, tally.done, tally.earlier, tally.last) == (["Ann", "Bob", "Bob", "Cid"], 3, 1, None)
    assert batch.play(people, run).earlier == 3
    assert len(runs) == 4


def test_rows_that_were_changed_are_played_again(people, tmp_path):
    batch.play(people, lambda _: played("done"))
    (tmp_path / "people.csv").write_text(PEOPLE.replace("Bob", "Bea"))
    runs = []
    changed = batch.fitting(read(tmp_path / "people.csv"), WANTED)
    batch.play(changed, lambda values: runs.append(values["name"]) or played("done"))
    assert runs == ["Bea"]


def test_a_no_or_a_stop_ends_it_whatever_was_asked_for(people):
    assert batch.play(people, lambda _: played("failed"), keep_going=True).last.status == "failed"
    runs = []
    batch.play(people, lambda values: runs.append(1) or played("waiting"), keep_going=True)
    assert len(runs) == 1


def test_results_of_another_table_are_not_written_over(people):
    people.results.write_text("a,result,message\n1,done,\n")
    with pytest.raises(UsageError, match="another table"):
        batch.play(people, lambda _: pytest.fail("it was played"))


def test_results_that_can_not_be_kept_end_it(people, monkeypatch):
    monkeypatch.setattr(batch.atomic, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    runs = []
    with pytest.raises(StoreError, match="No space left"):
        batch.play(people, lambda _: runs.append(1) or played("done"))
    assert len(runs) == 1
