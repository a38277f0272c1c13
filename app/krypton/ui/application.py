"""Builds the Qt application and runs one window on it; knows services only as a block to enter."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from datetime import tzinfo
from types import FrameType
from typing import Final, TypeVar

from PySide6.QtCore import QLibraryInfo, QTimer, QTranslator
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from krypton import paths, wording
from krypton.domain.errors import ExitCode, KryptonError
from krypton.domain.observable import Value
from krypton.presenters.ports import Services
from krypton.presenters.shell import Network, PageName, ShellView
from krypton.presenters.tone import Tone
from krypton.ui.tasks import Tasks
from krypton.ui.theme import fonts
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role
from krypton.ui.theme.palette import palette
from krypton.ui.window import Window

View = TypeVar("View")
ICON_SIZE: Final = 64
BEAT_MS: Final = 250
"""How long Ctrl-C may go unnoticed."""
TICK_MS: Final = 1_000
"""How often ages are brought up to date."""

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]
"""Opens profile, network and follower; leaving the block closes them."""

Companion = Callable[[Window], Coroutine[object, object, None]]
"""Something that uses the window as a person would (the tour); the window closes when it ends."""


def run(
    open_services: OpenServices,
    *,
    language: str,
    theme: str,
    network: Network,
    zone: tzinfo | None = None,
    exit_after_first_paint: bool = False,
    companion: Companion | None = None,
) -> int:
    """Show the window until it is closed and return the exit code.

    `language` is "en" or "ru", `theme` "dark" or "light"; `zone` None means the computer's own time
    zone. What `companion` raises is raised here, after everything is closed.
    """
    wording.speak(language)
    app = application(theme=theme, language=language)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(
            _live(
                open_services,
                look=Look.of(theme, resources=paths.resources()),
                network=network,
                zone=zone,
                exit_after_first_paint=exit_after_first_paint,
                companion=companion,
            ),
        )


def application(*, theme: str, language: str) -> QApplication:
    """Return the one Qt application: Fusion, bundled fonts, a full palette, Qt's own translations."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Krypton")
    app.setStyle("Fusion")
    app.setQuitOnLastWindowClosed(False)
    fonts.load(paths.resources() / "fonts")
    app.setFont(fonts.font(Role.BODY))
    app.setPalette(palette(Look.of(theme, resources=paths.resources()).theme))
    if language != "en":
        translator = QTranslator(app)
        if translator.load(
            f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        ):
            app.installTranslator(translator)
    return app


async def _live(
    open_services: OpenServices,
    *,
    look: Look,
    network: Network,
    zone: tzinfo | None,
    exit_after_first_paint: bool,
    companion: Companion | None,
) -> int:
    closed, painted = asyncio.Event(), asyncio.Event()
    turn: list[Callable[[PageName], None]] = []
    window = Window(
        look,
        view=ShellView(network=network),
        turn_to=lambda page: turn[0](page),
        closed=closed.set,
        painted=painted.set,
    )
    window.show()
    # Python sees a signal only between two of its own steps, and an idle Qt loop takes none.
    heartbeat = QTimer(window)
    heartbeat.timeout.connect(_breathe)
    heartbeat.start(BEAT_MS)
    await painted.wait()
    if exit_after_first_paint:
        window.close()
        return int(ExitCode.OK)
    life = asyncio.create_task(
        _serve(
            open_services,
            look=look,
            network=network,
            zone=zone,
            window=window,
            turn=turn,
            companion=companion,
            closed=closed,
        ),
        name="window",
    )
    closing = asyncio.create_task(closed.wait(), name="closing")
    try:
        with _terminates(closed):
            await asyncio.wait({life, closing}, return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            return life.result()
        return int(ExitCode.OK)
    finally:
        for task in (life, closing):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(life, closing, return_exceptions=True)
        window.close()
        window.deleteLater()


async def _serve(
    open_services: OpenServices,
    *,
    look: Look,
    network: Network,
    zone: tzinfo | None,
    window: Window,
    turn: list[Callable[[PageName], None]],
    companion: Companion | None,
    closed: asyncio.Event,
) -> int:
    """Open the services and keep the pages alive; a failure to open stays on screen until closed."""
    try:
        async with (
            open_services() as services,
            Tasks(told=lambda error: _tell(window, error=error)) as tasks,
        ):
            tick = _furnish(
                services, look=look, network=network, zone=zone, window=window, turn=turn, tasks=tasks
            )
            timer = QTimer(window)
            timer.setInterval(TICK_MS)
            timer.timeout.connect(tick)
            timer.start()
            try:
                await (companion(window) if companion is not None else closed.wait())
            finally:
                timer.stop()
        return int(ExitCode.OK)
    except KryptonError as error:
        if companion is not None:
            raise
        failure = wording.failure(error)
        detail = " ".join(part for part in (failure.meaning, failure.remedy) if part)
        window.say_opening(failure.title, detail=detail, tone=Tone.BAD)
        await closed.wait()
        return int(error.exit_code)


def _furnish(
    services: Services,
    *,
    look: Look,
    network: Network,
    zone: tzinfo | None,
    window: Window,
    turn: list[Callable[[PageName], None]],
    tasks: Tasks,
) -> Callable[[], None]:
    """Put pages into the window and wire them to presenters; late, because charts are heavy."""
    from krypton.presenters.desk import Desk
    from krypton.ui.dialogs.asker import Dialogs
    from krypton.ui.pages.contract import ContractPage
    from krypton.ui.pages.onboarding import OnboardingPage
    from krypton.ui.pages.overview import OverviewPage

    asker = Dialogs(
        look,
        over=window,
        scrim=window.scrim,
        toast=window.toast,
        network=network,
        clock=services.clock,
    )
    desk = Desk(services, network=network, zone=zone, asker=asker, starter=tasks)
    turn.append(desk.shell.turn_to)
    window.setWindowIcon(look.icons.icon("krypton", colour=look.theme.accent, size=ICON_SIZE))
    first_run = OnboardingPage(look, intents=desk.first_run)
    overview = OverviewPage(look, choose_rate=desk.overview.choose_rate)
    contract = ContractPage(
        look,
        change_threshold=desk.contract.change_threshold,
        withdraw=desk.contract.withdraw,
    )
    window.put_page(None, first_run)
    window.put_page(PageName.OVERVIEW, overview)
    window.put_page(PageName.CONTRACT, contract)
    _follow(desk.first_run.view, render=first_run.render_view)
    _follow(desk.overview.view, render=overview.render_view)
    _follow(desk.contract.view, render=contract.render_view)
    _follow(desk.shell.view, render=window.render_view)
    tasks.start(desk.begin(), name="begin")
    return desk.tick


def _follow(value: Value[View], *, render: Callable[[View], None]) -> None:
    value.watch(render)
    render(value.now)


def _breathe() -> None:
    """Do nothing, in Python."""


def _tell(window: Window, *, error: Exception) -> None:
    window.toast.say(wording.failure(error).line, tone=Tone.BAD)


@contextlib.contextmanager
def _terminates(closed: asyncio.Event) -> Generator[None]:
    """Close cleanly when the system asks the process to end."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        closed.set()

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
