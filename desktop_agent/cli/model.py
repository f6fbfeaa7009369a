"""`desktop-agent model list|download|use|verify|remove`: the files of the local model."""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_agent.cli import model_listing
from desktop_agent.cli.approvers import printable
from desktop_agent.cli.byte_bar import ByteBar
from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError, ExitCode, Refused, UsageError
from desktop_agent.core.sizes import human
from desktop_agent.model.files.progress import Progress, interrupted

if TYPE_CHECKING:
    from desktop_agent.model.files.download import Offer
    from desktop_agent.model.files.hub import Hub
    from desktop_agent.model.files.listing import Variant
    from desktop_agent.model.files.using import Removal

NAME = "model"
HELP = "list, fetch, choose, check or remove the files of the local model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its options."""
    parser.add_argument("action", choices=tuple(_ACTIONS))
    parser.add_argument(
        "target",
        nargs="?",
        default="",
        metavar="MODEL",
        help="owner/name, owner/name:QUANTIZATION, or a file; list and download ask the hub about owner/name",
    )
    parser.add_argument("--mmproj", type=Path, metavar="FILE", help="for use: the GGUF of its image encoder")
    parser.add_argument("--text-only", action="store_true", help="for download and use: go without an image encoder")
    parser.add_argument("--endpoint", default="", metavar="URL", help="the hub, or a mirror (default: the setting)")
    parser.add_argument("--send-token", action="store_true", help="give your hub token (HF_TOKEN) to a mirror, too")
    parser.add_argument("--yes", action="store_true", help="for remove: also what is in use")


def run(arguments: argparse.Namespace) -> int:
    """Carry out one of the five."""
    body = _ACTIONS[arguments.action](arguments)
    if arguments.json:
        print(json.dumps({"ok": True, **body}, ensure_ascii=False))
    return ExitCode.DONE


def _list(arguments: argparse.Namespace) -> dict[str, Any]:
    from desktop_agent.model.files import shelf

    if arguments.target:
        _, offer, _ = _offer(arguments)
        _say(arguments, model_listing.offer_lines(offer))
        return model_listing.offer_body(offer)
    settings, kept, partials = core_settings.load(), shelf.kept(), shelf.partials()
    _say(arguments, model_listing.shelf_lines(settings, kept, partials))
    return model_listing.shelf_body(settings, kept, partials)


def _download(arguments: argparse.Namespace) -> dict[str, Any]:
    from desktop_agent.model.files import download

    hub, offer, quantization = _offer(arguments)
    model, why = _chosen(offer, quantization)
    _say(arguments, [why])
    with _progress() as progress:
        fetched = download.obtain(hub, offer, model, progress)
    settings = core_settings.load()
    used = not settings.model
    if used:
        settings = _use(str(fetched.model), fetched.mmproj, arguments.text_only)
    name = f"{offer.listing.repository}:{model.quantization}".removesuffix(":")
    _say(
        arguments,
        [
            f"{fetched.model} is here and whole.",
            "It is used from now on." if used else f"To use it: desktop-agent model use {name}",
            *filter(None, [_shortcoming(str(fetched.model))]),
        ],
    )
    mmproj = str(fetched.mmproj) if fetched.mmproj else ""
    return {"model": str(fetched.model), "mmproj": mmproj, "why": why, "in_use": used}


def _use_target(arguments: argparse.Namespace) -> dict[str, Any]:
    settings = _use(_wanted(arguments), arguments.mmproj, arguments.text_only)
    encoder = f", with {settings.mmproj}" if settings.mmproj else ", for text only"
    remark = _shortcoming(settings.model)
    _say(arguments, [f"{settings.model} is used from now on{encoder}.", *filter(None, [remark])])
    return {"model": settings.model, "mmproj": settings.mmproj, "remark": remark}


def _verify(arguments: argparse.Namespace) -> dict[str, Any]:
    from desktop_agent.model.files import integrity

    with _progress() as progress:
        findings = list(integrity.verify(core_settings.load(), arguments.target, progress))
    for found in findings:
        _say(arguments, [f"{'ok     ' if found.sound else 'damaged'}  {found.file}  {found.message}"])
    damaged = [found for found in findings if not found.sound]
    if damaged:
        raise AgentError(damaged[0].message, damaged[0].hint)
    return {"files": [{"file": str(found.file), "message": found.message} for found in findings]}


def _remove(arguments: argparse.Namespace) -> dict[str, Any]:
    from desktop_agent.model.files import shelf, using

    settings = core_settings.load()
    removal = using.removal(settings, _wanted(arguments))
    if removal.in_use and not arguments.yes:
        _ask_to_remove(removal)
    if removal.in_use:
        core_settings.save(using.without(settings, removal))
    freed = shelf.remove(removal.files)
    _say(arguments, [f"Removed; {human(freed)} are free again."])
    return {"files": [str(file) for file in removal.files], "freed": freed}


_ACTIONS = {"list": _list, "download": _download, "use": _use_target, "verify": _verify, "remove": _remove}


def _ask_to_remove(removal: "Removal") -> None:
    """Raises Refused where the person does not want to lose the model in use, or nobody can be asked."""
    names = ", ".join(file.name for file in removal.files)
    if sys.stdin.isatty():
        answer = input(f"{printable(names)}: in use. Remove it all the same? [y/N] ")
        if answer.strip().lower() in ("y", "yes"):
            return
    raise Refused(f"{names} is in use, so it was not removed.", "Use another model first, or add --yes.")


def _use(target: str, mmproj: Path | None, text_only: bool) -> core_settings.Settings:
    from desktop_agent.model.files import using

    settings = using.use(core_settings.load(), target, mmproj, text_only)
    core_settings.save(settings)
    return settings


def _shortcoming(model: str) -> str:
    from desktop_agent.model.files import pair
    from desktop_agent.model.gguf_check import read_header

    return pair.shortcoming(read_header(Path(model)))


def _offer(arguments: argparse.Namespace) -> "tuple[Hub, Offer, str]":
    """The hub, what it has of the repository that was named, and the quantization that was; empty for none."""
    from desktop_agent.model.files import catalog, download
    from desktop_agent.model.files.hub import Hub

    settings = core_settings.load()
    repository, _, quantization = (arguments.target or catalog.DEFAULT).partition(":")
    hub = Hub(arguments.endpoint or settings.hub_endpoint, arguments.send_token)
    with _progress() as progress:
        offer = download.look(hub, repository, settings.context_tokens, progress, arguments.text_only)
    return hub, offer, quantization


def _chosen(offer: "Offer", quantization: str) -> "tuple[Variant, str]":
    if quantization:
        model = offer.listing.model(quantization)
        return model, f"{quantization.upper()} ({human(model.size)}), as you said."
    choice = offer.choose()
    return choice.model, choice.why


def _wanted(arguments: argparse.Namespace) -> str:
    if not arguments.target:
        raise UsageError("Which model?", f"Name it: desktop-agent model {arguments.action} MODEL")
    return str(arguments.target)


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """With a bar; Ctrl+C within says that what was fetched is kept."""
    bar = ByteBar(sys.stderr)
    try:
        yield Progress(bar.show)
    except KeyboardInterrupt:
        raise interrupted() from None
    finally:
        bar.close()


def _say(arguments: argparse.Namespace, lines: list[str]) -> None:
    if not arguments.json:
        print("\n".join(printable(line) for line in lines))
