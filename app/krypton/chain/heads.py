"""Which masterchain block the servers agree upon, and when it was made; knows no accounts.

Once the validators' signatures can be followed, one server names a block and they decide whether it is one.
Until then K of N servers have to name the same one. A server that says nothing is no voice against it; one
that knows another block, or none, is. When all but one are silent the one is believed, and called single.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from krypton.chain import proofs
from krypton.chain.cells import Refuted
from krypton.chain.ids import block_args, block_id
from krypton.chain.link import Answer, Query, RefusalError, SilentError
from krypton.chain.lite import MOST_AT_ONCE, Pool, stop
from krypton.chain.network import Network
from krypton.chain.peer import Peer
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId, Header
from krypton.chain.trust import Trust
from krypton.domain.chain import Proof, Standing
from krypton.domain.errors import Lie, NoAgreement, NoServers, Unproven, WrongNetwork
from krypton.domain.ports import Clock

NEEDED: Final = 2
"""K: servers that must agree, where there are so many."""
WAIT: Final = 8.0
"""Seconds that a server is told to wait for the next block."""
WAIT_ALONE: Final = 2.0
"""The same while only one is asked: one that lags or hides the newest block holds us up no longer."""
LINGER: Final = 0.3
"""Seconds that the others have after the first answer, before they are asked about that block."""
CONFIRM: Final = 1.0
"""Seconds that the others have to get a block that one server has."""
_AHEAD = 2
"""Blocks that an honest server may have before any other that is asked has them."""
_ROUNDS = 3
"""How often the newest block is asked for, when each time some server was alone with its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An agreed masterchain block, what it says of itself, who named it, and how it stands."""

    block: BlockId
    header: Header
    peers: tuple[Peer, ...]
    standing: Standing


class Heads:
    """Asks for the newest block and has it confirmed."""

    def __init__(self, pool: Pool, network: Network, clock: Clock, trust: Trust) -> None:
        self._pool = pool
        self._network = network
        self._clock = clock
        self._trust = trust
        self._elsewhere = ""

    async def newest(self, *, after: int | None) -> Head:
        """Return the newest agreed block; with `after`, the first one past it, waiting at the servers.

        Signatures are checked when it is time for that, and always without `after`. Raises NoServers,
        NoAgreement, Unproven, WrongNetwork.
        """
        while self._trust.ready:
            head = await self._alone(after)
            if head is not None:
                return head
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
            head = await self._stated(block, peers, asked=asked)
            return await self.signed(head) if after is None or self._trust.due else head
        raise NoAgreement(needed=NEEDED, agreed=1)

    async def examine(self) -> Head:
        """Ask every server about the newest block, and name those who know another than the signed one."""
        peers = self._pool.peers
        with contextlib.suppress(RefusalError, Unproven, NoServers):
            found = await self._asked(
                None, order=peers, at_once=len(peers), enough=lambda each: len(each) >= len(peers), wait=0.0
            )
            head = await self.newest(after=None)
            for peer, block in found:
                peer.record.head = max(peer.record.head, block.seqno)
                same = block == head.block or block.seqno != head.block.seqno
                if not same and head.standing.proof is Proof.SIGNED:
                    peer.blame("fork", lie=True)
            return head
        return await self.newest(after=None)

    async def signed(self, head: Head, /) -> Head:
        """Return the same block, as signed where its signatures could be checked now."""
        if head.standing.proof is Proof.SIGNED or not await self._trust.check(head.block, first=head.peers):
            return head
        return replace(head, standing=replace(head.standing, proof=Proof.SIGNED))

    async def _alone(self, after: int | None) -> Head | None:
        """Return the newest block that one server names, or when that isn't signed, another's that is.

        None when there is no next block yet, and when nobody shows signatures any more.
        """
        found: Sequence[tuple[Peer, BlockId]] = ()
        try:
            found = await self._asked(
                after, order=self._pool.ranked(), at_once=1, enough=bool, wait=WAIT_ALONE
            )
            check = after is None or self._trust.due
            head = await self._stated(*_most(found), asked=1)
            head = await self.signed(head) if check else head
            if head.standing.proof is Proof.SIGNED or not check:
                return head
        except RefusalError as refusal:
            if refusal.only_waited and not self._trust.due:
                return None
        except (Unproven, NoAgreement):
            pass
        sifted = await self._sifted(found)
        # the same block: wait on; an older one: the way to the one past which we wait was a lie
        return None if sifted is not None and sifted.block.seqno == after else sifted

    async def _sifted(self, doubted: Sequence[tuple[Peer, BlockId]]) -> Head | None:
        """Ask several servers, believe the first whose block is signed, and name who named another."""
        doubts = [*doubted]
        order = [peer for peer in self._pool.ranked() if peer not in {peer for peer, _ in doubted}]
        at_once = min(MOST_AT_ONCE, len(order))
        found: Sequence[tuple[Peer, BlockId]] = ()
        with contextlib.suppress(RefusalError, Unproven, NoServers):
            found = await self._asked(
                None, order=order, at_once=at_once, enough=lambda each: len(each) >= at_once, wait=0.0
            )
        for block in sorted({block for _, block in found}, key=lambda each: each.seqno, reverse=True):
            peers = [peer for peer, named in found if named == block]
            with contextlib.suppress(Unproven, NoAgreement):
                head = await self.signed(await self._stated(block, peers, asked=at_once))
                if head.standing.proof is Proof.SIGNED:
                    _blame(doubts, block)
                    return head
            doubts += [(peer, block) for peer in peers]
        self._trust.lose()
        return None

    async def _stated(self, block: BlockId, peers: Sequence[Peer], *, asked: int) -> Head:
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

    async def _asked(
        self,
        after: int | None,
        *,
        order: Sequence[Peer],
        at_once: int,
        enough: Callable[[Sequence[tuple[Peer, BlockId]]], bool],
        wait: float,
    ) -> Sequence[tuple[Peer, BlockId]]:
        """Ask servers for their newest block. Raises like Pool.ask, and WrongNetwork."""
        wait_for = None if after is None else after + 1
        query = Query("getMasterchainInfo", {}, wait_for=wait_for, wait=0.0 if after is None else wait)

        def judge(answer: Answer) -> BlockId:
            return self._last(answer, least=wait_for or 0)

        try:
            return await self._pool.ask(
                query, judge, order=order, at_once=at_once, enough=enough, linger=LINGER
            )
        except Unproven as unproven:
            if unproven.lie is Lie.CHAIN:
                raise WrongNetwork(expected=self._network.id, found=self._elsewhere) from unproven
            raise

    async def _agreed(self, after: int | None) -> tuple[BlockId | None, list[Peer], int]:
        order = self._voters()
        asked = min(MOST_AT_ONCE, len(order))
        found = await self._asked(after, order=order, at_once=asked, enough=_enough, wait=WAIT)
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


def _blame(doubts: Sequence[tuple[Peer, BlockId]], signed: BlockId) -> None:
    """Name the servers whose block nobody can show or sign, though another's is signed."""
    for peer, block in doubts:
        ahead = block.seqno - signed.seqno
        peer.blame("unsigned", lie=not 0 < ahead <= _AHEAD)


def _most(found: Sequence[tuple[Peer, BlockId]]) -> tuple[BlockId, list[Peer]]:
    votes = Counter(block for _, block in found)
    block = max(votes, key=lambda each: (votes[each], each.seqno))
    return block, [peer for peer, named in found if named == block]


def _enough(found: Sequence[tuple[Peer, BlockId]]) -> bool:
    return len(_most(found)[1]) >= NEEDED
