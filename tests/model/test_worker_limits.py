"""What the model's process gives up, and that it works all the same."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.core.chat import Options
from desktop_agent.core.child import Child
from desktop_agent.core.errors import PlannerError
from desktop_agent.model import confinement, local, worker_limits, worker_trial
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import CLICK, GREEDY, picture, said, turn_of

Pair = tuple[Path, Path]
Make = Callable[..., LocalPlanner]
linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")


def what_it_can_do(planner: LocalPlanner, monkeypatch: pytest.MonkeyPatch, secret: Path) -> list[str]:
    def nosy(_: str, *arguments: str, **options: Any) -> Child:
        return Child("tests.model.nosy_worker", *arguments, **options)

    monkeypatch.setattr(local, "Child", nosy)
    with pytest.raises(PlannerError) as caught:
        planner.prefill([said(str(secret))], [], Options())
    done: list[str] = json.loads(caught.value.user_message)
    return done


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "secret.txt"
    path.write_text("mine")
    return path


@linux
def test_a_loaded_worker_can_do_nothing_but_its_work(
    make_planner: Make, chain_pair: Pair, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert what_it_can_do(make_planner(chain_pair), monkeypatch, secret) == []
    assert secret.read_text() == "mine"
    assert not secret.with_name("written").exists()


@linux
def test_the_attempts_succeed_without_limits(
    make_planner: Make, chain_pair: Pair, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOSY_WITHOUT_LIMITS", "1")
    done = what_it_can_do(make_planner(chain_pair), monkeypatch, secret)
    assert {"socket in the main thread", "fork in the other thread", "read in the main thread"} < set(done)


@linux
def test_every_thread_is_limited(make_planner: Make, random_pair: Pair) -> None:
    planner = make_planner(random_pair)
    turn_of(planner.stream([said("Look", picture(1))], [CLICK], GREEDY))
    threads = [*Path(f"/proc/{planner.worker_pid}/task").iterdir()]
    states = [(thread / "status").read_text() for thread in threads]
    assert len(states) > 2
    assert all("Seccomp:\t2" in state and "NoNewPrivs:\t1" in state for state in states)


@linux
def test_a_limited_worker_keeps_its_cache(make_planner: Make, chain_pair: Pair, tmp_path: Path) -> None:
    cache = tmp_path / "not yet" / "cache"
    system = [said("Look", picture(1))]
    turn_of(make_planner(chain_pair, {"cache": cache}).stream(system, [CLICK], GREEDY))
    assert list(cache.glob("images/*.bin"))
    assert "files: only what it needs; network and programs: given up" in (tmp_path / "model.log").read_text()


@linux
def test_with_a_graphics_build_calls_are_limited_after_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    limited: list[str] = []
    monkeypatch.setattr(worker_limits, "uses_graphics", lambda: True)
    monkeypatch.setattr(worker_limits, "_bound_the_damage", lambda: None)
    monkeypatch.setattr(confinement, "limit_calls", lambda: limited.append("calls") or "")
    monkeypatch.setattr(confinement, "limit_files", lambda *_: limited.append("files") or "")
    limits = worker_limits.apply(ModelConfig(Path("model.gguf"), None))
    assert limited == []
    assert limits.later
    assert "network and programs: given up" in str(limits.later())
    assert limited == ["calls"]


@pytest.mark.parametrize("name", ["pyseccomp", "landlockpy"])
def test_a_missing_library_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    limit = {"pyseccomp": confinement.limit_calls, "landlockpy": lambda: confinement.limit_files([], [])}[name]
    assert (name if sys.platform == "linux" else "Linux") in limit()


@linux
@pytest.mark.parametrize(("call", "words"), [("landlock_create_ruleset", "has no Landlock"), ("seccomp", "no seccomp")])
def test_a_kernel_without_it_is_said(call: str, words: str) -> None:
    """A process in which the kernel seems to know no such call."""
    code = (
        "import errno, sys, pyseccomp\n"
        "from desktop_agent.model import confinement\n"
        "rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)\n"
        "[rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name) for name in sys.argv[1:]]\n"
        "rules.load()\n"
        "print(confinement.limit_files([], []) if 'landlock' in sys.argv[1] else confinement.limit_calls())\n"
    )
    names = [call, "prctl"] if call == "seccomp" else [call]
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True)
    assert words in done.stdout


def test_another_system_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confinement.limit_files([], []) == confinement.limit_calls() == confinement.OTHER_SYSTEM


def test_the_parts_of_a_split_model_can_be_read(tmp_path: Path) -> None:
    model = tmp_path / "big-00001-of-00003.gguf"
    listed = [*worker_limits.readable(ModelConfig(model, None))]
    assert {tmp_path / f"big-0000{number}-of-00003.gguf" for number in (1, 2, 3)} <= set(listed)
    assert tmp_path not in listed


def test_the_folder_that_it_was_started_in_is_not_readable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert tmp_path not in worker_limits.readable(ModelConfig(tmp_path / "model.gguf", None))


@linux
def test_a_trial_shows_what_a_limited_process_can_do() -> None:
    found = worker_trial.trial()
    assert (found.allowed, set(found.refused)) == ((), set(worker_trial.ATTEMPTS))
