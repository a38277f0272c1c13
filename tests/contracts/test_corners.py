"""Corners where two bounds meet: little value, little balance, both at once."""

from krypton.chain.collector_messages import ContractError, ForceWithdraw, RefundBuyer, SetMode
from krypton.domain.collector import MIN_RESERVE, Stats, withdrawal_price
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.stage import BUYER, GRAM, MILLI, OWNER, TODAY, Stage

EARNED = Stats(fee_balance=GRAM, total_collected=GRAM, refundable=0, last_withdrawal_time=0)


def test_a_forced_withdrawal_that_nobody_pays_for_is_refused(tvm_today: Tvm) -> None:
    price = withdrawal_price(TODAY)
    for value, error in ((2 * price - 2, ContractError.NOTHING_TO_WITHDRAW), (2 * price - 1, None)):
        stage = Stage.holding(
            tvm_today, prices=TODAY, terms=usual_terms(), stats=EARNED, balance=MIN_RESERVE + 1
        )
        receipt = stage.send(OWNER, value, ForceWithdraw(query_id=1))
        assert receipt.exit_code == (0 if error is None else error)
        assert (stage.stats.fee_balance == 0) == (error is None)
        assert receipt.skipped == 0


def test_a_refund_is_never_paid_out_of_the_message_that_asks_for_it(tvm_today: Tvm) -> None:
    owed = Stats(fee_balance=0, total_collected=0, refundable=3 * GRAM, last_withdrawal_time=0)
    stage = Stage.holding(tvm_today, prices=TODAY, terms=usual_terms(), stats=owed, balance=GRAM)
    too_much = RefundBuyer(query_id=1, to=BUYER, amount=GRAM + 1)
    assert stage.send(OWNER, 5 * GRAM, too_much).exit_code == ContractError.BAD_REFUND
    assert stage.send(OWNER, 50 * MILLI, RefundBuyer(query_id=1, to=BUYER, amount=GRAM)).accepted
    assert stage.stats.refundable == 2 * GRAM


def test_an_operation_that_brings_only_its_gas_is_still_carried_out(stage: Stage) -> None:
    receipt = stage.send(OWNER, 300_000, SetMode(query_id=1, paused=True, comments=False))
    assert receipt.accepted
    assert (receipt.outs, receipt.skipped) == ((), 1)  # its change does not pay for being sent
    assert stage.terms.paused
