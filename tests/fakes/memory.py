"""Chain and ledger in memory, for tests of what uses them; the real ones are tested in their own packages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from krypton.domain import ledger as books
from krypton.domain.address import Address
from krypton.domain.chain import (
    Account,
    AccountStatus,
    Proof,
    Seen,
    Stamp,
    Standing,
    Transaction,
    WalletState,
)
from krypton.domain.collector import CollectorState, Prices
from krypton.domain.errors import (
    DatabaseDamaged,
    KryptonError,
    NoServers,
    NotDeployed,
    NothingChosen,
    OperationPending,
)
from krypton.domain.ledger import Entry, Figures, Payment
from krypton.domain.operation import Outcome, Preview, Progress, Sent, Signed
from krypton.domain.ports import (
    BalancePoint,
    KnownCollector,
    OperationRow,
    PaymentRow,
    ServerNote,
    TrustNote,
    WithdrawalRow,
)
from tests.fakes.values import CHAIN_TIME, GLOBAL_ID, NETWORK, PRICES

T = TypeVar("T")

NO_STAMP = Stamp(lt=0, hash=bytes(32), time=0)


async def here(call: Callable[[], T], /) -> T:
    """A Worker that is no thread: runs the call at once."""
    return call()


@dataclass
class MemoryReader:
    """Implements domain.ports.Reader over dictionaries; the chain moves when a test says so.

    `faults` maps an address (or "broadcast") to what reading (or sending) it raises. Each read takes
    `blocks_a_read` blocks, 0 for a chain that stands still.
    """

    network: str = NETWORK
    seqno: int = 100
    time: int = CHAIN_TIME
    proof: Proof = Proof.AGREED
    todays: Prices = PRICES
    blocks_a_read: int = 0
    wallets: dict[Address, WalletState] = field(default_factory=dict[Address, WalletState])
    collectors: dict[Address, CollectorState] = field(default_factory=dict[Address, CollectorState])
    accounts: dict[Address, Account] = field(default_factory=dict[Address, Account])
    faults: dict[Address | str, KryptonError] = field(default_factory=dict[Address | str, KryptonError])
    sent: list[bytes] = field(default_factory=list[bytes])
    asked: bool = False
    on_broadcast: Callable[[], None] | None = None

    @property
    def global_id(self) -> int:
        """Known, as in the real one, from the first block on."""
        if not self.asked:
            raise NoServers(tried=0)
        return GLOBAL_ID

    def move(self, *, blocks: int = 1, seconds: int = 0) -> None:
        """Let the chain go on."""
        self.seqno += blocks
        self.time += seconds

    async def head(self) -> Standing:
        self.move(blocks=self.blocks_a_read)
        self.asked = True
        return Standing(
            seqno=self.seqno, time=self.time, proof=self.proof, agreeing=3, asked=4, received=CHAIN_TIME
        )

    async def next_block(self, seqno: int, /) -> Standing:
        self.seqno = max(self.seqno, seqno + 1)
        return await self.head()

    async def account(self, address: Address, /) -> Seen[Account]:
        self._fail(address)
        absent = Account(address=address, status=AccountStatus.ABSENT)
        return Seen(value=self.accounts.get(address, absent), standing=await self.head())

    async def collector(self, address: Address, /) -> Seen[CollectorState]:
        self._fail(address)
        if address not in self.collectors:
            raise NotDeployed(address=address.raw)
        return Seen(value=self.collectors[address], standing=await self.head())

    async def wallet(self, address: Address, /) -> Seen[WalletState]:
        self._fail(address)
        nothing = WalletState(
            address=address, balance=0, seqno=0, deployed=False, last_lt=0, last_hash=bytes(32)
        )
        return Seen(value=self.wallets.get(address, nothing), standing=await self.head())

    async def transactions(
        self, account: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Transaction, ...]:
        raise NotImplementedError

    async def entries(
        self, collector: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Entry, ...]:
        raise NotImplementedError

    async def prices(self) -> Prices:
        return self.todays

    async def broadcast(self, message: bytes, /) -> None:
        if self.on_broadcast is not None:
            self.on_broadcast()
        if "broadcast" in self.faults:
            raise self.faults["broadcast"]
        self.sent.append(message)

    async def examine(self) -> Standing:
        return await self.head()

    def trust(self) -> TrustNote:
        return TrustNote(key_block=0, caught_up=False, percent=0)

    def servers(self) -> tuple[ServerNote, ...]:
        return ()

    async def aclose(self) -> None:
        pass

    def _fail(self, address: Address) -> None:
        if address in self.faults:
            raise self.faults[address]


@dataclass
class MemoryLedger:
    """Implements domain.ports.Ledger over lists."""

    known: dict[Address, KnownCollector] = field(default_factory=dict[Address, KnownCollector])
    entries: dict[Address, list[Entry]] = field(default_factory=dict[Address, list[Entry]])
    previews: dict[str, Preview] = field(default_factory=dict[str, Preview])
    progress: list[Progress] = field(default_factory=list[Progress])

    def collectors(self) -> tuple[KnownCollector, ...]:
        return tuple(self.known.values())

    def add_collector(self, address: Address, *, label: str, at: int) -> None:
        fresh = KnownCollector(
            address=address, label=label, watched_since=at, cursor=NO_STAMP, figures=Figures()
        )
        self.known.setdefault(address, fresh)

    def forget_collector(self, address: Address, /) -> None:
        if self.known[address].cursor == NO_STAMP:
            del self.known[address]

    def record(self, collector: Address, entries: Sequence[Entry], *, before: Stamp) -> Figures:
        known = self.known[collector]
        if known.cursor != before:
            raise DatabaseDamaged(path="memory")
        figures = books.fold(entries, known.figures)
        self.entries.setdefault(collector, []).extend(entries)
        cursor = entries[-1].stamp if entries else before
        self.known[collector] = replace(known, cursor=cursor, figures=figures)
        return figures

    def payments(self, collector: Address, *, before_lt: int | None, limit: int) -> tuple[PaymentRow, ...]:
        rows = [
            PaymentRow(stamp=entry.stamp, payment=entry.event)
            for entry in self._before(collector, before_lt)
            if isinstance(entry.event, Payment)
        ]
        return tuple(rows[:limit])

    def withdrawals(
        self, collector: Address, *, before_lt: int | None, limit: int
    ) -> tuple[WithdrawalRow, ...]:
        rows = [
            WithdrawalRow(stamp=entry.stamp, withdrawal=entry.withdrawal, fees=0, payments=0)
            for entry in self._before(collector, before_lt)
            if entry.withdrawal is not None
        ]
        return tuple(rows[:limit])

    def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        figures, points = Figures(), list[BalancePoint]()
        for entry in self.entries.get(collector, []):
            before, figures = figures, books.apply(figures, entry)
            earned = figures.total_collected - before.total_collected
            point = BalancePoint(
                lt=entry.stamp.lt,
                time=entry.stamp.time,
                fee_balance=figures.fee_balance,
                withdrawn=0 if entry.withdrawal is None else before.fee_balance + earned,
            )
            points.append(point)
        return tuple([point for point in points if point.time >= since][-limit:])

    def store_preview(self, preview: Preview, /) -> None:
        self.previews[preview.digest] = preview

    def preview(self, digest: str, /) -> Preview:
        if digest not in self.previews:
            raise NothingChosen(what="preview")
        return self.previews[digest]

    def store_sent(self, signed: Signed, *, at: int) -> Sent:
        preview = signed.confirmed.preview
        for sent in self.open_operations():
            if sent.signed.confirmed.preview.wallet == preview.wallet:
                raise OperationPending(operation=sent.id)
        sent = Sent(signed=signed, id=len(self.progress) + 1, at=at)
        self.progress.append(sent)
        return sent

    def open_operations(self) -> tuple[Sent, ...]:
        return tuple(each for each in self.progress if isinstance(each, Sent))

    def store_outcome(self, outcome: Outcome, /) -> None:
        place = outcome.sent.id - 1
        if isinstance(self.progress[place], Sent):
            self.progress[place] = outcome

    def operations(self, *, collector: Address | None, limit: int) -> tuple[OperationRow, ...]:
        rows = [
            OperationRow(id=number, progress=progress)
            for number, progress in enumerate(self.progress, start=1)
            if collector in {None, _sent(progress).signed.confirmed.preview.collector}
        ]
        return tuple(rows[::-1][:limit])

    def _before(self, collector: Address, before_lt: int | None) -> list[Entry]:
        newest_first = self.entries.get(collector, [])[::-1]
        return [entry for entry in newest_first if before_lt is None or entry.stamp.lt < before_lt]


def _sent(progress: Progress) -> Sent:
    return progress if isinstance(progress, Sent) else progress.sent
