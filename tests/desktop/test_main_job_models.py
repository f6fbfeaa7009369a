"""A model drives real applications through the command line: one on a server, and one loaded from a file."""

import json
from pathlib import Path

from tests.contract.openai_server import MODEL, OpenAIServer, call, text
from tests.desktop.command_line import (
    Application,
    CommandLine,
    galculator_fixture,  # noqa: F401 # found by name
    line_fixture,  # noqa: F401 # found by name
    mousepad_fixture,  # noqa: F401 # found by name
)
from tests.model.tiny import write_chain_pair

TEXT = "grüß dich, 世界"
TOOLS = {
    *("left_click", "right_click", "middle_click", "left_double_click", "hover", "left_drag", "key", "type"),
    *("scroll", "WAIT", "DONE", "FAIL"),
}
"""The names that GLM was trained on."""


def on_server(server: OpenAIServer, window: str) -> tuple[str, ...]:
    options = ("--planner", "remote", "--base-url", server.url, "--model-name", MODEL)
    return (
        "do",
        f"greet with the words {TEXT}",
        "--scope",
        f"window:{window}",
        "--approve",
        "ordinary",
        "--json",
        *options,
    )


def test_a_server_that_calls_glms_tools_drives_mousepad(line: CommandLine, mousepad: Application) -> None:
    click = json.dumps({"start_box": mousepad.thousandths("text"), "element_info": "the text area"})
    words = json.dumps({"content": TEXT}, ensure_ascii=False)
    answers = (call("left_click", click[:7], click[7:]), call("type", words), call("DONE", '{"summary": "Greeted."}'))
    with OpenAIServer(*answers) as server:
        ended = line.run(*on_server(server, "mousepad"))
    assert ended.code == 0, ended.said
    assert mousepad.text == TEXT
    assert ended.json["planner"] == f"remote:{MODEL}"
    assert ended.json["summary"] == "Greeted. (Last check: the text now holds it.)"
    first, second, third = (each.body for each in server.chats)
    assert {each["function"]["name"] for each in first["tools"]} > TOOLS
    assert _images(first) == 1, "the window as it is at the beginning"
    assert (_images(second), _images(third)) == (2, 3), "and after each action"
    assert "confirmed: Done: the text now holds it." in json.dumps(third, ensure_ascii=False)


def test_a_server_that_writes_glms_calls_as_text_drives_mousepad(line: CommandLine, mousepad: Application) -> None:
    point = mousepad.thousandths("text")
    calls = (
        "I click there.\n" + glm_call("left_click", "start_box", point),
        glm_call("type", "content", TEXT),
        glm_call("DONE", "summary", "Greeted."),
    )
    with OpenAIServer(*(text(*_pieces(each)) for each in calls)) as server:
        ended = line.run(*on_server(server, "mousepad"))
    assert ended.code == 0, ended.said
    assert mousepad.text == TEXT
    assert "I click there." in ended.out
    assert "tool_call" not in ended.out, "a call is no part of the answer"


def test_a_click_beside_the_window_is_refused_and_the_model_is_told(line: CommandLine, mousepad: Application) -> None:
    """A model that points at what is outside of the picture is not followed there."""
    answers = (call("left_click", '{"start_box": [1500, 500]}'), text("I can't."))
    with OpenAIServer(*answers) as server:
        ended = line.run(*on_server(server, "mousepad"))
    assert ended.code == 1, ended.said
    assert (ended.json["status"], ended.json["steps"]) == ("failed", 0), "words make no success of it"
    assert "thousandths" in server.chats[1].body["messages"][-1]["content"]


def test_a_model_from_a_file_presses_a_key_of_galculator(
    line: CommandLine, galculator: Application, tmp_path: Path
) -> None:
    assert galculator.text == "0"
    point = galculator.thousandths("toggle button", "7")
    written = glm_call("left_click", "start_box", point)
    model, mmproj = write_chain_pair(tmp_path, written, then="I pressed the seven.")
    local = ("--planner", "local", "--model", str(model), "--mmproj", str(mmproj))
    ended = line.run("do", "press 7", "--scope", "window:galculator", "--approve", "ordinary", "--json", *local)
    assert ended.code == 0, ended.said
    assert galculator.text == "7"
    assert ended.json["planner"] == "local:chain"
    assert ended.json["steps"] == 1
    assert ended.out.splitlines()[0] == "I pressed the seven."


def glm_call(name: str, key: str, value: object) -> str:
    """A call with one argument as GLM writes it."""
    return f"<tool_call>{name}\n<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n</tool_call>"


def _images(body: dict[str, object]) -> int:
    return json.dumps(body).count('"image_url": {')


def _pieces(answer: str) -> list[str]:
    """As a server streams: cut anywhere, within a tag too."""
    return [answer[at : at + 7] for at in range(0, len(answer), 7)]
