"""A collector grows old: rent, a million payments, people who are gone, and how large it is."""

from dataclasses import replace

import pytest

from krypton.chain.cells import Cell, one_from_boc, to_boc
from krypton.chain.collector import data_cell, shipped_code, state_init
from krypton.chain.collector_messages import ContractError, ForceWithdraw, RefundBuyer, TopUp
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, PAY_GAS, Share, Stats, Terms
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.stage import (
    BUYER,
    GRAM,
    HEIR,
    MILLI,
    NOW,
    OWNER,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    measure,
    pay,
    someone,
    total,
)

MONTH = 30 * 86_400
YEAR = 365 * 86_400
NEW = Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)
LARGEST = Terms(
    owner=OWNER,
    supplier=SUPPLIER,
    min_withdrawal=GRAM,
    fee_bps=100,
    pending_owner=HEIR,
    previous_supplier=STRANGER,
    split=tuple(Share(recipient=someone(number), bps=1_000) for number in range(8)),
)


def paid(stage: Stage) -> bool:
    """Pay 5 as anyone would now; whether it was taken, and then to the nano."""
    receipt = stage.send(BUYER, total(), pay(until=stage.now + 60))
    if receipt.accepted:
        assert (receipt.outs[0].to, receipt.outs[0].value, receipt.skipped) == (SUPPLIER, 5 * GRAM, 0)
    else:
        assert receipt.exit_code == ContractError.PAYMENT_REFUSED
        assert receipt.outs[0].value > total() - MILLI
    assert stage.balance >= stage.stats.refundable
    return receipt.accepted


@pytest.mark.parametrize(("terms", "years"), [(usual_terms(), 13), (LARGEST, 11)])
@pytest.mark.parametrize("refundable", [0, 3 * GRAM])
def test_the_reserve_alone_pays_years_of_rent_and_then_nobody_is_served_short(
    tvm_today: Tvm, terms: Terms, years: int, refundable: int
) -> None:
    stats = replace(NEW, refundable=refundable)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=stats, balance=MIN_RESERVE + refundable)
    later = stage.copy()
    stage.now += years * YEAR
    assert paid(stage)
    if refundable:
        assert stage.send(OWNER, 50 * MILLI, RefundBuyer(query_id=1, to=BUYER, amount=refundable)).accepted
        assert stage.stats.refundable == 0
    later.now += 15 * YEAR
    later.send(STRANGER, 30 * MILLI, TopUp(query_id=1))
    assert paid(later)


@pytest.mark.parametrize("terms", [usual_terms(), LARGEST])
def test_the_reserve_alone_keeps_a_buyers_refund_whole_for_fifteen_years(
    tvm_today: Tvm, terms: Terms
) -> None:
    stats = replace(NEW, refundable=3 * GRAM)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=stats, balance=MIN_RESERVE + 3 * GRAM)
    stage.now += 15 * YEAR
    assert paid(stage)


def test_fifteen_years_with_a_payment_a_month(tvm_today: Tvm) -> None:
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=replace(usual_terms(), min_withdrawal=GRAM))
    withdrawals = 0
    for _ in range(15 * 12):
        stage.now += MONTH
        assert paid(stage)
        withdrawals += stage.stats.fee_balance == 0
    assert stage.stats.total_collected == 15 * 12 * 50 * MILLI
    assert withdrawals == 15 * 12 // 20


def test_when_the_reserve_is_eaten_up_buyers_are_refused_until_somebody_tops_up(tvm_today: Tvm) -> None:
    stats = replace(NEW, refundable=3 * GRAM)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=usual_terms(), stats=stats, balance=3 * GRAM + MILLI)
    stage.now += 5 * YEAR
    receipt = stage.send(BUYER, total(), pay(until=stage.now + 60))
    assert receipt.exit_code == ContractError.PAYMENT_REFUSED
    assert receipt.outs[0].value > total() - MILLI
    assert stage.send(STRANGER, 60 * MILLI, TopUp(query_id=1)).accepted
    assert paid(stage)


def test_frozen_after_sixty_years_it_returns_what_is_paid_and_a_top_up_with_its_state_thaws_it(
    tvm_today: Tvm,
) -> None:
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms())
    stage.now += 60 * YEAR
    assert stage.send(BUYER, 1, pay()).exit_code is None
    assert not stage.held.active
    receipt = stage.send(BUYER, total(), pay(until=stage.now + 60))
    assert receipt.exit_code is None
    assert receipt.outs[0].value > total() - MILLI
    assert stage.send(STRANGER, GRAM, TopUp(query_id=1), init=state_init(usual_terms())).accepted
    assert paid(stage)


def test_a_million_payments_worth_of_totals(tvm_today: Tvm) -> None:
    earned = 10**6 * 10_000 * GRAM
    stats = Stats(fee_balance=earned, total_collected=earned, refundable=earned, last_withdrawal_time=NOW)
    terms = replace(usual_terms(), min_withdrawal=0)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=terms, stats=stats, balance=2 * earned + GRAM)
    assert paid(stage)
    assert stage.last is not None
    assert stage.last.gas <= PAY_GAS
    assert stage.stats.total_collected == earned + 50 * MILLI
    (to_owner,) = stage.send(OWNER, 50 * MILLI, ForceWithdraw(query_id=1)).outs
    assert to_owner.value > earned
    assert stage.balance == MIN_RESERVE + earned


@pytest.mark.parametrize("frozen", [True, False])
def test_a_withdrawal_reaches_an_owner_who_is_frozen_or_not_deployed(stage: Stage, frozen: bool) -> None:
    stage.send(STRANGER, GRAM, TopUp(query_id=1))
    (to_owner,) = stage.send(OWNER, 50 * MILLI, ForceWithdraw(query_id=1)).outs
    owner = Stage.absent(stage.tvm, prices=TODAY, address=OWNER)
    if frozen:
        owner.shard = frozen_account(OWNER, balance=1)
    assert to_owner.cell is not None
    receipt = owner.deliver(to_owner.cell, value=to_owner.value)
    assert receipt.outs == ()  # it stays there for whoever thaws or deploys the wallet
    assert owner.balance >= to_owner.value - MILLI


@pytest.mark.parametrize("split", [False, True])
def test_a_withdrawal_to_people_who_refuse_stays_with_them_or_comes_back_as_own_funds(
    tvm_today: Tvm, split: bool
) -> None:
    refusing = Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms())  # takes no empty body
    terms = replace(usual_terms(), min_withdrawal=GRAM, owner=OWNER if split else refusing.address)
    if split:
        terms = replace(terms, split=(Share(recipient=refusing.address, bps=5_000),))
    stage = Stage.deployed(tvm_today, prices=TODAY, terms=terms)
    stage.send(BUYER, total(200 * GRAM), pay(amount=200 * GRAM))
    assert stage.last is not None
    out = stage.last.outs[1]
    assert out.to == refusing.address
    assert out.cell is not None
    (back,) = refusing.deliver(out.cell, value=out.value).outs
    assert back.to == stage.address
    assert back.cell is not None
    before = stage.balance
    assert stage.deliver(back.cell, value=back.value).outs == ()
    assert stage.stats.refundable == 0
    assert stage.balance > before + back.value - MILLI
    assert paid(stage)


def test_code_and_data_stay_small() -> None:
    code = measure(one_from_boc(shipped_code().boc), root=True)
    assert code["cells"] <= 56
    assert code["bits"] <= 28_000
    assert measure(data_cell(usual_terms()), root=True)["cells"] == 2
    assert measure(data_cell(LARGEST), root=True)["cells"] == 2 + 1 + 8
    assert len(shipped_code().boc) < 4_000


def frozen_account(address: Address, *, balance: int) -> bytes:
    """TL-B account with account_frozen$01 state_hash:bits256."""
    storage: Cell = Writer().uint(2, 64).coins(balance).uint(0, 1).uint(0b01, 2).uint(7, 256).cell()
    account = Writer().uint(1, 1).address(address)
    for figure in (1, storage.size):
        length = (figure.bit_length() + 7) // 8
        account.uint(length, 3).uint(figure, 8 * length)
    account.uint(0, 3).uint(NOW, 32).uint(0, 1).rest(storage)
    return to_boc(Writer().ref(account.cell()).uint(0, 256).uint(1, 64).cell())
