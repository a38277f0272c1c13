"""The collector's messages as values, its opcodes and error codes (contracts/*.tolk); knows no cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.collector import Share
from krypton.domain.money import Nano


class Op(IntEnum):
    """Opcodes: crc32 of the TL-B line in contracts/messages.tolk, or the standard's."""

    COMMENT = 0x00000000
    PAY = 0x353C95C1
    FORCE_WITHDRAW = 0x792C3DBD
    SET_MIN_WITHDRAWAL = 0x2F93E27B
    SET_FEE = 0x339AB2D0
    SET_SUPPLIER = 0x24657BAE
    SET_MODE = 0x681D4EE5
    SET_SPLIT = 0x25E97A9C
    PROPOSE_OWNER = 0x64B89AE2
    CLAIM_OWNER = 0x54BB8F01
    REFUND_BUYER = 0x113868EE
    TOP_UP = 0xD372158C
    RETURN_EXCESSES = 0xD53276DB
    FORWARD_RETURNED = 0x455C36E0
    RICH_BOUNCE = 0xFFFFFFFE


class ContractError(IntEnum):
    """Exit codes that the contract throws itself (contracts/errors.tolk)."""

    NOT_OWNER = 201
    NOT_PROPOSED = 202
    PAYMENT_REFUSED = 203
    OUT_OF_BOUNDS = 204
    BAD_ADDRESS = 205
    NOT_PAUSED = 206
    NOTHING_TO_WITHDRAW = 207
    BAD_SPLIT = 208
    BAD_REFUND = 209
    UNKNOWN_MESSAGE = 210


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """Forward `amount` nano with `payload` (BoC) as body until `valid_until` (Unix time)."""

    query_id: int
    amount: Nano
    valid_until: int
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A text comment; `text` is None when it is too long or isn't text."""

    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceWithdraw:
    """Withdraw now."""

    query_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMinWithdrawal:
    """Change the threshold to `min_withdrawal` nano; 0 is by hand only."""

    query_id: int
    min_withdrawal: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFee:
    """Change the fee, in basis points."""

    query_id: int
    fee_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSupplier:
    """Change who is paid."""

    query_id: int
    supplier: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMode:
    """Pause or resume; take or refuse text comments as payments."""

    query_id: int
    paused: bool
    comments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSplit:
    """Change who else is paid in a withdrawal."""

    query_id: int
    split: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOwner:
    """Name the next owner, or nobody."""

    query_id: int
    owner: Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOwner:
    """Become the owner, being the proposed one."""

    query_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundBuyer:
    """Send `amount` nano of the refundable coins to `to`."""

    query_id: int
    to: Address
    amount: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """Fill the reserve; a deploy is made with it."""

    query_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnExcesses:
    """Coins sent back (TEP-74); never answered."""

    query_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A body that is no operation: unknown opcode, none at all, or fields that don't parse."""

    opcode: int | None


Operation: TypeAlias = (
    Pay
    | Comment
    | ForceWithdraw
    | SetMinWithdrawal
    | SetFee
    | SetSupplier
    | SetMode
    | SetSplit
    | ProposeOwner
    | ClaimOwner
    | RefundBuyer
    | TopUp
    | ReturnExcesses
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardReturned:
    """The contract's log of a bounce: `refundable` nano were credited."""

    refundable: Nano
    source: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class RichBounce:
    """A bounce as of TVM 12: the root of the original body (BoC), its value (nano) and lt, and why."""

    original_body: bytes
    original_value: Nano
    original_lt: int
    phase: int
    exit_code: int
