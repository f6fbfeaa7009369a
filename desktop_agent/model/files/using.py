"""Which files a person means, using them, and removing them."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.errors import UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.core.text import one_line
from desktop_agent.model.files import naming, pair, shelf
from desktop_agent.model.files.listing import encoder_rank
from desktop_agent.model.files.shelf import Kept
from desktop_agent.model.gguf_check import read_header


@dataclass(frozen=True)
class Removal:
    """What removing takes away: files, and whether the settings name one of them."""

    files: tuple[Path, ...]
    in_use: bool

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.stat().st_size for file in self.files)


def use(settings: Settings, target: str, mmproj: Path | None, text_only: bool = False) -> Settings:
    """The settings with another model, checked but not saved.

    Args:
        settings: as they are.
        target: a file; or what was fetched: "owner/name", "owner/name:QUANTIZATION", or a file's name.
        mmproj: its image encoder; None looks for one beside it.
        text_only: use it without one.

    Raises:
        PlannerError: they can't be used.
        UsageError: it is not clear which is meant.
    """
    model = find_model(target)
    if mmproj is None and not text_only:
        mmproj = _encoder_of(model)
    pair.require_usable(read_header(model), read_header(mmproj) if mmproj else None, text_only)
    return dataclasses.replace(settings, model=str(model.absolute()), mmproj=str(mmproj.absolute()) if mmproj else "")


def find_model(target: str) -> Path:
    """The model's file that `target` means; see `use`.

    Raises:
        UsageError: there is none, or several.
    """
    if Path(target).is_file():
        _require_all_parts(Path(target))
        return Path(target)
    fitting = [each for each in _matching(target) if not each.is_encoder and each.number == 1]
    if not fitting:
        raise UsageError(
            f"There is no file and no fetched model “{one_line(target, 120)}”.",
            "See what there is: desktop-agent model list",
        )
    if len(fitting) > 1:
        raise UsageError(
            f"“{one_line(target, 120)}” means several: {', '.join(each.file.name for each in fitting)}.",
            "Add the quantization, such as: owner/name:Q4_K_M.",
        )
    return fitting[0].file


def _require_all_parts(model: Path) -> None:
    """Raises UsageError where `model` is not the first of several files, or one of them is missing."""
    whole, number, count = naming.split(model.name)
    stem = whole[: -len(".gguf")]
    parts = [model.with_name(f"{stem}-{each:05}-of-{count:05}.gguf") for each in range(1, count + 1)]
    if number != 1:
        raise UsageError(f"{model.name} is a part of a model in {count} files.", f"Name the first: {parts[0].name}.")
    missing = [part.name for part in parts if count > 1 and not part.is_file()]
    if missing:
        raise UsageError(
            f"The model has {count} files, and {', '.join(missing[:3])} is not beside {model.name}.",
            "Put them together.",
        )


def files_of(target: str) -> tuple[Path, ...]:
    """All files that `target` means: a file, or of what was fetched the model's and the image encoders'.

    Raises:
        UsageError: there are none.
    """
    matching = tuple(each.file for each in _matching(target))
    return matching or (find_model(target),)


def removal(settings: Settings, target: str) -> Removal:
    """What goes when `target` is removed: a quantization's files, with the image encoders when no other one needs
    them; of a whole repository also what was begun.

    Raises:
        UsageError: nothing that was fetched is meant.
    """
    meant = _matching(target)
    repository, _, quantization = target.partition(":")
    begun = shelf.partials(repository) if naming.is_repository(repository) and not quantization else ()
    if not meant and not begun:
        raise UsageError(
            f"Nothing that was fetched is called “{one_line(target, 120)}”.",
            "See what there is: desktop-agent model list. Files of your own are yours to delete.",
        )
    files = {each.file for each in meant}
    for name in {each.origin.repository for each in meant}:
        rest = [each for each in shelf.kept(name) if each.file not in files]
        if all(each.is_encoder for each in rest):
            files |= {each.file for each in rest}
    used = {Path(path) for path in (settings.model, settings.mmproj) if path}
    return Removal((*sorted(files), *begun), bool(files & used))


def without(settings: Settings, removed: Removal) -> Settings:
    """The settings when that is gone: half a pair is no model."""
    return dataclasses.replace(settings, model="", mmproj="") if removed.in_use else settings


def _matching(target: str) -> tuple[Kept, ...]:
    repository, _, quantization = target.partition(":")
    if naming.is_repository(repository):
        found = shelf.kept(repository)
        return tuple(each for each in found if not quantization or each.quantization == quantization.upper())
    file = Path(target).absolute()
    return tuple(each for each in shelf.kept() if target == each.file.name or file == each.file)


def _encoder_of(model: Path) -> Path | None:
    origin = shelf.origin_of(model)
    if origin is None:
        return pair.find_encoder(model)
    # Made for it, but perhaps in another folder.
    encoders = [each for each in shelf.kept(origin.repository) if each.is_encoder]
    return min(encoders, key=lambda each: encoder_rank(each.quantization, each.origin.size)).file if encoders else None
