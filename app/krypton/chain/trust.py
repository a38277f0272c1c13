"""Which key block is trusted, and whether a block follows from it; knows no accounts.

It begins with the network's own start (`init_block`) or the newest key block verified before, and walks on
by signatures alone: in worker threads, as far back as it takes, and never on a server's word. What it can't
have signed is left to the quorum.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Final, Protocol, cast

from krypton.chain.cells import Refuted
from krypton.chain.ids import block_args, hash_of
from krypton.chain.link import Query, RefusalError, SilentError, raw
from krypton.chain.lite import Pool, stop
from krypton.chain.network import Network
from krypton.chain.peer import Peer
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId
from krypton.chain.signatures import BackwardError, Followed, follow
from krypton.domain.ports import TrustNote

SIGN_EVERY: Final = 4.0
"""Seconds for which one block's signatures vouch for figures that don't change."""
PATIENCE: Final = 1.0
"""Seconds that a read waits for a walk that has just begun; a longer one goes on by itself."""
RETRY: Final = 20.0
"""Seconds until servers that couldn't give links are asked again."""
MAX_KEPT: Final = 1_000
"""Bytes of the longest note that is read back."""
_VERSION = 1


class Keep(Protocol):
    """Keeps one short note from run to run. Blocking; what goes wrong is nobody's business but its own."""

    def load(self) -> bytes:
        """Return the note, nothing where there is none."""
        ...

    def save(self, note: bytes, /) -> None:
        """Replace the note."""
        ...


class Forgetful:
    """Keeps nothing."""

    def load(self) -> bytes:
        """Return nothing."""
        return b""

    def save(self, _: bytes, /) -> None:
        """Drop it."""


class Trust:
    """Follows the network's key blocks, and judges blocks by them."""

    def __init__(self, pool: Pool, network: Network, keep: Keep) -> None:
        self._pool = pool
        self._network = network
        self._keep = keep
        self._key: BlockId | None = None
        self._proven: BlockId | None = None
        self._walk: asyncio.Task[bool] | None = None
        self._begin = 0
        self._goal = 0
        self._proven_at = -SIGN_EVERY
        self._not_before = 0.0
        self.ready = False

    @property
    def due(self) -> bool:
        """Whether it is time that a block's signatures are checked again."""
        return time.monotonic() - self._proven_at >= SIGN_EVERY

    def note(self) -> TrustNote:
        """Return how far the walk to the present has come."""
        at = 0 if self._key is None else self._key.seqno
        way = max(1, self._goal - self._begin)
        percent = 100 if self.ready else min(99, 100 * max(0, at - self._begin) // way)
        return TrustNote(key_block=at, caught_up=self.ready, percent=percent)

    async def check(self, block: BlockId, *, first: Sequence[Peer]) -> bool:
        """Tell whether the validators signed this masterchain block, as far as it can be told now.

        A server that shows false signatures is named. The first check begins the walk to the present,
        and waits for it a moment only.
        """
        if block == self._proven:
            return True
        if self.ready:
            return await self._walked(block, first)
        if self._walk is None:
            if time.monotonic() < self._not_before:
                return False
            self._walk = asyncio.create_task(self._caught_up(block, first), name="trust")
        await asyncio.wait({self._walk}, timeout=PATIENCE)
        if not self.ready:
            return False
        return block == self._proven or await self._walked(block, first)

    def lose(self) -> None:
        """Leave blocks to the quorum for a while: no server shows signatures any more."""
        self.ready = False
        self._not_before = time.monotonic() + RETRY

    async def aclose(self) -> None:
        """End the walk."""
        if self._walk is not None:
            await stop([self._walk])

    async def _caught_up(self, block: BlockId, first: Sequence[Peer]) -> bool:
        try:
            self.ready = await self._walked(block, first)
            if not self.ready:
                self.lose()
            return self.ready
        finally:
            self._walk = None

    async def _walked(self, block: BlockId, first: Sequence[Peer]) -> bool:
        """Walk from the trusted key block to this one, over as many answers as it takes."""
        if self._key is None:
            self._key = restored(await asyncio.to_thread(self._keep.load), network=self._network)
            self._begin = self._key.seqno
        self._goal = max(self._goal, block.seqno)
        while True:
            if block == self._key:
                found = Followed(reached=block, key=block, links=0)
            elif block.seqno <= self._key.seqno:
                return False
            else:
                step = await self._step(self._key, block, first)
                if step is None:
                    return False
                found = step
            await self._move(found.key)
            if found.reached == block:
                self._proven, self._proven_at = block, time.monotonic()
                return True

    async def _step(self, key: BlockId, block: BlockId, first: Sequence[Peer]) -> Followed | None:
        """Ask the servers in turn for links; None when none had any that are good."""
        args = {"mode": 1, "known_block": block_args(key), "target_block": block_args(block)}
        for peer in [*first, *(each for each in self._pool.ranked() if each not in first)]:
            fault = peer.record.last_fault
            try:
                answer = await peer.ask(Query("getBlockProof", args))
                return await asyncio.to_thread(follow, raw(answer), known=key, target=block)
            except RefusalError:
                peer.note(fault)  # to have no links is no fault
            except (SilentError, BackwardError):
                continue
            except Refuted as refuted:
                peer.blame(f"lie {refuted.lie.name.lower()}", lie=True)
        return None

    async def _move(self, key: BlockId) -> None:
        """Trust a later key block from now on, also the next time."""
        if self._key is None or key.seqno > self._key.seqno:
            self._key = key
            await asyncio.to_thread(self._keep.save, written(key, network=self._network))


def written(key: BlockId, *, network: Network) -> bytes:
    """Return the note that keeps a key block."""
    note = {
        "version": _VERSION,
        "network": network.id,
        "init": network.init_block.root_hash.hex(),
        "seqno": key.seqno,
        "root_hash": key.root_hash.hex(),
        "file_hash": key.file_hash.hex(),
    }
    return json.dumps(note, indent=2).encode() + b"\n"


def restored(note: bytes, *, network: Network) -> BlockId:
    """Return the kept key block; the network's own start when the note is none of ours, or older."""
    start = network.init_block
    if not note or len(note) > MAX_KEPT:
        return start
    try:
        held: object = json.loads(note)
        if not isinstance(held, dict):
            return start
        found = _key(cast("dict[str, object]", held))
    except (ValueError, TypeError, RecursionError, Refuted):
        return start
    same = found.seqno > start.seqno and written(found, network=network) == note
    return found if same else start


def _key(held: dict[str, object]) -> BlockId:
    match held:
        case {"seqno": int(seqno), "root_hash": str(root), "file_hash": str(file)}:
            return BlockId(
                workchain=MASTERCHAIN,
                shard=WHOLE_SHARD,
                seqno=seqno,
                root_hash=hash_of(root),
                file_hash=hash_of(file),
            )
        case _:
            raise ValueError
