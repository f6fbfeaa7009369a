"""Chooses how a model is run by what the machine has, and says why."""

from dataclasses import dataclass, replace

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.settings import KvType
from desktop_agent.core.sizes import human
from desktop_agent.model import memory
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.gguf_check import Header
from desktop_agent.model.hardware import Machine
from desktop_agent.model.memory import Memory
from desktop_agent.model.room import LEAST_CONTEXT, USUAL_CONTEXT, Room, sizes

DESK_BYTES = memory.GIB
"""Main memory that is left to the person's programs, whatever is chosen."""
GPU_RESERVE = memory.GIB
"""Bytes of each GPU that are left to the screen and to what our estimates miss; llama.cpp's own tools leave as much."""
BATCH, SMALL_BATCH = 512, 128
IMAGES = {"image_max_tokens": (12, 1280), "zoom_max_tokens": (16, 1024), "attachment_max_tokens": (16, 2048)}
"""For each use of a picture: one part in so many of the context, and the most tokens that it is worth. Seven
screenshots may stay (`agent.context`), and the answer needs room as well."""
LEAST_IMAGE = 64
ATTENTION_PART = 16
"""Of what is left of the main memory, one part in so many may be spent on faster attention."""
_WHERE = ("on the processor", "on the GPU")


@dataclass(frozen=True)
class Choice:
    """What was chosen, in words for people: its name, its value, and why, as a sentence."""

    name: str
    value: str
    why: str


@dataclass(frozen=True)
class Plan:
    """How the model is run: `config` leaves nothing open. `video` bytes of `memory` lie in GPUs of their own."""

    config: ModelConfig
    choices: tuple[Choice, ...]
    memory: Memory
    video: int


def fitted(config: ModelConfig, model: Header, mmproj: Header | None, machine: Machine) -> Plan:
    """Choose what `config` leaves open.

    Raises:
        PlannerError: it does not fit into the memory, or a setting is not for this model.
    """
    if config.kv_type == "q8_0" and not memory.quantizable(model):
        raise PlannerError(
            f"{model.path.name} can't keep its context in q8_0: its heads are no multiple of {memory.Q8_BLOCK}.",
            "Set kv_type to auto or f16.",
        )
    fitting = _Fitting(config, model, mmproj, machine)
    return fitting.plan()


class _Fitting:
    """One choice after another, each by those before it."""

    def __init__(self, config: ModelConfig, model: Header, mmproj: Header | None, machine: Machine) -> None:
        self._asked = self._config = config
        self._model, self._mmproj, self._machine = model, mmproj, machine
        self._choices: dict[str, Choice] = {}
        self._layers = max(0, model.integer("block_count")) + 1  # the output is one, too
        self._trained = max(0, model.integer("context_length"))
        self._usual = min(USUAL_CONTEXT, self._trained or USUAL_CONTEXT)
        own = [device for device in machine.devices if not device.shared]
        self._shares_memory = bool(machine.devices) and not own
        self._video = sum(max(0, device.free - GPU_RESERVE) for device in own)
        self._encoder_video = 0

    def plan(self) -> Plan:
        self._choose_threads()
        self._choose_encoder()
        self._choose_batch()
        room = self._room(self._config.ubatch_tokens)
        self._choose_context(room)
        self._choose_kv_type(room)
        self._choose_images()
        video = self._encoder_video + self._choose_layers(room)
        needs = memory.needed(self._config, self._model, self._mmproj)
        memory.check_memory(needs, self._machine.free + video, self._model.path.name)
        self._choose_attention(needs.total)
        needs = memory.needed(self._config, self._model, self._mmproj)
        return Plan(self._config, tuple(self._choices.values()), needs, video)

    def _chose(self, name: str, value: object, why: str, **changes: object) -> None:
        self._config = replace(self._config, **changes)  # type: ignore[arg-type]  # the fields' names and types
        self._choices[name] = Choice(name, str(value), why)

    def _choose_threads(self) -> None:
        if self._asked.threads:
            self._chose("threads", self._asked.threads, "As set.")
        else:
            cores = self._machine.cores
            self._chose("threads", cores, "One for each physical core that may be used.", threads=cores)

    def _choose_encoder(self) -> None:
        open_ = {name: most for name, (_, most) in IMAGES.items() if not getattr(self._asked, name)}
        self._config = replace(self._config, **open_)  # type: ignore[arg-type]  # until the context is known
        if self._mmproj is None:
            return
        size = self._encoder_bytes
        if self._asked.image_encoder_on_cpu:
            self._chose("image encoder", _WHERE[0], "As set.")
        elif self._shares_memory:
            self._chose("image encoder", _WHERE[1], "It shares the main memory.")
        elif self._machine.devices and size <= self._video:
            self._encoder_video = size
            self._chose(
                "image encoder", _WHERE[1], f"It takes {human(size)} of the {human(self._video)} to be had there."
            )
        else:
            why = f"It takes {human(size)}, and on the GPU {human(self._video)} are to be had."
            on_cpu = {"image_encoder_on_cpu": True}
            self._chose("image encoder", _WHERE[0], why if self._machine.devices else _NO_GPU, **on_cpu)

    @property
    def _encoder_bytes(self) -> int:
        mmproj = self._mmproj
        return mmproj.size + memory.encoder_working(self._config, mmproj) if mmproj else 0

    def _choose_batch(self) -> None:
        batch, ubatch = self._asked.batch_tokens, self._asked.ubatch_tokens
        why = "As set."
        if not ubatch:
            scarce = self._takes(self._usual, self._kinds[-1], BATCH) > self._room(BATCH).share(self._usual)
            ubatch = min(SMALL_BATCH if scarce else BATCH, batch or BATCH)
            why = "Memory is scarce, and smaller ones need smaller buffers." if scarce else "Larger ones gain little."
        self._set_batch(ubatch, why)

    def _set_batch(self, ubatch: int, why: str) -> None:
        batch = max(self._asked.batch_tokens, ubatch)
        self._chose("batch", f"{batch} tokens, {ubatch} at once", why, batch_tokens=batch, ubatch_tokens=ubatch)

    def _room(self, ubatch: int) -> Room:
        """What is left beside weights and buffers: in the GPUs where all of the model fits there, else everywhere."""
        text = self._model.size + memory.working_bytes(self._model, ubatch, 0)
        layers, video = self._asked.gpu_layers, self._video - self._encoder_video
        whole = layers < 0 or layers >= self._layers
        if whole and text + self._takes(self._usual, self._kinds[-1], ubatch) <= video:
            return Room(video - text, video=True)
        if not whole:
            video = min(video, layers * self._model.size // self._layers)
        encoder = self._encoder_bytes - self._encoder_video + memory.cache_bytes(self._config)
        return Room(self._machine.free - DESK_BYTES - encoder + video - text, video=False)

    def _takes(self, tokens: int, kind: KvType, ubatch: int) -> int:
        return memory.context_bytes(self._model, kind, tokens) + memory.attention_bytes(ubatch, tokens)

    @property
    def _kinds(self) -> tuple[KvType, ...]:
        """How the context may be kept, the most exact first."""
        if self._asked.kv_type != "auto":
            return (self._asked.kv_type,)
        return ("f16", "q8_0") if memory.quantizable(self._model) else ("f16",)

    def _kind_for(self, room: Room, tokens: int) -> KvType | None:
        """How a context of that size is kept, if that much may be spent on it; on one that was set, all may. On a
        processor q8_0 is slow, and only worth it where there would be no usual context or not the one that was set."""
        limit = room.size if self._asked.context_tokens else room.share(tokens)
        worth = room.video or self._asked.context_tokens or tokens <= USUAL_CONTEXT
        kinds = self._kinds if worth else self._kinds[:1]
        return next((kind for kind in kinds if self._takes(tokens, kind, self._config.ubatch_tokens) <= limit), None)

    def _choose_context(self, room: Room) -> None:
        asked, trained = self._asked.context_tokens, self._trained
        if asked and trained and asked > trained:
            why = f"{asked} were set; the model was trained for no more than this."
            self._chose("context", f"{trained} tokens", why, context_tokens=trained)
        elif asked:
            self._chose("context", f"{asked} tokens", "As set.")
        else:
            fitting = (size for size in sizes(self._trained) if self._kind_for(room, size))
            tokens = next(fitting, min(LEAST_CONTEXT, self._usual))
            kind = self._kinds[-1 if room.video or 2 * tokens <= USUAL_CONTEXT else 0]
            why = room.why_no_longer(tokens, self._trained, kind)
            self._chose("context", f"{tokens} tokens", why, context_tokens=tokens)

    def _choose_kv_type(self, room: Room) -> None:
        tokens = self._config.context_tokens
        takes = {kind: memory.context_bytes(self._model, kind, tokens) for kind in self._kinds}
        kind = self._kind_for(room, tokens) or self._kinds[-1]
        if self._asked.kv_type != "auto":
            why = f"As set; it takes {human(takes[kind])}."
        elif kind == "q8_0":
            slower = "" if room.video else " It is slower on the processor."
            why = f"It takes {human(takes[kind])}; f16 would take {human(takes['f16'])}.{slower}"
        else:
            why = f"There is room: it takes {human(takes[kind])}."
        self._chose("context's precision", kind, why, kv_type=kind)

    def _choose_attention(self, needed: int) -> None:
        """On a processor plain attention is faster, and takes much more memory for each token that is computed at once;
        with few of them it is as fast. For a quantised context llama.cpp has none."""
        if self._machine.devices or self._asked.flash_attention is not None:
            return
        ubatch = self._asked.ubatch_tokens or min(SMALL_BATCH, self._config.ubatch_tokens)
        takes = memory.plain_attention_bytes(self._model, ubatch, self._config.context_tokens)
        fits = takes <= (self._machine.free - needed) // ATTENTION_PART
        if self._config.kv_type != "f16":
            self._chose("attention", _FLASH, "A quantised context takes no other.", flash_attention=True)
        elif not fits:
            why = f"Plain attention would take {human(takes)}."
            self._chose("attention", _FLASH, why, flash_attention=True)
        else:
            why = f"It is faster on a processor, and there is room: it takes {human(takes)}."
            self._chose("attention", "plain", why, flash_attention=False)
            if not self._asked.ubatch_tokens:
                self._set_batch(ubatch, "Plain attention is as fast with few, and needs memory for each.")

    def _choose_images(self) -> None:
        if self._mmproj is None:
            return
        context = self._config.context_tokens
        chosen = {
            name: getattr(self._asked, name) or max(LEAST_IMAGE, min(most, context // part))
            for name, (part, most) in IMAGES.items()
        }
        scope, zoom, attached = chosen.values()
        value = f"{scope} tokens for the scope, {zoom} zoomed into, {attached} attached"
        why = "So that several fit into the context. A token covers 28×28 pixels."
        self._chose("pictures", value, "As set." if chosen == self._images_set else why, **chosen)
        self._encoder_video = min(self._encoder_video, self._encoder_bytes)  # smaller ones need smaller buffers

    @property
    def _images_set(self) -> dict[str, int]:
        return {name: getattr(self._asked, name) for name in IMAGES}

    def _choose_layers(self, room: Room) -> int:
        """Returns the bytes that they take in GPUs of their own."""
        asked, layers = self._asked.gpu_layers, self._layers
        if not self._machine.devices:
            self._chose("GPU layers", f"0 of {layers}", _NO_GPU, gpu_layers=0)
            return 0
        names = ", ".join(device.name for device in self._machine.devices)
        if self._shares_memory:
            count = layers if asked < 0 else min(asked, layers)
            self._chose("GPU layers", f"{count} of {layers}", f"{names} shares the main memory.", gpu_layers=count)
            return 0
        text = memory.needed(self._config, self._model, None)
        each, video = (text.weights + text.context) // layers, self._video - self._encoder_video
        count = layers if room.video else max(0, min(layers, (video - text.working) // max(1, each)))
        why = f"{names} has room for {human(video)}, and a layer with its context takes {human(each)}."
        if asked >= 0:
            count, why = min(asked, layers), "As set."
        self._chose("GPU layers", f"{count} of {layers}", why, gpu_layers=count)
        taken = count * each + text.working if count else 0
        if taken > video:
            raise PlannerError(
                f"{count} layers need about {human(taken)} of the GPU's memory, and {human(video)} are to be had.",
                "Set gpu_layers to -1, which takes as many as fit, or make the context smaller.",
            )
        return taken


_FLASH = "flash"
_NO_GPU = "This build of llama.cpp finds no GPU."
