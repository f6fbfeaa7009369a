"""Whether a model can do this program's work, told from the headers alone; and the image encoder that belongs to it."""

from pathlib import Path

from desktop_agent.core.errors import PlannerError, UsageError
from desktop_agent.model.files import naming
from desktop_agent.model.gguf_check import Header, check_pair, read_header


def require_usable(model: Header, mmproj: Header | None, text_only: bool = False) -> None:
    """Check that the two belong together, that the model can talk and, without `text_only`, see.

    Raises:
        PlannerError: it can't, with what to do.
    """
    check_pair(model, mmproj)
    name, built_in = model.path.name, model.architecture.startswith("glm4")
    if not model.chat_template and not built_in:
        raise PlannerError(
            f"{name} has no chat template, so it can't hold a conversation.",
            "Choose a file of a model that was made for conversations (its name often ends with Instruct).",
        )
    if mmproj is None and not text_only:
        raise PlannerError(
            f"{name} has no image encoder, so it sees nothing of the screen.",
            "Give its mmproj file with --mmproj FILE, or say --text-only.",
        )


def shortcoming(model: Header) -> str:
    """What people should know before they use it; empty where there is nothing."""
    if model.calls_tools:
        return ""
    return f"{model.path.name} was not made to call tools: it answers questions, but can't do anything on the screen."


def find_encoder(model: Path) -> Path | None:
    """The image encoder in the folder of `model` that fits it; None where there is none.

    Raises:
        PlannerError: `model` can't be read.
        UsageError: several fit.
    """
    header = read_header(model)
    beside = [each for each in sorted(model.parent.iterdir()) if naming.is_gguf(each.name) and each != model]
    fitting = [each for each in beside if naming.is_encoder(each.name) and _fits(header, each)]
    if len(fitting) > 1:
        names = ", ".join(each.name for each in fitting)
        raise UsageError(
            f"Several image encoders beside {model.name} fit it: {names}.",
            "Name the one that was made for it with --mmproj FILE.",
        )
    return fitting[0] if fitting else None


def _fits(model: Header, encoder: Path) -> bool:
    try:
        check_pair(model, read_header(encoder))
    except PlannerError:
        return False  # Another model's, or no encoder at all.
    return True
