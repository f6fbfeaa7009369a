"""The OCR process: `python -m desktop_agent.desktop.ocr.worker`, started by `OcrReader`.

Each request is a frame with `width`, `height` and the BGRA pixels; each answer holds `words`, a list of
[text, x, y, width, height, line, confidence], or `error`.
"""

import os
from pathlib import Path
from typing import Any

from desktop_agent.core import wire
from desktop_agent.core.child import inherited_socket
from desktop_agent.desktop.ocr.words import Character, grouped

IDLE_SECONDS = 180.0
"""Then the worker ends, and gives back some 300 MB."""
LARGEST_SIDE = 4096
"""Pixels; a larger image is scaled down."""
NO_ENLARGING = 32
"""Least side of what the text detection sees. rapidocr's 736 makes a menu bar 30 times as large, which takes seconds
and reads worse."""


def main() -> None:
    """Answer until the parent closes the connection."""
    connection = inherited_socket()
    connection.settimeout(IDLE_SECONDS)
    engine: Any = None
    while True:
        try:
            request, blobs = wire.receive(connection)
        except (wire.ConnectionEnded, TimeoutError):
            return
        connection.settimeout(None)
        try:
            engine = engine or open_engine()
            answer: dict[str, Any] = {"words": read(engine, request["width"], request["height"], blobs[0])}
        except Exception as error:  # noqa: BLE001 - whatever the libraries raise is the answer; the next image may do
            answer = {"error": repr(error)}
        wire.send(connection, answer)
        connection.settimeout(IDLE_SECONDS)


def open_engine() -> Any:
    """Rapidocr with the models of its own package, which it would otherwise download when they don't fit."""
    import cv2
    import rapidocr

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cv2.setNumThreads(threads)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # text on a screen is not upside down
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "Global.max_side_len": LARGEST_SIDE,
            "Det.limit_side_len": NO_ENLARGING,
            "Det.model_path": _only(models, "*_det_*.onnx"),
            "Rec.model_path": _only(models, "*_rec_*.onnx"),
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _only(folder: Path, pattern: str) -> str:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"rapidocr's package has no {pattern} in {folder}")
    return str(found[-1])


def read(engine: Any, width: int, height: int, bgra: bytes) -> list[list[Any]]:
    """The words of an image, in the form that the answer has."""
    import numpy

    pixels = numpy.frombuffer(bgra, numpy.uint8).reshape(height, width, 4)[:, :, :3].copy()
    result = engine(pixels)
    if not result.txts:  # then there is a line of nothing among its words
        return []
    lines = zip(result.txts, result.word_results, strict=True)
    return [
        [word.text, word.left, word.top, word.width, word.height, number, word.confidence]
        for number, (text, characters) in enumerate(lines)
        for word in grouped(text, [_character(*each) for each in characters])
    ]


def _character(text: str, confidence: float, corners: Any) -> Character:
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    return Character(text, int(left), int(top), max(1, int(right - left)), max(1, int(bottom - top)), float(confidence))


if __name__ == "__main__":
    main()
