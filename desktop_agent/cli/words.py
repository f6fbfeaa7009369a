"""The person's own words of one conversation, which the policy tells from what a planner read on the screen."""

from collections.abc import Iterable, Sequence

from desktop_agent.core.pause import Pause, Reply, Resolution
from desktop_agent.core.protocols import Asker


class PersonsWords:
    """Collects them. An asker itself, since what the person answers in their own words counts too; an answer that was
    chosen does not, since the planner wrote it.

    Args:
        asker: puts a planner's questions to the person.
        texts: what the person wrote before.
    """

    def __init__(self, asker: Asker, texts: Iterable[str]) -> None:
        self._asker = asker
        self._texts = list(texts)

    @property
    def text(self) -> str:
        """All of them, one below the other."""
        return "\n".join(self._texts)

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        answer = self._asker.ask(question, choices)
        if answer is not None and not choices:
            self._texts.append(answer)
        return answer

    def pause(self, pause: Pause) -> Reply:
        reply = self._asker.pause(pause)
        if reply.resolution is Resolution.TELL:
            self._texts.append(reply.words)
        return reply
