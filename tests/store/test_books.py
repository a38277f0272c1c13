"""Collectors, entries and what they add up to, in a real database."""

import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.errors import DatabaseDamaged, NothingChosen, OutOfBounds
from krypton.domain.ledger import Entry, Figures, Payment, Withdrawal, fold
from krypton.domain.ports import BalancePoint, Ledger
from krypton.store.engine import Database, open_database
from krypton.store.ledger import StoredLedger
from krypton.store.rows import LARGEST
from tests.store.histories import (
    COLLECTOR,
    OTHER,
    OWNER,
    START,
    batches,
    cursor,
    follow,
    paying,
    payment,
)
from tests.store.strategies import histories


@given(history=histories(), cuts=st.lists(st.integers(0, 100), max_size=4))
def test_any_split_of_a_history_adds_up_to_the_domains_fold(
    history: tuple[Entry, ...], cuts: list[int]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(Path(folder) / "ledger.db")) as database,
    ):
        ledger = StoredLedger(database)
        ledger.add_collector(COLLECTOR, label="", at=1)
        ledger.add_collector(OTHER, label="", at=2)
        done: tuple[Entry, ...] = ()
        for batch in batches(history, cuts):
            figures = ledger.record(COLLECTOR, batch, before=cursor(done))
            done += batch
            assert figures == fold(done)

        mine, other = ledger.collectors()
        assert mine.figures == fold(history)
        assert mine.cursor == cursor(history)
        assert (other.figures, other.cursor) == (Figures(), START)
        assert ledger.entries(COLLECTOR, after_lt=0, limit=1_000) == history
        half = history[: len(history) // 2]
        assert ledger.entries(COLLECTOR, after_lt=cursor(half).lt, limit=1_000) == history[len(half) :]

        stored = ledger.payments(COLLECTOR, before_lt=None, limit=1_000)
        paid = [entry for entry in reversed(history) if isinstance(entry.event, Payment)]
        assert [(row.stamp, row.payment) for row in stored] == [(entry.stamp, entry.event) for entry in paid]
        withdrawn = ledger.withdrawals(COLLECTOR, before_lt=None, limit=1_000)
        waiting = mine.figures.fee_balance
        assert sum(row.fees for row in withdrawn) + waiting == mine.figures.total_collected
        _check_withdrawals(ledger, history)


def _check_withdrawals(ledger: StoredLedger, history: tuple[Entry, ...]) -> None:
    rows = {row.stamp.lt: row for row in ledger.withdrawals(COLLECTOR, before_lt=None, limit=1_000)}
    fees = payments = 0
    for entry in history:
        if isinstance(entry.event, Payment):
            fees, payments = fees + entry.event.fee, payments + 1
        if entry.withdrawal is not None:
            row = rows.pop(entry.stamp.lt)
            assert (row.withdrawal, row.fees, row.payments) == (entry.withdrawal, fees, payments)
            fees = payments = 0
    assert not rows


def test_it_is_a_ledger_of_the_domain(ledger: StoredLedger) -> None:
    port: Ledger = ledger
    (known,) = port.collectors()
    assert (known.address, known.label, known.watched_since) == (COLLECTOR, "shop", 100)
    assert (known.cursor, known.figures) == (START, Figures())


def test_adding_a_collector_twice_is_once(ledger: StoredLedger) -> None:
    ledger.record(COLLECTOR, paying(3), before=START)
    ledger.add_collector(COLLECTOR, label="again", at=200)
    (known,) = ledger.collectors()
    assert (known.label, known.watched_since, known.figures.payments) == ("shop", 100, 3)


def test_nothing_new_moves_nothing(ledger: StoredLedger) -> None:
    assert ledger.record(COLLECTOR, (), before=START) == Figures()


def test_two_writers_are_refused_and_change_nothing(ledger: StoredLedger) -> None:
    history = paying(4)
    ledger.record(COLLECTOR, history[:2], before=START)
    with pytest.raises(DatabaseDamaged):
        ledger.record(COLLECTOR, history[:2], before=START)
    forged = replace(cursor(history[:2]), hash=bytes(32))
    with pytest.raises(DatabaseDamaged):
        ledger.record(COLLECTOR, (), before=forged)
    assert ledger.entries(COLLECTOR, after_lt=0, limit=10) == history[:2]


def test_entries_must_hang_together(ledger: StoredLedger) -> None:
    history = paying(3)
    for torn in (history[1:], history[::-1], (history[0], history[2]), (history[0], history[0])):
        with pytest.raises(ValueError, match="does not continue"):
            ledger.record(COLLECTOR, torn, before=START)
    assert ledger.collectors()[0].cursor == START


def test_an_amount_past_64_bits_is_refused_whole(ledger: StoredLedger) -> None:
    huge = follow(START, event=payment(forwarded=LARGEST + 1))
    with pytest.raises(OutOfBounds):
        ledger.record(COLLECTOR, (huge,), before=START)
    first = follow(START, event=payment(forwarded=LARGEST))
    with pytest.raises(OutOfBounds):  # each fits, their sum doesn't
        ledger.record(COLLECTOR, (first, follow(first.stamp, event=payment())), before=START)
    assert ledger.collectors()[0].figures == Figures()
    assert ledger.entries(COLLECTOR, after_lt=0, limit=1) == ()


def test_an_unknown_collector_is_named(ledger: StoredLedger) -> None:
    with pytest.raises(NothingChosen) as caught:
        ledger.payments(OTHER, before_lt=None, limit=1)
    assert caught.value.what == "collector"


def test_pages_by_keyset_join_without_a_gap(ledger: StoredLedger) -> None:
    history = paying(25, every=4)
    ledger.record(COLLECTOR, history, before=START)
    seen: list[int] = []
    before: int | None = None
    while page := ledger.payments(COLLECTOR, before_lt=before, limit=7):
        seen += [row.payment.query_id for row in page]
        before = page[-1].stamp.lt
    assert seen == list(range(25, 0, -1))
    newest, *_ = ledger.withdrawals(COLLECTOR, before_lt=None, limit=1)
    older = ledger.withdrawals(COLLECTOR, before_lt=newest.stamp.lt, limit=100)
    assert len(older) == 5
    assert {(row.fees, row.payments) for row in (newest, *older)} == {(200_000_000, 4)}


def test_the_balance_is_a_sawtooth_of_payments_and_withdrawals(ledger: StoredLedger) -> None:
    history = [*paying(3, every=2)]
    history.append(
        follow(
            history[-1].stamp,
            event=payment(),
            withdrawal=Withdrawal(to=OWNER, amount=1, shares=0, forced=False),
        )
    )
    ledger.record(COLLECTOR, history, before=START)
    points = ledger.balance_points(COLLECTOR, since=0, limit=10)
    assert [(point.fee_balance, point.withdrawn) for point in points] == [
        (50_000_000, 0),
        (0, 100_000_000),
        (50_000_000, 0),
        (0, 100_000_000),
    ]
    assert ledger.balance_points(COLLECTOR, since=0, limit=2) == points[2:]
    assert ledger.balance_points(COLLECTOR, since=points[3].time, limit=10) == points[3:]
    assert ledger.balance_points(COLLECTOR, since=points[3].time + 1, limit=10) == ()
    assert isinstance(points[0], BalancePoint)


def test_a_row_of_an_unknown_kind_is_damage(ledger: StoredLedger, database: Database) -> None:
    ledger.record(COLLECTOR, paying(1), before=START)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE entries SET kind = 'guess'")
    with pytest.raises(DatabaseDamaged):
        ledger.entries(COLLECTOR, after_lt=0, limit=1)


def test_a_row_that_is_there_already_is_damage(ledger: StoredLedger, database: Database) -> None:
    history = paying(2)
    ledger.record(COLLECTOR, history, before=START)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE collectors SET cursor_lt = 0, cursor_hash = zeroblob(32)")
    with pytest.raises(DatabaseDamaged):
        ledger.record(COLLECTOR, history, before=START)


def test_only_a_collector_without_history_is_forgotten(ledger: StoredLedger) -> None:
    ledger.add_collector(OTHER, label="", at=2)
    ledger.record(COLLECTOR, (follow(START, event=payment(), step=1),), before=START)
    for address in (COLLECTOR, OTHER, OTHER):
        ledger.forget_collector(address)
    assert [known.address for known in ledger.collectors()] == [COLLECTOR]
