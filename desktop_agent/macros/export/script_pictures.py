"""The pictures of an exported script: for each target one of it alone, and the one of its surroundings."""

from desktop_agent.core.geometry import Rect
from desktop_agent.macros.export.exported import Budget
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import PictureRef


class Pictures:
    """Collects them, the same one only once. `made` holds PNGs by their names."""

    def __init__(self) -> None:
        self.made: dict[str, bytes] = {}
        self._names: dict[tuple[str, bytes], str] = {}
        self._around: dict[tuple[int, str], str] = {}
        self._budget = Budget()

    def target(self, stored: Stored, picture: PictureRef) -> str:
        """The script's expression for the target that `picture` shows.

        Raises:
            BadMacro: the picture can't be read, or they are too large.
        """
        self._budget.spend(stored.picture_size(picture.file))
        around = self._surroundings(stored, picture.file)
        image, point = stored.picture(picture.file), picture.point
        whole = Rect(picture.box.x, picture.box.y, picture.box.width, picture.box.height)
        box = whole.intersection(Rect(0, 0, image.width, image.height))
        name = self._named("target", image.crop(box).encode_png())
        return (
            f"Target({name!r}, point=({point.x - box.x}, {point.y - box.y}), "
            f"around={around!r}, offset=({box.x}, {box.y}))"
        )

    def _surroundings(self, stored: Stored, file: str) -> str:
        key = id(stored), file  # both live as long as the export
        if key not in self._around:
            self._around[key] = self._named("around", stored.picture(file).encode_png())
        return self._around[key]

    def _named(self, kind: str, png: bytes) -> str:
        name = self._names.setdefault((kind, png), f"{kind}-{len(self.made) + 1:03}.png")
        self.made[name] = png
        return name
