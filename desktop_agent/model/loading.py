"""Loads a model and its image encoder, and knows its vocabulary."""

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from desktop_agent.core.chat import Picture
from desktop_agent.core.errors import PlannerError
from desktop_agent.model import hardware
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.context import EvaluatedContext
from desktop_agent.model.fitting import fitted
from desktop_agent.model.gguf_check import DOWNLOAD_HINT, Header, check_pair, read_header
from desktop_agent.model.llama_log import install_log
from desktop_agent.model.mtmd import Entry, ImageEncoder
from desktop_agent.model.parts import Specials, whole_texts
from desktop_agent.model.prompt import Markup, PromptRenderer, Segment
from desktop_agent.model.template import GLM_TEMPLATE, ChatTemplate

_CONTROL, _USER_DEFINED = 3, 4  # enum llama_token_type, as in tokenizer.ggml.token_type
_SPECIAL_ATTRIBUTES = 1 << 3 | 1 << 4  # enum llama_token_attr
_EOM_KEY = "tokenizer.ggml.eom_token_id"
PAIRS = 7 * 2**17
"""Of tokens that are evaluated at once and tokens before them, with plain attention: 48 at 16,384 tokens. llama.cpp
converts the scores of all heads in a buffer that it doesn't log, 16 bits each."""
_KV_TYPES = {"f16": 1, "q8_0": 8}  # enum ggml_type


class LoadedModel:
    """A model in memory, with its context and, where there is one, its image encoder.

    Args:
        config: files and sizes.
        phase: is called with "load" again and again while it loads, and with "template" before that is compiled.

    `config` is what it runs with: nothing in it is left open.

    Raises:
        PlannerError: a file is missing, damaged, doesn't fit the other one or the memory.
    """

    def __init__(self, config: ModelConfig, phase: Callable[[str], None]) -> None:
        phase("load")
        model = read_header(config.model)
        mmproj = read_header(config.mmproj) if config.mmproj else None
        check_pair(model, mmproj)
        specials = _special_texts(model)
        self._specials = Specials(specials)
        phase("template")
        template = ChatTemplate(
            model.chat_template or _built_in(model), model.token_text("bos_token_id"), model.token_text("eos_token_id")
        )
        phase("load")
        self.renderer = PromptRenderer(template, specials)

        from llama_cpp import llama_cpp

        self.lib, self._llama_log = llama_cpp, install_log()
        llama_cpp.llama_backend_init()
        plan = fitted(config, model, mmproj, hardware.machine())
        for choice in plan.choices:
            self._llama_log.write(f"{choice.name}: {choice.value}. {choice.why}\n")
        self.config = config = plan.config
        self._model = self._load(config, model, phase)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.vocabulary_size = int(llama_cpp.llama_vocab_n_tokens(self.vocabulary))
        self._ids = {text: index for index, text in enumerate(model.tokens) if text in specials}
        self.encoder: ImageEncoder | None = None
        self._context: EvaluatedContext | None = None
        try:
            self._context = self._new_context(config)
            if mmproj:
                phase("load")
                self.encoder = ImageEncoder(mmproj.path, self._model, config, _unit(mmproj))
        except PlannerError as error:
            error.details = f"{error.details}\n{self._llama_log.tail()}"
            self.close()
            raise

    @property
    def context(self) -> EvaluatedContext:
        if self._context is None:
            raise ValueError("closed")
        return self._context

    def close(self) -> None:
        """Free everything, in the order that llama.cpp wants."""
        if self.encoder:
            self.encoder.close()
        if self._context:
            self._context.close()
        if self._model:
            self.lib.llama_model_free(self._model)
        self.encoder = self._context = self._model = None

    def entries(self, segments: Sequence[Segment]) -> list[Entry]:
        """What `segments` take in the context.

        Raises:
            PlannerError: there is a picture, and no image encoder.
        """
        parts = whole_texts(segments, self._specials)
        if self.encoder:
            return self.encoder.entries(parts)
        entries: list[Entry] = []
        for part in parts:
            if isinstance(part, Picture):
                raise PlannerError(
                    "The model can't see pictures without its image encoder.", "Choose its mmproj file in the settings."
                )
            entries.extend(self.tokenize(part.text, isinstance(part, Markup)))
        return entries

    def tokenize(self, text: str, markup: bool = True) -> list[int]:
        """Token ids of `text`; with `markup`, control tokens that it spells count."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (self.lib.llama_token * room)()
        count = self.lib.llama_tokenize(self.vocabulary, data, len(data), tokens, room, False, markup)
        if count < 0:
            raise PlannerError("The conversation could not be turned into tokens.", "", f"llama_tokenize: {count}")
        return list(tokens[:count])

    def special(self, text: str) -> int | None:
        """The id of the control or user-defined token that `text` is; None where the vocabulary has no such token."""
        return self._ids.get(text)

    def is_special(self, token: int) -> bool:
        """Whether it is a control or user-defined token."""
        return bool(self.lib.llama_vocab_get_attr(self.vocabulary, token) & _SPECIAL_ATTRIBUTES)

    def ends(self, token: int) -> bool:
        """Whether the model ends its turn with it."""
        return bool(self.lib.llama_vocab_is_eog(self.vocabulary, token))

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for: UTF-8, perhaps a part of a character. Control tokens give their names."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self.lib.llama_token_to_piece(self.vocabulary, token, buffer, size, 0, True)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def _load(self, config: ModelConfig, header: Header, phase: Callable[[str], None]) -> Any:
        params = self.lib.llama_model_default_params()
        params.n_gpu_layers = config.gpu_layers
        overrides = _overrides(self.lib, header)
        params.kv_overrides = overrides

        def progress(_: float, __: Any) -> bool:
            phase("load")
            return True

        callback = self.lib.llama_progress_callback(progress)
        params.progress_callback = callback
        model = self.lib.llama_model_load_from_file(str(config.model).encode(), params)
        if not model:
            raise PlannerError(
                f"llama.cpp could not load {config.model.name}, and says: {self._llama_log.reason() or 'nothing'}. The "
                "file is damaged, incomplete, or of a kind that it doesn't know.",
                DOWNLOAD_HINT,
                self._llama_log.tail(),
            )
        return model

    def _new_context(self, config: ModelConfig) -> EvaluatedContext:
        params = self.lib.llama_context_default_params()
        params.n_ctx = config.context_tokens
        params.n_batch, params.n_ubatch = config.batch_tokens, config.ubatch_tokens
        params.n_threads = params.n_threads_batch = config.threads
        # Otherwise flash attention is on wherever llama.cpp can, its default. Where it can't, q8_0 is refused by it.
        if config.flash_attention is False:
            params.flash_attn_type = self.lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.type_k = params.type_v = _KV_TYPES[config.kv_type]
        llama = self.lib.llama_init_from_model(self._model, params)
        if not llama:
            raise PlannerError(
                f"llama.cpp could not make a context of {config.context_tokens} tokens in {config.kv_type}.",
                "Make the context smaller in the settings, or close other programs"
                + ("; or set kv_type to f16, which needs no flash attention." if config.kv_type == "q8_0" else "."),
            )
        return EvaluatedContext(llama, config.batch_tokens, PAIRS if config.flash_attention is False else None)


def _special_texts(header: Header) -> frozenset[str]:
    kinds = header.values.get("tokenizer.ggml.token_type", [])
    if not isinstance(kinds, list):
        return frozenset()
    pairs = zip(header.tokens, kinds, strict=False)
    return frozenset(text for text, kind in pairs if kind in (_CONTROL, _USER_DEFINED))


def _built_in(header: Header) -> str:
    if not header.architecture.startswith("glm4"):
        raise PlannerError(
            f"{header.path.name} has no chat template.", "Choose a file of a model that was made for conversations."
        )
    return GLM_TEMPLATE


def _unit(mmproj: Header) -> int:
    """Pixels that a token covers, each way: patches merged two by two where the file doesn't say otherwise."""
    return mmproj.integer("vision.patch_size", 14) * mmproj.integer("vision.spatial_merge_size", 2)


def _overrides(lib: Any, header: Header) -> Any:
    """Mark `<|observation|>`, with which GLM ends a turn that calls, as an end: its converter doesn't."""
    overrides = (lib.llama_model_kv_override * 2)()  # the last one stays empty and ends the list
    if _EOM_KEY not in header.values and "<|observation|>" in header.tokens:
        overrides[0].tag = lib.LLAMA_KV_OVERRIDE_TYPE_INT
        overrides[0].key = _EOM_KEY.encode()
        overrides[0].value.val_i64 = header.tokens.index("<|observation|>")
    return overrides
