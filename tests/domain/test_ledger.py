"""The fold: history in, figures out, the same however it is cut."""

from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.ledger import (
    Entry,
    Event,
    Figures,
    ForwardBounced,
    Owned,
    OwnerAction,
    Payment,
    Unknown,
    Withdrawal,
    fold,
)

ANY = Address(0, bytes(32))


def entry(lt: int, event: Event, withdrawal: Withdrawal | None = None) -> Entry:
    return Entry(
        stamp=Stamp(lt=lt, hash=lt.to_bytes(32, "big"), time=lt),
        previous_lt=lt - 1,
        previous_hash=bytes(32),
        message_hash=None,
        sender=ANY,
        value=0,
        network_fees=3,
        event=event,
        withdrawal=withdrawal,
    )


def payment(fee: int) -> Payment:
    return Payment(
        buyer=ANY, total=100 + fee, forwarded=100, fee=fee, supplier=ANY, query_id=0, by_comment=False
    )


def paid_out(amount: int, *, forced: bool) -> Withdrawal:
    return Withdrawal(to=ANY, amount=amount, shares=1, forced=forced)


def test_fees_gather_and_leave_whole() -> None:
    history = [
        entry(1, payment(5)),
        entry(2, payment(6), paid_out(9, forced=False)),
        entry(3, payment(7)),
        entry(4, Unknown()),
        entry(5, ForwardBounced(credited=2)),
    ]
    assert fold(history) == Figures(
        fee_balance=7,
        total_collected=18,
        total_forwarded=300,
        total_withdrawn=10,
        network_fees=15,
        payments=3,
        withdrawals=1,
        last_withdrawal_time=2,
    )


def test_a_forced_withdrawal_is_counted_once() -> None:
    forced = entry(2, Owned(action=OwnerAction.FORCE_WITHDRAW), paid_out(4, forced=True))
    figures = fold([entry(1, payment(5)), forced])
    assert (figures.fee_balance, figures.withdrawals, figures.total_withdrawn) == (0, 1, 5)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=20), st.integers(0, 20))
def test_folding_in_two_parts_is_folding_at_once(steps: list[tuple[int, bool]], place: int) -> None:
    history = [
        entry(number, payment(fee), paid_out(1, forced=False) if out else None)
        for number, (fee, out) in enumerate(steps, start=1)
    ]
    assert fold(history[place:], fold(history[:place])) == fold(history)
