"""A picture of the conversation, large."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPixmap, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.chat_entries import Shot
from ui.pictures import to_qimage

SCREEN_SHARE = 0.85


class PictureWindow(QWidget):
    """Shows a picture as large as it is, or as the screen allows. Esc closes it."""

    def __init__(self, shot: Shot, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(shot.label)
        canvas = _Canvas(QPixmap.fromImage(to_qimage(shot.image())))
        canvas.setAccessibleName(shot.label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(canvas)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, activated=self.close)
        QShortcut(QKeySequence.StandardKey.Close, self, activated=self.close)
        room = parent.screen().availableSize() * SCREEN_SHARE
        size = canvas.picture.size()
        if size.width() > room.width() or size.height() > room.height():
            size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        self.resize(size.expandedTo(self.minimumSizeHint()))


class _Canvas(QWidget):
    def __init__(self, picture: QPixmap) -> None:
        super().__init__()
        self.picture = picture
        self.setMinimumSize(200, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self.picture.size()
        if size.width() > self.width() or size.height() > self.height():
            size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = self.rect()
        area.setSize(size)
        area.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colors().code)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(area, self.picture)
