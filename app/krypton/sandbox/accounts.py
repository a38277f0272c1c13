"""Knows how accounts, transactions and messages are written as cells; runs nothing and keeps nothing.

Layouts: `block.tlb` of the node (Account, ShardAccount, Transaction, Message).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from krypton.sandbox.cells import Builder, Cell, CellError, Slice
from krypton.sandbox.hashmap import read_label
from krypton.sandbox.merkle import tree

NO_HASH: Final = bytes(32)

_TRANSACTION: Final = 0b0111
"""TL-B: `transaction$0111`."""


class Status(Enum):
    """What there is at an address."""

    NOTHING = auto()
    UNINITIALISED = auto()
    FROZEN = auto()
    ACTIVE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the chain keeps it; `balance` in nano, `shard` is its ShardAccount."""

    shard: Cell
    cell: Cell
    last_hash: bytes
    last_lt: int
    status: Status
    balance: int
    code: Cell | None
    data: Cell | None


def absent() -> Account:
    """Give the account at an address that nothing happened to."""
    cell = Builder().uint(0, 1).end()
    shard = Builder().ref(cell).raw(NO_HASH).uint(0, 64).end()
    return read_account(shard)


def read_account(shard: Cell) -> Account:
    """Read a ShardAccount; raises CellError."""
    outer = shard.parse()
    cell = outer.ref()
    last_hash, last_lt = outer.raw(32), outer.uint(64)
    inside = cell.parse()
    status, balance = Status.NOTHING, 0
    code: Cell | None = None
    data: Cell | None = None
    if inside.uint(1):
        skip_to_balance(inside)
        balance = inside.coins()
        inside.maybe()
        if inside.uint(1):
            status = Status.ACTIVE
            code, data = _read_state_init(inside)
        else:
            status = Status.FROZEN if inside.uint(1) else Status.UNINITIALISED
    return Account(
        shard=shard,
        cell=cell,
        last_hash=last_hash,
        last_lt=last_lt,
        status=status,
        balance=balance,
        code=code,
        data=data,
    )


def skip_to_balance(inside: Slice) -> None:
    """Pass what stands before an account's balance (after the bit that says that there is one)."""
    read_address(inside)
    inside.var(3)
    inside.var(3)
    if inside.uint(3) == 1:
        inside.uint(256)
    inside.uint(32)
    if inside.uint(1):
        inside.coins()
    inside.uint(64)


def _read_state_init(inside: Slice) -> tuple[Cell | None, Cell | None]:
    if inside.uint(1):
        inside.uint(5)
    if inside.uint(1):
        inside.uint(2)
    return inside.maybe(), inside.maybe()


def read_address(inside: Slice) -> tuple[int, bytes] | None:
    """Read a MsgAddress: workchain and account, or nothing where there is no standard address."""
    match inside.uint(2):
        case 0:
            return None
        case 1:
            inside.uint(inside.uint(9))
            return None
        case 2:
            if inside.uint(1):
                raise CellError(2)
            return inside.int_(8), inside.raw(32)
        case other:
            raise CellError(other)


def write_address(builder: Builder, account: bytes, workchain: int = 0) -> Builder:
    """Write a standard internal address."""
    return builder.uint(0b100, 3).int_(workchain, 8).raw(account)


def state_init(code: Cell, data: Cell) -> Cell:
    """Write a StateInit of code and data; its hash is the account's address."""
    return Builder().uint(0b00110, 5).ref(code).ref(data).end()


def born(
    account: bytes, *, balance: int, now: int, code: Cell | None = None, data: Cell | None = None
) -> Cell:
    """Write the ShardAccount of an account that the zero state holds, with `balance` nano."""
    storage = Builder().uint(0, 64).coins(balance).uint(0, 1)
    if code is not None and data is not None:
        storage.uint(1, 1).cell(state_init(code, data))
    else:
        storage.uint(0, 2)
    kept = storage.end()
    cells = tree(kept)
    builder = write_address(Builder().uint(1, 1), account)
    builder.var(len(cells), 3).var(sum(cell.size for cell in cells), 3).uint(0, 3).uint(now, 32).uint(0, 1)
    return Builder().ref(builder.cell(kept).end()).raw(NO_HASH).uint(0, 64).end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message's head; `value` in nano. `target` is None for an event to the outside."""

    cell: Cell
    external: bool
    target: tuple[int, bytes] | None
    value: int
    created_lt: int
    forward_fee: int = 0


def read_message(cell: Cell) -> Message:
    """Read a message's head; raises CellError."""
    inside = cell.parse()
    if inside.uint(1) == 0:
        inside.uint(3)
        read_address(inside)
        target = read_address(inside)
        value = inside.coins()
        inside.maybe()
        inside.coins()
        fee = inside.coins()
        lt = inside.uint(64)
        return Message(cell=cell, external=False, target=target, value=value, created_lt=lt, forward_fee=fee)
    outgoing = inside.uint(1)
    read_address(inside)
    target = read_address(inside)
    if outgoing:
        return Message(cell=cell, external=False, target=None, value=0, created_lt=inside.uint(64))
    return Message(cell=cell, external=True, target=target, value=0, created_lt=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A transaction's head: `fees` in nano, and what it sent."""

    cell: Cell
    lt: int
    previous_lt: int
    fees: int
    sent: tuple[Message, ...]
    had: Status
    has: Status


_STATUSES: Final = (Status.UNINITIALISED, Status.FROZEN, Status.ACTIVE, Status.NOTHING)


def read_transaction(cell: Cell) -> Transaction:
    """Read a transaction's head and its outbound messages; raises CellError."""
    inside = cell.parse()
    if inside.uint(4) != _TRANSACTION:
        raise CellError(_TRANSACTION)
    inside.raw(32)
    lt = inside.uint(64)
    inside.raw(32)
    previous_lt = inside.uint(64)
    inside.uint(32)
    count = inside.uint(15)
    had, has = _STATUSES[inside.uint(2)], _STATUSES[inside.uint(2)]
    messages = inside.ref().parse()
    messages.maybe()
    sent = _read_dictionary(messages.maybe(), 15) if count else []
    fees = inside.coins()
    return Transaction(
        cell=cell,
        lt=lt,
        previous_lt=previous_lt,
        fees=fees,
        sent=tuple(read_message(value.ref()) for value in sent),
        had=had,
        has=has,
    )


def _read_dictionary(root: Cell | None, bits: int) -> list[Slice]:
    """Read a plain dictionary's values in the order of their keys."""
    if root is None:
        return []
    inside = root.parse()
    left = bits - read_label(inside, bits)[1]
    if left == 0:
        return [inside]
    first, second = inside.ref(), inside.ref()
    return _read_dictionary(first, left - 1) + _read_dictionary(second, left - 1)
