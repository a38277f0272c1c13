"""What every method needs: the chain, the archive, the TVM, the time, and a real server's errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from krypton.sandbox.tl import MASTERCHAIN, WHOLE_SHARD, BlockId, Reader, Writer, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.blocks import Made
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.head import Head
    from krypton.sandbox.tvm import Tvm
    from krypton.sandbox.validators import Signed


class LiteError(Exception):
    """An answer that is a `liteServer.error`."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(kw_only=True)
class Context:
    """What a method reads from; `zero` is the masterchain's zero state, `clock` gives chain time."""

    chain: Chain
    archive: Archive
    tvm: Tvm
    clock: Callable[[], int]
    zero: BlockId

    @property
    def head(self) -> Head:
        """Give what a client is told is the head."""
        return self.chain.head

    def account_state(self, name: BlockId, _account: bytes) -> Head:
        """Give the state after a block that an account is answered from."""
        return self.state(name)

    def sign(self, block: BlockId) -> Signed:
        """Give a masterchain block's signatures."""
        return self.chain.validators.sign(block)

    def block(self, name: BlockId) -> Made:
        """Give a block (or zero state) by its full name; 651 where there is none of that name."""
        known = self._fresh(name)
        if known is None and name.shard == WHOLE_SHARD and name.seqno >= 0:
            known = self.archive.block(name.workchain, name.seqno)
        if known is None or known.id != name:
            raise LiteError(651, "block handle not in db")
        return known

    def _fresh(self, name: BlockId) -> Made | None:
        head = self.chain.state(name.seqno)
        if head is None or not name.seqno:
            return None
        return head.master if name.workchain == MASTERCHAIN else head.shard

    def state(self, name: BlockId) -> Head:
        """Give the state after a block; 651 where the block isn't there, 602 where the state is gone."""
        known = self.block(name)
        head = self.chain.state(known.id.seqno)
        if head is None or not known.id.seqno:
            raise LiteError(602, "state already gc'd")
        return head


def answer(schema: str) -> Writer:
    """Begin an answer by its schema line, without the namespace."""
    return Writer(number(f"liteServer.{schema}"))


def read_account(reader: Reader) -> tuple[int, bytes]:
    """Read a `liteServer.accountId`."""
    return reader.int_(), reader.hash()
