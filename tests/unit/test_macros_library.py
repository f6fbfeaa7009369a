import json
import time
from pathlib import Path

import pytest

from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import InMemory, Stored, pack, read, write
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library, slug
from tests.unit.test_macros_files import MACRO, NAME, PICTURE


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "macros")


def named(name: str) -> Macro:
    return Macro(name=name)


def test_an_empty_library_is_empty(library: Library) -> None:
    assert library.entries() == ()
    with pytest.raises(UsageError, match=r"no macro called “x”.*none yet"):
        library.find("x")


def test_macros_are_kept_and_found_by_name(library: Library) -> None:
    library.add(named("Invoice"), {}, "Work")
    kept = library.add(MACRO, {NAME: PICTURE})
    assert [(each.folder, each.name) for each in library.entries()] == [("", "Test"), ("Work", "Invoice")]
    assert library.find("tEST").path == kept.path
    assert library.find("work/INVOICE").folder == "Work"
    assert library.open(kept).picture(NAME).width == 40


def test_a_name_that_is_taken_gets_a_number_and_is_not_taken_by_renaming(library: Library) -> None:
    first, second = library.add(named("Ünë"), {}), library.add(named("Ünë"), {})
    assert second.name == "Ünë 2"
    with pytest.raises(UsageError, match="Another macro is called"):
        library.save(second, named("ÜNË"), {})
    assert library.save(first, named("Other"), {}).path == first.path


def test_two_of_one_name_in_two_folders_are_asked_about(library: Library) -> None:
    write(library.root / "A" / "x", named("Same"), {})
    write(library.root / "B" / "x", named("Same"), {})
    with pytest.raises(UsageError, match=r"Several macros .* A/Same, B/Same"):
        library.find("same")
    assert library.find("B/Same").folder == "B"


def test_what_is_broken_is_listed_with_its_problem_and_loses_nobody_else(library: Library) -> None:
    library.add(named("Good"), {})
    broken = library.add(named("Broken"), {})
    (broken.path / "macro.json").write_text("{")
    problems = {each.name: each.problem for each in library.entries()}
    assert problems["Good"] == ""
    assert "no JSON" in problems["Broken"]
    with pytest.raises(BadMacro, match="no JSON"):
        library.find("broken")


def test_what_was_removed_comes_back(library: Library) -> None:
    trashed = library.remove(library.add(MACRO, {NAME: PICTURE}))
    assert library.entries() == ()
    back = library.restore(trashed, "Work")
    assert (back.name, back.folder) == ("Test", "Work")
    assert library.open(back).picture(NAME).width == 40


def test_the_trash_is_emptied_after_a_month(library: Library) -> None:
    old = library.remove(library.add(named("Old"), {}))
    month_ago = time.time_ns() - 31 * 86_400 * 10**9
    old.rename(old.with_name(f"{month_ago}-Old"))
    library.remove(library.add(named("New"), {}))
    assert [each.name.partition("-")[2] for each in (library.root / ".trash").iterdir()] == ["New"]


def test_a_macro_is_moved_to_another_folder(library: Library) -> None:
    entry = library.move(library.add(named("Invoice"), {}), "Work: 2026/11")
    assert entry.folder == "Work- 2026-11"
    assert library.move(entry, "").folder == ""


def test_a_macro_from_elsewhere_is_copied(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "theirs", MACRO, {NAME: PICTURE})
    pack(library.open(library.bring_in(read(tmp_path / "theirs"))), tmp_path / "one.macro")
    again = library.bring_in(read(tmp_path / "one.macro"), "Friends")
    assert (again.name, again.folder) == ("Test 2", "Friends")
    assert library.open(again).picture(NAME).width == 40


def test_a_macro_whose_pictures_are_none_is_not_brought_in(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "theirs", MACRO, {NAME: b"nothing"})
    with pytest.raises(BadMacro, match="not an image"):
        library.bring_in(read(tmp_path / "theirs"))
    assert library.entries() == ()


@pytest.mark.parametrize(
    ("name", "folder"),
    [("../../x", "-..-x"), (".hidden", "hidden"), ("a/b\\c", "a-b-c"), ("...", "macro"), ("报表 11", "报表 11")],
)  # fmt: skip
def test_a_name_is_no_way_out(name: str, folder: str) -> None:
    assert slug(name) == folder


def test_a_library_that_cant_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be written"):
        Library(tmp_path / "file" / "macros").add(named("x"), {})


def test_links_in_the_library_are_not_followed(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", named("Foreign"), {})
    library.add(named("Mine"), {})
    (library.root / "link").symlink_to(tmp_path / "elsewhere")
    assert [each.name for each in library.entries()] == ["Mine"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [("CON", "CON-"), ("nul.txt", "nul.txt-"), ("macro.json", "macro.json-"), ("Macro.JSON", "Macro.JSON-"),
     ("\U0001f600" * 100, "\U0001f600" * 45)],
)  # fmt: skip
def test_a_name_is_no_device_and_not_too_long(name: str, folder: str) -> None:
    assert slug(name) == folder


def test_a_macro_with_a_long_name_can_be_removed(library: Library) -> None:
    assert library.remove(library.add(named("\U0001f600" * 100), {})).exists()


def test_a_macro_is_never_kept_in_another_one(library: Library) -> None:
    library.add(named("Work"), {})
    entry = library.add(named("Invoice"), {}, "Work")
    assert entry.folder == "Work 2"
    assert [each.name for each in library.entries()] == ["Work", "Invoice"]
    assert library.move(library.find("Work"), "Work").folder == "Work 2"


def test_a_macro_called_like_its_file_hides_no_others(library: Library) -> None:
    library.add(named("Mine"), {}, "Work")
    library.add(named("macro.json"), {}, "Work")
    (library.root / "Work" / "macro.json").mkdir()
    assert [each.name for each in library.entries()] == ["macro.json", "Mine"]


def test_what_two_add_at_once_are_two(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first = library.add(named("Mine"), {})
    monkeypatch.setattr(Library, "entries", lambda _: ())  # it looked before the other one was added
    second = library.add(named("Mine"), {})
    assert second.path != first.path


def test_one_that_was_just_taken_away_loses_nobody_else(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(named("Mine"), {})
    there = list(library._places())
    monkeypatch.setattr(Library, "_places", lambda _: [*there, library.root / "gone"])
    assert [each.name for each in library.entries()] == ["Mine"]


def test_what_was_shown_is_what_is_brought_in(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "theirs", named("Shown"), {})
    stored = read(tmp_path / "theirs")
    write(tmp_path / "theirs", named("Other"), {})
    assert library.bring_in(stored).name == "Shown"


def test_pictures_that_are_one_file_elsewhere_are_not_brought_in(library: Library) -> None:
    other = MACRO.model_dump(exclude_defaults=True)
    upper = NAME.replace(".png", "").upper().replace("PICTURES", "pictures") + ".png"
    other["steps"] = [*other["steps"], json.loads(json.dumps(other["steps"][0]).replace(NAME, upper))]
    other["steps"][1]["id"] = "b"
    stored = Stored(Macro.model_validate(other), InMemory({NAME: PICTURE, upper: PICTURE}))
    with pytest.raises(BadMacro, match="differ only in the case"):
        library.bring_in(stored)
