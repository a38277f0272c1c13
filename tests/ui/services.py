"""Services that keep everything in memory, behind the presenters' own ports."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from krypton.domain.address import Address
from krypton.domain.chain import Seen, Stamp, WalletState, WalletVersion
from krypton.domain.collector import CollectorState, Terms
from krypton.domain.errors import BadWords, KeyringLocked, KryptonError, NotDeployed, WordsFault
from krypton.domain.ledger import Figures
from krypton.domain.money import NANO
from krypton.domain.observable import Value
from krypton.domain.operation import (
    Change,
    Confirmed,
    Deploy,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sent,
    SetMinWithdrawal,
    Settled,
    Signed,
)
from krypton.domain.ports import (
    BalancePoint,
    Changes,
    KeptWallet,
    KnownCollector,
    OperationRow,
    PaymentRow,
    WithdrawalRow,
)
from krypton.presenters.ports import Services
from krypton.services.accounts import Candidate
from tests.ui import frozen

NOWHERE = Stamp(lt=0, hash=bytes(32), time=0)


class World:
    """One wallet, one collector, a faucet: enough for a first run and the owner's operations."""

    def __init__(self) -> None:
        self.changes = Value(Changes())
        self.kept: list[KeptWallet] = []
        self.watched: list[KnownCollector] = []
        self.rows: list[OperationRow] = []
        self.balance = 0
        self.state: CollectorState | None = None
        self.locked = 0
        self.rate = 0
        self.refusal: KryptonError | None = None
        self.step = 0
        self.closed = False

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Services]:
        try:
            yield Services(
                accounts=self,
                operations=self,
                shop=Shop(self),
                playground=Playground(self),
                changes=self.changes,
                clock=lambda: frozen.NOW,
            )
        finally:
            self.closed = True

    def move(self) -> None:
        """Tell that the chain touched the collector."""
        self.step += 1
        touched = frozenset({frozen.COLLECTOR})
        self.changes.put(Changes(step=self.step, standing=frozen.standing(), collectors=touched))

    async def backend(self) -> str:
        return "Test Keyring"

    async def wallets(self) -> tuple[KeptWallet, ...]:
        return tuple(self.kept)

    async def new_words(self) -> tuple[str, ...]:
        return frozen.WORDS

    async def candidates(self, words: Sequence[str], /) -> tuple[Candidate, ...]:
        if len(words) != 24:
            raise BadWords(fault=WordsFault.COUNT)
        seen = await self.wallet_state(frozen.OWNER)
        other = replace(seen.value, address=frozen.SUPPLIER, balance=2_500_000_000)
        return (
            Candidate(version=WalletVersion.V5R1, seen=seen),
            Candidate(version=WalletVersion.V4R2, seen=replace(seen, value=other)),
        )

    async def keep(self, words: Sequence[str], *, name: str, version: WalletVersion) -> KeptWallet:
        if self.locked > 0:
            self.locked -= 1
            raise KeyringLocked(backend="Test Keyring")
        if len(words) != 24:
            raise BadWords(fault=WordsFault.COUNT)
        self.kept.append(replace(frozen.KEPT, name=name, version=version))
        return self.kept[-1]

    async def wallet_state(self, address: Address, /) -> Seen[WalletState]:
        state = WalletState(
            address=address, balance=self.balance, seqno=0, deployed=False, last_lt=0, last_hash=bytes(32)
        )
        return Seen(value=state, standing=frozen.standing())

    async def collectors(self) -> tuple[KnownCollector, ...]:
        return tuple(self.watched)

    async def watch(self, address: Address, /) -> KnownCollector:
        if self.state is None or address != self.state.address:
            raise NotDeployed(address=address.raw)
        self.watched.append(self.known(address))
        return self.watched[-1]

    def known(self, address: Address) -> KnownCollector:
        return KnownCollector(address=address, label="", watched_since=0, cursor=NOWHERE, figures=Figures())

    async def deploy_cost(self) -> int:
        return 200_000_000

    async def deployment(
        self, wallet: KeptWallet, *, threshold: int, supplier: Address, fee_bps: int
    ) -> Intent:
        terms = Terms(owner=wallet.address, supplier=supplier, min_withdrawal=threshold, fee_bps=fee_bps)
        return Deploy(terms=terms, funding=100_000_000)

    async def prepare(self, intent: Intent, *, wallet: KeptWallet) -> Preview:
        del wallet
        if self.refusal is not None:
            raise self.refusal
        preview = frozen.preview(intent)
        if isinstance(intent, Deploy):
            change = Change(field=Field.MIN_WITHDRAWAL, old=None, new=intent.terms.min_withdrawal)
            return replace(preview, changes=(change,))
        return preview

    async def send(self, confirmed: Confirmed, /) -> Sent:
        sent = Sent(
            signed=Signed(confirmed=confirmed, message=b"", hash=bytes(32)),
            id=len(self.rows) + 1,
            at=confirmed.at,
        )
        self.rows.insert(0, OperationRow(id=sent.id, progress=sent))
        match confirmed.preview.intent:
            case Deploy(terms=terms):
                self.state = replace(frozen.state(), terms=terms)
                self.settle(sent)
            case SetMinWithdrawal() | ForceWithdraw():
                self.move()
        return sent

    def settle(self, sent: Sent) -> None:
        """The chain carried it out."""
        settled = Settled(sent=sent, stamp=frozen.stamp(5, time=frozen.NOW))
        self.rows = [
            OperationRow(id=sent.id, progress=settled) if row.id == sent.id else row for row in self.rows
        ]
        intent = sent.signed.confirmed.preview.intent
        if isinstance(intent, Deploy):
            self.watched.append(self.known(frozen.COLLECTOR))
        if isinstance(intent, SetMinWithdrawal) and self.state is not None:
            self.state = replace(self.state, terms=replace(self.state.terms, min_withdrawal=intent.value))
        self.move()

    async def operations(self, collector: Address | None, *, limit: int) -> tuple[OperationRow, ...]:
        del collector
        return tuple(self.rows[:limit])


class Shop:
    """What the collector holds and has done."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, collector: Address, /) -> Seen[CollectorState]:
        if self._world.state is None:
            raise NotDeployed(address=collector.raw)
        return Seen(value=self._world.state, standing=frozen.standing())

    async def payments(self, collector: Address, *, limit: int) -> tuple[PaymentRow, ...]:
        del collector
        return frozen.payments()[:limit]

    async def withdrawals(self, collector: Address, *, limit: int) -> tuple[WithdrawalRow, ...]:
        del collector
        return frozen.withdrawals()[:limit]

    async def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        del collector, since
        return frozen.points()[-limit:]


class Playground:
    """The sandbox's own levers."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def faucet(self, address: Address, amount: int, /) -> None:
        del address
        await asyncio.sleep(0)
        self._world.balance += min(amount, 5 * NANO)

    async def shop(self, collector: Address, /, *, per_minute: int) -> None:
        del collector
        self._world.rate = per_minute

    async def rate(self, collector: Address, /) -> int:
        del collector
        return self._world.rate

    async def pay(self, collector: Address, /, *, amount: int, count: int) -> None:
        del collector, amount, count

    async def supplier(self) -> Address:
        return frozen.SUPPLIER
