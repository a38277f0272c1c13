"""One Qt application for a process, English before every test, and no window left behind."""

import os
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from krypton import wording
from krypton.ui import application
from krypton.ui.window import Window


@pytest.fixture(scope="session")
def app() -> QApplication:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = application.application(theme="dark", language="en")
    qt.setCursorFlashTime(0)
    return qt


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show every moment in UTC, wherever the tests run."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _english(app: QApplication) -> Iterator[None]:
    wording.speak("en")
    yield
    wording.speak("en")
    for window in app.topLevelWidgets():
        if isinstance(window, Window):
            window.close()
            window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
