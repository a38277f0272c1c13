"""Presenters over services in memory, without a window: what the owner wants, and what goes wrong."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import pytest

from krypton.domain.errors import NotEnough, NothingToWithdraw
from krypton.domain.operation import Confirmed, Deploy, Expired, Lost, Preview
from krypton.domain.ports import OperationRow
from krypton.presenters import shop as shop_module
from krypton.presenters.desk import Desk
from krypton.presenters.onboarding import Step
from krypton.presenters.overview import Phase
from krypton.presenters.shell import PageName
from krypton.wording import Sentence
from tests.ui import frozen
from tests.ui.services import World


@dataclass
class Owner:
    """Answers dialogs as told."""

    confirms: bool = True
    unlocks: bool = True
    shown: list[Preview] = field(default_factory=list[Preview])
    told: list[Sentence] = field(default_factory=list[Sentence])

    async def confirm(self, preview: Preview, /) -> Confirmed | None:
        self.shown.append(preview)
        return Confirmed(preview=preview, at=frozen.NOW) if self.confirms else None

    async def unlock(self, failure: Sentence, /) -> bool:
        self.told.append(failure)
        return self.unlocks

    def tell(self, failure: Sentence, /) -> None:
        self.told.append(failure)


class Group:
    """Starts work on a real task group."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self.tasks: list[asyncio.Task[None]] = []

    def start(self, work: Coroutine[object, object, None], *, name: str) -> None:
        self.tasks.append(self._group.create_task(work, name=name))


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not met():
            await asyncio.sleep(0.005)


async def at_desk(
    world: World, owner: Owner, walk: Callable[[Desk], Coroutine[object, object, None]]
) -> None:
    async with world.open() as services, asyncio.TaskGroup() as group:
        starter = Group(group)
        desk = Desk(services, network=frozen.SANDBOX, zone=None, asker=owner, starter=starter)
        await desk.begin()
        await walk(desk)
        for task in starter.tasks:
            task.cancel()


def shop() -> World:
    world = World()
    world.state = frozen.state()
    world.kept.append(frozen.KEPT)
    world.watched.append(world.known(frozen.COLLECTOR))
    return world


async def test_a_known_collector_opens_its_pages_at_once() -> None:
    async def walk(desk: Desk) -> None:
        await until(lambda: desk.overview.view.now.phase is Phase.BUSY)
        assert desk.shell.view.now.page is PageName.OVERVIEW
        await until(lambda: desk.shell.view.now.keys == "Keys in Test Keyring")

    await at_desk(shop(), Owner(), walk)


async def test_a_preview_that_is_not_confirmed_sends_nothing() -> None:
    world, owner = shop(), Owner(confirms=False)

    async def walk(desk: Desk) -> None:
        await until(lambda: bool(desk.contract.view.now.terms))
        desk.contract.withdraw()
        await until(lambda: len(owner.shown) == 1)
        await until(lambda: desk.contract.view.now.busy == "")

    await at_desk(world, owner, walk)
    assert world.rows == []


async def test_a_wrong_threshold_is_complained_about_and_never_prepared() -> None:
    world, owner = shop(), Owner()

    async def walk(desk: Desk) -> None:
        await until(lambda: bool(desk.contract.view.now.terms))
        for text in ("", "abc", "0.05", "1e3", "9" * 40, "10"):
            desk.contract.change_threshold(text)
            await until(lambda: desk.contract.view.now.complaint != "")
        assert owner.shown == []

    await at_desk(world, owner, walk)


async def test_a_refusal_is_shown_on_the_page_and_leaves_it_usable() -> None:
    world, owner = shop(), Owner()
    world.refusal = NotEnough(have=1, need=2)

    async def walk(desk: Desk) -> None:
        await until(lambda: bool(desk.contract.view.now.terms))
        desk.contract.withdraw()
        await until(lambda: desk.contract.view.now.failure is not None)
        world.refusal = NothingToWithdraw()
        desk.contract.withdraw()
        await until(lambda: "nothing to withdraw" in getattr(desk.contract.view.now.failure, "title", ""))
        assert desk.contract.view.now.busy == ""

    await at_desk(world, owner, walk)


async def test_a_wallet_that_is_funded_goes_on_by_itself() -> None:
    world = World()
    world.kept.append(frozen.KEPT)

    async def walk(desk: Desk) -> None:
        assert desk.first_run.view.now.step is Step.DEPLOY
        assert desk.first_run.view.now.form.supplier == frozen.SUPPLIER.friendly(
            bounceable=False, testnet=True
        )

    async def pay() -> None:
        await asyncio.sleep(0.05)
        world.balance = 10**9

    async with asyncio.TaskGroup() as group:
        group.create_task(pay())
        await at_desk(world, Owner(), walk)


async def test_a_deploy_that_expired_is_not_taken_for_a_shop() -> None:
    world = World()
    world.kept.append(frozen.KEPT)
    world.balance = 10**9
    sent = frozen.sent(1, age=900, intent=deploy_intent())
    world.rows.append(OperationRow(id=1, progress=Expired(sent=sent, chain_time=frozen.NOW)))

    async def walk(desk: Desk) -> None:
        assert desk.first_run.view.now.step is Step.DEPLOY

    await at_desk(world, Owner(), walk)


async def test_a_deploy_under_way_is_waited_for_after_a_restart() -> None:
    world = World()
    world.kept.append(frozen.KEPT)
    sent = frozen.sent(1, age=9, intent=deploy_intent())
    world.rows.append(OperationRow(id=1, progress=sent))

    async def walk(desk: Desk) -> None:
        await until(lambda: desk.first_run.view.now.step is Step.WAITING)
        world.state = frozen.state()
        world.settle(sent)
        await until(lambda: desk.overview.view.now.phase is Phase.BUSY)

    await at_desk(world, Owner(), walk)


async def test_a_chain_that_can_not_be_read_holds_up_no_settled_deploy() -> None:
    world = World()
    world.kept.append(frozen.KEPT)
    sent = frozen.sent(1, age=9, intent=deploy_intent())
    world.rows.append(OperationRow(id=1, progress=sent))

    async def walk(desk: Desk) -> None:
        await until(lambda: desk.first_run.view.now.step is Step.WAITING)
        world.settle(sent)  # and reading the collector fails
        await until(lambda: desk.first_run.view.now.step is Step.DONE)
        assert desk.first_run.view.now.failure is None

    await at_desk(world, Owner(), walk)


async def test_a_deploy_that_nobody_knows_of_says_so_and_leaves_the_form() -> None:
    world = World()
    world.kept.append(frozen.KEPT)
    sent = frozen.sent(1, age=9, intent=deploy_intent())
    world.rows.append(OperationRow(id=1, progress=sent))

    async def walk(desk: Desk) -> None:
        await until(lambda: desk.first_run.view.now.step is Step.WAITING)
        world.rows = [OperationRow(id=1, progress=Lost(sent=sent, chain_time=frozen.NOW))]
        await until(lambda: desk.first_run.view.now.failure is not None)
        assert desk.first_run.view.now.step is Step.DEPLOY

    await at_desk(world, Owner(), walk)


async def test_giving_up_on_a_locked_keyring_keeps_no_wallet() -> None:
    world, owner = World(), Owner(unlocks=False)
    world.locked = 9

    async def walk(desk: Desk) -> None:
        desk.first_run.import_words()
        desk.first_run.give_words(" ".join(frozen.WORDS))
        await until(lambda: desk.first_run.view.now.step is Step.CHOOSE)
        assert [line.version.value for line in desk.first_run.view.now.candidates] == ["v4r2", "v5r1"]
        desk.first_run.choose(frozen.KEPT.version)
        await until(lambda: desk.first_run.view.now.failure is not None)
        assert desk.first_run.view.now.step is Step.CHOOSE
        assert not desk.first_run.view.now.busy

    await at_desk(world, owner, walk)
    assert world.kept == []
    assert len(owner.told) == 1


async def test_the_rate_of_simulated_buyers_reaches_the_playground() -> None:
    world = shop()
    world.rate = 45

    async def walk(desk: Desk) -> None:
        await until(lambda: desk.overview.view.now.phase is Phase.BUSY)
        left = desk.overview.view.now.buyers
        assert left is not None
        assert (left.rate, left.rates) == (45, (0, 30, 45, 120, 600))
        desk.overview.choose_rate(120)
        await until(lambda: world.rate == 120)
        assert desk.overview.view.now.buyers is not None
        assert desk.overview.view.now.buyers.rate == 120

    await at_desk(world, Owner(), walk)


def deploy_intent() -> Deploy:
    intent = frozen.deploy_preview().intent
    assert isinstance(intent, Deploy)
    return intent


async def test_a_first_read_that_failed_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_module, "ANYWAY", 0.02)
    world = shop()
    world.state = None

    async def walk(desk: Desk) -> None:
        await until(lambda: desk.overview.view.now.phase is Phase.FAILED)
        world.state = frozen.state()
        await until(lambda: desk.overview.view.now.phase is Phase.BUSY)

    await at_desk(world, Owner(), walk)
