"""Paying: what is forwarded, what is refused, and where the money goes when it is."""

import pytest

from krypton.chain.cells import one_from_boc, to_boc
from krypton.chain.collector_bodies import decode, text_cell
from krypton.chain.collector_messages import Comment, ContractError, ReturnExcesses, SetMode, SetSupplier
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MAX_OVERPAY, MIN_AMOUNT, implied_amount, payload_cap
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
    pay,
    total,
)

REFUSED = ContractError.PAYMENT_REFUSED


def test_a_payment_forwards_the_amount_with_its_payload_and_keeps_the_fee(stage: Stage) -> None:
    receipt = stage.send(BUYER, 5_050 * MILLI, pay())
    assert receipt.accepted
    assert receipt.skipped == 0
    (forward,) = receipt.outs
    assert (forward.to, forward.value, forward.bounce) == (SUPPLIER, 5 * GRAM, True)
    assert one_from_boc(forward.body).hash == PAYLOAD.hash
    assert stage.stats.fee_balance == stage.stats.total_collected == 50 * MILLI
    assert stage.balance == stage.before.balance + 50 * MILLI - receipt.gas_fee - receipt.forward_fees


def test_the_fee_may_be_over_by_a_little(stage: Stage) -> None:
    assert stage.send(BUYER, total() + MAX_OVERPAY, pay()).accepted
    assert stage.stats.fee_balance == 50 * MILLI + MAX_OVERPAY


@pytest.mark.parametrize("off", [-1, MAX_OVERPAY + 1, -50 * MILLI, 45 * GRAM])
def test_a_wrong_total_is_refused(stage: Stage, off: int) -> None:
    assert stage.send(BUYER, total() + off, pay()).exit_code == REFUSED


def test_the_smallest_payment(stage: Stage) -> None:
    assert stage.send(BUYER, total(MIN_AMOUNT), pay(amount=MIN_AMOUNT)).accepted
    assert stage.send(BUYER, total(MIN_AMOUNT) - 1, pay(amount=MIN_AMOUNT - 1)).exit_code == REFUSED


def test_a_late_payment_is_refused(stage: Stage) -> None:
    assert stage.send(BUYER, total(), pay(until=NOW)).accepted
    assert stage.send(BUYER, total(), pay(until=NOW - 1)).exit_code == REFUSED


def test_a_paused_contract_takes_no_payment_and_a_resumed_one_does(stage: Stage) -> None:
    assert stage.send(OWNER, 50 * MILLI, SetMode(query_id=1, paused=True, comments=True)).accepted
    assert stage.send(BUYER, total(), pay()).exit_code == REFUSED
    assert stage.send(BUYER, total(), Comment(text="order 1")).exit_code == REFUSED
    assert stage.send(OWNER, 50 * MILLI, SetMode(query_id=1, paused=False, comments=False)).accepted
    assert stage.send(BUYER, total(), pay()).accepted


def test_a_buyer_in_the_masterchain_is_refused(stage: Stage) -> None:
    buyer = Address(-1, BUYER.account)
    assert stage.send(buyer, total(), pay(), fee=0).exit_code == REFUSED


def test_a_refusal_without_the_bounce_flag_sends_the_money_back_marked(stage: Stage) -> None:
    before = stage.held
    receipt = stage.send(BUYER, 4 * GRAM, pay(query_id=99), bounce=False)
    (back,) = receipt.outs
    assert back.to == BUYER
    assert not back.bounce
    assert decode(back.body) == ReturnExcesses(query_id=99)
    assert back.value == 4 * GRAM - receipt.gas_fee - receipt.forward_fees
    assert stage.held == before


def test_a_refusal_with_the_bounce_flag_bounces_and_changes_nothing(stage: Stage) -> None:
    before = stage.held
    receipt = stage.send(BUYER, 4 * GRAM, pay())
    assert receipt.exit_code == REFUSED
    assert [out.to for out in receipt.outs] == [BUYER]
    assert stage.held == before


def test_dust_that_does_not_pay_for_its_return_stays_and_changes_nothing_else(stage: Stage) -> None:
    stats = stage.stats
    receipt = stage.send(BUYER, 200_000, pay(), bounce=False)
    assert receipt.outs == ()
    assert stage.stats == stats


def test_a_payload_up_to_the_cap_is_forwarded_and_a_larger_one_refused(stage: Stage) -> None:
    large = (
        Writer().uint(0, 1000).ref(Writer().uint(1, 1000).cell()).ref(Writer().uint(2, 1000).cell()).cell()
    )
    assert stage.send(BUYER, total(), pay(payload=large)).accepted
    full = (
        Writer()
        .uint(3, 1000)
        .ref(large)
        .ref(Writer().uint(4, 1000).cell())
        .ref(Writer().uint(5, 1000).cell())
    )
    huge = Writer().uint(6, 1000).ref(full.cell()).ref(Writer().uint(7, 1000).cell()).cell()
    assert stage.send(BUYER, total(), pay(payload=huge), fee=payload_cap(TODAY)).accepted
    assert stage.send(BUYER, total(), pay(payload=huge), fee=payload_cap(TODAY) + 2).exit_code == REFUSED


def test_a_payload_is_forwarded_whatever_it_is(stage: Stage) -> None:
    for payload in (
        EMPTY,
        text_cell("\u041f\u0440\u0438\u0432\u0435\u0442 " * 20),
        Writer().uint(0xFFFFFFFF, 32).cell(),
    ):
        (forward,) = stage.send(BUYER, total(), pay(payload=payload)).outs
        assert one_from_boc(forward.body).hash == payload.hash


def allow_comments(stage: Stage) -> None:
    assert stage.send(OWNER, 50 * MILLI, SetMode(query_id=1, paused=False, comments=True)).accepted


@pytest.mark.parametrize("length", [0, 1, 44, 46, 47, 90, 123, 124, 300, 700])
def test_a_comment_pays_what_the_total_implies_and_is_forwarded_verbatim(stage: Stage, length: int) -> None:
    allow_comments(stage)
    body = text_cell("x" * length)
    receipt = stage.send(BUYER, total(), body)
    assert receipt.accepted
    assert receipt.skipped == 0
    (forward,) = receipt.outs
    assert (forward.to, forward.value) == (SUPPLIER, 5 * GRAM)
    assert one_from_boc(forward.body).hash == body.hash
    assert stage.stats.fee_balance == 50 * MILLI


def test_a_comment_of_any_total_forwards_what_the_formula_says(stage: Stage) -> None:
    allow_comments(stage)
    for value in (105 * MILLI, 106 * MILLI, 123_456_789, 5_049_999_999, 77 * GRAM + 7):
        (forward,) = stage.send(BUYER, value, Comment(text="1")).outs
        assert forward.value == implied_amount(value, fee_bps=100, prices=TODAY)
    assert stage.send(BUYER, 105 * MILLI - 1, Comment(text="1")).exit_code == REFUSED
    assert stage.send(BUYER, 1 * MILLI, Comment(text="1")).exit_code == REFUSED


def test_comments_are_refused_while_they_are_off(stage: Stage) -> None:
    assert stage.send(BUYER, total(), Comment(text="1")).exit_code == REFUSED
    (back,) = stage.send(BUYER, total(), Comment(text="1"), bounce=False).outs
    assert (back.to, decode(back.body)) == (BUYER, ReturnExcesses(query_id=0))


def test_a_comment_from_the_owner_or_the_masterchain_never_pays(stage: Stage) -> None:
    allow_comments(stage)
    assert stage.send(OWNER, total(), Comment(text="1")).exit_code == REFUSED
    assert stage.send(Address(-1, BUYER.account), total(), Comment(text="1"), fee=0).exit_code == REFUSED
    assert stage.send(BUYER, total(), Comment(text="1"), fee=payload_cap(TODAY) + 2).exit_code == REFUSED


def test_a_body_that_does_not_parse_is_refused_by_the_tvm(stage: Stage) -> None:
    torn = Writer().uint(0x353C95C1, 32).uint(7, 64).cell()
    assert stage.send(BUYER, total(), torn).exit_code == 9
    assert stage.stats.total_collected == 0


@pytest.mark.parametrize(
    "body", [EMPTY, Writer().uint(5, 20).cell(), Writer().uint(0xDEADBEEF, 32).uint(0, 64).cell()]
)
def test_an_unknown_message_is_refused(stage: Stage, body: object) -> None:
    assert isinstance(body, type(EMPTY))
    for sender in (BUYER, OWNER, STRANGER):
        assert stage.send(sender, GRAM, body).exit_code == ContractError.UNKNOWN_MESSAGE
        (back,) = stage.send(sender, GRAM, body, bounce=False).outs
        assert back.to == sender


def test_a_payment_right_after_the_supplier_changed_goes_to_the_new_one(stage: Stage) -> None:
    stage.send(OWNER, 50 * MILLI, SetMode(query_id=1, paused=True, comments=False))
    assert stage.send(OWNER, 50 * MILLI, SetSupplier(query_id=1, supplier=STRANGER)).accepted
    stage.send(OWNER, 50 * MILLI, SetMode(query_id=1, paused=False, comments=False))
    (forward,) = stage.send(BUYER, total(), pay()).outs
    assert forward.to == STRANGER
    assert to_boc(one_from_boc(forward.body)) == to_boc(PAYLOAD)
