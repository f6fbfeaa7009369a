"""Model files that are wrong in one place: none does more than end the process that loads it, and each is explained."""

import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.engine import Engine
from desktop_agent.model.gguf_check import check_pair, read_header
from desktop_agent.model.gguf_reader import MAX_ELEMENTS
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import GREEDY, picture, said, turn_of
from tests.model.hostile import Loader, outcomes
from tests.model.mutants import ARRAY, BOOL, FLOAT32, INT32, STRING, UINT32, Draft, Key, take_apart
from tests.model.tiny import Shape, write_random_pair

Pair = tuple[Path, Path]
Make = Callable[..., LocalPlanner]
QUICK = 250
"""`desktop-agent bench hostile` tries ten thousand."""


def survived(count: int, folder: Path) -> Counter[str]:
    """How the first `count` mutants ended, each with a message where it did not load."""
    pair = write_random_pair(folder, shape=Shape(128))
    ends: Counter[str] = Counter()
    with Loader(folder / "log") as loader:
        for outcome in outcomes(pair, folder, range(count), loader):
            ends[outcome.how] += 1
            assert outcome.how == "answers" or len(outcome.message) > 20, outcome
            assert outcome.how != "hung", outcome
    return ends


def test_mutants_are_refused_in_words_or_load(tmp_path: Path) -> None:
    ends = survived(QUICK, tmp_path)
    assert ends["killed the loader"] == 0, "llama.cpp aborts on a file that the check let pass"
    assert min(ends["refused before loading"], ends["refused while loading"], ends["answers"]) > QUICK // 20


@pytest.mark.parametrize("which", [0, 1])
def test_what_llama_says_is_passed_on(
    which: int, make_engine: Callable[..., Engine], random_pair: Pair, tmp_path: Path
) -> None:
    draft = take_apart(random_pair[which])
    draft.tensors[-1].name = b"unheard of"
    files = list(random_pair)
    files[which] = tmp_path / "bad.gguf"
    draft.write(files[which])
    with pytest.raises(PlannerError, match=r"says: .*(missing tensor|unable to find tensor|wrong number of tensors)"):
        make_engine(files)


def test_a_file_that_kills_the_worker_is_reported(make_planner: Make, random_pair: Pair, tmp_path: Path) -> None:
    bad = tmp_path / "bad-mmproj.gguf"
    draft = take_apart(random_pair[1])
    draft.key("clip.projector_type").value = b"mlp"  # weights of one kind of projector, the name of another
    draft.write(bad)
    check_pair(read_header(random_pair[0]), read_header(bad))
    planner = make_planner((random_pair[0], bad))
    for _ in range(2):
        with pytest.raises(PlannerError, match="ended unexpectedly while it loaded") as caught:
            turn_of(planner.stream([said("Look", picture(1))], [], GREEDY))
        assert "exit code -11" in caught.value.details
    assert planner.worker_pid is None


Change = Callable[[Draft], None]


def _set(name: str, value: object) -> Change:
    def change(draft: Draft) -> None:
        draft.key(name).value = value

    return change


def _retype(name: str, kind: int, value: object) -> Change:
    def change(draft: Draft) -> None:
        key = draft.key(name)
        key.kind, key.value = kind, value

    return change


def _tensor(which: str, **changes: object) -> Change:
    def change(draft: Draft) -> None:
        info = next(info for info in draft.tensors if info.name == which.encode())
        for field, value in changes.items():
            setattr(info, field, value)

    return change


def _add(key: Key) -> Change:
    return lambda draft: draft.keys.append(key)


MODEL_FAULTS: dict[str, Change] = {
    "there twice": lambda draft: draft.keys.append(draft.keys[0]),
    "a token is there twice": lambda draft: draft.key("tokenizer.ggml.tokens").value.__setitem__(1, b"!"),
    "holds numbers of the type 26": _tensor("blk.0.ffn_up.weight", kind=26),
    "has the unknown type 13": _add(Key(b"x", 13, raw=b"")),
    "unknown type 77": _tensor("blk.0.ffn_up.weight", kind=77),
    "instead of": _tensor("blk.1.ffn_up.weight", offset=32),
    "has the shape": _tensor("blk.1.ffn_up.weight", shape=[2**62, 2**62]),
    "5 dimensions": _tensor("blk.1.ffn_up.weight", shape=[1] * 5),
    "name is too long": _tensor("blk.1.ffn_up.weight", name=b"x" * 64),
    "no power of two": _add(Key(b"general.alignment", UINT32, 48)),
    "less than 32": _add(Key(b"general.alignment", UINT32, 8)),
    "rope.dimension_count is 0": _set("glm4.rope.dimension_count", 0),
    "dimension_sections is": _set("glm4.rope.dimension_sections", [8, 12, 12, 127]),
    "block_count is 513": _set("glm4.block_count", 513),
    "rms_epsilon is nan": _set("glm4.attention.layer_norm_rms_epsilon", float("nan")),
    "says that it has 4000001 elements": _add(Key(b"x", ARRAY, raw=struct.pack("<IQ", INT32, MAX_ELEMENTS + 1))),
    "bytes of the weights are missing": lambda draft: setattr(draft, "data", draft.data[:-1]),
    "old converter": _set("glm4.rope.dimension_sections", [0, 8, 12, 12]),
}
ENCODER_FAULTS: dict[str, Change] = {
    "image_size has the type string": _retype("clip.vision.image_size", STRING, b"336"),
    "image_mean has the type": _retype("clip.vision.image_mean", BOOL, True),
    "embedding_length is 0": _set("clip.vision.embedding_length", 0),
    "patch_size is 4294967295": _set("clip.vision.patch_size", 2**32 - 1),
    "epsilon is -1": _set("clip.vision.attention.layer_norm_epsilon", -1.0),
    "is no three numbers": _set("clip.vision.image_mean", [0.5]),
    "image_std is zero": _set("clip.vision.image_std", [0.0] * 3),
    "among 3 heads": _set("clip.vision.attention.head_count", 3),
    "don't fill": _set("clip.vision.image_size", 337),
    "spatial_merge_size is 0": _add(Key(b"clip.vision.spatial_merge_size", UINT32, 0)),
    "swiglu_clamp has the type u32": _add(Key(b"clip.vision.swiglu_clamp", UINT32, 0)),
    "attn_qkv.weight has the shape": _tensor("v.blk.0.attn_qkv.weight", shape=[192, 64]),
    "attn_qkv.weight is missing": _tensor("v.blk.1.attn_qkv.weight", name=b"v.blk.1.x"),
    "patch_embd.bias is missing": _tensor("v.patch_embd.bias", name=b"v.x"),
    "holds numbers of the type 26": _tensor("v.blk.0.ln1.weight", kind=26),
    "belongs to another model": _set("clip.vision.projection_dim", 8),
}


@pytest.mark.parametrize("words", MODEL_FAULTS)
def test_what_is_wrong_with_a_model(words: str, random_pair: Pair, tmp_path: Path) -> None:
    draft = take_apart(random_pair[0])
    MODEL_FAULTS[words](draft)
    draft.write(tmp_path / "bad.gguf")
    with pytest.raises(PlannerError, match=words):
        check_pair(read_header(tmp_path / "bad.gguf"), read_header(random_pair[1]))


@pytest.mark.parametrize("words", ENCODER_FAULTS)
def test_what_is_wrong_with_an_encoder(words: str, random_pair: Pair, tmp_path: Path) -> None:
    draft = take_apart(random_pair[1])
    ENCODER_FAULTS[words](draft)
    draft.write(tmp_path / "bad.gguf")
    with pytest.raises(PlannerError, match=words):
        check_pair(read_header(random_pair[0]), read_header(tmp_path / "bad.gguf"))


def test_an_encoder_of_another_kind_is_left_to_llama(random_pair: Pair, tmp_path: Path) -> None:
    draft = take_apart(random_pair[1])
    draft.key("clip.projector_type").value = b"qwen2.5vl_merger"
    _tensor("v.blk.0.attn_qkv.weight", shape=[192, 64])(draft)
    draft.keys.append(Key(b"clip.vision.new", FLOAT32, 1.0))
    draft.write(tmp_path / "other.gguf")
    check_pair(read_header(random_pair[0]), read_header(tmp_path / "other.gguf"))


def test_a_copy_that_was_taken_apart_is_the_same(random_pair: Pair, tmp_path: Path) -> None:
    for path in random_pair:
        take_apart(path).write(tmp_path / "same.gguf")
        assert (tmp_path / "same.gguf").read_bytes() == path.read_bytes()
