"""What use cases need from the outside, as Protocols; adapters meet services only here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from krypton.domain.address import Address
from krypton.domain.chain import Account, Seen, Stamp, Standing, Transaction, WalletState, WalletVersion
from krypton.domain.collector import CollectorState, Prices, Terms
from krypton.domain.ledger import Entry, Figures, Payment, Withdrawal
from krypton.domain.money import Nano
from krypton.domain.operation import (
    Confirmed,
    Intent,
    Outcome,
    Preview,
    Progress,
    Sending,
    Sent,
    Signed,
    Unsigned,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerNote:
    """One lite server as the diagnostics show it; `host` is an IPv4 address with port.

    `lies` of its `faults` were answers that were refuted; `last_fault` is a short code of ours.
    """

    host: str
    connected: bool
    head: int
    latency_ms: int
    faults: int
    last_fault: str
    lies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustNote:
    """The newest key block whose signatures were verified, and how far that walk has come to the present."""

    key_block: int
    caught_up: bool
    percent: int


class Reader(Protocol):
    """Proven reads and sending. Every read raises ChainError kinds, never a library's error."""

    @property
    def network(self) -> str:
        """The zero state's root hash (hex): which chain this is."""
        ...

    @property
    def global_id(self) -> int:
        """The chain's global id (-239 mainnet, -3 testnet): part of a v5 wallet's id."""
        ...

    async def head(self) -> Standing:
        """Return the newest masterchain block as agreed upon."""
        ...

    async def next_block(self, seqno: int, /) -> Standing:
        """Return the head once it is past `seqno`; waits at the server, not by polling."""
        ...

    async def account(self, address: Address, /) -> Seen[Account]:
        """Return the account's state, or its proven absence."""
        ...

    async def collector(self, address: Address, /) -> Seen[CollectorState]:
        """Return a collector's figures. Raises NotDeployed, UnknownCode, BadContractData."""
        ...

    async def wallet(self, address: Address, /) -> Seen[WalletState]:
        """Return an owner's wallet (v4r2 or v5r1); an absent account has balance 0 and seqno 0."""
        ...

    async def transactions(
        self, account: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Transaction, ...]:
        """Return transactions newest first, from (lt, hash) back to but without `until_lt`.

        At most `limit`; the chain of hashes is checked. Raises HistoryMissing.
        """
        ...

    async def entries(
        self, collector: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Entry, ...]:
        """Return the same as decoded entries of a collector."""
        ...

    async def prices(self) -> Prices:
        """Return today's basechain prices from the chain's config."""
        ...

    async def broadcast(self, message: bytes, /) -> None:
        """Send an external message (BoC); "already sent" is success. Raises MessageRefused."""
        ...

    async def examine(self) -> Standing:
        """Return the head, having asked every server about it: what `servers` tells is fresh then."""
        ...

    def servers(self) -> tuple[ServerNote, ...]:
        """Return what is known of each server."""
        ...

    def trust(self) -> TrustNote:
        """Return how far the validators' signatures were followed."""
        ...

    async def aclose(self) -> None:
        """Close every socket and task."""
        ...


class Composer(Protocol):
    """Cells for the owner's messages, pure and synchronous."""

    def wallet_address(self, public_key: bytes, version: WalletVersion, *, global_id: int) -> Address:
        """Return the address of a key's wallet."""
        ...

    def collector_address(self, terms: Terms, /) -> Address:
        """Return where a collector with these terms will live."""
        ...

    def sending(self, intent: Intent, /, *, query_id: int) -> Sending:
        """Return the internal message that carries out `intent`."""
        ...

    def unsigned(
        self, sending: Sending, *, version: WalletVersion, global_id: int, seqno: int, valid_until: int
    ) -> Unsigned:
        """Return what the wallet's key has to sign."""
        ...

    def network_fee_bound(self, intent: Intent, *, prices: Prices, first_use: bool) -> Nano:
        """Return an upper bound, in nano, of what the chain takes for the whole operation."""
        ...


class Decoder(Protocol):
    """Reads back what is about to be signed. Raises SignerRefused on anything unexpected."""

    def decode(self, payload: bytes, *, version: WalletVersion, global_id: int) -> Unsigned:
        """Return what this signing payload (BoC) really says."""
        ...

    def intent(self, sending: Sending, /) -> Intent:
        """Return which operation the internal message really is."""
        ...

    def envelope(
        self, unsigned: Unsigned, *, wallet: Address, public_key: bytes, first_use: bool, signature: bytes
    ) -> tuple[bytes, bytes]:
        """Return the external message (BoC) around a signature, and its normalised hash (TEP-467)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWallet:
    """A wallet whose words the vault keeps; nothing in here is secret."""

    name: str
    version: WalletVersion
    public_key: bytes
    address: Address
    created_at: int


class Vault(Protocol):
    """Keys; blocking calls, so bootstrap gives it a thread. Raises VaultError kinds."""

    def backend(self) -> str:
        """Return the keyring backend's name for the screen, having checked that it is fit."""
        ...

    def wallets(self) -> tuple[KeptWallet, ...]:
        """Return the wallets in the vault, oldest first; needs no key."""
        ...

    def new_words(self) -> tuple[str, ...]:
        """Return 24 fresh TON words; nothing is stored."""
        ...

    def public_key(self, words: Sequence[str], /) -> bytes:
        """Return the public key that the words stand for; nothing is stored. Raises BadWords."""
        ...

    def keep(self, words: Sequence[str], *, name: str, version: WalletVersion, global_id: int) -> KeptWallet:
        """Store the words; write, read back, sign a self-test. Raises BadWords, NameTaken."""
        ...

    def words(self, name: str, /) -> tuple[str, ...]:
        """Return a wallet's words again."""
        ...

    def remove(self, name: str, /) -> None:
        """Forget a wallet, key and words."""
        ...

    def sign(self, confirmed: Confirmed, /) -> Signed:
        """Sign exactly what was confirmed, after reading the cell back. Raises SignerRefused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCollector:
    """A collector of this profile, and how far its history is stored."""

    address: Address
    label: str
    watched_since: int
    cursor: Stamp
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A stored payment for the screen and the reports."""

    stamp: Stamp
    payment: Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRow:
    """A stored withdrawal; `fees` are those in it (nano), `payments` how many earned them."""

    stamp: Stamp
    withdrawal: Withdrawal
    fees: Nano
    payments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancePoint:
    """The fee balance (nano) right after the transaction at `lt`.

    `withdrawn` is the fees (nano) that left in it: how high the balance stood for a moment.
    """

    lt: int
    time: int
    fee_balance: Nano
    withdrawn: Nano = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """A stored operation and how far it came."""

    id: int
    progress: Progress


class Ledger(Protocol):
    """The profile's database. Synchronous: bootstrap gives it one worker thread. StorageError kinds."""

    def collectors(self) -> tuple[KnownCollector, ...]:
        """Return the profile's collectors, oldest first."""
        ...

    def add_collector(self, address: Address, *, label: str, at: int) -> None:
        """Know a collector from now on; twice is once."""
        ...

    def forget_collector(self, address: Address, /) -> None:
        """Know a collector no more, provided that none of its history is stored."""
        ...

    def record(self, collector: Address, entries: Sequence[Entry], *, before: Stamp) -> Figures:
        """Store entries (oldest first) and move the cursor, all or nothing.

        `before` is the cursor they continue; another one there raises DatabaseDamaged (two writers).
        """
        ...

    def payments(self, collector: Address, *, before_lt: int | None, limit: int) -> tuple[PaymentRow, ...]:
        """Return payments newest first, by keyset."""
        ...

    def withdrawals(
        self, collector: Address, *, before_lt: int | None, limit: int
    ) -> tuple[WithdrawalRow, ...]:
        """Return withdrawals newest first, by keyset."""
        ...

    def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        """Return the newest `limit` points at or after `since` (Unix time), oldest first."""
        ...

    def store_preview(self, preview: Preview, /) -> None:
        """Keep a preview under its digest, for `--confirm`."""
        ...

    def preview(self, digest: str, /) -> Preview:
        """Return a kept preview. Raises NothingChosen."""
        ...

    def store_sent(self, signed: Signed, *, at: int) -> Sent:
        """Store before the first broadcast. Raises OperationPending: one message a seqno."""
        ...

    def open_operations(self) -> tuple[Sent, ...]:
        """Return what was sent and has no outcome yet, oldest first."""
        ...

    def store_outcome(self, outcome: Outcome, /) -> None:
        """Close an operation; the first outcome stays."""
        ...

    def operations(self, *, collector: Address | None, limit: int) -> tuple[OperationRow, ...]:
        """Return operations newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a step of the follower touched; also how the services know that something moved.

    `problem` holds since `problem_since` (Unix time); the figures are as old as `standing` says.
    """

    step: int = 0
    standing: Standing | None = None
    collectors: frozenset[Address] = frozenset()
    operations: frozenset[int] = frozenset()
    problem: Exception | None = None
    problem_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """How far a long look back has come: entries `gathered` and `stored`, and percent of the way.

    The chain doesn't say how many there are: `percent` goes by logical time, gathering first (to 50).
    """

    collector: Address
    gathered: int
    stored: int
    percent: int


class Playground(Protocol):
    """The sandbox's control channel: there only when the network is a sandbox."""

    async def faucet(self, address: Address, amount: Nano, /) -> None:
        """Give test coins (nano)."""
        ...

    async def shop(self, collector: Address, /, *, per_minute: int) -> None:
        """Have simulated buyers pay this collector; 0 stops them."""
        ...

    async def rate(self, collector: Address, /) -> int:
        """Return how many simulated buyers a minute come to this collector."""
        ...

    async def pay(self, collector: Address, /, *, amount: Nano, count: int) -> None:
        """Have `count` buyers pay once each, `amount` nano to be forwarded."""
        ...

    async def supplier(self) -> Address:
        """Return the simulated supplier's address."""
        ...


Clock = Callable[[], int]
"""Returns Unix time in whole seconds."""
