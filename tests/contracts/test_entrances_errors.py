"""Every reason to refuse, one row each, and that together they reach every error there is."""

import re
from dataclasses import dataclass, replace

import pytest

from krypton.chain.cells import Cell
from krypton.chain.collector_bodies import decode
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ContractError,
    ForceWithdraw,
    Operation,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
)
from krypton.domain.address import Address
from krypton.domain.collector import (
    MAX_OVERPAY,
    MIN_AMOUNT,
    MIN_RESERVE,
    Share,
    Stats,
    Terms,
    payload_cap,
    withdrawal_price,
)
from krypton.sandbox.tvm import Tvm
from tests.contracts.mutation_compiler import read_sources
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    NOW,
    OWNER,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    pay,
    someone,
    total,
)

TERMS = Terms(
    owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100, comments=True, pending_owner=HEIR
)
PAUSED = replace(TERMS, paused=True)
SILENT = replace(TERMS, comments=False)
STATS = Stats(fee_balance=2 * GRAM, total_collected=20 * GRAM, refundable=3 * GRAM, last_withdrawal_time=9)
MASTER = Address(-1, STRANGER.account)
COIN = 50 * MILLI
FULL = 6 * GRAM
POOR = STATS.refundable + MIN_RESERVE
BARE = STATS.refundable
NINE = tuple(Share(recipient=someone(number), bps=500) for number in range(9))
PRICE = withdrawal_price(TODAY)


def split(*shares: tuple[Address, int]) -> SetSplit:
    return SetSplit(query_id=7, split=tuple(Share(recipient=to, bps=bps) for to, bps in shares))


@dataclass(frozen=True)
class Refusal:
    """Who sends what with how much, under which terms and with what on the account, and what is wrong."""

    why: str
    code: ContractError
    sender: Address
    value: int
    body: Operation | Cell
    terms: Terms = TERMS
    balance: int = FULL
    fee: int | None = None


E = ContractError
WORD = Comment(text="order")
REFUSALS = (
    Refusal("not the owner", E.NOT_OWNER, BUYER, COIN, SetMode(query_id=7, paused=True, comments=True)),
    Refusal("not the proposed", E.NOT_PROPOSED, OWNER, COIN, ClaimOwner(query_id=7)),
    Refusal(
        "none proposed",
        E.NOT_PROPOSED,
        HEIR,
        COIN,
        ClaimOwner(query_id=7),
        replace(TERMS, pending_owner=None),
    ),
    Refusal("paused", E.PAYMENT_REFUSED, BUYER, total(), pay(), PAUSED),
    Refusal("late", E.PAYMENT_REFUSED, BUYER, total(), pay(until=NOW - 1)),
    Refusal("too small", E.PAYMENT_REFUSED, BUYER, total(MIN_AMOUNT - 1), pay(amount=MIN_AMOUNT - 1)),
    Refusal("too little", E.PAYMENT_REFUSED, BUYER, total() - 1, pay()),
    Refusal("less than the amount", E.PAYMENT_REFUSED, BUYER, 4 * GRAM, pay()),
    Refusal("too much", E.PAYMENT_REFUSED, BUYER, total() + MAX_OVERPAY + 1, pay()),
    Refusal("masterchain", E.PAYMENT_REFUSED, MASTER, total(), pay()),
    Refusal("payload", E.PAYMENT_REFUSED, BUYER, total(), pay(), fee=payload_cap(TODAY) + 2),
    Refusal("no own funds", E.PAYMENT_REFUSED, BUYER, total(), pay(), balance=BARE),
    Refusal("less than is owed", E.PAYMENT_REFUSED, BUYER, total(), pay(), balance=BARE - 1),
    Refusal("comments off", E.PAYMENT_REFUSED, BUYER, total(), WORD, SILENT),
    Refusal("comment, paused", E.PAYMENT_REFUSED, BUYER, total(), WORD, PAUSED),
    Refusal("comment, too small", E.PAYMENT_REFUSED, BUYER, 105 * MILLI - 1, WORD),
    Refusal("comment, owner", E.PAYMENT_REFUSED, OWNER, total(), WORD),
    Refusal("comment, masterchain", E.PAYMENT_REFUSED, MASTER, total(), WORD),
    Refusal("comment, payload", E.PAYMENT_REFUSED, BUYER, total(), WORD, fee=payload_cap(TODAY) + 2),
    Refusal("comment, no own funds", E.PAYMENT_REFUSED, BUYER, total(), WORD, balance=BARE),
    Refusal("comment, less than is owed", E.PAYMENT_REFUSED, BUYER, total(), WORD, balance=BARE - 1),
    Refusal(
        "threshold too low", E.OUT_OF_BOUNDS, OWNER, COIN, SetMinWithdrawal(query_id=7, min_withdrawal=1)
    ),
    Refusal("fee too high", E.OUT_OF_BOUNDS, OWNER, COIN, SetFee(query_id=7, fee_bps=1_001), PAUSED),
    Refusal(
        "split of a low threshold",
        E.OUT_OF_BOUNDS,
        OWNER,
        COIN,
        split((BUYER, 500)),
        replace(TERMS, min_withdrawal=499 * MILLI),
    ),
    Refusal(
        "supplier elsewhere", E.BAD_ADDRESS, OWNER, COIN, SetSupplier(query_id=7, supplier=MASTER), PAUSED
    ),
    Refusal("same supplier", E.BAD_ADDRESS, OWNER, COIN, SetSupplier(query_id=7, supplier=SUPPLIER), PAUSED),
    Refusal("owner elsewhere", E.BAD_ADDRESS, OWNER, COIN, ProposeOwner(query_id=7, owner=MASTER)),
    Refusal("refund elsewhere", E.BAD_ADDRESS, OWNER, COIN, RefundBuyer(query_id=7, to=MASTER, amount=GRAM)),
    Refusal("fee in flight", E.NOT_PAUSED, OWNER, COIN, SetFee(query_id=7, fee_bps=200)),
    Refusal("supplier in flight", E.NOT_PAUSED, OWNER, COIN, SetSupplier(query_id=7, supplier=BUYER)),
    Refusal("only the reserve", E.NOTHING_TO_WITHDRAW, OWNER, COIN, ForceWithdraw(query_id=7), balance=POOR),
    Refusal(
        "one nano above",
        E.NOTHING_TO_WITHDRAW,
        OWNER,
        2 * PRICE - 2,
        ForceWithdraw(query_id=7),
        balance=POOR + 1,
    ),
    Refusal("nine shares", E.BAD_SPLIT, OWNER, COIN, SetSplit(query_id=7, split=NINE)),
    Refusal("a small share", E.BAD_SPLIT, OWNER, COIN, split((BUYER, 99))),
    Refusal("a small share behind", E.BAD_SPLIT, OWNER, COIN, split((BUYER, 500), (HEIR, 99))),
    Refusal("a small share before", E.BAD_SPLIT, OWNER, COIN, split((HEIR, 99), (BUYER, 500))),
    Refusal("large shares", E.BAD_SPLIT, OWNER, COIN, split((BUYER, 4_500), (HEIR, 4_501))),
    Refusal("share elsewhere", E.BAD_SPLIT, OWNER, COIN, split((MASTER, 500))),
    Refusal("share elsewhere before", E.BAD_SPLIT, OWNER, COIN, split((MASTER, 500), (BUYER, 500))),
    Refusal(
        "a small refund", E.BAD_REFUND, OWNER, COIN, RefundBuyer(query_id=7, to=BUYER, amount=10 * MILLI - 1)
    ),
    Refusal(
        "more than refundable",
        E.BAD_REFUND,
        OWNER,
        COIN,
        RefundBuyer(query_id=7, to=BUYER, amount=3 * GRAM + 1),
    ),
    Refusal(
        "more than there is",
        E.BAD_REFUND,
        OWNER,
        5 * GRAM,
        RefundBuyer(query_id=7, to=BUYER, amount=GRAM + 1),
        balance=GRAM,
    ),
    Refusal("no message", E.UNKNOWN_MESSAGE, BUYER, GRAM, EMPTY),
)


def refuse(tvm: Tvm, refusal: Refusal) -> int | None:
    """Send it with the bounce flag, and on another branch without; give the code of the first."""
    stage = Stage.holding(tvm, prices=TODAY, terms=refusal.terms, stats=STATS, balance=refusal.balance)
    held = stage.held
    silent = stage.copy()
    receipt = silent.send(refusal.sender, refusal.value, refusal.body, fee=refusal.fee, bounce=False)
    assert receipt.exit_code == 0
    (back,) = receipt.outs
    query_id = 0 if isinstance(refusal.body, Cell | Comment) else 7
    assert (back.to, decode(back.body)) == (refusal.sender, ReturnExcesses(query_id=query_id))
    assert silent.held == held
    receipt = stage.send(refusal.sender, refusal.value, refusal.body, fee=refusal.fee)
    assert [out.to for out in receipt.outs] == [refusal.sender]
    assert stage.held == held
    return receipt.exit_code


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: str(refusal.why))
def test_a_refusal_has_its_code_and_changes_nothing(tvm_today: Tvm, refusal: Refusal) -> None:
    assert refuse(tvm_today, refusal) == refusal.code


def test_every_error_is_reached_and_none_is_unknown(tvm_today: Tvm) -> None:
    reached = {refuse(tvm_today, refusal) for refusal in REFUSALS}
    declared = re.findall(r"^const ERROR_(\w+) = (\d+)", read_sources()["errors.tolk"], re.MULTILINE)
    assert reached == {int(code) for _, code in declared}
    assert {(name, int(code)) for name, code in declared} == {
        (code.name, code.value) for code in ContractError
    }
