"""Servers that fail and lie at random: never a wrong figure, never a stuck reader, nothing left behind."""

import asyncio
import random

import pytest

from krypton.domain.address import Address
from krypton.domain.chain import Proof
from krypton.domain.errors import ChainError
from tests.chain.servers import GRAM, Answering, Town
from tests.chain.tampering import mutants

PAID = Address(0, b"\x77" * 32)
LONGEST = 20.0
"""Seconds that one read may take while every server misbehaves; far above what is usual."""


def moody(honest: Answering, chance: random.Random) -> Answering:
    """A server that mostly tells the truth, and sometimes is late, silent, broken or a liar."""

    async def answer(query: bytes) -> bytes:
        data = await honest(query)
        match chance.randrange(12):
            case 0:
                await asyncio.sleep(chance.random())
                return data
            case 1:
                await asyncio.sleep(60)
                return data
            case 2:
                return chance.randbytes(chance.randrange(200))
            case 3:
                return data[: chance.randrange(len(data))]
            case 4:
                return next(mutants(data, chance)) if len(data) < 200 else _flipped(data, chance)
            case _:
                return data

    return answer


def _flipped(data: bytes, chance: random.Random) -> bytes:
    held = bytearray(data)
    held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
    return bytes(held)


@pytest.mark.parametrize(
    "turns", [pytest.param(40, id="slice"), pytest.param(4_000, id="soak", marks=pytest.mark.soak)]
)
async def test_a_mix_of_faults_never_shows_a_wrong_figure(town: Town, turns: int) -> None:
    chance = random.Random(20261123)
    servers = [await town.serve(moody(town.honest, chance)) for _ in range(2)]
    reader = town.reader(*servers, await town.serve())
    truth: dict[int, int] = {}
    balance = shown = 0
    for _ in range(turns):
        if chance.randrange(3) == 0:
            balance += GRAM
            await town.sandbox.faucet(PAID, GRAM)
        else:
            town.sandbox.step()
        truth[town.sandbox.chain.head.master.id.seqno] = balance
        try:
            async with asyncio.timeout(LONGEST):
                seen = await reader.account(PAID)
        except ChainError:
            continue
        shown += 1
        if seen.standing.proof is Proof.AGREED:
            assert seen.value.balance == truth[seen.standing.seqno]
    assert shown > turns // 2
