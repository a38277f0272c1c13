"""I1 to I10 of the specification, asked of a step; I1 (not a nano lost) the stage asks itself."""

from dataclasses import dataclass

from krypton.chain.cells import Cell, one_from_boc
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
    Pay,
    ProposeOwner,
    RefundBuyer,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
)
from krypton.domain.collector import (
    MIN_RESERVE,
    PAY_GAS,
    RETURN_GAS,
    SPLIT_GAS,
    WITHDRAWAL_GAS,
    Terms,
    after_handling,
    withdrawal_price,
)
from krypton.domain.ledger import (
    Books,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
)
from tests.contracts.model import Arrival, Verdict
from tests.contracts.stage import Stage
from tests.contracts.transactions import Receipt

CHANGES = SetMinWithdrawal | SetFee | SetSupplier | SetMode | SetSplit | ProposeOwner | ClaimOwner
ACTIONS = {
    SetMinWithdrawal: OwnerAction.SET_MIN_WITHDRAWAL,
    SetFee: OwnerAction.SET_FEE,
    SetSupplier: OwnerAction.SET_SUPPLIER,
    SetMode: OwnerAction.SET_MODE,
    SetSplit: OwnerAction.SET_SPLIT,
    ProposeOwner: OwnerAction.PROPOSE_OWNER,
    ClaimOwner: OwnerAction.CLAIM_OWNER,
    RefundBuyer: OwnerAction.REFUND_BUYER,
    ForceWithdraw: OwnerAction.FORCE_WITHDRAW,
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A message that came (its bounce flag, its body), what was before it, what came of it and must have."""

    came: Arrival
    body: Cell | None
    bounce: bool
    terms: Terms
    books: Books
    receipt: Receipt
    verdict: Verdict


def check_laws(step: Step, *, stage: Stage, now: Books) -> None:
    """Assert all that must hold after a step; `now` is the fold of the history that the app has read."""
    assert (stage.terms, stage.stats) == (step.verdict.terms, step.verdict.stats), step  # I7, I8
    assert now == Books(balance=stage.balance, stats=stage.stats), step
    assert now.stats.fee_balance <= now.stats.total_collected  # I3
    assert now.stats.total_collected >= step.books.stats.total_collected  # I3
    assert now.balance >= now.stats.refundable or step.came.own < 0  # I2; rent alone may do it, with time
    if not step.verdict.accepted:
        assert step.receipt.exit_code != 0 or not step.bounce
        assert now.balance >= step.came.own + step.books.stats.refundable  # I8
    elif not step.verdict.withdrawn:
        assert step.receipt.accepted
        if not isinstance(step.came.body, RefundBuyer):
            assert now.balance - now.stats.refundable >= step.came.own  # I2
    if step.verdict.forwarded is not None:
        _check_payment(step, forwarded=step.verdict.forwarded, stage=stage)
    elif not step.verdict.withdrawn and not isinstance(step.came.body, RefundBuyer):
        assert all(out.to in {step.came.sender, None} for out in step.receipt.outs)
    if step.verdict.withdrawn:
        _check_withdrawal(step, stage=stage)
    _check_told(step, stage=stage)


def _check_payment(step: Step, *, forwarded: int, stage: Stage) -> None:
    came, receipt, withdrawn = step.came, step.receipt, step.verdict.withdrawn
    assert receipt.skipped == 0  # I10
    forward, *others = receipt.outs
    assert (forward.to, forward.value, forward.bounce) == (step.terms.supplier, forwarded, True)  # I4
    assert len(others) == (1 + len(step.terms.split) if withdrawn else 0)  # I4
    assert step.body is not None
    asked = one_from_boc(came.body.payload) if isinstance(came.body, Pay) else step.body
    assert one_from_boc(forward.body).hash == asked.hash  # I4
    shares = len(step.terms.split)
    assert receipt.gas <= (WITHDRAWAL_GAS + SPLIT_GAS * shares if withdrawn else PAY_GAS)  # I9
    if not withdrawn and 0 < step.terms.min_withdrawal <= stage.stats.fee_balance:
        free = came.own + came.value - forwarded - MIN_RESERVE
        assert free < 2 * withdrawal_price(stage.prices, shares=shares)  # I6


def _check_withdrawal(step: Step, *, stage: Stage) -> None:
    assert step.receipt.accepted
    assert step.receipt.skipped == 0
    assert step.receipt.outs[-1].to == step.terms.owner
    assert stage.balance == MIN_RESERVE + stage.stats.refundable  # I5
    assert (stage.stats.fee_balance, stage.stats.last_withdrawal_time) == (0, stage.now)  # I5


def _check_told(step: Step, *, stage: Stage) -> None:
    """The app tells of it what happened, as far as a transaction shows that."""
    entry = stage.entry
    came, verdict, event = step.came, step.verdict, entry.event
    assert (entry.value, entry.sent) == (came.value, sum(out.value for out in step.receipt.outs))
    assert not isinstance(event, Unknown)
    assert (entry.withdrawal is not None) == verdict.withdrawn
    if entry.withdrawal is not None:
        *shares, last = step.receipt.outs[0 if verdict.forwarded is None else 1 :]
        assert (entry.withdrawal.to, entry.withdrawal.amount) == (last.to, last.value)
        assert entry.withdrawal.shares == sum(out.value for out in shares)
        assert entry.withdrawal.forced == isinstance(came.body, ForceWithdraw)
    if came.bounced:
        assert isinstance(event, ForwardBounced)
        assert step.receipt.gas <= RETURN_GAS  # I9
    elif verdict.forwarded is not None:
        assert isinstance(event, Payment)
        assert (event.buyer, event.total, event.forwarded) == (came.sender, came.value, verdict.forwarded)
        assert event.by_comment == isinstance(came.body, Comment)
    elif isinstance(came.body, CHANGES) and not step.bounce and came.sender == verdict.terms.owner:
        assert isinstance(event, Owned | Refused)  # both leave the same message
    elif isinstance(came.body, CHANGES | RefundBuyer | ForceWithdraw):
        assert isinstance(event, Owned if verdict.accepted else Refused)
        if isinstance(event, Owned):
            assert event.action is ACTIONS[type(came.body)]
    elif verdict.accepted and (step.bounce or after_handling(came.value, prices=stage.prices)):
        assert isinstance(event, Funded)
        assert step.receipt.gas <= RETURN_GAS  # I9
    elif not verdict.accepted:
        assert isinstance(event, Refused)
        assert event.returned == entry.sent
