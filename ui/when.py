"""Moments for people."""

from PySide6.QtCore import QDate, QDateTime, QLocale


def when(seconds: float) -> str:
    """A moment, in seconds since 1970: today's as a time, others as a date."""
    moment, locale = QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale()
    short = QLocale.FormatType.ShortFormat
    if moment.date() == QDate.currentDate():
        return locale.toString(moment.time(), short)
    return locale.toString(moment.date(), short)
