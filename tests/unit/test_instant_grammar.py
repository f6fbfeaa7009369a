"""Instructions in English and Chinese, and what they are understood as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.instant.commands import (
    Choose,
    Click,
    Command,
    Drag,
    Hover,
    NotUnderstood,
    Open,
    Press,
    Question,
    Read,
    Scroll,
    Type,
    Wait,
    WaitFor,
)
from desktop_agent.instant.grammar import MAX_PLAIN, parse
from desktop_agent.instant.quoting import CLOSERS
from tests.unit.quotes import quote

S, SEVEN = Click("Save"), Click("7")
ENTER = Press(("enter",))

ONE: dict[str, Command] = {
    "click Save": S,
    "Click on Save.": S,
    "Please click the Save button": Click("Save button"),
    "can you click Save?": S,
    'click "the Save button"': Click("the Save button"),
    "click the button labelled “OK”": Click("OK button"),
    "click Yes, I agree": Click("Yes, I agree"),
    "click Find and Replace": Click("Find and Replace"),
    "click .": Click("."),
    "click +/-": Click("+/-"),
    "double-click the file icon": Click("file icon", "left", 2),
    "Double click on notes.txt": Click("notes.txt", "left", 2),
    "right-click the desktop": Click("desktop", "right"),
    "middle click Tab 1": Click("Tab 1", "middle"),
    "press OK": Click("OK"),
    "press the = button": Click("= button"),
    "hover over Help": Hover("Help"),
    "point at Help": Hover("Help"),
    "move the mouse to “Help”": Hover("Help"),
    'type "a, then b; click c"': Type("a, then b; click c"),
    'type "hello" into the text area please': Type("hello", "text area"),
    "type 'it's' in Name": Type("it's", "Name"),
    'write "x" in Name': Type("x", "Name"),
    'enter the text "x" into the second field': Type("x", "second field"),
    'fill in Name with "Bob"': Type("Bob", "Name"),
    'In the text area, type "hello"': Type("hello", "text area"),
    "type hello world": Type("hello world"),
    "type hello. ": Type("hello."),
    "type Hello, World!": Type("Hello, World!"),
    "type rain in Spain": Type("rain in Spain"),
    "type hello into the text area": Type("hello", "text area"),
    "type hello in the search box": Type("hello", "search box"),
    "press ctrl+s": Press(("ctrl", "s")),
    "press the Enter key": ENTER,
    "hit Enter": ENTER,
    "Ctrl+Shift+P": Press(("ctrl", "shift", "p")),
    "press =": Press(("=",)),
    "press ctrl and s": Press(("ctrl", "s")),
    "scroll down": Scroll("down", 5),
    "scroll up 3": Scroll("up", 3),
    "scroll down by 10 lines in the list": Scroll("down", 10, "list"),
    "scroll the list up a little": Scroll("up", 2, "list"),
    "wait": Wait(1),
    "wait 2 seconds": Wait(2),
    "wait 2.5s": Wait(2.5),
    "wait for half a second": Wait(0.5),
    "wait a minute": Wait(60),
    "wait for “Done” to appear": WaitFor("Done"),
    "wait until the dialog is shown": WaitFor("dialog"),
    "open Mousepad": Open("Mousepad"),
    "launch the calculator app": Open("calculator"),
    "open the File menu": Click("File menu"),
    "select File > Save As…": Choose(("File", "Save As")),
    "go to File → Open": Choose(("File", "Open")),
    'choose "a > b" > c': Choose(("a > b", "c")),
    "choose Save from the File menu": Choose(("File", "Save")),
    "drag the slider to the end": Drag("slider", "end"),
    'drag "a to b" onto "c"': Drag("a to b", "c"),
    "read": Read(),
    "Read the text.": Read(),
    "read the status bar": Read("status bar"),
    "what does it say?": Read(),
    "What does the display say?": Read("display"),
    "what is written here?": Read(),
    "点击保存": Click("保存"),
    "请点击“保存”按钮。": Click("保存按钮"),
    "帮我点一下 Save": S,
    "双击文件": Click("文件", "left", 2),
    "右键点击桌面": Click("桌面", "right"),
    "在“保存”上双击": Click("保存", "left", 2),
    "按确定": Click("确定"),
    "按下 Ctrl+S": Press(("ctrl", "s")),
    "按回车键": ENTER,
    "输入“你好，世界”到文本框": Type("你好，世界", "文本框"),
    "在文本框中输入「你好」": Type("你好", "文本框"),
    "把“你好”填到姓名里": Type("你好", "姓名"),
    "输入你好": Type("你好"),
    "输入你好到文本框里": Type("你好", "文本框"),
    "向下滚动": Scroll("down", 5),
    "向上滚动 3 格": Scroll("up", 3),
    "在列表里向下滚动两格": Scroll("down", 2, "列表"),
    "等待 2 秒": Wait(2),
    "等一下": Wait(1),
    "等待“保存”出现": WaitFor("保存"),
    "打开记事本": Open("记事本"),
    "打开文件菜单": Click("文件菜单"),
    "选择 文件 > 保存": Choose(("文件", "保存")),
    "把鼠标移到保存上": Hover("保存"),
    "把A拖到B上": Drag("A", "B"),
    "读一下": Read(),
    "读状态栏": Read("状态栏"),
    "这里写了什么？": Read(),
    "状态栏上显示什么": Read("状态栏"),
}


@pytest.mark.parametrize(("instruction", "command"), ONE.items())
def test_one_command(instruction: str, command: Command) -> None:
    assert parse(instruction) == (command,)


CHAINS: dict[str, tuple[Command, ...]] = {
    "click Save then press Enter": (S, ENTER),
    "click Save, then press Enter": (S, ENTER),
    "Click Save. Then press Enter.": (S, ENTER),
    "click Save and then press Enter": (S, ENTER),
    "click Save and press Enter": (S, ENTER),
    "click Save, press Enter": (S, ENTER),
    "click Save; press Enter;": (S, ENTER),
    "click Save\npress Enter\n": (S, ENTER),
    "click Save after that press Enter": (S, ENTER),
    "click File then Save": (Click("File"), S),
    "click 7, ×, 8, = and read the display": (SEVEN, Click("×"), Click("8"), Click("="), Read("display")),
    'click "7", "×", "8" and "="': (SEVEN, Click("×"), Click("8"), Click("=")),
    "open galculator, then click 7, then × and =": (Open("galculator"), SEVEN, Click("×"), Click("=")),
    "click 1,000": (Click("1,000"),),
    "click 7 twice": (SEVEN, SEVEN),
    "press Tab 3 times": (Press(("tab",)),) * 3,
    "press Tab, Tab and Enter": (Press(("tab",)), Press(("tab",)), ENTER),
    'type "one", press Enter, type "two" and press ctrl+s': (Type("one"), ENTER, Type("two"), Press(("ctrl", "s"))),
    'type "one" then Enter': (Type("one"), ENTER),
    "type hello, then press Enter": (Type("hello"), ENTER),
    "点击文件，然后点击保存": (Click("文件"), Click("保存")),
    "点击文件，再点击保存。": (Click("文件"), Click("保存")),
    "点击文件再点击保存": (Click("文件"), Click("保存")),
    "在文本框中输入“你好”，然后按回车": (Type("你好", "文本框"), ENTER),
    "打开记事本，等待 2 秒，输入“好”": (Open("记事本"), Wait(2), Type("好")),
    "按 Tab 键 3 次": (Press(("tab",)),) * 3,
}


@pytest.mark.parametrize(("instruction", "commands"), CHAINS.items())
def test_chains(instruction: str, commands: tuple[Command, ...]) -> None:
    assert parse(instruction) == commands


@pytest.mark.parametrize(
    ("instruction", "part"),
    [
        ("", ""),
        ("describe this picture", "describe this picture"),
        ("click Save then dance", "dance"),
        ("dance, then click Save", "dance"),
        ("click it", "click it"),
        ("click any link", "click any link"),
        ("click the button that would most probably submit it", "click the button that would most probably submit it"),
        ("write a poem about cats", "write a poem about cats"),
        ("type a letter to mom", "type a letter to mom"),
        ("type a into b into c", "type a into b into c"),
        ("open the email from Bob", "open the email from Bob"),
        ("read the email from Bob and summarise it", "read the email from Bob"),
        ("push the changes to main", "push the changes to main"),
        ("go to example.org", "go to example.org"),
        ("press the Any key", "press the Any key"),
        ("click Save 9999 times", "click Save 9999 times"),
        ("close the window", "close the window"),
        ("scroll down 9999", "scroll down 9999"),
        ("wait 999 minutes", "wait 999 minutes"),
        ('type ""', "type"),
        ('type "unfinished', '"unfinished'),
        ("移动文件到桌面", "移动文件到桌面"),
        ("写一首诗", "写一首诗"),
        ("输入一首诗", "输入一首诗"),
    ],
)
def test_what_is_not_understood_is_named(instruction: str, part: str) -> None:
    parsed = parse(instruction)
    assert isinstance(parsed, NotUnderstood)
    assert parsed.part == part
    assert parsed.why.endswith((".", '…".'))


@pytest.mark.parametrize(
    "question",
    ["what is 7 × 8?", "Who is this", "is it safe to close?", "这是什么", "这个程序好用吗", "老师说了什么？", "ok？"],
)
def test_questions(question: str) -> None:
    assert parse(question) == Question(question)


def test_a_pasted_document_is_no_command() -> None:
    assert isinstance(parse("click Save, " * MAX_PLAIN), NotUnderstood)
    text = "x, then click y. " * MAX_PLAIN
    assert parse(f'type "{text}"') == (Type(text),)


@given(st.text(min_size=1), st.sampled_from(sorted(CLOSERS)))
def test_quoted_text_of_any_content_arrives_exactly(text: str, opener: str) -> None:
    assert parse(f"type {quote(text, opener)}") == (Type(text),)
    instruction = f"click Save, then type {quote(text, opener)} into the text area and press Enter"
    assert parse(instruction) == (S, Type(text, "text area"), ENTER)
    assert parse(f"点击保存，然后输入{quote(text, opener)}到文本框，再按回车") == (
        Click("保存"),
        Type(text, "文本框"),
        ENTER,
    )


_PIECES = st.sampled_from(
    [
        *("click ", "type ", "press ", "scroll ", "wait ", "drag ", "read ", "open ", "点击", "输入"),
        *(" then ", ", ", "and ", "for ", " to ", "up ", "the ", "然后", "到", "> ", "ctrl+", "Save", "x", "9"),
        *("“", "”", '"', "'", "\\", "?", "。", "\n"),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=20).map("".join)))
def test_parsing_never_raises_and_ends(instruction: str) -> None:
    parsed = parse(instruction)
    assert isinstance(parsed, Question | NotUnderstood) or len(parsed) > 0
