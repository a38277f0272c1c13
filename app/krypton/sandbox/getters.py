"""Runs get-methods on accounts as they stand at a head; knows no protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytoniq_core import Cell as LibraryCell

from krypton.domain.errors import NotDeployed
from krypton.sandbox.boc import to_boc
from krypton.sandbox.stacks import StackItem
from krypton.sandbox.tvm import MethodResult, TvmError

if TYPE_CHECKING:
    from krypton.sandbox.head import Head
    from krypton.sandbox.tvm import Tvm


def run(
    head: Head, tvm: Tvm, account: bytes, *, method: int | str, stack: tuple[StackItem, ...]
) -> MethodResult | None:
    """Run a get-method at a head; nothing where there is no code. Raises TvmError."""
    found = head.account(account)
    if found.code is None or found.data is None:
        return None
    return tvm.run_get_method(
        code=LibraryCell.one_from_boc(to_boc(found.code)),
        data=LibraryCell.one_from_boc(to_boc(found.data)),
        method=method,
        address=f"0:{account.hex()}",
        stack=stack,
        balance=found.balance,
        now=head.master.utime,
    )


def required_fee(head: Head, tvm: Tvm, collector: bytes, *, amount: int) -> int:
    """Ask a collector's own getter what it wants for forwarding `amount` (nano); raises NotDeployed."""
    try:
        result = run(head, tvm, collector, method="get_required_fee", stack=(amount,))
    except TvmError as error:
        raise NotDeployed(address=f"0:{collector.hex()}") from error
    if result is None or result.exit_code or len(result.stack) != 1 or not isinstance(result.stack[0], int):
        raise NotDeployed(address=f"0:{collector.hex()}")
    return result.stack[0]
