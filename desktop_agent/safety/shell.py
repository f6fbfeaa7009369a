"""What a command line would do, as far as its words tell: a plain reading that errs on the side of danger.

Quotes, escapes and line breaks are taken out first, so that they can't split a word. Everything that begins a command
of its own (a pipe, a semicolon, a bracket, a substitution) begins one here, whether or not it stands in quotes. What
a program is handed in a file or in a variable, and what is encoded by other means, is not seen.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_DEVICE = re.compile(r"(?:of=|>\s*)?/dev/(?:sd|hd|vd|nvme|mmcblk|disk|mapper|md|loop|rdisk|xvd|mem|kmem)")
_ONTO_DEVICE = re.compile(r">\s*/dev/(?:sd|hd|vd|nvme|mmcblk|disk)")
_DRIVE = re.compile(r"[a-z]:/?")
_HOME = re.compile(r"^(?:\$\{?(?:home|userprofile|env:userprofile|env:home)\}?|%userprofile%)")
_ASSIGNMENT = re.compile(r"\w+=")
_EVERYTHING = frozenset({"", ".", "..", "~", "~root", "$pwd", "/.", "%systemdrive%", "$env:systemdrive"})
_RECURSIVE = frozenset({"--recursive", "--no-preserve-root"})
_DISK_PROGRAMS = frozenset(
    {"dd", "wipefs", "blkdiscard", "sgdisk", "fdisk", "sfdisk", "parted", "badblocks", "truncate", "cp", "tee"}
)
_WIPING = re.compile(
    r"(?:s?rm|chmod|chown|shred|rimraf|find|mv|rsync|del|erase|rd|rmdir|remove-item|ri|deltree|format(?:\.com)?|cipher"
    r"|mkfs[\w.]*|mke2fs|diskpart|clear-disk|format-volume|dd|wipefs|blkdiscard|s?g?fdisk|sgdisk|parted|badblocks|truncate"
    r"|cp|tee)$"
)
_FORK_BOMB = ":(){"
_BREAKS = re.compile(r"\|\||&&|\$\(|<\(|>\(|[|;&`(){}\n]")
_GLUE = re.compile(r"\\\r?\n|[\"'\\^]")
_BLANK = re.compile(r"\$\{?ifs\}?|\t")
_BRACED = re.compile(r"\$\{(\w+)\}")
_ASKS_PASSWORD = re.compile(
    r"(?:passw(?:or)?d|passphrase|passcode|verification code|one-time code|\botp|\bpin|密码|口令|验证码)"
    r"[^\n]{0,80}[:：]\s*$",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"[$#%>❯»]\s+")
_PROMPTS = 3
"""How many times what looks like the end of a prompt is taken for it."""
_QUESTION = 200
"""Characters at the end of a line that are read as a question for a password."""
_LINE = 2_000
"""Characters of a terminal's last line that are looked at."""
_GOES_ON = ("|", "&&", "\\", "(")


@dataclass(frozen=True)
class Commands:
    """What the rules know of command lines; see `rules/commands.toml`."""

    fetching: frozenset[str]
    fetching_words: frozenset[str]
    running: frozenset[str]
    wrappers: frozenset[str]
    system_folders: frozenset[str]
    personal_folders: frozenset[str]
    secrets: frozenset[str]
    session: frozenset[str]


def dangers(text: str, known: Commands) -> frozenset[str]:
    """What `text` would do where a shell runs it: "runs_fetched" (code from the network, or encoded), "wipes" (a disk,
    a system, a home folder), "shows_secrets", "ends_session" (also: changes this program)."""
    found: set[str] = set()
    # A line break ends a command, or was put in to break one up.
    for each in {text, text.replace("\r", "").replace("\n", ""), text.replace("\n", " ")}:
        found |= _dangers(_BLANK.sub(" ", each.casefold()), known)
    return frozenset(found)


def unfinished(text: str) -> str:
    """The end of `text` that the next text goes on with: its last line, and what that continues."""
    lines = text.replace("\r", "\n").split("\n")
    start = len(lines) - 1
    while start and lines[start - 1].rstrip().endswith(_GOES_ON):
        start -= 1
    return "\n".join(lines[start:])


def asks_password(screen: str) -> bool:
    """Whether a program in the terminal that shows `screen` waits for a password or a code."""
    return _ASKS_PASSWORD.search(_last_line(screen)[-_QUESTION:]) is not None


def standing(screen: str) -> tuple[str, ...]:
    """What Return would run in the terminal that shows `screen`: its last line, with its prompt and without it."""
    line = _last_line(screen)
    ends = [match.end() for match in _PROMPT.finditer(line)][:_PROMPTS]
    return (line, *(line[end:] for end in ends))


def _last_line(screen: str) -> str:
    return screen.rstrip()[-_LINE:].rpartition("\n")[2]


def _dangers(text: str, known: Commands) -> set[str]:
    plain = _GLUE.sub("", text.replace("\\", "/") if ":\\" in text else text)
    plain = _BRACED.sub(r"$\1", plain)
    commands = [words for part in _BREAKS.split(plain) if (words := part.split())]
    line = " ".join(plain.split())
    found = {
        "runs_fetched": _runs_fetched(commands, plain, known),
        "wipes": _FORK_BOMB in text.replace(" ", "") or _wipes(commands, known) or bool(_ONTO_DEVICE.search(plain)),
        "shows_secrets": any(each in line for each in known.secrets),
        "ends_session": any(_stands_alone(each, line) for each in known.session),
    }
    return {name for name, holds in found.items() if holds}


def _stands_alone(words: str, line: str) -> bool:
    at = line.find(words)
    while at > 0 and (line[at - 1].isalnum() or line[at - 1] in "_-"):
        at = line.find(words, at + 1)
    return at >= 0


def _program(word: str) -> str:
    return word.rsplit("/", 1)[-1] if word != "." else word


def _runs_fetched(commands: list[list[str]], plain: str, known: Commands) -> bool:
    """Whether something is fetched and something is run, in whatever order: what is fetched may stand in a bracket
    behind what runs it."""
    programs = {each for words in commands for each in _started(words, known)}
    fetches = bool(programs & known.fetching) or any(each in plain for each in known.fetching_words)
    runs = any(words[0].startswith(("./", "~/")) or words[0] == "chmod" for words in commands)
    return fetches and (runs or bool(programs & known.running))


def _started(words: list[str], known: Commands) -> list[str]:
    """What a command starts: its first word that is no assignment, or what may be started by a wrapper."""
    rest = words
    while rest and _ASSIGNMENT.match(rest[0]):
        rest = rest[1:]
    names = [_program(each) for each in rest]
    starts_others = bool(names) and (names[0] in known.wrappers or (names[0] in known.running and _is_told(rest[1:])))
    return names if starts_others else names[:1]


def _is_told(arguments: list[str]) -> bool:
    """Whether a program that runs others is told the command itself: sh -c, cmd /c."""
    return any(each.startswith(("-c", "/c", "-e", "-enc")) for each in arguments[:3])


def _wipes(commands: list[list[str]], known: Commands) -> bool:
    return any(_wiping_program(name, rest, known) for words in commands for name, rest in _programs(words).items())


def _programs(words: list[str]) -> dict[str, list[str]]:
    """Each word as if it were a program, with what follows its first place: all that it may be told."""
    found: dict[str, list[str]] = {}
    for index, word in enumerate(words):
        name = _program(word)
        if name not in found and _WIPING.match(name):
            found[name] = words[index + 1 :]
    return found


def _wiping_program(name: str, rest: list[str], known: Commands) -> bool:
    flags = [each for each in rest if each.startswith("-")]
    places = [each for each in rest if not each.startswith("-")]
    roots = [each for each in places if _is_root(each, known)]
    match name:
        case "rm" | "srm" | "chmod" | "chown":
            return bool(roots) and any(each in _RECURSIVE or _short(each, "r") for each in flags)
        case "shred" | "rimraf":
            return bool(roots)
        case "find":
            return bool(roots) and roots[0] == places[0] and _find_deletes(rest)
        case "mv":
            return bool(set(places[:-1]) & set(roots)) or "/dev/null" in places
        case "rsync":
            return bool(roots) and any(each.startswith("--delete") for each in flags)
        case "del" | "erase" | "rd" | "rmdir" | "remove-item" | "ri" | "deltree":
            return bool(roots) and bool({"/s", "-recurse", "-r"} & set(rest))
        case "format" | "format.com":
            return any(_DRIVE.fullmatch(each) for each in places)
    return _wipes_disk(name, rest)


def _wipes_disk(name: str, rest: list[str]) -> bool:
    if name in _DISK_PROGRAMS:
        return any(_DEVICE.match(each) for each in rest)
    if name == "cipher":
        return any(each.startswith("/w") for each in rest)
    return name.startswith("mkfs") or name in ("mke2fs", "diskpart", "clear-disk", "format-volume")


def _find_deletes(rest: list[str]) -> bool:
    return "-delete" in rest or any(pair in (("-exec", "rm"), ("-execdir", "rm")) for pair in pairwise(rest))


def _short(flag: str, letter: str) -> bool:
    return not flag.startswith("--") and letter in flag


def _is_root(place: str, known: Commands) -> bool:
    """Whether `place` is a whole system, disk or home, or everything around."""
    bare = _HOME.sub("~", place.rstrip("*").rstrip("/"))
    if bare in _EVERYTHING or _DRIVE.fullmatch(bare):
        return True
    parts = [each for each in bare.split("/") if each not in ("", ".")]
    if bare.startswith("~/"):
        return len(parts) == 2 and parts[1] in known.personal_folders
    if _DRIVE.match(bare):
        parts = parts[1:]
    elif not bare.startswith("/"):
        return False
    return bool(parts) and parts[0] in known.system_folders and len(parts) <= 2
