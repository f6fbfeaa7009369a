"""What `doctor` says about the local model: what of it runs where, and why."""

from collections.abc import Iterator

from desktop_agent.core.errors import AgentError
from desktop_agent.core.settings import Settings
from desktop_agent.core.sizes import human
from desktop_agent.desktop.probe.check import INSTALL_HINT, Check

NAME = "model"


def checks(settings: Settings) -> tuple[Check, ...]:
    """The chosen model and how it would be run now, a check for each choice. Nothing is loaded."""
    if not settings.model:
        hint = "Choose one in the Models window, or with --model FILE --mmproj FILE; instant commands need none."
        return (Check(NAME, "limited", "No local model is chosen.", hint),)
    try:
        return tuple(_planned(settings))
    except AgentError as error:
        return (Check(NAME, "missing", error.user_message, error.hint),)
    except (ImportError, OSError) as error:  # llama.cpp is not installed, or its library can't be loaded
        return (Check(NAME, "missing", f"llama.cpp can't be used: {error}", INSTALL_HINT),)


def _planned(settings: Settings) -> Iterator[Check]:
    from desktop_agent.model import config, fitting, hardware
    from desktop_agent.model.files import pair
    from desktop_agent.model.gguf_check import check_pair, read_header

    chosen = config.of_settings(settings)
    model = read_header(chosen.model)
    mmproj = read_header(chosen.mmproj) if chosen.mmproj else None
    check_pair(model, mmproj)
    plan = fitting.fitted(chosen, model, mmproj, hardware.machine())
    where = f", {human(plan.video)} of it on the GPU" if plan.video else ""
    message = f"{chosen.model.name} takes about {human(plan.memory.total)} of memory{where}."
    if mmproj:
        yield Check(NAME, "ok", message)
    else:
        hint = "Choose its image encoder (mmproj) in the Models window, or with --mmproj FILE."
        yield Check(NAME, "limited", f"{message} Without an image encoder it sees no pictures.", hint)
    if shortcoming := pair.shortcoming(model):
        yield Check(f"{NAME}: tools", "limited", shortcoming, "Choose a model that can call tools.")
    for choice in plan.choices:
        yield Check(f"{NAME}: {choice.name}", "ok", f"{choice.value}. {choice.why}")
