import io
import json
import os
import shutil
import struct
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image as pillow

from desktop_agent.core.errors import StoreError
from desktop_agent.macros import files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import Stored, dump, pack, picture_name, picture_names, read, tidy, write
from desktop_agent.macros.format import Macro


def png(colour: str = "red", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    pillow.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


PICTURE = png()
NAME = picture_name(PICTURE)
SHOWN = {"picture": {"file": NAME, "box": {"x": 1, "y": 1, "width": 9, "height": 9}, "point": {"x": 5, "y": 5}}}
MACRO = Macro.model_validate({"name": "Test", "steps": [{"id": "a", "do": "click", "target": SHOWN}]})


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/"), data)
    return path


def whole(path: Path) -> Stored:
    stored = read(path)
    assert stored.macro == MACRO
    assert (stored.picture(NAME).width, stored.picture(NAME).height) == (40, 30)
    return stored


def test_a_folder_and_a_file_hold_the_same(tmp_path: Path) -> None:
    write(tmp_path / "folder", MACRO, {NAME: PICTURE})
    pack(whole(tmp_path / "folder"), tmp_path / "one.macro")
    whole(tmp_path / "one.macro")
    assert picture_names(MACRO) == {NAME}
    assert (tmp_path / "one.macro").stat().st_mode & 0o077 == 0


def test_only_the_pictures_that_are_needed_stay(tmp_path: Path) -> None:
    other = png("blue")
    write(tmp_path, MACRO, {NAME: PICTURE, picture_name(other): other})
    tidy(tmp_path, picture_names(MACRO))
    assert [f"pictures/{each.name}" for each in (tmp_path / "pictures").iterdir()] == [NAME]


def test_a_disk_that_is_full_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, MACRO, {NAME: PICTURE})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write(tmp_path, MACRO.model_copy(update={"name": "Other"}), {})
    whole(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["macro.json", "pictures"]


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    write(tmp_path / "folder", MACRO, {})
    stored = read(tmp_path / "folder")
    with pytest.raises(BadMacro, match=rf"{NAME} is missing"):
        stored.picture(NAME)
    with pytest.raises(BadMacro, match=rf"{NAME} is missing"):
        pack(stored, tmp_path / "one.macro")
    assert not (tmp_path / "one.macro").exists()
    with pytest.raises(BadMacro, match="holds no pictures"):
        read(zipped(tmp_path / "two.macro", **{"macro.json": dump(MACRO)})).picture(NAME)


@pytest.mark.parametrize(
    "name", ["../macro.json", "/etc/passwd", "pictures/../../x.png", "macro.py", "pictures/a/b.png", "pictures/a.svg"]
)
def test_what_does_not_belong_into_a_macro_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "one.macro", "w") as file:
        file.writestr("macro.json", dump(MACRO))
        file.writestr(name, b"x")
    with pytest.raises(BadMacro, match="does not belong into a macro"):
        read(tmp_path / "one.macro")
    with pytest.raises(BadMacro, match="can't be a picture's name"):
        Stored(MACRO, None).picture(name)  # type: ignore[arg-type]  # it must not be asked


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(BadMacro, match=r"macro\.json in .* is larger than 16 MB"):
        read(zipped(tmp_path / "one.macro", **{"macro.json": b" " * (files.MAX_CONTENT + 1)}))
    with zipfile.ZipFile(tmp_path / "two.macro", "w") as file:
        file.writestr("macro.json", dump(MACRO))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("macro.json", dump(MACRO))
    with pytest.raises(BadMacro, match="two of one name"):
        read(tmp_path / "two.macro")


def test_a_picture_of_many_pixels_or_none_is_refused(tmp_path: Path) -> None:
    big = png(size=(8000, 6000))
    for data, said in ((big, "more than 40 million pixels"), (b"<svg/>", "not an image")):
        write(tmp_path / said, MACRO, {NAME: data})
        with pytest.raises(BadMacro, match=said):
            read(tmp_path / said).picture(NAME)


@pytest.mark.parametrize("cut", [0, 1, 30, 200])
def test_a_damaged_file_is_told(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "one.macro"
    write(tmp_path / "folder", MACRO, {NAME: PICTURE})
    pack(read(tmp_path / "folder"), path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadMacro, match=r"is no macro"):
        read(path)


def test_flipped_bytes_are_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "one.macro", **{"macro.json": dump(MACRO)})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BadMacro, match="can't be unpacked"):
        read(path)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", MACRO, {NAME: PICTURE})
    links = tmp_path / "links"
    links.mkdir()
    (links / "macro.json").symlink_to(tmp_path / "elsewhere" / "macro.json")
    with pytest.raises(BadMacro, match="links are not followed"):
        read(links)
    shutil.copy(tmp_path / "elsewhere" / "macro.json", tmp_path / "copy.json")
    (links / "macro.json").unlink()
    shutil.move(tmp_path / "copy.json", links / "macro.json")
    (links / "pictures").symlink_to(tmp_path / "elsewhere" / "pictures")
    with pytest.raises(BadMacro, match="links are not followed"):
        read(links).picture(NAME)
    pipe = tmp_path / "pipe"
    pipe.mkdir()
    os.mkfifo(pipe / "macro.json")
    with pytest.raises(BadMacro, match="is no file"):
        read(pipe)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.macro", tmp_path):
        with pytest.raises(BadMacro, match="is missing"):
            read(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "one.macro", "w", method) as file:
        file.writestr("macro.json", dump(MACRO))
    with pytest.raises(BadMacro, match="packed by another method than deflate"):
        read(tmp_path / "one.macro")


def test_what_was_read_once_is_used_or_nothing(tmp_path: Path) -> None:
    write(tmp_path / "folder", MACRO, {NAME: PICTURE})
    pack(read(tmp_path / "folder"), tmp_path / "one.macro")
    of_folder, of_file = read(tmp_path / "folder"), read(tmp_path / "one.macro")
    assert of_folder.picture_bytes(NAME) == of_file.picture_bytes(NAME) == PICTURE
    (tmp_path / "folder" / NAME).write_bytes(png("blue"))
    zipped(tmp_path / "one.macro", **{NAME.replace("/", "__"): png("blue")})
    with pytest.raises(BadMacro, match="exchanged after it had been checked"):
        of_folder.picture(NAME)
    with pytest.raises(BadMacro, match=r"exchanged after it had been checked|can't be unpacked"):
        of_file.picture(NAME)  # the same file, written over: what it was is nowhere any more
    assert read(tmp_path / "folder").picture_bytes(NAME) == png("blue")
    (tmp_path / "folder" / NAME).write_bytes(PICTURE)
    assert of_folder.picture_bytes(NAME) == PICTURE


@pytest.mark.parametrize(
    "text",
    [
        b'{"name": "x", "parameters": [' + b",".join([b"{}"] * 600_000) + b"]}",
        b'{"name": "x", "parameters": [' + b",".join([b"1"] * (files.MAX_VALUES + 1)) + b"]}",
    ],
    ids=["mistakes", "values"],
)
def test_mistakes_in_millions_are_only_counted(text: bytes) -> None:
    began = time.process_time()
    with pytest.raises(BadMacro, match=r"600,000 things in it are wrong|more than 1,000,000 values") as raised:
        files.parse(text)
    assert len(str(raised.value)) < 200
    assert time.process_time() - began < 10  # told one by one they took half a minute


def directory_of(count: int) -> bytes:
    """A zip that consists of its directory."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"x"
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(entry) * count, 0, 0)
    return entry * count + end


def test_a_directory_of_millions_of_entries_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "one.macro").write_bytes(directory_of(3))
    with pytest.raises(BadMacro, match="“x”, which does not belong"):
        read(tmp_path / "one.macro")
    (tmp_path / "one.macro").write_bytes(directory_of(files.MAX_DIRECTORY // 47 + 1))
    with pytest.raises(BadMacro, match="its directory is too long"):
        read(tmp_path / "one.macro")


def test_what_was_opened_stays_what_is_read(tmp_path: Path) -> None:
    write(tmp_path / "folder", MACRO, {NAME: PICTURE})
    pack(read(tmp_path / "folder"), tmp_path / "one.macro")
    stored = read(tmp_path / "one.macro")
    other = zipped(tmp_path / "two.macro", **{"macro.json": dump(MACRO), NAME.replace("/", "__"): png("blue")})
    os.replace(other, tmp_path / "one.macro")
    assert stored.picture_bytes(NAME) == PICTURE


@pytest.mark.parametrize("name", ["pictures/con.png", "pictures/NUL.webp", "pictures/Com1.png"])
def test_what_windows_takes_for_a_device_is_no_picture(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadMacro, match="can't have this name"):
        files.parse(dump(MACRO).replace(NAME.encode(), name.encode()))
    with pytest.raises(BadMacro, match="does not belong into a macro"):
        read(zipped(tmp_path / "one.macro", **{"macro.json": dump(MACRO), name.replace("/", "__"): b"x"}))


def test_names_that_differ_in_case_alone_are_one(tmp_path: Path) -> None:
    parts = {"macro.json": dump(MACRO), "pictures__a.png": b"x", "pictures__A.png": b"y"}
    with pytest.raises(BadMacro, match="two of one name"):
        read(zipped(tmp_path / "one.macro", **parts))


@pytest.mark.parametrize("name", ["\x1c", "\u202e", "\u200b\u2060", "\x00"])
def test_a_name_shows(name: str) -> None:
    with pytest.raises(BadMacro, match="something in it that shows"):
        files.parse(json.dumps({"name": name}).encode())


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_pictures_are_not_written_or_removed_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.txt").write_text("mine")
    (tmp_path / "macro").mkdir()
    (tmp_path / "macro" / "pictures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadMacro, match="links are not followed"):
        write(tmp_path / "macro", MACRO, {NAME: PICTURE})
    with pytest.raises(BadMacro, match="links are not followed"):
        tidy(tmp_path / "macro", ())
    assert [each.name for each in (tmp_path / "elsewhere").iterdir()] == ["mine.txt"]


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_is_no_macro(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.macro")
    with pytest.raises(BadMacro, match="is no file"):
        read(tmp_path / "pipe.macro")


def test_a_size_is_told_without_unpacking(tmp_path: Path) -> None:
    cut = png(size=(6000, 6000))
    assert files.size_of(cut, "x") == (6000, 6000)
    with pytest.raises(BadMacro, match="damaged"):
        files.size_of(PICTURE[:60] + b"\0" + PICTURE[61:], "x")
    with pytest.raises(BadMacro, match="more than 40 million pixels"):
        files.size_of(png(size=(8000, 6000)), "x")
