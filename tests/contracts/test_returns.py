"""Money that comes back, top-ups, and the getters."""

from dataclasses import replace

import pytest
from pytoniq_core import Cell, Slice

from krypton.chain.cells import Cell as StrictCell
from krypton.chain.cells import one_from_boc, to_boc
from krypton.chain.collector import data_cell, read_address, shipped_code
from krypton.chain.collector_bodies import read_bounce, read_log
from krypton.chain.collector_messages import (
    Comment,
    ContractError,
    ForwardReturned,
    Operation,
    RefundBuyer,
    ReturnExcesses,
    SetMode,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.collector import MIN_RESERVE, Share, Stats, Terms, after_handling, required_fee
from krypton.sandbox.tvm import MethodResult, Tvm
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
    pay,
    someone,
    total,
)

COIN = 50 * MILLI


def own_funds(stage: Stage) -> int:
    return stage.balance - stage.stats.refundable


@pytest.mark.parametrize("source", [SUPPLIER, STRANGER])
@pytest.mark.parametrize(
    "body", [bounce_of(PAYLOAD), EMPTY, Writer().uint(0xFFFFFFFF, 32).uint(1, 32).cell()]
)
def test_a_bounce_is_a_buyers_money_whoever_bounced_and_in_whatever_form(
    stage: Stage, source: object, body: StrictCell
) -> None:
    assert isinstance(source, type(SUPPLIER))
    own = own_funds(stage)
    receipt = stage.send(source, 4_990 * MILLI, body, bounced=True, bounce=False)
    assert receipt.accepted
    credit = after_handling(4_990 * MILLI, prices=TODAY)
    assert stage.stats.refundable == credit
    assert stage.stats.fee_balance == 0
    assert own_funds(stage) >= own
    (log,) = receipt.outs
    assert read_log(log.body) == ForwardReturned(refundable=credit, source=source)


def test_a_bounce_of_nothing_credits_nothing(stage: Stage) -> None:
    own = own_funds(stage)
    stage.send(SUPPLIER, 100_000, bounce_of(PAYLOAD), bounced=True, bounce=False)
    assert stage.stats.refundable == 0
    assert own_funds(stage) >= own


def test_a_forged_bounce_body_is_just_an_unknown_message(stage: Stage) -> None:
    receipt = stage.send(STRANGER, GRAM, bounce_of(PAYLOAD))
    assert receipt.exit_code == ContractError.UNKNOWN_MESSAGE


@pytest.mark.parametrize(
    "body", [EMPTY, Comment(text="back"), ReturnExcesses(query_id=5), Writer().uint(0x1234, 32).cell()]
)
@pytest.mark.parametrize("bounce", [True, False])
def test_whatever_the_supplier_sends_back_is_a_buyers_money(
    stage: Stage,
    body: Operation | StrictCell,
    bounce: bool,
) -> None:
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=True))
    stage.send(OWNER, COIN, SetSupplier(query_id=1, supplier=STRANGER))
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=False, comments=True))
    credit = after_handling(GRAM, prices=TODAY)
    for count, sender in enumerate((STRANGER, SUPPLIER), start=1):  # the new one and the previous one
        own = own_funds(stage)
        receipt = stage.send(sender, GRAM, body, bounce=bounce)
        assert receipt.accepted
        assert receipt.outs == ()
        assert stage.stats.refundable == count * credit
        assert own_funds(stage) >= own
    assert stage.stats.total_collected == 0


def test_a_supplier_may_buy_like_anyone(stage: Stage) -> None:
    (forward,) = stage.send(SUPPLIER, total(), pay()).outs
    assert (forward.to, stage.stats.refundable) == (SUPPLIER, 0)


def test_returned_excess_of_anyone_else_is_kept_and_never_answered(stage: Stage) -> None:
    for bounce in (True, False):
        receipt = stage.send(BUYER, GRAM, ReturnExcesses(query_id=5), bounce=bounce)
        assert receipt.accepted
        assert receipt.outs == ()
    assert stage.stats == Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)


def test_anyone_tops_up(stage: Stage) -> None:
    balance = stage.balance
    receipt = stage.send(STRANGER, GRAM, TopUp(query_id=0))
    assert receipt.accepted
    assert receipt.outs == ()
    assert stage.balance == balance + GRAM - receipt.gas_fee


def test_a_deploy_with_too_little_can_be_topped_up(tvm_today: Tvm) -> None:
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms(), value=MILLI)
    assert stage.balance < MILLI
    assert stage.send(STRANGER, 2 * COIN, TopUp(query_id=1)).accepted
    assert stage.balance > MIN_RESERVE


def ask(stage: Stage, method: str, *arguments: int) -> MethodResult:
    held = stage.held
    return stage.tvm.run_get_method(
        code=Cell.one_from_boc(shipped_code().boc),
        data=Cell.one_from_boc(held.data),
        method=method,
        address=stage.address.raw,
        stack=arguments,
        balance=held.balance,
        now=stage.now,
    )


def as_address(item: object) -> str:
    assert isinstance(item, Slice)
    return read_address(one_from_boc(item.to_cell().to_boc()).parse()).raw


def test_get_stats_and_get_withdrawable(stage: Stage) -> None:
    stage.send(BUYER, total(), pay())
    stage.send(SUPPLIER, GRAM, EMPTY)
    stats = stage.stats
    assert ask(stage, "get_stats").stack == (
        stats.fee_balance,
        stats.total_collected,
        stats.last_withdrawal_time,
    )
    assert ask(stage, "get_withdrawable").stack == (stage.balance - stats.refundable - MIN_RESERVE,)


def test_get_terms_and_get_owner(tvm_today: Tvm) -> None:
    terms = Terms(
        owner=OWNER,
        supplier=SUPPLIER,
        min_withdrawal=GRAM,
        fee_bps=250,
        paused=True,
        comments=True,
        collector_id=77,
        pending_owner=HEIR,
        previous_supplier=STRANGER,
        split=(Share(recipient=someone(5), bps=100),),
    )
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=terms)
    assert stage.terms == terms
    owner, supplier, *plain, pending, previous, split = ask(stage, "get_terms").stack
    assert [as_address(item) for item in (owner, supplier, pending, previous)] == [
        address.raw for address in (OWNER, SUPPLIER, HEIR, STRANGER)
    ]
    assert plain == [GRAM, 250, -1, -1, 77, 0]
    assert isinstance(split, Cell)
    assert as_address(ask(stage, "get_owner").stack[0]) == OWNER.raw


@pytest.mark.parametrize("bps", [0, 1, 100, 1_000])
def test_get_required_fee_is_the_apps_formula(tvm_today: Tvm, tvm_before: Tvm, bps: int) -> None:
    for tvm in (tvm_today, tvm_before):
        prices = TODAY if tvm is tvm_today else BEFORE
        stage = Stage.deployed(tvm, prices=prices, terms=replace(usual_terms(), fee_bps=bps))
        for amount in (100 * MILLI, 123_456_789, 5 * GRAM, 10**15 + 1):
            assert ask(stage, "get_required_fee", amount).stack == (
                required_fee(amount, fee_bps=bps, prices=prices),
            )


def test_get_required_fee_never_quotes_what_a_payment_is_refused_for(stage: Stage) -> None:
    for amount in (100 * MILLI - 1, 0, -1):
        assert ask(stage, "get_required_fee", amount).exit_code == ContractError.PAYMENT_REFUSED
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=False))
    assert ask(stage, "get_required_fee", GRAM).exit_code == ContractError.PAYMENT_REFUSED


def test_data_made_here_is_data_read_there(stage: Stage) -> None:
    stats = Stats(fee_balance=5, total_collected=7, refundable=11, last_withdrawal_time=NOW)
    data = Cell.one_from_boc(to_boc(data_cell(usual_terms(), stats)))
    result = stage.tvm.run_get_method(
        code=Cell.one_from_boc(shipped_code().boc),
        data=data,
        method="get_stats",
        address=stage.address.raw,
        now=NOW,
    )
    assert result.stack == (5, 7, NOW)


@pytest.mark.parametrize("body", [pay(), Comment(text="order 4711")])
def test_a_forward_to_nobody_comes_back_as_the_network_makes_it(stage: Stage, body: Operation) -> None:
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=False, comments=True))
    (forward,) = stage.send(BUYER, total(), body).outs
    nobody = Stage.absent(stage.tvm, prices=TODAY, address=SUPPLIER)
    assert forward.cell is not None
    (bounced,) = nobody.deliver(forward.cell, value=forward.value).outs
    assert bounced.to == stage.address
    assert bounced.cell is not None
    rich = read_bounce(bounced.body)
    assert rich is not None
    assert rich.original_value == 5 * GRAM
    assert stage.deliver(bounced.cell, value=bounced.value).accepted
    assert stage.stats.refundable == after_handling(bounced.value, prices=TODAY)
    assert stage.stats.refundable > 4_999 * MILLI


def test_a_refund_to_nobody_is_refundable_again(stage: Stage) -> None:
    stage.send(SUPPLIER, 3 * GRAM, EMPTY)
    refund, _ = stage.send(OWNER, COIN, RefundBuyer(query_id=1, to=BUYER, amount=GRAM)).outs
    left = stage.stats.refundable
    nobody = Stage.absent(stage.tvm, prices=TODAY, address=BUYER)
    assert refund.cell is not None
    (bounced,) = nobody.deliver(refund.cell, value=refund.value).outs
    assert bounced.cell is not None
    assert stage.deliver(bounced.cell, value=bounced.value).accepted
    assert left + 999 * MILLI < stage.stats.refundable < left + GRAM
