"""What an element is called, and how that is to be read: as a command, or as the name of a thing.

Files, conversations, mails, chapters and headlines may be called anything; a button is called what it does. Which is
which is told by the role and, where it makes a reading milder, by the *application*, since a page chooses its own
titles, roles and names. A name that begins with a command stays one wherever a page could have written it.
"""

from dataclasses import dataclass
from functools import cached_property

from desktop_agent.core.desktop import Element
from desktop_agent.safety import forms
from desktop_agent.safety.forms import CONVERSATION, FILE, SWIPED, TAB, TITLE_OF_FILE, WEB_PAGE
from desktop_agent.safety.rulebook import Rulebook
from desktop_agent.safety.targets import TEXTS
from desktop_agent.safety.words import Found, Reading

KEEPERS = frozenset({"mail", "chat", "player", "file_manager", "editor", "spreadsheet", "reader"})
"""Kinds of applications whose lists hold what people and files are called."""
DOCUMENTS = frozenset({"editor", "spreadsheet", "reader", "file_manager", "player"})
"""Kinds of applications whose windows are named after the file that they show."""
_MONEY = frozenset({"bank", "broker", "send_money", "signing", "chat"})
"""Kinds of sites where a list's links are no titles."""
_GUARDED = frozenset({"bank", "broker", "send_money", "code_forge", "mail", "chat", "signing"})
"""Kinds of sites whose links act, whatever their titles say."""
_FILES = frozenset({"icon", "table cell"})
_PAGES = frozenset({"page tab", "link"})
_BRANCHES = {
    "tree item": frozenset({"editor", "chat", "reader", "file_manager", "database"}),
    "page tab": frozenset({"editor", "spreadsheet", "reader", "file_manager"}),
    "table cell": frozenset({"spreadsheet"}),
}
"""Roles of what only shows something, in which kinds of applications."""
_TABLE = frozenset({"table cell", "table row"})
_BEGINNINGS = (
    *("pay", "send", "publish", "call", "delete", "overwrite", "abandon", "login", "accept", "permit", "install"),
    *("run", "upload", "download", "power", "logout", "lock", "transfer", "trade", "saved_passwords", "contract"),
)
_LABEL, _HEADLINE, _SENTENCE = 4.0, 6.0, 8.0
"""Words of a link up to which it is read as a label; up to which it may be a command; and up to which a text that
begins like one is taken for one, even where the planner says nothing of the kind. An ideograph is half a word."""
_MENU_ENTRY = 3.0
"""Words of an entry in a chat's menu."""
_NEVER_IN_BOOKS = frozenset(
    {
        *("transfer", "bank_transfer", "bank_command", "send_money_button"),
        *("trade", "trade_command", "contract", "contract_command"),
    }
)
"""What no link of an encyclopedia does; one may donate and log out there."""
_QUOTABLE = 3
"""Characters from which on a name is taken out of what the planner says."""


@dataclass(frozen=True)
class Naming:
    """How an element is called, and said to be.

    Args:
        element: what is acted on; None where it isn't known.
        target: what it is, in the terms of the rules.
        claimed: what the planner says that it is.
        title: that of the window.
        kinds: of the application, as its program calls itself.
        places: `kinds`, and what the window's title tells of the site.
        book: the rules.
        drags: whether it is dragged.
    """

    element: Element | None
    target: str
    claimed: str
    title: str
    kinds: frozenset[str]
    places: frozenset[str]
    book: Rulebook
    drags: bool = False

    @cached_property
    def name(self) -> Found:
        """The words in the element's name."""
        return self.book.lexicon.find(self.element.name if self.element else "")

    @cached_property
    def claim(self) -> Found:
        """The words in what the planner says beyond the name of a thing, which it can but repeat."""
        claimed, name = self.claimed, self.element.name.strip() if self.element else ""
        if self._is_long_tab and set(self.book.lexicon.find(TAB.sub(" ", claimed)).tokens) <= set(self.name.tokens):
            return self.book.lexicon.find("")
        if self.is_thing and (len(name) >= _QUOTABLE or claimed.strip() == name):
            claimed = claimed.replace(name, " ")
        return self.book.lexicon.find(claimed)

    @cached_property
    def heading(self) -> Found:
        """The words in the window's title but for the name of a file that an application shows there beside its own."""
        parts = forms.parts(self.title)
        others = [each for each in parts if not TITLE_OF_FILE.fullmatch(each)]
        shows_file = self.kinds & DOCUMENTS and len(others) < len(parts) and (others or self.title.isascii())
        return self.book.lexicon.find(" - ".join(others) if shows_file else self.title)

    def called(self, family: str) -> bool:
        """Whether the target is called by a word of `family`, or said to be."""
        unread = self._is_unread or self._is_entry(family)
        if not (unread or self._is_carried) and self.name.has(family, self._reading):
            return True
        nameless = self.element is None or not self.element.name.strip()
        anywhere = nameless or self.target in TEXTS or self._is_carried  # It says where to, as "onto the bin".
        return self.claim.has(family, Reading.ANYWHERE if anywhere else Reading.COMMAND)

    @property
    def _is_unread(self) -> bool:
        """Whether no word of its name says what it does."""
        return self.target == "menu" or self._is_listed_song or self._is_branch or self._is_long_tab

    @property
    def is_begun(self) -> bool:
        """Whether it is a long text that begins like a command, where anybody could have written it."""
        thing = self._is_file or self._is_branch or self._is_explaining or self._is_linked_song or self._is_titled
        if thing or self._is_carried or not self.begins:
            return False
        size = self.name.sizes[-1]
        if self.target == "row":
            chat = "chat" in self.kinds and size <= _MENU_ENTRY and self.name.has("delete", Reading.BEGINNING)
            mails = "mail" in self.places and self.element is not None and self.element.role in _TABLE
            return chat or not (self.kinds & KEEPERS or mails)
        repeated = self.name.tokens == self.book.lexicon.find(self.claimed).tokens
        linked = self.element is not None and self.element.role == "link" and size > _LABEL
        return linked and (size <= _SENTENCE or repeated)

    @cached_property
    def begins(self) -> bool:
        """Whether its name begins with a grave command."""
        return any(self.name.has(each, Reading.BEGINNING) for each in _BEGINNINGS)

    @cached_property
    def is_thing(self) -> bool:
        """Whether it is called as somebody called what it stands for, so that repeating the name says nothing."""
        linked = self._is_long or self._is_linked_song or self._is_explaining or self._is_titled or self._is_long_tab
        return self.target == "row" or linked or self._is_branch or self._is_file

    @property
    def _is_long(self) -> bool:
        """Whether it is a link or a tab with more words than a command has, as headlines have."""
        return self.target == "content" and self.name.sizes[-1] > _HEADLINE

    @property
    def _is_long_tab(self) -> bool:
        """Whether it is a tab called as pages are, not as commands."""
        is_tab = self.element is not None and self.element.role == "page tab"
        return is_tab and self.name.sizes[-1] > _LABEL and not _MONEY & self.places

    @cached_property
    def _is_titled(self) -> bool:
        """Whether it is a link in a forge's list of issues or the like, which bears what somebody called one."""
        if self.element is None or self.element.role != "link" or _MONEY & self.places:
            return False
        return forms.is_list(self.title)

    @property
    def tells(self) -> bool:
        """Whether it is a link on a page that tells how something is done."""
        return self.target == "content" and (self._is_documentation or self._title_tells)

    @cached_property
    def _reading(self) -> Reading:
        if self.target in TEXTS or (self.drags and self.target == "row"):
            return Reading.ANYWHERE
        if self._is_file or self._is_conversation or self._is_linked_song:
            return Reading.WHOLE
        if self.target == "row" or self._is_explaining or self._is_titled:
            return Reading.ROW
        return Reading.CONTENT if self.target == "content" else Reading.COMMAND

    @cached_property
    def _is_file(self) -> bool:
        """Whether it is a file's row, tab or link: called like one, or in a list of files."""
        if self.element is None or self.target not in ("row", "content"):
            return False
        if self.target == "row" and self.element.role in _FILES and self.kinds & {"file_manager", "editor"}:
            return True
        name = self.element.name.strip()
        if FILE.fullmatch(name) is None or not (self.target == "row" or self.element.role in _PAGES):
            return False
        # On a page 下载报告.pdf, which has no blanks, may be a command.
        command = self.begins and (WEB_PAGE.fullmatch(name) or not name.isascii())
        return bool(self.kinds & DOCUMENTS) or not command

    @property
    def _is_conversation(self) -> bool:
        if self.element is None or self.target != "row" or "chat" not in self.kinds:
            return False
        return CONVERSATION.fullmatch(self.element.name.strip()) is not None

    @cached_property
    def _is_explaining(self) -> bool:
        """Whether it is a link to what tells about something, whatever words its name has."""
        role = self.element.role if self.element else ""
        told = self.target == "content" and role != "page tab" and self.name.has("about", Reading.ANYWHERE)
        return told or (role in ("link", "tree item") and self._is_documentation)

    @cached_property
    def _site(self) -> Found:
        return self.book.lexicon.find(forms.site(self.title))

    @cached_property
    def _is_documentation(self) -> bool:
        """Whether the site only explains."""
        guarded = self.kinds & _GUARDED or _GUARDED & self.book.sites.find(forms.site(self.title)).hits.keys()
        explains = any(self._site.has(each, Reading.ANYWHERE) for each in ("documentation", "encyclopedia"))
        return explains and not guarded

    @cached_property
    def _title_tells(self) -> bool:
        return self.book.lexicon.find(self.title).has("about", Reading.ANYWHERE)

    @cached_property
    def _is_branch(self) -> bool:
        """Whether it is a file, a note, a sheet or a channel in a program's tree or row of tabs, where nothing is set
        off."""
        role = self.element.role if self.element else ""
        kinds = _BRANCHES.get(role, frozenset())
        return bool(self.kinds & kinds)

    def _is_entry(self, family: str) -> bool:
        """Whether it is a link of an encyclopedia or a player, which can't do what words of `family` say."""
        if family not in _NEVER_IN_BOOKS or self.target != "content":
            return False
        return self._is_linked_song or self._site.has("encyclopedia", Reading.ANYWHERE)

    @property
    def _is_listed_song(self) -> bool:
        """Whether it is a song or a film in a list of such, which may be called anything."""
        return self.target == "row" and "player" in self.kinds

    @property
    def _is_linked_song(self) -> bool:
        """Whether it is a player's link: a song or an artist, unless the whole name is a command."""
        return self.target == "content" and "player" in self.kinds

    @property
    def _is_carried(self) -> bool:
        """Whether it is a card or a row that is dragged elsewhere, which does nothing that its name says."""
        name = self.element.name if self.element else ""
        return self.drags and self.target == "row" and SWIPED.search(name) is None
