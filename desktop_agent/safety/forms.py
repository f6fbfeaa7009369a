"""Forms that names and titles have: those of files, of sites in a browser's title, of lists, of tabs."""

import re

from desktop_agent.safety.words import LONGEST

_ENDINGS = (
    "txt|md|rst|tex|log|csv|tsv|json|ya?ml|toml|ini|cfg|conf|xml|html?|css|scss|less|svg|pdf|epub|od[tspg]|docx?|xlsx?|"
    "pptx?|rtf|wps|et|dps|py|pyi|ipynb|js|jsx|mjs|ts|tsx|vue|svelte|java|kt|kts|scala|go|rs|c|h|cc|cpp|hpp|cs|php|rb|pl|"
    "lua|r|sql|swift|dart|ex|exs|erl|hs|clj|gradle|lock|diff|patch|png|jpe?g|gif|webp|bmp|tiff?|ico|heic|raw|psd|xcf|mp3|"
    "ogg|flac|wav|m4a|mp4|mkv|webm|avi|mov|srt|zip|tar|gz|xz|bz2|7z|rar|iso|db|sqlite|bak|tmp|ics|vcf|eml"
)
_SCRIPTS = "sh|bash|zsh|fish|bat|cmd|ps1|desktop"
FILE = re.compile(rf"[^\s/\\]{{1,120}}\.(?:{_ENDINGS})", re.IGNORECASE)
_LIST = re.compile(
    r"(?:open |closed |my )?(?:issues|pull requests|merge requests|discussions)|议题|问题列表|合并请求|拉取请求",
    re.IGNORECASE,
)
_REPOSITORY = re.compile(r"[\w.-]+(?: ?/ ?[\w. -]+)+")
_NUMBERED = re.compile(r"[#!]\d")
"""What the title of a single issue has, before which its author may have written anything."""
WEB_PAGE = re.compile(r".*\.(?:html?|php)", re.IGNORECASE)
TITLE_OF_FILE = re.compile(
    rf"[*●•\[\]\s]*[^\s/\\]{{1,120}}\.(?:{_ENDINGS}|{_SCRIPTS})[*●•\s]*(?:\([^)]{{0,200}}\))?", re.IGNORECASE
)
CONVERSATION = re.compile(r".{1,40}(?:群|组|群聊|部|频道|班|助手|公众号|服务号|team|group|channel)", re.IGNORECASE)
_PART = re.compile(r"\s+[-–—|·_]\s+|_(?=[\u4e00-\u9fff])")
_BROWSER = re.compile(
    r"(?:mozilla |google |microsoft |tor )?(?:firefox|chrome|chromium|edge|brave|browser|opera|vivaldi|safari|web)"
    r"|.*浏览器",
    re.IGNORECASE,
)
TAB = re.compile(r"\b(?:the|tab|page|named|called|with|of|about)\b|标签页|标签|页面|那个|的", re.IGNORECASE)
"""Words in which a planner speaks of a tab."""
SWIPED = re.compile(r"\b(?:slide|swipe|drag|pull|hold)\b|滑|拖", re.IGNORECASE)
"""What calls itself this is set off by being dragged."""


def parts(title: str) -> list[str]:
    """What stands between the dashes and dots of a window's title."""
    return [each.strip() for each in _PART.split(title[:LONGEST])]


def is_list(title: str) -> bool:
    """Whether a title is that of a forge's list of issues or the like in a repository."""
    found = parts(title)
    if len(found) == 1 or _NUMBERED.search(title):
        return False
    return bool(_LIST.fullmatch(found[0]) and _REPOSITORY.fullmatch(found[1]))


def site(title: str) -> str:
    """How the site calls itself at the end of a title. Before it may stand anybody's words."""
    found = [each for each in parts(title) if each]
    if len(found) > 1 and _BROWSER.fullmatch(found[-1]):
        found.pop()
    return found[-1] if found else ""
