"""Domain values to columns and back; knows each column's form and runs no query."""

from typing import Any, TypeAlias, assert_never

from sqlalchemy import Row

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.errors import OutOfBounds
from krypton.domain.ledger import (
    Entry,
    Event,
    Figures,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
    Withdrawal,
)
from krypton.store.schema import FIGURES

Found: TypeAlias = Row[*tuple[Any, ...]]
Columns: TypeAlias = dict[str, int | str | bytes | None]

LARGEST = 2**63 - 1
"""The largest integer that a column holds: as nano, nearly twice the coin's whole supply."""
NOTHING = bytes(32)
_SIGN = 1 << 63
_PAYMENT = "payment"


def fitting(name: str, value: int, /) -> int:
    """Return `value` when a column holds it. Raises OutOfBounds."""
    if not -LARGEST <= value <= LARGEST:
        raise OutOfBounds(name=name, value=value, low=-LARGEST, high=LARGEST)
    return value


def address_bytes(address: Address, /) -> bytes:
    """Return the 33 bytes of an address: the workchain's, signed, then the account id."""
    return address.workchain.to_bytes(1, "big", signed=True) + address.account


def address_of(data: bytes, /) -> Address:
    """Read back `address_bytes`. Raises BadAddress on another length."""
    return Address(int.from_bytes(data[:1], "big", signed=True), data[1:])


def signed64(value: int, /) -> int:
    """Return 64 unsigned bits as the signed integer that a column holds."""
    return (value ^ _SIGN) - _SIGN


def unsigned64(value: int, /) -> int:
    """Read back `signed64`."""
    return value % (1 << 64)


def figures_of(row: Found, /) -> Figures:
    """Read a collector's roll-up."""
    return Figures(**{name: getattr(row, name) for name in FIGURES})


def figures_columns(figures: Figures, /) -> Columns:
    """Return a collector's roll-up as columns. Raises OutOfBounds."""
    return {name: fitting(name, getattr(figures, name)) for name in FIGURES}


def entry_columns(entry: Entry, /, *, collector: int, fee_balance: int | None) -> Columns:
    """Return the row of any entry; `fee_balance` (nano) right after it, where it moved."""
    return {
        "collector": collector,
        "lt": fitting("lt", entry.stamp.lt),
        "time": entry.stamp.time,
        "hash": entry.stamp.hash,
        "message_hash": entry.message_hash,
        "sender": None if entry.sender is None else address_bytes(entry.sender),
        "value": fitting("value", entry.value),
        "network_fees": fitting("network_fees", entry.network_fees),
        "fee_balance": fee_balance,
        **_event_columns(entry.event),
    }


def payment_columns(payment: Payment, /, *, collector: int, lt: int) -> Columns:
    """Return a payment's row."""
    return {
        "collector": collector,
        "lt": lt,
        "buyer": address_bytes(payment.buyer),
        "total": fitting("total", payment.total),
        "forwarded": fitting("forwarded", payment.forwarded),
        "fee": fitting("fee", payment.fee),
        "supplier": address_bytes(payment.supplier),
        "query_id": signed64(payment.query_id),
        "by_comment": int(payment.by_comment),
        "comment": payment.comment,
    }


def withdrawal_columns(
    withdrawal: Withdrawal, /, *, collector: int, lt: int, fees: int, payments: int
) -> Columns:
    """Return a withdrawal's row; `fees` (nano) are exactly those in it, earned by `payments`."""
    return {
        "collector": collector,
        "lt": lt,
        "recipient": address_bytes(withdrawal.to),
        "amount": fitting("amount", withdrawal.amount),
        "shares": fitting("shares", withdrawal.shares),
        "forced": int(withdrawal.forced),
        "fees": fitting("fees", fees),
        "payments": payments,
    }


def stamp_of(row: Found, /) -> Stamp:
    """Read an entry's place."""
    return Stamp(lt=row.lt, hash=row.hash, time=row.time)


def payment_of(row: Found, /) -> Payment:
    """Read a payment."""
    return Payment(
        buyer=address_of(row.buyer),
        total=row.total,
        forwarded=row.forwarded,
        fee=row.fee,
        supplier=address_of(row.supplier),
        query_id=unsigned64(row.query_id),
        by_comment=bool(row.by_comment),
        comment=row.comment,
    )


def withdrawal_of(row: Found, /, *, prefix: str = "") -> Withdrawal:
    """Read a withdrawal; `prefix` is what its columns are labelled with beside an entry's own."""
    return Withdrawal(
        to=address_of(getattr(row, f"{prefix}recipient")),
        amount=getattr(row, f"{prefix}amount"),
        shares=getattr(row, f"{prefix}shares"),
        forced=bool(getattr(row, f"{prefix}forced")),
    )


def event_of(row: Found, /) -> Event:
    """Read what an entry other than a payment says. Raises ValueError on an unknown kind."""
    match row.kind:
        case "owned":
            return Owned(action=OwnerAction(row.action), value=row.amount)
        case "refused":
            return Refused(exit_code=row.code, returned=row.amount)
        case "forward_bounced":
            return ForwardBounced(credited=row.amount)
        case "funded":
            return Funded(amount=row.amount, refundable=bool(row.code))
        case "unknown":
            return Unknown()
        case _:
            raise ValueError(row.kind)


def _event_columns(event: Event) -> Columns:
    kind, action, amount, code = _event_cells(event)
    return {
        "kind": kind,
        "action": action,
        "amount": None if amount is None else fitting("amount", amount),
        "code": code,
    }


def _event_cells(event: Event) -> tuple[str, str | None, int | None, int | None]:
    match event:
        case Payment():
            return _PAYMENT, None, None, None
        case Owned():
            return "owned", event.action.value, event.value, None
        case Refused():
            return "refused", None, event.returned, event.exit_code
        case ForwardBounced():
            return "forward_bounced", None, event.credited, None
        case Funded():
            return "funded", None, event.amount, int(event.refundable)
        case Unknown():
            return "unknown", None, None, None
        case _:
            assert_never(event)
