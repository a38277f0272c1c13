"""The whole window, used as a person uses it: by its widgets, over services in memory."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager

from PySide6.QtWidgets import QApplication, QWidget

from krypton import paths
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import ExitCode, KeyringMissing, ProfileBusy
from krypton.domain.operation import SetMinWithdrawal
from krypton.presenters.ports import Services
from krypton.ui import application
from krypton.ui.tasks import Tasks
from krypton.ui.widgets.visitor import Visitor
from krypton.ui.window import Window
from tests.ui import frozen
from tests.ui.services import World

Walk = Callable[[Visitor], Coroutine[object, object, None]]


def visit(world: World, walk: Walk) -> int:
    async def companion(window: QWidget) -> None:
        await walk(Visitor(window, patience=8))

    return application.run(
        world.open,
        language="en",
        theme="dark",
        network=frozen.SANDBOX,
        companion=companion,
    )


async def make_wallet(at: Visitor) -> None:
    await at.click("create-wallet")
    words = (await at.read("words")).split()
    assert tuple(words) == frozen.WORDS
    await at.click("words-written")
    await at.appear("check-0")
    for index in range(3):
        field = await at.appear(f"check-{index}")
        place = int(field.accessibleName().removeprefix("Word "))
        await at.write(f"check-{index}", words[place - 1])
    await at.click("check-done")


async def deploy(at: Visitor) -> None:
    await at.click("faucet")
    await at.write("deploy-threshold", "10")
    await at.click("deploy-review")
    await at.write("confirm-typed", "10")
    await at.click("confirm-sign")
    await at.until("fee-balance", says="7.35")


def test_a_first_run_from_nothing_to_a_shop() -> None:
    world = World()

    async def walk(at: Visitor) -> None:
        await make_wallet(at)
        await deploy(at)
        assert await at.read("threshold-note") == "73.5\u00a0% of 10.00\u00a0GRAM"
        assert await at.read("proof") == "3 of 4 servers agree"

    assert visit(world, walk) == 0
    assert world.closed


def test_a_changed_threshold_is_typed_confirmed_and_seen_to_settle() -> None:
    world = World()
    world.state = frozen.state()
    world.kept.append(frozen.KEPT)

    async def walk(at: Visitor) -> None:
        await at.click("watch-instead")
        await at.write("watch-address", frozen.COLLECTOR.friendly(bounceable=True, testnet=True))
        await at.click("watch-done")
        await at.click("go-contract")
        await at.write("new-threshold", "25")
        await at.click("change-threshold")
        sign = await at.appear("confirm-cancel")
        assert sign.isEnabled()
        await at.write("confirm-typed", "24")
        signer = at.find("confirm-sign")
        assert signer is not None
        assert not signer.isEnabled()
        await at.write("confirm-typed", "25.0")
        await at.click("confirm-sign")
        await at.until("operations", says="Sent, waiting for the network")
        sent = world.rows[0].progress
        assert isinstance(sent, type(frozen.sent(1, age=0)))
        assert sent.signed.confirmed.preview.intent == SetMinWithdrawal(
            collector=frozen.COLLECTOR, value=25_000_000_000
        )
        world.settle(sent)
        await at.until("operations", says="Done")
        await at.until("threshold", says="25.00")

    assert visit(world, walk) == 0


def test_a_wrong_word_is_named_by_its_place_and_keeps_nothing() -> None:
    world = World()

    async def walk(at: Visitor) -> None:
        await at.click("create-wallet")
        await at.click("words-written")
        for index in range(3):
            await at.write(f"check-{index}", "wrong")
        await at.click("check-done")
        await at.until("check-complaint", says="Not the words at these places")

    visit(world, walk)
    assert world.kept == []


def test_a_locked_keyring_is_asked_about_and_tried_again() -> None:
    world = World()
    world.locked = 1

    async def walk(at: Visitor) -> None:
        await make_wallet(at)
        await at.click("unlock-again")
        await at.appear("faucet")

    visit(world, walk)
    assert [wallet.name for wallet in world.kept] == ["main"]


def test_without_a_keyring_watching_is_still_offered() -> None:
    world = World()

    async def missing() -> str:
        raise KeyringMissing

    world.backend = missing

    async def walk(at: Visitor) -> None:
        await at.until("step-failure", says="keyring")
        await at.appear("watch-only")

    visit(world, walk)


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


def test_imported_words_offer_every_wallet_that_they_stand_for() -> None:
    world = World()

    async def walk(at: Visitor) -> None:
        await at.click("import-wallet")
        await at.write("import-words", "one two three")
        await at.click("import-done")
        await at.until("step-failure", says="24 words")
        await at.write("import-words", " ".join(frozen.WORDS))
        await at.click("import-done")
        assert "2.50" in await at.read("choose-v4r2")
        await at.click("choose-v4r2")
        await at.appear("faucet")

    visit(world, walk)
    assert [wallet.version for wallet in world.kept] == [WalletVersion.V4R2]
