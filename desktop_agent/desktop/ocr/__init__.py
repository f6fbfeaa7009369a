"""Reading words from pixels, in a process of its own."""

from desktop_agent.core.protocols import TextReader


def open_reader() -> TextReader:
    """A reader whose process starts with the first image.

    Raises:
        Unavailable: rapidocr is not installed.
    """
    from desktop_agent.desktop.ocr.reader import OcrReader

    return OcrReader()
