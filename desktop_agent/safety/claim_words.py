"""Words in which planners and platforms speak of elements, for `claims`."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNSURE = frozenset(
    {
        *("item", "entry", "key", "text", "edit", "input", "box", "option", "display", "window", "list", "table"),
        *("label", "image", "picture", "icon", "menu", "tab", "switch", "field", "dialog", "editor", "键", "菜单"),
        *("标签", "选项", "图标", "图片", "列表", "窗口", "按键", "条目"),
    }
)
"""Words for kinds of elements that people use for others, too, or that are a part of a name as often."""

LITTLE = _set(
    """
    the a an this that of in on at to for with by and or is it its from which there be labelled labeled named
    called titled saying says reading reads marked i me my we us our you your
    """
)
"""Words that say nothing of their own."""
LOOKS = _set(
    """
    red green blue yellow orange purple pink black white grey gray dark light round square big large small tiny
    little left right top bottom upper lower middle center centre corner side main primary secondary only whole
    empty blank first second third fourth fifth last current active selected highlighted checked unchecked open
    digit number name word line letter element control place area part thing widget button icon row column cell
    page article picture photo image file folder result results title heading text field box input bar panel
    toolbar header footer sidebar list table view body content contents document screen popup pop up down arrow
    symbol sign logo checkbox blog post mail message link tile banner tick check
    artist song album track playlist video card issue comment thread topic product author range time period
    """
)
"""Words that describe what one sees, which a name doesn't hold."""
LOOKS_IDEOGRAPHS = re.compile(
    "红色|绿色|蓝色|黄色|灰色|黑色|白色|左上角|右上角|左下角|右下角|左侧|右侧|左边|右边|上方|下方|顶部|底部|中间|旁边|里的|"
    "歌名|歌曲|歌手|专辑|视频|卡片|地址栏|标签页|帖子|商品|评论|话题|作者|"
    "那个|这个|页面|栏目|文章|文件夹|文件|图片|按钮|图标|区域|控件|元素|位置|输入|正文|列表|选项|的"
)
TAIL = re.compile(
    r"(?<=\w)[\s,]+(?:next to|beside|near|under|below|above|between|inside|within|"
    r"(?:to the )?(?:left|right) of|in|on|at|of|from)\s.*$"
)
"""Where something is, after what it is."""
DESTINATION = re.compile(r"(?<=\w)[\s,，、]+(?:to|into|onto)\s.*$|(?<=\w)[\s,，、]*(?:拖|移)(?:动|进)?(?:到|至|入).*$")
"""Where something is dragged to, after what it is."""
SAYS_NOTHING = re.compile(
    r"\W*(?:(?:the|a|blue|red|green|left|right|big|primary|this|that|main|next|same|click|on)\s+){0,3}"
    r"(?:button|icon|place|control|element|item|target|spot|point|something|it|this|that|there|here|continue|next|"
    r"go on|(?:这个?|那个?|该)?(?:按钮|图标|位置|地方|控件|元素|目标)|"
    r"这个?|那个?|它|这里|那里|这儿|那儿|此处|继续|下一步|点击)?\W*"
)
"""A claim that would do for anything."""

CONCEPTS = tuple(
    frozenset(each.split("|"))
    for each in (
        "ok|okay|确定|好的",
        "cancel|取消",
        "yes|是",
        "no|否",
        "close|x|cross|×|✕|关闭",
        "save|floppy|disk|保存",
        "open|打开",
        "delete|remove|trash|bin|dustbin|garbage|删除|移除|垃圾桶|回收站|清空",
        "search|find|query|magnifier|magnifying|loupe|搜索|查找|查询|放大镜",
        "settings|preferences|options|gear|cog|设置|偏好|首选项|齿轮",
        "menu|hamburger|more|⋮|☰|菜单|更多",
        "send|plane|发送",
        "submit|提交",
        "edit|pencil|编辑|铅笔",
        "add|new|plus|create|＋|添加|新建|加号",
        "login|signin|log|sign|登录|登陆",
        "register|signup|sign|注册",
        "back|previous|prev|返回|上一步|上一页|后退",
        "next|forward|continue|下一步|下一页|继续|前进",
        "reload|refresh|刷新|重新加载",
        "home|house|主页|首页",
        "download|下载",
        "upload|attach|paperclip|上传|附件|回形针",
        "copy|duplicate|复制",
        "paste|粘贴",
        "cut|scissors|剪切|剪刀",
        "undo|撤销",
        "redo|重做",
        "print|printer|打印",
        "share|分享|共享",
        "play|播放",
        "pause|暂停",
        "stop|停止",
        "mute|sound|volume|speaker|静音|音量|声音",
        "help|question|帮助",
        "file|文件",
        "view|查看|视图",
        "user|username|account|profile|avatar|用户名|用户|账号|账户",
        "email|mail|e-mail|envelope|邮箱|邮件",
        "password|passphrase|密码|口令",
        "address|url|地址|网址",
        "bold|粗体|加粗",
        "italic|italics|斜体",
        "like|heart|thumb|点赞|喜欢|赞",
        "favorite|favourite|bookmark|star|收藏|书签",
        "cart|basket|购物车",
        "calendar|date|日历|日期",
        "maximize|maximise|最大化",
        "minimize|minimise|最小化",
        "apply|应用",
        "accept|agree|allow|接受|同意|允许",
        "reply|回复",
        "show|reveal|eye|显示|眼睛",
    )
)
"""What is called by several words, in two languages or after its picture."""
NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero|零",
            "one|一",
            "two|二",
            "three|三",
            "four|四",
            "five|五",
            "six|六",
            "seven|七",
            "eight|八",
            "nine|九",
            "ten|十",
        )
    )
    for word in words.split("|")
}
