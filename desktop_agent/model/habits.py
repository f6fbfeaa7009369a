"""What a server turned out to take and to send. No server says it beforehand, so it is learned from its answers."""

from dataclasses import dataclass, field


@dataclass
class Habits:
    """What was learned about one server."""

    refused: set[str] = field(default_factory=set)
    """Fields of a request that it doesn't know."""
    parses_calls: bool = False
    """It has a parser for the model's calls, so a call in the text is a quotation, of the screen perhaps."""
    images_in_results: bool = True
    """It takes images in tool results, where GLM expects them. Others get them in a user message behind."""
    reasoning_field: str = "reasoning_content"
    """The name it gives to reasoning. It reads what it is sent back under the same name only (vLLM since 0.12)."""
