"""Files that are whole, but not what is needed: each is refused in words, and leaves nothing half-done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import CLICK, GREEDY, picture, said, turn_of
from tests.model.mutants import Draft, take_apart
from tests.model.tiny import CHAIN_TEMPLATE, write_random_pair

Pair = tuple[Path, Path]
Make = Callable[..., LocalPlanner]
NO_TOOLS = CHAIN_TEMPLATE.replace("{%- if tools %}", "{%- if false %}", 1)


def written(draft: Draft, path: Path) -> Path:
    draft.write(path)
    return path


def test_a_picture_without_an_encoder(make_planner: Make, chain_pair: Pair) -> None:
    planner = make_planner((chain_pair[0], None))
    with pytest.raises(PlannerError, match="can't see pictures without its image encoder") as caught:
        turn_of(planner.stream([said("Click 5", picture(1))], [CLICK], Options()))
    assert "mmproj" in caught.value.hint
    pid = planner.worker_pid
    assert turn_of(planner.stream([said("Click 5")], [CLICK], Options())).end == "calls"
    assert planner.worker_pid == pid


def test_a_model_without_a_template(make_planner: Make, chain_pair: Pair, tmp_path: Path) -> None:
    """Other than GLM, whose template is built in."""
    draft = take_apart(chain_pair[0])
    draft.keys.remove(draft.key("tokenizer.chat_template"))
    glm = make_planner((written(draft, tmp_path / "glm.gguf"), chain_pair[1]))
    assert turn_of(glm.stream([said("Click 5", picture(1))], [CLICK], Options())).usage.generated
    for key in draft.keys:
        key.name = key.name.replace(b"glm4.", b"llama.")
    draft.key("general.architecture").value = b"llama"
    other = make_planner((written(draft, tmp_path / "other.gguf"), chain_pair[1]))
    with pytest.raises(PlannerError, match=r"other\.gguf has no chat template"):
        turn_of(other.stream([said("Click 5")], [CLICK], Options()))
    assert other.worker_pid is None


def test_a_template_without_tools(make_planner: Make, chain_pair: Pair, tmp_path: Path) -> None:
    draft = take_apart(chain_pair[0])
    draft.key("tokenizer.chat_template").value = NO_TOOLS.encode()
    planner = make_planner((written(draft, tmp_path / "m.gguf"), chain_pair[1]))
    with pytest.raises(PlannerError, match="no place for tools"):
        turn_of(planner.stream([said("Click 5")], [CLICK], GREEDY))
    pid = planner.worker_pid
    turn = turn_of(planner.stream([said("What is it?")], [], Options(greedy=True, max_tokens=3)))
    assert turn.usage.generated == 3
    assert planner.worker_pid == pid


@pytest.mark.parametrize(
    "template", ["{{ 1 / 0 }}", "{{ raise_exception('no system turn') }}", "{{ messages[99].x.y }}"]
)
def test_a_template_that_fails(template: str, make_planner: Make, tmp_path: Path) -> None:
    planner = make_planner(write_random_pair(tmp_path, template=template))
    with pytest.raises(PlannerError, match="chat template"):
        turn_of(planner.stream([said("x")], [], GREEDY))
    assert planner.worker_pid
