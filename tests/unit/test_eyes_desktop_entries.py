"""Desktop entries: parsing, matching, launching."""

import json
import os
import sys
from pathlib import Path

import pytest

from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.desktop.apps.entry import arguments
from desktop_agent.desktop.apps.xdg import XdgLauncher
from tests.desktop.helpers import wait_until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The applications folder of a person whose system has none."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    (tmp_path / "home" / "applications").mkdir(parents=True)
    (tmp_path / "system" / "applications").mkdir(parents=True)
    return tmp_path / "home" / "applications"


def write(folder: Path, identity: str, **keys: str) -> None:
    lines = ["# a comment", "[Desktop Entry]", "Type=Application"]
    lines += [f"{key.replace('__', '[') + ']' if '__' in key else key}={value}" for key, value in keys.items()]
    lines += ["", "[Desktop Action new]", "Name=Never this", "Exec=never"]
    (folder / identity).parent.mkdir(parents=True, exist_ok=True)
    (folder / identity).write_text("\n".join(lines), "utf-8")


def found(name: str) -> list[str]:
    return [each.id for each in XdgLauncher().find(name)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mousepad %U", ("mousepad",)),
        ("app --new-window %u --end", ("app", "--new-window", "--end")),
        ('"/opt/my app/run" --x', ("/opt/my app/run", "--x")),
        (r'sh "-c" "echo \\"hi\\" \\$HOME"', ("sh", "-c", 'echo "hi" $HOME')),
        ("app 100%%", ("app", "100%")),
        ("app --name=%c %i", ("app", "--name=My App", "--icon", "pic")),
        ("app %k", ("app", "/x/app.desktop")),
        ('app "%f"', ("app", "%f")),
        (r"app a\sb", ("app", "a", "b")),
        ('app ""', ("app", "")),
    ],
)
def test_exec_keys_become_arguments(value: str, expected: tuple[str, ...]) -> None:
    assert arguments(value, "My App", "/x/app.desktop", "pic") == expected


@pytest.mark.parametrize("value", ['app "never ends', "app %z", "app %"])
def test_a_broken_exec_key_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"quote|field code"):
        arguments(value, "n", "p", "")


def test_an_exact_name_stands_alone(folder: Path) -> None:
    write(folder, "calc.desktop", Name="Calculator", Exec="galculator")
    write(folder, "calc2.desktop", Name="Calculator Pro", Exec="pro", Keywords="calculator;")
    assert found("calculator") == ["calc.desktop"]
    assert found("CALCULATOR ") == ["calc.desktop"]


@pytest.mark.parametrize("name", ["org.x.edit.desktop", "org.x.edit", "edit", "Mousepad", "mousepad-bin"])
def test_id_and_program_are_exact_names_too(folder: Path, name: str) -> None:
    write(folder, "org.x.edit.desktop", Name="Mousepad", Exec="/usr/bin/mousepad-bin %F")
    write(folder, "other.desktop", Name="Edit Mousepad-bin Mousepads", Exec="other")
    assert found(name) == ["org.x.edit.desktop"]


def test_beginnings_of_words_come_before_keywords(folder: Path) -> None:
    write(folder, "a.desktop", Name="Text Editor", Exec="a")
    write(folder, "b.desktop", Name="Bee", GenericName="Plain Text Editing", Exec="b")
    write(folder, "c.desktop", Name="Cee", Keywords="note;text edit;", Exec="c")
    write(folder, "d.desktop", Name="Context editor", Exec="d")
    assert found("text ed") == ["a.desktop", "b.desktop", "c.desktop"]


def test_localized_and_original_names_both_match(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    write(folder, "calc.desktop", Name="Calculator", Name__zh_CN="计算器", Name__de="Rechner", Exec="c")
    assert [each.name for each in XdgLauncher().find("计算器")] == ["计算器"]
    assert found("calculator") == ["calc.desktop"]
    assert found("Rechner") == []


@pytest.mark.parametrize(
    "keys",
    [
        {"NoDisplay": "true"},
        {"Hidden": "true"},
        {"TryExec": "no-such-program-anywhere"},
        {"OnlyShowIn": "KDE;"},
        {"Type": "Link"},
        {"Exec": 'app "never ends'},
    ],
)
def test_what_is_not_to_be_shown_is_not_found(folder: Path, keys: dict[str, str]) -> None:
    (folder / "x.desktop").write_text(
        "[Desktop Entry]\n"
        + "\n".join(f"{k}={v}" for k, v in ({"Type": "Application", "Name": "X", "Exec": "x"} | keys).items())
    )
    assert found("X") == []


def test_an_entry_of_the_person_hides_the_system_s(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "system" / "applications", "x.desktop", Name="X", Exec="x")
    assert found("X") == ["x.desktop"]
    write(folder, "x.desktop", Name="X", Exec="x", Hidden="true")
    assert found("X") == []


def test_an_entry_in_a_subfolder_has_it_in_its_id(folder: Path) -> None:
    write(folder, "kde/x.desktop", Name="X", Exec="x")
    assert found("X") == ["kde-x.desktop"]


def test_launching_runs_the_program_detached_and_without_a_shell(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    script = tmp_path / "program.py"
    script.write_text(
        "import json, os, sys, pathlib\n"
        f"new = pathlib.Path({str(out)!r} + '.new')\n"
        "new.write_text(json.dumps([sys.argv[1:], os.getsid(0) == os.getpid(), os.getcwd()]))\n"
        f"new.rename({str(out)!r})\n"
    )
    write(
        folder,
        "x.desktop",
        Name="X",
        Exec=f'{sys.executable} {script} "$(touch {tmp_path}/bad)" ; %U',
        Path=str(tmp_path),
    )
    XdgLauncher().launch("x.desktop")
    wait_until(out.exists, what="the program's output")
    assert json.loads(out.read_text()) == [["$(touch " + str(tmp_path) + "/bad)", ";"], True, str(tmp_path)]
    assert not (tmp_path / "bad").exists()


def test_launching_what_is_gone_says_so(folder: Path) -> None:
    write(folder, "x.desktop", Name="X", Exec="/no/such/program")
    with pytest.raises(Unavailable, match="X could not be started"):
        XdgLauncher().launch("x.desktop")
    with pytest.raises(UsageError, match="no application y"):
        XdgLauncher().launch("y.desktop")


@pytest.mark.timeout(20)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_no_entry_and_nobody_waits_for_it(folder: Path) -> None:
    os.mkfifo(folder / "trap.desktop")
    write(folder, "good.desktop", Name="Good", Exec="good")
    assert found("good") == ["good.desktop"]
