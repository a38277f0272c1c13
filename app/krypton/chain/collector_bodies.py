"""The collector's messages to cells and back (contracts/messages.tolk); knows no storage, no transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from krypton.chain.cells import Cell, Refuted, Slice, one_from_boc, to_boc
from krypton.chain.collector import read_address, read_coins, read_maybe_address, read_split, split_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
    Foreign,
    ForwardReturned,
    Op,
    Operation,
    Pay,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    RichBounce,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.errors import OutOfBounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT_BYTES = 4096
"""Bytes of the longest comment that is written or shown, its opcode included."""
_TEXT_CELLS = 64
_OP_BITS = 32
_PIECE = 127


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
    opcode = part.uint(_OP_BITS) if part.left >= _OP_BITS else None
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
    """Return a comment's body: opcode 0 and UTF-8 in cells of whole bytes. Raises OutOfBounds."""
    data = bytes(4) + text.encode()
    if len(data) > TEXT_BYTES:
        raise OutOfBounds(name="comment", value=len(data), low=0, high=TEXT_BYTES)
    pieces = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)]
    rest = _piece(pieces.pop()).cell()
    while pieces:
        rest = _piece(pieces.pop()).ref(rest).cell()
    return rest


def read_log(body: bytes, /) -> ForwardReturned | None:
    """Read an external message out of the contract, None when it isn't its log of a bounce."""
    try:
        part = one_from_boc(body).parse()
        part.expect(Op.FORWARD_RETURNED, 32)
        return ForwardReturned(refundable=read_coins(part), source=read_address(part))
    except Refuted:
        return None


def read_bounce(body: bytes, /) -> RichBounce | None:
    """Read the body of a bounced message (new_bounce_body#fffffffe), None when it has another form."""
    try:
        part = one_from_boc(body).parse()
        part.expect(Op.RICH_BOUNCE, 32)
        original, info = part.ref(), part.ref().parse()
        value, _extra, original_lt = read_coins(info), info.maybe(), info.uint(64)
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


def _piece(data: bytes) -> Writer:
    return Writer().uint(int.from_bytes(data, "big"), 8 * len(data))


def _start(opcode: Op, query_id: int) -> Writer:
    return Writer().uint(opcode, 32).uint(query_id, 64)


def _read(opcode: int | None, part: Slice) -> Operation | None:
    reader = None if opcode is None else _READERS.get(opcode)
    return None if reader is None else reader(part)


_READERS: Mapping[int, Callable[[Slice], Operation]] = {
    Op.COMMENT: lambda part: Comment(text=_text(part)),
    Op.PAY: lambda part: Pay(
        query_id=part.uint(64), amount=read_coins(part), valid_until=part.uint(32), payload=to_boc(part.ref())
    ),
    Op.FORCE_WITHDRAW: lambda part: ForceWithdraw(query_id=part.uint(64)),
    Op.SET_MIN_WITHDRAWAL: lambda part: SetMinWithdrawal(
        query_id=part.uint(64), min_withdrawal=read_coins(part)
    ),
    Op.SET_FEE: lambda part: SetFee(query_id=part.uint(64), fee_bps=part.uint(16)),
    Op.SET_SUPPLIER: lambda part: SetSupplier(query_id=part.uint(64), supplier=read_address(part)),
    Op.SET_MODE: lambda part: SetMode(query_id=part.uint(64), paused=part.flag(), comments=part.flag()),
    Op.SET_SPLIT: lambda part: SetSplit(query_id=part.uint(64), split=read_split(part.maybe())),
    Op.PROPOSE_OWNER: lambda part: ProposeOwner(query_id=part.uint(64), owner=read_maybe_address(part)),
    Op.CLAIM_OWNER: lambda part: ClaimOwner(query_id=part.uint(64)),
    Op.REFUND_BUYER: lambda part: RefundBuyer(
        query_id=part.uint(64), to=read_address(part), amount=read_coins(part)
    ),
    Op.TOP_UP: lambda part: TopUp(query_id=part.uint(64)),
    Op.RETURN_EXCESSES: lambda part: ReturnExcesses(query_id=part.uint(64)),
}


def _text(part: Slice) -> str | None:
    data = bytearray()
    for _ in range(_TEXT_CELLS):
        if part.left % 8 or len(part.refs) > 1:
            return None
        data += part.raw(part.left // 8)
        if not part.refs or len(data) > TEXT_BYTES:
            break
        try:
            part = part.refs[0].parse()
        except Refuted:
            return None
    else:
        return None
    try:
        return data.decode() if len(data) <= TEXT_BYTES else None
    except UnicodeDecodeError:
        return None
