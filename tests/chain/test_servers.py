"""Several servers without signatures: they agree, die, restart, lag and lie, and the right figure is read."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest
from pytoniq_core.tl.generator import TlGenerator

from krypton.chain import lite
from krypton.chain.cells import Cell, from_boc, to_boc
from krypton.chain.heads import LINGER
from krypton.chain.network import Server
from krypton.domain.address import Address
from krypton.domain.chain import Proof, WalletVersion
from krypton.domain.errors import NoAgreement, NoServers, Unproven
from krypton.domain.operation import ForceWithdraw
from krypton.domain.ports import Reader, ServerNote
from tests.chain.servers import GRAM, Answering, Owner, Town, dead_server
from tests.chain.tampering import pruned

RICH = Address(0, b"\x77" * 32)
SCHEMAS: Any = TlGenerator.with_default_schemas().generate()
for _each in SCHEMAS.list:
    SCHEMAS.untouchables[_each.name] = {name for name, kind in _each.args.items() if kind.endswith("bytes")}


@pytest.fixture
async def rich(town: Town) -> Town:
    await town.sandbox.faucet(RICH, 3 * GRAM)
    town.honest = unsigned(town.honest)
    return town


def unsigned(honest: Answering) -> Answering:
    """A server that shows no signatures."""
    asked = SCHEMAS.get_by_name("liteServer.getBlockProof").little_id()

    async def answer(query: bytes) -> bytes:
        if asked in query[:16]:
            return SCHEMAS.serialize("liteServer.error", {"code": 651, "message": "not in db"})
        return await honest(query)

    return answer


def changed(honest: Answering, name: str, change: Mapping[str, object]) -> Answering:
    """A server that changes fields of one kind of answer."""

    async def answer(query: bytes) -> bytes:
        data = await honest(query)
        said, _ = SCHEMAS.deserialize(data)
        assert isinstance(said, dict)
        if said["@type"] != f"liteServer.{name}":
            return data
        for field, value in change.items():
            said[field] = value(said[field]) if callable(value) else value
        return SCHEMAS.serialize(f"liteServer.{name}", said)

    return answer


def note(reader: Reader, server: Server) -> ServerNote:
    (found,) = [each for each in reader.servers() if each.host == server.name]
    return found


async def three(town: Town) -> list[Server]:
    return [await town.serve() for _ in range(3)]


async def test_three_servers_agree(rich: Town) -> None:
    reader = rich.reader(*await three(rich))
    seen = await reader.account(RICH)
    assert seen.value.balance == 3 * GRAM
    assert seen.standing.proof is Proof.AGREED
    assert 2 <= seen.standing.agreeing <= seen.standing.asked == 3
    assert all(each.faults == 0 for each in reader.servers())


async def test_two_of_three_are_enough_and_the_dead_one_is_named(rich: Town) -> None:
    dead = dead_server()
    reader = rich.reader(dead, await rich.serve(), await rich.serve())
    seen = await reader.account(RICH)
    assert (seen.value.balance, seen.standing.proof) == (3 * GRAM, Proof.AGREED)
    assert (note(reader, dead).connected, note(reader, dead).last_fault) == (False, "silent")


async def test_the_only_one_left_is_single(rich: Town) -> None:
    reader = rich.reader(dead_server(), await rich.serve(), dead_server())
    standing = await reader.head()
    assert (standing.proof, standing.agreeing) == (Proof.SINGLE, 1)


async def test_ten_dead_servers_and_a_good_one_whose_connection_drops(rich: Town) -> None:
    good = await rich.serve()
    reader = rich.reader(*(dead_server() for _ in range(10)), good)
    assert (await reader.account(RICH)).value.balance == 3 * GRAM
    key = rich.key_of(good)
    await rich.stop(good)
    with pytest.raises(NoServers):
        await reader.account(RICH)
    await rich.serve(key=key, port=good.port)
    deadline = time.monotonic() + 10
    while True:
        try:
            assert (await reader.account(RICH)).value.balance == 3 * GRAM
            break
        except NoServers:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


async def test_a_dropped_connection_is_no_error_to_the_caller(rich: Town) -> None:
    server = await rich.serve()
    reader = rich.reader(server)
    await reader.head()
    key = rich.key_of(server)
    await rich.stop(server)
    await rich.serve(key=key, port=server.port)
    assert (await reader.account(RICH)).value.balance == 3 * GRAM
    assert note(reader, server).faults == 0


async def test_servers_that_are_all_dead(town: Town) -> None:
    reader = town.reader(dead_server(), dead_server())
    with pytest.raises(NoServers) as caught:
        await reader.head()
    assert caught.value.tried == 2


async def test_a_silent_server_is_helped_out(rich: Town) -> None:
    async def silent(_query: bytes) -> bytes:
        await asyncio.sleep(60)
        return b""

    reader = rich.reader(await rich.serve(silent), await rich.serve(), await rich.serve())
    began = time.monotonic()
    seen = await reader.account(RICH)
    assert (seen.value.balance, seen.standing.proof) == (3 * GRAM, Proof.AGREED)
    assert time.monotonic() - began < lite.HEDGE * 8


# --- lies ------------------------------------------------------------------------------------------


def forged(state: bytes) -> bytes:
    if not state:
        return state
    root = from_boc(state)[0]
    return to_boc(Cell(root.bits ^ 1 << 30, root.size, root.refs))


def hollow(state: bytes) -> bytes:
    if not state:
        return state
    root = from_boc(state)[0]
    return to_boc(pruned(root))


LIES = {
    "a forged state": ("accountState", {"state": forged}),
    "a pruned state": ("accountState", {"state": hollow}),
    "no such account": ("accountState", {"state": b""}),
    "no proof": ("accountState", {"proof": b"", "shard_proof": b""}),
    "garbage": ("accountState", {"proof": b"\x00" * 1_000}),
    "a forged header": ("blockHeader", {"header_proof": b"\xb5\xee\x9c\x72" + bytes(30)}),
}


@pytest.mark.parametrize("lie", LIES)
async def test_one_liar_among_three_is_named_and_not_believed(rich: Town, lie: str) -> None:
    liar = await rich.serve(changed(rich.honest, *LIES[lie]))
    reader = rich.reader(liar, await rich.serve(), await rich.serve())
    for _ in range(6):
        assert (await reader.account(RICH)).value.balance == 3 * GRAM
        rich.sandbox.step()
    await asked_alone(reader, liar)
    assert note(reader, liar).faults > 0
    assert note(reader, liar).last_fault.startswith("lie ")


async def asked_alone(reader: Reader, liar: Server) -> None:
    """Ask until the liar had its turn: which server comes first is a matter of latency."""
    for _ in range(50):
        if note(reader, liar).faults:
            return
        await reader.account(RICH)


@pytest.mark.parametrize("lie", LIES)
async def test_only_liars_prove_nothing(rich: Town, lie: str) -> None:
    liars = [await rich.serve(changed(rich.honest, *LIES[lie])) for _ in range(3)]
    reader = rich.reader(*liars)
    with pytest.raises(Unproven):
        await reader.account(RICH)


async def test_a_head_that_only_one_server_knows_is_not_agreed_upon(rich: Town) -> None:
    def ahead(last: dict[str, object]) -> dict[str, object]:
        return last | {"seqno": 1_000_000, "root_hash": "11" * 32}

    liar = await rich.serve(changed(rich.honest, "masterchainInfo", {"last": ahead}))
    reader = rich.reader(liar, await rich.serve(), await rich.serve())
    for _ in range(4):
        standing = await reader.head()
        assert (standing.proof, standing.seqno) == (Proof.AGREED, rich.sandbox.chain.head.master.id.seqno)
        waiting = asyncio.create_task(reader.next_block(standing.seqno))
        await asyncio.sleep(0.02)
        rich.sandbox.step()
        async with asyncio.timeout(10):
            assert (await waiting).seqno == standing.seqno + 1


async def test_two_servers_that_disagree_are_no_agreement(rich: Town) -> None:
    def fork(last: dict[str, object]) -> dict[str, object]:
        return last | {"root_hash": "22" * 32}

    liar = await rich.serve(changed(rich.honest, "masterchainInfo", {"last": fork}))
    reader = rich.reader(liar, await rich.serve())
    with pytest.raises(NoAgreement):
        await reader.head()


async def test_a_server_that_lags_is_asked_about_the_block_that_it_has_by_then(rich: Town) -> None:
    slow = asyncio.Event()

    async def lagging(query: bytes) -> bytes:
        data = await rich.honest(query)
        if not slow.is_set():
            said, _ = SCHEMAS.deserialize(data)
            if isinstance(said, dict) and said["@type"] == "liteServer.masterchainInfo":
                slow.set()
                rich.sandbox.step()
        return data

    reader = rich.reader(await rich.serve(lagging), await rich.serve())
    standing = await reader.head()
    assert standing.proof is Proof.AGREED


async def test_a_closed_reader_opens_nothing_again(rich: Town) -> None:
    reader = rich.reader(await rich.serve())
    waiting = asyncio.create_task(reader.next_block((await reader.head()).seqno))
    await asyncio.sleep(0.02)
    await reader.aclose()
    with pytest.raises(NoServers):
        await waiting
    with pytest.raises(NoServers):
        await reader.head()
    assert not any(each.connected for each in reader.servers())


async def test_a_message_reaches_several_servers_once_each(rich: Town) -> None:
    seen: list[int] = []

    def counting(number: int) -> Answering:
        async def answer(query: bytes) -> bytes:
            if query[:4] == SCHEMAS.get_by_name("liteServer.sendMessage").little_id():
                seen.append(number)
            return await rich.honest(query)

        return answer

    servers = [await rich.serve(counting(number)) for number in range(3)]
    reader = rich.reader(*(dead_server() for _ in range(5)), *servers)
    owner = Owner(rich, reader, version=WalletVersion.V4R2, global_id=-777)
    await rich.sandbox.faucet(owner.address, GRAM)
    message, _ = await owner.write(ForceWithdraw(collector=RICH))
    await reader.broadcast(message)
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) >= 1
    rich.sandbox.step()
    assert (await reader.wallet(owner.address)).value.seqno == 1


async def test_a_server_alone_with_a_head_that_was_first_to_answer(rich: Town) -> None:
    def ahead(last: dict[str, object]) -> dict[str, object]:
        return last | {"seqno": 1_000_000, "root_hash": "11" * 32}

    async def slow(query: bytes) -> bytes:
        await asyncio.sleep(LINGER + 0.1)
        return await rich.honest(query)

    liar = await rich.serve(changed(rich.honest, "masterchainInfo", {"last": ahead}))
    reader = rich.reader(liar, await rich.serve(slow), await rich.serve(slow))
    standing = await reader.head()
    assert (standing.proof, standing.seqno) == (Proof.AGREED, rich.sandbox.chain.head.master.id.seqno)
    assert note(reader, liar).last_fault == "alone"
