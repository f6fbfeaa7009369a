"""From a repository's name to a checked pair of files."""

from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.errors import DownloadFailed, PlannerError
from desktop_agent.model.files import choice, pair, shelf
from desktop_agent.model.files.hub import Hub
from desktop_agent.model.files.integrity import sha256
from desktop_agent.model.files.listing import Listing, RemoteFile, Variant
from desktop_agent.model.files.peek import read_remote_header
from desktop_agent.model.files.progress import Progress
from desktop_agent.model.files.transfer import fetch, require_room
from desktop_agent.model.gguf_check import Header, read_header
from desktop_agent.model.hardware import Machine, machine


@dataclass(frozen=True)
class Offer:
    """What a repository has for this machine.

    Args:
        listing: all of it.
        model: a header of its model; the quantizations differ only in size.
        encoder: the image encoder to take, with its header; None where it has none.
        machine: what this machine has.
        context_tokens: for which it was reckoned.
    """

    listing: Listing
    model: Header
    encoder: tuple[Variant, Header] | None
    machine: Machine
    context_tokens: int

    def choose(self) -> choice.Choice:
        """The best that fits; see `choice.choose`."""
        header = self.encoder[1] if self.encoder else None
        return choice.choose(self.listing, self.model, header, self.machine, self.context_tokens)


@dataclass(frozen=True)
class Fetched:
    """A pair on the shelf."""

    model: Path
    mmproj: Path | None


def look(hub: Hub, repository: str, context_tokens: int, progress: Progress, text_only: bool = False) -> Offer:
    """What `repository` has, checked by the headers of its files before any is fetched.

    Raises:
        DownloadFailed: the hub fails.
        PlannerError: there is nothing that this program can use.
        UsageError: `repository` is no name.
    """
    listing = hub.list(repository)
    model = read_remote_header(hub, listing, listing.models[0], progress)
    encoder = None
    if listing.encoders and not text_only:
        encoder = listing.encoders[0], read_remote_header(hub, listing, listing.encoders[0], progress)
    try:
        pair.require_usable(model, encoder[1] if encoder else None, text_only)
    except PlannerError as error:
        raise DownloadFailed(
            f"{repository} is nothing that this program can use: {error.user_message}", error.hint, error.details
        ) from error
    return Offer(listing, model, encoder, machine(), context_tokens)


def obtain(hub: Hub, offer: Offer, model: Variant, progress: Progress) -> Fetched:
    """Fetch `model` and the image encoder, but what is here already, and check the files.

    Raises:
        DownloadFailed: the hub fails, or what comes is not what it promised.
        StoreError: the disk is full or can't be written.
        Interrupted: the person stopped it; what was fetched is kept.
    """
    listing = offer.listing
    encoder = offer.encoder[0] if offer.encoder else None
    files = (*model.files, *(encoder.files if encoder else ()))
    require_room((shelf.place(listing, file), file) for file in files if not _is_kept(listing, file))
    for file in files:
        if not _is_kept(listing, file):
            _obtain_file(hub, listing, file, progress)
    paths = [shelf.place(listing, variant.files[0]) for variant in (model, encoder) if variant]
    pair.require_usable(
        read_header(paths[0]), read_header(paths[1]) if len(paths) > 1 else None, text_only=encoder is None
    )
    return Fetched(paths[0], paths[1] if len(paths) > 1 else None)


def _is_kept(listing: Listing, file: RemoteFile) -> bool:
    """Whether exactly this file was fetched before."""
    target = shelf.place(listing, file)
    origin = shelf.origin_of(target)
    there = target.exists() and target.stat().st_size == file.size
    return there and origin is not None and origin.sha256 == file.sha256


def _obtain_file(hub: Hub, listing: Listing, file: RemoteFile, progress: Progress) -> None:
    target = shelf.place(listing, file)
    # The person may have put it there, or we were ended between the last byte and the note.
    same = target.exists() and target.stat().st_size == file.size and sha256(target, progress) == file.sha256
    if not same:
        fetch(hub, listing, file, target, progress)
    shelf.note(listing, file)
