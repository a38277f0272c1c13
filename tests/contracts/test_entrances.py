"""Every message from every kind of sender, with and without the bounce flag, in one table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

import pytest

from krypton.chain.cells import Cell, one_from_boc, to_boc
from krypton.chain.collector_bodies import body_cell, decode, read_log
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
    Foreign,
    ForwardReturned,
    Operation,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, Share, Stats, Terms, after_handling
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
    PAYLOAD,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    pay,
    someone,
    total,
)
from tests.contracts.transactions import Receipt

PREVIOUS = someone(0x1006)
OPEN = Terms(
    owner=OWNER,
    supplier=SUPPLIER,
    min_withdrawal=10 * GRAM,
    fee_bps=100,
    comments=True,
    pending_owner=HEIR,
    previous_supplier=PREVIOUS,
    collector_id=5,
)
CLOSED = replace(OPEN, paused=True, comments=False)
STATS = Stats(fee_balance=2 * GRAM, total_collected=20 * GRAM, refundable=3 * GRAM, last_withdrawal_time=9)
SHARES = (Share(recipient=someone(1), bps=100), Share(recipient=someone(2), bps=8_900))
PAY = pay(query_id=77)
MODE = SetMode(query_id=77, paused=False, comments=False)
REFUND = RefundBuyer(query_id=77, to=BUYER, amount=GRAM)

MESSAGES: dict[str, Operation | Cell] = {
    "Pay": PAY,
    "Comment": Comment(text="order 4711"),
    "long comment": Comment(text="order 4711, and please quickly" * 4),
    "ForceWithdraw": ForceWithdraw(query_id=77),
    "SetMinWithdrawal": SetMinWithdrawal(query_id=77, min_withdrawal=GRAM),
    "SetFee": SetFee(query_id=77, fee_bps=200),
    "SetSupplier": SetSupplier(query_id=77, supplier=STRANGER),
    "SetMode": MODE,
    "SetSplit": SetSplit(query_id=77, split=SHARES),
    "ProposeOwner": ProposeOwner(query_id=77, owner=STRANGER),
    "ClaimOwner": ClaimOwner(query_id=77),
    "RefundBuyer": REFUND,
    "TopUp": TopUp(query_id=77),
    "ReturnExcesses": ReturnExcesses(query_id=77),
    "nothing": EMPTY,
    "half an opcode": Writer().uint(5, 20).cell(),
    "unknown opcode": Writer().uint(0xDEADBEEF, 32).uint(77, 64).cell(),
    "forged bounce": bounce_of(PAYLOAD),
    "torn payment": Writer().uint(0x353C95C1, 32).uint(77, 64).cell(),
    "bounce": bounce_of(PAYLOAD),
    "bounce of nothing": EMPTY,
}
"""Each kind of message; names with a capital letter are operations."""

CHANGES: dict[str, Callable[[Terms], Terms]] = {
    "SetMinWithdrawal": lambda terms: replace(terms, min_withdrawal=GRAM),
    "SetFee": lambda terms: replace(terms, fee_bps=200),
    "SetSupplier": lambda terms: replace(terms, supplier=STRANGER, previous_supplier=SUPPLIER),
    "SetMode": lambda terms: replace(terms, paused=False, comments=False),
    "SetSplit": lambda terms: replace(terms, split=SHARES),
    "ProposeOwner": lambda terms: replace(terms, pending_owner=STRANGER),
    "ClaimOwner": lambda terms: replace(terms, owner=HEIR, pending_owner=None),
}

# pays: forwarded, fee credited. done: terms changed, the rest sent back. kept: stays, nothing changes.
# back: credited as refundable. logged: likewise, with a log. A number: refused with that code. "twin" and
# "shadow" have the owner's and the supplier's account in the masterchain.
WHILE_OPEN = """
                   owner   pending supplier previous stranger twin    shadow  itself
Pay                pays    pays    pays     pays     pays     203     203     pays
Comment            203     pays    back     back     pays     203     203     pays
long comment       203     pays    back     back     pays     203     203     pays
ForceWithdraw      taken   201     201      201      201      201     201     201
SetMinWithdrawal   done    201     201      201      201      201     201     201
SetFee             206     201     201      201      201      201     201     201
SetSupplier        206     201     201      201      201      201     201     201
SetMode            done    201     201      201      201      201     201     201
SetSplit           done    201     201      201      201      201     201     201
ProposeOwner       done    201     201      201      201      201     201     201
ClaimOwner         202     done    202      202      202      202     202     202
RefundBuyer        refund  201     201      201      201      201     201     201
TopUp              kept    kept    kept     kept     kept     kept    kept    kept
ReturnExcesses     kept    kept    back     back     kept     kept    kept    kept
nothing            210     210     back     back     210      210     210     210
half an opcode     210     210     back     back     210      210     210     210
unknown opcode     210     210     back     back     210      210     210     210
forged bounce      210     210     back     back     210      210     210     210
torn payment       9       9       9        9        9        9       9       9
bounce             logged  logged  logged   logged   logged   logged  logged  logged
bounce of nothing  logged  logged  logged   logged   logged   logged  logged  logged
"""
WHILE_CLOSED = """
                   owner   pending supplier previous stranger twin    shadow  itself
Pay                203     203     203      203      203      203     203     203
Comment            203     203     back     back     203      203     203     203
long comment       203     203     back     back     203      203     203     203
SetFee             done    201     201      201      201      201     201     201
SetSupplier        done    201     201      201      201      201     201     201
"""


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """One cell of the table."""

    message: str
    sender: str
    terms: Terms
    expected: str


def entrances() -> list[Entrance]:
    found: dict[tuple[bool, str, str], Entrance] = {}
    for terms, drawn in ((OPEN, WHILE_OPEN), (CLOSED, WHILE_OPEN), (CLOSED, WHILE_CLOSED)):
        head, *rows = drawn.strip().splitlines()
        for row in rows:
            name, words = row[:19].strip(), row[19:].split()
            for sender, expected in zip(head.split(), words, strict=True):
                cell = Entrance(message=name, sender=sender, terms=terms, expected=expected)
                found[terms.paused, name, sender] = cell
    return list(found.values())


def who(stage: Stage, sender: str) -> Address:
    people = {"owner": OWNER, "pending": HEIR, "supplier": SUPPLIER, "previous": PREVIOUS, "stranger": BUYER}
    others = {
        "twin": Address(-1, OWNER.account),
        "shadow": Address(-1, SUPPLIER.account),
        "itself": stage.address,
    }
    return {**people, **others}[sender]


def value_of(message: str) -> int:
    return total() if message in {"Pay", "Comment", "long comment"} else 5 * GRAM


def test_no_operation_and_no_sender_is_missing() -> None:
    kinds = {type(body) for body in MESSAGES.values() if not isinstance(body, Cell)}
    assert kinds == set(get_args(Operation))
    cells = entrances()
    assert {cell.message for cell in cells} == set(MESSAGES)
    assert len(cells) == 2 * len(MESSAGES) * 8


@pytest.mark.parametrize("sender", WHILE_OPEN.split()[:8])
@pytest.mark.parametrize("message", list(MESSAGES))
def test_an_entrance(tvm_today: Tvm, message: str, sender: str) -> None:
    for cell in entrances():
        if (cell.message, cell.sender) == (message, sender):
            for bounce in (False,) if message.startswith("bounce") else (True, False):
                enter(tvm_today, cell, bounce=bounce)


def enter(tvm: Tvm, cell: Entrance, *, bounce: bool) -> None:
    stage = Stage.holding(tvm, prices=TODAY, terms=cell.terms, stats=STATS, balance=6 * GRAM)
    sender, value, body = who(stage, cell.sender), value_of(cell.message), MESSAGES[cell.message]
    receipt = stage.send(sender, value, body, bounce=bounce, bounced=cell.message.startswith("bounce"))
    assert receipt.skipped == 0
    match cell.expected:
        case "pays":
            (forward,) = receipt.outs
            assert (forward.to, forward.value, forward.bounce) == (SUPPLIER, 5 * GRAM, True)
            assert one_from_boc(forward.body).hash == (
                PAYLOAD.hash if cell.message == "Pay" else comment_hash(cell.message)
            )
            earned = replace(
                STATS, fee_balance=2_050 * MILLI, total_collected=20_050 * MILLI, last_withdrawal_time=9
            )
            unchanged(stage, receipt, cell.terms, earned)
        case "taken":
            (out,) = receipt.outs
            assert (out.to, out.bounce, stage.balance) == (OWNER, False, MIN_RESERVE + STATS.refundable)
            unchanged(
                stage, receipt, cell.terms, replace(STATS, fee_balance=0, last_withdrawal_time=stage.now)
            )
        case "done":
            came_back(receipt, sender, query_id=77)
            assert stage.balance == 6 * GRAM
            unchanged(stage, receipt, CHANGES[cell.message](cell.terms), STATS)
        case "refund":
            refund, _ = receipt.outs
            assert (refund.to, refund.bounce, refund.value + refund.fee < GRAM) == (BUYER, True, True)
            assert decode(refund.body) == ReturnExcesses(query_id=77)
            came_back(replace(receipt, outs=receipt.outs[1:]), sender, query_id=77)
            assert stage.balance == 5 * GRAM
            unchanged(stage, receipt, cell.terms, replace(STATS, refundable=2 * GRAM))
        case "kept":
            assert receipt.outs == ()
            unchanged(stage, receipt, cell.terms, STATS)
        case "back" | "logged":
            credit = after_handling(value, prices=TODAY)
            logs = [read_log(out.body) for out in receipt.outs]
            log = ForwardReturned(refundable=credit, source=sender)
            assert logs == ([log] if cell.expected == "logged" else [])
            unchanged(stage, receipt, cell.terms, replace(STATS, refundable=3 * GRAM + credit))
        case code:
            refused(stage, receipt, sender, cell, code=int(code), bounce=bounce)


def refused(
    stage: Stage, receipt: Receipt, sender: Address, cell: Entrance, *, code: int, bounce: bool
) -> None:
    assert (stage.terms, stage.stats) == (cell.terms, STATS)
    if code == 9 and not bounce:  # a known issue: what the TVM refuses by itself stays
        assert (receipt.exit_code, receipt.outs) == (code, ())
        return
    assert stage.balance == 6 * GRAM
    if bounce:
        assert (receipt.exit_code, [out.to for out in receipt.outs]) == (code, [sender])
        return
    query_id = 77 if cell.message[0].isupper() and cell.message != "Comment" else 0
    came_back(receipt, sender, query_id=query_id)
    assert receipt.exit_code == 0


def came_back(receipt: Receipt, sender: Address, *, query_id: int) -> None:
    (back,) = receipt.outs
    assert (back.to, back.bounce) == (sender, False)
    assert decode(back.body) == ReturnExcesses(query_id=query_id)


def unchanged(stage: Stage, receipt: Receipt, terms: Terms, stats: Stats) -> None:
    assert receipt.accepted
    assert (stage.terms, stage.stats) == (terms, stats)


def comment_hash(message: str) -> bytes:
    body = MESSAGES[message]
    assert isinstance(body, Comment)
    return body_cell(body).hash


@pytest.mark.parametrize("name", [name for name, body in MESSAGES.items() if isinstance(body, Cell)])
def test_what_is_no_operation_here_is_none_in_the_app(name: str) -> None:
    body = MESSAGES[name]
    assert isinstance(body, Cell)
    assert isinstance(decode(to_boc(body)), Foreign)
