"""How GTK applications are told to look otherwise."""

from tests.bench.macro_job import Dress

LARGER = "1.25"


def gtk(dress: Dress) -> dict[str, str]:
    """What is added to the environment of a GTK application."""
    dark = {"GTK_THEME": "Adwaita:dark"} if dress.dark else {}
    return dark | ({"GDK_DPI_SCALE": LARGER} if dress.large else {})
