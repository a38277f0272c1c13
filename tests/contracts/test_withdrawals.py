"""Withdrawals: when they fire, what each recipient gets, and that they never stand in a payment's way."""

from dataclasses import replace

import pytest

from krypton.chain.collector_messages import Comment, ForceWithdraw, SetMinWithdrawal, SetMode, SetSplit
from krypton.domain.collector import MIN_RESERVE, Prices, Share, Stats, withdrawal_price
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.stage import (
    BEFORE,
    BUYER,
    GRAM,
    MILLI,
    OWNER,
    SUPPLIER,
    TODAY,
    Stage,
    pay,
    someone,
    total,
)

COIN = 50 * MILLI
EIGHT = tuple(Share(recipient=someone(number), bps=1_100) for number in range(1, 9))


def with_threshold(stage: Stage, value: int) -> Stage:
    assert stage.send(OWNER, COIN, SetMinWithdrawal(query_id=1, min_withdrawal=value)).accepted
    return stage


def test_the_payment_that_reaches_the_threshold_pays_the_owner_everything_above_the_reserve(
    stage: Stage,
) -> None:
    with_threshold(stage, 150 * MILLI)
    for _ in range(2):
        assert len(stage.send(BUYER, total(), pay()).outs) == 1
    receipt = stage.send(BUYER, total(), pay())
    forward, out = receipt.outs
    assert (forward.to, forward.value) == (SUPPLIER, 5 * GRAM)
    assert (out.to, out.bounce) == (OWNER, False)
    assert (receipt.skipped, receipt.action_code) == (0, 0)
    assert stage.balance == MIN_RESERVE
    assert stage.stats.fee_balance == 0
    assert stage.stats.total_collected == 150 * MILLI
    assert stage.stats.last_withdrawal_time == stage.now


def test_a_comment_withdraws_likewise(stage: Stage) -> None:
    with_threshold(stage, 100 * MILLI)
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=False, comments=True))
    stage.send(BUYER, total(), Comment(text="1"))
    assert [out.to for out in stage.send(BUYER, total(), Comment(text="2")).outs] == [SUPPLIER, OWNER]
    assert stage.balance == MIN_RESERVE


def test_by_hand_only_never_fires_by_itself(stage: Stage) -> None:
    with_threshold(stage, 0)
    for _ in range(4):
        assert len(stage.send(BUYER, 101 * GRAM, pay(amount=100 * GRAM)).outs) == 1
    assert stage.stats.fee_balance == 4 * GRAM
    (out,) = stage.send(OWNER, COIN, ForceWithdraw(query_id=1)).outs
    assert out.value > 3_999 * MILLI


def test_what_came_back_is_left_behind(stage: Stage) -> None:
    with_threshold(stage, 100 * MILLI)
    stage.send(SUPPLIER, 3 * GRAM, Comment(text="sorry"), bounce=False)
    refundable = stage.stats.refundable
    stage.send(BUYER, total(), pay())
    stage.send(BUYER, total(), pay())
    assert stage.stats.last_withdrawal_time == stage.now
    assert stage.balance == MIN_RESERVE + refundable


@pytest.mark.parametrize("prices", [TODAY, BEFORE])
@pytest.mark.parametrize("count", [1, 2, 8])
def test_the_split_gets_its_shares_and_the_owner_the_rest(
    tvm_today: Tvm, tvm_before: Tvm, prices: Prices, count: int
) -> None:
    split = EIGHT[:count]
    terms = replace(usual_terms(), min_withdrawal=500 * MILLI, split=split)
    stage = Stage.deployed(tvm_today if prices is TODAY else tvm_before, prices=prices, terms=terms)
    for _ in range(9):
        assert len(stage.send(BUYER, total(), pay()).outs) == 1
    receipt = stage.send(BUYER, total(), pay())
    assert receipt.skipped == 0
    forward, *shares, owner = receipt.outs
    assert forward.to == SUPPLIER
    own = stage.before.balance + total() - 5 * GRAM
    price = withdrawal_price(prices, shares=count)
    shared = min(500 * MILLI, own - MIN_RESERVE) - price
    assert [out.to for out in shares] == [share.recipient for share in split]
    assert [out.value + prices.lump for out in shares] == [shared * 1_100 // 10_000] * count
    assert owner.to == OWNER
    assert stage.balance == MIN_RESERVE
    assert receipt.gas_fee + receipt.forward_fees <= price + prices.forward_fee(cells=2, bits=400)


def test_a_surplus_is_the_owners_and_not_split(stage: Stage) -> None:
    stage.send(OWNER, COIN, SetSplit(query_id=1, split=EIGHT))
    stage.send(BUYER, total(), pay())
    receipt = stage.send(OWNER, 100 * GRAM, ForceWithdraw(query_id=1))
    *shares, owner = receipt.outs
    assert sum(out.value for out in shares) < 50 * MILLI
    assert owner.value > 99 * GRAM


def test_fees_too_small_to_share_go_to_the_owner_without_a_skipped_action(stage: Stage) -> None:
    stage.send(OWNER, COIN, SetSplit(query_id=1, split=EIGHT))
    stage.send(OWNER, GRAM, Comment(text=""), bounce=False)
    receipt = stage.send(OWNER, COIN, ForceWithdraw(query_id=1))
    assert receipt.accepted
    assert (len(receipt.outs), receipt.skipped) == (1, 0)


def test_a_reserve_eaten_by_rent_is_filled_before_anything_is_withdrawn(tvm_today: Tvm) -> None:
    terms = replace(usual_terms(), min_withdrawal=100 * MILLI, fee_bps=1_000)
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=terms)
    stage.send(OWNER, COIN, ForceWithdraw(query_id=1))
    while stage.balance > 15 * MILLI:
        stage.now += 365 * 86_400
        stage.send(OWNER, COIN, SetMode(query_id=1, paused=False, comments=False))
    until = stage.now + 60
    while stage.stats.last_withdrawal_time != stage.now:
        receipt = stage.send(BUYER, 110 * MILLI, pay(amount=100 * MILLI, until=until))
        assert receipt.accepted
        assert receipt.skipped == 0
        assert len(receipt.outs) == (1 if stage.stats.fee_balance else 2)
    assert stage.balance == MIN_RESERVE


@pytest.mark.parametrize("split", [(), EIGHT])
def test_a_withdrawal_that_own_funds_do_not_pay_for_waits(tvm_today: Tvm, split: tuple[Share, ...]) -> None:
    terms = replace(usual_terms(), split=split)
    earned = Stats(fee_balance=20 * GRAM, total_collected=20 * GRAM, refundable=0, last_withdrawal_time=0)
    price = withdrawal_price(TODAY, shares=len(split))
    for missing in (1, 0):
        balance = MIN_RESERVE + 2 * price - missing - 50 * MILLI
        stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=earned, balance=max(balance, 1))
        receipt = stage.send(BUYER, total() + min(balance, 1) - 1, pay())
        assert receipt.accepted
        assert receipt.skipped == 0
        assert (stage.stats.fee_balance == 0) == (not missing)
        if not missing:
            assert stage.balance == MIN_RESERVE
