"""What became of a sent message, by the chain's facts alone; knows ports, and neither time nor hope."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from krypton.domain.address import Address
from krypton.domain.chain import AccountStatus, Message, Transaction
from krypton.domain.errors import HistoryMissing, MessageRefused
from krypton.domain.ledger import Entry, Refused, Unknown
from krypton.domain.operation import Bounced, Expired, Lost, Outcome, Sent, Settled
from krypton.domain.ports import Reader
from krypton.sync.agreement import agreed
from krypton.sync.pace import Pace

GRACE = 15
"""Seconds of chain time after `valid_until`: a shard's block may be older than the masterchain block
that takes it in, so one that ran the message in time could still be on its way."""
NOT_SENT = 37
"""The action phase's "not enough coins" (TVM): why a wallet's only message, sent with mode +2, is
left out without a failure of its own."""
PATIENCE = 10
"""Looks in a row at a history that no server has, before that is taken for an answer: one that keeps it
may only be away for a while."""
NO_CONTRACT = -1
"""Our own: the message came back from an address where nothing runs."""
_SKEW = 60  # how much older than the masterchain block under a preview a later shard block might be


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ran:
    """The wallet's transaction that ran the message, and the message that left in it, if one did."""

    transaction: Transaction
    out: Message | None


class Settlement:
    """Follows open operations to their outcome, sending their bytes again while they are pending."""

    def __init__(self, *, reader: Reader, pace: Pace) -> None:
        self._reader = reader
        self._pace = pace
        self._ran: dict[int, _Ran] = {}
        self._broadcast: dict[int, float] = {}
        self._missed: dict[int, int] = {}

    def forget_all_but(self, open_ids: frozenset[int], /) -> None:
        """Drop what is remembered about operations that are closed."""
        for kept in (self._ran, self._broadcast, self._missed):
            for closed in kept.keys() - open_ids:
                del kept[closed]

    async def outcome(self, sent: Sent, /) -> Outcome | None:
        """Return the outcome, or None while it is open. Raises ChainError kinds."""
        try:
            outcome = await self._judged(sent)
        except HistoryMissing:
            self._missed[sent.id] = self._missed.get(sent.id, 0) + 1
            lost = await self._lost(sent)
            if lost is None:
                raise
            return lost
        self._missed.pop(sent.id, None)
        return outcome

    async def _lost(self, sent: Sent) -> Lost | None:
        """Give up a message whose seqno is used, whose time is over and whose history nobody has."""
        seen = await self._reader.wallet(sent.signed.confirmed.preview.wallet)
        agreed(seen)
        over = seen.standing.time > sent.signed.confirmed.preview.unsigned.valid_until + GRACE
        if not over or self._missed[sent.id] < PATIENCE:
            return None
        return Lost(sent=sent, chain_time=seen.standing.time)

    async def _judged(self, sent: Sent) -> Outcome | None:
        ran = self._ran.get(sent.id)
        if ran is None:
            unsigned = sent.signed.confirmed.preview.unsigned
            seen = await self._reader.wallet(sent.signed.confirmed.preview.wallet)
            if seen.value.seqno <= unsigned.seqno and seen.standing.time <= unsigned.valid_until:
                await self._resend(sent)  # whoever says so: sending it again harms nothing
                return None
            wallet = agreed(seen)
            if wallet.seqno > unsigned.seqno:
                ran = await self._search(sent, place=(wallet.last_lt, wallet.last_hash))
            if ran is None:
                # Never ran: seqno waits for it, or another message took its seqno.
                if seen.standing.time > unsigned.valid_until + GRACE:
                    return Expired(sent=sent, chain_time=seen.standing.time)
                return None
            self._ran[sent.id] = ran
        return await self._arrival(sent, ran=ran)

    async def _resend(self, sent: Sent) -> None:
        now = asyncio.get_running_loop().time()
        last = self._broadcast.get(sent.id)
        if last is not None and now - last < self._pace.resend:
            return
        self._broadcast[sent.id] = now
        with suppress(MessageRefused):  # a server's opinion, not a fact: the wallet's history decides
            await self._reader.broadcast(sent.signed.message)

    async def _search(self, sent: Sent, *, place: tuple[int, bytes]) -> _Ran | None:
        """Look for our message in the wallet's history, back to before it was signed."""
        preview = sent.signed.confirmed.preview
        found = await self._newest(
            preview.wallet,
            place=place,
            until_lt=0,
            wanted=lambda one: one.message is not None and one.message.hash == sent.signed.hash,
            too_old=preview.made_at - _SKEW,
        )
        if found is None:
            return None
        target = preview.unsigned.sending.destination
        out = next((message for message in found.out if message.destination == target), None)
        return _Ran(transaction=found, out=out)

    async def _newest(
        self,
        account: Address,
        *,
        place: tuple[int, bytes],
        until_lt: int,
        wanted: Callable[[Transaction], bool],
        too_old: int = 0,
    ) -> Transaction | None:
        lt, hash_ = place
        while lt > until_lt:
            page = await self._reader.transactions(
                account, lt=lt, hash_=hash_, until_lt=until_lt, limit=self._pace.page
            )
            if not page:
                raise HistoryMissing(before_lt=lt)
            for one in page:
                if wanted(one):
                    return one
                if one.stamp.time < too_old:
                    return None
            lt, hash_ = page[-1].previous_lt, page[-1].previous_hash
        return None

    async def _arrival(self, sent: Sent, *, ran: _Ran) -> Outcome | None:
        transaction, out = ran.transaction, ran.out
        if out is None:
            code = transaction.exit_code if transaction.exit_code not in {None, 0, 1} else None
            code = code or transaction.action_code or NOT_SENT
            return Bounced(sent=sent, stamp=transaction.stamp, exit_code=code)
        collector = sent.signed.confirmed.preview.collector
        account = agreed(await self._reader.account(collector))
        place = (account.last_lt, account.last_hash)
        if account.status is AccountStatus.ACTIVE:
            entry = await self._entry(collector, place=place, message=out)
            return None if entry is None else await self._judge(sent, entry=entry)
        arrived = await self._newest(
            collector,
            place=place,
            until_lt=out.created_lt,
            wanted=lambda one: one.message is not None and one.message.hash == out.hash,
        )
        return await self._returned(sent, ran=ran) if arrived is None else _raw_outcome(sent, arrived)

    async def _entry(self, collector: Address, *, place: tuple[int, bytes], message: Message) -> Entry | None:
        lt, hash_ = place
        while lt > message.created_lt:
            page = await self._reader.entries(
                collector, lt=lt, hash_=hash_, until_lt=message.created_lt, limit=self._pace.page
            )
            if not page:
                raise HistoryMissing(before_lt=lt)
            for entry in page:
                if entry.message_hash == message.hash:
                    return entry
            lt, hash_ = page[-1].previous_lt, page[-1].previous_hash
        return None

    async def _judge(self, sent: Sent, *, entry: Entry) -> Outcome | None:
        if isinstance(entry.event, Refused):
            return Bounced(sent=sent, stamp=entry.stamp, exit_code=entry.event.exit_code)
        if isinstance(entry.event, Unknown):
            collector = sent.signed.confirmed.preview.collector
            place = (entry.stamp.lt, entry.stamp.hash)
            raw = await self._newest(
                collector, place=place, until_lt=entry.previous_lt, wanted=lambda _one: True
            )
            return None if raw is None else _raw_outcome(sent, raw)
        received = 0 if entry.withdrawal is None else entry.withdrawal.amount
        return Settled(sent=sent, stamp=entry.stamp, received=received)

    async def _returned(self, sent: Sent, *, ran: _Ran) -> Outcome | None:
        """Where no contract lives, no history stays either: look for the message coming back."""
        preview = sent.signed.confirmed.preview
        wallet = agreed(await self._reader.wallet(preview.wallet))
        back = await self._newest(
            preview.wallet,
            place=(wallet.last_lt, wallet.last_hash),
            until_lt=ran.transaction.stamp.lt,
            wanted=lambda one: (
                one.message is not None
                and one.message.bounced
                and one.message.source == preview.unsigned.sending.destination
            ),
        )
        if back is None:
            return None
        return Bounced(sent=sent, stamp=back.stamp, exit_code=NO_CONTRACT)


def _raw_outcome(sent: Sent, transaction: Transaction) -> Outcome:
    """Judge by the network's own flag what can't be told as an entry."""
    if not transaction.aborted:
        return Settled(sent=sent, stamp=transaction.stamp)
    code = NO_CONTRACT if transaction.exit_code is None else transaction.exit_code
    return Bounced(sent=sent, stamp=transaction.stamp, exit_code=code)
