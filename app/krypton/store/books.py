"""Collectors and their entries, payments and withdrawals; knows the cursor's law and no operation."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.errors import DatabaseDamaged, NothingChosen
from krypton.domain.ledger import Entry, Figures, Payment, apply
from krypton.domain.ports import BalancePoint, KnownCollector, PaymentRow, WithdrawalRow
from krypton.store import rows
from krypton.store.engine import Database
from krypton.store.schema import COLLECTORS, ENTRIES, FIGURES, PAYMENTS, WITHDRAWALS

_SAME_ENTRY = (ENTRIES.c.collector == PAYMENTS.c.collector) & (ENTRIES.c.lt == PAYMENTS.c.lt)
_SAME_WITHDRAWAL = (ENTRIES.c.collector == WITHDRAWALS.c.collector) & (ENTRIES.c.lt == WITHDRAWALS.c.lt)
_STAMP = (ENTRIES.c.lt, ENTRIES.c.hash, ENTRIES.c.time)
_PAYMENT = tuple(column for column in PAYMENTS.c if column.name not in {"collector", "lt"})
_WITHDRAWAL = tuple(column for column in WITHDRAWALS.c if column.name not in {"collector", "lt"})


class Books:
    """What the chain told about the collectors, and what it adds up to."""

    def __init__(self, database: Database, /) -> None:
        self._database = database

    def collectors(self) -> tuple[KnownCollector, ...]:
        """Return the profile's collectors, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(COLLECTORS).order_by(COLLECTORS.c.id)).all()
        return tuple(_known(row) for row in found)

    def add_collector(self, address: Address, *, label: str, at: int) -> None:
        """Know a collector from now on; twice is once, and the first label stays."""
        with self._database.writing() as connection:
            if _row(connection, address) is not None:
                return
            connection.execute(
                insert(COLLECTORS).values(
                    address=rows.address_bytes(address),
                    label=label,
                    watched_since=at,
                    cursor_lt=0,
                    cursor_hash=rows.NOTHING,
                    cursor_time=0,
                    open_payments=0,
                    **dict.fromkeys(FIGURES, 0),
                )
            )

    def forget_collector(self, address: Address, /) -> None:
        """Know a collector no more, provided that none of its history is stored."""
        with self._database.writing() as connection:
            connection.execute(
                delete(COLLECTORS).where(
                    COLLECTORS.c.address == rows.address_bytes(address), COLLECTORS.c.cursor_lt == 0
                )
            )

    def record(self, collector: Address, entries: Sequence[Entry], *, before: Stamp) -> Figures:
        """Store entries (oldest first) and move the cursor, all or nothing.

        `before` is the cursor they continue; another one there raises DatabaseDamaged (two writers).
        Raises ValueError when they don't hang together, OutOfBounds for an amount past 64 bits.
        """
        _check_links(entries, before=before)
        with self._database.writing() as connection:
            row = self._collector(connection, collector)
            if (row.cursor_lt, row.cursor_hash) != (before.lt, before.hash):
                raise DatabaseDamaged(path=str(self._database.path))
            if not entries:
                return rows.figures_of(row)
            try:
                return _write(connection, row, entries)
            except IntegrityError as error:
                raise DatabaseDamaged(path=str(self._database.path)) from error

    def entries(self, collector: Address, *, after_lt: int, limit: int) -> tuple[Entry, ...]:
        """Return entries oldest first, by keyset: what an audit folds again. Raises DatabaseDamaged."""
        with self._database.reading() as connection:
            known = self._collector(connection, collector)
            mine = ENTRIES.c.collector == known.id
            latest = select(*_STAMP).where(mine & (ENTRIES.c.lt <= after_lt)).order_by(ENTRIES.c.lt.desc())
            previous = connection.execute(latest.limit(1)).first()
            page = (
                select(ENTRIES, *_PAYMENT, *(column.label(f"w_{column.name}") for column in _WITHDRAWAL))
                .select_from(
                    ENTRIES.outerjoin(PAYMENTS, _SAME_ENTRY).outerjoin(WITHDRAWALS, _SAME_WITHDRAWAL)
                )
                .where(mine & (ENTRIES.c.lt > after_lt))
                .order_by(ENTRIES.c.lt)
                .limit(limit)
            )
            found = connection.execute(page).all()
        before = Stamp(lt=0, hash=rows.NOTHING, time=0) if previous is None else rows.stamp_of(previous)
        result: list[Entry] = []
        for row in found:
            try:
                result.append(_entry(row, before=before))
            except (ValueError, TypeError) as error:
                raise DatabaseDamaged(path=str(self._database.path)) from error
            before = result[-1].stamp
        return tuple(result)

    def payments(self, collector: Address, *, before_lt: int | None, limit: int) -> tuple[PaymentRow, ...]:
        """Return payments newest first, by keyset."""
        with self._database.reading() as connection:
            known = self._collector(connection, collector)
            query = select(*_STAMP, *_PAYMENT).join_from(PAYMENTS, ENTRIES, _SAME_ENTRY)
            query = query.where(PAYMENTS.c.collector == known.id)
            if before_lt is not None:
                query = query.where(PAYMENTS.c.lt < before_lt)
            found = connection.execute(query.order_by(PAYMENTS.c.lt.desc()).limit(limit)).all()
        return tuple(PaymentRow(stamp=rows.stamp_of(row), payment=rows.payment_of(row)) for row in found)

    def withdrawals(
        self, collector: Address, *, before_lt: int | None, limit: int
    ) -> tuple[WithdrawalRow, ...]:
        """Return withdrawals newest first, by keyset."""
        with self._database.reading() as connection:
            known = self._collector(connection, collector)
            query = select(*_STAMP, *_WITHDRAWAL).join_from(WITHDRAWALS, ENTRIES, _SAME_WITHDRAWAL)
            query = query.where(WITHDRAWALS.c.collector == known.id)
            if before_lt is not None:
                query = query.where(WITHDRAWALS.c.lt < before_lt)
            found = connection.execute(query.order_by(WITHDRAWALS.c.lt.desc()).limit(limit)).all()
        return tuple(
            WithdrawalRow(
                stamp=rows.stamp_of(row),
                withdrawal=rows.withdrawal_of(row),
                fees=row.fees,
                payments=row.payments,
            )
            for row in found
        )

    def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        """Return the newest `limit` points at or after `since` (Unix time), oldest first."""
        with self._database.reading() as connection:
            known = self._collector(connection, collector)
            query = (
                select(
                    ENTRIES.c.lt, ENTRIES.c.time, ENTRIES.c.fee_balance, WITHDRAWALS.c.fees.label("withdrawn")
                )
                .select_from(ENTRIES.outerjoin(WITHDRAWALS, _SAME_WITHDRAWAL))
                .where(
                    ENTRIES.c.collector == known.id,
                    ENTRIES.c.time >= since,
                    ENTRIES.c.fee_balance.is_not(None),
                )
                # Time never falls along logical time, so this is the order of `lt`, and an index has it.
                .order_by(ENTRIES.c.time.desc(), ENTRIES.c.lt.desc())
                .limit(limit)
            )
            found = connection.execute(query).all()
        return tuple(
            BalancePoint(lt=row.lt, time=row.time, fee_balance=row.fee_balance, withdrawn=row.withdrawn or 0)
            for row in reversed(found)
        )

    def _collector(self, connection: Connection, address: Address) -> rows.Found:
        row = _row(connection, address)
        if row is None:
            raise NothingChosen(what="collector")
        return row


def _row(connection: Connection, address: Address) -> rows.Found | None:
    query = select(COLLECTORS).where(COLLECTORS.c.address == rows.address_bytes(address))
    return connection.execute(query).first()


def _known(row: rows.Found) -> KnownCollector:
    return KnownCollector(
        address=rows.address_of(row.address),
        label=row.label,
        watched_since=row.watched_since,
        cursor=Stamp(lt=row.cursor_lt, hash=row.cursor_hash, time=row.cursor_time),
        figures=rows.figures_of(row),
    )


def _check_links(entries: Sequence[Entry], *, before: Stamp) -> None:
    last = before
    for entry in entries:
        if (entry.previous_lt, entry.previous_hash) != (last.lt, last.hash) or entry.stamp.lt <= last.lt:
            raise ValueError(f"entry {entry.stamp.lt} does not continue {last.lt}")
        last = entry.stamp


def _write(connection: Connection, row: rows.Found, entries: Sequence[Entry]) -> Figures:
    figures, waiting = rows.figures_of(row), int(row.open_payments)
    everything: list[rows.Columns] = []
    payments: list[rows.Columns] = []
    withdrawals: list[rows.Columns] = []
    for entry in entries:
        fees, lt = figures.fee_balance, entry.stamp.lt
        figures = apply(figures, entry)
        if isinstance(entry.event, Payment):
            fees, waiting = fees + entry.event.fee, waiting + 1
            payments.append(rows.payment_columns(entry.event, collector=row.id, lt=lt))
        if entry.withdrawal is not None:
            withdrawals.append(
                rows.withdrawal_columns(
                    entry.withdrawal, collector=row.id, lt=lt, fees=fees, payments=waiting
                )
            )
            waiting = 0
        moved = isinstance(entry.event, Payment) or entry.withdrawal is not None
        everything.append(
            rows.entry_columns(entry, collector=row.id, fee_balance=figures.fee_balance if moved else None)
        )
    for table, filled in ((ENTRIES, everything), (PAYMENTS, payments), (WITHDRAWALS, withdrawals)):
        if filled:
            connection.execute(insert(table), filled)
    cursor = entries[-1].stamp
    connection.execute(
        update(COLLECTORS)
        .where(COLLECTORS.c.id == row.id)
        .values(
            cursor_lt=cursor.lt,
            cursor_hash=cursor.hash,
            cursor_time=cursor.time,
            open_payments=waiting,
            **rows.figures_columns(figures),
        )
    )
    return figures


def _entry(row: rows.Found, *, before: Stamp) -> Entry:
    withdrawal = None
    if row.w_recipient is not None:
        withdrawal = rows.withdrawal_of(row, prefix="w_")
    return Entry(
        stamp=rows.stamp_of(row),
        previous_lt=before.lt,
        previous_hash=before.hash,
        message_hash=row.message_hash,
        sender=None if row.sender is None else rows.address_of(row.sender),
        value=row.value,
        network_fees=row.network_fees,
        event=rows.payment_of(row) if row.kind == "payment" else rows.event_of(row),
        withdrawal=withdrawal,
    )
