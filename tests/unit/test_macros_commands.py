"""`desktop-agent macro …` without a display: looking, keeping, editing, sharing, triggering, and everything bad."""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.cli import main as command_line
from desktop_agent.macros import files
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from tests.unit.test_macros_check import macro
from tests.unit.test_macros_files import MACRO, NAME, PICTURE

Run = Callable[..., tuple[int, dict[str, Any], str]]
TYPED = {"do": "type", "text": "Hello {{amount}}, " + "x" * 80 + " end", "window": {"application": "Mousepad"}}
INVOICE = macro(TYPED, name="Invoice", comment="Fills it.", parameters=[{"name": "amount", "type": "number"}])


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs an action with --json: the exit code, the last line, and what was said on stderr."""

    def one(*words: str) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        code = command_line.main(["macro", *words, "--json"])
        out, err = capsys.readouterr()
        last = json.loads(out.splitlines()[-1])
        assert last["ok"] is (code == 0)
        return code, last, err

    return one


@pytest.fixture
def library() -> Library:
    """The library that the commands use."""
    return Library()


class Person(io.StringIO):
    """Someone at the terminal, who types these answers."""

    def isatty(self) -> bool:
        return True


def shared(tmp_path: Path, whole: Macro, name: str = "one.macro") -> Path:
    files.pack(files.Stored(whole, files.InMemory({NAME: PICTURE})), tmp_path / name)
    return tmp_path / name


def test_macros_are_listed_and_shown(run: Run, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list")[1]["macros"] == []
    library.add(INVOICE, {}, "Work")
    broken = library.add(macro(name="Broken"), {})
    (broken.path / "macro.json").write_text("{")
    listed = {each["name"]: each for each in run("list")[1]["macros"]}
    assert listed["Invoice"] | {"changed_at": 0} == {
        "name": "Invoice",
        "folder": "Work",
        "steps": 1,
        "parameters": ["amount"],
        "changed_at": 0,
        "approved": False,
        "triggers": "",
        "problem": "",
    }
    assert "no JSON" in listed["Broken"]["problem"]
    code, shown, _ = run("show", "work/invoice")
    assert code == 0
    assert shown["words"] == [{"id": "s1", "words": shown["words"][0]["words"], "depth": 0}]
    assert shown["macro"]["comment"] == "Fills it."
    assert (shown["problems"], shown["approved"]) == ([], False)
    assert command_line.main(["macro", "show", "Invoice"]) == 0
    said = capsys.readouterr().out
    assert f"│ Hello {{{{amount}}}}, {'x' * 80} end" in said  # all that it types
    assert "parameter amount: number, must be given" in said
    assert "Not approved as a whole: each step asks." in said


def test_what_does_not_exist_is_wrong_usage(run: Run) -> None:
    for words in (["show", "Nope"], ["remove", "Nope"], ["play", "Nope"], ["check", "no.macro"], ["restore", "Nope"]):
        code, told, _ = run(*words)
        assert code == 2
        assert told["error"]
    assert command_line.main(["macro"]) == 2
    assert command_line.main(["macro", "dance"]) == 2
    assert command_line.main(["macro", "play", "x", "--speed", "99"]) == 2


def test_a_file_is_previewed_and_taken_in_only_after_a_yes(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared(tmp_path, INVOICE)
    code, told, _ = run("import", str(path))
    assert code == 3
    assert "Nobody can be asked" in told["error"]
    monkeypatch.setattr(sys, "stdin", Person("n\n"))
    assert command_line.main(["macro", "import", str(path)]) == 3
    said = capsys.readouterr()
    assert "Hello {{amount}}" in said.out
    assert "Take this macro in?" in said.err
    assert library.entries() == ()
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    assert command_line.main(["macro", "import", str(path), "--folder", "Friends"]) == 0
    assert [(each.name, each.folder) for each in library.entries()] == [("Invoice", "Friends")]
    assert run("import", str(path), "--yes")[1]["name"] == "Invoice 2"


def test_what_a_macro_holds_does_not_steer_the_terminal(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    library.add(macro({"do": "type", "text": "\x1b[2J" * 30}, name="Evil", comment="\x1b]0;x\x07"), {})
    assert command_line.main(["macro", "show", "Evil"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_macros_are_shared_and_files_are_not_overwritten(run: Run, library: Library, tmp_path: Path) -> None:
    library.add(MACRO, {NAME: PICTURE})
    out = tmp_path / "Test.macro"
    assert run("export", "Test", str(out))[1]["files"] == [str(out)]
    assert files.read(out).macro == MACRO
    code, told, _ = run("export", "Test", str(out))
    assert code == 2
    assert "is there already" in told["error"]
    assert run("export", "Test", str(out), "--overwrite")[0] == 0
    assert run("export", "Test", "--python", str(tmp_path / "t.py"), "--guide", str(tmp_path / "t.md"))[0] == 0
    assert sorted(each.name for each in (tmp_path / "t_pictures").iterdir()) == [
        "around-001.png",
        "step-001.png",
        "target-002.png",
    ]
    assert run("export", "Test", str(out), "--python", str(tmp_path / "t.py"))[0] == 2
    assert run("export", "Test", str(tmp_path / "none" / "x.macro"))[0] == 1


def test_that_pictures_are_shared_is_said_where_there_are_some(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add(MACRO, {NAME: PICTURE})
    library.add(INVOICE, {})
    plays = macro({"do": "macro", "macro": "Test"}, name="Plays")
    library.add(plays, {})

    def warned(name: str, *words: str) -> bool:
        capsys.readouterr()
        assert command_line.main(["macro", "export", name, *words, "--overwrite"]) == 0
        return "Its pictures show what was on your screen" in capsys.readouterr().out

    out, script, shown = (str(tmp_path / f"x.{end}") for end in ("macro", "py", "md"))
    forms = [(out,), ("--python", script), ("--guide", shown)]
    assert [warned("Test", *each) for each in forms] == [True, True, True]
    assert [warned("Invoice", *each) for each in forms] == [False, False, False]
    assert [warned("Plays", *each) for each in forms] == [False, True, False]


def test_what_was_removed_comes_back_under_a_free_name(run: Run, library: Library) -> None:
    library.add(INVOICE, {})
    assert run("remove", "invoice")[0] == 0
    assert run("restore")[1]["trash"] == ["Invoice"]
    library.add(INVOICE, {})
    assert run("restore", "INVOICE", "--folder", "Old")[1] == {"ok": True, "name": "Invoice 2", "folder": "Old"}
    assert [each.name for each in library.entries()] == ["Invoice", "Invoice 2"]


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """An editor that changes the text of its file as `code` says."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\ntext = path.read_text()\n"
        f"{code}\npath.write_text(text)\n"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")


def test_an_edited_macro_is_kept_when_it_can_be_read(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(INVOICE, {})
    editor(tmp_path, monkeypatch, "text = text.replace('Hello', 'Bye').replace('{{amount}}', '{{total}}')")
    code, told, _ = run("edit", "Invoice")
    assert code == 0
    assert told["problems"] == ["Step s1: There is no parameter and no kept value called “total”."]
    assert "Bye" in str(library.find("Invoice").macro)
    editor(tmp_path, monkeypatch, "pass")
    assert run("edit", "Invoice")[1]["changed"] is False


def test_an_edited_macro_that_is_broken_leaves_the_old_one_and_the_text(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add(INVOICE, {})
    editor(tmp_path, monkeypatch, "text = text.replace('\"do\"', '\"doo\"')")
    code, told, _ = run("edit", "Invoice")
    assert code == 2
    assert "steps.0" in told["error"]
    kept = Path(told["hint"].partition("kept in ")[2].partition(". ")[0])
    assert '"doo"' in kept.read_text()
    assert library.find("Invoice").macro == INVOICE
    # At a terminal it can be mended at once.
    editor(tmp_path, monkeypatch, "text = text[1:] if text.startswith('{{') else '{' + text")
    monkeypatch.setattr(sys, "stdin", Person("y\nn\n"))
    capsys.readouterr()
    assert command_line.main(["macro", "edit", "Invoice"]) == 0
    assert "no JSON that can be read" in capsys.readouterr().err


def test_a_broken_macro_can_be_mended_and_a_failing_editor_changes_nothing(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = library.add(INVOICE, {})
    (broken.path / "macro.json").write_text("{")
    editor(tmp_path, monkeypatch, """text = '{"name": "Mended"}'""")
    assert run("edit", broken.path.name)[1]["name"] == "Mended"
    editor(tmp_path, monkeypatch, "sys.exit(3)")
    assert run("edit", "Mended")[0] == 1
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert run("edit", "Mended")[0] == 2
    assert library.find("Mended").macro == Macro(name="Mended")


def test_schedules(run: Run, library: Library) -> None:
    library.add(INVOICE, {})
    code, told, _ = run("schedule", "Invoice", "--cron", "30 8 * * mon-fri")
    assert code == 2
    assert "needs a value for amount" in told["error"]
    assert run("schedule", "Invoice", "--cron", "30 8 * * mon-fri", "--set", "amount=3")[1]["next"]
    assert run("list")[1]["macros"][0]["triggers"] == "at 8:30, Monday to Friday"
    assert run("schedule", "Invoice", "--every", "2 hours", "--set", "amount=3")[1]["schedule"] == "every 2 hours"
    assert run("list")[1]["macros"][0]["triggers"] == "every 2 hours"  # in its place
    for wrong in (["--cron", "soon"], ["--cron", "99 * * * *"], ["--every", "0 minutes"], ["--every", "moon"]):
        assert run("schedule", "Invoice", *wrong, "--set", "amount=3")[0] == 2
    library.remove(library.find("Invoice"))
    assert run("schedule", "Invoice", "--off")[1]["removed"] == 1
    assert run("schedule", "Invoice", "--off")[0] == 2


def test_what_starts_a_macro_follows_its_name_and_goes_with_it(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(macro(name="Letter"), {})
    run("hotkey", "Letter", "ctrl+alt+1")
    editor(tmp_path, monkeypatch, """text = '{"name": "Mail"}'""")
    assert run("edit", "Letter")[0] == 0
    assert run("list")[1]["macros"][0]["triggers"] == "Ctrl+Alt+1"
    assert run("remove", "Mail")[1]["triggers"] == ["Ctrl+Alt+1"]
    library.add(macro(name="Mail"), {})
    assert run("list")[1]["macros"][0]["triggers"] == ""


def test_two_macros_on_one_hotkey_are_refused(run: Run, library: Library) -> None:
    library.add(INVOICE, {})
    library.add(macro(name="Other"), {})
    assert run("hotkey", "Invoice", "Alt+Ctrl+1")[1]["hotkey"] == "ctrl+alt+1"
    code, told, _ = run("hotkey", "Other", "ctrl+alt+1")
    assert code == 2
    assert "it is used already, to start “Invoice”" in told["error"]
    assert "asking" in run("hotkey", "Other", "ctrl+alt+a")[1]["error"]
    assert run("hotkey", "Other", "ctrl+alt+nonsense")[0] == 2
    assert run("hotkey", "Other", "x")[0] == 2
    assert {each["name"]: each["triggers"] for each in run("list")[1]["macros"]} == {
        "Invoice": "Ctrl+Alt+1",
        "Other": "",
    }
    assert run("hotkey", "Invoice", "--off")[0] == 0
    assert run("hotkey", "Other", "ctrl+alt+1")[0] == 0


def test_approving_shows_everything_and_asks_and_ends_with_a_change(
    run: Run,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.get_password", lambda *name: kept.get(name))
    monkeypatch.setattr("keyring.set_password", lambda service, name, value: kept.update({(service, name): value}))
    library.add(macro({"do": "macro", "macro": "Inner"}, name="Outer"), {})
    library.add(macro({"do": "type", "text": "inner text"}, name="Inner"), {})
    assert run("approve", "Outer")[0] == 3
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    capsys.readouterr()
    assert command_line.main(["macro", "approve", "Outer"]) == 0
    assert "Type “inner text”" in capsys.readouterr().out
    assert [each["approved"] for each in run("list")[1]["macros"]] == [False, True]
    editor(tmp_path, monkeypatch, "text = text.replace('inner text', 'other')")
    assert run("edit", "Inner")[0] == 0
    assert run("show", "Outer")[1]["approved"] is False
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    assert command_line.main(["macro", "approve", "Outer"]) == 0
    assert run("unapprove", "Outer")[0] == 0
    assert run("show", "Outer")[1]["approved"] is False


def bad_files(tmp_path: Path) -> dict[str, Path]:
    """Files that no macro is read from, by what must be said."""
    made = {}

    def zipped(said: str, parts: dict[str, bytes]) -> None:
        path = tmp_path / f"{len(made)}.macro"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in parts.items():
                file.writestr(name, data)
        made[said] = path

    zipped("made by a newer Desktop Agent", {"macro.json": b'{"format": 7, "name": "x"}'})
    zipped("has no version that can be read", {"macro.json": b'{"format": 0, "name": "x"}'})
    zipped("is larger than 16 MB", {"macro.json": b" " * 16_000_001})
    zipped("“../../evil”, which does not belong", {"macro.json": files.dump(MACRO), "../../evil": b""})
    zipped("is missing", {"macro.json": files.dump(MACRO)} | {})
    zipped("no JSON that can be read", {"macro.json": '{"name": "x"}'.encode("utf-16")})
    zipped("Extra inputs are not permitted", {"macro.json": b'{"name": "x", "shell": "rm"}'})
    zipped("holds no macro.json", {})
    made["is no macro"] = tmp_path / "text.macro"
    made["is no macro"].write_text("hello")
    made.pop("is missing")  # pictures are looked for below
    return made


def test_bad_files_are_refused_with_what_is_wrong_and_nothing_is_kept(
    run: Run, library: Library, tmp_path: Path
) -> None:
    for said, path in bad_files(tmp_path).items():
        for words in (["import", str(path), "--yes"], ["check", str(path)], ["play", str(path)]):
            code, told, _ = run(*words)
            assert code == 2
            assert said in told["error"]
    assert library.entries() == ()


def test_missing_pictures_are_named(run: Run, library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.macro", "w") as file:
        file.writestr("macro.json", files.dump(MACRO))
    code, told, _ = run("check", str(tmp_path / "one.macro"))
    assert code == 1
    assert NAME in told["problems"][0]["message"]
    assert run("import", str(tmp_path / "one.macro"), "--yes")[0] == 2
    assert run("play", str(tmp_path / "one.macro"))[0] == 2
    assert library.entries() == ()


def test_circles_and_endless_repeats_are_told_before_anything_is_played(run: Run, library: Library) -> None:
    library.add(macro({"do": "macro", "macro": "B"}, name="A"), {})
    library.add(macro({"do": "macro", "macro": "A"}, name="B"), {})
    code, told, _ = run("play", "A")
    assert code == 2
    assert "circle: A → B → A" in told["error"]
    assert run("check", "A")[0] == 1
    inner: dict[str, Any] = {"id": "i", "do": "press", "keys": ["a"]}
    for depth in range(3):
        inner = {"id": f"r{depth}", "do": "repeat", "steps": [inner], "most": 10_000}
    library.add(macro(inner, name="Endless"), {})
    code, told, _ = run("check", "Endless")
    assert code == 0
    assert told["problems"][0]["message"] == "Its repeats multiply: it may play up to 1,000,100,010,001 steps."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "needs a value for amount"),
        (["--set", "amount=many"], "amount must be a number"),
        (["--set", "amount=1", "--set", "amuont=1"], "has no parameter amuont"),
        (["--set", "amount"], "sets nothing"),
        (["--set", "amount=1", "--set", "amount=2"], "is set twice"),
        (["--set", "amount=1", "--from", "nowhere"], "has no step “nowhere”"),
        (["--set", "amount=1", "--from", "2"], "has no step “2”"),
        (["--set", "amount=1", "--step-by-step"], "needs someone at a terminal"),
    ],
)
def test_wrong_values_are_told_before_anything_is_played(
    run: Run, library: Library, given: list[str], said: str
) -> None:
    library.add(INVOICE, {})
    code, told, _ = run("play", "Invoice", *given)
    assert code == 2
    assert said in told["error"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("amount\nviele\n".encode("utf-16"), "Row 1: amount must be a number"),
        ("betrag;fällig\n1;2\n".encode("cp1252"), "no column for amount. It has: betrag, fällig"),
        ("金额,备注\n1,2\n".encode("gb18030"), "It has: 金额, 备注"),
        (b"\xff\xfea", "is not: byte"),
        (b"", "is empty"),
        (b'amount\n"1\n', "line"),
        (b"PK\x03\x04nothing", "is damaged"),
    ],
)
def test_tables_of_odd_encodings_and_contents_are_told(
    run: Run, library: Library, tmp_path: Path, data: bytes, said: str
) -> None:
    library.add(INVOICE, {})
    table = tmp_path / "rows.csv"
    table.write_bytes(data)
    code, told, _ = run("play", "Invoice", "--table", str(table))
    assert code == 2
    assert said in told["error"]
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]
