import pytest

from desktop_agent.desktop.ocr.words import Character, grouped


def characters(line: str, width: int = 8, wide_gap_after: str = "") -> list[Character]:
    """The characters of `line` without its spaces, where they would be on the screen."""
    result, x = [], 0
    for char in line:
        if not char.isspace():
            result.append(Character(char, x, 10, width, 20, 0.5 if char == "?" else 1.0))
        x += width * (6 if char == wide_gap_after else 1)
    return result


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("File Edit View", ["File", "Edit", "View"]),
        ("打开文件 Save 保存", ["打开文件", "Save", "保存"]),
        ("打开file保存", ["打开", "file", "保存"]),
        ("2024年", ["2024", "年"]),
        ("你好，世界！", ["你好，世界！"]),
        ("foo_bar.txt -- 3.14", ["foo_bar.txt", "--", "3.14"]),
        ("aa a aa", ["aa", "a", "aa"]),
        ("", []),
    ],
)
def test_words_end_at_spaces_and_at_a_change_of_script(line: str, words: list[str]) -> None:
    assert [each.text for each in grouped(line, characters(line))] == words


def test_a_wide_gap_ends_a_word_though_no_space_was_read() -> None:
    assert [each.text for each in grouped("FileEdit", characters("FileEdit", wide_gap_after="e"))] == ["File", "Edit"]


def test_a_word_s_box_and_confidence_are_those_of_its_characters() -> None:
    word = grouped("ab?", characters("ab?"))[0]
    assert (word.left, word.top, word.width, word.height) == (0, 10, 24, 20)
    assert word.confidence == pytest.approx(2.5 / 3)
