"""Runs messages and makes blocks, one step at a time; knows no sockets, no clock and no shop.

As on the network: external messages run against the head, what they send is delivered in the same block while
there is room, and everything that a step changed is written at once.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final

from krypton.sandbox import accounts, blocks, turns
from krypton.sandbox.accounts import Account, Message, Status, Transaction
from krypton.sandbox.archive import KeptTransaction, Step
from krypton.sandbox.blocks import McContent, Ran
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.cells import Cell
from krypton.sandbox.head import Head, account_hash
from krypton.sandbox.intake import MessageRejected, read_external, refusal
from krypton.sandbox.running import Runner, Work
from krypton.sandbox.spine import spine
from krypton.sandbox.tvm import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.tvm import Tvm
    from krypton.sandbox.validators import Validators

LT_STEP: Final = 1_000_000
STATES_KEPT: Final = 256
MESSAGES_A_BLOCK: Final = 400
EXTERNALS_A_BLOCK: Final = 150
DUPLICATES_KEPT: Final = 20_000
THIN_EVERY: Final = 1_000


class Chain:
    """The chain itself. Everything is synchronous; a step takes about a millisecond a transaction."""

    def __init__(
        self, archive: Archive, tvm: Tvm, *, config: Cell, head: Head, validators: Validators
    ) -> None:
        """Go on from a head; `archive` holds what came before it, `config` everything but validators."""
        self._archive = archive
        self._runner = Runner(tvm)
        self._config = config
        self.validators = validators
        self.head = head
        self._states: OrderedDict[int, Head] = OrderedDict({head.master.id.seqno: head})
        self._external: deque[tuple[bytes, Message]] = deque()
        self._waiting: deque[Message] = deque()
        self._seen: OrderedDict[bytes, int] = OrderedDict()
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
        tried = self._runner.attempt(
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

    def step(self, now: int, *, straight: Sequence[tuple[bytes, Message]] = ()) -> Head:
        """Make the next basechain and masterchain blocks at unix time `now`.

        `straight` are messages from outside the books (bulk payments): they run first, and what they send is
        counted as gone instead of being delivered.
        Raises SandboxUnavailable when Node or the file fails; the chain then stands where it stood.
        """
        head = self.head
        now = max(now, head.master.utime)
        start = (head.shard.end_lt // LT_STEP + 1) * LT_STEP
        work = Work(now=now, lt=start + 1, accounts=head.accounts)
        external = list(islice(self._external, EXTERNALS_A_BLOCK))
        left = deque(self._waiting)
        imported = _value(left) + _value([message for _, message in straight])
        work.gone += _value(self._runner.run(work, straight))
        left.extend(self._runner.run(work, external))
        self._runner.deliver(work, left, room=MESSAGES_A_BLOCK)
        exported = _value(left) + work.gone
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

    def _made(self, head: Head, work: Work, flow: blocks.Flow, start: int) -> Head:
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
            last_key=blocks.ext_ref(head.master) if was_key else head.content.turn.last_key,
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

    def _write(self, head: Head, new: Head, work: Work, left: deque[Message]) -> None:
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

    def _publish(self, new: Head, work: Work) -> None:
        self.head = new
        self._states[new.master.id.seqno] = new
        while len(self._states) > STATES_KEPT:
            self._states.popitem(last=False)
        after = {account: new.account(account) for account in work.ran}
        for account, transaction, _ in work.kept:
            for tell in self.on_transaction:
                tell(account, transaction, after[account])
        for say in self.on_block:
            say(new)


def _value(messages: Iterable[Message]) -> int:
    """Add up what messages carry: nano, with the fee for forwarding that is still to be paid."""
    return sum(message.value + message.forward_fee for message in messages)
