"""What the person chose, in one JSON file."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from desktop_agent.core import atomic, paths, sampling
from desktop_agent.core.errors import StoreError, UsageError

PlannerName = Literal["auto", "instant", "local", "remote"]
KvType = Literal["auto", "f16", "q8_0"]
"""How precisely a local model keeps its context: q8_0 takes half the memory of f16."""
PASSWORD_MANAGERS = (
    "keepass", "bitwarden", "1password", "enpass", "pass", "qtpass", "lastpass", "nordpass", "proton-pass",
    "protonpass", "dashlane", "buttercup", "keeweb", "seahorse", "gcr-prompter", "gnome-keyring", "kwallet", "ksecret",
    "pinentry",
)  # fmt: skip
"""Applications that hold passwords or ask for them, by the beginning of a word of their names."""


class Server(NamedTuple):
    """A server that the person chose, by its address, and the name of the model there."""

    address: str
    model: str


@dataclass(frozen=True)
class Settings:
    """Every setting has a default that works. Hotkeys are written like "ctrl+alt+a"."""

    planner: PlannerName = "auto"
    model: str = ""
    """The GGUF of the local model; empty when none was chosen."""
    mmproj: str = ""
    """The GGUF of its image encoder."""
    context_tokens: int = 0
    """Its room for a conversation. Here and below: 0, "auto" or -1 leave it to what the machine has."""
    kv_type: KvType = "auto"
    gpu_layers: int = -1
    threads: int = 0
    batch_tokens: int = 0
    ubatch_tokens: int = 0
    image_encoder_on_cpu: bool = False
    unload_minutes: int = 10
    """A local model that nobody asks for so long is unloaded, and loaded again by the next question; 0 keeps it."""
    scope_image_tokens: int = 0
    """How many tokens a picture of the scope may take, at 28×28 pixels each."""
    zoom_image_tokens: int = 0
    attachment_image_tokens: int = 0
    keep_screenshots: int = 4
    """How many screenshots the model still sees at least; older ones are dropped, several at a time."""
    sampling: dict[str, dict[str, float]] = dataclasses.field(default_factory=dict)
    """What to change in `core.sampling.PRESETS`: {"chat": {"temperature": 0.7}}."""
    hub_endpoint: str = ""
    """Where models are fetched from; empty means huggingface.co, or HF_ENDPOINT where that is set."""
    remote_enabled: bool = False
    """Whether `auto` may use a server: nothing leaves this machine before the person says so."""
    base_url: str = ""
    model_name: str = ""
    more_servers: tuple[str, ...] = ()
    """Servers to ask where that one can't be reached or is overloaded, in this order: "ADDRESS MODEL" each."""
    server_silence_seconds: int = 120
    """How long the server may send nothing; without a graphics card it reads a picture for minutes."""
    ask_hotkey: str = "ctrl+alt+a"
    stop_hotkey: str = "ctrl+alt+escape"
    card_hotkey: str = "ctrl+alt+y"
    record_hotkey: str = "ctrl+alt+r"
    pause_hotkey: str = "ctrl+alt+p"
    """Pauses a recording, and is the program's only while there is one."""
    trusted_devices: tuple[str, ...] = ()
    """Names of virtual devices (XTEST) that count as the person, with * and ?: screen sharing, on-screen keyboards."""
    language: str = ""
    """"en" or "zh_CN"; empty follows the system."""
    theme: Literal["system", "light", "dark"] = "system"
    never_captured: tuple[str, ...] = PASSWORD_MANAGERS
    """Applications that planners never see: each by the beginning of a word of its name, in any case."""

    @property
    def servers(self) -> tuple[Server, ...]:
        """All servers, in order of preference."""
        first = [Server(self.base_url, self.model_name)] if self.base_url else []
        return (*first, *(_server(text) for text in self.more_servers))


def with_servers(settings: Settings, servers: Sequence[Server]) -> Settings:
    """`settings` with these servers, in order of preference, instead of theirs.

    Raises:
        UsageError: an address contains white space, which stands between address and model where they are kept.
    """
    if any(server.address.split() not in ([], [server.address]) for server in servers):
        raise UsageError("A server's address contains a space.", "Write it like http://127.0.0.1:8000/v1.")
    first, *others = servers or [Server("", "")]
    return dataclasses.replace(
        settings,
        base_url=first.address,
        model_name=first.model,
        more_servers=tuple(f"{server.address} {server.model}" for server in others),
    )


def _server(text: str) -> Server:
    address, _, model = text.strip().partition(" ")
    return Server(address, model.strip())


IMAGE_TOKENS = (0, 4096)
"""llama.cpp makes no image larger than that."""
BOUNDS = {
    "context_tokens": (0, 1 << 24),
    "gpu_layers": (-1, 10_000),
    "threads": (0, 1024),
    "batch_tokens": (0, 1 << 16),
    "ubatch_tokens": (0, 1 << 16),
    "scope_image_tokens": IMAGE_TOKENS,
    "zoom_image_tokens": IMAGE_TOKENS,
    "attachment_image_tokens": IMAGE_TOKENS,
    "keep_screenshots": (1, 64),
    "unload_minutes": (0, 1_000_000),
}
"""The least and the most that a setting may be."""


def load(path: Path | None = None) -> Settings:
    """Read the settings; defaults where there is no file. Unknown keys are ignored, so that an older version can read a
    newer one's file.

    Raises:
        UsageError: the file is damaged or a value has the wrong type.
    """
    path = path or paths.config() / "settings.json"
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(raw, dict):
        raise _damaged(path, "not an object")
    hints = get_type_hints(Settings)
    given = {field.name: raw[field.name] for field in dataclasses.fields(Settings) if field.name in raw}
    try:
        return Settings(**{name: _checked(name, hints[name], value) for name, value in given.items()})
    except ValueError as error:
        raise _damaged(path, str(error)) from error


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings in one piece: the old file stays until the new one is whole on disk."""
    path = path or paths.config() / "settings.json"
    try:
        atomic.replace(path, json.dumps(dataclasses.asdict(settings), indent=2).encode())
    except OSError as error:
        raise StoreError(
            f"The settings could not be saved: {error.strerror}.", "Free some space and try again.", str(error)
        ) from error


def _checked(name: str, hint: Any, value: Any) -> Any:
    """The setting `name`, of the type `hint`, from its `value` in JSON.

    Raises:
        ValueError: it is no such thing.
    """
    kind = get_origin(hint) or hint
    if kind is dict:
        return sampling.checked(value)
    if kind is Literal:
        fits = value in get_args(hint)
    elif kind is tuple:
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
    else:
        fits = type(value) is kind
    if fits and name in BOUNDS:
        fits = BOUNDS[name][0] <= value <= BOUNDS[name][1]
    if not fits:
        raise ValueError(f"{name} = {value!r}")
    return tuple(value) if kind is tuple else value


def _damaged(path: Path, details: str) -> UsageError:
    return UsageError(
        f"The settings file {path} can't be read ({details}).", "Mend it or delete it; defaults are used then.", details
    )
