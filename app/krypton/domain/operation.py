"""The owner's operations from Intent to Settled: each value contains the one before it."""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, assert_never

from krypton.domain import codec
from krypton.domain.address import Address
from krypton.domain.chain import Stamp, WalletVersion
from krypton.domain.collector import Terms
from krypton.domain.money import Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """Put a new collector with these terms on chain, sending `funding` nano with a TopUp."""

    terms: Terms
    funding: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMinWithdrawal:
    """Change the threshold to `value` nano."""

    collector: Address
    value: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceWithdraw:
    """Have the collector pay out now."""

    collector: Address


Intent: TypeAlias = Deploy | SetMinWithdrawal | ForceWithdraw


class Warn(Enum):
    """What the owner should know before confirming; sentences in `krypton.wording`."""

    UNPROVEN = "unproven"
    WALLET_FIRST_USE = "wallet_first_use"
    NEAR_EMPTY = "near_empty"
    SUPPLIER_NOT_DEPLOYED = "supplier_not_deployed"
    SUPPLIER_IS_OWNER = "supplier_is_owner"
    LARGE_THRESHOLD = "large_threshold"


class Field(Enum):
    """What a change is about."""

    MIN_WITHDRAWAL = "min_withdrawal"
    FEE_BPS = "fee_bps"
    SUPPLIER = "supplier"
    OWNER = "owner"
    FEE_BALANCE = "fee_balance"
    WALLET_BALANCE = "wallet_balance"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of old -> new; `old` is None where there was nothing. Amounts in nano.

    Of a SHARE, `old` is who is paid and `new` how much.
    """

    field: Field
    old: int | Address | None
    new: int | Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The one internal message that the wallet will send. Value in nano; body and init are BoC."""

    destination: Address
    value: Nano
    bounce: bool
    mode: int
    body: bytes
    state_init: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """What a wallet's key signs: everything is read back out of `payload` (a BoC) by a Decoder."""

    version: WalletVersion
    wallet_id: int
    seqno: int
    valid_until: int
    sending: Sending
    payload: bytes
    payload_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All of an operation as the owner sees it before he confirms.

    `network` is the zero state's root hash (hex). `amount` is the nano figure that a withdrawal is
    expected to bring the owner (the shares of others taken off) or that leaves the wallet; `network_fee`
    is an upper bound in nano of what the chain takes. `first_use` means that the message deploys the
    wallet, too.
    `previous` is the old value the contract held, `block_seqno` and `made_at` (chain time) where it
    was read.
    """

    intent: Intent
    network: str
    wallet: Address
    public_key: bytes
    first_use: bool
    collector: Address
    unsigned: Unsigned
    changes: tuple[Change, ...]
    amount: Nano
    network_fee: Nano
    warnings: tuple[Warn, ...]
    block_seqno: int
    made_at: int

    @property
    def digest(self) -> str:
        """Twenty hex digits that stand for all of the above: what `--confirm` wants."""
        return hashlib.sha256(codec.dumps(self).encode()).hexdigest()[:20]

    @property
    def challenge(self) -> int:
        """The number (nano) that the owner types back to confirm."""
        match self.intent:
            case Deploy(terms=terms):
                return terms.min_withdrawal
            case SetMinWithdrawal(value=value):
                return value
            case ForceWithdraw():
                return self.amount
            case _ as never:
                assert_never(never)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The owner said yes to exactly this preview, at this Unix time.

    Only the confirm dialog and the command line's typed confirmation make one.
    """

    preview: Preview
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The signed external message (BoC) and its normalised hash (TEP-467)."""

    confirmed: Confirmed
    message: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Stored under `id` before the first broadcast; a resend is the same bytes."""

    signed: Signed
    id: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The collector carried it out in the transaction at `stamp`; `received` nano reached the owner."""

    sent: Sent
    stamp: Stamp
    received: Nano = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """The collector (or the wallet itself) refused with an exit code."""

    sent: Sent
    stamp: Stamp
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A fact: chain time passed `valid_until` and the wallet never ran the message."""

    sent: Sent
    chain_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Chain time passed `valid_until`, so it can't run any more; no server knows whether it did."""

    sent: Sent
    chain_time: int


Outcome: TypeAlias = Settled | Bounced | Expired | Lost
Progress: TypeAlias = Sent | Outcome
