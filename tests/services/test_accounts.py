"""Wallets and collectors: made, imported, listed with what the chain says, chosen."""

from dataclasses import replace

import pytest

from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.money import NANO
from krypton.services.accounts import wrong_positions
from tests.fakes.values import COLLECTOR, SUPPLIER, TERMS, VERSION
from tests.fakes.words import OTHER_WORDS, WORDS
from tests.services.conftest import LOCAL_TIME, World


async def test_a_new_wallet(world: World) -> None:
    assert await world.accounts.backend() == "Memory"
    words = await world.accounts.new_words()
    kept = await world.accounts.keep(words, name="second", version=VERSION)
    assert await world.accounts.wallets() == (world.wallet, kept)
    assert await world.accounts.words("second") == words
    await world.accounts.remove("second")
    assert await world.accounts.wallets() == (world.wallet,)


async def test_live_balances(world: World) -> None:
    (holding,) = await world.accounts.holdings()
    assert holding.wallet == world.wallet
    assert holding.seen.value.balance == 5 * NANO
    assert holding.seen.standing.seqno == 100


async def test_every_wallet_that_words_could_stand_for(world: World) -> None:
    found = {each.version: each.seen.value for each in await world.accounts.candidates(WORDS)}
    assert set(found) == set(WalletVersion)
    assert found[VERSION].balance == 5 * NANO
    assert found[VERSION].address == world.wallet.address
    assert found[WalletVersion.V4R2].balance == 0
    with pytest.raises(errors.BadWords):
        await world.accounts.candidates(WORDS[1:])


async def test_choosing_a_wallet(world: World) -> None:
    assert await world.accounts.choose(None) == world.wallet
    other = await world.accounts.keep(OTHER_WORDS, name="other", version=VERSION)
    assert await world.accounts.choose("other") == other
    for name in (None, "third"):
        with pytest.raises(errors.NothingChosen) as caught:
            await world.accounts.choose(name)
        assert caught.value.what == "wallet"
        assert caught.value.choices == ("till", "other")


async def test_the_owners_wallet(world: World) -> None:
    assert await world.accounts.owner_of(TERMS.owner) == world.wallet
    with pytest.raises(errors.NothingChosen):
        await world.accounts.owner_of(SUPPLIER)


async def test_watching_a_collector(world: World) -> None:
    known = await world.accounts.watch(COLLECTOR, label="shop")
    assert (known.address, known.label, known.watched_since) == (COLLECTOR, "shop", LOCAL_TIME)
    assert await world.accounts.watch(COLLECTOR) == known
    assert await world.accounts.collectors() == (known,)
    assert await world.accounts.choose_collector(None) == known


@pytest.mark.parametrize(
    "fault",
    [
        errors.NotDeployed(address=SUPPLIER.raw),
        errors.UnknownCode(address=SUPPLIER.raw, code_hash="ab"),
        errors.BadContractData(address=SUPPLIER.raw),
    ],
)
async def test_only_a_collector_is_watched(world: World, fault: errors.ChainError) -> None:
    world.reader.faults[SUPPLIER] = fault
    with pytest.raises(type(fault)):
        await world.accounts.watch(SUPPLIER)
    with pytest.raises(errors.BadAddress):
        await world.accounts.watch(Address(-1, bytes(32)))
    assert await world.accounts.collectors() == ()


async def test_choosing_a_collector(world: World) -> None:
    with pytest.raises(errors.NothingChosen):
        await world.accounts.choose_collector(None)
    world.reader.collectors[SUPPLIER] = replace(world.state, address=SUPPLIER)
    for address in (COLLECTOR, SUPPLIER):
        await world.accounts.watch(address)
    assert (await world.accounts.choose_collector(SUPPLIER)).address == SUPPLIER
    with pytest.raises(errors.NothingChosen) as caught:
        await world.accounts.choose_collector(None)
    assert caught.value.choices == (COLLECTOR.raw, SUPPLIER.raw)


def test_words_asked_back() -> None:
    assert wrong_positions(WORDS, {1: WORDS[0], 24: f" {WORDS[23].upper()} "}) == ()
    assert wrong_positions(WORDS, {9: WORDS[0], 2: WORDS[1], 3: "", 0: WORDS[23], 25: ""}) == (0, 3, 9, 25)
