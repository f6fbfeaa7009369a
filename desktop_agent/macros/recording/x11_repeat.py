"""How the X server repeats held keys, which raw events don't tell: XKB's controls (XKB protocol, 16.3.11).

python-xlib has no XKB, so the two requests are packed here.
"""

from typing import Any

from Xlib.protocol import rq

from desktop_agent.macros.recording.events import Repeat

_NAME = "XKEYBOARD"
_CORE_KEYBOARD = 0x100


class _UseExtension(rq.ReplyRequest):  # type: ignore[misc] # python-xlib has no types
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(0), rq.RequestLength(), rq.Card16("major_version"), rq.Card16("minor_version")
    )
    _reply = rq.Struct(
        rq.ReplyCode(), rq.Card8("supported"), rq.Card16("sequence_number"), rq.ReplyLength(), rq.Pad(24)
    )


class _GetControls(rq.ReplyRequest):  # type: ignore[misc] # python-xlib has no types
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(6), rq.RequestLength(), rq.Card16("device"), rq.Pad(2))
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("device"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Pad(12),
        rq.Card16("repeat_delay"),
        rq.Card16("repeat_interval"),
        rq.Pad(64),
    )


def key_repeat(display: Any) -> Repeat:
    """The server's; the usual one where it does not tell."""
    extension = display.query_extension(_NAME)
    if extension is None:
        return Repeat()
    opcode = extension.major_opcode
    if not _UseExtension(display=display.display, opcode=opcode, major_version=1, minor_version=0).supported:
        return Repeat()
    told = _GetControls(display=display.display, opcode=opcode, device=_CORE_KEYBOARD)
    return Repeat(told.repeat_delay / 1000, max(1, told.repeat_interval) / 1000)
