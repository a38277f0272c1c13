"""What only the owner may do, within which bounds, and what everyone else is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from krypton.chain.collector_bodies import decode
from krypton.chain.collector_messages import (
    ClaimOwner,
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
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MIN_RESERVE, Share, Terms
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
    PAYLOAD,
    STRANGER,
    SUPPLIER,
    Stage,
    bounce_of,
    pay,
    someone,
    total,
)

COIN = 50 * MILLI
SHARES = (Share(recipient=someone(1), bps=100), Share(recipient=someone(2), bps=8_900))
PAUSE = SetMode(query_id=1, paused=True, comments=False)

CHANGES: list[tuple[Operation, bool, Callable[[Terms], Terms]]] = [
    (SetMinWithdrawal(query_id=3, min_withdrawal=GRAM), False, lambda t: replace(t, min_withdrawal=GRAM)),
    (SetMinWithdrawal(query_id=3, min_withdrawal=0), False, lambda t: replace(t, min_withdrawal=0)),
    (SetFee(query_id=3, fee_bps=0), True, lambda t: replace(t, fee_bps=0)),
    (SetFee(query_id=3, fee_bps=1_000), True, lambda t: replace(t, fee_bps=1_000)),
    (
        SetSupplier(query_id=3, supplier=STRANGER),
        True,
        lambda t: replace(t, supplier=STRANGER, previous_supplier=SUPPLIER),
    ),
    (
        SetMode(query_id=3, paused=False, comments=True),
        False,
        lambda t: replace(t, paused=False, comments=True),
    ),
    (SetSplit(query_id=3, split=SHARES), False, lambda t: replace(t, split=SHARES)),
    (SetSplit(query_id=3, split=()), False, lambda t: t),
    (ProposeOwner(query_id=3, owner=HEIR), False, lambda t: replace(t, pending_owner=HEIR)),
    (ProposeOwner(query_id=3, owner=None), False, lambda t: t),
]


@pytest.mark.parametrize(("operation", "while_paused", "changed"), CHANGES)
def test_the_owner_changes_one_thing_and_gets_his_change(
    stage: Stage,
    operation: Operation,
    while_paused: bool,
    changed: Callable[[Terms], Terms],
) -> None:
    if while_paused:
        assert stage.send(OWNER, COIN, PAUSE).accepted
    terms, stats, balance = stage.terms, stage.stats, stage.balance
    receipt = stage.send(OWNER, COIN, operation)
    assert receipt.accepted
    assert (stage.terms, stage.stats, stage.balance) == (changed(terms), stats, balance)
    (change,) = receipt.outs
    assert (change.to, decode(change.body)) == (OWNER, ReturnExcesses(query_id=3))
    assert change.value == COIN - receipt.gas_fee - receipt.forward_fees


@pytest.mark.parametrize("sender", [BUYER, SUPPLIER, HEIR, Address(-1, OWNER.account)])
@pytest.mark.parametrize(
    "operation",
    [
        *(change[0] for change in CHANGES),
        ForceWithdraw(query_id=1),
        RefundBuyer(query_id=1, to=BUYER, amount=GRAM),
    ],
)
def test_nobody_else_does(stage: Stage, sender: Address, operation: Operation) -> None:
    stage.send(OWNER, COIN, ProposeOwner(query_id=1, owner=HEIR))
    stage.send(OWNER, COIN, PAUSE)
    before = stage.held
    assert stage.send(sender, COIN, operation, fee=70_000).exit_code == ContractError.NOT_OWNER
    assert stage.held == before
    (back,) = stage.send(sender, COIN, operation, fee=70_000, bounce=False).outs
    assert back.to == sender
    assert stage.held == before


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (SetMinWithdrawal(query_id=1, min_withdrawal=100 * MILLI - 1), ContractError.OUT_OF_BOUNDS),
        (SetMinWithdrawal(query_id=1, min_withdrawal=1), ContractError.OUT_OF_BOUNDS),
        (SetMinWithdrawal(query_id=1, min_withdrawal=1_000_000 * GRAM + 1), ContractError.OUT_OF_BOUNDS),
        (SetMinWithdrawal(query_id=1, min_withdrawal=2**120 - 1), ContractError.OUT_OF_BOUNDS),
        (SetFee(query_id=1, fee_bps=1_001), ContractError.OUT_OF_BOUNDS),
        (SetSupplier(query_id=1, supplier=Address(-1, STRANGER.account)), ContractError.BAD_ADDRESS),
        (SetSupplier(query_id=1, supplier=SUPPLIER), ContractError.BAD_ADDRESS),
        (ProposeOwner(query_id=1, owner=Address(-1, HEIR.account)), ContractError.BAD_ADDRESS),
        (
            SetSplit(query_id=1, split=tuple(Share(recipient=someone(i), bps=100) for i in range(9))),
            ContractError.BAD_SPLIT,
        ),
        (SetSplit(query_id=1, split=(Share(recipient=someone(1), bps=99),)), ContractError.BAD_SPLIT),
        (SetSplit(query_id=1, split=(Share(recipient=someone(1), bps=9_001),)), ContractError.BAD_SPLIT),
        (
            SetSplit(query_id=1, split=(*SHARES, Share(recipient=someone(3), bps=100))),
            ContractError.BAD_SPLIT,
        ),
        (
            SetSplit(query_id=1, split=(Share(recipient=Address(-1, bytes(32)), bps=500),)),
            ContractError.BAD_SPLIT,
        ),
        (RefundBuyer(query_id=1, to=Address(-1, BUYER.account), amount=GRAM), ContractError.BAD_ADDRESS),
        (RefundBuyer(query_id=1, to=BUYER, amount=10 * MILLI), ContractError.BAD_REFUND),
    ],
)
def test_what_the_owner_may_not(stage: Stage, operation: Operation, error: ContractError) -> None:
    stage.send(OWNER, COIN, PAUSE)
    before = stage.held
    assert stage.send(OWNER, COIN, operation).exit_code == error
    assert stage.held == before


def test_nothing_can_be_addressed_to_the_contract_itself(stage: Stage) -> None:
    stage.send(OWNER, COIN, PAUSE)
    own = stage.address
    for operation, error in (
        (SetSupplier(query_id=1, supplier=own), ContractError.BAD_ADDRESS),
        (ProposeOwner(query_id=1, owner=own), ContractError.BAD_ADDRESS),
        (RefundBuyer(query_id=1, to=own, amount=GRAM), ContractError.BAD_ADDRESS),
        (SetSplit(query_id=1, split=(Share(recipient=own, bps=100),)), ContractError.BAD_SPLIT),
    ):
        assert stage.send(OWNER, COIN, operation).exit_code == error


def test_fee_and_supplier_only_change_while_paused(stage: Stage) -> None:
    assert stage.send(OWNER, COIN, SetFee(query_id=1, fee_bps=200)).exit_code == ContractError.NOT_PAUSED
    changed = SetSupplier(query_id=1, supplier=STRANGER)
    assert stage.send(OWNER, COIN, changed).exit_code == ContractError.NOT_PAUSED


def test_threshold_and_split_must_fit_each_other(stage: Stage) -> None:
    assert stage.send(OWNER, COIN, SetSplit(query_id=1, split=SHARES)).accepted
    low = SetMinWithdrawal(query_id=1, min_withdrawal=500 * MILLI - 1)
    assert stage.send(OWNER, COIN, low).exit_code == ContractError.OUT_OF_BOUNDS
    assert stage.send(OWNER, COIN, SetMinWithdrawal(query_id=1, min_withdrawal=0)).accepted
    assert stage.send(OWNER, COIN, SetSplit(query_id=1, split=())).accepted
    assert stage.send(OWNER, COIN, replace(low, min_withdrawal=100 * MILLI)).accepted
    assert (
        stage.send(OWNER, COIN, SetSplit(query_id=1, split=SHARES)).exit_code == ContractError.OUT_OF_BOUNDS
    )


@pytest.mark.parametrize("count", [0, 2, 255])
def test_a_split_that_lies_about_its_length_is_refused(stage: Stage, count: int) -> None:
    share = Writer().address(someone(1)).uint(500, 16).maybe(None).cell()
    lie = Writer().uint(0x25E97A9C, 32).uint(1, 64).maybe(Writer().uint(count, 8).ref(share).cell()).cell()
    assert stage.send(OWNER, COIN, lie).exit_code == ContractError.BAD_SPLIT


def test_a_split_with_anything_behind_it_is_refused(stage: Stage) -> None:
    share = Writer().address(someone(1)).uint(500, 16).maybe(None)
    for torn in (
        Writer().uint(1, 8).ref(share.uint(1, 1).cell()),
        Writer().uint(1, 8).ref(Writer().address(someone(1)).uint(500, 16).maybe(None).cell()).uint(0, 1),
        Writer().uint(1, 8).ref(Writer().address(None).uint(500, 16).maybe(None).cell()),
    ):
        body = Writer().uint(0x25E97A9C, 32).uint(1, 64).maybe(torn.cell()).cell()
        assert stage.send(OWNER, COIN, body).exit_code == 9
        assert stage.terms.split == ()


def test_ownership_passes_in_two_steps(stage: Stage) -> None:
    assert stage.send(HEIR, COIN, ClaimOwner(query_id=1)).exit_code == ContractError.NOT_PROPOSED
    stage.send(OWNER, COIN, ProposeOwner(query_id=1, owner=HEIR))
    assert stage.send(OWNER, COIN, ClaimOwner(query_id=1)).exit_code == ContractError.NOT_PROPOSED
    assert stage.terms.owner == OWNER
    assert stage.send(HEIR, COIN, ClaimOwner(query_id=1)).accepted
    assert (stage.terms.owner, stage.terms.pending_owner) == (HEIR, None)
    assert stage.send(OWNER, COIN, PAUSE).exit_code == ContractError.NOT_OWNER
    assert stage.send(HEIR, COIN, PAUSE).accepted
    assert stage.send(HEIR, COIN, ClaimOwner(query_id=1)).exit_code == ContractError.NOT_PROPOSED


def test_a_proposal_can_be_taken_back(stage: Stage) -> None:
    stage.send(OWNER, COIN, ProposeOwner(query_id=1, owner=HEIR))
    stage.send(OWNER, COIN, ProposeOwner(query_id=1, owner=None))
    assert stage.send(HEIR, COIN, ClaimOwner(query_id=1)).exit_code == ContractError.NOT_PROPOSED


def test_the_owner_forces_a_withdrawal(stage: Stage) -> None:
    for _ in range(3):
        stage.send(BUYER, total(), pay())
    before = stage.balance
    receipt = stage.send(OWNER, COIN, ForceWithdraw(query_id=1))
    assert receipt.accepted
    (out,) = receipt.outs
    assert out.to == OWNER
    assert not out.bounce
    assert out.value == before + COIN - MIN_RESERVE - receipt.gas_fee - receipt.forward_fees
    assert stage.balance == MIN_RESERVE
    assert (stage.stats.fee_balance, stage.stats.last_withdrawal_time) == (0, stage.now)
    assert stage.stats.total_collected == 150 * MILLI


def test_nothing_above_the_reserve_is_nothing_to_withdraw(stage: Stage) -> None:
    stage.send(OWNER, COIN, ForceWithdraw(query_id=1))
    assert stage.balance == MIN_RESERVE
    for value in (COIN, 10 * GRAM):
        receipt = stage.send(OWNER, value, ForceWithdraw(query_id=1))
        assert receipt.exit_code == ContractError.NOTHING_TO_WITHDRAW


def test_a_refund_pays_out_of_what_came_back_and_no_further(stage: Stage) -> None:
    stage.send(BUYER, total(), pay())
    stage.send(SUPPLIER, 4_999 * MILLI, bounce_of(PAYLOAD), bounced=True, bounce=False)
    refundable = stage.stats.refundable
    too_much = RefundBuyer(query_id=8, to=BUYER, amount=refundable + 1)
    assert stage.send(OWNER, COIN, too_much).exit_code == ContractError.BAD_REFUND
    tiny = RefundBuyer(query_id=8, to=BUYER, amount=10 * MILLI - 1)
    assert stage.send(OWNER, COIN, tiny).exit_code == ContractError.BAD_REFUND
    balance = stage.balance
    receipt = stage.send(OWNER, COIN, RefundBuyer(query_id=8, to=BUYER, amount=refundable))
    assert receipt.accepted
    refund, change = receipt.outs
    assert (refund.to, refund.bounce, decode(refund.body)) == (BUYER, True, ReturnExcesses(query_id=8))
    assert refund.value + refund.fee <= refundable
    assert change.to == OWNER
    assert (stage.balance, stage.stats.refundable) == (balance - refundable, 0)


def test_an_empty_body_from_the_owner_is_refused(stage: Stage) -> None:
    assert stage.send(OWNER, GRAM, EMPTY).exit_code == ContractError.UNKNOWN_MESSAGE
