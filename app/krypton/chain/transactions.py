"""Transactions as values: a chain of cells checked by hash; knows no contract.

Layout: TL-B Transaction and Message (block.tlb). A transaction's fields are as true as its hash, which the
account's proven state, or the transaction after it, commits to.
"""

from dataclasses import dataclass

from krypton.chain.cells import Cell, Refuted, Slice, from_boc, to_boc
from krypton.chain.hashmap import look_up
from krypton.chain.wallets import external_hash
from krypton.domain.address import Address
from krypton.domain.chain import Message, Stamp, Transaction
from krypton.domain.errors import Lie
from krypton.domain.money import Nano

_OUT_KEY = 15
_INTERNAL, _EXTERNAL_IN = 0b0, 0b10
_SUSPENDED = 0b11
"""cskip_suspended$110: the one reason of three bits."""


def read_chain(
    boc: bytes, /, *, account: Address, lt: int, hash_: bytes, most: int
) -> tuple[Transaction, ...]:
    """Return the transactions in a liteServer.transactionList, newest first, from (lt, hash) on.

    Each is whole, is of this account, and has the hash that the one after it gives. Raises Refuted.
    """
    found: list[Transaction] = []
    roots = from_boc(boc)
    if len(roots) > most:
        raise Refuted(Lie.SHAPE)
    for root in roots:
        if root.mask:
            raise Refuted(Lie.PRUNED)
        if root.hash != hash_:
            raise Refuted(Lie.HASH)
        read = read_transaction(root, account=account)
        if read.stamp.lt != lt:
            raise Refuted(Lie.CHAIN)
        found.append(read)
        lt, hash_ = read.previous_lt, read.previous_hash
    return tuple(found)


def read_transaction(cell: Cell, /, *, account: Address) -> Transaction:
    """Return the values in a whole transaction cell. Raises Refuted."""
    read = cell.parse()
    read.expect(0b0111, 4)
    if read.raw(32) != account.account:
        raise Refuted(Lie.CHAIN)
    lt, previous_hash, previous_lt, time = read.uint(64), read.raw(32), read.uint(64), read.uint(32)
    count = read.uint(_OUT_KEY)
    read.uint(4)  # status before and after
    message, sent = _messages(read.ref().parse(), count)
    fees = read.coins()
    read.maybe()  # fees in other currencies
    read.ref()  # hashes of the state before and after
    course = _course(read.ref().parse())
    return Transaction(
        stamp=Stamp(lt=lt, hash=cell.hash, time=time),
        previous_lt=previous_lt,
        previous_hash=previous_hash,
        account=account,
        message=message,
        out=tuple(each for each, _ in sent),
        # what stays with the validators, and what travels on with the messages
        network_fees=fees + sum(fee for _, fee in sent),
        exit_code=course.exit_code,
        action_code=course.action_code,
        aborted=course.aborted,
        destroyed=course.destroyed,
    )


def _messages(read: Slice, count: int) -> tuple[Message | None, list[tuple[Message, Nano]]]:
    inbound, outbound = read.maybe(), read.maybe()
    message = None if inbound is None else read_message(inbound)[0]
    if outbound is None:
        return message, []
    leaves = [look_up(outbound, key, _OUT_KEY) for key in range(count)]
    return message, [read_message(leaf.ref()) for leaf in leaves if leaf is not None]


def read_message(cell: Cell, /) -> tuple[Message, Nano]:
    """Return a message and the forward fee (nano) that it carries. Raises Refuted.

    The field once called ihr_fee holds flags since TVM 12, and was 0 in every wallet's message before.
    """
    read = cell.parse()
    bounce = bounced = False
    value = fee = created_lt = 0
    kind = _INTERNAL if not read.flag() else 0b10 | read.uint(1)
    if kind == _INTERNAL:
        read.flag()  # ihr_disabled
        bounce, bounced = read.flag(), read.flag()
    source, destination = _address(read), _address(read)
    if kind == _INTERNAL:
        value = read.coins()
        read.maybe()  # other currencies
        read.coins()  # extra flags
        fee = read.coins()
    if kind == _EXTERNAL_IN:
        read.coins()  # import fee
    else:
        created_lt = read.uint(64)
        read.uint(32)  # created_at
    body = _body(read)
    hash_ = cell.hash
    if kind == _EXTERNAL_IN and destination is not None:
        hash_ = external_hash(destination, body)
    return Message(
        hash=hash_,
        source=source,
        destination=destination,
        value=value,
        bounce=bounce,
        bounced=bounced,
        created_lt=created_lt,
        body=to_boc(body),
    ), fee


def _body(read: Slice) -> Cell:
    if read.flag():  # init
        if read.flag():
            read.ref()
        else:
            _skip_state_init(read)
    return read.ref() if read.flag() else read.rest()


def _skip_state_init(read: Slice) -> None:
    if read.flag():  # fixed_prefix_length
        read.uint(5)
    if read.flag():  # special
        read.uint(2)
    for _ in range(3):  # code, data, library
        read.maybe()


def _address(read: Slice) -> Address | None:
    """Read a MsgAddress; only standard ones are anybody's."""
    match read.uint(2):
        case 0b00:
            return None
        case 0b01:
            read.uint(read.uint(9))
            return None
        case 0b10:
            _skip_anycast(read)
            return Address(read.int_(8), read.raw(32))
        case _:
            _skip_anycast(read)
            size = read.uint(9)
            read.uint(32 + size)
            return None


def _skip_anycast(read: Slice) -> None:
    if read.flag():
        read.uint(read.uint(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """How a transaction went (TransactionDescr)."""

    exit_code: int | None = None
    action_code: int | None = None
    aborted: bool = False
    destroyed: bool = False


def _course(read: Slice) -> _Course:
    if read.uint(4):  # tick-tock, storage, split: nothing that an ordinary account goes through
        return _Course()
    read.flag()  # credit_first
    if read.flag():
        _skip_storage(read)
    if read.flag():
        _skip_credit(read)
    exit_code = _compute(read)
    action = read.maybe()
    action_code = None if action is None else _action(action.parse())
    aborted = read.flag()
    if read.flag():
        _skip_bounce(read)
    return _Course(exit_code=exit_code, action_code=action_code, aborted=aborted, destroyed=read.flag())


def _skip_storage(read: Slice) -> None:
    read.coins()  # collected
    if read.flag():
        read.coins()  # due
    _skip_status_change(read)


def _skip_status_change(read: Slice) -> None:
    if read.flag():
        read.flag()


def _skip_credit(read: Slice) -> None:
    if read.flag():
        read.coins()  # due fees collected
    read.coins()
    read.maybe()


def _compute(read: Slice) -> int | None:
    """Read the compute phase; None when it was skipped."""
    if not read.flag():
        if read.uint(2) == _SUSPENDED:
            read.flag()
        return None
    read.uint(3)  # success, msg_state_used, account_activated
    read.coins()  # gas fees
    inner = read.ref().parse()
    for _ in range(2):  # gas used, gas limit
        inner.uint(8 * inner.uint(3))
    if inner.flag():  # gas credit
        inner.uint(8 * inner.uint(2))
    inner.uint(8)  # mode
    return inner.int_(32)


def _action(read: Slice) -> int:
    read.uint(3)  # success, valid, no_funds
    _skip_status_change(read)
    for _ in range(2):  # forward fees, action fees
        if read.flag():
            read.coins()
    return read.int_(32)


def _skip_bounce(read: Slice) -> None:
    sent = read.flag()
    if not sent and not read.flag():  # no funds at all
        return
    for _ in range(2):  # cells, bits of the message
        read.uint(8 * read.uint(3))
    for _ in range(2 if sent else 1):  # fees
        read.coins()
