"""Names of conversations and runs: short, in order of time, never twice the same."""

import secrets
import time

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_EPOCH = 1_735_689_600  # 2025-01-01T00:00Z, so that eight digits last until 2059.
_TIME_DIGITS = 8
_RANDOM_DIGITS = 5


def new_id() -> str:
    """A new id: eight digits of time (milliseconds) and five of chance, in base 32 whose digits sort as text does."""
    milliseconds = int((time.time() - _EPOCH) * 1000)
    value = milliseconds * 32**_RANDOM_DIGITS + secrets.randbelow(32**_RANDOM_DIGITS)
    digits = []
    for _ in range(_TIME_DIGITS + _RANDOM_DIGITS):
        value, digit = divmod(value, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
