"""Tasks with a feed of posts, which has to be scrolled to the one that is meant."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.scrolling import scroll_into_view
from desktop_agent.evaluation.oracle.solvers.words import found

FEED = "#area"
ICONS = ("Reply", "Retweet", "Like", "Share")
"""Buttons that are pictures. Their class is their name."""


def press_in_feed(page: Page, target: Box) -> Move:
    """Click it, once it is scrolled to."""
    return scroll_into_view(page, FEED, target) or click(target)


def posts_by(page: Page, user: str) -> list[int]:
    """The numbers of the posts of a user, from the top.

    Raises:
        Lost: there are none.
    """
    names = [each.text.strip() for each in page.boxes(f"{FEED} .username")]
    posts = [index for index, each in enumerate(names) if each == user]
    if not posts:
        raise Lost(f"there is no post by {user}")
    return posts


@solves("social-media")
def social_media(page: Page, _: Sequence[Deed]) -> Move:
    """A button below a post of that user, or in the menu behind the last button."""
    user, name = found(r"the user (\S+),", page.utterance), found(r'the "(.*)" button', page.utterance)
    post = posts_by(page, user)[0]
    more, menus = page.boxes(f"{FEED} .more"), page.boxes(f"{FEED} ul")
    opened = next((index for index, each in enumerate(menus) if "hide" not in each.attributes["class"].split()), post)
    if opened != post:
        return press_in_feed(page, more[opened])  # it covers what is below
    if name in ICONS[:3]:
        return press_in_feed(page, page.boxes(f"{FEED} .{name.lower()}")[post])
    if "hide" in menus[post].attributes["class"].split():
        return press_in_feed(page, more[post])
    entries = page.boxes(f'{FEED} [data-result="{post}"] ul li')
    return press_in_feed(page, next(each for each in entries if each.text.startswith(name)))


@solves("social-media-some", "social-media-all")
def social_media_some(page: Page, _: Sequence[Deed]) -> Move:
    """The same button below as many posts of that user, or all."""
    name, many = found(r'the "(.*)" button', page.utterance), found(r"on (\d+|all) post", page.utterance)
    posts = posts_by(page, found(r"by (\S+) and then", page.utterance))
    count = len(posts) if many == "all" else int(many)
    for icon in ICONS:
        wanted = posts[:count] if icon == name else []
        for index, each in enumerate(page.boxes(f"{FEED} .{icon.lower()}")):
            if ("active" in each.attributes["class"].split()) is not (index in wanted):
                return press_in_feed(page, each)
    return press_in_feed(page, page.box("#submitRow button"))
