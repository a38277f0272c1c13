"""Runs messages on accounts by the TVM, layer by layer, and gathers what a step changed; makes no blocks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from krypton.sandbox import accounts, hashmap
from krypton.sandbox.accounts import Account, Message, Status, Transaction
from krypton.sandbox.batches import Job, Ran, run_batch
from krypton.sandbox.blocks import ACCOUNTS
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.cells import Cell, CellError
from krypton.sandbox.tvm import Executed, Refused, TvmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.hashmap import Edge
    from krypton.sandbox.tvm import Tvm

CODES_KEPT: Final = 1_000
LT_APART: Final = 300
"""Logical time from a message of a layer to the next: more than a transaction and all it can send take."""


@dataclass(slots=True)
class Work:
    """What one step gathers."""

    now: int
    lt: int
    accounts: Edge[int] | None
    ran: dict[bytes, tuple[bytes, list[tuple[int, Cell, int]]]] = field(
        default_factory=dict[bytes, tuple[bytes, list[tuple[int, Cell, int]]]]
    )
    kept: list[tuple[bytes, Transaction, bytes]] = field(
        default_factory=list[tuple[bytes, Transaction, bytes]]
    )
    shards: dict[bytes, bytes | None] = field(default_factory=dict[bytes, "bytes | None"])
    fees: int = 0
    gone: int = 0

    def account(self, account: bytes) -> Account:
        """Give an account as it stands by now."""
        _, value = hashmap.path(self.accounts, int.from_bytes(account, "big"), 256)
        return accounts.absent() if value is None else accounts.read_account(value)


class Runner:
    """Runs messages; remembers the codes that accounts share."""

    def __init__(self, tvm: Tvm) -> None:
        """Run on a TVM that has its config."""
        self._tvm = tvm
        self._codes: dict[bytes, Cell] = {}

    def attempt(self, account: Account, message: Cell, *, now: int, lt: int) -> Executed | Refused:
        """Run a message on an account and change nothing."""
        try:
            return self._tvm.run_transaction(
                shard_account_boc=to_boc(account.shard), message_boc=to_boc(message), now=now, lt=lt
            )
        except TvmError as error:
            return Refused(exit_code=None, reason=error.reason, vm_log="")

    def deliver(self, work: Work, waiting: deque[Message], *, room: int) -> None:
        """Deliver what waits, and what that sends, until nothing waits or there is no room."""
        while waiting and room > 0:
            layer: list[tuple[bytes, Message]] = []
            for _ in range(min(room, len(waiting))):
                message = waiting.popleft()
                room -= 1
                if message.target is None:
                    continue
                workchain, account = message.target
                if workchain == 0:
                    layer.append((account, message))
                else:
                    work.gone += message.value + message.forward_fee
            waiting.extend(self.run(work, layer))

    def run(self, work: Work, layer: Sequence[tuple[bytes, Message]]) -> list[Message]:
        """Run messages, those to one account in turn; gives what they send, in their order."""
        if not layer:
            return []
        start = max(work.lt, *(message.created_lt + 1 for _, message in layer))
        places: dict[bytes, list[int]] = {}
        for place, (account, message) in enumerate(layer):
            places.setdefault(account, []).append(place)
            work.fees += message.forward_fee
        jobs = [
            Job(
                shard_account=to_boc(work.account(account).shard),
                messages=[(to_boc(layer[place][1].cell), start + place * LT_APART) for place in own],
            )
            for account, own in places.items()
        ]
        done: dict[int, Transaction] = {}
        for (account, own), ran in zip(places.items(), run_batch(self._tvm, jobs, now=work.now), strict=True):
            for place, transaction in zip(own, self._took(work, account, ran), strict=True):
                if transaction is None:
                    work.gone += layer[place][1].value
                else:
                    done[place] = transaction
        return [message for place in sorted(done) for message in done[place].sent]

    def _took(self, work: Work, account: bytes, ran: Ran) -> list[Transaction | None]:
        """Take over what an account did; gives the transaction of each message, None where it was refused."""
        if all(isinstance(result, Refused) for result in ran.results):
            return [None] * len(ran.results)
        try:
            done = [
                None if isinstance(result, Refused) else accounts.read_transaction(one_from_boc(result))
                for result in ran.results
            ]
            after = self._shared(one_from_boc(ran.shard_account))
        except CellError:
            # exotic cells in an account's own data: nothing here makes them, so the messages are let go
            return [None] * len(ran.results)
        _, gathered = work.ran.setdefault(account, (work.account(account).cell.hash, []))
        key = int.from_bytes(account, "big")
        if after.status is Status.NOTHING:
            work.accounts = hashmap.drop(ACCOUNTS, work.accounts, key, 256)
            work.shards[account] = None
        else:
            work.accounts = hashmap.put(
                ACCOUNTS, work.accounts, key, 256, value=after.shard, extra=after.balance
            )
            work.shards[account] = ran.shard_account
        for transaction, boc in zip(done, ran.results, strict=True):
            if transaction is not None and isinstance(boc, bytes):
                work.lt = max(work.lt, transaction.lt + len(transaction.sent) + 1)
                work.fees += transaction.fees
                work.kept.append((account, transaction, boc))
                gathered.append((transaction.lt, transaction.cell, transaction.fees))
        return done

    def _shared(self, shard: Cell) -> Account:
        """Let accounts with the same code share its cells: thousands of wallets then cost little."""
        inside = shard.refs[0]
        read = accounts.read_account(shard)
        if read.code is None:
            return read
        if len(self._codes) < CODES_KEPT:
            self._codes.setdefault(read.code.hash, read.code)
        refs = tuple(self._codes.get(ref.hash, ref) for ref in inside.refs)
        slim = Cell(inside.bits, inside.size, refs)
        return accounts.read_account(Cell(shard.bits, shard.size, (slim,)))
