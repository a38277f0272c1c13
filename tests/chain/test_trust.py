"""Signatures decide: one server is enough when it tells the truth, and no number of liars is."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from krypton.bootstrap.trusted import TrustFile
from krypton.chain import heads, trust
from krypton.chain.heads import NEEDED
from krypton.chain.reader import open_reader
from krypton.chain.trust import restored, written
from krypton.domain.address import Address
from krypton.domain.chain import Proof
from tests.chain.servers import GRAM, NOW, Town
from tests.chain.test_servers import changed, note, unsigned

RICH = Address(0, b"\x77" * 32)


class Note:
    """A keeper in memory."""

    def __init__(self, held: bytes = b"") -> None:
        self.held = held

    def load(self) -> bytes:
        return self.held

    def save(self, note: bytes, /) -> None:
        self.held = note


@pytest.fixture
async def rich(town: Town) -> Town:
    await town.sandbox.faucet(RICH, 3 * GRAM)
    return town


def fake_head(last: dict[str, object]) -> dict[str, object]:
    return last | {"seqno": 1_000, "root_hash": "11" * 32}


async def test_one_honest_server_is_enough(rich: Town) -> None:
    reader = rich.reader()
    seen = await reader.account(RICH)
    assert (seen.value.balance, seen.standing.proof, seen.standing.asked) == (3 * GRAM, Proof.SIGNED, 1)


async def test_without_links_it_is_left_to_the_quorum_and_never_called_signed(rich: Town) -> None:
    servers = [await rich.serve(unsigned(rich.honest)) for _ in range(3)]
    seen = await rich.reader(*servers).account(RICH)
    assert seen.standing.proof is Proof.AGREED


async def test_one_server_with_links_among_three_signs_for_all(rich: Town) -> None:
    servers = [await rich.serve(unsigned(rich.honest)) for _ in range(2)]
    seen = await rich.reader(*servers, await rich.serve()).account(RICH)
    assert seen.standing.proof is Proof.SIGNED


async def test_false_signatures_name_the_server(rich: Town) -> None:
    def broken(raw: bytes) -> bytes:
        return raw[:-1] + bytes((raw[-1] ^ 1,))

    async def forged(query: bytes) -> bytes:
        data = await rich.honest(query)
        return broken(data) if data[:4] == bytes.fromhex("c1d2d08e") else data

    liar = await rich.serve(forged)
    reader = rich.reader(liar, await rich.serve(), await rich.serve())
    seen = await reader.account(RICH)
    assert seen.standing.proof is Proof.SIGNED
    alone = rich.reader(liar)
    assert (await alone.account(RICH)).standing.proof is Proof.SINGLE
    assert note(alone, liar).last_fault.startswith("lie")


async def test_a_reader_that_follows_signatures_isnt_misled_by_a_head_that_is_made_up(
    rich: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = False

    async def turncoat(query: bytes) -> bytes:
        return await (changed(rich.honest, "masterchainInfo", {"last": fake_head}) if lying else rich.honest)(
            query
        )

    monkeypatch.setattr(heads, "WAIT_ALONE", 0.3)
    liar = await rich.serve(turncoat)
    reader = rich.reader(liar, await rich.serve(), await rich.serve())
    before = await reader.head()
    assert before.proof is Proof.SIGNED
    lying = True
    for _ in range(4):
        rich.sandbox.step()
        after = await reader.head()
        assert after.proof is Proof.SIGNED
        assert before.seqno < after.seqno < 1_000
        before = after


async def test_a_payment_is_signed_at_once_and_quiet_blocks_cost_no_signatures(
    rich: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def counting(query: bytes) -> bytes:
        nonlocal asked
        data = await rich.honest(query)
        asked += data[:4] == bytes.fromhex("c1d2d08e")
        return data

    monkeypatch.setattr(trust, "SIGN_EVERY", 60.0)
    reader = rich.reader(await rich.serve(counting))
    first = await reader.account(RICH)
    begun, seqno = asked, first.standing.seqno
    for _ in range(5):
        rich.sandbox.step()
        named = await reader.next_block(seqno)
        seqno = named.seqno
        assert named.proof is Proof.SINGLE
        assert await reader.account(RICH) == first
    assert asked == begun
    await rich.sandbox.faucet(RICH, GRAM)
    await reader.next_block(seqno)
    moved = await reader.account(RICH)
    assert (moved.value.balance, moved.standing.proof) == (4 * GRAM, Proof.SIGNED)
    assert asked == begun + 1


async def test_two_servers_that_agree_on_a_lie_are_outvoted_by_signatures(rich: Town) -> None:
    lying = False

    async def turncoat(query: bytes) -> bytes:
        return await (changed(rich.honest, "masterchainInfo", {"last": fake_head}) if lying else rich.honest)(
            query
        )

    liars = [await rich.serve(turncoat) for _ in range(NEEDED)]
    reader = rich.reader(*liars, await rich.serve())
    await reader.head()
    lying = True
    rich.sandbox.step()
    assert (await reader.account(RICH)).standing.proof is Proof.SIGNED


async def test_key_blocks_are_walked_kept_and_begun_from_the_next_time(rich: Town) -> None:
    kept = Note()
    for _ in range(330):
        rich.sandbox.step()
    for expected in (3, 1):
        reader = open_reader(rich.network, clock=lambda: NOW, keep=kept)
        assert (await reader.head()).proof is Proof.SIGNED
        await reader.aclose()
        assert json.loads(kept.held)["seqno"] == 300, expected


async def test_many_links_are_walked_in_several_answers(rich: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krypton.sandbox.answers.links.LINKS_AT_ONCE", 1)
    for _ in range(330):
        rich.sandbox.step()
    assert (await rich.reader().head()).proof is Proof.SIGNED


def test_a_kept_key_block_is_read_back_strictly(town: Town) -> None:
    network = town.network
    key = replace(network.init_block, seqno=300, root_hash=b"\x01" * 32, file_hash=b"\x02" * 32)
    note = written(key, network=network)
    assert restored(note, network=network) == key
    other = replace(network, zero_state=replace(network.zero_state, root_hash=bytes(32)))
    newer = replace(network, init_block=replace(network.init_block, seqno=301))
    for damaged, chain in (
        (b"", network),
        (note[:-3], network),
        (note + b" ", network),
        (note.replace(b"300", b"-30"), network),
        (note.replace(b'"version": 1', b'"version": 2'), network),
        (note.replace(b"01" * 32, b"01" * 31), network),
        (b"[]", network),
        (b"[" * 1_000, network),
        (b" " * 5_000 + note, network),
        (note, other),
        (note, newer),
    ):
        assert restored(damaged, network=chain) == chain.init_block


async def test_a_long_walk_goes_on_in_the_background(rich: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()

    async def slow(query: bytes) -> bytes:
        data = await rich.honest(query)
        if data[:4] == bytes.fromhex("c1d2d08e"):
            await gate.wait()
        return data

    monkeypatch.setattr(trust, "PATIENCE", 0.05)
    reader = rich.reader(await rich.serve(slow))
    assert (await reader.head()).proof is Proof.SINGLE
    gate.set()
    async with asyncio.timeout(5):
        while (await reader.head()).proof is not Proof.SIGNED:
            await asyncio.sleep(0.02)


def test_the_note_is_kept_in_a_file_that_may_be_missing_or_out_of_reach(tmp_path: Path) -> None:
    kept = TrustFile(tmp_path)
    assert kept.load() == b""
    kept.save(b"one")
    kept.save(b"two")
    assert (kept.load(), [each.name for each in tmp_path.iterdir()]) == (b"two", ["trust.json"])
    lost = TrustFile(tmp_path / "nowhere")
    lost.save(b"three")
    assert lost.load() == b""
