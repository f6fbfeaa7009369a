"""The mail program: an inbox, a mail, a reply and a mail to forward."""

from collections.abc import Mapping, Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click, wait
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.forms import fill
from desktop_agent.evaluation.oracle.solvers.scrolling import reach
from desktop_agent.evaluation.oracle.solvers.words import found, quoted

FIELDS = "const said = core.getUtterance(); return typeof said === 'string' ? null : said.fields"
SENDER = "return (document.querySelector('#email .email-sender')?.textContent ?? '').trim()"
"""Whose mail is open, also beneath a reply."""
ICONS = {"delete": ".trash", "star": ".star"}


@solves(
    "email-inbox",
    "email-inbox-delete",
    "email-inbox-forward",
    "email-inbox-forward-nl",
    "email-inbox-forward-nl-turk",
    "email-inbox-important",
    "email-inbox-nl-turk",
    "email-inbox-noscroll",
    "email-inbox-reply",
    "email-inbox-star-reply",
)
def email_inbox(page: Page, _: Sequence[Deed]) -> Move:
    """What is wanted of the mail by that sender."""
    wanted = page.evaluate(FIELDS) or wanted_in(page.utterance)
    task = wanted.get("task", "forward")
    others = [f"#{each}-text" for each in ("reply", "forward") if each != task]
    if page.evaluate(SENDER) not in ("", wanted["by"]) or page.boxes(", ".join(others)):
        ways = [each for each in page.boxes("#close-reply, #close-forward, #close-email") if each.point is not None]
        return click(ways[0]) if ways else wait(1)
    if page.boxes("#reply-text"):
        return fill(page, "#reply-text", wanted["message"]) or click(page.box("#send-reply"))
    if page.boxes("#forward-text"):
        return fill(page, ".forward-sender", wanted["to"]) or click(page.box("#send-forward"))
    if page.boxes("#email"):
        return click(page.box("#close-email")) if task in ICONS else reach(page, f"#email .email-{task}", "#email")
    place = _place(page, wanted["by"])
    return reach(page, f"#main .email-thread:nth-of-type({place}) {ICONS.get(task, '.email-body')}", "#main")


def _place(page: Page, sender: str) -> int:
    """Where among its siblings the mail by `sender` stands, from 1; the first one's place is the header's."""
    senders = [each.text.strip() for each in page.boxes("#main .email-thread .email-sender")]
    if sender not in senders:
        raise Lost(f"no mail is by {sender}")
    return senders.index(sender) + 2


def wanted_in(said: str) -> Mapping[str, str]:
    """What the page's own words say, by the names that it uses elsewhere."""
    wanted = {"by": found(r"email by (.*?) and ", said)}
    if "reply to them" in said:
        return {**wanted, "task": "reply", "message": quoted(said)}
    if "forward that email" in said:
        return {**wanted, "task": "forward", "to": found(r"forward that email to (.*)\.", said)}
    return {**wanted, "task": "delete" if "trash icon" in said else "star"}
