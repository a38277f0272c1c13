"""What one collector holds and has done, for the screen; reads the chain and the ledger, changes neither."""

from dataclasses import dataclass

from krypton.domain.address import Address
from krypton.domain.chain import Seen
from krypton.domain.collector import CollectorState
from krypton.domain.errors import ChainError, NothingChosen
from krypton.domain.ports import BalancePoint, KnownCollector, Ledger, PaymentRow, Reader, WithdrawalRow
from krypton.services.forecast import Forecast, forecast
from krypton.services.threads import Worker

PACE_PAYMENTS = 50
"""How many payments a forecast looks back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All figures of one collector at one moment.

    `seen` is the newest state that was read, None before the first; `problem` says why it is not from
    now. `due` is set only for a state from now.
    """

    known: KnownCollector
    seen: Seen[CollectorState] | None
    problem: ChainError | None
    due: Forecast | None
    payments: tuple[PaymentRow, ...]
    withdrawals: tuple[WithdrawalRow, ...]


class Shop:
    """Reads around one collector. Raises KryptonError kinds."""

    def __init__(self, *, reader: Reader, ledger: Ledger, in_ledger: Worker) -> None:
        """Use these ports; `in_ledger` runs what blocks."""
        self._reader = reader
        self._ledger = ledger
        self._in_ledger = in_ledger
        self._seen: dict[Address, Seen[CollectorState]] = {}

    async def state(self, collector: Address, /) -> Seen[CollectorState]:
        """Return the collector as the chain has it."""
        seen = await self._reader.collector(collector)
        self._seen[collector] = seen
        return seen

    async def payments(
        self, collector: Address, *, limit: int, before_lt: int | None = None
    ) -> tuple[PaymentRow, ...]:
        """Return the last payments (before a logical time), newest first."""
        return await self._in_ledger(
            lambda: self._ledger.payments(collector, before_lt=before_lt, limit=limit)
        )

    async def withdrawals(
        self, collector: Address, *, limit: int, before_lt: int | None = None
    ) -> tuple[WithdrawalRow, ...]:
        """Return the last withdrawals (before a logical time), newest first."""
        return await self._in_ledger(
            lambda: self._ledger.withdrawals(collector, before_lt=before_lt, limit=limit)
        )

    async def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        """Return the fee balance over time, oldest first."""
        return await self._in_ledger(lambda: self._ledger.balance_points(collector, since=since, limit=limit))

    async def known(self, collector: Address, /) -> KnownCollector:
        """Return what the ledger knows of a collector. Raises NothingChosen."""
        collectors = await self._in_ledger(self._ledger.collectors)
        for each in collectors:
            if each.address == collector:
                return each
        raise NothingChosen(what="collector", choices=tuple(each.address.raw for each in collectors))

    async def overview(self, collector: Address, /, *, limit: int) -> Overview:
        """Return everything, at most `limit` payments and withdrawals; a dead chain is no error here."""
        known = await self.known(collector)
        recent = await self.payments(collector, limit=max(limit, PACE_PAYMENTS))
        withdrawals = await self.withdrawals(collector, limit=limit)
        problem: ChainError | None = None
        due: Forecast | None = None
        try:
            now = await self.state(collector)
            due = forecast(now.value, payments=recent[:PACE_PAYMENTS], now=now.standing.time)
        except ChainError as error:
            problem = error
        return Overview(
            known=known,
            seen=self._seen.get(collector),
            problem=problem,
            due=due,
            payments=recent[:limit],
            withdrawals=withdrawals,
        )
