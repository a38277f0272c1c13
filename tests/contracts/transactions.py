"""What the tests need out of a transaction and an account, read from their cells; it judges nothing."""

from dataclasses import dataclass
from functools import lru_cache

from krypton.chain.cells import Cell, Slice, one_from_boc, to_boc
from krypton.chain.collector import read_address, read_maybe_address
from krypton.domain.address import Address


@dataclass(frozen=True, kw_only=True)
class Out:
    """A message out of the contract: `to` is None for its log. Value and fee in nano, body as BoC."""

    to: Address | None
    value: int
    fee: int
    bounce: bool
    body: bytes
    cell: Cell | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One transaction. A code is None where its phase (compute, action) did not happen."""

    lt: int
    fees: int
    rent: int
    exit_code: int | None
    gas: int
    gas_fee: int
    action_code: int | None
    skipped: int
    forward_fees: int
    aborted: bool
    outs: tuple[Out, ...]

    @property
    def accepted(self) -> bool:
        return self.exit_code == 0 and self.action_code == 0 and not self.aborted


@dataclass(frozen=True, kw_only=True)
class Held:
    """An account: status, balance in nano, data as BoC when it is active."""

    active: bool
    balance: int
    data: bytes


@lru_cache(maxsize=256)
def read_account(shard_account: bytes) -> Held:
    account = one_from_boc(shard_account).parse().ref().parse()
    if not account.flag():
        return Held(active=False, balance=0, data=b"")
    read_address(account)
    for _ in range(2):
        account.uint(8 * account.uint(3))
    if account.uint(3):
        account.uint(256)
    account.uint(32)
    if account.flag():
        account.coins()
    account.uint(64)
    balance = account.coins()
    account.maybe()
    if not account.flag():
        return Held(active=False, balance=balance, data=b"")
    account.expect(0, 2)
    account.maybe()
    data = account.maybe()
    return Held(active=True, balance=balance, data=b"" if data is None else to_boc(data))


def read_receipt(transaction: bytes) -> Receipt:
    part = one_from_boc(transaction).parse()
    part.expect(0b0111, 4)
    part.uint(256)
    lt = part.uint(64)
    part.uint(256 + 64 + 32 + 15 + 4)
    messages = part.ref().parse()
    messages.maybe()
    listed = messages.maybe()
    outs = () if listed is None else tuple(read_out(leaf.ref()) for leaf in leaves(listed, bits=15))
    fees = part.coins()
    part.maybe()
    part.ref()
    return _described(part.ref().parse(), lt=lt, fees=fees, outs=outs)


def _described(part: Slice, *, lt: int, fees: int, outs: tuple[Out, ...]) -> Receipt:
    part.expect(0b0000, 4)
    part.flag()
    rent = _storage(part) if part.flag() else 0
    if part.flag():
        if part.flag():
            part.coins()
        part.coins()
        part.maybe()
    exit_code: int | None = None
    gas = gas_fee = 0
    if part.flag():
        part.uint(3)
        gas_fee = part.coins()
        vm = part.ref().parse()
        gas = vm.uint(8 * vm.uint(3))
        vm.uint(8 * vm.uint(3))
        if vm.flag():
            vm.uint(8 * vm.uint(2))
        vm.uint(8)
        exit_code = vm.int_(32)
    else:
        part.uint(2 if not part.flag() else 1) if part.left else None
        return Receipt(
            lt=lt,
            fees=fees,
            rent=rent,
            exit_code=None,
            gas=0,
            gas_fee=0,
            action_code=None,
            skipped=0,
            forward_fees=0,
            aborted=True,
            outs=outs,
        )
    action_code: int | None = None
    skipped = forward_fees = 0
    if (action := part.maybe()) is not None:
        phase = action.parse()
        phase.uint(3)
        if phase.flag():
            phase.uint(1)
        forward_fees = phase.coins() if phase.flag() else 0
        if phase.flag():
            phase.coins()
        action_code = phase.int_(32)
        if phase.flag():
            phase.uint(32)
        phase.uint(32)
        skipped = phase.uint(16)
    return Receipt(
        lt=lt,
        fees=fees,
        rent=rent,
        exit_code=exit_code,
        gas=gas,
        gas_fee=gas_fee,
        action_code=action_code,
        skipped=skipped,
        forward_fees=forward_fees,
        aborted=part.flag(),
        outs=outs,
    )


def _storage(part: Slice) -> int:
    rent = part.coins()
    if part.flag():
        part.coins()
    if part.flag():
        part.uint(1)
    return rent


def read_out(cell: Cell) -> Out:
    part = cell.parse()
    if part.flag():
        part.expect(1, 1)
        read_address(part)
        part.expect(0, 2)
        part.uint(96)
        part.flag()
        return Out(
            to=None, value=0, fee=0, bounce=False, body=to_boc(part.ref() if part.flag() else part.rest())
        )
    part.uint(1)
    bounce = part.flag()
    part.uint(1)
    read_address(part)
    to = read_maybe_address(part)
    value = part.coins()
    part.maybe()
    part.coins()
    fee = part.coins()
    part.uint(96)
    part.expect(0, 1)
    body = part.ref() if part.flag() else part.rest()
    return Out(to=to, value=value, fee=fee, bounce=bounce, body=to_boc(body), cell=cell)


def leaves(cell: Cell, *, bits: int) -> list[Slice]:
    """Values of a Hashmap in order of their keys (TL-B hml_short, hml_long, hml_same)."""
    part = cell.parse()
    left = bits - _label(part, most=bits)
    if not left:
        return [part]
    return [leaf for ref in (part.ref(), part.ref()) for leaf in leaves(ref, bits=left - 1)]


def _label(part: Slice, *, most: int) -> int:
    width = most.bit_length()
    if not part.flag():
        length = 0
        while part.flag():
            length += 1
        part.uint(length)
        return length
    if not part.flag():
        length = part.uint(width)
        part.uint(length)
        return length
    part.uint(1)
    return part.uint(width)
