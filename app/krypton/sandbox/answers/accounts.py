"""Answers about accounts: their proven state, and get-methods run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pytoniq_core import Cell as LibraryCell
from pytoniq_core import VmStack

from krypton.sandbox import getters, proofs
from krypton.sandbox.accounts import Status
from krypton.sandbox.answers.context import Context, LiteError, answer, read_account
from krypton.sandbox.boc import to_boc
from krypton.sandbox.stacks import StackItem
from krypton.sandbox.tl import BASECHAIN, MASTERCHAIN, BlockId, Reader
from krypton.sandbox.tvm import TvmError

if TYPE_CHECKING:
    from krypton.sandbox.head import Head

NOT_ACTIVE: Final = -256
"""What a get-method on no code ends with."""
NO_BLOCK: Final = BlockId(-(2**31), 0, bytes(32), bytes(32), 0)
MAX_STACK_BYTES: Final = 65_535

_STACK: Final[Any] = VmStack  # its own annotations say nothing of what is in a stack

STATE: Final = (
    "accountState id:tonNode.blockIdExt shardblk:tonNode.blockIdExt shard_proof:bytes proof:bytes state:bytes"
    " = liteServer.AccountState"
)


def _proven(
    context: Context, name: BlockId, workchain: int, account: bytes
) -> tuple[Head, BlockId, bytes, bytes]:
    """Give the head, the block that the account's chain stood at, and both proofs."""
    head = context.account_state(name, account)
    if workchain == MASTERCHAIN and name.workchain == MASTERCHAIN:
        return head, head.master.id, b"", proofs.master_account(head)
    if workchain != BASECHAIN:
        return head, NO_BLOCK, b"", b""
    shard_proof = proofs.shards_in_state(head) if name.workchain == MASTERCHAIN else b""
    return head, head.shard.id, shard_proof, proofs.account(head, account)


def state(context: Context, reader: Reader) -> bytes:
    """Answer getAccountState; an account that isn't there has an empty state and a proof of absence."""
    name, (workchain, account) = reader.block(), read_account(reader)
    head, shard, shard_proof, proof = _proven(context, name, workchain, account)
    found = head.account(account)
    there = workchain == BASECHAIN and found.status is not Status.NOTHING
    writer = answer(STATE).block(name).block(shard).data(shard_proof).data(proof)
    return writer.data(to_boc(found.cell) if there else b"").done()


def state_pruned(context: Context, reader: Reader) -> bytes:
    """Answer getAccountStatePrunned: the account's root alone, everything below it pruned."""
    name, (workchain, account) = reader.block(), read_account(reader)
    head, shard, shard_proof, proof = _proven(context, name, workchain, account)
    found = head.account(account)
    there = workchain == BASECHAIN and found.status is not Status.NOTHING
    writer = answer(STATE).block(name).block(shard).data(shard_proof).data(proof)
    return writer.data(to_boc(proofs.root_only(found.cell)) if there else b"").done()


def run(context: Context, reader: Reader) -> bytes:
    """Answer runSmcMethod."""
    mode, name, (workchain, account) = reader.uint(), reader.block(), read_account(reader)
    method, params = reader.long(), reader.data()
    head, shard, shard_proof, proof = _proven(context, name, workchain, account)
    found = head.account(account)
    exit_code, stack = NOT_ACTIVE, b""
    if workchain == BASECHAIN:
        exit_code, stack = _run(context, head, account, method=method, params=params)
    writer = answer(
        "runMethodResult mode:# id:tonNode.blockIdExt shardblk:tonNode.blockIdExt shard_proof:mode.0?bytes"
        " proof:mode.0?bytes state_proof:mode.1?bytes init_c7:mode.3?bytes lib_extras:mode.4?bytes"
        " exit_code:int result:mode.2?bytes = liteServer.RunMethodResult"
    )
    writer.int_(mode & 7).block(name).block(shard)
    if mode & 1:
        writer.data(shard_proof).data(proof)
    if mode & 2:
        writer.data(proofs.whole(found.cell) if found.status is not Status.NOTHING else b"")
    writer.int_(exit_code)
    return (writer.data(stack) if mode & 4 else writer).done()


def _run(context: Context, head: Head, account: bytes, *, method: int, params: bytes) -> tuple[int, bytes]:
    """Give the exit code and the stack left (BoC)."""
    if len(params) > MAX_STACK_BYTES:
        raise LiteError(0, "more than 64k parameter bytes passed")
    try:
        stack: list[StackItem] = (
            _STACK.deserialize(LibraryCell.one_from_boc(params).begin_parse()) if params else []
        )
    except Exception as error:
        # a stranger's stack: the library raises whatever its parsing stumbles over
        raise LiteError(0, "cannot deserialize parameter list") from error
    try:
        result = getters.run(head, context.tvm, account, method=method, stack=tuple(stack))
    except TvmError as error:
        raise LiteError(0, "cannot run the method") from error
    if result is None:
        return NOT_ACTIVE, b""
    return result.exit_code, _STACK.serialize(list(result.stack)).to_boc()
