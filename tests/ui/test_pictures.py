"""Pictures keep their pixels, and the target's picture shows the target."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop_agent.core.actions import Action, ActionKind, Click, Drag, Input, Press
from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from ui import pictures, theme

RED, GREEN = b"\x00\x00\xff\x00", b"\x00\xff\x00\x00"
REGION = Rect(-100, 50, 400, 300)
TARGET = Rect(20, 100, 60, 30)
SIZE = QSize(360, 180)


def screenshot() -> Screenshot:
    """All green, the target red."""
    rows = []
    for y in range(REGION.y, REGION.bottom):
        row = bytearray(GREEN * REGION.width)
        if TARGET.y <= y < TARGET.bottom:
            row[(TARGET.x - REGION.x) * 4 : (TARGET.right - REGION.x) * 4] = RED * TARGET.width
        rows.append(bytes(row))
    return Screenshot("s", REGION, "l", Image(REGION.width, REGION.height, b"".join(rows)), 0.0)


def action(target: Rect | None, *inputs: Input, window: Window | None = None) -> Action:
    return Action(ActionKind.LEFT_CLICK, "words", inputs, "s", target, window)


def count(picture: QImage, wanted: QColor, tolerance: int = 40) -> int:
    total = 0
    for y in range(picture.height()):
        for x in range(picture.width()):
            color = picture.pixelColor(x, y)
            difference = max(
                abs(color.red() - wanted.red()), abs(color.green() - wanted.green()), abs(color.blue() - wanted.blue())
            )
            total += difference <= tolerance
    return total


def test_images_survive_the_way_to_qt_and_back() -> None:
    image = Image(3, 2, bytes(range(24)))
    back = pictures.from_qimage(pictures.to_qimage(image))
    assert (back.width, back.height) == (3, 2)
    pixels = [(back.bgra[at : at + 3], image.bgra[at : at + 3]) for at in range(0, 24, 4)]
    assert all(one == other for one, other in pixels)


def test_thumbnail_fits_and_never_grows(app: QApplication) -> None:
    small = pictures.thumbnail(Image(10, 5, bytes(200)), QSize(88, 56))
    assert (small.width(), small.height()) == (10, 5)
    large = pictures.thumbnail(Image(1000, 500, bytes(2_000_000)), QSize(88, 56), 2.0)
    assert (large.width(), large.height(), large.devicePixelRatio()) == (176, 88, 2.0)


def test_target_is_shown_whole_ringed_and_undimmed(app: QApplication) -> None:
    picture = pictures.target_picture(screenshot(), action(TARGET, Click(Point(50, 115))), SIZE).toImage()
    assert picture.size() == SIZE
    scale = 180 / (TARGET.height + 2 * pictures.CONTEXT)
    expected = TARGET.area * scale * scale
    assert 0.9 * expected < count(picture, QColor(255, 0, 0)) <= 1.1 * expected
    assert count(picture, theme.LIGHT.accent) > 100
    assert count(picture, QColor(0, 255, 0), 5) < count(picture, QColor(0, 170, 5), 60), "the rest is dimmed"


def test_picture_is_as_sharp_as_the_screen_it_is_shown_on(app: QApplication) -> None:
    picture = pictures.target_picture(screenshot(), action(TARGET, Click(Point(50, 115))), SIZE, 2.0)
    assert (picture.width(), picture.height(), picture.devicePixelRatio()) == (720, 360, 2.0)


def test_keys_show_their_window_and_drags_both_ends(app: QApplication) -> None:
    window = Window(1, "t", "a", 1, TARGET, TARGET)
    keys = pictures.target_picture(screenshot(), action(None, Press(("enter",)), window=window), SIZE).toImage()
    assert count(keys, QColor(255, 0, 0)) > 1000
    far = action(Rect(-90, 60, 10, 10), Drag(Point(-85, 65), Point(280, 330)))
    drag = pictures.target_picture(screenshot(), far, SIZE).toImage()
    assert count(drag, QColor(255, 0, 0)) > 100, "what lies between the ends is seen"


def test_target_off_the_screenshot_shows_all_of_it(app: QApplication) -> None:
    picture = pictures.target_picture(screenshot(), action(Rect(5000, 5000, 10, 10)), SIZE).toImage()
    assert count(picture, QColor(255, 0, 0)) > 100


def test_crop_keeps_proportions_and_limits_enlargement() -> None:
    tiny = pictures.crop_around(Rect(100, 100, 2, 2), (400, 200), Rect(0, 0, 1920, 1080))
    assert (tiny.width, tiny.height) == (244, 122)
    alone = pictures.crop_around(Rect(0, 0, 2, 2), (4000, 2000), Rect(0, 0, 1920, 1080))
    assert alone.width == 4000 / pictures.LARGEST_ENLARGEMENT
    edge = pictures.crop_around(Rect(1900, 1070, 20, 10), (400, 200), Rect(0, 0, 1920, 1080))
    assert (edge.right, edge.bottom) == (1920, 1080)
