"""A scripted chain and a reader of it: accounts with linked histories, blocks, messages, failures.

`ScriptedChain` is the truth; a test moves it by hand. `ScriptedReader` implements the domain's Reader
port over it: it answers as of the newest block, gives the loop a turn before each answer, and before
each answer asks `disturb`, which may move the chain or raise what a server's failure would raise.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from krypton.domain.address import Address
from krypton.domain.chain import (
    Account,
    AccountStatus,
    Message,
    Proof,
    Seen,
    Stamp,
    Standing,
    Transaction,
    WalletState,
)
from krypton.domain.collector import CollectorState, Prices
from krypton.domain.errors import HistoryMissing, NoServers, NotDeployed
from krypton.domain.ledger import Entry, Event, Withdrawal
from krypton.domain.operation import Sent
from krypton.domain.ports import Reader, ServerNote, TrustNote
from tests.store.histories import GENESIS_TIME, START, follow

BLOCK_TIME = 5
T = TypeVar("T", Entry, Transaction)


def _digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


@dataclass
class Wallet:
    """A wallet contract: its seqno and its transactions, oldest first."""

    seqno: int = 0
    transactions: list[Transaction] = field(default_factory=list[Transaction])

    @property
    def last(self) -> Stamp:
        return self.transactions[-1].stamp if self.transactions else START


class ScriptedChain:
    """Collectors' entries, wallets, and the newest block; logical time is one counter for all."""

    def __init__(self) -> None:
        self.seqno = 1
        self.time = GENESIS_TIME
        self.lt = 0
        self.entries: dict[Address, list[Entry]] = {}
        self.uninit: set[Address] = set()
        self.raw: dict[int, Transaction] = {}
        self.wallets: dict[Address, Wallet] = {}
        self.received: list[bytes] = []
        self._moved = asyncio.Event()

    def block(self, *, seconds: int = BLOCK_TIME) -> None:
        """Make the next block and tell who waits for it."""
        self.seqno += 1
        self.time += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def after(self, seqno: int) -> None:
        while self.seqno <= seqno:
            await self._moved.wait()

    def happen(
        self,
        collector: Address,
        event: Event,
        *,
        withdrawal: Withdrawal | None = None,
        message_hash: bytes | None = None,
    ) -> Entry:
        """Let a collector's next transaction happen; it is seen at once, in the newest block."""
        history = self.entries.setdefault(collector, [])
        before = history[-1].stamp if history else START
        self.lt += 2
        made = follow(before, event=event, step=self.lt - before.lt, withdrawal=withdrawal)
        stamp = replace(made.stamp, hash=_digest(collector.account, made.stamp.hash), time=self.time)
        made = replace(made, stamp=stamp, message_hash=message_hash or made.message_hash)
        history.append(made)
        return made

    def run(self, sent: Sent, *, delivers: bool = True, exit_code: int = 0, action_code: int = 0) -> bytes:
        """Let the wallet run our message; return the hash of the message that leaves in it."""
        preview = sent.signed.confirmed.preview
        wallet = self.wallets.setdefault(preview.wallet, Wallet())
        wallet.seqno = preview.unsigned.seqno + 1
        out_hash = _digest(b"out", sent.signed.hash)
        incoming = self._message(sent.signed.hash, source=None, destination=preview.wallet)
        out = self._message(out_hash, source=preview.wallet, destination=preview.unsigned.sending.destination)
        self._wallet_runs(
            preview.wallet,
            message=incoming,
            out=(out,) if delivers else (),
            exit_code=exit_code,
            action_code=action_code,
        )
        return out_hash

    def run_another(self, wallet: Address, *, seqno: int) -> None:
        """Let the wallet run somebody else's message with this seqno (the same key elsewhere)."""
        self.wallets.setdefault(wallet, Wallet()).seqno = seqno + 1
        strange = self._message(_digest(b"strange", bytes([seqno])), source=None, destination=wallet)
        self._wallet_runs(wallet, message=strange)

    def come_back(self, sent: Sent) -> None:
        """Let the message come back to the wallet from where nothing lives."""
        preview = sent.signed.confirmed.preview
        target = preview.unsigned.sending.destination
        back = self._message(_digest(b"back"), source=target, destination=preview.wallet)
        self._wallet_runs(preview.wallet, message=replace(back, bounced=True))

    def _message(self, hash_: bytes, *, source: Address | None, destination: Address) -> Message:
        return Message(
            hash=hash_,
            source=source,
            destination=destination,
            value=50_000_000,
            bounce=source is not None,
            bounced=False,
            created_lt=self.lt + 3,
            body=b"",
        )

    def _wallet_runs(
        self,
        address: Address,
        *,
        message: Message,
        out: tuple[Message, ...] = (),
        exit_code: int = 0,
        action_code: int = 0,
    ) -> None:
        wallet = self.wallets.setdefault(address, Wallet())
        before = wallet.last
        self.lt += 2
        stamp = Stamp(lt=self.lt, hash=_digest(address.account, self.lt.to_bytes(8, "big")), time=self.time)
        wallet.transactions.append(
            Transaction(
                stamp=stamp,
                previous_lt=before.lt,
                previous_hash=before.hash,
                account=address,
                message=message,
                out=out,
                network_fees=1,
                exit_code=exit_code,
                action_code=action_code,
                aborted=False,
                destroyed=False,
            )
        )
        self.lt += 2


class ScriptedReader(Reader):
    """The port over a ScriptedChain. `forgets_before` (a logical time) is a server without old history.

    `proof` and `asked` say how many servers stand behind a block.
    """

    def __init__(self, chain: ScriptedChain, *, disturb: Callable[[str], None] | None = None) -> None:
        self.chain = chain
        self.calls: list[str] = []
        self.forgets_before = 0
        self.proof = Proof.SIGNED
        self.asked = 1
        self._disturb = disturb

    @property
    def network(self) -> str:
        return "ab" * 32

    @property
    def global_id(self) -> int:
        return -777

    async def head(self) -> Standing:
        await self._turn("head")
        return self._standing()

    async def next_block(self, seqno: int, /) -> Standing:
        await self._turn("next_block")
        await self.chain.after(seqno)
        return self._standing()

    async def account(self, address: Address, /) -> Seen[Account]:
        await self._turn("account")
        history = self.chain.entries.get(address, [])
        if not history:
            return self._seen_account(Account(address=address, status=AccountStatus.ABSENT))
        last = history[-1].stamp
        return self._seen_account(
            Account(
                address=address,
                status=AccountStatus.UNINIT if address in self.chain.uninit else AccountStatus.ACTIVE,
                balance=1,
                last_lt=last.lt,
                last_hash=last.hash,
            )
        )

    async def collector(self, address: Address, /) -> Seen[CollectorState]:
        raise NotImplementedError(address)  # following needs no more than the account

    async def wallet(self, address: Address, /) -> Seen[WalletState]:
        await self._turn("wallet")
        wallet = self.chain.wallets.get(address, Wallet())
        state = WalletState(
            address=address,
            balance=10**9,
            seqno=wallet.seqno,
            deployed=bool(wallet.transactions),
            last_lt=wallet.last.lt,
            last_hash=wallet.last.hash,
        )
        return Seen(value=state, standing=self._standing())

    async def transactions(
        self, account: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Transaction, ...]:
        await self._turn("transactions")
        raw = self.chain.raw.get(lt)
        if raw is not None:
            return (raw,)
        wallet = self.chain.wallets.get(account, Wallet())
        found = [one for one in reversed(wallet.transactions) if until_lt < one.stamp.lt <= lt]
        assert not found or found[0].stamp.hash == hash_
        return tuple(self._kept(found[:limit], lt=lt))

    async def entries(
        self, collector: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Entry, ...]:
        await self._turn("entries")
        if collector in self.chain.uninit:
            raise NotDeployed(address=collector.raw)
        history = self.chain.entries.get(collector, [])
        found = [one for one in reversed(history) if until_lt < one.stamp.lt <= lt]
        assert not found or found[0].stamp.hash == hash_
        return tuple(self._kept(found[:limit], lt=lt))

    async def prices(self) -> Prices:
        raise NotImplementedError

    async def broadcast(self, message: bytes, /) -> None:
        await self._turn("broadcast")
        self.chain.received.append(message)

    async def examine(self) -> Standing:
        return await self.head()

    def trust(self) -> TrustNote:
        return TrustNote(key_block=0, caught_up=False, percent=0)

    def servers(self) -> tuple[ServerNote, ...]:
        return ()

    async def aclose(self) -> None:
        await asyncio.sleep(0)

    async def _turn(self, call: str) -> None:
        self.calls.append(call)
        await asyncio.sleep(0)
        if self._disturb is not None:
            self._disturb(call)

    def _kept(self, found: list[T], *, lt: int) -> list[T]:
        kept = [one for one in found if one.stamp.lt >= self.forgets_before]
        if found and not kept:
            raise HistoryMissing(before_lt=lt)
        return kept

    def _standing(self) -> Standing:
        now = self.chain.time
        return Standing(
            seqno=self.chain.seqno, time=now, proof=self.proof, agreeing=1, asked=self.asked, received=now
        )

    def _seen_account(self, account: Account) -> Seen[Account]:
        return Seen(value=account, standing=self._standing())


def failing(calls: dict[str, int]) -> Callable[[str], None]:
    """Disturb by failing each named call so many times."""
    left = dict(calls)

    def disturb(call: str) -> None:
        if left.get(call, 0) > 0:
            left[call] -= 1
            raise NoServers(tried=1)

    return disturb
