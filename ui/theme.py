"""The look: colours, fonts, spacing, icons, and the one style sheet.

Widgets say what they are, and the style sheet (`assets/style.qss`) says how that looks:

- `set_role(label, "muted")`: `title`, `heading`, `muted`, `small`, `danger`, `warning`, `success`, `mono`.
- `set_kind(button, "primary")`: `primary`, `danger`, `warning`, `quiet`, `tool`; none for the plain one.
- `set_kind(frame, "card")`: `card` (a raised box), `note`, `note-warning`, `note-danger` (tinted boxes), `code`.
- `set_kind(field, "fixed")`: it is only read.
"""

import dataclasses
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

Mode = Literal["system", "light", "dark"]

TINY, SMALL, MEDIUM, LARGE, HUGE = 4, 8, 12, 16, 24
"""Spacing, in device-independent pixels."""
RADIUS = 6
FIELD_PADDING, FIELD_BORDER = 6, 1
"""Above and below the text of fields and buttons."""
FIELD_ROOM = 3
"""Added to the height of a line of text in fields and buttons, so that the small buttons of number fields have room."""
ICON_SIZES = (16, 20, 24, 32, 48, 64, 128)
CHINESE = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
"""Named, or fontconfig may draw Chinese with the Japanese forms of its characters."""
GENERAL = ("Noto Sans", "Cantarell", "Ubuntu", "Segoe UI", "Helvetica Neue", "DejaVu Sans", "Liberation Sans", *CHINESE)
"""After the system's own, which under X11 may be only the name "Sans Serif"."""
FIXED = (
    "Noto Sans Mono",
    "DejaVu Sans Mono",
    "Liberation Mono",
    "Consolas",
    "Menlo",
    "Noto Sans Mono CJK SC",
    *CHINESE,
)
"""Likewise, for "monospace"."""

_MODE = "theme_mode"
_SCHEME = "theme_scheme"


@dataclass(frozen=True)
class Colors:
    """Named colours. Text colours reach 4.5:1 on `window`, `surface` and their own soft ground (WCAG 2.2 AA), the
    outlines of controls 3:1."""

    window: QColor
    """Ground of windows."""
    surface: QColor
    """Ground of cards, fields and lists."""
    raised: QColor
    """Ground of buttons and of what the pointer is over."""
    pressed: QColor
    border: QColor
    """Hairlines that separate."""
    outline: QColor
    """Outlines of controls."""
    text: QColor
    muted: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_soft: QColor
    """Tinted ground, for instance of the person's own messages."""
    on_accent: QColor
    danger: QColor
    danger_hover: QColor
    danger_soft: QColor
    on_danger: QColor
    warning: QColor
    warning_hover: QColor
    warning_soft: QColor
    on_warning: QColor
    success: QColor
    success_soft: QColor
    code: QColor
    """Ground of verbatim text."""


def _colors(values: str) -> Colors:
    """Colours in the order of the fields."""
    return Colors(*(QColor(f"#{value}") for value in values.split()))


LIGHT = _colors("""
    f5f6f8 ffffff eceef2 dfe2e8 dcdfe5 858d9b
    1a1e26 586070 9aa1ad
    3354c9 2945ab e9eefc ffffff
    bf2f3b a1242f fcebec ffffff
    8a4f00 704000 fff3de ffffff
    17724a e4f5ec
    f1f3f6
""")
DARK = _colors("""
    15171c 1d2026 2a2e37 353a45 343943 767f8e
    e8eaee a4acb9 667080
    93a9ff adbeff 252e4c 0e1328
    ff8f8f ffabab 3b2327 2a0709
    f0b65a f7cb86 392d19 2b1c00
    72d3a0 1b3327
    15171c
""")


def apply(app: QApplication, mode: Mode) -> None:
    """Give the whole application its look; "system" follows the desktop's choice, now and later.

    May be called again.
    """
    first = app.property(_MODE) is None
    app.setProperty(_MODE, mode)
    if first:
        app.setStyle("Fusion")
        app.setFont(_general_font())
        app.setWindowIcon(icon("app"))
        app.styleHints().colorSchemeChanged.connect(lambda: _paint(app))
    _paint(app)


def colors() -> Colors:
    """The colours in use; the light ones before `apply`."""
    app = QCoreApplication.instance()
    return DARK if app is not None and app.property(_SCHEME) == "dark" else LIGHT


def icon(name: str, color: QColor | None = None) -> QIcon:
    """The icon `assets/icons/NAME.svg`. What it draws in `currentColor` takes `color`, by default the text's; disabled,
    it is drawn in the colour of disabled text.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    svg = _icon_file(name).read_text("utf-8")
    made = QIcon()
    modes = {QIcon.Mode.Normal: color or colors().text}
    if "currentColor" in svg:
        modes[QIcon.Mode.Disabled] = colors().disabled
    for mode, shade in modes.items():
        renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", shade.name()).encode()))
        for size in ICON_SIZES:
            made.addPixmap(_draw(renderer, size), mode)
    return made


def pixmap(name: str, size: int, color: QColor | None = None) -> QPixmap:
    """An icon as a sharp picture, `size` device-independent pixels large."""
    ratio = _ratio()
    drawn = icon(name, color).pixmap(QSize(size, size), ratio)
    drawn.setDevicePixelRatio(ratio)
    return drawn


def field_height() -> int:
    """Of fields for one line, and of buttons."""
    return _field_line() + 2 * FIELD_PADDING + 2 * FIELD_BORDER


def title_font() -> QFont:
    """For the most important line of a window."""
    return _scaled(1.15, QFont.Weight.DemiBold)


def heading_font() -> QFont:
    """For the title of a full window."""
    return _scaled(1.5, QFont.Weight.DemiBold)


def small_font() -> QFont:
    """For captions and hints."""
    return _scaled(0.9, QFont.Weight.Normal)


def mono_font() -> QFont:
    """For what is shown verbatim."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setFamilies([*font.families(), *FIXED])
    font.setPointSizeF(QGuiApplication.font().pointSizeF() * 0.95)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def set_role(widget: QWidget, role: str) -> None:
    """Say what a label's text is; see the module."""
    _restyle(widget, "role", role)


def set_kind(widget: QWidget, kind: str) -> None:
    """Say what kind of button or frame it is; see the module."""
    _restyle(widget, "kind", kind)


def assets() -> Path:
    """The folder of icons and style: beside the packages in a checkout, inside `ui` where it is installed."""
    here = Path(__file__).resolve().parent
    installed = here / "assets"
    return installed if installed.is_dir() else here.parent / "assets"


def _paint(app: QApplication) -> None:
    mode = app.property(_MODE)
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark if mode == "system" else mode == "dark"
    scheme = "dark" if dark else "light"
    if app.property(_SCHEME) == scheme:
        return
    app.setProperty(_SCHEME, scheme)
    app.setPalette(_palette(colors()))
    app.setStyleSheet(_style_sheet(colors()))


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, color in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.window),
        (role.Text, c.text),
        (role.Button, c.raised),
        (role.ButtonText, c.text),
        (role.BrightText, c.danger),
        (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Highlight, c.accent),
        (role.HighlightedText, c.on_accent),
        (role.Accent, c.accent),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.Light, c.surface),
        (role.Midlight, c.raised),
        (role.Mid, c.border),
        (role.Dark, c.outline),
        (role.Shadow, c.outline),
    ):
        palette.setColor(where, color)
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, c.disabled)
    return palette


def _style_sheet(c: Colors) -> str:
    text = (assets() / "style.qss").read_text("utf-8")
    values = {field.name: getattr(c, field.name).name() for field in dataclasses.fields(c)}
    base = QGuiApplication.font().pointSizeF()
    sizes = {
        "title_size": f"{base * 1.15:.1f}pt",
        "heading_size": f"{base * 1.5:.1f}pt",
        "small_size": f"{base * 0.9:.1f}pt",
        "field_line": f"{_field_line()}px",
        "field_padding": f"{FIELD_PADDING}px",
        "field_border": f"{FIELD_BORDER}px",
    }
    families = ", ".join(f'"{family}"' for family in mono_font().families())
    kind = "light" if c is LIGHT else "dark"
    images = {name: (assets() / f"{name}-{kind}.svg").as_posix() for name in ("check", "down", "up")}
    return string.Template(text).substitute(values, **sizes, **images, radius=f"{RADIUS}px", mono_families=families)


def _field_line() -> int:
    return QFontMetrics(QGuiApplication.font()).height() + FIELD_ROOM


def _general_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([*font.families(), *GENERAL])
    font.setPointSizeF(max(font.pointSizeF(), 10.0))
    return font


def _scaled(factor: float, weight: QFont.Weight) -> QFont:
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setWeight(weight)
    return font


def _icon_file(name: str) -> Path:
    return assets() / "icons" / f"{name}.svg"


def _draw(renderer: QSvgRenderer, size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def _ratio() -> float:
    """The largest of all screens: a picture that is too sharp does no harm."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


def _restyle(widget: QWidget, name: str, value: str) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
