"""What a second audit tried to break: the dearest payload beside a split, dust everywhere, old rent."""

import random
from dataclasses import replace

import pytest

from krypton.chain.cells import Cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
    Operation,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, Prices, Share, Stats, payload_cap, withdrawal_price
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.stage import (
    BEFORE,
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    NOW,
    OWNER,
    PAYLOAD,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    measure,
    pay,
    someone,
    total,
)

EARNED = Stats(fee_balance=20 * GRAM, total_collected=20 * GRAM, refundable=0, last_withdrawal_time=0)
MASTER = Address(-1, STRANGER.account)
BODIES: tuple[Operation | Cell, ...] = (
    pay(amount=100 * MILLI),
    Comment(text="order 4711"),
    ForceWithdraw(query_id=1),
    SetMinWithdrawal(query_id=1, min_withdrawal=0),
    SetFee(query_id=1, fee_bps=9),
    SetMode(query_id=1, paused=True, comments=True),
    ProposeOwner(query_id=1, owner=None),
    ClaimOwner(query_id=1),
    RefundBuyer(query_id=1, to=BUYER, amount=10 * MILLI),
    RefundBuyer(query_id=1, to=BUYER, amount=3 * GRAM),
    TopUp(query_id=1),
    ReturnExcesses(query_id=1),
    EMPTY,
    Writer().uint(0x353C95C1, 32).cell(),
    Writer().uint(0x113868EE, 32).cell(),
    bounce_of(PAYLOAD),
)


def dearest() -> Cell:
    """A payload that costs nearly the cap."""
    cell = Writer().uint(0, 1_015).cell()
    for number in range(1, 7):
        cell = Writer().uint(number, 1_015).ref(cell).cell()
    return cell


def split_of(count: int) -> tuple[Share, ...]:
    return tuple(Share(recipient=someone(number), bps=9_000 // count) for number in range(1, count + 1))


@pytest.mark.parametrize("prices", [TODAY, BEFORE])
@pytest.mark.parametrize("count", [0, 1, 2, 8])
def test_a_withdrawal_beside_the_dearest_payload_is_paid_by_what_is_above_the_reserve(
    tvm_today: Tvm, tvm_before: Tvm, prices: Prices, count: int
) -> None:
    """It was not: shares took what the forward needed, and the owner's message was skipped."""
    tvm = tvm_today if prices is TODAY else tvm_before
    payload = dearest()
    assert prices.forward_fee(**measure(payload, root=True)) > payload_cap(prices) * 3 // 4
    terms = replace(usual_terms(), min_withdrawal=500 * MILLI, split=split_of(count) if count else ())
    fee = total(prices=prices) - 5 * GRAM
    for percent in (200, 215, 240, 280, 400):
        above = withdrawal_price(prices, shares=count) * percent // 100
        balance = max(MIN_RESERVE + above + 1 - fee, 1)
        stage = Stage.holding(tvm, prices=prices, terms=terms, stats=EARNED, balance=balance)
        receipt = stage.send(BUYER, total(prices=prices), pay(payload=payload))
        assert receipt.accepted
        assert (receipt.skipped, len(receipt.outs)) == (0, count + 2)
        assert stage.balance == MIN_RESERVE


@pytest.mark.parametrize("prices", [TODAY, BEFORE])
def test_nobody_lowers_own_funds_with_any_message_of_any_value(
    tvm_today: Tvm, tvm_before: Tvm, prices: Prices
) -> None:
    """I2, I10, with values around what gas costs, so that every path also runs out of gas somewhere."""
    tvm = tvm_today if prices is TODAY else tvm_before
    dice = random.Random(f"{prices.gas}")
    scale = prices.gas // TODAY.gas
    for _ in range(150):
        owner = dice.choice((OWNER, SUPPLIER))
        terms = replace(
            usual_terms(),
            owner=owner,
            comments=dice.random() < 0.8,
            paused=dice.random() < 0.3,
            pending_owner=HEIR,
            previous_supplier=STRANGER,
        )
        stats = replace(EARNED, fee_balance=0, refundable=dice.choice((0, 3 * GRAM)))
        balance = dice.choice((1, MIN_RESERVE, 3 * GRAM - 1, 3 * GRAM + 1, 6 * GRAM))
        body = dice.choice(BODIES)
        bounced = body == BODIES[-1] or (body == EMPTY and dice.random() < 0.5)
        value = dice.choice((0, dice.randrange(600_000) * scale, 105 * MILLI, 108 * MILLI))
        sender = dice.choice((owner, SUPPLIER, BUYER, HEIR, STRANGER, MASTER))
        stage = Stage.holding(tvm, prices=prices, terms=terms, stats=stats, balance=balance)
        receipt = stage.send(sender, value, body, bounce=not bounced and dice.random() < 0.5, bounced=bounced)
        if isinstance(body, ForceWithdraw) and stage.stats.last_withdrawal_time:
            assert sender == owner
            assert receipt.skipped == 0
            assert stage.balance == MIN_RESERVE + stage.stats.refundable
        else:
            assert stage.balance - stage.stats.refundable >= balance - stats.refundable, (
                body,
                value,
                receipt,
            )
        assert receipt.exit_code in {None, 0, -14, 9, *range(201, 211)}
        assert receipt.action_code in {None, 0}


def test_an_operation_that_runs_out_of_gas_does_nothing(stage: Stage) -> None:
    for value in range(0, 400_000, 20_000):
        branch = stage.copy()
        receipt = branch.send(OWNER, value, SetMode(query_id=1, paused=True, comments=True))
        assert branch.terms.paused == (receipt.exit_code == 0)
        assert receipt.exit_code in {None, 0, -14}


def test_a_payload_of_the_longest_shapes_is_forwarded_or_refused_but_never_half(stage: Stage) -> None:
    deep = Writer().cell()
    for _ in range(200):
        deep = Writer().ref(deep).cell()
    wide = Writer().uint(1, 1_023).ref(EMPTY).ref(PAYLOAD).ref(EMPTY).ref(PAYLOAD).cell()
    for payload in (deep, wide, dearest()):
        for bounce in (True, False):
            branch = stage.copy()
            receipt = branch.send(BUYER, total(), pay(payload=payload), bounce=bounce)
            kept = branch.stats.fee_balance
            assert kept == (50 * MILLI if receipt.accepted and receipt.outs[0].to == SUPPLIER else 0)
            assert receipt.skipped == 0


def test_rent_that_was_owed_for_years_is_not_taken_out_of_a_payment(tvm_today: Tvm) -> None:
    nothing = Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)
    for bounce in (True, False):
        stage = Stage.holding(tvm_today, prices=TODAY, terms=usual_terms(), stats=nothing, balance=1)
        stage.send(BUYER, 0, EMPTY)  # lets the network measure the account
        stage.now = NOW + 3 * 365 * 86_400
        receipt = stage.send(BUYER, total(), pay(until=stage.now), bounce=bounce)
        assert [out.to for out in receipt.outs] == [BUYER]
        assert stage.stats == nothing


def test_coins_that_came_back_pay_for_no_withdrawal(tvm_today: Tvm) -> None:
    stats = replace(EARNED, refundable=3 * GRAM)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=usual_terms(), stats=stats, balance=3 * GRAM + 1)
    assert len(stage.send(BUYER, total(), pay()).outs) == 1
    assert stage.stats.fee_balance > EARNED.fee_balance
    assert stage.balance >= 3 * GRAM + 1
