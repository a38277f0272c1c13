"""Every action of every path exactly as the contract orders it: send modes, bounce flags, order, reserve."""

from dataclasses import dataclass, replace

import pytest

from krypton.chain.cells import Cell, one_from_boc, to_boc
from krypton.chain.collector import read_maybe_address
from krypton.chain.collector_bodies import body_cell
from krypton.chain.collector_messages import (
    Comment,
    ForceWithdraw,
    Operation,
    RefundBuyer,
    ReturnExcesses,
    SetMode,
    TopUp,
)
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, Share, Stats, Terms
from krypton.sandbox.tvm import Executed, Tvm
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    OWNER,
    PAYLOAD,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    pay,
    someone,
    total,
)

SEND, RESERVE = 0x0EC3C86D, 0x36E6B809
RICH_ROOT = 1
"""Flags of a message (TVM 12): bounce in the new form, the root of the body only."""

TERMS = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100, comments=True)
DUE = replace(TERMS, min_withdrawal=GRAM)
SPLIT = replace(DUE, split=tuple(Share(recipient=someone(number), bps=1_100) for number in (1, 2)))
STATS = Stats(fee_balance=2 * GRAM, total_collected=20 * GRAM, refundable=3 * GRAM, last_withdrawal_time=9)


@dataclass(frozen=True)
class Sending:
    """A message ordered: to whom (None: the log), mode, bounce flag, extra flags."""

    to: Address | None
    mode: int
    bounce: bool = False
    flags: int = 0


@dataclass(frozen=True)
class Reserving:
    mode: int
    amount: int


Action = Sending | Reserving
FORWARD = Sending(SUPPLIER, 1 + 16, bounce=True, flags=RICH_ROOT)
KEEP = Reserving(2, MIN_RESERVE + STATS.refundable)
REST = Sending(OWNER, 128 + 2)
LONG = Comment(text="x" * 110)
SHARES = [Sending(someone(1), 2), Sending(someone(2), 2)]

PATHS: dict[str, tuple[Terms, Address, Operation | Cell, list[Action]]] = {
    "pay": (TERMS, BUYER, pay(), [FORWARD]),
    "pay + withdrawal": (DUE, BUYER, pay(), [FORWARD, KEEP, REST]),
    "pay + withdrawal, split": (SPLIT, BUYER, pay(), [FORWARD, *SHARES, KEEP, REST]),
    "comment": (TERMS, BUYER, Comment(text="1"), [FORWARD]),
    "comment, long": (TERMS, BUYER, LONG, [FORWARD]),
    "comment + withdrawal": (DUE, BUYER, Comment(text="1"), [FORWARD, KEEP, REST]),
    "comment + withdrawal, split": (SPLIT, BUYER, LONG, [FORWARD, *SHARES, KEEP, REST]),
    "force withdraw": (SPLIT, OWNER, ForceWithdraw(query_id=1), [*SHARES, KEEP, REST]),
    "refund": (
        TERMS,
        OWNER,
        RefundBuyer(query_id=1, to=BUYER, amount=GRAM),
        [Sending(BUYER, 0, bounce=True, flags=RICH_ROOT), Sending(OWNER, 64 + 2)],
    ),
    "operation": (TERMS, OWNER, SetMode(query_id=1, paused=True, comments=True), [Sending(OWNER, 64 + 2)]),
    "refused": (TERMS, BUYER, pay(until=1), [Sending(BUYER, 64 + 2)]),
    "unknown": (TERMS, BUYER, EMPTY, [Sending(BUYER, 64 + 2)]),
    "returned by hand": (TERMS, SUPPLIER, EMPTY, []),
    "bounced": (TERMS, SUPPLIER, bounce_of(PAYLOAD), [Sending(None, 0)]),
    "top up": (TERMS, BUYER, TopUp(query_id=1), []),
    "returned excess": (TERMS, BUYER, ReturnExcesses(query_id=1), []),
}


def actions(stage: Stage, sender: Address, body: Operation | Cell, *, bounced: bool) -> list[Action]:
    cell = body if isinstance(body, Cell) else body_cell(body)
    message = stage.message(sender, total(), cell, bounce=False, bounced=bounced, fee=TODAY.lump, init=None)
    done = stage.tvm.run_transaction(
        shard_account_boc=stage.shard, message_boc=to_boc(message), now=stage.now, lt=stage.lt + 1_000_000
    )
    assert isinstance(done, Executed)
    assert done.actions is not None
    return read_actions(one_from_boc(done.actions))


def read_actions(cell: Cell) -> list[Action]:
    """Read an OutList (TL-B), oldest action first."""
    if not cell.refs:
        return []
    part = cell.parse()
    earlier = read_actions(part.ref())
    tag = part.uint(32)
    mode = part.uint(8)
    if tag == RESERVE:
        return [*earlier, Reserving(mode, part.coins())]
    assert tag == SEND
    head = part.ref().parse()
    if head.flag():
        return [*earlier, Sending(None, mode)]
    head.uint(1)
    bounce = head.flag()
    head.uint(1)
    read_maybe_address(head)
    to = read_maybe_address(head)
    head.coins()
    head.maybe()
    return [*earlier, Sending(to, mode, bounce=bounce, flags=head.coins())]


@pytest.mark.parametrize("name", list(PATHS))
def test_a_path_orders_exactly_this(tvm_today: Tvm, name: str) -> None:
    terms, sender, body, expected = PATHS[name]
    stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=STATS, balance=9 * GRAM)
    ordered = actions(stage, sender, body, bounced=name == "bounced")
    assert ordered == expected
    modes = {action.mode for action in ordered if isinstance(action, Sending)}
    assert not (any(mode & 64 for mode in modes) and any(mode & 16 for mode in modes))
