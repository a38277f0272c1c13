"""An account's whole state as a value; knows nothing of proofs. Layout: TL-B Account (block.tlb)."""

from krypton.chain.cells import Cell, Refuted, Slice, to_boc
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.errors import Lie


def read_account(cell: Cell, *, address: Address, last_hash: bytes, last_lt: int) -> Account:
    """Return the values in a whole Account cell. Raises Refuted."""
    read = cell.parse()
    if not read.flag():  # account_none
        return Account(address=address, status=AccountStatus.ABSENT, last_hash=last_hash, last_lt=last_lt)
    read.expect(0b100, 3)  # addr_std without anycast
    if Address(read.int_(8), read.raw(32)) != address:
        raise Refuted(Lie.PROOF)
    for _ in range(2):  # used cells, bits
        read.uint(8 * read.uint(3))
    if read.uint(3):  # storage_extra_info
        read.raw(32)
    read.uint(32)  # last_paid
    if read.flag():  # due_payment
        read.coins()
    read.uint(64)  # last_trans_lt of the storage
    balance = read.coins()
    read.maybe()  # other currencies
    status, code, data = _account_state(read)
    return Account(
        address=address,
        status=status,
        balance=balance,
        last_lt=last_lt,
        last_hash=last_hash,
        code_hash=None if code is None else code.hash,
        data=None if data is None else to_boc(data),
    )


def _account_state(read: Slice) -> tuple[AccountStatus, Cell | None, Cell | None]:
    if not read.flag():
        return (AccountStatus.FROZEN if read.flag() else AccountStatus.UNINIT), None, None
    if read.flag():  # fixed_prefix_length
        read.uint(5)
    if read.flag():  # tick, tock
        read.uint(2)
    return AccountStatus.ACTIVE, read.maybe(), read.maybe()
