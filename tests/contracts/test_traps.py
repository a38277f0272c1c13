"""What a first version falls into. Each test fails on the naive version that is named beside it."""

from dataclasses import replace

from pytoniq_core import Cell

from krypton.chain.cells import one_from_boc
from krypton.chain.collector import shipped_code, state_init
from krypton.chain.collector_bodies import decode
from krypton.chain.collector_messages import (
    Comment,
    ContractError,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, Share, Stats, payload_cap
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
    pay,
    someone,
    total,
)

COIN = 50 * MILLI


def test_three_hundred_payments_never_run_into_gross_fees(tvm_today: Tvm) -> None:
    """Naive: sends exactly `fee_balance`, which gas has already eaten into."""
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=replace(usual_terms(), min_withdrawal=GRAM))
    for number in range(1, 301):
        receipt = stage.send(BUYER, total(), pay())
        assert receipt.accepted
        assert len(receipt.outs) == (2 if number % 20 == 0 else 1)
    assert stage.stats.total_collected == 15 * GRAM


def test_a_forward_that_came_back_is_never_fee(stage: Stage) -> None:
    """Naive: has no bounce handling, so the owner withdraws a buyer's 5.00."""
    stage.send(BUYER, total(), pay())
    stage.send(SUPPLIER, 4_999 * MILLI, bounce_of(PAYLOAD), bounced=True, bounce=False)
    refundable = stage.stats.refundable
    assert stage.stats.fee_balance == 50 * MILLI
    assert stage.balance - refundable < MIN_RESERVE + 61 * MILLI


def test_a_refund_by_hand_of_the_old_supplier_is_not_a_payment_to_the_new_one(stage: Stage) -> None:
    """Naive: takes any comment for a payment."""
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=True))
    stage.send(OWNER, COIN, SetSupplier(query_id=1, supplier=STRANGER))
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=False, comments=True))
    receipt = stage.send(SUPPLIER, 5 * GRAM, Comment(text="could not deliver"), bounce=False)
    assert receipt.outs == ()
    assert stage.stats.refundable > 4_999 * MILLI


def test_a_fee_can_not_change_under_a_payment_in_flight(stage: Stage) -> None:
    """Naive: serves the 5.05 under 2 % and forwards 4.951."""
    assert stage.send(OWNER, COIN, SetFee(query_id=1, fee_bps=200)).exit_code == ContractError.NOT_PAUSED
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=True))
    stage.send(OWNER, COIN, SetFee(query_id=1, fee_bps=200))
    for body in (pay(), Comment(text="1")):
        assert stage.send(BUYER, 5_050 * MILLI, body).exit_code == ContractError.PAYMENT_REFUSED


def test_fifty_sent_for_five_is_refused(stage: Stage) -> None:
    """Naive: keeps 45 as fee."""
    assert stage.send(BUYER, 50 * GRAM, pay()).exit_code == ContractError.PAYMENT_REFUSED


def test_rent_never_comes_out_of_a_buyers_coins(tvm_today: Tvm) -> None:
    """Naive: serves whatever arrives; at balance 0 the next rent is taken from the message."""
    nothing = Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)
    for balance, days in ((1, 1), (1, 0), (200_000, 365)):
        for bounce in (True, False):
            stage = Stage.holding(
                tvm_today, prices=TODAY, terms=usual_terms(), stats=nothing, balance=balance
            )
            stage.send(STRANGER, 100_000, EMPTY, bounce=False)  # lets the network measure the account
            stage.now += days * 86_400
            receipt = stage.send(BUYER, total(), pay(until=stage.now), bounce=bounce)
            if receipt.outs[0].to == SUPPLIER:
                assert stage.stats.fee_balance == 50 * MILLI
                assert stage.before.balance > receipt.rent
            else:
                assert receipt.outs[0].to == BUYER
                assert stage.stats == nothing


def test_a_deploy_with_an_empty_body_leaves_a_contract_that_a_top_up_revives(tvm_today: Tvm) -> None:
    """Naive: refunds the deploy and then serves payments from an account that holds nothing."""
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms())
    empty = Stage.absent(tvm_today, prices=TODAY, address=stage.address)
    empty.send(OWNER, COIN, EMPTY, bounce=False, init=state_init(usual_terms()))
    assert empty.held.active
    assert empty.balance == 0
    empty.now += 86_400
    assert empty.send(BUYER, total(), pay(until=empty.now)).exit_code == ContractError.PAYMENT_REFUSED
    assert empty.send(OWNER, COIN, TopUp(query_id=1)).accepted
    assert empty.send(BUYER, total(), pay(until=empty.now)).accepted


def test_a_split_of_eight_never_throws_inside_a_payment(tvm_before: Tvm) -> None:
    """Naive: a share of (fees - costs) goes negative under high prices and blocks the shop."""
    split = tuple(Share(recipient=someone(number), bps=1_125) for number in range(1, 9))
    terms = replace(usual_terms(), split=split, min_withdrawal=500 * MILLI)
    for balance in range(1 * MILLI, 90 * MILLI, 6 * MILLI):
        stats = Stats(fee_balance=GRAM, total_collected=GRAM, refundable=0, last_withdrawal_time=0)
        stage = Stage.holding(tvm_before, prices=BEFORE, terms=terms, stats=stats, balance=balance)
        receipt = stage.send(BUYER, total(), pay())
        assert receipt.accepted
        assert receipt.skipped == 0


def test_a_giant_payload_is_refused(stage: Stage) -> None:
    """Naive: pays 0.032 to forward 1,365 cells."""
    layers = [Writer().uint(number, 900).cell() for number in range(64)]
    while len(layers) > 1:
        layers = [
            Writer()
            .uint(number, 700)
            .ref(layers[4 * number])
            .ref(layers[4 * number + 1])
            .ref(layers[4 * number + 2])
            .ref(layers[4 * number + 3])
            .cell()
            for number in range(len(layers) // 4)
        ]
    receipt = stage.send(BUYER, total(), pay(payload=layers[0]))
    assert receipt.exit_code == ContractError.PAYMENT_REFUSED
    assert stage.prices.forward_fee(cells=85, bits=70_000) > payload_cap(TODAY)


def test_two_collectors_stop_after_one_answer(stage: Stage) -> None:
    """Naive: a refund to another collector is refused, refunded, refused ... 300 transactions."""
    (back,) = stage.send(BUYER, GRAM, EMPTY, bounce=False).outs
    assert decode(back.body) == ReturnExcesses(query_id=0)
    other = stage.copy()
    assert other.send(STRANGER, back.value, one_from_boc(back.body), bounce=back.bounce).outs == ()


def test_a_late_invoice_is_not_served(stage: Stage) -> None:
    """Naive: has no expiry, so an order of last year is paid at last year's price."""
    assert stage.send(BUYER, total(), pay(until=NOW - 1)).exit_code == ContractError.PAYMENT_REFUSED


def test_nobody_in_the_masterchain_is_ever_paid(stage: Stage) -> None:
    """Naive: takes any address; a withdrawal to the masterchain costs 150 times as much."""
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=False))
    stage.send(SUPPLIER, 3 * GRAM, EMPTY)
    terms, there = stage.terms, Address(-1, HEIR.account)
    for operation in (
        SetSupplier(query_id=1, supplier=there),
        ProposeOwner(query_id=1, owner=there),
        SetSplit(query_id=1, split=(Share(recipient=there, bps=500),)),
        RefundBuyer(query_id=1, to=there, amount=GRAM),
    ):
        receipt = stage.send(OWNER, COIN, operation)
        assert receipt.exit_code in {ContractError.BAD_ADDRESS, ContractError.BAD_SPLIT}
        assert stage.terms == terms


def test_a_refund_to_the_contract_itself_is_refused(stage: Stage) -> None:
    """Naive: sends it, gets it, keeps it: what was a buyer's is the owner's."""
    stage.send(SUPPLIER, 3 * GRAM, EMPTY)
    receipt = stage.send(OWNER, COIN, RefundBuyer(query_id=1, to=stage.address, amount=GRAM))
    for out in receipt.outs:
        if out.to == stage.address and out.cell is not None:
            stage.deliver(out.cell, value=out.value)
    assert stage.stats.refundable > 2_999 * MILLI


def test_what_is_quoted_is_taken(tvm_today: Tvm) -> None:
    """Naive: `get_required_fee` knows the formula, but not what else a payment is refused for."""
    stats = Stats(fee_balance=0, total_collected=0, refundable=GRAM, last_withdrawal_time=0)
    for paused in (False, True):
        for balance in (GRAM - 1, GRAM, GRAM + 1, 2 * GRAM):
            for amount in (1, 100 * MILLI - 1, 100 * MILLI, 5 * GRAM):
                terms = replace(usual_terms(), paused=paused)
                stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=stats, balance=balance)
                quote = stage.tvm.run_get_method(
                    code=Cell.one_from_boc(shipped_code().boc),
                    data=Cell.one_from_boc(stage.held.data),
                    method="get_required_fee",
                    address=stage.address.raw,
                    stack=(amount,),
                    balance=balance,
                    now=stage.now,
                )
                fee = quote.stack[0] if quote.exit_code == 0 else 50 * MILLI
                assert isinstance(fee, int)
                receipt = stage.send(BUYER, amount + fee, pay(amount=amount))
                assert receipt.exit_code == quote.exit_code
