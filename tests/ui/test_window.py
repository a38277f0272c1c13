"""The whole window, used as a person uses it: by its widgets, over services in memory."""

from collections.abc import Callable, Coroutine

from PySide6.QtWidgets import QWidget

from krypton.domain.chain import WalletVersion
from krypton.domain.errors import KeyringMissing
from krypton.domain.operation import SetMinWithdrawal
from krypton.ui import application
from krypton.ui.widgets.visitor import Visitor
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
