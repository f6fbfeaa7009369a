"""Encoded images, kept on the disk, and in memory what the disk did not take.

A picture takes seconds to encode, and its embedding milliseconds to read; in memory it would only stand a second time.
"""

from collections import OrderedDict

from desktop_agent.model.disk_cache import DiskCache
from desktop_agent.model.mtmd import ImageEntry


class EmbeddingCache:
    """Encoded images by entry, the least recently used dropped.

    Args:
        limit: bytes in memory, for what is not on the disk.
        disk: keeps them for later processes, if it is given.
        owner: what tells the files of one encoder from another's.
    """

    def __init__(self, limit: int, disk: DiskCache | None = None, owner: str = "") -> None:
        self._limit = limit
        self._disk, self._owner = disk, owner
        self._size = 0
        self._held: OrderedDict[ImageEntry, bytes] = OrderedDict()

    def get(self, entry: ImageEntry, size: int) -> bytes | None:
        """The embedding of `entry`, which has `size` bytes; None where it isn't kept."""
        if entry in self._held:
            self._held.move_to_end(entry)
            return self._held[entry]
        found = self._disk.get(self._key(entry)) if self._disk else None
        if found is None or len(found) != size:  # whoever decodes it reads that much
            return None
        return found

    def put(self, entry: ImageEntry, embedding: bytes) -> None:
        """Keep an embedding."""
        if not (self._disk and self._disk.put(self._key(entry), embedding)):
            self._hold(entry, embedding)

    def _hold(self, entry: ImageEntry, embedding: bytes) -> None:
        if len(embedding) > self._limit or entry in self._held:
            return
        self._held[entry] = embedding
        self._size += len(embedding)
        while self._size > self._limit:
            _, dropped = self._held.popitem(last=False)
            self._size -= len(dropped)

    def _key(self, entry: ImageEntry) -> str:
        return f"{self._owner} {entry}"
