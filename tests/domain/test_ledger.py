"""The fold: history in, figures out, the same however it is cut."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.collector import Stats
from krypton.domain.ledger import (
    Books,
    Entry,
    Event,
    Figures,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
    Withdrawal,
    fold,
    post,
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


def moved(event: Event, *, came: int, went: int, withdrawal: Withdrawal | None = None) -> Entry:
    return replace(entry(9, event, withdrawal), value=came, sent=went)


def test_the_books_are_what_the_contract_counts_and_holds() -> None:
    books = Books()
    for each in (
        moved(Funded(amount=1_000, refundable=False), came=1_000, went=0),
        moved(payment(50), came=150, went=100),
        moved(ForwardBounced(credited=90), came=95, went=0),
        moved(Funded(amount=30, refundable=True), came=40, went=0),
        moved(Owned(action=OwnerAction.REFUND_BUYER, value=70), came=20, went=85),
        moved(Refused(exit_code=203, returned=8), came=11, went=8),
        moved(Unknown(), came=0, went=0),
    ):
        books = post(books, each)
    counted = Stats(fee_balance=50, total_collected=50, refundable=50, last_withdrawal_time=0)
    assert books == Books(balance=1_316 - 193 - 7 * 3, stats=counted)
    left = post(books, moved(payment(7), came=107, went=900, withdrawal=paid_out(799, forced=False)))
    assert left.stats == replace(counted, fee_balance=0, total_collected=57, last_withdrawal_time=9)
    assert left.balance == books.balance + 107 - 900 - 3


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=20))
def test_the_books_and_the_figures_agree(steps: list[tuple[int, bool]]) -> None:
    history = [
        entry(number, payment(fee), paid_out(1, forced=False) if out else None)
        for number, (fee, out) in enumerate(steps, start=1)
    ]
    figures, books = fold(history), Books()
    for each in history:
        books = post(books, each)
    assert books.stats == Stats(
        fee_balance=figures.fee_balance,
        total_collected=figures.total_collected,
        refundable=0,
        last_withdrawal_time=figures.last_withdrawal_time,
    )
