"""A GLM-4.6V model in this process: conversation in, events out, nothing evaluated twice.

Over llama.cpp's low-level bindings, because the stock chat handler clears the context and encodes every image again on
each call. Not safe to use from several threads, but for `cancel`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop_agent.core.chat import End, EndReason, Event, Message, Options, Picture, ToolSpec, Usage
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.model import identity
from desktop_agent.model.answer import Answer
from desktop_agent.model.cancellation import Cancellation
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.context import Aborted, EvaluatedContext, cells, common
from desktop_agent.model.disk_cache import DiskCache
from desktop_agent.model.embeddings import EmbeddingCache
from desktop_agent.model.loading import LoadedModel
from desktop_agent.model.mtmd import Entry, ImageEntry
from desktop_agent.model.prefixes import PrefixStates
from desktop_agent.model.prompt import Prompt, PromptRenderer

MIN_ANSWER = 16
"""Tokens that must be free for the answer before a conversation is begun."""


@dataclass(frozen=True)
class Phase:
    """What the engine is at: "load", "template", "evaluate", "encode" (nothing can interrupt that one), "generate"."""

    name: str


Fetch = Callable[[Image, int, int], Image]
"""An image's pixels, best in the width and height that are told."""


class Engine:
    """A loaded model with its context.

    Args:
        config: files and sizes.
        fetch: gives an image's pixels when they have to be encoded, told the width and height in which they are; by
            default they are in the message, and are scaled here.
        notify: is told the phases, from the calling thread.

    Raises:
        PlannerError: a file is missing, damaged, doesn't fit the other one or the memory.
    """

    def __init__(
        self,
        config: ModelConfig,
        fetch: Fetch = lambda image, width, height: image,
        notify: Callable[[Phase], None] = lambda phase: None,
    ) -> None:
        self._fetch, self._notify = fetch, notify
        self._cancelled = Cancellation()
        self._loaded = LoadedModel(config, lambda name: notify(Phase(name)))
        self._renderer: PromptRenderer = self._loaded.renderer
        self._context: EvaluatedContext = self._loaded.context
        self._context.abort_on(self._cancelled)
        self._embeddings = _embeddings(self._loaded.config)
        self._prefixes = _prefixes(self._loaded.config)
        self._preamble: tuple[object, list[Entry]] = (None, [])
        self._images: dict[str, Image] = {}
        self._encoded = 0

    def close(self) -> None:
        """Free everything."""
        self._loaded.close()

    def cancel(self) -> None:
        """End the running `stream` or `prefill`; from any thread. Without one, ends the next."""
        self._cancelled.set()

    def resume(self) -> None:
        """Take a cancellation back that came when nothing ran."""
        self._cancelled.clear()

    def forget(self) -> None:
        """Drop the evaluated context."""
        self._context.clear()

    @property
    def last_logits(self) -> list[float]:
        """The prediction after the last token evaluated, one number a token of the vocabulary."""
        pointer = self._loaded.lib.llama_get_logits_ith(self._context.llama, -1)
        return list(pointer[: self._loaded.vocabulary_size])

    def prefill(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Usage:
        """Evaluate the conversation so far, without beginning an answer.

        Raises:
            PlannerError: it could not be evaluated.
        """
        started = time.monotonic()
        try:
            prompt = self._render(messages, tools, options, generate=False)
            wanted = self._entries(prompt)
            shared = self._shared(wanted, messages, tools, options)
            reused = self._evaluate(wanted, shared, evaluate_last=False)
        except Aborted:
            return Usage()
        finally:
            self._cancelled.clear()
        return Usage(cells(wanted), reused, 0, time.monotonic() - started, encoded=self._encoded)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer the conversation.

        Raises:
            PlannerError: it could not be evaluated.
        """
        started = time.monotonic()
        wanted: list[Entry] = []
        reused = 0
        answer: Answer | None = None
        reason: EndReason = "cancelled"
        try:
            prompt = self._render(messages, tools, options, generate=True)
            wanted = self._entries(prompt)
            shared = self._shared(wanted, messages, tools, options)
            reused = self._evaluate(wanted, shared, evaluate_last=True)
            self._notify(Phase("generate"))
            answer = Answer(self._loaded, self._context, tools, options, prompt.reasoning, self._cancelled)
            yield from answer.events(min(options.max_tokens, self._context.size - cells(wanted)))
            reason = answer.reason
        except Aborted:
            reason = "cancelled"
        finally:
            self._cancelled.clear()
        now = time.monotonic()
        begun = (answer and answer.begun) or now
        generated = answer.generated if answer else 0
        yield Usage(cells(wanted), reused, generated, begun - started, now - begun, encoded=self._encoded)
        yield End(reason)

    def _render(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options, generate: bool
    ) -> Prompt:
        self._encoded = 0
        self._notify(Phase("template"))
        prompt = self._renderer.render(messages, tools, bool(options.thinking), generate)
        self._notify(Phase("evaluate"))
        return prompt

    def _entries(self, prompt: Prompt) -> list[Entry]:
        pictures = [segment for segment in prompt.segments if isinstance(segment, Picture)]
        self._images = {picture.image.digest: picture.image for picture in pictures}
        entries = self._loaded.entries(prompt.segments)
        size, needed = self._context.size, cells(entries)
        if needed + MIN_ANSWER > size:
            shown = sum(entry.tokens for entry in entries if not isinstance(entry, int))
            of_them = f", {shown} of them for pictures" if shown else ""
            raise PlannerError(
                f"The conversation is too long for the model: {needed} tokens{of_them}, and its context holds {size}.",
                "Start a new conversation, or make the context larger in the settings.",
            )
        return entries

    def _shared(
        self, wanted: Sequence[Entry], messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options
    ) -> int:
        """How many entries at the beginning of `wanted` every conversation with the same system text and tools has."""
        system = [message for message in messages[:1] if message.role == "system" and not message.pictures]
        if not system or self._prefixes is None:
            return 0
        key = (system, list(tools), bool(options.thinking))
        if self._preamble[0] != key:  # else it was tokenised for the turn before
            prompt = self._renderer.render(system, tools, bool(options.thinking), generate=False)
            self._preamble = key, self._loaded.entries(prompt.segments)
        return common(self._preamble[1], wanted)

    def _evaluate(self, wanted: Sequence[Entry], shared: int, evaluate_last: bool) -> int:
        """Bring the context to `wanted`, whose first `shared` entries other conversations have as well; how many cells
        of it were there already."""
        kept = self._context.keep(wanted, evaluate_last)
        shared = min(shared, len(wanted) - evaluate_last)
        if kept < shared and self._prefixes is not None:
            if self._prefixes.restore(self._context, wanted[:shared]):
                kept = shared
            else:
                kept = len(self._context.entries)
                self._add(wanted[kept:shared])
                self._prefixes.keep(self._context)
        self._add(wanted[len(self._context.entries) :])
        return cells(wanted[:kept])

    def _add(self, entries: Sequence[Entry]) -> None:
        text: list[int] = []
        for entry in entries:
            if isinstance(entry, int):
                text.append(entry)
                continue
            self._context.add_tokens(text, self._evaluating)
            text = []
            self._add_image(entry)
        self._context.add_tokens(text, self._evaluating)

    def _evaluating(self) -> None:
        self._notify(Phase("evaluate"))

    def _add_image(self, entry: ImageEntry) -> None:
        if self._cancelled.is_set():
            raise Aborted
        encoder = self._loaded.encoder
        if encoder is None:
            raise PlannerError("The model has no image encoder.", "Choose its mmproj file in the settings.")
        embedding = self._embeddings.get(entry, encoder.size_of(entry))
        if embedding is None:
            image = self._fetch(self._images[entry.digest], entry.width, entry.height)
            self._notify(Phase("encode"))
            embedding = encoder.encode(image, entry)
            self._encoded += 1
            self._notify(Phase("evaluate"))
            self._embeddings.put(entry, embedding)
        self._context.add_image(encoder, entry, embedding)


def _embeddings(config: ModelConfig) -> EmbeddingCache:
    if config.cache is None:
        return EmbeddingCache(config.embedding_cache_bytes)
    disk = DiskCache(config.cache / "images", config.embedding_disk_bytes)
    return EmbeddingCache(config.embedding_cache_bytes, disk, identity.of_encoder(config))


def _prefixes(config: ModelConfig) -> PrefixStates | None:
    if config.cache is None:
        return None
    disk = DiskCache(config.cache / "prefixes", config.prefix_disk_bytes)
    return PrefixStates(disk, identity.of_model(config))
