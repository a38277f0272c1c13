"""The answers that a lying server gives instead of the honest ones; each is one wrong thing and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox import proofs
from krypton.sandbox.answers import accounts, history
from krypton.sandbox.answers.context import Context, read_account
from krypton.sandbox.boc import from_boc, to_boc
from krypton.sandbox.cells import Cell
from krypton.sandbox.liteserver import METHODS, SEND, SENT, failure
from krypton.sandbox.tl import BASECHAIN, Reader, Writer, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krypton.sandbox.liteserver import Method

STATE: Final = accounts.state
LIST: Final = history.of_account


def _numbers(*honest: Method) -> list[int]:
    """Give the constructors that these honest methods answer."""
    return [number(f"liteServer.{schema}") for schema, method in METHODS.items() if method in honest]


def _no_account(context: Context, reader: Reader) -> bytes:
    name, (workchain, account) = reader.block(), read_account(reader)
    head = context.state(name)
    writer = Writer(number(f"liteServer.{accounts.STATE}")).block(name)
    proof = proofs.account_pruned(head, account) if workchain == BASECHAIN else b""
    return writer.block(head.shard.id).data(proofs.shards_in_state(head)).data(proof).data(b"").done()


def _listed(context: Context, reader: Reader) -> tuple[bytes, list[bytes], list[Cell]]:
    """Give an honest answer in its parts: its constructor, the blocks' names, the transactions."""
    honest = Reader(history.of_account(context, reader))
    constructor = honest.take(4)
    names = [honest.take(80) for _ in range(honest.uint())]
    data = honest.data()
    return constructor, names, list(from_boc(data)) if data else []


def _list(constructor: bytes, names: list[bytes], cells: list[Cell]) -> bytes:
    body = constructor + len(names).to_bytes(4, "little") + b"".join(names)
    return body + Writer(0).data(to_boc(*cells) if cells else b"").done()[4:]


def _hidden_transaction(context: Context, reader: Reader) -> bytes:
    constructor, names, cells = _listed(context, reader)
    gone = len(cells) // 2
    return _list(constructor, names[:gone] + names[gone + 1 :], cells[:gone] + cells[gone + 1 :])


def _hidden_message(context: Context, reader: Reader) -> bytes:
    constructor, names, cells = _listed(context, reader)
    if cells:
        cell = cells[0]
        messages = cell.refs[0]
        hidden = Cell(messages.bits, messages.size, tuple(ref.pruned() for ref in messages.refs))
        cells[0] = Cell(cell.bits, cell.size, (hidden, *cell.refs[1:]))
    return _list(constructor, names, cells)


def _sent_never(_context: Context, reader: Reader) -> bytes:
    reader.data()
    return Writer(SENT).int_(1).done()


def _refused_yet_run(context: Context, reader: Reader) -> bytes:
    context.chain.submit(reader.data())
    return failure(-701, "cannot apply external message to current state : External message was not accepted")


PRUNED_ACCOUNT: Final[Mapping[int, Method]] = dict.fromkeys(_numbers(STATE), accounts.state_pruned)
NO_ACCOUNT: Final[Mapping[int, Method]] = dict.fromkeys(_numbers(STATE), _no_account)
HIDDEN_TRANSACTION: Final[Mapping[int, Method]] = dict.fromkeys(_numbers(LIST), _hidden_transaction)
HIDDEN_MESSAGE: Final[Mapping[int, Method]] = dict.fromkeys(_numbers(LIST), _hidden_message)
SENT_NEVER: Final[Mapping[int, Method]] = {SEND: _sent_never}
REFUSED_YET_RUN: Final[Mapping[int, Method]] = {SEND: _refused_yet_run}
