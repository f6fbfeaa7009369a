"""Reading targets in ScreenSpot's formats, and what is no target."""

import json
import struct
import zlib
from pathlib import Path

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation.screenspot import BadEntry, check, read_folder, read_picture

ENTRY = {"img_filename": "a.png", "bbox": [10, 20, 30, 5], "instruction": "save it", "data_type": "icon"}
PRO = {"img_filename": "a.png", "bbox": [10, 20, 40, 25], "instruction": "save it", "ui_type": "icon"}


def picture(path: Path, width: int = 100, height: int = 50) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(Image(width, height, bytes(width * height * 4)).encode_png())


def folder(path: Path, *entries: object, name: str = "targets.json") -> Path:
    (path / name).parent.mkdir(exist_ok=True)
    (path / name).write_text(json.dumps(entries), "utf-8")
    if not (path / "a.png").exists():
        picture(path / "a.png")
    return path


def problem(path: Path, **changes: object) -> str:
    """What is wrong with an entry that differs in `changes` from a good one."""
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    found = read_folder(folder(path, ENTRY, entry))
    assert len(found.targets) == 1
    (said,) = found.problems
    return said


def test_width_and_height_are_told_from_corners_by_the_kind_s_key(tmp_path: Path) -> None:
    found = read_folder(folder(tmp_path, {**ENTRY, "data_source": "windows"}, {**PRO, "application": "word"}))
    assert found.problems == ()
    assert [each.box for each in found.targets] == [Rect(10, 20, 30, 5)] * 2
    assert [each.groups for each in found.targets] == [
        (("data_type", "icon"), ("data_source", "windows")),
        (("data_type", "icon"), ("data_source", "word")),
    ]


def test_where_nothing_tells_nothing_is_guessed(tmp_path: Path) -> None:
    assert "neither" in problem(tmp_path, data_type=None)
    assert "or both" in problem(tmp_path, ui_type="icon")


def test_lists_and_pictures_lie_where_the_archives_put_them(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "word" / "b.png")
    folder(tmp_path, {**PRO, "img_filename": "word/b.png"}, name="annotations/word.json")
    (target,) = read_folder(tmp_path).targets
    assert target.picture == (tmp_path / "images" / "word" / "b.png").resolve()


def test_targets_of_one_picture_come_together(tmp_path: Path) -> None:
    picture(tmp_path / "b.png")
    entries = [{**ENTRY, "img_filename": name, "instruction": str(n)} for n, name in enumerate(["b.png", "a.png"] * 2)]
    found = read_folder(folder(tmp_path, *entries))
    assert [each.instruction for each in found.targets] == ["1", "3", "0", "2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"img_filename": "gone.png"}, "there is no picture gone.png."),
        ({"img_filename": "../outside.png"}, "there is no picture ../outside.png in the folder."),
        ({"img_filename": "a\0.png"}, "is no name of a picture"),
        ({"img_filename": "x" * 5000}, "is no name of a picture"),
        ({"img_filename": 7}, 'it has no "img_filename".'),
        ({"instruction": " "}, 'it has no "instruction".'),
        ({"bbox": [1, 2, 3]}, '"bbox" is not 4 numbers'),
        ({"bbox": [1, 2, 3, float("nan")]}, '"bbox" is not 4 numbers'),
        ({"bbox": [1, 2, 3, 1e300]}, '"bbox" is not 4 numbers'),
        ({"bbox": [True, 2, 3, 4]}, '"bbox" is not 4 numbers'),
        ({"bbox": [10, 10, 0, 5]}, "its box is empty."),
        ({"bbox": [0.1, 0.2, 0.3, 0.4]}, "in shares of the picture"),
        ({"img_size": "large"}, '"img_size" is not 2 numbers'),
        ({}, "is there twice."),
    ],
)
def test_a_bad_entry_is_named_and_the_rest_goes_on(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    picture(tmp_path.parent / "outside.png")
    told = problem(tmp_path, **changes)
    assert told.startswith("targets.json, entry 2: ")
    assert said in told


def test_corners_in_the_wrong_order_are_no_box(tmp_path: Path) -> None:
    found = read_folder(folder(tmp_path, {**PRO, "bbox": [40, 25, 10, 20]}))
    assert "its box is empty." in found.problems[0]


def test_what_is_no_object_is_named(tmp_path: Path) -> None:
    assert read_folder(folder(tmp_path, 7, ENTRY)).problems == ("targets.json, entry 1: it is no object.",)


def test_two_pictures_of_one_name_are_not_chosen_between(tmp_path: Path) -> None:
    picture(tmp_path / "sub" / "a.png")
    assert "there are 2 pictures called a.png." in read_folder(folder(tmp_path, ENTRY)).problems[0]


def test_a_file_that_is_no_list_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    folder(tmp_path, ENTRY)
    (tmp_path / "broken.json").write_text("[{", "utf-8")
    (tmp_path / "deep.json").write_text("[" * 100_000, "utf-8")
    (tmp_path / "other.json").write_text("{}", "utf-8")
    found = read_folder(tmp_path)
    assert len(found.targets) == 1
    assert [said.split(":")[0] for said in found.problems] == ["broken.json", "deep.json", "other.json"]
    assert found.problems[2] == "other.json: it is no list of targets."


def test_a_folder_that_holds_nothing_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        read_folder(tmp_path / "gone")
    with pytest.raises(UsageError, match=r"There is no \*.json file"):
        read_folder(tmp_path)
    (tmp_path / "targets.json").write_text("[]", "utf-8")
    with pytest.raises(UsageError, match="hold no targets"):
        read_folder(tmp_path)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no picture", "is not an image"),
        (bomb(11_000, 11_000), "more than 100 million pixels"),
        (bomb(60_000, 60_000), "more than 100 million pixels"),
        (bomb(100, 50), "is damaged"),
    ],
    ids=["text", "large", "bomb", "cut off"],
)
def test_a_picture_that_can_t_be_read_is_a_bad_entry(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.png").write_bytes(data)
    (target,) = read_folder(folder(tmp_path, ENTRY)).targets
    with pytest.raises(BadEntry, match=said):
        read_picture(target)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (target,) = read_folder(folder(tmp_path, ENTRY)).targets
    with (tmp_path / "a.png").open("ab") as file:
        file.truncate(300_000_000)  # It takes no room on the disk.
    with pytest.raises(BadEntry, match="larger than 200 MB"):
        read_picture(target)


@pytest.mark.parametrize("box", [[90, 20, 30, 5], [-9, 20, 30, 5], [10, 49, 30, 5]])
def test_a_box_must_lie_in_its_picture(tmp_path: Path, box: list[int]) -> None:
    (target,) = read_folder(folder(tmp_path, {**ENTRY, "bbox": box})).targets
    with pytest.raises(BadEntry, match="does not lie in"):
        check(target, read_picture(target))


def test_a_rounded_box_may_reach_over_the_edge(tmp_path: Path) -> None:
    (target,) = read_folder(folder(tmp_path, {**ENTRY, "bbox": [-1, 20, 102, 31]})).targets
    check(target, read_picture(target))


def test_a_picture_of_another_size_than_its_entry_says_is_none(tmp_path: Path) -> None:
    (target,) = read_folder(folder(tmp_path, {**PRO, "img_size": [200, 100]})).targets
    with pytest.raises(BadEntry, match="100×50 pixels large, and not 200×100"):
        check(target, read_picture(target))
