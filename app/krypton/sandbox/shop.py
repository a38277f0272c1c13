"""A shop of simulated buyers who pay collectors in Poisson time, from a seed; knows nothing of the app."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random
from typing import TYPE_CHECKING, Final, assert_never

from krypton.chain.collector import is_known
from krypton.chain.collector_bodies import encode
from krypton.chain.collector_messages import Pay
from krypton.domain.collector import MAX_OVERPAY
from krypton.domain.errors import NotDeployed
from krypton.sandbox import bulk
from krypton.sandbox.accounts import Account, Message, Status, Transaction
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.purse import Purse
from krypton.sandbox.wallets import Sending, comment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.cells import Cell
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.wallets import Wallet

NANO: Final = 10**9
AMOUNT: Final = 5 * NANO
VALID_SECONDS: Final = 3_600
MINUTE: Final = 60.0
MOST_AT_ONCE: Final = 100
"""Payments that one block may bring: after a long leap in time the rest is not made up for."""
_REFERENCE_LETTERS: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Mistake(Enum):
    """What a buyer may do wrong; the contract sends it back, but takes what comes TWICE."""

    TOO_LITTLE = auto()
    TOO_MUCH = auto()
    TWICE = auto()
    LATE = auto()
    COMMENT = auto()


@dataclass(slots=True)
class _Customers:
    """One collector's: payments a minute of chain time, and when the next comes."""

    rate: float
    due: float
    dice: Random = field(repr=False)


class Shop:
    """Buyers with real wallets; every payment is a signed transfer that the TVM runs."""

    def __init__(
        self,
        chain: Chain,
        archive: Archive,
        *,
        buyers: Sequence[Wallet],
        seed: int,
        everywhere: float,
        mistakes: float,
        required_fee: Callable[[bytes, int], int],
    ) -> None:
        """Open the shop again as the archive knows it.

        `everywhere` is the rate at which every collector is served that there is or comes to be (0: none),
        `mistakes` the part of the payments (0 to 1) that are wrong in one way or another;
        `required_fee` asks a collector what it wants for forwarding an amount (nano).
        """
        self._chain = chain
        self._archive = archive
        self._purses = [Purse(buyer, chain) for buyer in buyers]
        self._seed = seed
        self._everywhere = everywhere
        self._mistakes = mistakes
        self._required_fee = required_fee
        self._dice = Random(seed)
        self._customers: dict[bytes, _Customers] = {}
        now = float(chain.head.master.utime)
        for account, rate in json.loads(archive.meta("shop") or b"{}").items():
            self._customers[bytes.fromhex(account)] = self._arriving(bytes.fromhex(account), float(rate), now)
        if everywhere:
            for account, shard in archive.accounts():
                code = one_from_boc(shard).refs[0].refs
                if any(is_known(part.hash) for part in code):
                    self.serve(account, rate=everywhere)
        chain.on_transaction.append(self._look)

    def serve(self, collector: bytes, *, rate: float) -> None:
        """Pay a collector `rate` times a minute of chain time from now on; 0 stops."""
        if rate > 0:
            self._customers[collector] = self._arriving(collector, rate, float(self._chain.head.master.utime))
        else:
            self._customers.pop(collector, None)
        known = {account.hex(): one.rate for account, one in self._customers.items()}
        self._archive.remember("shop", json.dumps(known).encode())

    def rate(self, collector: bytes) -> float:
        """How many buyers a minute come to a collector."""
        one = self._customers.get(collector)
        return 0.0 if one is None else one.rate

    def tick(self, now: float) -> None:
        """Let those come in who are due by `now` (chain time)."""
        for collector, one in self._customers.items():
            coming = 0
            while one.due <= now and coming < MOST_AT_ONCE:
                one.due += one.dice.expovariate(one.rate / MINUTE)
                coming += 1
            one.due = max(one.due, now)
            if coming:
                # a collector that is gone leaves its buyers at the door
                wrong = sum(one.dice.random() < self._mistakes for _ in range(coming))
                with suppress(NotDeployed):
                    self.pay(collector, amount=AMOUNT, count=coming - wrong, now=int(now), dice=one.dice)
                    for _ in range(wrong):
                        mistake = one.dice.choice(tuple(Mistake))
                        self.pay_wrongly(collector, mistake, now=int(now), dice=one.dice)

    def pay(
        self,
        collector: bytes,
        *,
        amount: int,
        now: int,
        count: int = 1,
        value: int | None = None,
        payload: Cell | None = None,
        valid_until: int | None = None,
        dice: Random | None = None,
    ) -> None:
        """Have `count` buyers pay: `amount` nano forwarded, with the fee that the collector wants.

        `value` overrides what a payment carries, `payload` what the supplier gets as body.
        """
        dice = dice or self._dice
        total = amount + self._required_fee(collector, amount) if value is None else value
        start = dice.randrange(len(self._purses))
        for number in range(count):
            body = Pay(
                query_id=dice.getrandbits(63),
                amount=amount,
                valid_until=now + VALID_SECONDS if valid_until is None else valid_until,
                payload=to_boc(payload or _order(dice)),
            )
            purse = self._purses[(start + number) % len(self._purses)]
            sending = Sending(target=collector, value=total, body=one_from_boc(encode(body)), bounce=1)
            purse.spend(sending, now=now)

    def straight(self, collector: bytes, *, amount: int, count: int, now: int) -> list[tuple[bytes, Message]]:
        """Write `count` payments that no wallet sends, for `Chain.step`; raises NotDeployed."""
        total = amount + self._required_fee(collector, amount)
        head, dice = self._chain.head, self._dice
        payments: list[tuple[bytes, Message]] = []
        for _ in range(count):
            body = Pay(
                query_id=dice.getrandbits(63),
                amount=amount,
                valid_until=now + VALID_SECONDS,
                payload=to_boc(_order(dice)),
            )
            source = dice.choice(self._purses).wallet.account
            message = bulk.payment(
                source, collector, value=total, body=encode(body), lt=head.shard.end_lt, now=now
            )
            payments.append((collector, message))
        return payments

    def pay_wrongly(
        self, collector: bytes, mistake: Mistake, *, now: int, dice: Random | None = None
    ) -> None:
        """Have a buyer make a mistake; raises NotDeployed."""
        dice = dice or self._dice
        total = AMOUNT + self._required_fee(collector, AMOUNT)
        match mistake:
            case Mistake.TOO_LITTLE:
                self.pay(collector, amount=AMOUNT, value=total - 1, now=now, dice=dice)
            case Mistake.TOO_MUCH:
                self.pay(collector, amount=AMOUNT, value=total + MAX_OVERPAY + 1, now=now, dice=dice)
            case Mistake.TWICE:
                self.pay(collector, amount=AMOUNT, count=2, payload=_order(dice), now=now, dice=dice)
            case Mistake.LATE:
                self.pay(collector, amount=AMOUNT, valid_until=now - 1, now=now, dice=dice)
            case Mistake.COMMENT:
                sending = Sending(target=collector, value=total, body=comment("for the order"), bounce=1)
                dice.choice(self._purses).spend(sending, now=now)
            case _:
                assert_never(mistake)

    def _arriving(self, collector: bytes, rate: float, now: float) -> _Customers:
        dice = Random(f"{self._seed}/{collector.hex()}/{self._chain.head.master.id.seqno}")
        return _Customers(rate=rate, due=now + dice.expovariate(rate / MINUTE), dice=dice)

    def _look(self, account: bytes, transaction: Transaction, after: Account) -> None:
        """Serve a collector that was just deployed."""
        new = transaction.had is not Status.ACTIVE and transaction.has is Status.ACTIVE
        if new and self._everywhere and after.code is not None and is_known(after.code.hash):
            self.serve(account, rate=self._everywhere)


def _order(dice: Random) -> Cell:
    """Write the comment of an order the way a seller of Stars wants it (a reference in a text comment)."""
    reference = "".join(dice.choices(_REFERENCE_LETTERS, k=9))
    return comment(f"50 Telegram Stars \n\nRef#{reference}")
