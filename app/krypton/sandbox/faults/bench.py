"""The fault bench: one lite server over the chain that misbehaves as it is told, query by query."""

from __future__ import annotations

import asyncio
from collections import Counter
from enum import Enum
from random import Random
from typing import TYPE_CHECKING, Final

from krypton.sandbox.adnl import CutError
from krypton.sandbox.faults import lies
from krypton.sandbox.faults.bent import Bent
from krypton.sandbox.liteserver import failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krypton.sandbox.liteserver import LiteServer, Method

HALF: Final = 0.5


class Fault(Enum):
    """What a server can do wrong."""

    DELAY = "delay"
    """Answer late."""
    DROP = "drop"
    """Hang up instead of answering."""
    CUT = "cut"
    """Hang up in the middle of the answer."""
    GARBAGE = "garbage"
    """Answer with other bytes."""
    LAG = "lag"
    """Stand some blocks behind and know nothing later."""
    FORK = "fork"
    """Give a head of its own, whole in itself (with the target's balance forged), that nobody signed."""
    FORGED_BALANCE = "forged balance"
    """Give every account with coins that it hasn't, proven under another block than asked about."""
    PRUNED_ACCOUNT = "pruned account"
    """Give an account's root alone."""
    HIDDEN_TRANSACTION = "hidden transaction"
    """Leave one transaction out of an account's list."""
    HIDDEN_MESSAGE = "hidden message"
    """Prune the incoming message out of a transaction."""
    NO_ACCOUNT = "no account"
    """Say that the account isn't there, the proof pruned where it would show."""
    SENT_NEVER = "sent, never run"
    """Take a message with status 1 and drop it."""
    REFUSED_YET_RUN = "refused, yet run"
    """Answer a message with an error and run it."""


INSTEAD: Final[Mapping[Fault, Mapping[int, Method]]] = {
    Fault.PRUNED_ACCOUNT: lies.PRUNED_ACCOUNT,
    Fault.HIDDEN_TRANSACTION: lies.HIDDEN_TRANSACTION,
    Fault.HIDDEN_MESSAGE: lies.HIDDEN_MESSAGE,
    Fault.NO_ACCOUNT: lies.NO_ACCOUNT,
    Fault.SENT_NEVER: lies.SENT_NEVER,
    Fault.REFUSED_YET_RUN: lies.REFUSED_YET_RUN,
}


class Faults:
    """The switches of one server; everything may be changed while it runs."""

    def __init__(
        self,
        *faults: Fault,
        chance: float = 1.0,
        delay: float = 0.5,
        lag: int = 5,
        target: bytes | None = None,
        seed: int = 1,
    ) -> None:
        """Switch some on: for `chance` of the queries, `delay` in seconds, `lag` in masterchain blocks.

        `target` is the account whose balance a fork forges.
        """
        self.active = frozenset(faults)
        self.chance = chance
        self.delay = delay
        self.lag = lag
        self.target = target
        self.told: Counter[Fault] = Counter()
        """How many queries each fault was switched on for (a lie needs a query that it is about)."""
        self.dice = Random(seed)

    def switch(self, *faults: Fault) -> None:
        """Have exactly these on; none: be honest from now on."""
        self.active = frozenset(faults)

    def drawn(self) -> frozenset[Fault]:
        """Draw what is wrong with the next answer."""
        if not self.active or (self.chance < 1 and self.dice.random() >= self.chance):
            return frozenset()
        self.told.update(self.active)
        return self.active


class Bench:
    """Answers as a lite server does, but for its faults."""

    def __init__(self, lite: LiteServer, faults: Faults) -> None:
        """Stand before an honest server."""
        self._lite = lite
        self.faults = faults

    async def answer(self, body: bytes) -> bytes:
        """Answer one query, or raise CutError for the link to hang up."""
        drawn = self.faults.drawn()
        if not drawn:
            return await self._lite.answer(body)
        if Fault.DELAY in drawn:
            await asyncio.sleep(self.faults.delay)
        if Fault.DROP in drawn:
            raise CutError(0.0, b"")
        bent = Bent(
            honest=self._lite.context,
            lag=self.faults.lag if Fault.LAG in drawn else 0,
            fork=Fault.FORK in drawn,
            forge=Fault.FORGED_BALANCE in drawn,
            target=self.faults.target,
        )
        instead: dict[int, Method] = {}
        for fault in drawn:
            instead |= INSTEAD.get(fault, {})
        answer = await self._lite.answer(body, context=bent, instead=instead)
        if Fault.CUT in drawn:
            raise CutError(HALF, answer)
        return self._garbled(answer) if Fault.GARBAGE in drawn else answer

    def _garbled(self, answer: bytes) -> bytes:
        dice = self.faults.dice
        match dice.randrange(4):
            case 0:
                return dice.randbytes(len(answer))
            case 1:
                return answer[: dice.randrange(len(answer))]
            case 2:
                at = dice.randrange(len(answer))
                return answer[:at] + bytes((answer[at] ^ 1 << dice.randrange(8),)) + answer[at + 1 :]
            case _:
                return failure(dice.choice((0, 228, 651, 652)), "")
