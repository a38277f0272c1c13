"""Previews and sent operations; knows that a message is stored before it is sent, and sends nothing."""

from typing import assert_never

from sqlalchemy import delete, insert, select, update

from krypton.domain import codec
from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.errors import DatabaseDamaged, NothingChosen, OperationPending
from krypton.domain.operation import (
    Bounced,
    Expired,
    Lost,
    Outcome,
    Preview,
    Progress,
    Sent,
    Settled,
    Signed,
)
from krypton.domain.ports import OperationRow
from krypton.store import rows
from krypton.store.engine import Database
from krypton.store.schema import OPERATIONS, PREVIEWS

_KEPT_PREVIEWS = 64
_OPEN = OPERATIONS.c.state == "sent"
_LOST = 1
"""An expired operation's "exit code" where nobody knows whether it ran: no state of its own in the table."""


class Outbox:
    """What the owner meant to do, did, and what became of it."""

    def __init__(self, database: Database, /) -> None:
        self._database = database

    def store_preview(self, preview: Preview, /) -> None:
        """Keep a preview under its digest, for `--confirm`; the oldest ones make room."""
        digest = preview.digest
        with self._database.writing() as connection:
            connection.execute(delete(PREVIEWS).where(PREVIEWS.c.digest == digest))
            connection.execute(insert(PREVIEWS).values(digest=digest, preview=codec.dumps(preview)))
            newest = select(PREVIEWS.c.id).order_by(PREVIEWS.c.id.desc()).limit(_KEPT_PREVIEWS)
            connection.execute(delete(PREVIEWS).where(PREVIEWS.c.id.not_in(newest)))

    def preview(self, digest: str, /) -> Preview:
        """Return a kept preview. Raises NothingChosen, DatabaseDamaged."""
        with self._database.reading() as connection:
            text = connection.scalar(select(PREVIEWS.c.preview).where(PREVIEWS.c.digest == digest))
        if text is None:
            raise NothingChosen(what="preview")
        try:
            preview = codec.loads(Preview, text)
        except ValueError as error:
            raise DatabaseDamaged(path=str(self._database.path)) from error
        if preview.digest != digest:
            raise DatabaseDamaged(path=str(self._database.path))
        return preview

    def store_sent(self, signed: Signed, *, at: int) -> Sent:
        """Store before the first broadcast. Raises OperationPending: one message a seqno.

        That also holds for a message that was stored before, whatever became of it.
        """
        preview = signed.confirmed.preview
        wallet = rows.address_bytes(preview.wallet)
        with self._database.writing() as connection:
            same = (OPERATIONS.c.wallet == wallet) & _OPEN | (OPERATIONS.c.hash == signed.hash)
            taken = connection.scalar(select(OPERATIONS.c.id).where(same).order_by(OPERATIONS.c.id).limit(1))
            if taken is not None:
                raise OperationPending(operation=taken)
            stored = connection.execute(
                insert(OPERATIONS)
                .values(
                    hash=signed.hash,
                    wallet=wallet,
                    collector=rows.address_bytes(preview.collector),
                    seqno=preview.unsigned.seqno,
                    sent_at=at,
                    signed=codec.dumps(signed),
                    state="sent",
                )
                .returning(OPERATIONS.c.id)
            ).scalar_one()
        return Sent(signed=signed, id=stored, at=at)

    def open_operations(self) -> tuple[Sent, ...]:
        """Return what was sent and has no outcome yet, oldest first. Raises DatabaseDamaged."""
        with self._database.reading() as connection:
            found = connection.execute(select(OPERATIONS).where(_OPEN).order_by(OPERATIONS.c.id)).all()
        return tuple(self._sent(row) for row in found)

    def store_outcome(self, outcome: Outcome, /) -> None:
        """Close an operation; the first outcome stays."""
        with self._database.writing() as connection:
            connection.execute(
                update(OPERATIONS)
                .where(
                    OPERATIONS.c.id == outcome.sent.id, OPERATIONS.c.hash == outcome.sent.signed.hash, _OPEN
                )
                .values(**_outcome_columns(outcome))
            )

    def operations(self, *, collector: Address | None, limit: int) -> tuple[OperationRow, ...]:
        """Return operations newest first. Raises DatabaseDamaged."""
        query = select(OPERATIONS).order_by(OPERATIONS.c.id.desc()).limit(limit)
        if collector is not None:
            query = query.where(OPERATIONS.c.collector == rows.address_bytes(collector))
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return tuple(OperationRow(id=row.id, progress=self._progress(row)) for row in found)

    def _sent(self, row: rows.Found) -> Sent:
        try:
            signed = codec.loads(Signed, row.signed)
        except ValueError as error:
            raise DatabaseDamaged(path=str(self._database.path)) from error
        if signed.hash != row.hash:
            raise DatabaseDamaged(path=str(self._database.path))
        return Sent(signed=signed, id=row.id, at=row.sent_at)

    def _progress(self, row: rows.Found) -> Progress:
        sent = self._sent(row)
        if row.state == "sent":
            return sent
        if row.state == "expired":
            kind = Expired if row.exit_code is None else Lost
            return kind(sent=sent, chain_time=row.time)
        stamp = Stamp(lt=row.lt, hash=row.transaction_hash, time=row.time)
        if row.state == "settled":
            return Settled(sent=sent, stamp=stamp, received=row.received)
        return Bounced(sent=sent, stamp=stamp, exit_code=row.exit_code)


def _outcome_columns(outcome: Outcome) -> rows.Columns:
    match outcome:
        case Settled():
            received = rows.fitting("received", outcome.received)
            return {"state": "settled", "received": received, **_stamp_columns(outcome.stamp)}
        case Bounced():
            return {"state": "bounced", "exit_code": outcome.exit_code, **_stamp_columns(outcome.stamp)}
        case Expired():
            return {"state": "expired", "time": outcome.chain_time}
        case Lost():
            return {"state": "expired", "time": outcome.chain_time, "exit_code": _LOST}
        case _:
            assert_never(outcome)


def _stamp_columns(stamp: Stamp) -> rows.Columns:
    return {"lt": stamp.lt, "transaction_hash": stamp.hash, "time": stamp.time}
