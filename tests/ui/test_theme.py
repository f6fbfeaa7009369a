"""The theme: contrast in both schemes, icons, and switching."""

import dataclasses

import pytest
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from ui import theme

SCHEMES = pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
READABLE, PERCEIVABLE = 4.5, 3.0
NAMES = sorted(path.stem for path in (theme.assets() / "icons").glob("*.svg"))
TRAY = ("tray-idle", "tray-thinking", "tray-acting", "tray-waiting", "tray-stopped")


def luminance(color: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula_agrees_with_the_extremes() -> None:
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)


@SCHEMES
def test_text_is_readable_on_every_ground(colors: theme.Colors) -> None:
    grounds = ("window", "surface", "raised", "code", "accent_soft", "danger_soft", "warning_soft", "success_soft")
    pairs = [("text", ground) for ground in (*grounds, "pressed")]
    pairs += [("muted", ground) for ground in grounds]
    pairs += [(name, ground) for name in ("accent", "danger", "warning", "success") for ground in ("window", "surface")]
    pairs += [(name, f"{name}_soft") for name in ("accent", "danger", "warning", "success")]
    pairs += [("danger", "accent_soft")]  # what is wrong with a chosen macro or step
    pairs += [(f"on_{name}", name) for name in ("accent", "danger", "warning")]
    pairs += [(f"on_{name}", f"{name}_hover") for name in ("accent", "danger", "warning")]
    poor = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(getattr(colors, pair[0]), getattr(colors, pair[1]))) < READABLE
    }
    assert not poor


@SCHEMES
def test_outlines_of_controls_can_be_seen(colors: theme.Colors) -> None:
    assert contrast(colors.outline, colors.surface) >= PERCEIVABLE
    assert contrast(colors.accent, colors.surface) >= PERCEIVABLE


def test_applying_changes_palette_and_style_sheet(app: QApplication) -> None:
    theme.apply(app, "dark")
    assert theme.colors() is theme.DARK
    assert app.palette().color(QPalette.ColorRole.Window) == theme.DARK.window
    assert theme.DARK.surface.name() in app.styleSheet()
    theme.apply(app, "light")
    assert theme.colors() is theme.LIGHT
    assert app.palette().color(QPalette.ColorRole.Window) == theme.LIGHT.window
    assert theme.DARK.surface.name() not in app.styleSheet()


def test_style_sheet_has_no_unfilled_name(app: QApplication) -> None:
    assert "$" not in app.styleSheet()


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_something(name: str, app: QApplication) -> None:
    for size in (16, 22, 48):
        picture = theme.icon(name).pixmap(size, size).toImage()
        opaque = sum(picture.pixelColor(x, y).alpha() > 64 for x in range(size) for y in range(size))
        assert opaque >= size, f"{name} at {size} px has {opaque} pixels"


def test_icon_takes_color_and_disabled_color(app: QApplication) -> None:
    made = theme.icon("stop", theme.colors().danger)
    assert made.pixmap(24, 24).toImage().pixelColor(12, 12) == theme.colors().danger
    disabled = made.pixmap(24, 24, QIcon.Mode.Disabled).toImage()
    assert disabled.pixelColor(12, 12) == theme.colors().disabled


def test_tray_states_differ_in_shape_not_only_in_color(app: QApplication) -> None:
    shapes = {}
    for name in TRAY:
        picture = theme.icon(name).pixmap(24, 24).toImage()
        shapes[name] = tuple(picture.pixelColor(x, y).lightness() > 200 for x in range(24) for y in range(24))
    for one in TRAY:
        for other in TRAY:
            if one < other:
                differing = sum(a != b for a, b in zip(shapes[one], shapes[other], strict=True))
                assert differing > 20, f"{one} and {other} look alike"


def test_unknown_icon_is_an_error(app: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        theme.icon("nonsense")


def test_every_color_is_valid() -> None:
    for colors in (theme.LIGHT, theme.DARK):
        assert all(getattr(colors, field.name).isValid() for field in dataclasses.fields(colors))
