"""The reader over real ADNL against a sandbox chain: proven figures, history, operations that settle."""

import asyncio
from dataclasses import replace

import pytest

from krypton.chain import collector
from krypton.chain.reader import ChainReader
from krypton.domain.address import Address
from krypton.domain.chain import AccountStatus, Proof, WalletVersion
from krypton.domain.collector import MIN_RESERVE, Prices, Terms
from krypton.domain.errors import (
    BadAddress,
    HistoryMissing,
    MessageRefused,
    NoServers,
    NotDeployed,
    UnknownCode,
    WrongNetwork,
)
from krypton.domain.ledger import Entry, Figures, Funded, Owned, OwnerAction, Payment, Refused, fold
from krypton.domain.operation import Deploy, ForceWithdraw, SetMinWithdrawal
from krypton.domain.ports import Reader
from tests.chain.servers import GRAM, NOW, Owner, Town

TODAY = Prices(gas=4369067, flat_gas=100, flat=6667, lump=66667, bit=4369067, cell=436906667)
GLOBAL_ID = -777
FUNDING = 70_000_000
NOBODY = Address(0, b"\x77" * 32)


def terms_of(town: Town, owner: Owner, *, threshold: int = 10 * GRAM) -> Terms:
    return Terms(
        owner=owner.address,
        supplier=town.sandbox.supplier,
        min_withdrawal=threshold,
        fee_bps=100,
        collector_id=3,
    )


async def shop(
    town: Town,
    reader: ChainReader,
    *,
    version: WalletVersion = WalletVersion.V5R1,
    threshold: int = 10 * GRAM,
) -> tuple[Owner, Address]:
    """An owner who has deployed a collector."""
    owner = Owner(town, reader, version=version, global_id=GLOBAL_ID)
    await town.sandbox.faucet(owner.address, 5 * GRAM)
    terms = terms_of(town, owner, threshold=threshold)
    await owner.do(Deploy(terms=terms, funding=FUNDING))
    return owner, collector.address_of(terms)


async def history(reader: ChainReader, address: Address) -> list[Entry]:
    """All entries, oldest first."""
    account = (await reader.account(address)).value
    entries = await reader.entries(
        address, lt=account.last_lt, hash_=account.last_hash, until_lt=0, limit=1_000
    )
    return list(reversed(entries))


async def test_one_server_is_enough_when_the_validators_signed(town: Town) -> None:
    reader: Reader = town.reader()
    standing = await reader.head()
    assert (standing.proof, standing.agreeing, standing.asked) == (Proof.SIGNED, 1, 1)
    assert standing.seqno == town.sandbox.chain.head.master.id.seqno
    assert standing.time == town.sandbox.now
    assert standing.received == NOW
    assert reader.network == town.network.id
    assert reader.global_id == GLOBAL_ID


async def test_an_absent_account_is_proven_absent_until_it_is_paid(town: Town) -> None:
    reader = town.reader()
    found = (await reader.account(NOBODY)).value
    assert (found.status, found.balance) == (AccountStatus.ABSENT, 0)
    before = await reader.head()
    await town.sandbox.faucet(NOBODY, 3 * GRAM)
    await reader.next_block(before.seqno)
    seen = await reader.account(NOBODY)
    assert (seen.value.status, seen.value.balance) == (AccountStatus.UNINIT, 3 * GRAM)
    assert seen.standing.seqno > before.seqno


async def test_an_owner_deploys_changes_and_withdraws(town: Town) -> None:
    reader = town.reader()
    owner, address = await shop(town, reader)
    seen = await reader.collector(address)
    assert seen.value.terms == terms_of(town, owner)
    assert seen.value.balance <= FUNDING
    assert await reader.prices() == TODAY

    await town.sandbox.pay(address, amount=5 * GRAM, count=3)
    town.sandbox.step()
    changed = await owner.do(SetMinWithdrawal(collector=address, value=GRAM))
    forced = await owner.do(ForceWithdraw(collector=address))

    entries = await history(reader, address)
    state = (await reader.collector(address)).value
    assert state.terms.min_withdrawal == GRAM
    assert state.stats.fee_balance == 0
    assert state.balance == MIN_RESERVE
    payments = [entry.event for entry in entries if isinstance(entry.event, Payment)]
    assert [(each.total, each.forwarded, each.fee) for each in payments] == [
        (5_050_000_000, 5 * GRAM, 50_000_000)
    ] * 3
    assert {each.supplier for each in payments} == {town.sandbox.supplier}
    assert entries[0].event == Funded(amount=FUNDING, refundable=False)
    assert entries[-2].event == Owned(action=OwnerAction.SET_MIN_WITHDRAWAL, value=GRAM)
    assert entries[-1].event == Owned(action=OwnerAction.FORCE_WITHDRAW)
    assert entries[-1].withdrawal is not None
    assert (entries[-1].withdrawal.to, entries[-1].withdrawal.forced) == (owner.address, True)
    assert fold(entries).total_collected == state.stats.total_collected == 150_000_000

    hashes = {changed, forced}
    wallet = (await reader.wallet(owner.address)).value
    assert (wallet.seqno, wallet.deployed) == (3, True)
    sent = await reader.transactions(
        owner.address, lt=wallet.last_lt, hash_=wallet.last_hash, until_lt=0, limit=100
    )
    assert hashes <= {each.message.hash for each in sent if each.message is not None}


@pytest.mark.parametrize("version", WalletVersion)
async def test_what_the_chain_takes_stays_within_the_bound(town: Town, version: WalletVersion) -> None:
    reader = town.reader()
    owner = Owner(town, reader, version=version, global_id=GLOBAL_ID)
    await town.sandbox.faucet(owner.address, 5 * GRAM)
    terms = terms_of(town, owner)
    address = collector.address_of(terms)
    prices = await reader.prices()
    for intent in (
        Deploy(terms=terms, funding=FUNDING),
        SetMinWithdrawal(collector=address, value=GRAM),
        ForceWithdraw(collector=address),
    ):
        before = await all_of(reader, owner.address, address)
        first = not (await reader.wallet(owner.address)).value.deployed
        bound = owner.wire.network_fee_bound(intent, prices=prices, first_use=first)
        if isinstance(intent, ForceWithdraw):
            await town.sandbox.faucet(address, 0)  # nothing but a block between
        await asyncio.sleep(0)
        await owner.do(intent)
        taken = before - await all_of(reader, owner.address, address)
        assert 0 < taken <= bound


async def all_of(reader: ChainReader, *addresses: Address) -> int:
    await reader.head()
    return sum([(await reader.account(address)).value.balance for address in addresses])


async def test_value_is_conserved_in_every_transaction(town: Town) -> None:
    reader = town.reader()
    owner, address = await shop(town, reader, threshold=GRAM // 10)
    await town.sandbox.pay(address, amount=5 * GRAM, count=3)
    await town.sandbox.pay(address, amount=5 * GRAM, value=5 * GRAM)
    await owner.do(ForceWithdraw(collector=address))
    town.sandbox.step()
    for place in (address, owner.address, town.sandbox.supplier):
        await reader.head()
        account = (await reader.account(place)).value
        balance = 0
        found = await reader.transactions(
            place, lt=account.last_lt, hash_=account.last_hash, until_lt=0, limit=100
        )
        for each in reversed(found):
            balance += 0 if each.message is None else each.message.value
            balance -= sum(out.value for out in each.out) + each.network_fees
        born_with = account.balance - balance
        assert born_with == 0 or place == town.sandbox.supplier


async def test_history_goes_back_over_pages_to_the_cursor(town: Town) -> None:
    reader = town.reader()
    _, address = await shop(town, reader)
    await town.sandbox.pay(address, amount=GRAM, count=40)
    town.sandbox.step()
    entries = await history(reader, address)
    assert sum(isinstance(entry.event, Payment) for entry in entries) == 40
    newest, cursor = entries[-1].stamp, entries[10].stamp
    rest = await reader.entries(address, lt=newest.lt, hash_=newest.hash, until_lt=cursor.lt, limit=1_000)
    assert list(reversed(rest)) == entries[11:]
    few = await reader.entries(address, lt=newest.lt, hash_=newest.hash, until_lt=0, limit=5)
    assert list(reversed(few)) == entries[-5:]
    assert await reader.entries(address, lt=newest.lt, hash_=newest.hash, until_lt=newest.lt, limit=5) == ()
    assert fold(entries[:11]) != Figures()


async def test_a_wrong_payment_is_a_refusal(town: Town) -> None:
    reader = town.reader()
    _, address = await shop(town, reader)
    await town.sandbox.pay(address, amount=5 * GRAM, value=5_040_000_000)
    town.sandbox.step()
    (*_, entry) = await history(reader, address)
    assert isinstance(entry.event, Refused)
    assert entry.event.exit_code == 203
    assert 5_030_000_000 < entry.event.returned < 5_040_000_000


async def test_a_history_that_no_server_has(town: Town) -> None:
    reader = town.reader()
    _, address = await shop(town, reader)
    with pytest.raises(HistoryMissing):
        await reader.transactions(address, lt=12345, hash_=bytes(32), until_lt=0, limit=10)


async def test_what_is_no_collector_or_no_wallet(town: Town) -> None:
    reader = town.reader()
    owner, address = await shop(town, reader)
    with pytest.raises(NotDeployed):
        await reader.collector(NOBODY)
    with pytest.raises(UnknownCode):
        await reader.collector(owner.address)
    with pytest.raises(UnknownCode):
        await reader.wallet(address)
    with pytest.raises(BadAddress):
        await reader.account(Address(-1, bytes(32)))


async def test_the_same_message_twice_is_sent_and_a_stale_one_is_refused(town: Town) -> None:
    reader = town.reader()
    owner, address = await shop(town, reader)
    message, _ = await owner.write(SetMinWithdrawal(collector=address, value=GRAM))
    await reader.broadcast(message)
    await reader.broadcast(message)
    town.sandbox.step()
    stale, _ = await owner.write(SetMinWithdrawal(collector=address, value=2 * GRAM), seqno=1)
    with pytest.raises(MessageRefused) as caught:
        await reader.broadcast(stale)
    assert caught.value.code == 133
    with pytest.raises(MessageRefused) as caught:
        await reader.broadcast(b"\x00")
    assert caught.value.code is None
    with pytest.raises(MessageRefused):
        await reader.broadcast(bytes(70_000))


async def test_the_next_block_is_waited_for_at_the_server(town: Town) -> None:
    reader = town.reader()
    before = await reader.head()
    waiting = asyncio.create_task(reader.next_block(before.seqno))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    town.sandbox.step()
    assert (await waiting).seqno == before.seqno + 1


async def test_a_wait_can_be_given_up(town: Town) -> None:
    reader = town.reader()
    before = await reader.head()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.next_block(before.seqno)
    assert (await reader.head()).seqno == before.seqno


async def test_a_network_of_another_name(town: Town) -> None:
    elsewhere = replace(town.network.zero_state, root_hash=bytes(32))
    town.network = replace(town.network, zero_state=elsewhere)
    with pytest.raises(WrongNetwork) as caught:
        await town.reader().head()
    assert caught.value.expected == "00" * 32
    assert caught.value.found != caught.value.expected


async def test_a_private_network_has_no_global_id_before_it_was_reached(town: Town) -> None:
    reader = town.reader()
    with pytest.raises(NoServers):
        _ = reader.global_id


async def test_a_chain_that_passes_for_play_money_but_bears_a_public_id_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krypton.chain.reader.PUBLIC_IDS", frozenset({GLOBAL_ID}))
    with pytest.raises(WrongNetwork):
        await town.reader().head()
