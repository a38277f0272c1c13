"""Every kind of transaction that the real contract can make, told by the app as what it was."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from krypton.chain.collector_bodies import body_cell, text_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    ContractError,
    ForceWithdraw,
    Op,
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
from krypton.domain.collector import MAX_OVERPAY, Share, Terms, after_handling
from krypton.domain.ledger import (
    Books,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Withdrawal,
    post,
)
from krypton.sandbox.config import network_config
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
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
TERMS = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100, comments=True)
CREDIT = after_handling(GRAM, prices=TODAY)


@pytest.fixture(scope="module")
def tvm() -> Iterator[Tvm]:
    with Tvm.start() as tvm:
        tvm.set_config(network_config(tvm).to_boc())
        yield tvm


@pytest.fixture
def stage(tvm: Tvm) -> Stage:
    return Stage.deployed(tvm, prices=TODAY, terms=TERMS)


def test_a_deploy_and_a_top_up(stage: Stage) -> None:
    assert stage.entry.event == Funded(amount=75 * MILLI, refundable=False)
    assert post(Books(), stage.entry) == Books(balance=stage.balance, stats=stage.stats)
    for body in (
        body_cell(TopUp(query_id=1)),
        Writer().uint(Op.TOP_UP, 32).cell(),
    ):  # the contract takes both
        stage.send(SUPPLIER, GRAM, body)
        assert stage.entry.event == Funded(amount=GRAM, refundable=False)
        assert stage.stats.refundable == 0


@pytest.mark.parametrize("bounce", [True, False])
def test_payments_accepted(stage: Stage, bounce: bool) -> None:
    stage.send(BUYER, total() + MAX_OVERPAY, pay(payload=text_cell("order 7")), bounce=bounce)
    paid = Payment(
        buyer=BUYER,
        total=total() + MAX_OVERPAY,
        forwarded=5 * GRAM,
        fee=60 * MILLI,
        supplier=SUPPLIER,
        query_id=7,
        by_comment=False,
        comment="order 7",
    )
    assert (stage.entry.event, stage.entry.sent) == (paid, 5 * GRAM)
    for words in ("order 7", "order 7 " * 40):  # beside the header of what goes on, and in a cell of its own
        stage.send(BUYER, total(), text_cell(words), bounce=bounce)
        assert stage.entry.event == replace(
            paid, total=total(), fee=COIN, query_id=0, by_comment=True, comment=words
        )


@pytest.mark.parametrize("body", [pay(amount=5 * GRAM + 1), text_cell("order 7"), EMPTY])
def test_refused(stage: Stage, body: Operation) -> None:
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=True))
    for bounce in (True, False):
        receipt = stage.send(BUYER, total(), body, bounce=bounce)
        event = stage.entry.event
        assert isinstance(event, Refused)
        assert event.exit_code in {ContractError.PAYMENT_REFUSED, ContractError.UNKNOWN_MESSAGE}
        assert event.returned == receipt.outs[0].value > 5_049 * MILLI
        receipt = stage.send(BUYER, 100_000, body, bounce=bounce)  # too little to be sent back
        assert receipt.outs == ()
        assert isinstance(stage.entry.event, Refused)


def test_too_little_for_gas_and_torn_bodies_are_refused(stage: Stage) -> None:
    stage.send(BUYER, 10, pay())
    assert stage.entry.event == Refused(exit_code=-14, returned=0)
    stage.send(OWNER, COIN, Writer().uint(Op.SET_FEE, 32).cell(), bounce=False)
    assert stage.entry.event == Refused(exit_code=9, returned=0)  # kept: a known issue


def test_a_forward_that_bounced(stage: Stage) -> None:
    stage.send(STRANGER, GRAM, bounce_of(EMPTY), bounced=True, bounce=False)
    assert stage.entry.event == ForwardBounced(credited=CREDIT)
    stage.send(STRANGER, 100_000, bounce_of(EMPTY), bounced=True, bounce=False)
    assert stage.entry.event == ForwardBounced(credited=0)
    assert stage.stats.refundable == CREDIT


@pytest.mark.parametrize("bounce", [True, False])
@pytest.mark.parametrize(
    "body", [EMPTY, text_cell("no stars today"), bounce_of(EMPTY), body_cell(ReturnExcesses(query_id=1))]
)
def test_what_the_supplier_sent_back_by_hand(stage: Stage, body: Operation, bounce: bool) -> None:
    stage.send(SUPPLIER, GRAM, body, bounce=bounce)
    assert stage.entry.event == Funded(amount=CREDIT, refundable=True)
    assert stage.stats.refundable == CREDIT
    assert stage.entry.sent == 0


def test_what_a_former_supplier_sent_back_is_told_right_years_later(stage: Stage) -> None:
    stage.send(SUPPLIER, GRAM, text_cell("back"), bounce=False)
    then = stage.copy()
    stage.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=True))
    for other in (STRANGER, HEIR):
        stage.send(OWNER, COIN, SetSupplier(query_id=1, supplier=other))
    assert SUPPLIER not in {stage.terms.supplier, stage.terms.previous_supplier}
    stage.transaction = then.transaction
    assert stage.entry.event == Funded(amount=CREDIT, refundable=True)


@pytest.mark.parametrize("value", [4 * MILLI, GRAM])
@pytest.mark.parametrize("body", [EMPTY, text_cell("order 7")])
def test_nobody_in_the_masterchain_is_a_supplier(stage: Stage, value: int, body: Operation) -> None:
    receipt = stage.send(Address(-1, BUYER.account), value, body, bounce=False)
    assert bool(receipt.outs) == (value == GRAM)  # sending back costs 0.01 there
    assert isinstance(stage.entry.event, Refused)


def test_returned_excess_of_a_stranger_is_the_collectors_own(stage: Stage) -> None:
    stage.send(STRANGER, GRAM, ReturnExcesses(query_id=1))
    assert stage.entry.event == Funded(amount=GRAM, refundable=False)


@pytest.mark.parametrize("count", [0, 1, 8])
def test_withdrawals_automatic_and_forced_with_their_split(tvm: Tvm, count: int) -> None:
    split = tuple(Share(recipient=someone(number), bps=1_000) for number in range(count))
    stage = Stage.deployed(tvm, prices=TODAY, terms=replace(TERMS, min_withdrawal=GRAM, split=split))
    for forced in (False, True):
        if forced:
            stage.send(BUYER, total(), pay())
            receipt = stage.send(OWNER, COIN, ForceWithdraw(query_id=1))
            assert stage.entry.event == Owned(action=OwnerAction.FORCE_WITHDRAW)
            *shares, last = receipt.outs
        else:
            receipt = stage.send(BUYER, total(100 * GRAM), pay(amount=100 * GRAM))
            assert isinstance(stage.entry.event, Payment)
            _, *shares, last = receipt.outs
        assert len(shares) == count
        assert stage.entry.withdrawal == Withdrawal(
            to=OWNER, amount=last.value, shares=sum(out.value for out in shares), forced=forced
        )


def test_a_refund(stage: Stage) -> None:
    stage.send(SUPPLIER, GRAM, EMPTY)
    stage.send(OWNER, COIN, RefundBuyer(query_id=1, to=BUYER, amount=CREDIT))
    assert stage.entry.event == Owned(action=OwnerAction.REFUND_BUYER, value=CREDIT)
    assert stage.stats.refundable == 0
    for bounce in (True, False):
        stage.send(OWNER, COIN, RefundBuyer(query_id=1, to=BUYER, amount=GRAM), bounce=bounce)
        assert isinstance(stage.entry.event, Refused)


@pytest.mark.parametrize("bounce", [True, False])
def test_every_change_of_the_owner(stage: Stage, bounce: bool) -> None:
    for order, action, value in (
        (SetMode(query_id=1, paused=True, comments=True), OwnerAction.SET_MODE, 3),
        (SetFee(query_id=1, fee_bps=250), OwnerAction.SET_FEE, 250),
        (SetSupplier(query_id=1, supplier=STRANGER), OwnerAction.SET_SUPPLIER, None),
        (SetMinWithdrawal(query_id=1, min_withdrawal=GRAM), OwnerAction.SET_MIN_WITHDRAWAL, GRAM),
        (SetSplit(query_id=1, split=(Share(recipient=BUYER, bps=500),)), OwnerAction.SET_SPLIT, 1),
        (ProposeOwner(query_id=1, owner=HEIR), OwnerAction.PROPOSE_OWNER, None),
    ):
        before = stage.terms
        stage.send(STRANGER, COIN, order, bounce=bounce)
        assert isinstance(stage.entry.event, Refused)
        assert stage.terms == before
        stage.send(OWNER, COIN, order, bounce=bounce)
        assert stage.entry.event == Owned(action=action, value=value)
        assert stage.terms != before
    stage.send(STRANGER, COIN, ClaimOwner(query_id=1), bounce=bounce)
    assert isinstance(stage.entry.event, Refused)
    stage.send(HEIR, COIN, ClaimOwner(query_id=1), bounce=bounce)
    assert stage.entry.event == Owned(action=OwnerAction.CLAIM_OWNER)
    assert stage.terms.owner == HEIR
