"""Runs messages and makes blocks, one step at a time; knows no sockets, no clock and no shop.

As on the network: external messages run against the head, what they send is delivered in the same block while
there is room, and everything that a step changed is written at once.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final

from krypton.sandbox import accounts, blocks, hashmap, turns
from krypton.sandbox.accounts import Account, Message, Status, Transaction
from krypton.sandbox.archive import KeptTransaction, Step
from krypton.sandbox.blocks import ACCOUNTS, McContent, Ran
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.cells import Cell, CellError
from krypton.sandbox.hashmap import Edge
from krypton.sandbox.head import Head, account_hash
from krypton.sandbox.intake import MessageRejected, read_external, refusal
from krypton.sandbox.spine import spine
from krypton.sandbox.tvm import Executed, Refused, TvmError

if TYPE_CHECKING:
    from collections.abc import Callable

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.tvm import Tvm
    from krypton.sandbox.validators import Validators

LT_STEP: Final = 1_000_000
STATES_KEPT: Final = 256
MESSAGES_A_BLOCK: Final = 400
EXTERNALS_A_BLOCK: Final = 150
DUPLICATES_KEPT: Final = 20_000
CODES_KEPT: Final = 1_000
THIN_EVERY: Final = 1_000


@dataclass(slots=True)
class _Work:
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


class Chain:
    """The chain itself. Everything is synchronous; a step takes about a millisecond a transaction."""

    def __init__(
        self, archive: Archive, tvm: Tvm, *, config: Cell, head: Head, validators: Validators
    ) -> None:
        """Go on from a head; `archive` holds what came before it, `config` everything but validators."""
        self._archive = archive
        self._tvm = tvm
        self._config = config
        self.validators = validators
        self.head = head
        self._states: OrderedDict[int, Head] = OrderedDict({head.master.id.seqno: head})
        self._external: deque[tuple[bytes, Message]] = deque()
        self._waiting: deque[Message] = deque()
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._codes: dict[bytes, Cell] = {}
        self._seed = head.master.id.root_hash
        self.on_transaction: list[Callable[[bytes, Transaction, Account], None]] = []
        self.on_block: list[Callable[[Head], None]] = []
        self.imbalance = 0
        """Nano that appeared or vanished against the books, ever: a test wants 0."""
        for boc in archive.waiting():
            self._waiting.append(accounts.read_message(one_from_boc(boc)))

    # --- reading ----------------------------------------------------------------------------------

    def state(self, seqno: int) -> Head | None:
        """Give the head as it was at a masterchain block, while its state is still kept."""
        return self._states.get(seqno)

    @property
    def queued(self) -> int:
        """How many external messages wait for a block."""
        return len(self._external)

    # --- messages ---------------------------------------------------------------------------------

    def submit(self, boc: bytes) -> None:
        """Take an external message as a lite server does: after trying it against the head.

        Raises MessageRejected with a real server's code.
        """
        message = read_external(boc)
        if message.cell.hash in self._seen:
            raise MessageRejected(0, "cannot apply external message to current state : duplicate message")
        target = message.target
        if target is None or target[0] != 0 or self.head.account(target[1]).status is Status.NOTHING:
            raise MessageRejected(
                0, "cannot apply external message to current state : Failed to unpack account state"
            )
        account = self.head.account(target[1])
        tried = self._execute(
            account, message.cell, now=self.head.master.utime, lt=self.head.shard.end_lt + LT_STEP
        )
        if isinstance(tried, Refused):
            raise MessageRejected(-701, refusal(target[1], tried))
        self.enqueue(message)

    def enqueue(self, message: Message) -> None:
        """Put an external message into the next block without trying it."""
        if message.target is None:
            raise MessageRejected(0, "no destination")
        self._seen[message.cell.hash] = self.head.master.id.seqno
        while len(self._seen) > DUPLICATES_KEPT:
            self._seen.popitem(last=False)
        self._external.append((message.target[1], message))

    # --- making blocks ----------------------------------------------------------------------------

    def step(self, now: int) -> Head:
        """Make the next basechain and masterchain blocks at unix time `now`.

        Raises SandboxUnavailable when Node or the file fails; the chain then stands where it stood.
        """
        head = self.head
        now = max(now, head.master.utime)
        start = (head.shard.end_lt // LT_STEP + 1) * LT_STEP
        work = _Work(now=now, lt=start + 1, accounts=head.accounts)
        external = list(islice(self._external, EXTERNALS_A_BLOCK))
        waiting = deque(self._waiting)
        imported = sum(message.value + message.forward_fee for message in waiting)
        left = self._run_all(work, external, waiting)
        exported = sum(message.value + message.forward_fee for message in left) + work.gone
        flow = blocks.Flow(
            before=head.accounts.extra if head.accounts else 0,
            after=work.accounts.extra if work.accounts else 0,
            imported=imported,
            exported=exported,
            fees=work.fees,
        )
        new = self._made(head, work, flow, start)
        self._write(head, new, work, left)
        for _ in external:
            self._external.popleft()
        self._waiting = left
        self.imbalance += flow.before + imported - flow.after - exported - flow.fees
        self._publish(new, work)
        return new

    def _made(self, head: Head, work: _Work, flow: blocks.Flow, start: int) -> Head:
        seed = sha256(self._seed + head.master.id.seqno.to_bytes(4, "big")).digest()
        times = (work.now, start, work.lt)
        ran = [
            Ran(account=account, before=before, after=account_hash(work.accounts, account), transactions=done)
            for account, (before, done) in work.ran.items()
        ]
        shard = blocks.shard_block(
            head.shard, head.master, accounts=work.accounts, ran=ran, flow=flow, seed=seed, times=times
        )
        shards = blocks.shard_hashes(shard, registered=head.master.id.seqno + 1, fees=flow.fees)
        content = self._content(head, shards, work.now)
        master = blocks.master_block(head.master, content=content, seed=seed, times=times)
        return Head(master=master, shard=shard, accounts=work.accounts, content=content)

    def _content(self, head: Head, shards: Cell, now: int) -> McContent:
        was_key = head.content.turn.key
        config = head.content.config
        turn = turns.turn(
            self.validators,
            head.master.id.seqno + 1,
            last_key=head.master if was_key else head.content.turn.last_key,
        )
        if turn.key:
            set_ = self.validators.set_of(head.master.id.seqno + 2)
            config = self.validators.config(self._config, set_, since=now)
        return McContent(
            shards=shards,
            config=config,
            old_blocks=blocks.old_blocks_with(head.content.old_blocks, head.master, key=was_key),
            total=head.content.total,
            turn=turn,
        )

    def _run_all(
        self, work: _Work, external: list[tuple[bytes, Message]], waiting: deque[Message]
    ) -> deque[Message]:
        room = MESSAGES_A_BLOCK
        for account, message in external:
            self._run(work, account, message, waiting)
        while waiting and room > 0:
            message = waiting.popleft()
            room -= 1
            if message.target is None:
                continue
            workchain, account = message.target
            if workchain != 0:
                work.gone += message.value + message.forward_fee
                continue
            work.fees += message.forward_fee
            self._run(work, account, message, waiting)
        return waiting

    def _run(self, work: _Work, account: bytes, message: Message, waiting: deque[Message]) -> None:
        key = int.from_bytes(account, "big")
        _, value = hashmap.path(work.accounts, key, 256)
        before = accounts.absent() if value is None else accounts.read_account(value)
        lt = max(work.lt, message.created_lt + 1)
        done = self._execute(before, message.cell, now=work.now, lt=lt)
        if isinstance(done, Refused):
            work.gone += message.value
            return
        try:
            transaction = accounts.read_transaction(one_from_boc(done.transaction))
            after = self._shared(one_from_boc(done.shard_account))
        except CellError:
            # exotic cells in an account's own data: nothing here makes them, so the message is let go
            work.gone += message.value
            return
        if after.status is Status.NOTHING:
            work.accounts = hashmap.drop(ACCOUNTS, work.accounts, key, 256)
            work.shards[account] = None
        else:
            work.accounts = hashmap.put(
                ACCOUNTS, work.accounts, key, 256, value=after.shard, extra=after.balance
            )
            work.shards[account] = done.shard_account
        work.lt = max(work.lt, transaction.lt + len(transaction.sent) + 1)
        work.fees += transaction.fees
        work.kept.append((account, transaction, done.transaction))
        _, done_here = work.ran.setdefault(account, (before.cell.hash, []))
        done_here.append((transaction.lt, transaction.cell, transaction.fees))
        waiting.extend(transaction.sent)

    def _execute(self, account: Account, message: Cell, *, now: int, lt: int) -> Executed | Refused:
        try:
            return self._tvm.run_transaction(
                shard_account_boc=to_boc(account.shard), message_boc=to_boc(message), now=now, lt=lt
            )
        except TvmError as error:
            return Refused(exit_code=None, reason=error.reason, vm_log="")

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

    def _write(self, head: Head, new: Head, work: _Work, left: deque[Message]) -> None:
        seqno = new.shard.id.seqno
        self._archive.write(
            Step(
                blocks=((new.shard, len(work.kept)), (new.master, len(work.kept))),
                transactions=[
                    KeptTransaction(account=account, lt=done.lt, hash=done.cell.hash, seqno=seqno, boc=boc)
                    for account, done, boc in work.kept
                ],
                accounts=list(work.shards.items()),
                waiting=[to_boc(message.cell) for message in left],
                meta=(
                    ("head", b"%d" % new.master.id.seqno),
                    ("old_blocks", json.dumps(spine(new.content.old_blocks)).encode()),
                ),
            )
        )
        if head.master.id.seqno % THIN_EVERY == 0:
            self._archive.thin(head.master.id.seqno, key_every=self.validators.key_every)

    def _publish(self, new: Head, work: _Work) -> None:
        self.head = new
        self._states[new.master.id.seqno] = new
        while len(self._states) > STATES_KEPT:
            self._states.popitem(last=False)
        for account, transaction, _ in work.kept:
            for tell in self.on_transaction:
                tell(account, transaction, new.account(account))
        for say in self.on_block:
            say(new)
