"""What the owner confirmed: looked at again, signed, stored, and only then sent."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from krypton.chain.messages import Wire
from krypton.domain import errors
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.money import NANO
from krypton.domain.operation import (
    Bounced,
    Expired,
    Intent,
    Lost,
    Outcome,
    Preview,
    Sent,
    Settled,
    Signed,
)
from krypton.services import operations
from krypton.services.operations import Operations
from krypton.services.sights import MARGIN_SECONDS, VALID_SECONDS
from tests.fakes import values
from tests.fakes.memory import here
from tests.fakes.values import CHAIN_TIME, COLLECTOR, NETWORK, SUPPLIER, TERMS, stamp
from tests.services.conftest import DEPLOY, FORCE, INTENTS, LOCAL_TIME, RAISE, World, yes


class TestSign:
    @pytest.mark.parametrize("intent", INTENTS)
    async def test_what_was_confirmed_is_signed(self, world: World, intent: Intent) -> None:
        confirmed = yes(await world.prepare(intent))
        world.reader.move(blocks=5, seconds=VALID_SECONDS - MARGIN_SECONDS)
        signed = await world.operations.sign(confirmed)
        assert signed.confirmed == confirmed
        assert world.reader.sent == []
        assert world.ledger.progress == []

    async def moved(self, world: World, preview: Preview) -> str:
        with pytest.raises(errors.PreviewMoved) as caught:
            await world.operations.sign(yes(preview))
        assert world.vault.signed == 0
        return caught.value.what

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_seqno(self, world: World, intent: Intent) -> None:
        preview = await world.prepare(intent)
        world.fund(5 * NANO, seqno=4)
        assert await self.moved(world, preview) == "seqno"

    async def test_a_wallet_that_was_deployed_meanwhile(self, world: World) -> None:
        world.fund(5 * NANO, seqno=0, deployed=False)
        preview = await world.prepare(RAISE)
        world.fund(5 * NANO, seqno=0, deployed=True)
        assert await self.moved(world, preview) == "seqno"

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_chain_time(self, world: World, intent: Intent) -> None:
        preview = await world.prepare(intent)
        world.reader.move(seconds=VALID_SECONDS - MARGIN_SECONDS + 1)
        assert await self.moved(world, preview) == "time"

    async def test_a_chain_that_went_back(self, world: World) -> None:
        preview = await world.prepare(RAISE)
        world.reader.move(blocks=-1)
        assert await self.moved(world, preview) == "block"

    async def test_the_old_threshold(self, world: World) -> None:
        preview = await world.prepare(RAISE)
        world.alter(terms=replace(TERMS, min_withdrawal=11 * NANO))
        assert await self.moved(world, preview) == "min_withdrawal"

    async def test_a_preview_whose_old_threshold_was_left_out(self, world: World) -> None:
        preview = await world.prepare(RAISE)
        assert await self.moved(world, replace(preview, changes=())) == "min_withdrawal"

    @pytest.mark.parametrize("intent", [RAISE, FORCE])
    async def test_the_owner(self, world: World, intent: Intent) -> None:
        preview = await world.prepare(intent)
        world.alter(terms=replace(TERMS, owner=SUPPLIER))
        assert await self.moved(world, preview) == "collector"

    async def test_a_collector_that_appeared(self, world: World) -> None:
        preview = await world.prepare(DEPLOY)
        at = preview.collector
        world.reader.accounts[at] = Account(address=at, status=AccountStatus.ACTIVE)
        assert await self.moved(world, preview) == "collector"

    async def test_a_withdrawal_that_went_out_meanwhile(self, world: World) -> None:
        preview = await world.prepare(FORCE)
        world.alter(balance=world.state.balance - 1)
        assert await self.moved(world, preview) == "amount"

    async def test_a_shop_that_sold_meanwhile_has_not_moved(self, world: World) -> None:
        preview = await world.prepare(FORCE)
        world.alter(balance=world.state.balance + NANO)
        assert await world.operations.sign(yes(preview))

    async def test_money_that_left_the_wallet(self, world: World) -> None:
        preview = await world.prepare(RAISE)
        world.fund(1)
        with pytest.raises(errors.NotEnough):
            await world.operations.sign(yes(preview))

    async def test_another_network(self, world: World) -> None:
        preview = await world.prepare(RAISE)
        world.reader.network = "cd" * 32
        with pytest.raises(errors.WrongNetwork) as caught:
            await world.operations.sign(yes(preview))
        assert (caught.value.expected, caught.value.found) == (NETWORK, "cd" * 32)

    async def test_while_another_is_on_its_way(self, world: World) -> None:
        first, second = await world.prepare(RAISE), await world.prepare(FORCE)
        await world.operations.send(yes(first))
        with pytest.raises(errors.OperationPending):
            await world.operations.sign(yes(second))


class TestPost:
    async def signed(self, world: World, intent: Intent = RAISE) -> Signed:
        return await world.operations.sign(yes(await world.prepare(intent)))

    async def test_it_is_stored_before_it_is_broadcast(self, world: World) -> None:
        signed = await self.signed(world)
        stored: list[tuple[Sent, ...]] = []
        world.reader.on_broadcast = lambda: stored.append(world.ledger.open_operations())
        sent = await world.operations.post(signed)
        assert stored == [(sent,)]
        assert sent.at == LOCAL_TIME
        assert world.reader.sent == [signed.message]

    @pytest.mark.parametrize(
        "fault", [errors.NoServers(tried=3), errors.MessageRefused(code=33), errors.MessageRefused(code=None)]
    )
    async def test_a_failed_or_refused_broadcast_leaves_it_sent(
        self, world: World, fault: errors.ChainError
    ) -> None:
        signed = await self.signed(world)
        world.reader.faults["broadcast"] = fault
        sent = await world.operations.post(signed)
        assert world.ledger.open_operations() == (sent,)

    async def test_two_signed_for_one_seqno_go_out_once(self, world: World) -> None:
        first, second = await self.signed(world), await self.signed(world, FORCE)
        await world.operations.post(first)
        with pytest.raises(errors.OperationPending):
            await world.operations.post(second)
        assert world.reader.sent == [first.message]

    async def test_a_store_that_fails_sends_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed = await self.signed(world)

        def full(*_: object, **__: object) -> Sent:
            raise errors.DiskFull(path="ledger.db")

        monkeypatch.setattr(world.ledger, "store_sent", full)
        with pytest.raises(errors.DiskFull):
            await world.operations.post(signed)
        assert world.reader.sent == []

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_sending_makes_no_collector_known(self, world: World, intent: Intent) -> None:
        await world.operations.post(await self.signed(world, intent))
        await world.operations.recover()
        assert world.ledger.collectors() == ()


class TestRecover:
    """An earlier Krypton knew a collector from its deploy's sending on, and for good."""

    async def deployed(self, world: World, outcome: Callable[[Sent], Outcome | None]) -> int:
        sent = await world.operations.send(yes(await world.prepare(DEPLOY)))
        world.ledger.add_collector(sent.signed.confirmed.preview.collector, label="", at=7)
        became = outcome(sent)
        if became is not None:
            world.ledger.store_outcome(became)
        await world.operations.recover()
        await world.operations.recover()
        return len(world.ledger.collectors())

    async def test_a_collector_that_never_came_to_be_is_forgotten(self, world: World) -> None:
        assert await self.deployed(world, lambda sent: Expired(sent=sent, chain_time=1)) == 0
        assert await self.deployed(world, lambda sent: Bounced(sent=sent, stamp=stamp(1), exit_code=9)) == 0
        assert await self.deployed(world, lambda _: None) == 0

    async def test_one_that_is_there_or_may_be_is_kept(self, world: World) -> None:
        assert await self.deployed(world, lambda sent: Lost(sent=sent, chain_time=1)) == 1
        assert await self.deployed(world, lambda sent: Settled(sent=sent, stamp=stamp(1))) == 1
        assert await self.deployed(world, lambda _: None) == 1

    async def test_one_that_is_watched_is_kept_whatever_else_expired(self, world: World) -> None:
        world.ledger.add_collector(COLLECTOR, label="", at=7)
        sent = await world.operations.send(yes(await world.prepare(RAISE)))
        world.ledger.store_outcome(Expired(sent=sent, chain_time=1))
        await world.operations.recover()
        assert len(world.ledger.collectors()) == 1

    async def test_one_with_a_history_is_kept(self, world: World) -> None:
        sent = await world.operations.send(yes(await world.prepare(DEPLOY)))
        at = sent.signed.confirmed.preview.collector
        world.ledger.add_collector(at, label="", at=7)
        world.ledger.known[at] = replace(world.ledger.known[at], cursor=stamp(5))
        await world.operations.recover()
        assert len(world.ledger.collectors()) == 1


async def test_a_kept_preview_is_signed_in_another_run(world: World) -> None:
    preview = await world.prepare(RAISE)
    digest = await world.operations.keep(preview)
    loaded = await world.operations.load(digest)
    assert loaded == preview
    await world.operations.send(yes(loaded))
    with pytest.raises(errors.NothingChosen):
        await world.operations.load("0" * 20)


async def test_operations_are_listed_newest_first(world: World) -> None:
    sent = await world.operations.send(yes(await world.prepare(RAISE)))
    world.ledger.store_outcome(Expired(sent=sent, chain_time=CHAIN_TIME + 400))
    again = await world.operations.send(yes(await world.prepare(FORCE)))
    rows = await world.operations.operations(None, limit=10)
    assert [row.id for row in rows] == [again.id, sent.id]
    assert await world.operations.operations(COLLECTOR, limit=1) == rows[:1]
    assert await world.operations.operations(SUPPLIER, limit=1) == ()


@pytest.mark.parametrize("text", ["20", "20.0", " 20.000000000 "])
def test_the_amount_typed_back_confirms(text: str) -> None:
    operations.check_typed(values.preview(RAISE), text)


@pytest.mark.parametrize("text", ["", "2", "20.1", "yes", "20,0", "-20", "2e1"])
def test_anything_else_does_not(text: str) -> None:
    with pytest.raises(errors.NotConfirmed) as caught:
        operations.check_typed(values.preview(RAISE), text)
    assert caught.value.expected == "20"


def test_outcomes() -> None:
    sent = Sent(signed=Signed(confirmed=values.confirmed(), message=b"", hash=b""), id=1, at=1)
    assert operations.check_settled(sent) is False
    assert operations.check_settled(Settled(sent=sent, stamp=stamp(1))) is True
    failures: list[tuple[Callable[[], bool], int | None]] = [
        (lambda: operations.check_settled(Bounced(sent=sent, stamp=stamp(1), exit_code=103)), 103),
        (lambda: operations.check_settled(Expired(sent=sent, chain_time=1)), None),
    ]
    for call, code in failures:
        with pytest.raises(errors.OperationFailed) as caught:
            call()
        assert caught.value.exit == code
    with pytest.raises(errors.OutcomeUnknown):
        operations.check_settled(Lost(sent=sent, chain_time=1))


async def test_query_ids_are_random_unless_given(world: World) -> None:
    random = Operations(
        reader=world.reader,
        composer=Wire(),
        vault=world.vault,
        in_vault=here,
        ledger=world.ledger,
        in_ledger=here,
        clock=lambda: 1,
    )
    bodies = {(await random.prepare(RAISE, wallet=world.wallet)).unsigned.sending.body for _ in range(3)}
    assert len(bodies) == 3
