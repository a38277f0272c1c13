"""Against the sandbox's fault bench: lies of every kind are never believed, and liars are named."""

import pytest

from krypton.chain import trust
from krypton.chain.network import Server
from krypton.chain.reader import ChainReader
from krypton.domain.address import Address
from krypton.domain.chain import Proof
from krypton.domain.errors import KryptonError
from krypton.sandbox.faults.bench import Bench, Fault, Faults
from krypton.sandbox.liteserver import LiteServer
from tests.chain.servers import GRAM, Town
from tests.chain.test_servers import note

LIES = [Fault.FORK, Fault.FORGED_BALANCE, Fault.PRUNED_ACCOUNT, Fault.NO_ACCOUNT, Fault.GARBAGE]
TROUBLES = [Fault.DROP, Fault.CUT, Fault.DELAY, Fault.LAG]


@pytest.fixture
async def rich(town: Town) -> Town:
    await town.sandbox.faucet(Address(0, b"\x77" * 32), 3 * GRAM)
    return town


def target(town: Town) -> Address:
    """An account with code, so that there is something to prune."""
    return Address(0, town.sandbox.people.faucet.account)


def truth(town: Town) -> int:
    return town.sandbox.chain.head.account(target(town).account).balance


def bench(town: Town, *faults: Fault) -> Bench:
    held = Faults(*faults, delay=0.4, target=target(town).account)
    return Bench(LiteServer(town.sandbox.context), held)


def prefer(reader: ChainReader, server: Server) -> None:
    """Have this server asked before the others."""
    for peer in vars(reader)["_pool"].peers:
        peer.record.latency = 0.0 if peer.name == server.name else 1e6


@pytest.mark.parametrize("fault", LIES, ids=lambda fault: fault.value)
async def test_one_liar_among_three_is_named_and_the_figure_is_proven(rich: Town, fault: Fault) -> None:
    liar = await rich.serve(bench(rich, fault).answer)
    reader = rich.reader(liar, await rich.serve(), await rich.serve())
    for _ in range(3):
        rich.sandbox.step()
        prefer(reader, liar)
        await reader.head()
        seen = await reader.account(target(rich))
        assert (seen.value.balance, seen.standing.proof) == (truth(rich), Proof.SIGNED)
    assert note(reader, liar).faults
    assert note(reader, liar).last_fault


async def test_a_server_on_a_fork_is_named_when_all_are_examined(rich: Town) -> None:
    liar = await rich.serve(bench(rich, Fault.FORK).answer)
    reader = rich.reader(await rich.serve(), liar, await rich.serve(), await rich.serve())
    assert (await reader.examine()).proof is Proof.SIGNED
    assert [each.host for each in reader.servers() if each.lies] == [liar.name]


@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: fault.value)
async def test_one_server_in_trouble_among_three_changes_nothing(rich: Town, fault: Fault) -> None:
    reader = rich.reader(await rich.serve(bench(rich, fault).answer), await rich.serve(), await rich.serve())
    for _ in range(3):
        rich.sandbox.step()
        await reader.head()
        seen = await reader.account(target(rich))
        assert (seen.value.balance, seen.standing.proof) == (truth(rich), Proof.SIGNED)


@pytest.mark.parametrize("fault", LIES, ids=lambda fault: fault.value)
async def test_only_liars_are_never_called_signed(
    rich: Town, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krypton.chain.lite.GRACE", 0.1)
    reader = rich.reader(*[await rich.serve(bench(rich, fault).answer) for _ in range(3)])
    for _ in range(2):
        rich.sandbox.step()
        try:
            seen = await reader.account(target(rich))
        except KryptonError:
            continue
        assert seen.standing.proof is not Proof.SIGNED or seen.value.balance == truth(rich)
        if fault is Fault.FORK:
            assert seen.standing.proof is not Proof.SIGNED


async def test_servers_that_turn_into_forkers_are_not_followed(
    rich: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "SIGN_EVERY", 0.0)
    liars = [bench(rich), bench(rich)]
    reader = rich.reader(*[await rich.serve(each.answer) for each in liars], await rich.serve())
    assert (await reader.account(target(rich))).standing.proof is Proof.SIGNED
    for each in liars:
        each.faults.switch(Fault.FORK)
    for _ in range(3):
        rich.sandbox.step()
        await reader.head()
        seen = await reader.account(target(rich))
        assert (seen.value.balance, seen.standing.proof) == (truth(rich), Proof.SIGNED)
