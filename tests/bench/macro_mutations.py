"""Macros as a stranger, a broken disk or a mistaken editor may make them."""

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

from PIL import Image as pillow

from desktop_agent.macros.files import picture_name

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, -(2**63), 2**200, 0.5, 1e308, -1e308, 1e-320),
    *("", " ", "\x00", "a" * 2000, "../../etc/passwd", "/etc/passwd", "pictures/../x.png", "pictures/x.png", "..", "."),
    *(
        "{{",
        "}}",
        "{{amount}}",
        "{{secret:bank}}",
        r"\{{x}}",
        "{{" * 500,
        "%(prog)s",
        "'); import os #",
        "\u202e\u2028",
    ),
    *("e\u0301", "\U0001f469\u200d\U0001f4bb", "${HOME}", "~", "CON", "a/b", "a\\b", "click", "macro", "repeat"),
    *([], {}, [[]], [{}], {"": ""}, {"do": "click"}, ["a"] * 100),
)
NAMES = (
    *("../evil.png", "/tmp/evil.png", "pictures/../../evil.png", "pictures/..\\..\\evil.png", "macro.py", "C:\\evil"),
    *("pictures/a/b.png", "pictures/a.svg", "", "/", "pictures/", "macro.json", "MACRO.JSON", "pictures/\x00.png"),
    *("pictures/" + "a" * 70 + ".png", "pictures/ä.png", "pictures/%2e%2e.png", ".", "pictures/a.png ", "a" * 5000),
)
STEP_KINDS: tuple[dict[str, Any], ...] = (
    {"do": "click", "target": {"near": ["Save"]}, "keys": ["ctrl"]},
    {"do": "drag", "target": {"near": ["a"]}, "end": {"element": {"role": "list item", "path": [{"role": "list"}]}}},
    {"do": "scroll", "target": {"near": ["a"]}, "direction": "down", "clicks": 3},
    {"do": "hover", "target": {"near": ["a"]}},
    {"do": "type", "text": "Hello {{amount}} {{secret:bank}}", "window": {"application": "Mousepad", "title": "*x*"}},
    {"do": "press", "keys": ["ctrl", "s"], "expect": {"text": "Saved"}},
    {"do": "open", "application": "org.xfce.mousepad.desktop"},
    {"do": "activate", "window": {"application": "Mousepad"}},
    {"do": "wait", "until": {"window": {"title": "Ask"}, "gone": True}},
    {"do": "capture", "name": "total", "source": "clipboard"},
    {"do": "macro", "macro": "Other", "values": {"amount": "{{total}}"}},
)


def picture(rng: random.Random) -> bytes:
    """A picture, most often a PNG, sometimes damaged."""
    out = io.BytesIO()
    size = rng.choice([(40, 30), (1, 1), (300, 2)])
    kind = rng.choice(["PNG", "PNG", "PNG", "GIF", "BMP", "JPEG", "WEBP", "PPM", "TIFF"])
    pillow.new("RGB", size, rng.choice(["red", "white"])).save(out, kind)
    data = out.getvalue()
    if rng.random() < 0.3:
        return flipped(rng, data)
    if kind == "PNG" and rng.random() < 0.2:  # it says that it is far larger than it is
        return data[:16] + struct.pack(">II", rng.choice([2**31 - 1, 60_000]), rng.choice([1, 60_000])) + data[24:]
    return data


def content(rng: random.Random, file: str) -> dict[str, Any]:
    """A macro.json that is valid, with a picture called `file`."""
    shown = {
        "words": "the button",
        "picture": {"file": file, "box": {"x": 1, "y": 1, "width": 9, "height": 9}, "point": {"x": 5, "y": 5}},
        "place": {
            "point": {"x": 1, "y": 2},
            "window": {"x": 0, "y": 0, "width": 99, "height": 99},
            "monitor_width": 1920,
            "monitor_height": 1080,
        },
    }
    steps: list[dict[str, Any]] = [{"id": "shown", "do": "click", "target": shown}]
    for number in range(rng.randrange(6)):
        step = {"id": f"s{number}", **json.loads(json.dumps(rng.choice(STEP_KINDS)))}
        if rng.random() < 0.3:
            step = {"id": f"r{number}", "do": "repeat", "steps": [step], "most": rng.choice([1, 3, 10_000])}
        if rng.random() < 0.3:
            step = {"id": f"i{number}", "do": "if", "condition": {"text": "x"}, "then": [step]}
        steps.append(step)
    parameters = [{"name": "amount", "type": "number", "default": "3", "choices": ["3", "4"]}]
    return {"format": 1, "name": "Test", "parameters": parameters, "steps": steps}


def changed(rng: random.Random, value: Any, times: int) -> Any:
    """`value` with something in it deleted, renamed, replaced or doubled, `times` times."""
    for _ in range(times):
        places = list(_places(value))
        holder, key = rng.choice(places)
        old = holder[key]
        match rng.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[rng.choice(["x", "comment", "do", "steps", f"{key} ", key.upper()])] = holder.pop(key)
            case 2 if isinstance(old, list):
                old.extend(json.loads(json.dumps(old)))
            case 3:
                holder[key] = json.loads(json.dumps(rng.choice([holder[name] for holder, name in places])))
            case _:
                holder[key] = json.loads(json.dumps(rng.choice(ODD)))
        if not any(True for _ in _places(value)):
            break
    return value


def _places(value: Any) -> Any:
    """Every place in `value` in which something stands: its holder, and the key or index."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            waiting.append(holder[key])


def text(rng: random.Random, data: bytes) -> bytes:
    """A macro.json whose text is broken or odd."""
    tricks: tuple[Callable[[], bytes], ...] = (
        lambda: flipped(rng, data),
        lambda: data[: rng.randrange(len(data) + 1)],
        lambda: b"[" * rng.choice([10, 10_000, 200_000]),
        lambda: b'{"a":' * rng.choice([100, 50_000]) + b"1",
        lambda: data.replace(b"1", b"9" * rng.choice([20, 5000, 100_000])),
        lambda: data.replace(b"3", rng.choice([b"1e999999", b"NaN", b"-Infinity", b"0x10", b"01", b"1_0"])),
        lambda: data.decode().encode(rng.choice(["utf-16", "utf-32", "utf-8-sig", "utf-16-le"])),
        lambda: data.replace(b"Test", rng.choice([b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\x00"])),
        lambda: data.replace(b'"name"', b'"name": "first", "name"', 1),
        lambda: data + rng.choice([b"\x00", b"}", data, b"\n" * 100]),
        lambda: b"",
        lambda: rng.randbytes(rng.randrange(1, 500)),
        lambda: data.replace(b"Test", b"\\u0041" * 20_000),
    )
    return rng.choice(tricks)()


def flipped(rng: random.Random, data: bytes) -> bytes:
    """`data` with some bytes changed, taken out or put in."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5, 30])):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(3):
            case 0 if out:
                out[min(at, len(out) - 1)] = rng.randrange(256)
            case 1:
                del out[at : at + rng.choice([1, 4, 20])]
            case _:
                out[at:at] = rng.randbytes(rng.choice([1, 4, 20]))
    return bytes(out)


def archive(rng: random.Random, macro: bytes, file: str, data: bytes) -> bytes:
    """A .macro file with that content, most often with something wrong about it."""
    out = io.BytesIO()
    trick = rng.randrange(9)
    method = rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("macro.json", macro)
        if trick != 0:
            made.writestr(file, data)
        if trick == 1:
            made.writestr(rng.choice(NAMES).replace("\x00", "") or "x", b"evil")
        if trick == 2:
            link = zipfile.ZipInfo("pictures/link.png")
            link.external_attr = 0o120777 << 16
            made.writestr(link, "/etc/passwd")
        if trick == 3:
            made.writestr("pictures/bomb.png", bytes(rng.choice([10_000, 9_000_000])))
        if trick == 4:
            for number in range(rng.choice([10, 300])):
                made.writestr(f"pictures/p{number}.png", b"")
        made.comment = rng.randbytes(rng.choice([0, 0, 100]))
    whole = out.getvalue()
    if trick == 5:
        return flipped(rng, whole)
    if trick == 6:
        return _lying(rng, whole)
    if trick == 7:
        return rng.randbytes(rng.choice([0, 10, 3000])) + whole
    return whole


def _lying(rng: random.Random, data: bytes) -> bytes:
    """A zip whose directory says other sizes, flags, methods or offsets than are so."""
    out = bytearray(data)
    for signature, fields in (
        (b"PK\x01\x02", (8, 10, 16, 20, 24, 28, 30, 42)),
        (b"PK\x03\x04", (6, 8, 14, 18, 22, 26)),
    ):
        at = out.find(signature)
        if at >= 0 and rng.random() < 0.7:
            field = rng.choice(fields)
            out[at + field : at + field + 2] = rng.choice(
                [b"\x00\x00", b"\xff\xff", b"\x01\x00", b"\x09\x00", b"\x63\x00"]
            )
    return bytes(out)


def mutated(rng: random.Random) -> tuple[bytes, str, bytes]:
    """A macro.json, most often mutated, and its picture with its name."""
    data = picture(rng)
    file = picture_name(data)
    value = content(rng, file)
    if rng.random() < 0.6:
        value = changed(rng, value, rng.choice([1, 1, 2, 3, 8]))
    if rng.random() < 0.05:
        value["format"] = rng.choice([0, 1, 2, 99, "1", None, 1.0, True, -5, 10**30])
    macro = json.dumps(value, ensure_ascii=rng.random() < 0.5).encode()
    if rng.random() < 0.2:
        macro = text(rng, macro)
    return macro, file, data
