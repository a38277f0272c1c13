"""Which masterchain block the servers agree upon, and when it was made; knows no accounts.

K of N servers have to name the same block. A server that says nothing is no voice against it; one that
knows another block, or none, is. When all but one are silent the one is believed, and called single.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from krypton.chain import proofs
from krypton.chain.cells import Refuted
from krypton.chain.link import Answer, Query, RefusalError, SilentError
from krypton.chain.lite import MOST_AT_ONCE, Pool, stop
from krypton.chain.network import Network
from krypton.chain.peer import Peer
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId, Header
from krypton.domain.chain import Proof, Standing
from krypton.domain.errors import Lie, NoAgreement, Unproven, WrongNetwork
from krypton.domain.ports import Clock

NEEDED: Final = 2
"""K: servers that must agree, where there are so many."""
WAIT: Final = 8.0
"""Seconds that a server is told to wait for the next block."""
LINGER: Final = 0.3
"""Seconds that the others have after the first answer, before they are asked about that block."""
CONFIRM: Final = 1.0
"""Seconds that the others have to get a block that one server has."""
_ROUNDS = 3
"""How often the newest block is asked for, when each time some server was alone with its own."""
_HASH = 32
_SIGN = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An agreed masterchain block, what it says of itself, who named it, and how it stands."""

    block: BlockId
    header: Header
    peers: tuple[Peer, ...]
    standing: Standing


def block_id(held: object, /) -> BlockId:
    """Read a tonNode.blockIdExt. Raises Refuted."""
    match held:
        case {
            "workchain": int(workchain),
            "shard": int(shard),
            "seqno": int(seqno),
            "root_hash": str(root_hash),
            "file_hash": str(file_hash),
        }:
            root, file = _hash(root_hash), _hash(file_hash)
            return BlockId(
                workchain=workchain, shard=shard % _SIGN, seqno=seqno, root_hash=root, file_hash=file
            )
        case _:
            raise Refuted(Lie.SHAPE)


def block_args(block: BlockId, /) -> Mapping[str, object]:
    """Write a tonNode.blockIdExt."""
    shard = block.shard - _SIGN if block.shard >= WHOLE_SHARD else block.shard
    return {
        "workchain": block.workchain,
        "shard": shard,
        "seqno": block.seqno,
        "root_hash": block.root_hash.hex(),
        "file_hash": block.file_hash.hex(),
    }


def _hash(text: str) -> bytes:
    data = bytes.fromhex(text)
    if len(data) != _HASH:
        raise Refuted(Lie.SHAPE)
    return data


class Heads:
    """Asks for the newest block and has it confirmed."""

    def __init__(self, pool: Pool, network: Network, clock: Clock) -> None:
        self._pool = pool
        self._network = network
        self._clock = clock
        self._elsewhere = ""

    async def newest(self, *, after: int | None) -> Head:
        """Return the newest agreed block; with `after`, the first one past it, waiting at the servers.

        Raises NoServers, NoAgreement, Unproven, WrongNetwork.
        """
        rounds = 0
        while after is not None or rounds < _ROUNDS:
            rounds += 1
            try:
                block, peers, asked = await self._agreed(after)
            except RefusalError as refusal:
                if after is not None and refusal.only_waited:
                    continue
                raise NoAgreement(needed=NEEDED, agreed=0) from refusal
            if block is None:
                continue
            header = await self._header(block, peers)
            self._pool.newest = max(self._pool.newest, block.seqno)
            for peer in peers:
                peer.record.head = block.seqno
            standing = Standing(
                seqno=block.seqno,
                time=header.time,
                proof=Proof.AGREED if len(peers) >= NEEDED else Proof.SINGLE,
                agreeing=len(peers),
                asked=asked,
                received=self._clock(),
            )
            return Head(block=block, header=header, peers=tuple(peers), standing=standing)
        raise NoAgreement(needed=NEEDED, agreed=1)

    async def _agreed(self, after: int | None) -> tuple[BlockId | None, list[Peer], int]:
        order = self._voters()
        wait_for = None if after is None else after + 1
        query = Query("getMasterchainInfo", {}, wait_for=wait_for, wait=0.0 if after is None else WAIT)

        def judge(answer: Answer) -> BlockId:
            return self._last(answer, least=wait_for or 0)

        asked = min(MOST_AT_ONCE, len(order))
        try:
            found = await self._pool.ask(
                query, judge, order=order, at_once=asked, enough=_enough, linger=LINGER
            )
        except Unproven as unproven:
            if unproven.lie is Lie.CHAIN:
                raise WrongNetwork(expected=self._network.id, found=self._elsewhere) from unproven
            raise
        block, peers = _most(found)
        if len(peers) >= NEEDED or len(order) == 1:
            return block, peers, asked
        return await self._confirmed(found, order[:asked])

    def _voters(self) -> list[Peer]:
        """Return the servers in the order they are asked: those that lied only where others are too few."""
        ranked = self._pool.ranked()
        honest = [peer for peer in ranked if not peer.record.lies]
        return honest if len(honest) >= NEEDED else ranked

    async def _confirmed(
        self, found: Sequence[tuple[Peer, BlockId]], asked: Sequence[Peer]
    ) -> tuple[BlockId | None, list[Peer], int]:
        """Ask the others about the newest block that enough of them can have."""
        heads = sorted((block for _, block in found), key=lambda block: block.seqno, reverse=True)
        target = heads[min(NEEDED, len(heads)) - 1]
        peers = [peer for peer, block in found if block == target]
        against = [peer for peer, block in found if block.seqno == target.seqno and block != target]
        others = [peer for peer in {*asked, *(peer for peer, _ in found)} if peer not in {*peers, *against}]
        tasks = {asyncio.create_task(self._named(peer, target.seqno)): peer for peer in others}
        try:
            waiting = set(tasks)
            while waiting and len(peers) < NEEDED:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    block = task.result()
                    if block == target:
                        peers.append(tasks[task])
                    elif block is not None:
                        against.append(tasks[task])
        finally:
            await stop(tasks)
        if len(peers) >= NEEDED or not against:
            return target, peers, len(peers) + len(against) + len(others)
        if len(against) >= NEEDED:
            for peer in peers:
                peer.blame("alone", lie=True)
            return None, [], 0
        raise NoAgreement(needed=NEEDED, agreed=len(peers))

    async def _named(self, peer: Peer, seqno: int) -> BlockId | bool | None:
        """Return the block that a server has there, False for "none", None for silence."""
        place = {"workchain": MASTERCHAIN, "shard": -WHOLE_SHARD, "seqno": seqno}
        query = Query("lookupBlock", {"mode": 1, "id": place}, wait_for=seqno, wait=CONFIRM)
        try:
            async with asyncio.timeout(CONFIRM + 2 * LINGER):
                answer = await peer.ask(query)
            return block_id(answer.get("id"))
        except RefusalError:
            return False
        except (SilentError, Refuted, TimeoutError):
            return None

    def _last(self, answer: Answer, *, least: int) -> BlockId:
        init = answer.get("init")
        zero = self._network.zero_state
        match init:
            case {"workchain": -1, "root_hash": str(root), "file_hash": str(file)}:
                if (root, file) != (zero.root_hash.hex(), zero.file_hash.hex()):
                    self._elsewhere = root
                    raise Refuted(Lie.CHAIN)
            case _:
                raise Refuted(Lie.SHAPE)
        block = block_id(answer.get("last"))
        if (block.workchain, block.shard) != (MASTERCHAIN, WHOLE_SHARD) or block.seqno < least:
            raise Refuted(Lie.BLOCK)
        return block

    async def _header(self, block: BlockId, peers: Sequence[Peer]) -> Header:
        query = Query("getBlockHeader", {"id": block_args(block), "mode": 0})

        def judge(answer: Answer) -> Header:
            proof = answer.get("header_proof")
            if not isinstance(proof, bytes):
                raise Refuted(Lie.SHAPE)
            return proofs.header(proof, block)

        try:
            return await self._pool.read(query, judge, first=peers)
        except RefusalError as refusal:
            raise NoAgreement(needed=NEEDED, agreed=len(peers)) from refusal


def _most(found: Sequence[tuple[Peer, BlockId]]) -> tuple[BlockId, list[Peer]]:
    votes = Counter(block for _, block in found)
    block = max(votes, key=lambda each: (votes[each], each.seqno))
    return block, [peer for peer, named in found if named == block]


def _enough(found: Sequence[tuple[Peer, BlockId]]) -> bool:
    return len(_most(found)[1]) >= NEEDED
