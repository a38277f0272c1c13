"""Ends of the window: closed by hand, by a signal, in the middle of a question, or never opened at all."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QApplication

from krypton import paths
from krypton.domain.errors import ExitCode, ProfileBusy
from krypton.presenters.ports import Services
from krypton.ui import application
from krypton.ui.tasks import Tasks
from krypton.ui.widgets.visitor import Visitor
from krypton.ui.window import Window
from tests.ui import frozen
from tests.ui.services import World

Walk = Callable[[Visitor], Coroutine[object, object, None]]


def close_soon(world: World, *, after: Walk | None = None) -> int:
    """Run the window without a companion and close it the way a person does."""

    async def close() -> None:
        window = None
        while window is None:
            await asyncio.sleep(0.02)
            found = (each for each in QApplication.topLevelWidgets() if isinstance(each, Window))
            window = next(found, None)
        at = Visitor(window, patience=8)
        if after is not None:
            await after(at)
        window.close()

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Services]:
        closing.append(asyncio.create_task(close()))
        try:
            async with world.open() as services:
                yield services
        finally:
            await asyncio.gather(*closing, return_exceptions=True)

    closing: list[asyncio.Task[None]] = []
    return application.run(opened, language="en", theme="dark", network=frozen.SANDBOX)


def test_closing_the_window_ends_everything() -> None:
    world = World()
    assert close_soon(world) == 0
    assert world.closed


def test_closing_in_the_middle_of_a_confirmation_signs_nothing() -> None:
    world = World()
    world.state = frozen.state()
    world.kept.append(frozen.KEPT)
    world.watched.append(world.known(frozen.COLLECTOR))

    async def ask(at: Visitor) -> None:
        await at.click("go-contract")
        await at.click("withdraw")
        await at.appear("confirm-cancel")

    assert close_soon(world, after=ask) == 0
    assert world.rows == []
    assert world.closed


def test_a_profile_that_cannot_be_opened_says_why_until_it_is_closed() -> None:
    said: list[str] = []

    async def look(at: Visitor) -> None:
        await at.until("opening", says="already running")
        said.append(await at.read("opening"))

    @asynccontextmanager
    async def busy() -> AsyncGenerator[Services]:
        watching.append(asyncio.create_task(watch()))
        raise ProfileBusy(path="/profile", pid=None)
        yield

    async def watch() -> None:
        window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, Window))
        await look(Visitor(window, patience=8))
        window.close()

    watching: list[asyncio.Task[None]] = []
    code = application.run(busy, language="en", theme="dark", network=frozen.SANDBOX)
    assert code == ExitCode.STORAGE
    assert said[0].startswith("Krypton is already running with this profile.")


def test_the_first_paint_needs_none_of_the_heavy_libraries() -> None:
    script = (
        "import sys\n"
        "from krypton.presenters.shell import Network, Stake\n"
        "from krypton.ui import application\n"
        "network = Network(name='sandbox', stake=Stake.PLAY)\n"
        "code = application.run(\n"
        "    None, language='en', theme='dark', network=network, exit_after_first_paint=True)\n"
        "heavy = {'pyqtgraph', 'numpy', 'sqlalchemy', 'pytoniq', 'pytoniq_core', 'keyring', 'qrcode'}\n"
        "print(code, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "app"},
        cwd=paths.repository(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "0 []"


async def test_a_failing_task_is_told_and_ends_nothing_else() -> None:
    told: list[Exception] = []
    done: list[str] = []

    async def fail() -> None:
        raise ValueError

    async def last(event: asyncio.Event) -> None:
        await event.wait()
        done.append("other")

    event = asyncio.Event()
    async with Tasks(told=told.append) as tasks:
        tasks.start(fail(), name="fails")
        tasks.start(last(event), name="goes on")
        await asyncio.sleep(0)
        event.set()
        await asyncio.sleep(0.01)
    assert [type(error) for error in told] == [ValueError]
    assert done == ["other"]


async def test_leaving_cancels_what_still_runs() -> None:
    cancelled: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("ended")

    async with Tasks(told=lambda _: None) as tasks:
        tasks.start(forever(), name="forever")
        await asyncio.sleep(0)
    assert cancelled == ["ended"]


NEVER_OPENS = """
import asyncio, contextlib, sys
from krypton.presenters.shell import Network, Stake
from krypton.ui import application

@contextlib.asynccontextmanager
async def services():
    print("opening", flush=True)
    try:
        await asyncio.Event().wait()
        yield
    finally:
        print("closed", flush=True)

try:
    network = Network(name="sandbox", stake=Stake.PLAY)
    sys.exit(application.run(services, language="en", theme="dark", network=network))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("number,code", [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_an_idle_window_cleanly(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", NEVER_OPENS],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "app"},
        cwd=paths.repository(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "opening\n"
        process.send_signal(number)
        rest, _ = process.communicate(timeout=30)
    assert rest == "closed\n"
    assert process.returncode == code
