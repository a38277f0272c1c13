"""Histories of a collector as data: linked entries, no chain needed."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.ledger import (
    Entry,
    Event,
    Payment,
    Withdrawal,
)

COLLECTOR = Address(0, bytes([7]) * 32)
OTHER = Address(0, bytes([8]) * 32)
OWNER = Address(0, bytes([1]) * 32)
SUPPLIER = Address(0, bytes([2]) * 32)
BUYER = Address(0, bytes([3]) * 32)
START = Stamp(lt=0, hash=bytes(32), time=0)
GENESIS_TIME = 1_790_000_000


def follow(before: Stamp, /, *, event: Event, step: int = 1, withdrawal: Withdrawal | None = None) -> Entry:
    """The next entry after `before`."""
    lt = before.lt + step
    digest = hashlib.sha256(before.hash + lt.to_bytes(8, "big")).digest()
    return Entry(
        stamp=Stamp(lt=lt, hash=digest, time=GENESIS_TIME + lt // 2),
        previous_lt=before.lt,
        previous_hash=before.hash,
        message_hash=hashlib.sha256(digest).digest(),
        sender=BUYER,
        value=1_000,
        network_fees=417_869,
        event=event,
        withdrawal=withdrawal,
    )


def payment(*, fee: int = 50_000_000, forwarded: int = 5_000_000_000, query_id: int = 0) -> Payment:
    """The product owner's example: 5.05 arrives, 5.00 goes on."""
    return Payment(
        buyer=BUYER,
        total=fee + forwarded,
        forwarded=forwarded,
        fee=fee,
        supplier=SUPPLIER,
        query_id=query_id,
        by_comment=False,
    )


def paying(count: int, /, *, every: int = 200) -> tuple[Entry, ...]:
    """`count` payments of 5.05; each `every`th one fires an automatic withdrawal."""
    result: list[Entry] = []
    for number in range(1, count + 1):
        withdrawal = None
        if number % every == 0:
            withdrawal = Withdrawal(to=OWNER, amount=every * 50_000_000, shares=0, forced=False)
        before = result[-1].stamp if result else START
        result.append(follow(before, event=payment(query_id=number), withdrawal=withdrawal))
    return tuple(result)


def batches(entries: Sequence[Entry], cuts: Sequence[int], /) -> list[tuple[Entry, ...]]:
    """`entries` cut at these places (taken modulo the length)."""
    places = sorted({0, len(entries), *(cut % (len(entries) + 1) for cut in cuts)})
    return [tuple(entries[low:high]) for low, high in pairwise(places)]


def cursor(entries: Sequence[Entry], /) -> Stamp:
    """The cursor after `entries`."""
    return entries[-1].stamp if entries else START
