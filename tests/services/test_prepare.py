"""What the owner wants, judged at one moment of the chain and shown in full."""

from dataclasses import replace

import pytest

from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus, Proof
from krypton.domain.collector import MIN_RESERVE, Share, withdrawal_price
from krypton.domain.errors import AddressFault, Lie
from krypton.domain.money import NANO
from krypton.domain.operation import (
    Change,
    Deploy,
    Field,
    Intent,
    Warn,
)
from krypton.services import sights
from krypton.services.sights import DEPLOY_FUNDING, NETWORK_FEE_CEILING, VALID_SECONDS
from tests.fakes.values import CHAIN_TIME, COLLECTOR, NETWORK, PRICES, SUPPLIER, TERMS
from tests.fakes.words import OTHER_WORDS
from tests.services.conftest import DEPLOY, FORCE, INTENTS, RAISE, World, yes


class TestPrepare:
    @pytest.mark.parametrize("intent", INTENTS)
    async def test_all_that_will_be_signed_is_in_the_preview(self, world: World, intent: Intent) -> None:
        preview = await world.prepare(intent)
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
        preview = await world.prepare(RAISE)
        assert preview.changes == (
            Change(field=Field.MIN_WITHDRAWAL, old=10 * NANO, new=20 * NANO),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - preview.network_fee),
        )
        assert preview.amount == preview.unsigned.sending.value
        assert preview.challenge == 20 * NANO

    async def test_a_withdrawal_shows_what_it_brings(self, world: World) -> None:
        preview = await world.prepare(FORCE)
        brings = 3 * NANO - MIN_RESERVE
        assert preview.amount == preview.challenge == brings
        assert preview.changes == (
            Change(field=Field.FEE_BALANCE, old=2 * NANO, new=0),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - preview.network_fee + brings),
        )

    async def test_a_split_withdrawal_shows_who_else_is_paid_and_what_is_left(self, world: World) -> None:
        split = (Share(recipient=SUPPLIER, bps=8_000), Share(recipient=COLLECTOR, bps=1_000))
        world.alter(terms=replace(TERMS, split=split))
        preview = await world.prepare(FORCE)
        shared = 2 * NANO - withdrawal_price(PRICES, shares=2)  # the fees, not what else lies there
        first, second = shared * 8_000 // 10_000, shared * 1_000 // 10_000
        brings = 3 * NANO - MIN_RESERVE - first - second
        assert preview.amount == preview.challenge == brings
        assert preview.changes == (
            Change(field=Field.FEE_BALANCE, old=2 * NANO, new=0),
            Change(field=Field.SHARE, old=SUPPLIER, new=first),
            Change(field=Field.SHARE, old=COLLECTOR, new=second),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=5 * NANO - preview.network_fee + brings),
        )
        assert (await world.operations.sign(yes(preview))).confirmed.preview == preview

    async def test_shares_come_out_of_what_is_free(self, world: World) -> None:
        """Fees that rent has eaten into can't be shared out: the message's own coins count."""
        world.alter(terms=replace(TERMS, split=(Share(recipient=SUPPLIER, bps=100),)), balance=NANO)
        preview = await world.prepare(FORCE)
        free = NANO - MIN_RESERVE + preview.unsigned.sending.value
        share = (free - withdrawal_price(PRICES, shares=1)) // 100
        assert preview.amount == NANO - MIN_RESERVE - share

    async def test_another_split_is_looked_at_again(self, world: World) -> None:
        world.alter(terms=replace(TERMS, split=(Share(recipient=SUPPLIER, bps=100),)))
        confirmed = yes(await world.prepare(FORCE))
        world.alter(terms=replace(TERMS, split=(Share(recipient=COLLECTOR, bps=100),)))
        with pytest.raises(errors.PreviewMoved) as caught:
            await world.operations.sign(confirmed)
        assert caught.value.what == "split"

    async def test_a_deploy_shows_its_terms(self, world: World) -> None:
        preview = await world.prepare(DEPLOY)
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
        at = (await world.prepare(DEPLOY)).collector
        world.reader.accounts[at] = Account(address=at, status=AccountStatus.UNINIT, balance=1)
        await world.prepare(DEPLOY)


class TestWarnings:
    async def warned(self, world: World, intent: Intent) -> set[Warn]:
        return set((await world.prepare(intent)).warnings)

    async def test_none_without_reason(self, world: World) -> None:
        assert await self.warned(world, RAISE) == set()
        assert await self.warned(world, FORCE) == set()

    async def test_one_servers_word(self, world: World) -> None:
        world.reader.proof = Proof.SINGLE
        assert await self.warned(world, RAISE) == {Warn.UNPROVEN}

    async def test_first_use_and_what_is_left_in_the_wallet(self, world: World) -> None:
        world.fund(60_000_000, seqno=0, deployed=False)
        preview = await world.prepare(FORCE)
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
            await world.prepare(intent)
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

    async def test_nothing_left_above_the_shares_of_others(self, world: World) -> None:
        split = (Share(recipient=SUPPLIER, bps=9_000),)
        world.alter(terms=replace(TERMS, split=split), balance=MIN_RESERVE + 1)
        assert isinstance(await self.refused(world, FORCE), errors.NothingToWithdraw)

    @pytest.mark.parametrize("intent", INTENTS)
    async def test_a_wallet_that_cannot_pay_for_it(self, world: World, intent: Intent) -> None:
        preview = await world.prepare(intent)
        need = preview.unsigned.sending.value + preview.network_fee
        world.fund(need - 1)
        error = await self.refused(world, intent)
        assert isinstance(error, errors.NotEnough)
        assert (error.have, error.need) == (need - 1, need)
        world.fund(need)
        await world.prepare(intent)

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
        at = (await world.prepare(DEPLOY)).collector
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
        sent = await world.operations.send(yes(await world.prepare(RAISE)))
        error = await self.refused(world, FORCE)
        assert isinstance(error, errors.OperationPending)
        assert error.operation == sent.id

    async def test_but_not_while_one_of_another_wallet_is(self, world: World) -> None:
        await world.operations.send(yes(await world.prepare(RAISE)))
        world.wallet = await world.accounts.keep(OTHER_WORDS, name="other", version=world.wallet.version)
        world.fund(5 * NANO)
        await world.prepare(Deploy(terms=replace(TERMS, owner=world.wallet.address), funding=DEPLOY_FUNDING))

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
        preview = await world.prepare(RAISE)
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
            await world.prepare(RAISE)
        assert caught.value.what == "block"
