"""How long a context may be, by the memory that is left for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop_agent.core.settings import KvType
from desktop_agent.core.sizes import human

LEAST_CONTEXT, USUAL_CONTEXT, MOST_CONTEXT = 4096, 32768, 1 << 20
"""Tokens. In the usual one a run's screenshots, its tools and long answers have room to spare."""


@dataclass(frozen=True)
class Room:
    """Bytes for the context beside the model. `video`: in a GPU's own memory, which nothing else wants."""

    size: int
    video: bool

    def share(self, tokens: int) -> int:
        """Bytes that a context of `tokens` may take."""
        return self.size if self.video else self.size // _parts(tokens)

    def why_no_longer(self, tokens: int, trained: int, kind: KvType) -> str:
        """Why `tokens` were chosen and not more, as a sentence; `trained`: what the model was trained for, 0 where it
        doesn't say; `kind`: how a longer one would be kept."""
        left = f"the {human(max(0, self.size))} left beside the model"
        if tokens == trained:
            return "All that the model was trained for."
        if not trained and tokens == USUAL_CONTEXT:
            return "The model doesn't say what it was trained for."
        if self.video:
            return f"A longer one does not fit into {left} on the GPU, even in {kind}."
        part = {2: "half", 4: "a quarter"}[_parts(2 * tokens)]
        return f"A longer one in {kind} would take more than {part} of {left}, which other programs need as well."


def sizes(trained: int) -> Iterator[int]:
    """Contexts to choose from, in tokens, the longest first."""
    size = min(trained or USUAL_CONTEXT, MOST_CONTEXT)
    while size > LEAST_CONTEXT:
        yield size
        size //= 2


def _parts(tokens: int) -> int:
    """Main memory is the person's: a usual context may take a half of what is left, a longer one a quarter."""
    return 2 if tokens <= USUAL_CONTEXT else 4
