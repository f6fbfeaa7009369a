"""Pictures of the store, each kept once, under its digest."""

import time
import zlib

from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.images import Image
from desktop_agent.store.database import Database


class PictureLost(StoreError):
    """A picture is missing in the store, or damaged; the rest of the store can be read."""


class Images:
    """Pictures by `Image.digest`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, image: Image) -> str:
        """Keep `image` and return its digest. A picture that is kept already costs one look-up.

        Raises:
            StoreError: it could not be stored.
        """
        digest = image.digest
        with self._database.read() as connection:
            known = connection.execute("SELECT 1 FROM images WHERE digest = ?", (digest,)).fetchone()
        if not known:
            # The fourth byte of a pixel is unused, but part of the digest; PNG can't carry it. Nearly always it is one
            # value throughout, which packs to a thousandth.
            row = (digest, image.encode_png(), zlib.compress(image.bgra[3::4], 1), time.time())
            with self._database.write() as connection:
                connection.execute("INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?)", row)
        return digest

    def get(self, digest: str) -> Image:
        """The picture, equal byte by byte to the one that was put.

        Raises:
            PictureLost: there is none of that name, or it is damaged.
            StoreError: the store can't be read.
        """
        png, padding = self._row(digest)
        try:
            image = Image.decode(png)
            pixels = bytearray(image.bgra)
            pixels[3::4] = zlib.decompressobj().decompress(padding, image.width * image.height)
            image = Image(image.width, image.height, bytes(pixels))
        except (UsageError, ValueError, zlib.error) as error:
            raise _damaged(digest) from error
        if image.digest != digest:
            raise _damaged(digest)
        return image

    def png(self, digest: str) -> bytes:
        """The picture as a PNG file.

        Raises:
            PictureLost: there is none of that name.
            StoreError: the store can't be read.
        """
        return self._row(digest)[0]

    def _row(self, digest: str) -> tuple[bytes, bytes]:
        with self._database.read() as connection:
            row = connection.execute("SELECT png, padding FROM images WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise PictureLost("A picture is missing in the store.", "The rest can still be read.", digest)
        return row[0], row[1]


def _damaged(digest: str) -> PictureLost:
    return PictureLost("A picture in the store is damaged.", "The rest can still be read.", digest)
