"""What `desktop-agent model list` says, for people and as JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.settings import Settings
from desktop_agent.core.sizes import human
from desktop_agent.model.files import catalog
from desktop_agent.model.files.shelf import Kept

if TYPE_CHECKING:
    from desktop_agent.model.files.download import Offer


def shelf_lines(settings: Settings, kept: tuple[Kept, ...], partials: tuple[Path, ...]) -> list[str]:
    """What is on disk, what is in use (marked), and what can be had."""
    lines = ["On this machine (* in use):"]
    for each in kept:
        mark, what = "*" if _in_use(settings, each.file) else " ", "image encoder" if each.is_encoder else "model"
        lines.append(
            f"{mark} {human(each.file.stat().st_size):>9}  {each.origin.repository}  {each.file.name}  ({what})"
        )
    for path in _own(settings, kept):
        there = human(path.stat().st_size) if path.is_file() else "missing"
        lines.append(f"* {there:>9}  {path}  (your file)")
    lines += [
        f"  {human(path.stat().st_size):>9}  {path.name}  (begun; download it again to go on)" for path in partials
    ]
    if len(lines) == 1:
        lines.append("  nothing yet")
    lines.append("To be had (desktop-agent model download OWNER/NAME; any repository with a GGUF and its mmproj):")
    return [*lines, *(f"  {known.repository}  {known.description}" for known in catalog.KNOWN)]


def shelf_body(settings: Settings, kept: tuple[Kept, ...], partials: tuple[Path, ...]) -> dict[str, Any]:
    """The same as JSON."""
    files = [
        {
            "file": str(each.file),
            "kind": "encoder" if each.is_encoder else "model",
            "repository": each.origin.repository,
            "quantization": each.quantization,
            "size": each.file.stat().st_size,
            "in_use": _in_use(settings, each.file),
        }
        for each in kept
    ]
    return {
        "files": files,
        "in_use": {"model": settings.model, "mmproj": settings.mmproj},
        "begun": [{"file": str(path), "size": path.stat().st_size} for path in partials],
        "known": [{"repository": known.repository, "description": known.description} for known in catalog.KNOWN],
    }


def offer_lines(offer: "Offer") -> list[str]:
    """What a repository has, and what suits this machine."""
    listing = offer.listing
    lines = [f"{listing.repository} has:"]
    lines += [f"  {human(each.size):>9}  {each.quantization or each.path}" for each in listing.models]
    lines += [f"  {human(each.size):>9}  {each.path}  (image encoder)" for each in listing.encoders]
    return [*lines, _advice(offer)]


def offer_body(offer: "Offer") -> dict[str, Any]:
    """The same as JSON."""
    listing = offer.listing
    return {
        "repository": listing.repository,
        "revision": listing.revision,
        "models": [
            {"quantization": each.quantization, "file": each.path, "size": each.size} for each in listing.models
        ],
        "encoders": [{"file": each.path, "size": each.size} for each in listing.encoders],
        "advice": _advice(offer),
    }


def _advice(offer: "Offer") -> str:
    try:
        return offer.choose().why
    except PlannerError as error:
        return str(error)


def _in_use(settings: Settings, file: Path) -> bool:
    return str(file) in (settings.model, settings.mmproj)


def _own(settings: Settings, kept: tuple[Kept, ...]) -> list[Path]:
    """The files in use that the person has elsewhere."""
    ours = {each.file for each in kept}
    return [path for name in (settings.model, settings.mmproj) if name and (path := Path(name)) not in ours]
