"""The shell functions of installer/setup.sh, run with programs that stand in for the system's."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Machine:
    """A PATH of its own with the few programs the functions call, and stand-ins that a test adds."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.root = folder / "checkout"
        self.bin.mkdir()
        for part in ("requirements", "installer"):
            (self.root / part).mkdir(parents=True)
        for name in ("build", "runtime", "dev"):
            (self.root / "requirements" / f"{name}.txt").write_text(name)
        (self.root / "pyproject.toml").write_text("[project]")
        for program in ("sh", "cat", "cksum", "rm", "mkdir", "env", "touch"):
            (self.bin / program).symlink_to(
                f"/bin/{program}" if Path(f"/bin/{program}").exists() else f"/usr/bin/{program}"
            )

    def add(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        script = f'set -eu; root="{self.root}"; . "{ROOT}/installer/setup.sh"; {code}'
        return subprocess.run(
            ["/bin/sh", "-c", script],
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def as_user(machine, uid):
    machine.add("id", f"echo {uid}")
    machine.add("dpkg-query", 'echo "one:installed two:not-installed "; case "$*" in *three*) exit 1 ;; esac')


def test_nothing_is_installed_when_all_is_there(machine):
    as_user(machine, 1000)
    done = machine.run("install_packages one")
    assert (done.returncode, done.stderr) == (0, "")


def test_without_root_or_sudo_the_missing_packages_are_listed(machine):
    as_user(machine, 1000)
    done = machine.run("install_packages one two three")
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends two three" in done.stderr


def test_root_installs_just_what_is_missing(machine):
    as_user(machine, 0)
    machine.add("apt-get", f'echo "$@" >> {machine.root}/apt')
    done = machine.run("install_packages one two")
    assert done.returncode == 0, done.stderr
    assert (machine.root / "apt").read_text().splitlines()[-1].endswith("--no-install-recommends two")


def test_a_failing_apt_is_said(machine):
    as_user(machine, 0)
    machine.add("apt-get", 'echo "E: no such package" >&2; exit 100')
    done = machine.run("install_packages two")
    assert done.returncode == 1
    assert "could not install: two" in done.stderr


def test_other_systems_get_the_list(machine):
    done = machine.run("install_packages one two")
    assert done.returncode == 0
    assert "one two" in done.stderr


def test_no_usable_python_is_said(machine):
    machine.add("python3", "exit 1")
    done = machine.run("find_python || echo none")
    # An absolute candidate may be there on the machine that runs this test.
    assert done.stdout.strip() in ("none", "/usr/bin/python3")


def test_a_python_without_tkinter_is_passed_over(machine):
    machine.add("python3", "exit 1")
    machine.add("python3.13", "exit 0")
    done = machine.run('PATH="$PATH"; find_python')
    assert done.stdout.strip() in (str(machine.bin / "python3.13"), "/usr/bin/python3")


def make_venv(machine, log, name=".venv"):
    (machine.root / name / "bin").mkdir(parents=True)
    python = machine.root / name / "bin" / "python"
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] || echo "$@" >> {log}\n')
    python.chmod(0o755)


def test_the_second_time_nothing_is_installed(machine, tmp_path):
    log = tmp_path / "log"
    make_venv(machine, log)
    assert machine.run("install_environment run").returncode == 0
    first = log.read_text()
    assert "--require-hashes" in first
    assert "dev.txt" not in first
    assert machine.run("install_environment run").returncode == 0
    assert log.read_text() == first


def test_the_servers_of_the_full_tests_have_an_environment_of_their_own(machine, tmp_path):
    log, servers = tmp_path / "log", machine.root / ".venv-servers"
    make_venv(machine, log)
    make_venv(machine, log, ".venv-servers")
    (machine.root / "requirements" / "servers.txt").write_text("one")
    for lock, installs in (("one", 1), ("one", 1), ("two", 2)):
        (machine.root / "requirements" / "servers.txt").write_text(lock)
        assert machine.run("install_servers").returncode == 0
        lines = log.read_text().splitlines()
        assert lines[0] == f"-m venv --clear {servers}"
        assert [line.count("--require-hashes") for line in lines].count(1) == installs
    (servers / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (servers / "installed").unlink()
    failed = machine.run("install_servers")
    assert failed.returncode == 1
    assert "could not install transformers' server" in failed.stderr
    assert not (servers / "installed").exists()


def test_a_changed_lock_file_is_installed(machine, tmp_path):
    log = tmp_path / "log"
    make_venv(machine, log)
    machine.run("install_environment run")
    first = log.read_text()
    (machine.root / "requirements" / "runtime.txt").write_text("other")
    machine.run("install_environment run")
    assert len(log.read_text()) > len(first)


def test_the_tests_environment_serves_run_too(machine, tmp_path):
    log = tmp_path / "log"
    make_venv(machine, log)
    machine.run("install_environment test")
    first = log.read_text()
    assert "dev.txt" in first
    machine.run("install_environment run")
    assert log.read_text() == first


def test_the_second_run_adds_less_than_two_seconds():
    if not list((ROOT / ".venv").glob("installed-*")):
        pytest.skip("this checkout's environment was not made by installer/run.sh or test.sh")

    def seconds(*command):
        began = time.monotonic()
        done = subprocess.run([*command, "--version"], capture_output=True, text=True)
        assert done.stdout.startswith("desktop-agent "), done
        return time.monotonic() - began

    script, program = ("sh", str(ROOT / "installer" / "run.sh")), (str(ROOT / ".venv" / "bin" / "desktop-agent"),)
    added = min(seconds(*script) - seconds(*program) for _ in range(3))
    assert added < 2.0


@pytest.mark.parametrize("name", ["run.sh", "test.sh", "setup.sh"])
def test_the_scripts_are_plain_posix_shell(name):
    subprocess.run(["/bin/sh", "-n", str(ROOT / "installer" / name)], check=True)


def test_no_lock_file_names_an_index():
    for file in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in file.read_text(), file


def test_the_lock_leaves_python3_xlib_out():
    assert "python3-xlib" not in (ROOT / "requirements" / "runtime.txt").read_text()


def test_the_interpreter_of_the_tests_has_what_set_up_promises():
    code = "import sys, tkinter, venv; sys.exit(sys.version_info < (3, 11))"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ)).returncode == 0
