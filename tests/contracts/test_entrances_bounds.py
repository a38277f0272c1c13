"""Bounds to the nano, on both sides, where a mutant could stand between two tests."""

from dataclasses import replace

import pytest
from pytoniq_core import Cell

from krypton.chain.cells import Cell as StrictCell
from krypton.chain.collector import shipped_code, split_cell
from krypton.chain.collector_messages import (
    Comment,
    ContractError,
    ForceWithdraw,
    Op,
    RefundBuyer,
    SetMinWithdrawal,
    SetSplit,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.collector import (
    MAX_THRESHOLD,
    MIN_REFUND,
    MIN_RESERVE,
    MIN_THRESHOLD,
    MIN_THRESHOLD_WITH_SPLIT,
    Share,
    Stats,
    Terms,
    after_handling,
    payload_cap,
    withdrawal_price,
)
from krypton.sandbox.tvm import MethodResult, Tvm
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    MILLI,
    OWNER,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    pay,
    someone,
    total,
)

COIN = 50 * MILLI
TERMS = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=GRAM, fee_bps=100, comments=True)
OWED = Stats(fee_balance=2 * GRAM, total_collected=20 * GRAM, refundable=3 * GRAM, last_withdrawal_time=9)
EIGHT = tuple(Share(recipient=someone(number), bps=1_125) for number in range(1, 9))


def staged(tvm: Tvm, balance: int, *, terms: Terms = TERMS, stats: Stats = OWED) -> Stage:
    return Stage.holding(tvm, prices=TODAY, terms=terms, stats=stats, balance=balance)


@pytest.mark.parametrize("split", [(), EIGHT[:1], EIGHT])
@pytest.mark.parametrize("body", [pay(amount=4 * GRAM), Comment(text="1"), Comment(text="x" * 100)])
def test_a_payment_withdraws_exactly_when_own_funds_are_twice_the_price(
    tvm_today: Tvm, split: tuple[Share, ...], body: Comment
) -> None:
    price = withdrawal_price(TODAY, shares=len(split))
    fee = 40 * MILLI  # not by chance the reserve
    enough = OWED.refundable + MIN_RESERVE + 2 * price - fee
    for balance in (enough, enough - 1):
        stage = staged(tvm_today, balance, terms=replace(TERMS, split=split))
        receipt = stage.send(BUYER, 4 * GRAM + fee, body)
        assert (receipt.accepted, receipt.skipped) == (True, 0)
        assert stage.stats.fee_balance == (0 if balance == enough else OWED.fee_balance + fee)
        assert stage.stats.total_collected == OWED.total_collected + fee
        assert (stage.balance == MIN_RESERVE + OWED.refundable) == (balance == enough)


@pytest.mark.parametrize("body", [pay(), Comment(text="1"), Comment(text="x" * 100)])
def test_by_hand_only_gathers(tvm_today: Tvm, body: Comment) -> None:
    stage = staged(tvm_today, 9 * GRAM, terms=replace(TERMS, min_withdrawal=0))
    assert len(stage.send(BUYER, total(), body).outs) == 1
    assert stage.stats == replace(
        OWED,
        fee_balance=OWED.fee_balance + 50 * MILLI,
        total_collected=OWED.total_collected + 50 * MILLI,
    )


@pytest.mark.parametrize("body", [pay(), Comment(text="1")])
def test_a_payment_withdraws_exactly_at_the_threshold(tvm_today: Tvm, body: Comment) -> None:
    for missing in (0, 1):
        stats = replace(OWED, fee_balance=GRAM - 50 * MILLI - missing)
        stage = staged(tvm_today, 9 * GRAM, stats=stats)
        assert len(stage.send(BUYER, total(), body).outs) == 2 - missing
        assert stage.stats.total_collected == OWED.total_collected + 50 * MILLI


@pytest.mark.parametrize("body", [pay(), Comment(text="1")])
def test_one_nano_of_own_funds_is_enough_to_pay(tvm_today: Tvm, body: Comment) -> None:
    assert staged(tvm_today, OWED.refundable + 1).send(BUYER, total(), body).accepted
    refused = staged(tvm_today, OWED.refundable).send(BUYER, total(), body)
    assert refused.exit_code == ContractError.PAYMENT_REFUSED


@pytest.mark.parametrize("body", [pay(), Comment(text="1")])
def test_a_payload_of_exactly_the_cap_is_forwarded(tvm_today: Tvm, body: Comment) -> None:
    cap = payload_cap(TODAY)
    for fee, code in ((cap, 0), (cap + 2, ContractError.PAYMENT_REFUSED)):
        assert staged(tvm_today, 6 * GRAM).send(BUYER, total(), body, fee=fee).exit_code == code


@pytest.mark.parametrize("split", [(), EIGHT])
def test_a_withdrawal_is_forced_exactly_when_something_is_there_that_pays_for_it(
    tvm_today: Tvm, split: tuple[Share, ...]
) -> None:
    terms, price = replace(TERMS, split=split), withdrawal_price(TODAY, shares=len(split))
    low = OWED.refundable + MIN_RESERVE
    for balance, value, taken in (
        (low + 1, GRAM, True),
        (low, GRAM, False),
        (low + price, price, True),
        (low + price, price - 1, False),
        (low + 2 * price, 5 * MILLI, True),
    ):
        stage = staged(tvm_today, balance, terms=terms)
        receipt = stage.send(OWNER, value, ForceWithdraw(query_id=1))
        assert receipt.exit_code == (0 if taken else ContractError.NOTHING_TO_WITHDRAW)
        assert (stage.balance == low) == taken or balance == low


def test_shares_are_of_what_is_there_and_none_when_that_does_not_pay(tvm_today: Tvm) -> None:
    price = withdrawal_price(TODAY, shares=8)
    low = OWED.refundable + MIN_RESERVE
    for fees, above, count, shared in (
        (price, GRAM, 1, 0),
        (price + 10_000_000, GRAM, 9, 10_000_000),
        (2 * GRAM, price + 10_000_000, 9, 10_000_000),
    ):
        stage = staged(
            tvm_today,
            low + above - 5 * MILLI,
            terms=replace(TERMS, split=EIGHT),
            stats=replace(OWED, fee_balance=fees),
        )
        receipt = stage.send(OWNER, 5 * MILLI, ForceWithdraw(query_id=1))
        assert (len(receipt.outs), receipt.skipped) == (count, 0)
        for out in receipt.outs[:-1]:
            assert out.value + TODAY.lump == shared * 1_125 // 10_000


def test_dust_that_came_back_is_neither_credited_nor_logged(tvm_today: Tvm) -> None:
    price = 10 * MILLI - after_handling(10 * MILLI, prices=TODAY)
    for value, logs in ((price - 10_000, 0), (price, 0), (price + 1, 1)):
        stage = staged(tvm_today, 6 * GRAM)
        receipt = stage.send(STRANGER, value, EMPTY, bounced=True, bounce=False)
        assert (receipt.accepted, len(receipt.outs)) == (True, logs)
        assert stage.stats.refundable == OWED.refundable + logs


@pytest.mark.parametrize(
    ("value", "split", "error"),
    [
        (MIN_THRESHOLD, (), 0),
        (MIN_THRESHOLD - 1, (), ContractError.OUT_OF_BOUNDS),
        (MIN_THRESHOLD_WITH_SPLIT, EIGHT, 0),
        (MIN_THRESHOLD_WITH_SPLIT - 1, EIGHT, ContractError.OUT_OF_BOUNDS),
        (MAX_THRESHOLD, (), 0),
        (MAX_THRESHOLD + 1, (), ContractError.OUT_OF_BOUNDS),
        (MAX_THRESHOLD, EIGHT, 0),
        (0, EIGHT, 0),
    ],
)
def test_a_threshold_has_bounds(tvm_today: Tvm, value: int, split: tuple[Share, ...], error: int) -> None:
    stage = staged(tvm_today, 6 * GRAM, terms=replace(TERMS, split=split))
    asked = SetMinWithdrawal(query_id=1, min_withdrawal=value)
    assert stage.send(OWNER, COIN, asked).exit_code == error


def test_a_split_takes_eight_shares_of_nine_thousand_together_and_of_a_hundred_each(tvm_today: Tvm) -> None:
    for split in (EIGHT, (Share(recipient=BUYER, bps=100),), (Share(recipient=BUYER, bps=9_000),)):
        stage = staged(tvm_today, 6 * GRAM)
        assert stage.send(OWNER, COIN, SetSplit(query_id=1, split=split)).accepted
        assert stage.terms.split == split


@pytest.mark.parametrize(("amount", "error"), [(MIN_REFUND, 0), (MIN_REFUND - 1, ContractError.BAD_REFUND)])
def test_a_refund_has_a_least_amount(tvm_today: Tvm, amount: int, error: int) -> None:
    stage = staged(tvm_today, 6 * GRAM)
    asked = RefundBuyer(query_id=1, to=BUYER, amount=amount)
    assert stage.send(OWNER, COIN, asked).exit_code == error


@pytest.mark.parametrize("bps", [1, 3, 7, 999, 1_000])
def test_a_comment_hits_the_amounts_next_to_a_whole_fee(tvm_today: Tvm, bps: int) -> None:
    stage = staged(tvm_today, 6 * GRAM, terms=replace(TERMS, min_withdrawal=0, fee_bps=bps))
    for amount in (10**12 - 1, 10**12, 10**12 + 1, -(-(10**12) // bps) * 10_000, 10**16 // bps):
        value = amount + amount * bps // 10_000
        assert stage.send(BUYER, value, Comment(text="1")).outs[0].value == amount


def test_a_comment_of_up_to_400_bits_needs_no_cell_of_its_own(tvm_today: Tvm) -> None:
    spent: list[int] = []
    for bits in (399, 400, 401):
        stage = staged(tvm_today, 6 * GRAM, terms=replace(TERMS, min_withdrawal=0))
        receipt = stage.send(BUYER, total(), Writer().uint(0, bits).cell())
        assert receipt.accepted
        spent.append(receipt.gas)
    assert spent[0] == spent[1] < spent[2] - 300


def test_getters_at_their_edges(tvm_today: Tvm) -> None:
    low = OWED.refundable + MIN_RESERVE
    for balance in (low - 1, low, low + 1):
        stage = staged(tvm_today, balance)
        answer = ask(stage, "get_withdrawable")
        assert answer.stack == (max(0, balance - low),)


def test_get_terms_says_what_is_refundable(tvm_today: Tvm) -> None:
    stage = staged(tvm_today, 6 * GRAM)
    answer = ask(stage, "get_terms")
    assert answer.stack[7] == OWED.refundable


def ask(stage: Stage, method: str) -> MethodResult:
    return stage.tvm.run_get_method(
        code=Cell.one_from_boc(shipped_code().boc),
        data=Cell.one_from_boc(stage.held.data),
        method=method,
        address=stage.address.raw,
        balance=stage.balance,
        now=stage.now,
    )


@pytest.mark.parametrize(("shares", "said"), [(9, 8), (9, 9), (8, 9), (10, 9)])
def test_a_ninth_share_can_not_hide_behind_the_count(tvm_today: Tvm, shares: int, said: int) -> None:
    receipt = staged(tvm_today, 6 * GRAM).send(OWNER, COIN, set_split(shares, said=said))
    assert receipt.exit_code == ContractError.BAD_SPLIT


def test_a_long_list_is_not_read_to_its_end(tvm_today: Tvm) -> None:
    spent = {staged(tvm_today, 6 * GRAM).send(OWNER, COIN, set_split(n, said=9)).gas for n in (10, 40)}
    assert len(spent) == 1


def set_split(shares: int, *, said: int) -> StrictCell:
    first = split_cell(tuple(Share(recipient=someone(number), bps=500) for number in range(shares)))
    assert first is not None
    lie = Writer().uint(said, 8).ref(first.refs[0]).cell()
    return Writer().uint(Op.SET_SPLIT, 32).uint(1, 64).maybe(lie).cell()
