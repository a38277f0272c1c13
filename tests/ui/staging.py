"""Puts frozen views into real windows, the way `krypton.ui.application` does it with live ones."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from krypton import paths, wording
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import KeyringLocked
from krypton.domain.operation import Preview
from krypton.presenters.contract import ContractView
from krypton.presenters.onboarding import OnboardingView
from krypton.presenters.overview import OverviewView
from krypton.presenters.shell import PageName, ShellView
from krypton.ui.dialogs.confirm import ConfirmDialog
from krypton.ui.dialogs.sheet import Sheet
from krypton.ui.dialogs.unlock import UnlockDialog
from krypton.ui.pages.contract import ContractPage
from krypton.ui.pages.onboarding import OnboardingPage
from krypton.ui.pages.overview import OverviewPage
from krypton.ui.theme.look import Look
from krypton.ui.theme.palette import palette
from krypton.ui.widgets.visitor import picture
from krypton.ui.window import Window
from tests.ui import frozen

PICTURES = Path(__file__).parent / "pictures"
FAILURES = paths.repository() / "build" / "out" / "pictures"
SIZE = (1280, 820)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How a state is shown."""

    theme: str = "dark"
    language: str = "en"
    ratio: int = 1


class Nothing:
    """Intents that do nothing."""

    def create(self) -> None: ...

    def import_words(self) -> None: ...

    def watch_only(self) -> None: ...

    def back(self) -> None: ...

    def written_down(self) -> None: ...

    def answer(self, answers: tuple[str, ...], /) -> None: ...

    def give_words(self, text: str, /) -> None: ...

    def choose(self, version: WalletVersion, /) -> None: ...

    def get_coins(self) -> None: ...

    def deploy(self, *, threshold: str, supplier: str, fee: str) -> None: ...

    def watch(self, address: str, /) -> None: ...


def look(variant: Variant) -> Look:
    found = Look.of(variant.theme, resources=paths.resources())
    QApplication.setPalette(palette(found.theme))
    wording.speak(variant.language)
    return found


def empty_window(shell: ShellView, *, style: Look) -> Window:
    window = Window(
        style,
        view=shell,
        turn_to=lambda _: None,
        closed=lambda: None,
        painted=lambda: None,
    )
    window.resize(*SIZE)
    return window


def unfocus(root: QWidget) -> None:
    """Take the caret out of every picture."""
    for widget in root.findChildren(QWidget):
        widget.clearFocus()


def show(window: Window) -> Window:
    window.show()
    unfocus(window)
    QApplication.processEvents()
    return window


def overview_window(view: OverviewView, *, shell: ShellView | None = None, style: Look) -> Window:
    frame = shell or frozen.shell()
    window = empty_window(frame, style=style)
    page = OverviewPage(style, choose_rate=lambda _: None)
    window.put_page(PageName.OVERVIEW, page)
    page.render_view(view)
    window.render_view(frame)
    return show(window)


def contract_window(view: ContractView, *, style: Look) -> Window:
    frame = frozen.shell(page=PageName.CONTRACT)
    window = empty_window(frame, style=style)
    page = ContractPage(style, change_threshold=lambda _: None, withdraw=lambda: None)
    window.put_page(PageName.CONTRACT, page)
    page.render_view(view)
    window.render_view(frame)
    return show(window)


def onboarding_window(view: OnboardingView, *, style: Look) -> Window:
    frame = frozen.shell(page=None, network=view.network)
    window = empty_window(frame, style=style)
    page = OnboardingPage(style, intents=Nothing())
    window.put_page(None, page)
    page.render_view(view)
    window.render_view(frame)
    return show(window)


def confirm_window(preview: Preview, *, style: Look) -> Window:
    window = contract_window(frozen.contract_view(), style=style)
    dialog = ConfirmDialog(
        style,
        preview=preview,
        network=frozen.SANDBOX,
        clock=lambda: frozen.NOW,
        over=window,
        scrim=window.scrim,
    )
    return _opened(window, dialog)


def unlock_window(*, style: Look) -> Window:
    window = contract_window(frozen.contract_view(), style=style)
    failure = wording.failure(KeyringLocked(backend="GNOME Keyring"))
    return _opened(window, UnlockDialog(style, failure=failure, over=window, scrim=window.scrim))


def _opened(window: Window, dialog: Sheet) -> Window:
    dialog.show()
    unfocus(dialog)
    QApplication.processEvents()
    return window


def difference(window: QWidget, *, name: str, ratio: int, update: bool) -> str:
    """Compare a window with its picture, pixel by pixel; return what differs, or nothing.

    On a difference the new picture and one of the differing pixels are written to build/out/pictures.
    """
    image = picture(window, ratio=ratio)
    image.setDevicePixelRatio(1)
    path = PICTURES / f"{name}.png"
    if update:
        assert image.save(str(path), quality=0)
        return ""
    kept = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    if kept == image:
        return ""
    FAILURES.mkdir(parents=True, exist_ok=True)
    image.save(str(FAILURES / f"{name}.png"))
    if kept.size() != image.size():
        return f"{name}: {kept.size().toTuple()} became {image.size().toTuple()}"
    return f"{name}: {_mark(kept, image, name=name)} pixels differ; see {FAILURES}"


def _mark(kept: QImage, image: QImage, *, name: str) -> int:
    """Write the differing pixels in red over a dimmed picture; return how many there are."""
    marked = QImage(image)
    marked.fill(QColor("black"))
    differing = 0
    for y in range(image.height()):
        line = QRect(0, y, image.width(), 1)
        if kept.copy(line) == image.copy(line):
            continue
        for x in range(image.width()):
            if kept.pixel(x, y) != image.pixel(x, y):
                differing += 1
                marked.setPixelColor(QPoint(x, y), QColor("red"))
    marked.save(str(FAILURES / f"{name}-diff.png"))
    return differing
