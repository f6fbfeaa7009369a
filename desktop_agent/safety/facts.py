"""What an action comes down to, in the terms of the rules: what it does, to what, in which window, with whose words."""

import re
from dataclasses import dataclass
from functools import cached_property

from desktop_agent.core.actions import Action, ActionKind, Move, Scroll
from desktop_agent.core.desktop import Element
from desktop_agent.safety import addresses, excepted, provenance, shell
from desktop_agent.safety.acts import POINTER, Acts, written_by
from desktop_agent.safety.claim_words import DESTINATION, SAYS_NOTHING
from desktop_agent.safety.claims import contradicts
from desktop_agent.safety.naming import Naming
from desktop_agent.safety.rulebook import Rulebook
from desktop_agent.safety.targets import PAGES, TEXTS, WHEEL_ROLES, target_of
from desktop_agent.safety.words import LONGEST, Found, Reading

_MARK = re.compile(r"^\s*[*●•]|[*●]\s*(?:[-–—]|$)|\[\+\]")
_TITLES_OF_FILES = frozenset({"saved_passwords"})
"""Families of which a file's name says as much as a page's."""
_PRICE = re.compile(r"[$€£¥￥₹]\s?\d|\d\s?(?:€|£|元|usd\b|eur\b|/mo\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """Facts about `action`.

    Args:
        action: with its element and window as they are now.
        instruction: all that the person wrote in this conversation.
        before: what was typed into this window's shell before, since the last line was begun.
        book: the rules.
    """

    action: Action
    instruction: str
    before: str
    book: Rulebook

    @property
    def element(self) -> Element | None:
        return self.action.element

    @property
    def title(self) -> str:
        return self.action.window.title if self.action.window else ""

    @property
    def application(self) -> str:
        if self.action.kind is ActionKind.OPEN_APP:
            return self.action.application.removesuffix(".desktop")
        return self.action.window.application if self.action.window else ""

    @property
    def looks(self) -> bool:
        """Whether it only looks: points, scrolls what has no value of its own, or turns the pages of what is read."""
        if self.action.kind is ActionKind.HOVER:
            return all(isinstance(each, Move) for each in self.action.inputs)
        if self.action.kind is ActionKind.SCROLL:
            only_scrolls = all(isinstance(each, Scroll) for each in self.action.inputs)
            return only_scrolls and (self.element is None or self.element.role not in WHEEL_ROLES)
        return self.action.kind is ActionKind.KEY and self._turns_pages

    @property
    def _turns_pages(self) -> bool:
        """Whether keys only move what a page or a terminal shows that is known to have the focus."""
        element, pressed = self.element, [frozenset(each) for each in self.action.keys]
        if element is None or "focused" not in element.states or len(pressed) != len(self.action.inputs) or not pressed:
            return False
        reads = element.role in PAGES and "read only" in element.states and "editable" not in element.states
        group = "view" if reads else "scrollback" if element.role == "terminal" else ""
        return bool(group) and all(each in self.book.keys[group] for each in pressed)

    @property
    def too_long(self) -> bool:
        """Whether a name is longer than what is looked at."""
        names = (self.element.name if self.element else "", self.action.claimed, self.title)
        return any(len(each) > LONGEST for each in names)

    @cached_property
    def acts(self) -> frozenset[str]:
        """What it does; see `rules/rules.toml`."""
        return Acts(self.action, self.target, self.book.keys["paste"]).all

    @cached_property
    def keys(self) -> frozenset[str]:
        """The groups of combinations that are pressed."""
        pressed = [frozenset(each) for each in self.action.keys]
        groups = {name for name, group in self.book.keys.items() if any(each in group for each in pressed)}
        taken = any(_is_system(each) and each not in self.book.keys["close"] for each in pressed)
        return frozenset(groups | ({"system"} if taken else set()))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of applications that the window is of, as its program calls itself: no page can choose these."""
        name = self.application
        split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        found = [self.book.applications.find(each) for each in {name, split}]
        return frozenset({each for one in found for each in one.hits if one.has(each, Reading.ANYWHERE)})

    @cached_property
    def places(self) -> frozenset[str]:
        """The kinds of applications and sites that the window is of."""
        sites = self.book.sites.find(self.title)
        return self.kinds | {each for each in sites.hits if sites.has(each, Reading.ANYWHERE)}

    @cached_property
    def target(self) -> str:
        """What it lands on; see `rules/rules.toml`."""
        return target_of(self.element, self._name, self.places)

    @cached_property
    def _name(self) -> Found:
        return self.book.lexicon.find(self.element.name if self.element else "")

    @cached_property
    def _naming(self) -> Naming:
        action = self.action
        drags = action.kind is ActionKind.DRAG
        return Naming(self.element, self.target, action.claimed, self.title, self.kinds, self.places, self.book, drags)

    @cached_property
    def _title(self) -> Found:
        return self.book.lexicon.find(self.title)

    def named(self, family: str) -> bool:
        """Whether the target is called by a word of `family`, or said to be."""
        return self._naming.called(family)

    def titled(self, family: str) -> bool:
        """Whether the window's title holds a word of `family`. A link on a page that only tells how something is done
        does not do it."""
        if family not in _TITLES_OF_FILES and self._naming.tells:
            return False
        title = self._title if family in _TITLES_OF_FILES else self._naming.heading
        return title.has(family, Reading.ANYWHERE, title=True)

    def holds(self, condition: str) -> bool:
        """Whether one of the rules' conditions holds."""
        return bool(getattr(self, f"_is_{condition}")())

    def _is_unsaved(self) -> bool:
        return _MARK.search(self.title) is not None or self._title.has("unsaved", Reading.ANYWHERE)

    def _is_confirming(self) -> bool:
        """Whether it says yes to whatever the window asks."""
        if "enter" in self.acts and self.target not in TEXTS - {"field", "password", "code"}:
            return True
        if "press" not in self.acts or self.named("cancel"):
            return False
        if self.element is not None and self.element.role == "page tab":
            return self._name.has("agree_button", Reading.CONTENT)
        return self.target in ("command", "content", "other", "unknown") and self.named("agree_button")

    def _is_vague(self) -> bool:
        return self.element is None and SAYS_NOTHING.fullmatch(self.action.claimed.casefold()) is not None

    def _is_blind(self) -> bool:
        """Whether it points at something of which nobody says what it is."""
        return self.action.kind in POINTER and self._is_vague()

    def _is_contradicted(self) -> bool:
        """Whether the planner means something else than what stands there."""
        claimed = self.action.claimed
        if self.action.kind is ActionKind.DRAG:
            claimed = DESTINATION.sub("", claimed)
        return self.element is not None and contradicts(claimed, self.element)

    def _is_mistakable(self) -> bool:
        """Whether it does not call itself a bin or the like, so that only the planner says what it is."""
        return not self._name.has("grave_icon", Reading.ANYWHERE)

    def _is_program(self) -> bool:
        """Whether the name is that of a file that runs."""
        opens_as_text = "editor" in self.kinds and self.target in ("row", "content")
        looks = self.action.kind is ActionKind.RIGHT_CLICK or opens_as_text
        return self.target not in TEXTS and not looks and self._name.has("programs", Reading.ANYWHERE)

    def _is_begun(self) -> bool:
        return self._naming.is_begun

    def _is_leaving(self) -> bool:
        return excepted.is_leaving(self.action, self.target, self._name)

    def _is_searching(self) -> bool:
        return excepted.is_searching(self.action, self.target, self._name)

    def _is_turning(self) -> bool:
        return excepted.is_turning(self.action, self.element, self._name, self.kinds)

    def _is_browsing(self) -> bool:
        return excepted.is_browsing(self.action, self.target, self._name, self.keys)

    def _is_copying(self) -> bool:
        return excepted.is_copying(self.action, self.target, self._name, self.keys)

    def _is_internal_page(self) -> bool:
        """Whether it is the address of a browser's own settings, or runs as a script."""
        return addresses.is_internal(self.action.typed)

    def _is_password_page(self) -> bool:
        return addresses.shows_passwords(self.action.typed)

    def _is_priced(self) -> bool:
        return self.element is not None and _PRICE.search(self.element.name[:LONGEST]) is not None

    def _is_secret(self) -> bool:
        return bool(self.action.secret)

    def _is_supplied(self) -> bool:
        return bool(self.action.typed) and provenance.is_verbatim(self.action.typed.strip(), self.instruction)

    def _is_unsupplied(self) -> bool:
        return not self.action.secret and not self._is_supplied()

    def _is_not_from_person(self) -> bool:
        typed = self.action.typed
        return bool(typed) and not provenance.is_from(typed, self.instruction)

    def _is_location(self) -> bool:
        return provenance.is_location(self.action.typed)

    def _is_longer(self) -> bool:
        return not provenance.is_slight(self.action.typed, self.instruction)

    def _is_shell_target(self) -> bool:
        """Whether text there is a command."""
        if "terminal" in self.places or (self.element is not None and self.element.role == "terminal"):
            return True
        called = (self._name, self._naming.claim)
        named = any(each.has("shell_field", Reading.ANYWHERE) for each in called)
        if named and self.target not in ("chat", "search", "command", "menu"):
            return True
        return self._title.has("shell_title", Reading.ANYWHERE) and self.target not in ("editor", "search")

    def _is_shell(self) -> bool:
        """Whether text there is a command, or may be, since it isn't known what has the focus."""
        return self._is_shell_target() or self._is_launcher() or (self.element is None and bool(self.action.typed))

    def _is_launcher(self) -> bool:
        """Whether it is a field of what starts programs."""
        return bool({"launcher", "session"} & self.places) and self.target in TEXTS | {"unknown", "other"}

    def _is_runs_fetched(self) -> bool:
        return "runs_fetched" in self._dangers

    def _is_wipes(self) -> bool:
        return "wipes" in self._dangers

    def _is_shows_secrets(self) -> bool:
        return "shows_secrets" in self._dangers

    def _is_ends_session(self) -> bool:
        return "ends_session" in self._dangers

    @cached_property
    def _dangers(self) -> frozenset[str]:
        written = written_by(self.action)
        if not written:
            return frozenset()
        return shell.dangers(self.before + written, self.book.commands) | self._standing_dangers(written)

    def _standing_dangers(self, written: str) -> frozenset[str]:
        """What Return sets off of what stands in a terminal, whoever wrote it."""
        if "enter" not in self.acts or self.element is None or self.element.role != "terminal":
            return frozenset()
        lines = shell.standing(self.element.tail or self.element.text)
        found = frozenset().union(*(shell.dangers(each + written, self.book.commands) for each in lines))
        # What asks for a passphrase may name the key that it is for.
        return found - {"shows_secrets"} if self.target == "password" else found


def _is_system(keys: frozenset[str]) -> bool:
    """Whether the desktop may take the keys for itself, whatever window they are meant for."""
    function = any(re.fullmatch(r"f\d+", each) for each in keys)
    return "super" in keys or {"ctrl", "alt"} <= keys or (function and bool(keys & {"ctrl", "alt"}))
