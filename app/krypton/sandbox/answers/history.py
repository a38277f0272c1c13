"""Answers about transactions, by account and by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox import proofs
from krypton.sandbox.accounts import read_transaction
from krypton.sandbox.answers.context import Context, LiteError, answer, read_account
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.tl import BASECHAIN, BlockId, Reader

if TYPE_CHECKING:
    from krypton.sandbox.archive import KeptTransaction
    from krypton.sandbox.cells import Cell

AT_ONCE: Final = 16
LISTED_AT_ONCE: Final = 256

_REVERSED: Final = 1 << 6
_AFTER: Final = 1 << 7


def of_account(context: Context, reader: Reader) -> bytes:
    """Answer getTransactions: newest first, at most 16, each the one that the last names as its previous."""
    count, (workchain, account) = reader.uint(), read_account(reader)
    lt, hash_ = reader.long(), reader.hash()
    kept = context.archive.transactions(account, lt, min(count, AT_ONCE)) if workchain == BASECHAIN else []
    if count and (not kept or kept[0].lt != lt):
        raise LiteError(-400, "transaction not found")
    if kept and kept[0].hash != hash_:
        raise LiteError(-400, "transaction hash mismatch")
    names: list[BlockId] = []
    cells: list[Cell] = []
    expected = lt
    for one in kept:
        if one.lt != expected:
            break
        cell = one_from_boc(one.boc)
        cells.append(cell)
        names.append(_name(context, one.seqno))
        expected = read_transaction(cell).previous_lt
    writer = answer(
        "transactionList ids:vector tonNode.blockIdExt transactions:bytes = liteServer.TransactionList"
    )
    writer.int_(len(names))
    for name in names:
        writer.block(name)
    return writer.data(to_boc(*cells) if cells else b"").done()


def _name(context: Context, seqno: int) -> BlockId:
    name = context.archive.name(BASECHAIN, seqno)
    if name is None:
        raise LiteError(651, "block handle not in db")
    return name


def one(context: Context, reader: Reader) -> bytes:
    """Answer getOneTransaction; an empty transaction with its proof where the block has none."""
    block, (workchain, account), lt = context.block(reader.block()), read_account(reader), reader.long()
    if block.id.workchain != BASECHAIN or workchain != BASECHAIN or not block.id.seqno:
        raise LiteError(0, "obtained a block that cannot contain specified account")
    proof, cell = proofs.transaction(block, account, lt)
    writer = answer(
        "transactionInfo id:tonNode.blockIdExt proof:bytes transaction:bytes = liteServer.TransactionInfo"
    )
    return writer.block(block.id).data(proof).data(to_boc(cell) if cell else b"").done()


def listed(context: Context, reader: Reader) -> bytes:
    """Answer listBlockTransactions; the proof is left out."""
    name, mode, count, found, incomplete = _list(context, reader)
    writer = answer(
        "blockTransactions id:tonNode.blockIdExt req_count:# incomplete:Bool"
        " ids:vector liteServer.transactionId proof:bytes = liteServer.BlockTransactions"
    )
    writer.block(name).int_(count).truth(incomplete).int_(len(found))
    for each in found:
        writer.int_(mode & 7)
        if mode & 1:
            writer.hash(each.account)
        if mode & 2:
            writer.long(each.lt)
        if mode & 4:
            writer.hash(each.hash)
    return writer.data(b"").done()


def listed_ext(context: Context, reader: Reader) -> bytes:
    """Answer listBlockTransactionsExt; the proof is left out."""
    name, _, count, found, incomplete = _list(context, reader)
    writer = answer(
        "blockTransactionsExt id:tonNode.blockIdExt req_count:# incomplete:Bool transactions:bytes"
        " proof:bytes = liteServer.BlockTransactionsExt"
    )
    cells = [one_from_boc(each.boc) for each in found]
    writer.block(name).int_(count).truth(incomplete)
    return writer.data(to_boc(*cells) if cells else b"").data(b"").done()


def _list(context: Context, reader: Reader) -> tuple[BlockId, int, int, list[KeptTransaction], int]:
    block, mode, count = context.block(reader.block()), reader.uint(), reader.uint()
    after = (reader.hash(), reader.long()) if mode & _AFTER else None
    found: list[KeptTransaction] = []
    if block.id.workchain == BASECHAIN:
        found = context.archive.transactions_of_block(block.id.seqno)
    if mode & _REVERSED:
        found.reverse()
    if after is not None:
        sign = -1 if mode & _REVERSED else 1
        found = [each for each in found if _compare((each.account, each.lt), after) == sign]
    most = min(count, LISTED_AT_ONCE)
    return block.id, mode, count, found[:most], int(len(found) > most)


def _compare(one_: tuple[bytes, int], other: tuple[bytes, int]) -> int:
    return (one_ > other) - (one_ < other)
