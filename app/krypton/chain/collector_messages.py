"""The collector's messages as cells (contracts/messages.tolk) and its error codes; it knows no storage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias, assert_never

from krypton.chain.cells import Cell, Refuted, Slice, one_from_boc, to_boc
from krypton.chain.collector import read_address, read_maybe_address, read_split, split_cell
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import Share
from krypton.domain.errors import Lie, OutOfBounds
from krypton.domain.money import Nano

_TEXT_BYTES = 4096
_TEXT_CELLS = 64


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
    BELOW_RESERVE = 210
    UNKNOWN_MESSAGE = 211


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
    """A bounce in the form of TVM 12: the root of the original body (BoC), its value in nano and lt, and why."""

    original_body: bytes
    original_value: Nano
    original_lt: int
    phase: int
    exit_code: int


def encode(message: Operation, /) -> bytes:
    """Return the body as BoC. Raises OutOfBounds for a value that its field can't hold."""
    return to_boc(body_cell(message))


def decode(body: bytes, /, *, exact: bool = False) -> Operation | Foreign:
    """Read a body (BoC) as the contract does, which takes no offence at what follows the last field.

    With `exact`, anything that `encode` would not have written is Foreign: for what is about to be signed.
    """
    try:
        cell = one_from_boc(body)
        part = cell.parse()
    except Refuted:
        return Foreign(opcode=None)
    opcode = part.uint(32) if part.left >= 32 else None
    try:
        message = _read(opcode, part)
        if exact and (message is None or body_cell(message).hash != cell.hash):
            return Foreign(opcode=opcode)
    except (Refuted, OutOfBounds):
        return Foreign(opcode=opcode)
    return message or Foreign(opcode=opcode)


def body_cell(message: Operation, /) -> Cell:
    """Return the body as a cell. Raises OutOfBounds."""
    match message:
        case Pay():
            start = _start(Op.PAY, message.query_id).coins(message.amount).uint(message.valid_until, 32)
            return start.ref(one_from_boc(message.payload)).cell()
        case Comment():
            return text_cell(message.text or "")
        case SetMinWithdrawal():
            return _start(Op.SET_MIN_WITHDRAWAL, message.query_id).coins(message.min_withdrawal).cell()
        case SetFee():
            return _start(Op.SET_FEE, message.query_id).uint(message.fee_bps, 16).cell()
        case SetSupplier():
            return _start(Op.SET_SUPPLIER, message.query_id).address(message.supplier).cell()
        case SetMode():
            start = _start(Op.SET_MODE, message.query_id)
            return start.flag(value=message.paused).flag(value=message.comments).cell()
        case SetSplit():
            return _start(Op.SET_SPLIT, message.query_id).maybe(split_cell(message.split)).cell()
        case ProposeOwner():
            return _start(Op.PROPOSE_OWNER, message.query_id).address(message.owner).cell()
        case RefundBuyer():
            return _start(Op.REFUND_BUYER, message.query_id).address(message.to).coins(message.amount).cell()
        case ForceWithdraw():
            return _start(Op.FORCE_WITHDRAW, message.query_id).cell()
        case ClaimOwner():
            return _start(Op.CLAIM_OWNER, message.query_id).cell()
        case TopUp():
            return _start(Op.TOP_UP, message.query_id).cell()
        case ReturnExcesses():
            return _start(Op.RETURN_EXCESSES, message.query_id).cell()
        case _ as never:
            assert_never(never)


def text_cell(text: str, /) -> Cell:
    """Return a comment's body: opcode 0 and UTF-8 in cells of whole bytes. Raises OutOfBounds over 4,096 bytes."""
    data = bytes(4) + text.encode()
    if len(data) > _TEXT_BYTES:
        raise OutOfBounds(name="comment", value=len(data), low=0, high=_TEXT_BYTES)
    rest: Cell | None = None
    for start in reversed(range(0, len(data), 127)):
        piece = data[start : start + 127]
        writer = Writer().uint(int.from_bytes(piece, "big"), 8 * len(piece))
        rest = (writer if rest is None else writer.ref(rest)).cell()
    assert rest is not None  # noqa: S101
    return rest


def read_log(body: bytes, /) -> ForwardReturned | None:
    """Read an external message out of the contract, None when it isn't its log of a bounce."""
    try:
        part = one_from_boc(body).parse()
        part.expect(Op.FORWARD_RETURNED, 32)
        return ForwardReturned(refundable=part.coins(), source=read_address(part))
    except Refuted:
        return None


def read_bounce(body: bytes, /) -> RichBounce | None:
    """Read the body of a bounced message (new_bounce_body#fffffffe), None when it has another form."""
    try:
        part = one_from_boc(body).parse()
        part.expect(Op.RICH_BOUNCE, 32)
        original, info = part.ref(), part.ref().parse()
        value, _extra, original_lt = info.coins(), info.maybe(), info.uint(64)
        phase, exit_code = part.uint(8), part.int_(32)
    except Refuted:
        return None
    return RichBounce(
        original_body=to_boc(original),
        original_value=value,
        original_lt=original_lt,
        phase=phase,
        exit_code=exit_code,
    )


def _start(opcode: Op, query_id: int) -> Writer:
    return Writer().uint(opcode, 32).uint(query_id, 64)


def _read(opcode: int | None, part: Slice) -> Operation | None:  # noqa: PLR0911
    match opcode:
        case Op.COMMENT:
            return Comment(text=_text(part))
        case Op.PAY:
            query_id, amount, until = part.uint(64), part.coins(), part.uint(32)
            return Pay(query_id=query_id, amount=amount, valid_until=until, payload=to_boc(part.ref()))
        case Op.SET_MIN_WITHDRAWAL:
            return SetMinWithdrawal(query_id=part.uint(64), min_withdrawal=part.coins())
        case Op.SET_FEE:
            return SetFee(query_id=part.uint(64), fee_bps=part.uint(16))
        case Op.SET_SUPPLIER:
            return SetSupplier(query_id=part.uint(64), supplier=read_address(part))
        case Op.SET_MODE:
            return SetMode(query_id=part.uint(64), paused=part.flag(), comments=part.flag())
        case Op.SET_SPLIT:
            return SetSplit(query_id=part.uint(64), split=read_split(part.maybe()))
        case Op.PROPOSE_OWNER:
            return ProposeOwner(query_id=part.uint(64), owner=read_maybe_address(part))
        case Op.REFUND_BUYER:
            return RefundBuyer(query_id=part.uint(64), to=read_address(part), amount=part.coins())
        case Op.FORCE_WITHDRAW:
            return ForceWithdraw(query_id=part.uint(64))
        case Op.CLAIM_OWNER:
            return ClaimOwner(query_id=part.uint(64))
        case Op.TOP_UP:
            return TopUp(query_id=part.uint(64))
        case Op.RETURN_EXCESSES:
            return ReturnExcesses(query_id=part.uint(64))
        case _:
            return None


def _text(part: Slice) -> str | None:
    data = bytearray()
    for _ in range(_TEXT_CELLS):
        if part.left % 8 or len(part.refs) > 1:
            return None
        data += part.raw(part.left // 8)
        if not part.refs or len(data) > _TEXT_BYTES:
            break
        try:
            part = part.refs[0].parse()
        except Refuted:
            return None
    else:
        return None
    try:
        return data.decode() if len(data) <= _TEXT_BYTES else None
    except UnicodeDecodeError:
        return None
