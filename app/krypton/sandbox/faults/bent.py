"""What a lying server reads its answers from: the chain behind its head, forked, or with forged balances."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from krypton.sandbox import accounts, blocks, hashmap
from krypton.sandbox.accounts import Status
from krypton.sandbox.answers.context import Context, LiteError
from krypton.sandbox.blocks import ACCOUNTS, Flow
from krypton.sandbox.cells import Builder, Cell
from krypton.sandbox.head import Head

if TYPE_CHECKING:
    from krypton.sandbox.blocks import Made
    from krypton.sandbox.tl import BlockId
    from krypton.sandbox.validators import Signed

FORGED: Final = 1_000_000 * 10**9
"""Nano added where a balance is forged."""
_SEED: Final = b"\x66" * 32


class Bent(Context):
    """A context that differs from the honest one by what is switched on."""

    def __init__(self, *, honest: Context, lag: int, fork: bool, forge: bool, target: bytes | None) -> None:
        super().__init__(
            chain=honest.chain,
            archive=honest.archive,
            tvm=honest.tvm,
            clock=honest.clock,
            zero=honest.zero,
        )
        self._lag = lag
        self._fork = fork
        self._forge = forge
        self._target = target

    @property
    def head(self) -> Head:
        """Give the head: an old one, or one of our own."""
        real = self.chain.head
        behind = self.chain.state(real.master.id.seqno - self._lag) if self._lag else real
        head = behind or real
        before = self.chain.state(head.master.id.seqno - 1)
        if not self._fork or before is None:
            return head
        return _forked(head, before, self._target)

    def block(self, name: BlockId) -> Made:
        """Give a block by its name, our own among them; nothing that is newer than our head."""
        head = self.head
        for own in (head.master, head.shard):
            if own.id == name:
                return own
        found = super().block(name)
        if found.id.seqno > head.master.id.seqno:
            raise LiteError(651, "block handle not in db")
        return found

    def state(self, name: BlockId) -> Head:
        """Give the state after a block."""
        head = self.head
        if name in (head.master.id, head.shard.id):
            return head
        return super().state(name)

    def account_state(self, name: BlockId, account: bytes) -> Head:
        """Give the state that an account is answered from: a forged one, proven under its own blocks."""
        head = self.state(name)
        before = self.chain.state(head.master.id.seqno - 1)
        if not self._forge or before is None:
            return head
        return _forked(head, before, account)

    def sign(self, block: BlockId) -> Signed:
        """Sign a block of our own with what the validators said of the true one."""
        signed = super().sign(block)
        true = self.chain.state(block.seqno)
        if true is None or true.master.id == block:
            return signed
        return replace(signed, signatures=super().sign(true.master.id).signatures)


@lru_cache(maxsize=8)  # heads are told apart by identity
def _forked(head: Head, before: Head, target: bytes | None) -> Head:
    """Make the same head once more, with one more account's coins forged: whole, and not the chain's."""
    tree = head.accounts
    if target is not None and (account := head.account(target)).status is not Status.NOTHING:
        shard = with_balance(account.shard, account.balance + FORGED)
        key = int.from_bytes(target, "big")
        tree = hashmap.put(ACCOUNTS, tree, key, 256, value=shard, extra=account.balance + FORGED)
    seqno, times = head.master.id.seqno, (head.shard.utime, head.shard.start_lt, head.shard.end_lt)
    shard_block = blocks.shard_block(
        before.shard,
        before.master,
        accounts=tree,
        ran=(),
        flow=Flow(before=0, after=0),
        seed=_SEED,
        times=times,
    )
    content = replace(head.content, shards=blocks.shard_hashes(shard_block, registered=seqno, fees=0))
    master = blocks.master_block(before.master, content=content, seed=_SEED, times=times)
    return Head(master=master, shard=shard_block, accounts=tree, content=content)


def with_balance(shard: Cell, nano: int) -> Cell:
    """Write a ShardAccount with another balance; everything else stays, the last transaction too."""
    cell = shard.refs[0]
    inside = cell.parse()
    inside.uint(1)
    accounts.skip_to_balance(inside)
    head = Builder().uint(cell.bits >> inside.left, cell.size - inside.left).coins(nano)
    inside.coins()
    forged = head.cell(inside.rest()).end()
    return Cell(shard.bits, shard.size, (forged,))
