"""The language of the windows."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ui import theme

LANGUAGES = ("en", "zh_CN")


def install(app: QCoreApplication, language: str) -> str:
    """Translate the windows that are made from now on, Qt's own dialogs too.

    Args:
        app: the application.
        language: one of `LANGUAGES`; empty follows the desktop.

    Returns:
        The language in use; English where there is no translation.
    """
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    ours = QTranslator(app)
    if locale.language() is QLocale.Language.English or not ours.load(
        locale, "", "", str(theme.assets() / "translations")
    ):
        return "en"
    app.installTranslator(ours)
    qts = QTranslator(app)
    if qts.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qts)
    return locale.name()
