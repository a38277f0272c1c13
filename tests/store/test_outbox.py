"""Previews and operations in a real database."""

from dataclasses import replace

import pytest

from krypton.domain.chain import Stamp
from krypton.domain.errors import DatabaseDamaged, NothingChosen, OperationPending
from krypton.domain.operation import Bounced, Expired, Lost, Outcome, Sent, Settled
from krypton.store.engine import Database
from krypton.store.ledger import StoredLedger
from tests.store.histories import COLLECTOR, OTHER, SUPPLIER
from tests.store.samples import DEPLOY, THRESHOLD, WITHDRAW, later, preview, signed

STAMP = Stamp(lt=77, hash=bytes([5]) * 32, time=1_790_000_100)


def test_a_preview_is_found_under_its_digest(ledger: StoredLedger) -> None:
    for intent in (THRESHOLD, WITHDRAW, DEPLOY):
        shown = preview(intent)
        ledger.store_preview(shown)
        ledger.store_preview(shown)
        assert ledger.preview(shown.digest) == shown


def test_an_unknown_digest_is_named(ledger: StoredLedger) -> None:
    with pytest.raises(NothingChosen) as caught:
        ledger.preview("00" * 10)
    assert caught.value.what == "preview"


def test_only_the_newest_previews_are_kept(ledger: StoredLedger) -> None:
    shown = [preview(seqno=number) for number in range(70)]
    for one in shown:
        ledger.store_preview(one)
    with pytest.raises(NothingChosen):
        ledger.preview(shown[0].digest)
    assert ledger.preview(shown[-1].digest) == shown[-1]
    assert ledger.preview(shown[6].digest) == shown[6]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE previews SET preview = '{}'",
        "UPDATE previews SET preview = 'nonsense'",
        "UPDATE previews SET preview = replace(preview, '20000000000', '90000000000')",
    ],
)
def test_a_changed_preview_is_refused(ledger: StoredLedger, database: Database, change: str) -> None:
    shown = preview()
    ledger.store_preview(shown)
    with database.writing() as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(DatabaseDamaged):
        ledger.preview(shown.digest)


def test_a_sent_operation_is_open_until_its_outcome(ledger: StoredLedger) -> None:
    sent = ledger.store_sent(signed(), at=1_790_000_010)
    assert sent == Sent(signed=signed(), id=sent.id, at=1_790_000_010)
    assert ledger.open_operations() == (sent,)
    (row,) = ledger.operations(collector=COLLECTOR, limit=5)
    assert (row.id, row.progress) == (sent.id, sent)
    assert ledger.operations(collector=OTHER, limit=5) == ()


def test_one_message_a_wallet_at_a_time(ledger: StoredLedger) -> None:
    first = ledger.store_sent(signed(), at=1)
    for again in (signed(), signed(mark=2), signed(later(preview()), mark=3)):
        with pytest.raises(OperationPending) as caught:
            ledger.store_sent(again, at=2)
        assert caught.value.operation == first.id
    other = ledger.store_sent(signed(preview(wallet=SUPPLIER), mark=4), at=3)
    assert ledger.open_operations() == (first, other)


def test_a_message_is_never_stored_twice_even_when_closed(ledger: StoredLedger) -> None:
    sent = ledger.store_sent(signed(), at=1)
    ledger.store_outcome(Expired(sent=sent, chain_time=5))
    with pytest.raises(OperationPending):
        ledger.store_sent(signed(), at=2)
    assert ledger.store_sent(signed(mark=2), at=2).id > sent.id


@pytest.mark.parametrize("kind", ["settled", "bounced", "expired", "lost"])
def test_the_first_outcome_stays(ledger: StoredLedger, kind: str) -> None:
    sent = ledger.store_sent(signed(preview(WITHDRAW)), at=1)
    outcomes: dict[str, Outcome] = {
        "settled": Settled(sent=sent, stamp=STAMP, received=9_950_000_000),
        "bounced": Bounced(sent=sent, stamp=STAMP, exit_code=103),
        "expired": Expired(sent=sent, chain_time=1_790_000_400),
        "lost": Lost(sent=sent, chain_time=1_790_000_400),
    }
    first = outcomes.pop(kind)
    ledger.store_outcome(first)
    for other in outcomes.values():
        ledger.store_outcome(other)
    assert ledger.open_operations() == ()
    (row,) = ledger.operations(collector=None, limit=5)
    assert row.progress == first


def test_an_outcome_of_another_message_closes_nothing(ledger: StoredLedger) -> None:
    sent = ledger.store_sent(signed(), at=1)
    stranger = replace(sent, signed=signed(mark=9))
    ledger.store_outcome(Expired(sent=stranger, chain_time=5))
    assert ledger.open_operations() == (sent,)


def test_operations_come_newest_first_and_limited(ledger: StoredLedger) -> None:
    ids: list[int] = []
    for mark in range(1, 6):
        sent = ledger.store_sent(signed(mark=mark), at=mark)
        ledger.store_outcome(Expired(sent=sent, chain_time=mark))
        ids.append(sent.id)
    assert [row.id for row in ledger.operations(collector=None, limit=3)] == ids[:1:-1]


@pytest.mark.parametrize(
    "change", ["UPDATE operations SET signed = '[]'", "UPDATE operations SET hash = zeroblob(32)"]
)
def test_a_changed_operation_is_refused(ledger: StoredLedger, database: Database, change: str) -> None:
    ledger.store_sent(signed(), at=1)
    with database.writing() as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(DatabaseDamaged):
        ledger.open_operations()
