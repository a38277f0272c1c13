"""From what the owner wants to what was sent: shown in full, judged, re-checked, stored before it is sent."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from krypton.chain.messages import Wire
from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus, Proof
from krypton.domain.collector import MIN_RESERVE
from krypton.domain.errors import AddressFault, Lie
from krypton.domain.money import NANO
from krypton.domain.operation import (
    Bounced,
    Change,
    Confirmed,
    Deploy,
    Expired,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sent,
    SetMinWithdrawal,
    Settled,
    Signed,
    Warn,
)
from krypton.services import operations, sights
from krypton.services.operations import Operations
from krypton.services.sights import DEPLOY_FUNDING, MARGIN_SECONDS, NETWORK_FEE_CEILING, VALID_SECONDS
from tests.fakes import values
from tests.fakes.memory import here
from tests.fakes.values import CHAIN_TIME, COLLECTOR, NETWORK, PRICES, SUPPLIER, TERMS, stamp
from tests.fakes.words import OTHER_WORDS
from tests.services.conftest import LOCAL_TIME, World

RAISE = SetMinWithdrawal(collector=COLLECTOR, value=20 * NANO)
FORCE = ForceWithdraw(collector=COLLECTOR)
DEPLOY = Deploy(terms=TERMS, funding=DEPLOY_FUNDING)
INTENTS: list[Intent] = [RAISE, FORCE, DEPLOY]


def yes(preview: Preview) -> Confirmed:
    return Confirmed(preview=preview, at=LOCAL_TIME)


async def prepare(world: World, intent: Intent) -> Preview:
    return await world.operations.prepare(intent, wallet=world.wallet)


class TestPrepare:
    @pytest.mark.parametrize("intent", INTENTS)
    async def test_all_that_will_be_signed_is_in_the_preview(self, world: World, intent: Intent) -> None:
        preview = await prepare(world, intent)
        assert preview.intent == intent
        assert preview.network == NETWORK
        assert (preview.wallet, preview.public_key) == (world.wallet.address, world.wallet.public_key)
        assert preview.unsigned.seqno == 3
        assert preview.unsigned.valid_until == CHAIN_TIME + VALID_SECONDS
        assert (preview.block_seqno, preview.made_at) == (100, CHAIN_TIME)
        assert preview.collector == preview.unsigned.sending.destination
        assert 0 < preview.network_fee < NANO // 10
        assert not preview.first_use
        assert world.vault.signed == 0
        assert world.ledger.progress == []

    async def test_a_threshold_shows_old_and_new(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        assert preview.changes == (
            Change(field=Field.MIN_WITHDRAWAL, old=10 * NANO, new=20 * NANO),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - preview.network_fee),
        )
        assert preview.amount == preview.unsigned.sending.value
        assert preview.challenge == 20 * NANO

    async def test_a_withdrawal_shows_what_it_brings(self, world: World) -> None:
        preview = await prepare(world, FORCE)
        brings = 3 * NANO - MIN_RESERVE
        assert preview.amount == preview.challenge == brings
        assert preview.changes == (
            Change(field=Field.FEE_BALANCE, old=2 * NANO, new=0),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - preview.network_fee + brings),
        )

    async def test_a_deploy_shows_its_terms(self, world: World) -> None:
        preview = await prepare(world, DEPLOY)
        assert preview.changes == (
            Change(field=Field.OWNER, old=None, new=world.wallet.address),
            Change(field=Field.SUPPLIER, old=None, new=SUPPLIER),
            Change(field=Field.MIN_WITHDRAWAL, old=None, new=10 * NANO),
            Change(field=Field.FEE_BPS, old=None, new=100),
            Change(
                field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - DEPLOY_FUNDING - preview.network_fee
            ),
        )
        assert preview.amount == DEPLOY_FUNDING
        assert preview.challenge == 10 * NANO

    async def test_an_account_with_coins_but_no_contract_is_free_to_deploy_to(self, world: World) -> None:
        at = (await prepare(world, DEPLOY)).collector
        world.reader.accounts[at] = Account(address=at, status=AccountStatus.UNINIT, balance=1)
        await prepare(world, DEPLOY)


class TestWarnings:
    async def warned(self, world: World, intent: Intent) -> set[Warn]:
        return set((await prepare(world, intent)).warnings)

    async def test_none_without_reason(self, world: World) -> None:
        assert await self.warned(world, RAISE) == set()
        assert await self.warned(world, FORCE) == set()

    async def test_one_servers_word(self, world: World) -> None:
        world.reader.proof = Proof.SINGLE
        assert await self.warned(world, RAISE) == {Warn.UNPROVEN}

    async def test_first_use_and_what_is_left_in_the_wallet(self, world: World) -> None:
        world.fund(60_000_000, seqno=0, deployed=False)
        preview = await prepare(world, FORCE)
        assert set(preview.warnings) == {Warn.WALLET_FIRST_USE, Warn.NEAR_EMPTY}
        assert preview.first_use
        assert preview.unsigned.seqno == 0

    async def test_a_large_threshold(self, world: World) -> None:
        large = sights.LARGE_THRESHOLD + 1
        assert await self.warned(world, replace(RAISE, value=large)) == {Warn.LARGE_THRESHOLD}
        terms = replace(TERMS, min_withdrawal=large)
        assert Warn.LARGE_THRESHOLD in await self.warned(world, replace(DEPLOY, terms=terms))

    async def test_a_supplier_that_is_not_there(self, world: World) -> None:
        assert await self.warned(world, DEPLOY) == {Warn.SUPPLIER_NOT_DEPLOYED}
        world.reader.faults[SUPPLIER] = errors.UnknownCode(address=SUPPLIER.raw, code_hash="ab")
        assert await self.warned(world, DEPLOY) == set()

    async def test_an_owner_who_is_his_own_supplier(self, world: World) -> None:
        own = replace(TERMS, supplier=world.wallet.address)
        assert Warn.SUPPLIER_IS_OWNER in await self.warned(world, replace(DEPLOY, terms=own))


class TestRefused:
    async def refused(self, world: World, intent: Intent) -> errors.KryptonError:
        with pytest.raises(errors.KryptonError) as caught:
            await prepare(world, intent)
        return caught.value

    async def test_somebody_elses_collector(self, world: World) -> None:
        world.alter(terms=replace(TERMS, owner=SUPPLIER))
        for intent in (RAISE, FORCE):
            error = await self.refused(world, intent)
            assert isinstance(error, errors.NotOwner)
            assert (error.wallet, error.owner) == (world.wallet.address.raw, SUPPLIER.raw)

    async def test_a_deploy_for_somebody_else(self, world: World) -> None:
        error = await self.refused(world, replace(DEPLOY, terms=replace(TERMS, owner=SUPPLIER)))
        assert isinstance(error, errors.NotOwner)

    @pytest.mark.parametrize("value", [1, 99_999_999, 1_000_001 * NANO, 10**30])
    async def test_a_threshold_that_the_contract_would_not_take(self, world: World, value: int) -> None:
        for intent in (
            replace(RAISE, value=value),
            replace(DEPLOY, terms=replace(TERMS, min_withdrawal=value)),
        ):
            assert isinstance(await self.refused(world, intent), errors.OutOfBounds)

    async def test_a_fee_that_the_contract_would_not_take(self, world: World) -> None:
        error = await self.refused(world, replace(DEPLOY, terms=replace(TERMS, fee_bps=1_001)))
        assert isinstance(error, errors.OutOfBounds)

    @pytest.mark.parametrize("funding", [0, MIN_RESERVE, 11 * NANO])
    async def test_too_little_or_too_much_funding(self, world: World, funding: int) -> None:
        error = await self.refused(world, replace(DEPLOY, funding=funding))
        assert isinstance(error, errors.OutOfBounds)
        assert error.name == "funding"

    async def test_the_threshold_that_already_holds(self, world: World) -> None:
        assert isinstance(await self.refused(world, replace(RAISE, value=10 * NANO)), errors.NothingChanges)

    async def test_nothing_above_the_reserve(self, world: World) -> None:
        world.alter(balance=MIN_RESERVE)
        assert isinstance(await self.refused(world, FORCE), errors.NothingToWithdraw)

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_a_wallet_that_cannot_pay_for_it(self, world: World, intent: Intent) -> None:
        preview = await prepare(world, intent)
        need = preview.unsigned.sending.value + preview.network_fee
        world.fund(need - 1)
        error = await self.refused(world, intent)
        assert isinstance(error, errors.NotEnough)
        assert (error.have, error.need) == (need - 1, need)
        world.fund(need)
        await prepare(world, intent)

    async def test_a_network_fee_that_cannot_be_right(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        high = replace(PRICES, gas=PRICES.gas * 10_000)

        async def prices() -> object:
            return high

        monkeypatch.setattr(world.reader, "prices", prices)
        world.fund(1_000 * NANO)
        error = await self.refused(world, RAISE)
        assert isinstance(error, errors.OutOfBounds)
        assert (error.name, error.high) == ("network_fee", NETWORK_FEE_CEILING)

    async def test_a_collector_that_is_already_there(self, world: World) -> None:
        at = (await prepare(world, DEPLOY)).collector
        world.reader.accounts[at] = Account(address=at, status=AccountStatus.ACTIVE)
        error = await self.refused(world, DEPLOY)
        assert isinstance(error, errors.NameTaken)
        assert error.name == at.raw

    async def test_a_supplier_on_the_masterchain(self, world: World) -> None:
        error = await self.refused(
            world, replace(DEPLOY, terms=replace(TERMS, supplier=Address(-1, bytes(32))))
        )
        assert isinstance(error, errors.BadAddress)
        assert error.fault is AddressFault.MASTERCHAIN

    async def test_a_supplier_that_is_a_collector(self, world: World) -> None:
        broken = errors.BadContractData(address=SUPPLIER.raw)
        world.reader.faults[SUPPLIER] = broken
        for supplier in (COLLECTOR, SUPPLIER):
            error = await self.refused(world, replace(DEPLOY, terms=replace(TERMS, supplier=supplier)))
            assert isinstance(error, errors.BadAddress)
            assert error.fault is AddressFault.COLLECTOR

    async def test_a_second_operation_while_one_is_on_its_way(self, world: World) -> None:
        sent = await world.operations.send(yes(await prepare(world, RAISE)))
        error = await self.refused(world, FORCE)
        assert isinstance(error, errors.OperationPending)
        assert error.operation == sent.id

    async def test_but_not_while_one_of_another_wallet_is(self, world: World) -> None:
        await world.operations.send(yes(await prepare(world, RAISE)))
        world.wallet = await world.accounts.keep(OTHER_WORDS, name="other", version=world.wallet.version)
        world.fund(5 * NANO)
        await prepare(world, Deploy(terms=replace(TERMS, owner=world.wallet.address), funding=DEPLOY_FUNDING))

    async def test_a_collector_that_cannot_be_read(self, world: World) -> None:
        for fault in (
            errors.NotDeployed(address=COLLECTOR.raw),
            errors.UnknownCode(address=COLLECTOR.raw, code_hash="ab"),
            errors.Unproven(server="127.0.0.1:1", lie=Lie.PROOF),
        ):
            world.reader.faults[COLLECTOR] = fault
            assert await self.refused(world, FORCE) is fault


class TestOneMoment:
    """Wallet and collector are judged as they stood at the same moment."""

    async def test_a_block_between_the_reads_is_no_matter_when_nothing_changed(self, world: World) -> None:
        world.reader.blocks_a_read = 1
        preview = await prepare(world, RAISE)
        assert preview.block_seqno == 104

    async def test_a_chain_that_changes_with_every_look_is_not_judged(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.reader.blocks_a_read = 1
        honest = world.reader.collector

        async def selling(address: Address, /) -> object:
            world.alter(balance=world.state.balance + 1)
            return await honest(address)

        monkeypatch.setattr(world.reader, "collector", selling)
        with pytest.raises(errors.PreviewMoved) as caught:
            await prepare(world, RAISE)
        assert caught.value.what == "block"


class TestSign:
    @pytest.mark.parametrize("intent", INTENTS)
    async def test_what_was_confirmed_is_signed(self, world: World, intent: Intent) -> None:
        confirmed = yes(await prepare(world, intent))
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
        preview = await prepare(world, intent)
        world.fund(5 * NANO, seqno=4)
        assert await self.moved(world, preview) == "seqno"

    async def test_a_wallet_that_was_deployed_meanwhile(self, world: World) -> None:
        world.fund(5 * NANO, seqno=0, deployed=False)
        preview = await prepare(world, RAISE)
        world.fund(5 * NANO, seqno=0, deployed=True)
        assert await self.moved(world, preview) == "seqno"

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_chain_time(self, world: World, intent: Intent) -> None:
        preview = await prepare(world, intent)
        world.reader.move(seconds=VALID_SECONDS - MARGIN_SECONDS + 1)
        assert await self.moved(world, preview) == "time"

    async def test_a_chain_that_went_back(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        world.reader.move(blocks=-1)
        assert await self.moved(world, preview) == "block"

    async def test_the_old_threshold(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        world.alter(terms=replace(TERMS, min_withdrawal=11 * NANO))
        assert await self.moved(world, preview) == "min_withdrawal"

    async def test_a_preview_whose_old_threshold_was_left_out(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        assert await self.moved(world, replace(preview, changes=())) == "min_withdrawal"

    @pytest.mark.parametrize("intent", [RAISE, FORCE])
    async def test_the_owner(self, world: World, intent: Intent) -> None:
        preview = await prepare(world, intent)
        world.alter(terms=replace(TERMS, owner=SUPPLIER))
        assert await self.moved(world, preview) == "collector"

    async def test_a_collector_that_appeared(self, world: World) -> None:
        preview = await prepare(world, DEPLOY)
        at = preview.collector
        world.reader.accounts[at] = Account(address=at, status=AccountStatus.ACTIVE)
        assert await self.moved(world, preview) == "collector"

    async def test_a_withdrawal_that_went_out_meanwhile(self, world: World) -> None:
        preview = await prepare(world, FORCE)
        world.alter(balance=world.state.balance - 1)
        assert await self.moved(world, preview) == "amount"

    async def test_a_shop_that_sold_meanwhile_has_not_moved(self, world: World) -> None:
        preview = await prepare(world, FORCE)
        world.alter(balance=world.state.balance + NANO)
        assert await world.operations.sign(yes(preview))

    async def test_money_that_left_the_wallet(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        world.fund(1)
        with pytest.raises(errors.NotEnough):
            await world.operations.sign(yes(preview))

    async def test_another_network(self, world: World) -> None:
        preview = await prepare(world, RAISE)
        world.reader.network = "cd" * 32
        with pytest.raises(errors.WrongNetwork) as caught:
            await world.operations.sign(yes(preview))
        assert (caught.value.expected, caught.value.found) == (NETWORK, "cd" * 32)

    async def test_while_another_is_on_its_way(self, world: World) -> None:
        first, second = await prepare(world, RAISE), await prepare(world, FORCE)
        await world.operations.send(yes(first))
        with pytest.raises(errors.OperationPending):
            await world.operations.sign(yes(second))


class TestPost:
    async def signed(self, world: World, intent: Intent = RAISE) -> Signed:
        return await world.operations.sign(yes(await prepare(world, intent)))

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

    async def test_a_deploy_makes_its_collector_known(self, world: World) -> None:
        sent = await world.operations.post(await self.signed(world, DEPLOY))
        (known,) = world.ledger.collectors()
        assert known.address == sent.signed.confirmed.preview.collector
        assert known.watched_since == LOCAL_TIME

    async def test_a_crash_right_after_storing_is_made_good(self, world: World) -> None:
        signed = await self.signed(world, DEPLOY)
        sent = world.ledger.store_sent(signed, at=7)
        assert world.ledger.collectors() == ()
        await world.operations.recover()
        await world.operations.recover()
        (known,) = world.ledger.collectors()
        assert known.address == sent.signed.confirmed.preview.collector
        assert known.watched_since == 7

    async def test_nothing_else_makes_a_collector_known(self, world: World) -> None:
        await world.operations.send(yes(await prepare(world, RAISE)))
        await world.operations.recover()
        assert world.ledger.collectors() == ()


async def test_a_kept_preview_is_signed_in_another_run(world: World) -> None:
    preview = await prepare(world, RAISE)
    digest = await world.operations.keep(preview)
    loaded = await world.operations.load(digest)
    assert loaded == preview
    await world.operations.send(yes(loaded))
    with pytest.raises(errors.NothingChosen):
        await world.operations.load("0" * 20)


async def test_operations_are_listed_newest_first(world: World) -> None:
    sent = await world.operations.send(yes(await prepare(world, RAISE)))
    world.ledger.store_outcome(Expired(sent=sent, chain_time=CHAIN_TIME + 400))
    again = await world.operations.send(yes(await prepare(world, FORCE)))
    rows = await world.operations.operations(None, limit=10)
    assert [row.id for row in rows] == [again.id, sent.id]
    assert await world.operations.operations(COLLECTOR, limit=1) == rows[:1]
    assert await world.operations.operations(SUPPLIER, limit=1) == ()


class TestDeployment:
    async def wanted(self, world: World, **changed: int) -> Deploy:
        settings = {"threshold": 10 * NANO, "fee_bps": 100, **changed}
        return await world.operations.deployment(world.wallet, supplier=SUPPLIER, **settings)

    async def test_terms_and_funding(self, world: World) -> None:
        assert await self.wanted(world) == DEPLOY
        cost = await world.operations.deploy_cost()
        world.fund(cost, seqno=0, deployed=False)
        assert (await prepare(world, DEPLOY)).first_use

    async def test_equal_terms_get_the_next_free_id(self, world: World) -> None:
        first = await prepare(world, await self.wanted(world))
        world.reader.accounts[first.collector] = Account(address=first.collector, status=AccountStatus.ACTIVE)
        second = await self.wanted(world)
        assert second.terms == replace(TERMS, collector_id=1)
        assert (await prepare(world, second)).collector != first.collector

    async def test_a_deploy_that_expired_is_tried_again_at_the_same_address(self, world: World) -> None:
        sent = await world.operations.send(yes(await prepare(world, await self.wanted(world))))
        world.ledger.store_outcome(Expired(sent=sent, chain_time=CHAIN_TIME + 400))
        again = await world.operations.send(yes(await prepare(world, await self.wanted(world))))
        assert len(world.ledger.collectors()) == 1
        assert again.signed.confirmed.preview.collector == sent.signed.confirmed.preview.collector

    async def test_bounds(self, world: World) -> None:
        with pytest.raises(errors.OutOfBounds):
            await self.wanted(world, threshold=1)
        with pytest.raises(errors.OutOfBounds):
            await self.wanted(world, fee_bps=1_001)
        with pytest.raises(errors.BadAddress):
            await world.operations.deployment(
                world.wallet, threshold=10 * NANO, supplier=Address(-1, bytes(32)), fee_bps=1
            )

    async def test_an_end_of_ids(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(operations, "_COLLECTOR_IDS", 1)
        first = await prepare(world, await self.wanted(world))
        world.reader.accounts[first.collector] = Account(address=first.collector, status=AccountStatus.FROZEN)
        with pytest.raises(errors.NameTaken):
            await self.wanted(world)


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
