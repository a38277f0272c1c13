"""The tables, for SQLite and PostgreSQL alike; knows what is kept and refuses to know how it is filled.

Amounts are integers of nano, hashes are 32 bytes, addresses 33 (the workchain's byte, then the account
id). What a row's neighbour already says isn't kept twice: an entry's previous transaction is the entry
before it.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from krypton.domain.ledger import Figures

METADATA = MetaData()

# STRICT tables of SQLite know INTEGER alone, which holds 64 bits there; PostgreSQL's holds 32.
_Int = BigInteger().with_variant(Integer, "sqlite")
_STRICT: dict[str, Any] = {"sqlite_strict": True}
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


def _sized(name: str, size: int, *, nullable: bool = False) -> tuple[Column[bytes], CheckConstraint]:
    return Column(name, LargeBinary, nullable=nullable), CheckConstraint(f"length({name}) = {size}")


def _int(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, _Int, nullable=nullable)


META = Table(
    "meta",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    **_STRICT,
)

FIGURES = tuple(Figures.__dataclass_fields__)
"""The roll-up of a collector's whole history: the columns are named like the domain's fields."""

COLLECTORS = Table(
    "collectors",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_sized("address", 33),
    Column("label", Text, nullable=False),
    _int("watched_since"),
    _int("cursor_lt"),
    *_sized("cursor_hash", 32),
    _int("cursor_time"),
    *(_int(name) for name in FIGURES),
    _int("open_payments"),  # since the last withdrawal; their fees are `fee_balance`
    UniqueConstraint("address"),
    **_STRICT,
)

ENTRIES = Table(
    "entries",
    METADATA,
    Column("collector", Integer, ForeignKey("collectors.id"), primary_key=True),
    Column("lt", _Int, primary_key=True, autoincrement=False),
    _int("time"),
    *_sized("hash", 32),
    *_sized("message_hash", 32, nullable=True),
    *_sized("sender", 33, nullable=True),
    _int("value"),
    _int("network_fees"),
    Column("kind", Text, nullable=False),
    _int("fee_balance", nullable=True),  # right after it, where it moved
    Column("action", Text),
    _int("amount", nullable=True),  # what an event other than a payment is about
    _int("code", nullable=True),  # an exit code, or 1 for refundable funds
    CheckConstraint("value >= 0"),
    **_CLUSTERED,
)
Index("entries_by_time", ENTRIES.c.collector, ENTRIES.c.time, ENTRIES.c.lt)

PAYMENTS = Table(
    "payments",
    METADATA,
    Column("collector", Integer, primary_key=True),
    Column("lt", _Int, primary_key=True, autoincrement=False),
    *_sized("buyer", 33),
    _int("total"),
    _int("forwarded"),
    _int("fee"),
    *_sized("supplier", 33),
    _int("query_id"),  # 64 bits, the upper half kept negative
    _int("by_comment"),
    Column("comment", Text),
    ForeignKeyConstraint(["collector", "lt"], ["entries.collector", "entries.lt"]),
    CheckConstraint("total >= 0 and forwarded >= 0 and fee >= 0"),
    **_CLUSTERED,
)

WITHDRAWALS = Table(
    "withdrawals",
    METADATA,
    Column("collector", Integer, primary_key=True),
    Column("lt", _Int, primary_key=True, autoincrement=False),
    *_sized("recipient", 33),
    _int("amount"),
    _int("shares"),
    _int("forced"),
    _int("fees"),
    _int("payments"),
    ForeignKeyConstraint(["collector", "lt"], ["entries.collector", "entries.lt"]),
    CheckConstraint("amount >= 0 and shares >= 0"),
    **_CLUSTERED,
)

PREVIEWS = Table(
    "previews",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("preview", Text, nullable=False),
    UniqueConstraint("digest"),
    **_STRICT,
)

OPERATIONS = Table(
    "operations",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_sized("hash", 32),
    *_sized("wallet", 33),
    *_sized("collector", 33),
    _int("seqno"),
    _int("sent_at"),
    Column("signed", Text, nullable=False),
    Column("state", Text, nullable=False),
    _int("lt", nullable=True),
    *_sized("transaction_hash", 32, nullable=True),
    _int("time", nullable=True),
    _int("received", nullable=True),
    _int("exit_code", nullable=True),  # 1 of an expired one: nobody knows whether it ran
    UniqueConstraint("hash"),
    CheckConstraint("state in ('sent', 'settled', 'bounced', 'expired')"),
    sqlite_autoincrement=True,
    **_STRICT,
)
_OPEN = OPERATIONS.c.state == "sent"
Index(
    "operations_open",
    OPERATIONS.c.wallet,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("operations_by_collector", OPERATIONS.c.collector, OPERATIONS.c.id)
