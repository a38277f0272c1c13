"""Keeps a chain in one SQLite file: blocks, transactions, accounts, messages under way; decides nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from krypton.domain.errors import (
    DiskFull,
    KryptonError,
    ProfileBusy,
    SandboxFault,
    SandboxUnavailable,
    StorageDenied,
)
from krypton.sandbox.blocks import Made
from krypton.sandbox.boc import one_from_boc
from krypton.sandbox.cells import CellError, Stub
from krypton.sandbox.tl import BlockId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

VERSION: Final = 2
EMPTY_BLOCKS_KEPT: Final = 10_000
"""How many blocks without transactions stay readable; a real server forgets old ones as well."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (
    workchain INTEGER NOT NULL, seqno INTEGER NOT NULL, root_hash BLOB NOT NULL, file_hash BLOB NOT NULL,
    utime INTEGER NOT NULL, start_lt INTEGER NOT NULL, end_lt INTEGER NOT NULL, transactions INTEGER NOT NULL,
    boc BLOB NOT NULL, PRIMARY KEY (workchain, seqno)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blocks_by_lt ON blocks (workchain, end_lt);
CREATE INDEX IF NOT EXISTS blocks_by_time ON blocks (workchain, utime, seqno);
CREATE INDEX IF NOT EXISTS empty_blocks ON blocks (seqno) WHERE transactions = 0;
CREATE TABLE IF NOT EXISTS transactions (
    account BLOB NOT NULL, lt INTEGER NOT NULL, hash BLOB NOT NULL, seqno INTEGER NOT NULL, boc BLOB NOT NULL,
    PRIMARY KEY (account, lt)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS transactions_by_block ON transactions (seqno, account, lt);
CREATE TABLE IF NOT EXISTS accounts (account BLOB PRIMARY KEY, shard BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (place INTEGER PRIMARY KEY, boc BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTransaction:
    """A transaction as kept, with the block that it is in."""

    account: bytes
    lt: int
    hash: bytes
    seqno: int
    boc: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """All that one step of the chain changed."""

    blocks: Sequence[tuple[Made, int]]
    transactions: Sequence[KeptTransaction]
    accounts: Sequence[tuple[bytes, bytes | None]]
    waiting: Sequence[bytes]
    meta: Sequence[tuple[str, bytes]]


class Archive:
    """The file. Every write is one transaction; a kill at any moment leaves the step before."""

    def __init__(self, path: Path, *, lasting: int) -> None:
        """Open or create it; `lasting` 0 is for a file that nobody needs after this run.

        Raises ProfileBusy when another sandbox has it, StorageDenied, SandboxUnavailable when damaged.
        """
        self._path = path
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise StorageDenied(path=str(path)) from error
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.2, check_same_thread=False)
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={'NORMAL' if lasting else 'OFF'}")
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("COMMIT")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise self._translated(error) from error
        known = self.meta("version")
        if known is None:
            self._db.execute("INSERT INTO meta VALUES ('version', ?)", (b"%d" % VERSION,))
        elif known != b"%d" % VERSION:
            raise self._damaged()

    def _translated(self, error: sqlite3.Error) -> KryptonError:
        path = str(self._path)
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_FULL:
                return DiskFull(path=path)
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return ProfileBusy(path=path, pid=None)
            case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
                return StorageDenied(path=path)
            case _:
                return self._damaged()

    def _damaged(self) -> SandboxUnavailable:
        return SandboxUnavailable(fault=SandboxFault.CHAIN_DAMAGED, detail=str(self._path))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def meta(self, name: str) -> bytes | None:
        """Give a named value."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def remember(self, name: str, value: bytes) -> None:
        """Keep a named value; raises DiskFull and its kin."""
        try:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def write(self, step: Step) -> None:
        """Write a step, all or nothing; raises DiskFull and its kin."""
        db = self._db
        try:
            db.execute("BEGIN")
            db.executemany("INSERT INTO blocks VALUES (?,?,?,?,?,?,?,?,?)", map(_block_row, step.blocks))
            db.executemany(
                "INSERT INTO transactions VALUES (?,?,?,?,?)",
                ((one.account, one.lt, one.hash, one.seqno, one.boc) for one in step.transactions),
            )
            for account, shard in step.accounts:
                if shard is None:
                    db.execute("DELETE FROM accounts WHERE account = ?", (account,))
                else:
                    db.execute("INSERT OR REPLACE INTO accounts VALUES (?,?)", (account, shard))
            db.execute("DELETE FROM waiting")
            db.executemany("INSERT INTO waiting (boc) VALUES (?)", ((boc,) for boc in step.waiting))
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", step.meta)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise self._translated(error) from error

    def thin(self, head: int, *, key_every: int) -> None:
        """Let go of old blocks in which nothing happened (the zero states and key blocks stay)."""
        self._db.execute(
            "DELETE FROM blocks WHERE transactions = 0 AND seqno > 0 AND seqno < ?"
            " AND NOT (workchain = -1 AND seqno % ? = 0)",
            (head - EMPTY_BLOCKS_KEPT, key_every),
        )

    def block(self, workchain: int, seqno: int) -> Made | None:
        """Give a block by its number."""
        return self._one("workchain = ? AND seqno = ?", (workchain, seqno))

    def block_of_lt(self, workchain: int, lt: int) -> Made | None:
        """Give the block that a logical time falls into, or the first one after it."""
        return self._one("workchain = ? AND seqno > 0 AND end_lt >= ? ORDER BY end_lt", (workchain, lt))

    def block_of_time(self, workchain: int, utime: int) -> Made | None:
        """Give the first block made at a time or after it, as the node's own index does."""
        return self._one(
            "workchain = ? AND seqno > 0 AND utime >= ? ORDER BY utime, seqno", (workchain, utime)
        )

    def name(self, workchain: int, seqno: int) -> BlockId | None:
        """Give a block's full name by its number."""
        row = self._db.execute(
            "SELECT root_hash, file_hash FROM blocks WHERE workchain = ? AND seqno = ?", (workchain, seqno)
        ).fetchone()
        return None if row is None else BlockId(workchain, seqno, row[0], row[1])

    def _one(self, where: str, values: tuple[int, ...]) -> Made | None:
        query = (
            "SELECT workchain, seqno, root_hash, file_hash, utime, start_lt, end_lt, boc FROM blocks WHERE "
        )
        row = self._db.execute(f"{query}{where} LIMIT 1", values).fetchone()
        if row is None:
            return None
        workchain, seqno, root_hash, file_hash, utime, start_lt, end_lt, boc = row
        try:
            cell = one_from_boc(boc, exotic=1)
        except CellError as error:
            raise self._damaged() from error
        state = cell
        if seqno:
            names = cell.refs[2].bits
            state = Stub((names >> 32 & (1 << 256) - 1).to_bytes(32, "big"), names & 0xFFFF)
        return Made(
            id=BlockId(workchain, seqno, root_hash, file_hash),
            cell=cell,
            boc=boc,
            state=state,
            utime=utime,
            start_lt=start_lt,
            end_lt=end_lt,
        )

    def transactions(self, account: bytes, lt: int, count: int) -> list[KeptTransaction]:
        """Give an account's transactions from `lt` back, newest first."""
        rows = self._db.execute(
            "SELECT account, lt, hash, seqno, boc FROM transactions WHERE account = ? AND lt <= ?"
            " ORDER BY lt DESC LIMIT ?",
            (account, lt, count),
        )
        return [_kept(row) for row in rows]

    def transactions_of_block(self, seqno: int) -> list[KeptTransaction]:
        """Give a basechain block's transactions, by account and then by lt."""
        rows = self._db.execute(
            "SELECT account, lt, hash, seqno, boc FROM transactions WHERE seqno = ? ORDER BY account, lt",
            (seqno,),
        )
        return [_kept(row) for row in rows]

    def count_transactions(self) -> int:
        """Count all transactions."""
        return int(self._db.execute("SELECT count(*) FROM transactions").fetchone()[0])

    def accounts(self) -> Iterator[tuple[bytes, bytes]]:
        """Give every account with its ShardAccount (BoC)."""
        return iter(self._db.execute("SELECT account, shard FROM accounts"))

    def waiting(self) -> Iterable[bytes]:
        """Give the messages under way (BoC), in order."""
        return [bytes(row[0]) for row in self._db.execute("SELECT boc FROM waiting ORDER BY place")]


def _block_row(entry: tuple[Made, int]) -> tuple[object, ...]:
    made, count = entry
    name = made.id
    times = (made.utime, made.start_lt, made.end_lt)
    return (name.workchain, name.seqno, name.root_hash, name.file_hash, *times, count, made.boc)


def _kept(row: tuple[bytes, int, bytes, int, bytes]) -> KeptTransaction:
    account, lt, hash_, seqno, boc = row
    return KeptTransaction(account=account, lt=lt, hash=hash_, seqno=seqno, boc=boc)
