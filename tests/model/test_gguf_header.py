"""Reading headers of GGUF files, which anybody may have written."""

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.gguf_check import check_pair, read_header
from desktop_agent.model.memory import needed

Pair = tuple[Path, Path]
START = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)


def test_the_header_of_a_whole_file(random_pair: Pair) -> None:
    model, mmproj = map(read_header, random_pair)
    assert (model.architecture, mmproj.architecture) == ("glm4", "clip")
    assert model.integer("rope.dimension_sections") == 12
    assert model.token_text("bos_token_id") == "[gMASK]"
    assert "<|assistant|>" in model.chat_template
    assert model.size == random_pair[0].stat().st_size
    check_pair(model, mmproj)


def test_the_memory_that_a_context_needs(random_pair: Pair) -> None:
    model, mmproj = map(read_header, random_pair)
    config = ModelConfig(*random_pair, context_tokens=1000, kv_type="f16")
    # 2 layers, 1 KV head, keys and values of 128 numbers, 2 bytes each.
    assert needed(config, model, mmproj).context == 1000 * 2 * 1 * (128 + 128) * 2
    assert needed(config, model, None).weights == model.size


def test_the_context_of_the_real_model() -> None:
    from desktop_agent.model.gguf_check import Header

    shape = {
        "general.architecture": "glm4",
        "glm4.block_count": 40,
        "glm4.embedding_length": 4096,
        "glm4.attention.head_count": 32,
        "glm4.attention.head_count_kv": 2,
    }
    header = Header(Path("GLM-4.6V-Flash-Q4_K_M.gguf"), 6_200_000_000, shape)
    for kind, token in (("f16", 40 * 1024), ("q8_0", 40 * 1024 * 17 // 32)):
        config = ModelConfig(header.path, None, context_tokens=32768, kv_type=kind)  # type: ignore[arg-type]
        assert needed(config, header, None).context == 32768 * token


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_bytes_end_in_a_message(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.gguf"
    for content in (data, b"GGUF" + data, START + data):
        path.write_bytes(content)
        with contextlib.suppress(PlannerError):  # anything else fails the test
            header = read_header(path)
            check_pair(header, header)


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<Q", 2**62),
        struct.pack("<Q", 1) + b"k" + struct.pack("<I", 8) + struct.pack("<Q", 2**40),
        struct.pack("<Q", 1) + b"k" + struct.pack("<IIQ", 9, 4, 2**60),
        struct.pack("<Q", 1) + b"k" + struct.pack("<IIQ", 9, 9, 1),
        struct.pack("<Q", 1) + b"k" + struct.pack("<I", 99),
    ],
)
def test_hostile_sizes(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(START + body)
    with pytest.raises(PlannerError, match="damaged or incomplete"):
        read_header(path)


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="can't be read"):
        read_header(tmp_path)


def test_an_unknown_version(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 1, 0, 0))
    with pytest.raises(PlannerError, match="version 1"):
        read_header(path)
