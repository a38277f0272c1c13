"""What a first version falls into. Each test fails on the naive version that is named beside it."""

from dataclasses import replace

from krypton.chain.collector_bodies import decode
from krypton.chain.collector_messages import (
    Comment,
    ContractError,
    ReturnExcesses,
    SetFee,
    SetMode,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.collector import MIN_RESERVE, Share, Stats, payload_cap
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
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
    from krypton.chain.collector import state_init

    empty.send(OWNER, COIN, EMPTY, bounce=False, init=state_init(usual_terms()))
    assert empty.held.active
    assert empty.balance == 0
    empty.now += 86_400
    assert empty.send(BUYER, total(), pay(until=empty.now)).exit_code == ContractError.PAYMENT_REFUSED
    assert empty.send(OWNER, COIN, TopUp(query_id=1)).accepted
    assert empty.send(BUYER, total(), pay(until=empty.now)).accepted


def test_a_split_of_eight_never_throws_inside_a_payment(tvm_before: Tvm) -> None:
    """Naive: a share of (fees - costs) goes negative under high prices and blocks the shop."""
    from tests.contracts.stage import BEFORE

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
    from krypton.chain.cells import one_from_boc

    assert other.send(STRANGER, back.value, one_from_boc(back.body), bounce=back.bounce).outs == ()


def test_a_late_invoice_is_not_served(stage: Stage) -> None:
    """Naive: has no expiry, so an order of last year is paid at last year's price."""
    assert stage.send(BUYER, total(), pay(until=NOW - 1)).exit_code == ContractError.PAYMENT_REFUSED
