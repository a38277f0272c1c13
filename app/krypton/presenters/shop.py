"""Keeps the overview and the contract page up to date with one collector; draws nothing, signs nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.chain import Seen
from krypton.domain.collector import CollectorState, check_threshold
from krypton.domain.errors import KryptonError, NothingChanges
from krypton.domain.observable import Value
from krypton.domain.operation import ForceWithdraw, Intent, SetMinWithdrawal
from krypton.domain.ports import Changes, KeptWallet, OperationRow
from krypton.presenters import typed
from krypton.presenters.attempt import unlocked
from krypton.presenters.contract import ContractView, contract
from krypton.presenters.figures import contract_place
from krypton.presenters.overview import ROWS, Frame, OverviewView, Phase, Snapshot, buyers_at, overview
from krypton.presenters.ports import Asker, Services, Starter
from krypton.presenters.shell import Network
from krypton.services.shop import PACE_PAYMENTS

CHART_SPAN = 6 * 3_600
CHART_POINTS = 2_000
OPERATIONS = 6
ANYWAY = 10.0
"""Seconds after which a page is read again though nothing was heard of its collector."""


class Overview:
    """Holds the overview of one collector."""

    def __init__(
        self, services: Services, *, network: Network, zone: tzinfo | None, starter: Starter
    ) -> None:
        """Begin by loading."""
        self.view = Value(OverviewView())
        self._services = services
        self._starter = starter
        buyers = buyers_at(0) if services.playground is not None else None
        self._frame = Frame(testnet=network.testnet, zone=zone, buyers=buyers)
        self._collector: Address | None = None
        self._snapshot: Snapshot | None = None
        self._asked_rate = False

    def open(self, collector: Address, /) -> None:
        """Show this collector from now on."""
        self._collector = collector

    async def refresh(self) -> None:
        """Read the contract and the history again."""
        collector, shop = self._collector, self._services.shop
        if collector is None:
            return
        try:
            self._snapshot = Snapshot(
                seen=await shop.state(collector),
                payments=await shop.payments(collector, limit=PACE_PAYMENTS),
                withdrawals=await shop.withdrawals(collector, limit=ROWS),
                points=await shop.balance_points(
                    collector,
                    since=self._services.clock() - CHART_SPAN,
                    limit=CHART_POINTS,
                ),
            )
            await self._ask_rate(collector)
        except KryptonError as error:
            if self._snapshot is None:
                self.view.put(OverviewView(phase=Phase.FAILED, failure=wording.failure(error)))
        self.tick()

    async def _ask_rate(self, collector: Address) -> None:
        """Learn once how many simulated buyers come: an earlier run may have left some at work."""
        playground = self._services.playground
        if playground is not None and not self._asked_rate:
            self._asked_rate = True
            self._frame = replace(self._frame, buyers=buyers_at(await playground.rate(collector)))

    def tick(self) -> None:
        """Bring the ages up to now."""
        if self._snapshot is None or self._collector is None:
            return
        place = contract_place(self._collector, testnet=self._frame.testnet)
        self.view.put(
            overview(self._snapshot, pay_to=place, frame=self._frame, now=self._services.clock()),
        )

    def choose_rate(self, rate: int, /) -> None:
        """Have this many simulated buyers a minute."""
        playground, collector = self._services.playground, self._collector
        if playground is None or collector is None:
            return
        self._asked_rate = True
        self._frame = replace(self._frame, buyers=buyers_at(rate))
        self._starter.start(playground.shop(collector, per_minute=rate), name="buyers")
        self.tick()


class Contract:
    """Holds the contract's page and carries out what the owner wants."""

    def __init__(self, services: Services, *, network: Network, asker: Asker, starter: Starter) -> None:
        """Begin by loading."""
        self.view = Value(ContractView())
        self._services = services
        self._network = network
        self._asker = asker
        self._starter = starter
        self._collector: Address | None = None
        self._read: tuple[Seen[CollectorState], tuple[KeptWallet, ...], tuple[OperationRow, ...]] | None = (
            None
        )
        self._busy = ""
        self._complaint = ""
        self._failure: wording.Sentence | None = None

    def open(self, collector: Address, /) -> None:
        """Show this collector from now on."""
        self._collector = collector

    async def refresh(self) -> None:
        """Read the contract and the operations again."""
        collector, services = self._collector, self._services
        if collector is None:
            return
        try:
            self._read = (
                await services.shop.state(collector),
                await services.accounts.wallets(),
                await services.operations.operations(collector, limit=OPERATIONS),
            )
        except KryptonError as error:
            if self._read is None:
                self.view.put(ContractView(loading=False, failure=wording.failure(error)))
        self.tick()

    def tick(self) -> None:
        """Bring the ages up to now."""
        if self._read is None:
            return
        seen, wallets, operations = self._read
        view = contract(
            seen,
            wallets=wallets,
            operations=operations,
            testnet=self._network.testnet,
            now=self._services.clock(),
        )
        self.view.put(replace(view, busy=self._busy, complaint=self._complaint, failure=self._failure))

    def change_threshold(self, text: str, /) -> None:
        """Review, and after confirming send, another threshold; `text` is as typed."""
        self._starter.start(self._change_threshold(text), name="change threshold")

    def withdraw(self) -> None:
        """Review, and after confirming send, a withdrawal."""
        if self._collector is not None:
            self._starter.start(self._carry_out(ForceWithdraw(collector=self._collector)), name="withdraw")

    async def _change_threshold(self, text: str) -> None:
        if self._collector is None or self._read is None:
            return
        try:
            value = typed.amount(text)
            terms = self._read[0].value.terms
            check_threshold(value, has_split=bool(terms.split))
            if value == terms.min_withdrawal:
                raise NothingChanges
        except KryptonError as error:
            sentence = wording.failure(error)
            self._complaint = " ".join(part for part in (sentence.title, sentence.remedy) if part)
            self.tick()
            return
        await self._carry_out(SetMinWithdrawal(collector=self._collector, value=value))

    async def _carry_out(self, intent: Intent) -> None:
        owner = self._owner()
        if owner is None or self._busy:
            return
        self._complaint, self._failure = "", None
        try:
            await self._say(wording.text("Preparing"), lambda: self._review(intent, wallet=owner))
        except KryptonError as error:
            self._failure = wording.failure(error)
        self._busy = ""
        await self.refresh()

    async def _review(self, intent: Intent, *, wallet: KeptWallet) -> None:
        operations = self._services.operations
        preview = await operations.prepare(intent, wallet=wallet)
        confirmed = await self._asker.confirm(preview)
        if confirmed is not None:
            await unlocked(lambda: operations.send(confirmed), asker=self._asker)

    async def _say(self, busy: str, work: Callable[[], Awaitable[None]]) -> None:
        self._busy = busy
        self.tick()
        await work()

    def _owner(self) -> KeptWallet | None:
        if self._read is None:
            return None
        seen, wallets, _ = self._read
        return next((wallet for wallet in wallets if wallet.address == seen.value.terms.owner), None)


class Refresher:
    """Refreshes presenters when the chain touched their collector; several touches at once are one.

    Once in a while it refreshes anyway, so that a first read that failed is made good.
    """

    def __init__(self, changes: Value[Changes], *, collector: Address) -> None:
        """Follow `collector`; a refresh is due at once."""
        self._due = asyncio.Event()
        self._due.set()
        self._collector = collector
        self._unwatch = changes.watch(self._notice)

    async def run(self, *refreshes: Callable[[], Awaitable[None]]) -> None:
        """Refresh for ever; ends by cancellation."""
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(ANYWAY):
                        await self._due.wait()
                self._due.clear()
                for refresh in refreshes:
                    await refresh()
        finally:
            self._unwatch()

    def _notice(self, changes: Changes) -> None:
        if self._collector in changes.collectors or changes.operations:
            self._due.set()
