"""Chooses the quantization that suits this machine, and says why in a sentence."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.sizes import human
from desktop_agent.model import fitting
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.files.listing import Listing, Variant
from desktop_agent.model.fitting import Plan
from desktop_agent.model.gguf_check import Header
from desktop_agent.model.hardware import Machine
from desktop_agent.model.memory import quantizable
from desktop_agent.model.room import USUAL_CONTEXT

USUAL = "Q4_K_M"
"""Where the processor computes. Each token reads all weights, so a larger quantization is as much slower; and what it
answers is hardly better."""
USUAL_BITS = 4
MOST_BITS = 8
_BITS = re.compile(r"(?:I?Q|TQ|MXFP|BF|F)(\d+)")


@dataclass(frozen=True)
class Choice:
    """What to fetch. `why`: a sentence for the person."""

    model: Variant
    encoder: Variant | None
    why: str


def choose(listing: Listing, model: Header, encoder: Header | None, machine: Machine, context_tokens: int) -> Choice:
    """The best quantization that fits.

    Args:
        listing: what there is.
        model: the header of any of its quantizations: they differ only in size.
        encoder: the header of its first image encoder.
        machine: what it must fit into.
        context_tokens: size of the context; 0 for the usual one.

    Raises:
        PlannerError: not even the smallest fits.
    """
    chosen = listing.encoders[0] if listing.encoders else None
    fitter = _Fitter(model, encoder, machine, context_tokens)
    plans = {each: plan for each in listing.models if (plan := fitter.plan(each)) is not None}
    on_gpu = [each for each, plan in plans.items() if bits(each) <= MOST_BITS and fitter.is_on_gpu(plan)]
    if on_gpu:
        best = on_gpu[-1]
        why = (
            f"{_named(best)} is the largest that fits into the graphics card: with image encoder and context about "
            f"{human(plans[best].memory.total)}."
        )
        return Choice(best, chosen, why)
    if not plans:
        least = listing.models[0]
        raise PlannerError(
            f"{listing.repository} does not fit this machine: {_named(least)} is the smallest and needs about "
            f"{human(fitter.takes(least))} of memory; {human(fitter.free)} are free.",
            "Close other programs, choose a smaller model, or use a server. To fetch it all the same, name it: "
            f"{listing.repository}:{least.quantization}.",
        )
    best = _for_the_processor(list(plans))
    fit = (
        f"{_named(best)} fits: with image encoder and context about {human(plans[best].memory.total)} of memory; "
        f"{human(fitter.free)} are free."
    )
    return Choice(best, chosen, f"{fit} {_comparison(best, listing, fitter)}".strip())


def bits(variant: Variant) -> int:
    """Bits a weight, by the quantization's name; 16 where it has none."""
    found = _BITS.search(variant.quantization)
    return int(found[1]) if found else 16


class _Fitter:
    """Asks the loader's own reckoning for each quantization."""

    def __init__(self, model: Header, encoder: Header | None, machine: Machine, context_tokens: int) -> None:
        self._model, self._encoder, self._machine = model, encoder, machine
        self._config = ModelConfig(Path(), None, context_tokens=context_tokens or USUAL_CONTEXT)
        own = sum(device.free for device in machine.devices if not device.shared)
        self.free = machine.free + own

    def plan(self, variant: Variant) -> Plan | None:
        """How it would be run; None where it does not fit."""
        try:
            return fitting.fitted(self._config, self._sized(variant), self._encoder, self._machine)
        except PlannerError:
            return None

    def takes(self, variant: Variant) -> int:
        """Bytes that it takes at least, with its context and the image encoder."""
        smallest = dataclasses.replace(self._config, kv_type="q8_0" if quantizable(self._model) else "f16")
        endless = dataclasses.replace(self._machine, free=2**62)
        return fitting.fitted(smallest, self._sized(variant), self._encoder, endless).memory.total

    def is_on_gpu(self, plan: Plan) -> bool:
        """Whether all of it is: its layers, and the image encoder."""
        layers = self._model.integer("block_count") + 1
        return plan.config.gpu_layers >= layers and not plan.config.image_encoder_on_cpu

    def _sized(self, variant: Variant) -> Header:
        return dataclasses.replace(self._model, size=variant.size)


def _for_the_processor(fitting: list[Variant]) -> Variant:
    """`fitting` is not empty, and sorted by size."""
    usual = [each for each in fitting if each.quantization == USUAL]
    small = [each for each in fitting if bits(each) <= USUAL_BITS]
    return (usual or small[-1:] or fitting)[0]


def _comparison(best: Variant, listing: Listing, fitter: _Fitter) -> str:
    usual = next((each for each in listing.models if each.quantization == USUAL), None)
    if usual is not None and best.size < usual.size:
        return f"{_named(usual)} would answer better, but takes {human(fitter.takes(usual))}."
    if best is not listing.models[-1]:
        return "Larger ones answer little better and, without a graphics card that holds them, slower."
    return ""


def _named(variant: Variant) -> str:
    return f"{variant.quantization or variant.path} ({human(variant.size)})"
