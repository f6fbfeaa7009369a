import argparse
import io
import json
import subprocess
import sys

import pytest

from desktop_agent.cli import eval as evaluations
from desktop_agent.cli import main as command_line
from desktop_agent.cli import options
from desktop_agent.cli.narrate import Narrator
from desktop_agent.core import settings
from desktop_agent.core.actions import Action, ActionKind, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.chat import Usage
from desktop_agent.core.errors import Refused, UsageError
from desktop_agent.core.events import RunEnded, Said, Saying, Stepped, Thinking
from desktop_agent.core.settings import Settings
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.audit import default_path as audit_path
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.database import Database, default_path
from desktop_agent.store.runs import Runs


class Failing:
    """A command that raises what it was given."""

    NAME = "failing"
    HELP = "fails"

    def __init__(self, error):
        self.error = error

    def add_arguments(self, parser):
        parser.add_argument("--loud", action="store_true")

    def run(self, arguments):
        raise self.error


def test_an_error_is_said_with_its_hint_and_code(capsys):
    assert command_line.main(["failing"], [Failing(Refused("It was denied.", "Allow it."))]) == 3
    assert capsys.readouterr().err == "desktop-agent: It was denied.\n  Allow it.\n"


def test_an_error_that_quotes_the_screen_does_not_steer_the_terminal(capsys):
    command_line.main(["failing"], [Failing(UsageError("No window “\x1b[2J”.", "There is “\x1b]0;x\x07”."))])
    assert "\x1b" not in capsys.readouterr().err


def test_a_run_that_is_shown_does_not_steer_the_terminal(capsys):
    database = Database(default_path())
    runs, conversation = Runs(database), Conversations(database).create("t")
    run = runs.start(conversation, "look", None, "remote:\x1b[2J")
    runs.looked(run, "\x1b[2Jtool", "\x1b[2Jseen")
    database.close()
    assert command_line.main(["runs", "show", run]) == 0
    shown = capsys.readouterr().out
    assert "\\x1b[2Jtool: \\x1b[2Jseen" in shown
    assert "\x1b" not in shown


def test_a_run_that_was_killed_shows_what_it_had_begun_as_unknown(capsys):
    database, log = Database(default_path()), Audit(audit_path())
    runs, conversation = Runs(database), Conversations(database).create("t")
    run, other = (runs.start(conversation, "look", None, "instant") for _ in range(2))
    action, verdict = Action(ActionKind.LEFT_CLICK, "Click \x1b“OK”", (), "s1"), Verdict(Ruling.ASK, "", "acting")
    ended = log.intent(run, action, verdict, None)
    log.outcome(ended, StepResult(action, Outcome.CONFIRMED, "Done.", verdict))
    begun = log.intent(run, action, verdict, None)
    log.intent(other, action, verdict, None)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with database.write() as connection:
        connection.execute("UPDATE runs SET pid = ?", (gone.pid,))
    database.close()
    assert command_line.main(["runs", "show", run]) == 0
    shown = capsys.readouterr().out
    assert shown.count("\n     unknown: it was begun") == 1
    assert "Click “OK”" in shown.replace("\\x1b", "")
    assert "\x1b" not in shown
    assert "unknown: Its process ended before" in shown
    assert command_line.main(["runs", "show", run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [each["id"] for each in told["unknown"]] == [begun]


def test_an_error_is_one_json_object_on_the_last_line(capsys):
    assert command_line.main(["failing", "--json"], [Failing(UsageError("What?", "So."))]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"ok": False, "error": "What?", "hint": "So."}


@pytest.mark.expects_log_errors
def test_what_nobody_expected_is_said_without_a_traceback(capsys):
    assert command_line.main(["failing", "--json"], [Failing(ZeroDivisionError("oops"))]) == 1
    shown = capsys.readouterr()
    assert "oops" in json.loads(shown.out.splitlines()[-1])["error"]
    assert "Traceback" not in shown.err


def test_a_run_is_shown_by_its_id(capsys):
    assert command_line.main(["runs", "show", "nosuch", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == 'No run begins with "nosuch".'
    assert command_line.main(["runs", "show"]) == 2


def test_interrupting_is_stopping():
    assert command_line.main(["failing"], [Failing(KeyboardInterrupt())]) == 4


@pytest.mark.parametrize(
    "words", [[], ["nonsense"], ["do"], ["eval"], ["eval", "nosuch"], ["do", "x", "--planner", "clever"]]
)
def test_wrong_usage_returns_2_and_is_told_as_everything_else(words, capsys):
    assert command_line.main(words) == 2
    assert capsys.readouterr().err.startswith("desktop-agent: Wrong usage: ")
    assert command_line.main([*words, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["hint"].endswith("--help")


@pytest.mark.parametrize("command", command_line.NAMES)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        command_line.main([command, "--help"])
    assert caught.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("evaluation", [each.NAME for each in evaluations.EVALUATIONS])
def test_every_evaluation_has_help_and_takes_json_on_either_side(evaluation, capsys):
    with pytest.raises(SystemExit) as caught:
        command_line.main(["eval", evaluation, "--help"])
    assert caught.value.code == 0
    assert "--json" in capsys.readouterr().out
    given = {"grounding": ["F"], "miniwob": [], "trajectories": ["R"]}[evaluation]
    for words in (["eval", "--json", evaluation, *given], ["eval", evaluation, *given, "--json"]):
        assert command_line.parser(command_line.commands()).parse_args(words).json is True
    assert command_line.parser(command_line.commands()).parse_args(["eval", evaluation, *given]).json is False


def test_parsing_imports_nothing_heavy():
    code = (
        "import sys; from desktop_agent.cli.main import parser, commands; parser(commands());"
        "heavy = {'PySide6', 'numpy', 'PIL', 'llama_cpp', 'openai', 'Xlib', 'mss', 'keyring', 'pynput'};"
        "sys.exit(' '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def parsed(*words):
    parser = argparse.ArgumentParser()
    options.add_planner(parser)
    return parser.parse_args(words)


def test_the_command_line_overrides_the_settings(tmp_path):
    settings.save(Settings(model="/old.gguf", mmproj="/old-mmproj.gguf", planner="local"))
    model = tmp_path / "new.gguf"
    model.touch()
    chosen = options.chosen_settings(parsed("--model", str(model), "--base-url", "http://127.0.0.1:1/v1"))
    assert (chosen.model, chosen.mmproj, chosen.planner) == (str(model), "", "local")
    assert chosen.remote_enabled


def test_how_the_local_model_runs_can_be_said_on_the_command_line():
    settings.save(Settings(threads=3, context_tokens=8192, image_encoder_on_cpu=True))
    assert options.chosen_settings(parsed()) == settings.load()
    words = (
        "--context 0 --kv-type q8_0 --gpu-layers -1 --batch 256 --ubatch 64 --scope-tokens 900 --zoom-tokens 500 "
        "--attachment-tokens 2000 --keep-screenshots 2 --no-image-encoder-on-cpu"
    )
    chosen = options.chosen_settings(parsed(*words.split()))
    assert chosen == Settings(
        threads=3,
        kv_type="q8_0",
        batch_tokens=256,
        ubatch_tokens=64,
        scope_image_tokens=900,
        zoom_image_tokens=500,
        attachment_image_tokens=2000,
        keep_screenshots=2,
    )


@pytest.mark.parametrize("words", ["--context -1", "--context many", "--gpu-layers -2", "--keep-screenshots 0"])
def test_what_a_local_model_can_not_be_set_to(words, capsys):
    with pytest.raises(SystemExit):
        parsed(*words.split())
    assert "is no number from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "servers"),
    [
        ((), [("http://kept/v1", "kept"), ("http://more/v1", "its model")]),
        (("--model-name", "b"), [("http://kept/v1", "b"), ("http://more/v1", "its model")]),
        (("--base-url", "http://a/v1"), [("http://a/v1", "kept")]),
        (
            ("--base-url", "http://a/v1", "--base-url", "http://b/v1", "--model-name", "m"),
            [("http://a/v1", "m"), ("http://b/v1", "m")],
        ),
        (
            ("--base-url", "http://a/v1", "--model-name", "m", "--base-url", "http://b/v1", "--model-name", "n o"),
            [("http://a/v1", "m"), ("http://b/v1", "n o")],
        ),
    ],
)
def test_the_command_line_names_servers_in_order_of_preference(words, servers):
    settings.save(Settings(base_url="http://kept/v1", model_name="kept", more_servers=("http://more/v1 its model",)))
    assert list(options.chosen_settings(parsed(*words)).servers) == servers


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--model-name", "a", "--model-name", "b"), "no server"),
        (("--base-url", "http://a", "--model-name", "a", "--model-name", "b"), "1 servers and 2 names"),
        (("--base-url", "http://a", "--base-url", "http://b c", "--model-name", "a"), "space"),
    ],
)
def test_servers_and_models_that_do_not_fit_are_wrong_usage(words, problem):
    with pytest.raises(UsageError, match=problem):
        options.chosen_settings(parsed(*words))


def test_a_missing_model_file_is_wrong_usage():
    with pytest.raises(UsageError, match="There is no file"):
        options.chosen_settings(parsed("--model", "/nowhere.gguf"))


@pytest.mark.parametrize(("text", "value"), [("on", True), ("off", False), ("200", 200)])
def test_thinking(text, value):
    assert options.thinking(text) == value


def test_how_a_run_ended_is_the_exit_code(capsys):
    codes = [
        options.report(RunEnded("r", status, "S"), "instant", True)
        for status in ("done", "failed", "limit", "gave_up", "refused", "waiting", "stopped")
    ]
    assert codes == [0, 1, 1, 1, 3, 3, 4]
    assert json.loads(capsys.readouterr().out.splitlines()[0])["ok"] is True


def test_the_narrator_puts_answers_on_stdout_and_steps_on_stderr(capsys):
    action = Action(ActionKind.KEY, "Press \x1b[2J", (), "s1")
    step = StepResult(action, Outcome.CONFIRMED, "Done.", Verdict(Ruling.ASK, "", ""))
    narrator = Narrator(sys.stdout, sys.stderr)
    for event in (
        Saying("It says\n"),
        Saying("5\x1b[6"),
        Said("", Usage()),
        Stepped(1, step),
        RunEnded("r", "done", "Did it."),
    ):
        narrator(event)
    shown = capsys.readouterr()
    assert shown.out == "It says\n5\\x1b[6\n"
    assert shown.err == "1. Press \\x1b[2J: confirmed. Done.\ndone: Did it.\n"


def test_a_run_is_shown_with_what_each_turn_took(capsys):

    database = Database(default_path())
    runs = Runs(database)
    run = runs.start("conv", "Press 5", None, "local:m")
    runs.usage(run, Usage(412, 0, 39, 4.31, 2.0, encoded=1))
    runs.usage(run, Usage(1500, 1450, 1, 0.2, 0.0, encoded=0))
    runs.usage(run, Usage(0, 0, 0, 0.5, 1.0, reuse_told=False))
    runs.usage(run, Usage(20, 0, 0, 0.5, 1.0, reuse_told=False))
    runs.end(run, "done", "Did it.")
    database.close()
    assert command_line.main(["runs", "show", run]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Turns of the planner:",
        "  1. 412 tokens read, 0 of them reused; 1 image encoded; 39 written, 19.0 a second; first token after 4.31 s.",
        "  2. 1500 tokens read, 1450 of them reused; 0 images encoded; 1 written; first token after 0.20 s.",
        "  3. first token after 0.50 s.",
        "  4. 20 tokens read; first token after 0.50 s.",
        "All: 1932 tokens read; 40 written.",
        "done: Did it.",
    ]
    assert command_line.main(["runs", "show", run, "--json"]) == 0
    turns = json.loads(capsys.readouterr().out)["turns"]
    assert turns[0] == {
        "prompt": 412, "reused": 0, "images_encoded": 1, "generated": 39, "tokens_per_second": 19.0,
        "first_token_seconds": 4.31, "generate_seconds": 2.0, "answered_by": None,
    }  # fmt: skip
    assert turns[2]["prompt"] is turns[2]["reused"] is turns[2]["images_encoded"] is turns[2]["generated"] is None


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_reasoning_and_answer_have_lines_of_their_own_in_a_terminal():
    shown = Terminal()
    narrator = Narrator(shown, shown)
    for event in (Thinking("hm, "), Thinking("5?"), Saying("It is"), Saying(" 5."), Said("", Usage()), Thinking("ok")):
        narrator(event)
    narrator(RunEnded("r", "done", "Did it."))
    assert shown.getvalue() == "hm, 5?\nIt is 5.\nok\ndone: Did it.\n"


def test_reasoning_is_not_written_where_nobody_watches(capsys):
    narrator = Narrator(sys.stdout, sys.stderr)
    for event in (Thinking("hm"), Saying("5"), Said("", Usage())):
        narrator(event)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("5\n", "")


def test_the_narrator_says_which_server_answers_where_that_changes(capsys):
    narrator = Narrator(sys.stdout, sys.stderr)
    for by in ("", "a at x:1", "a at x:1", "b at \x1by:2"):
        narrator(Said("", Usage(by=by)))
    assert capsys.readouterr().err == "· answered by a at x:1\n· answered by b at \\x1by:2\n"


def test_a_run_that_is_shown_names_the_servers_that_answered(capsys):
    database = Database(default_path())
    runs = Runs(database)
    run = runs.start(Conversations(database).create("t"), "look", None, "remote:a, b")
    for by in ("a at x:1", "a at x:1", "b at \x1by:2"):
        runs.usage(run, Usage(20, 10, 5, by=by))
    database.close()
    assert command_line.main(["runs", "show", run]) == 0
    assert "Answered by a at x:1, then b at \\x1by:2.\n" in capsys.readouterr().out
    assert command_line.main(["runs", "show", run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [turn["answered_by"] for turn in told["turns"]] == ["a at x:1", "a at x:1", "b at \x1by:2"]
