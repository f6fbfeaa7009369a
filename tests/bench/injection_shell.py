"""What runs in a terminal and takes everything that is typed: `python shell_sink.py FILE`. Each byte goes to FILE at
once, Enter or not; nothing is carried out."""

import os
import sys
import tty
from pathlib import Path


def main() -> None:
    tty.setraw(0)
    os.write(1, b"$ ")
    with Path(sys.argv[1]).open("ab", buffering=0) as log:
        while byte := os.read(0, 1):
            log.write(byte)
            os.write(1, byte)


if __name__ == "__main__":
    main()
