import json

import pytest

from desktop_agent.cli import eval_miniwob
from desktop_agent.cli import main as command_line
from desktop_agent.core import settings
from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation import browser, miniwob, miniwob_report, miniwob_tasks, pool
from desktop_agent.evaluation.scores import Job
from desktop_agent.safety import secrets


def parsed(*words):
    return command_line.parser(command_line.commands()).parse_args(["eval", *words])


@pytest.mark.parametrize("words", [("--json", "miniwob"), ("miniwob", "--json")])
def test_json_may_stand_before_or_behind_the_kind(words):
    assert parsed(*words).json is True


def test_without_json_nothing_is_added():
    assert parsed("miniwob").json is False


def test_tasks_are_named_or_the_sixty_or_all():
    assert eval_miniwob.jobs("click-test, click-test,no-such", 2) == [
        Job(name, seed) for name in ("click-test", "no-such") for seed in range(2)
    ]
    assert [job.task for job in eval_miniwob.jobs("sixty", 1)] == list(miniwob_tasks.SIXTY)
    assert [job.task for job in eval_miniwob.jobs("all", 1)] == list(miniwob_tasks.available())
    with pytest.raises(UsageError, match="No task"):
        eval_miniwob.jobs(" ,", 1)


def test_each_episode_is_run_with_snapping_and_without_where_both_are_wanted():
    ways = {way: eval_miniwob.WAYS[parsed("miniwob", "--snapping", way).snapping] for way in ("on", "off", "both")}
    assert eval_miniwob.jobs("click-test", 1, ways["both"]) == [Job("click-test", 0), Job("click-test", 0, False)]
    assert [job.snapping for way in ("on", "off") for job in eval_miniwob.jobs("click-test", 1, ways[way])] == [
        True,
        False,
    ]
    assert parsed("miniwob").snapping == "on"


def test_the_oracle_leaves_out_what_it_has_no_solver_for_and_says_why():
    jobs = [Job(task, seed) for task in ("click-test", "draw-circle", "no-such") for seed in (0, 1)]
    left_out = eval_miniwob.not_attempted(jobs)
    assert [(job.task, job.seed) for job in left_out] == [("draw-circle", 0), ("draw-circle", 1)]
    assert {score.failure for score in left_out.values()} == {"No tool holds the button along a curve."}


def test_what_nobody_attempts_is_told_at_once_and_starts_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(pool, "Child", lambda *words, **more: pytest.fail("a worker was started"))
    words = ("--planner", "oracle", "--tasks", "draw-circle,tic-tac-toe", "--seeds", "2", "--snapping", "both")
    assert command_line.main(["eval", "miniwob", *words, "--json", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    told = json.loads(lines[-1])
    assert (told["success_rate"], told["episodes"], told["interrupted"], told["snapping"]) == (0, 4, False, None)
    assert told["not_attempted"]["draw-circle"] == "No tool holds the button along a curve."
    assert told["tasks"]["tic-tac-toe"]["success_rate"] == 0
    assert "   0 of 2    draw-circle (not attempted: No tool holds the button along a curve.)" in lines
    assert shown.err.count("draw-circle: not attempted: No tool holds the button along a curve.") == 1
    assert "No tool holds the button along a curve." in (tmp_path / "report.html").read_text("utf-8")


def test_figures_are_not_lost_with_a_report_that_can_t_be_written(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(miniwob_report, "write", full)
    words = ("--planner", "oracle", "--tasks", "draw-circle", "--json", "--out", str(tmp_path))
    assert command_line.main(["eval", "miniwob", *words]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out.splitlines()[-1])["report"] == ""
    assert "No space left" in shown.err


@pytest.fixture
def keyring(monkeypatch):
    kept = {secrets.server_key("http://127.0.0.1:8000"): "sk-of-home"}
    monkeypatch.setattr(secrets, "read", kept.get)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--planner", "remote"), True),
        (("--planner", "auto"), True),
        (("--planner", "oracle"), False),
        (("--planner", "instant"), False),
    ],
)
def test_servers_keys_are_read_for_the_workers_where_they_may_be_wanted(keyring, words, wanted):
    server = ("--base-url", "http://127.0.0.1:8000/v1", "--base-url", "https://b/v1", "--model-name", "m")
    read = {"http://127.0.0.1:8000/v1": "sk-of-home", "https://b/v1": ""}
    keys = {address: {"key": key, "problem": ""} for address, key in read.items()} if wanted else {}
    assert eval_miniwob.setup_of(parsed("miniwob", *words, *server))["server_keys"] == keys


def test_another_server_gets_no_key(keyring):
    setup = eval_miniwob.setup_of(
        parsed("miniwob", "--planner", "remote", "--base-url", "http://elsewhere:8000/v1", "--model-name", "m")
    )
    assert setup["server_keys"] == {"http://elsewhere:8000/v1": {"key": "", "problem": ""}}


def test_the_oracle_is_no_planner_of_the_settings():
    words = ("--planner", "oracle", "--steps", "7", "--noise", "points=3", "--zoom", "1")
    setup = eval_miniwob.setup_of(parsed("miniwob", *words))
    assert setup["zoom"] == 1
    assert setup["planner"] == "oracle"
    assert Settings(**setup["settings"]).planner == "auto"
    assert setup["limits"]["steps"] == 7
    assert setup["noise"]["points"] == 3


def test_without_a_planner_the_settings_say_which():
    settings.save(Settings(planner="instant"))
    assert eval_miniwob.setup_of(parsed("miniwob"))["planner"] == "instant"


@pytest.mark.parametrize("words", [("--seeds", "0"), ("--planner", "magic"), ("--parallel", "no")])
def test_wrong_options_are_wrong_usage(words, capsys):
    assert command_line.main(["eval", "miniwob", *words]) == 2
    assert "Wrong usage" in capsys.readouterr().err


def test_noise_that_is_none_is_said_before_anything_starts(capsys, tmp_path):
    assert command_line.main(["eval", "miniwob", "--noise", "loud=1", "--out", str(tmp_path / "out")]) == 2
    assert "loud" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("missing", "hint"), [("chromium", "apt install chromium"), ("chromedriver", "chromium-driver")]
)
def test_a_missing_browser_or_driver_is_said_with_what_to_install(missing, hint, tmp_path, monkeypatch):
    for name in {"chromium", "chromedriver"} - {missing}:
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=missing) as error:
        browser.require_programs()
    assert hint in error.value.hint


@pytest.mark.parametrize(("module", "check"), [("selenium", browser.require_programs), ("miniwob", miniwob.pages)])
def test_a_missing_package_is_said_with_what_to_install(module, check, monkeypatch):
    real = browser.importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == module else real(name))
    with pytest.raises(Unavailable, match="not installed") as error:
        check()
    assert "desktop-agent[eval]" in error.value.hint
