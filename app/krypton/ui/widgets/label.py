"""A line or paragraph of text in a type role and a tone; plain text only, never rich text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role


class Label(QLabel):
    """Text. Strangers' words can't become markup here: the format is always plain."""

    def __init__(  # every argument is one visible property
        self,
        look: Look,
        *,
        text: str = "",
        role: Role = Role.BODY,
        tone: Tone = Tone.PLAIN,
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show `text`."""
        super().__init__(parent)
        self._look = look
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role))
        self.setWordWrap(wraps)
        if wraps:
            policy = self.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.set_tone(tone)
        self.setText(text)

    def set_tone(self, tone: Tone) -> None:
        """Change what the text says besides its words."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.ink(tone))
        self.setPalette(palette)

    def show_text(self, text: str) -> None:
        """Show `text`, or nothing at all (not even the space) where it is empty."""
        self.setText(text)
        self.setVisible(bool(text))
