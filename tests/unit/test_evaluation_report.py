import re

from desktop_agent.core.actions import Action, ActionKind, Answer, Decision, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation import report


def black(width, height):
    return Image(width, height, bytes(width * height * 4))


def result(words="Click “Save”", target=Rect(110, 60, 20, 10)):
    action = Action(ActionKind.LEFT_CLICK, words, (), "s1", target=target)
    shot = Screenshot("s1", Rect(100, 50, 200, 100), "one", black(200, 100), 0.0)
    verdict = Verdict(Ruling.ASK, "It acts.", "click")
    return StepResult(
        action, Outcome.CONFIRMED, "The window changed.", verdict, Decision(Answer.APPROVED, by="card"), before=shot
    )


def test_the_ring_surrounds_the_target_and_leaves_it_alone():
    pillow = report.ringed(black(200, 100), Rect(10, 10, 20, 10)).to_pillow()
    assert pillow.getpixel((20, 7)) == report.RING
    assert pillow.getpixel((20, 15)) == (0, 0, 0)


def test_an_entry_says_decision_and_outcome():
    entry = report.entry(3, result())
    assert (entry.number, entry.decision, entry.outcome) == (3, "approved by card", "confirmed")
    shown = Image.decode(entry.figure.png).to_pillow()
    assert shown.getpixel((20, 7)) == report.RING


def test_wide_pictures_are_scaled_down():
    shown = Image.decode(report.figure("", black(1920, 1080)).png)
    assert (shown.width, shown.height) == (960, 540)


def test_the_report_is_one_file_and_escapes_what_stood_on_the_screen(tmp_path):
    entry = report.entry(1, result(words="Click <script>alert(1)</script>"))
    section = report.Section("One", "<b>do</b>", "done", "Did it.", (entry,), checks=(("It <is> so", False),))
    path = tmp_path / "report.html"
    report.write(path, "T", "I", [section])
    html = path.read_text("utf-8")
    assert "<script" not in html
    assert "<b>do" not in html
    assert "It &lt;is&gt; so" in html
    assert all(source.startswith("data:image/png") for source in re.findall(r'src="([^"]+)"', html))
