"""Mutated macros, quickly: the long form is `tests/bench/macros_fuzz.py`."""

import json
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core.errors import UsageError
from desktop_agent.macros import files, values
from desktop_agent.macros.errors import BadMacro
from tests.bench import macro_inputs, macro_victim, macros_fuzz
from tests.unit.test_macros_files import MACRO

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.filterwarnings("ignore:Duplicate name")  # Some of them hold two files of one name.
@QUICK
@given(st.integers(0, 2**40))
def test_whatever_a_macro_is_it_is_read_or_refused(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rng = random.Random(seed)
        path = macro_victim.made(rng, Path(folder))
        assert macro_victim.tried(path, Path(folder), rng) in ("read", "refused")


@given(JSON, st.sampled_from(["name", "steps", "parameters", "format", "speed", "comment", "other"]))
def test_whatever_stands_in_a_field_is_read_or_refused(value: Any, field: str) -> None:
    body = {**json.loads(files.dump(MACRO)), field: value}
    try:
        macro = files.parse(json.dumps(body).encode())
    except BadMacro:
        return
    assert files.parse(files.dump(macro)) == macro


@given(st.binary(max_size=200))
def test_whatever_bytes_there_are_they_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(BadMacro):
        files.parse(data)


@given(st.text() | st.lists(st.sampled_from(["{{", "}}", "\\", "a", "secret:", " ", "{", "}"])).map("".join))
def test_texts_are_read_as_they_were_escaped(text: str) -> None:
    assert "".join(map(str, values.parse(values.escape(text)))) == text
    assert values.fill(values.escape(text), {}) == text


def test_a_part_without_a_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.macro", "w") as file:
        file.writestr("macro.json", files.dump(MACRO))
        file.writestr("x", b"")
    data = (tmp_path / "one.macro").read_bytes()
    at = data.rindex(b"PK\x01\x02")
    shortened = data[: at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :]  # in the directory: no name
    (tmp_path / "one.macro").write_bytes(shortened)
    with pytest.raises(BadMacro):
        files.read(tmp_path / "one.macro")


def test_the_long_form_in_short() -> None:
    figures = macros_fuzz.run(0.003, lambda _: None)
    assert [each.name for each in figures if each.missed] == []


def test_the_watch_sees_what_it_must(tmp_path: Path) -> None:
    """In a process of its own: what watches can't be taken off again."""
    code = """
import os, pathlib, socket, subprocess, sys
from tests.bench.macro_victim import Watch
folder = pathlib.Path(sys.argv[1])
(folder / "link").symlink_to("/etc/hostname")
watch = Watch(folder)
watch.on = True
(folder / "inside").write_text("x")
os.rename(folder / "inside", folder / "moved")
assert watch.trespasses == [], watch.trespasses
for trespass in (
    lambda: open("/etc/hostname"),
    lambda: (folder / "link").read_text(),
    lambda: os.rename(folder / "moved", folder.parent / "out"),
    lambda: os.mkdir(folder.parent / "out2"),
    lambda: subprocess.run(["true"]),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 9)),
):
    watch.trespasses.clear()
    trespass()
    assert watch.trespasses, trespass
"""
    (tmp_path / "folder").mkdir()
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "folder")]
    ended = subprocess.run(command, cwd=macros_fuzz.ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_whatever_the_other_fuzzer_begins_with_is_read_or_refused(tmp_path: Path) -> None:
    tried = set()
    for number, seed in enumerate(macro_inputs.seeds()[::3]):
        folder = tmp_path / str(number)
        folder.mkdir()
        kind, trial = macro_inputs.prepared(seed, folder)
        try:
            trial()
        except UsageError:
            continue
        tried.add(kind)
    assert tried == {each.__name__ for each in macro_inputs.KINDS}


def test_the_other_fuzzer_keeps_what_it_finds(tmp_path: Path) -> None:
    """In a process of its own, in which reading a macro breaks; that needs no atheris."""
    code = """
import pathlib, sys
from desktop_agent.macros import files
from tests.bench import coverage_macros
folder = pathlib.Path(sys.argv[1])
trial = coverage_macros.Trial(folder, 1)
trial.one(b"\\1{}")
assert not (folder / "found").exists()
files.read = lambda path: open("/etc/hostname").read() and 1 / 0
trial.one(b"\\1{}")
found = [each.read_text() for each in sorted((folder / "found").glob("*.txt"))]
assert len(found) == 2 and "ZeroDivisionError" in found[0] and "/etc/hostname" in found[1], found
"""
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    ended = subprocess.run(command, cwd=macros_fuzz.ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
