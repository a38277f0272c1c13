"""What is read from the chain, as values: where a figure stands, accounts, messages, transactions."""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from krypton.domain.address import Address
from krypton.domain.money import Nano

T_co = TypeVar("T_co", covariant=True)


class Proof(Enum):
    """How far a figure is proven; only SIGNED is ever called proven on screen."""

    SIGNED = "signed"
    AGREED = "agreed"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The masterchain block under a figure. `time` is chain time; `received` is local Unix time.

    `agreeing` of `asked` servers named this block.
    """

    seqno: int
    time: int
    proof: Proof
    agreeing: int
    asked: int
    received: int

    def age(self, now: int, /) -> int:
        """Return how many seconds old the figures are at `now` (local Unix time).

        By the block's own time, so that blocks which trickle in late are old; by when it was received
        where the chain's clock runs ahead of ours.
        """
        return max(0, now - min(self.time, self.received))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T_co]):
    """A value read from the chain, and where it stands."""

    value: T_co
    standing: Standing


class AccountStatus(Enum):
    """The account's state; ABSENT is proven absence."""

    ABSENT = "absent"
    UNINIT = "uninit"
    ACTIVE = "active"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A transaction's place: logical time, hash and Unix time of its block. (0, zeros) is none."""

    lt: int
    hash: bytes
    time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account's proven state. Balance in nano; code and data as BoC, None unless active."""

    address: Address
    status: AccountStatus
    balance: Nano = 0
    last_lt: int = 0
    last_hash: bytes = bytes(32)
    code_hash: bytes | None = None
    data: bytes | None = None


class WalletVersion(Enum):
    """The wallet contracts that Krypton signs for."""

    V4R2 = "v4r2"
    V5R1 = "v5r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletState:
    """An owner's wallet on chain: `seqno` is 0 until it is deployed. Balance in nano."""

    address: Address
    balance: Nano
    seqno: int
    deployed: bool
    last_lt: int
    last_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in or out of a transaction. `hash` is the cell's; `body` a BoC; value in nano.

    An external message in has no source; its `hash` is the normalised one (TEP-467).
    """

    hash: bytes
    source: Address | None
    destination: Address | None
    value: Nano
    bounce: bool
    bounced: bool
    created_lt: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One transaction of an account.

    `network_fees` (nano) is everything the chain took from the account in it: rent, gas, action and
    forwarding fees. `exit_code` is the compute phase's (None when it was skipped), `action_code` the
    action phase's (None when there was none). `aborted` is the network's own flag.
    """

    stamp: Stamp
    previous_lt: int
    previous_hash: bytes
    account: Address
    message: Message | None
    out: tuple[Message, ...]
    network_fees: Nano
    exit_code: int | None
    action_code: int | None
    aborted: bool
    destroyed: bool
