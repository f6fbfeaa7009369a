"""A model in a file is measured by the same command as any planner."""

import json
from pathlib import Path

import pytest

from desktop_agent.cli import main as command_line
from desktop_agent.core.images import Image
from tests.model.tiny import write_chain_pair

BOX = "<|begin_of_box|>[[100,200,300,400]]<|end_of_box|>"


def test_a_local_model_s_box_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, mmproj = write_chain_pair(tmp_path, BOX)
    (tmp_path / "a.png").write_bytes(Image(280, 280, bytes(280 * 280 * 4)).encode_png())
    entries = [
        {"img_filename": "a.png", "bbox": box, "instruction": said, "data_type": "icon"}
        for said, box in (("there", [28, 56, 56, 56]), ("elsewhere", [200, 200, 40, 40]))
    ]
    (tmp_path / "targets.json").write_text(json.dumps(entries), "utf-8")
    words = ("--model", str(model), "--mmproj", str(mmproj), "--greedy", "--max-tokens", "100", "--json")
    assert command_line.main(["eval", "grounding", str(tmp_path), *words]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["targets"], told["accuracy"], told["iou50"]) == (2, 0.5, 0.5)
    assert told["planner"].startswith("local:")
