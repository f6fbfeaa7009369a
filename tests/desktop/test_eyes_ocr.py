"""Words from real screens, through the worker."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.desktop import Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.ocr import open_reader, reader
from desktop_agent.desktop.ocr.reader import OcrReader
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import close_app, open_app, wait_until


@pytest.fixture(scope="module")
def ocr() -> Iterator[OcrReader]:
    reader = OcrReader()
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def page(desktop: PrivateDisplay, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Mousepad with some text, as it is on the screen."""
    note = tmp_path_factory.mktemp("ocr") / "note.txt"
    note.write_text("The quick brown fox\n\n打开文件 Save 保存\n", "utf-8")
    window = open_app(desktop, ["mousepad", str(note)], "note.txt")
    windows, screen = open_windows(desktop.name), open_screen(desktop.name)
    assert windows.activate(window.id)
    window = windows.get(window.id) or window

    def painted() -> Image | None:
        image = screen.grab(window.frame).image
        return image if image == screen.grab(window.frame).image and len(set(image.bgra)) > 20 else None

    image = wait_until(painted)
    close_app(desktop, window)
    windows.close()
    screen.close()
    return image


def word(words: tuple[Word, ...], text: str) -> Word:
    return next(each for each in words if each.text == text)


def test_words_of_a_real_window_are_read_where_they_stand(ocr: OcrReader, page: Image) -> None:
    words = ocr.read(page)
    texts = [each.text for each in words]
    assert [each for each in texts if each in ("The", "quick", "brown", "fox")] == ["The", "quick", "brown", "fox"]
    assert {"打开文件", "Save", "保存", "File", "Edit"} <= set(texts)
    assert word(words, "quick").line == word(words, "fox").line != word(words, "Save").line
    assert word(words, "quick").region.right <= word(words, "brown").region.x + 4
    assert all(Rect(-2, -2, page.width + 4, page.height + 4).encloses(each.region) for each in words)
    assert all(0 <= each.confidence <= 1 for each in words)
    # The ink of the word lies where its box says, and the box holds little else.
    box = word(words, "quick").region
    part = page.crop(Rect(box.x, box.y, box.width, box.height))
    assert any(part.bgra[i] < 100 for i in range(0, len(part.bgra), 4))


def test_the_worker_starts_with_the_first_image_and_pictures_are_read_once(page: Image) -> None:
    reader = open_reader()
    assert isinstance(reader, OcrReader)
    assert reader._child is None
    first = reader.read(page)
    assert reader._child is not None
    reader._child.kill()
    assert reader.read(Image(page.width, page.height, page.bgra)) is first
    reader.close()


def test_a_dead_worker_is_replaced(ocr: OcrReader, page: Image) -> None:
    ocr.read(page)
    assert ocr._child is not None
    before = ocr._child.process.pid
    psutil.Process(before).kill()
    again = ocr.read(page.crop(Rect(0, 0, page.width, page.height - 1)))
    assert ocr._child.process.pid != before
    assert "quick" in [each.text for each in again]


def test_closing_ends_the_worker(page: Image) -> None:
    reader = OcrReader()
    reader.read(page)
    assert reader._child is not None
    process = reader._child.process
    reader.close()
    assert process.poll() is not None


def test_a_worker_that_always_dies_is_reported(page: Image, tmp_path: Path) -> None:
    reader = OcrReader(worker="no_such_worker")
    with pytest.raises(Unavailable, match="ended unexpectedly") as error:
        reader.read(page)
    assert "ocr.log" in error.value.hint
    assert "No module named" in (Path(error.value.hint.removeprefix("Its log is ").rstrip("."))).read_text()
    reader.close()


def test_a_picture_without_words_has_none_and_tiny_ones_do_no_harm(ocr: OcrReader) -> None:
    assert ocr.read(Image(300, 200, bytes((255, 255, 255, 0)) * 60_000)) == ()
    for width, height in ((1, 1), (1, 50), (50, 1), (7, 7)):
        assert ocr.read(Image(width, height, bytes((255, 255, 255, 0)) * width * height)) == ()


def test_without_rapidocr_the_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "NEEDED", ("rapidocr_that_nobody_has",))
    with pytest.raises(Unavailable, match="rapidocr_that_nobody_has is not installed") as error:
        open_reader()
    assert error.value.hint


def test_the_cache_is_bounded(page: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CACHED_IMAGES", 2)
    some = OcrReader()
    monkeypatch.setattr(some, "_ask", lambda image: (Word(image.digest, Rect(0, 0, 1, 1), 0, 1.0),))
    for shade in range(5):
        some.read(Image(1, 1, bytes((shade, 0, 0, 0))))
    assert len(some._cache) == 2
