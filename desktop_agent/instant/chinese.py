"""The grammar's Chinese rules, tried in order; each must match a whole clause."""

import re

from desktop_agent.core.actions import Button
from desktop_agent.instant.commands import (
    Click,
    Direction,
    Drag,
    Hover,
    NotUnderstood,
    Open,
    Press,
    Read,
    Type,
    WaitFor,
)
from desktop_agent.instant.keys import parse_keys
from desktop_agent.instant.phrases import (
    NEEDS_QUOTES,
    NUMBER,
    Found,
    Phrase,
    Rule,
    number,
    repeated,
    rule,
    scroll,
    wait,
)
from desktop_agent.instant.quoting import MARK

Match = re.Match[str]

POLITE_START = re.compile(r"(?:(?:请你?|麻烦你?|帮我|帮忙|你?可以|能不能|能否|现在|最后|首先|先|再|并)[\s,，]*)+")
POLITE_END = re.compile(r"(?:[\s,，]*(?:谢谢你?|好吗|可以吗|行吗|吧|一下))+$")
QUESTION = re.compile(r"吗$|呢$|什么|为何|怎么|怎样|多少|哪|谁|是不是|有没有")

_TIMES = rf"(?:\s*(?P<times>{NUMBER})\s*(?:次|下))?"
_INSIDE = r"\s*(?:里面|里边|里|中|内|上面|上)?"
_DIRECTIONS: dict[str, Direction] = {"上": "up", "下": "down", "左": "left", "右": "right"}
_FIELD = re.compile(r"(?:框|栏|区|区域|输入框|编辑器|文本域|单元格|终端|窗口)$")
_VAGUE_TEXT = re.compile(r"一(?:个|段|些|首|封|句)|我的|你的|他的|她的|什么|这|那")


def _click(match: Match, phrase: Phrase) -> Found:
    return repeated(phrase.click_or_choose(match["place"]), number(match.groupdict().get("times"), 1))


def _special_click(match: Match, phrase: Phrase) -> Found:
    place, kind = phrase.place(match["place"]), match["kind"]
    if not place:
        return None
    button: Button = "right" if "右" in kind else "middle" if "中" in kind else "left"
    return Click(place, button, 2 if "双" in kind else 1)


def _hover(match: Match, phrase: Phrase) -> Found:
    place = phrase.place(match["place"])
    return Hover(place) if place else None


def _type_quoted(match: Match, phrase: Phrase) -> Found:
    text = phrase.literal(match["text"])
    if not text:
        return None
    if match.groupdict().get("place") is None:
        return Type(text)
    place = phrase.place(match["place"])
    return Type(text, place) if place else None


def _type_bare(match: Match, phrase: Phrase) -> Found:
    parts = re.split(r"到|至", match["text"].strip())
    text = parts[0].strip()
    place = phrase.place(re.sub(rf"{_INSIDE}$", "", parts[1])) if len(parts) == 2 else None
    if len(parts) > 2 or (len(parts) == 2 and not (place and _FIELD.search(place))) or _VAGUE_TEXT.match(text):
        return NotUnderstood(match[0], NEEDS_QUOTES)
    return Type(text, place) if text else None


def _press(match: Match, phrase: Phrase) -> Found:
    words = phrase.quoted.restore(match["keys"]).strip()
    keys = parse_keys(words) or parse_keys(re.sub(r"(?:组合键|快捷键|键)$", "", words))
    if keys:
        return repeated(Press(keys), number(match["times"], 1))
    if words.endswith("键"):
        return NotUnderstood(match[0], f"I don't know the key “{words}”.")
    return repeated(phrase.click_or_choose(match["keys"]), number(match["times"], 1))


def _scroll(match: Match, phrase: Phrase) -> Found:
    words = match.groupdict()
    place = phrase.place(words["place"]) if words.get("place") else None
    return scroll(_DIRECTIONS[words["direction"]], number(words["count"], 5), place)


def _wait(match: Match, phrase: Phrase) -> Found:
    return wait(number(match["count"], 1) * (60 if match["unit"] == "分" else 1))


def _wait_for(match: Match, phrase: Phrase) -> Found:
    place = phrase.place(match["place"])
    return WaitFor(place) if place else None


def _open(match: Match, phrase: Phrase) -> Found:
    if phrase.path(match["name"]) or re.search(r"(?:菜单|标签页?|链接|图标|文件夹|列表|按钮)$", match["name"]):
        return phrase.click_or_choose(match["name"])
    if re.search(r"[的里中上下]", match["name"]):
        return None
    name = phrase.place(re.sub(r"\s*(?:应用程序|应用|程序|软件)$", "", match["name"]))
    return Open(name) if name else None


def _drag(match: Match, phrase: Phrase) -> Found:
    start, end = phrase.place(match["start"]), phrase.place(match["end"])
    return Drag(start, end) if start and end else None


def _read(match: Match, phrase: Phrase) -> Found:
    words = re.sub(r"^(?:这里|那里|这上面|这|那|它|上面|里面|屏幕上?|全部|所有)$", "", (match["place"] or "").strip())
    if not words:
        return Read()
    place = phrase.place(words)
    return Read(place) if place else None


VERBATIM = (rule(rf"(?:输入|键入)[:：]?\s*(?P<text>[^{MARK[1:]}+)", _type_bare),)
"""Rules for a clause with nothing taken off its end, since each character may be meant."""

_TYPE = r"(?:输入|键入|填写|填入|填|写入|写上|写|打上|打)"
_CLICK = r"(?:左键)?(?:点击|单击|点按|点选|点)"
RULES: tuple[Rule, ...] = (
    rule(r"(?P<kind>双击|右键单击|右键点击|右击|右键|中键单击|中键点击|中键)(?:一下)?\s*(?P<place>.+)", _special_click),
    rule(
        rf"在\s*(?P<place>.+?){_INSIDE}\s*(?P<kind>双击|右键单击|右键点击|右击|中键单击|中键点击|点击|单击)",
        _special_click,
    ),
    rule(rf"{_CLICK}(?:一下)?\s*(?P<place>.+?){_TIMES}", _click),
    rule(
        r"(?:(?:(?:把|将)?鼠标)?(?:悬停|停留|指向)|(?:把|将)?鼠标(?:移动|移|放))(?:在|到|至)?\s*(?P<place>.+?)(?:上面|上)?",
        _hover,
    ),
    rule(
        rf"{_TYPE}(?:文字|文本|内容)?[:：]?\s*(?P<text>{MARK})(?:\s*(?:到|在|进|至|于)\s*(?P<place>.+?){_INSIDE})?",
        _type_quoted,
    ),
    rule(rf"(?:在|往|向)\s*(?P<place>.+?){_INSIDE}\s*{_TYPE}[:：]?\s*(?P<text>{MARK})", _type_quoted),
    rule(rf"(?:把|将)\s*(?P<text>{MARK})\s*{_TYPE}(?:到|在|进|至)\s*(?P<place>.+?){_INSIDE}", _type_quoted),
    rule(rf"(?:按下|按|敲击|敲)(?:一下)?\s*(?P<keys>.+?){_TIMES}", _press),
    rule(
        rf"(?:在\s*(?P<place>.+?){_INSIDE}\s*)?(?:向|往)(?P<direction>[上下左右])(?:滚动|滚|翻)\s*"
        rf"(?:(?P<count>{NUMBER})\s*[格次行下步]?)?",
        _scroll,
    ),
    rule(rf"滚动?(?:向|往)?(?P<direction>[上下左右])\s*(?:(?P<count>{NUMBER})\s*[格次行下步]?)?", _scroll),
    rule(rf"(?:等待|等)(?:一?会儿?)?\s*(?:(?P<count>{NUMBER})\s*(?P<unit>秒|分)钟?)?", _wait),
    rule(rf"(?:等待|等到|等)\s*(?P<place>.+?(?=出现|显示|打开)|{MARK})(?:出现|显示|打开)?", _wait_for),
    rule(r"(?:打开|启动|运行)\s*(?P<name>.+)", _open),
    rule(r"(?:选择|选中|选)\s*(?P<place>.+)", _click),
    rule(rf"(?:把|将)?\s*(?P<start>.+?)\s*拖(?:动|拽|放)?(?:到|至)\s*(?P<end>.+?){_INSIDE}", _drag),
    rule(rf"拖(?:动|拽)?\s*(?P<start>.+?)\s*(?:到|至)\s*(?P<end>.+?){_INSIDE}", _drag),
    rule(rf"(?:读取|朗读|读出|读|念)(?:一下|出来|出)?\s*(?P<place>.*?){_INSIDE}(?:的)?(?:文字|文本|内容|字)?", _read),
    rule(r"(?P<place>)(?:这里?|那里?|它|上面|里面)说(?:了|的)?(?:是)?(?:什么|啥)", _read),
    rule(
        rf"(?P<place>.{{0,12}}?){_INSIDE}(?:都)?(?:写|显示)(?:了|的|着)?(?:是)?(?:些)?(?:什么|啥)(?:字|文字|内容)?",
        _read,
    ),
    rule(r"(?P<place>)(?:这里?|那里?|它|上面|里面)?(?:的)?(?:内容|文字|文本|字)(?:是|有)(?:什么|啥|哪些)", _read),
)
