"""Files that are either as they were or as they should be, whatever happens while they are written."""

import os
import tempfile
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Put a file with `data` in the place of `path`, readable by this user only. Once this returns it is on the disk.

    Raises:
        OSError: it could not be written; what was there is untouched.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
