"""A collector's history from its head back to the cursor, into the ledger; knows ports alone."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.chain import AccountStatus, Stamp
from krypton.domain.errors import HistoryMissing, Lie, NothingChosen, Unproven
from krypton.domain.ledger import Entry
from krypton.domain.ports import Backfill, Ledger, Reader
from krypton.sync.pace import InThread, Pace

Place: TypeAlias = tuple[int, bytes]
"""A transaction's logical time and hash."""
Pages: TypeAlias = deque[tuple[Entry, ...]]
"""Entries as they come from the chain: the newest page first, the newest entry of each first."""

_CHASES = 8


class History:
    """Brings one collector's stored history up to its head, all of it or as far as it is whole.

    What is gathered hangs together by hashes from a proven head down to the cursor before anything of it
    is stored, oldest first, the cursor last. A head that moved meanwhile is gathered as well, so that
    what is stored ends at the newest. A history longer than `pace.hold` is walked once to find its
    beginning, and its newer pages are fetched again when their turn comes: memory stays bounded.
    """

    def __init__(
        self,
        collector: Address,
        /,
        *,
        reader: Reader,
        ledger: Ledger,
        in_thread: InThread,
        pace: Pace,
        tell: Callable[[Backfill], None],
    ) -> None:
        self._collector = collector
        self._reader = reader
        self._ledger = ledger
        self._in_thread = in_thread
        self._pace = pace
        self._tell = tell
        self._cursor: Stamp | None = None
        self._gathered = 0
        self._stored = 0

    async def catch_up(self) -> bool:
        """Store what is new; False when there was nothing. Raises ChainError and StorageError kinds.

        Interrupted anywhere it leaves what was stored, whole up to the cursor, and may be called again.
        """
        cursor = await self._known_cursor()
        self._cursor = None  # whatever interrupts us, look it up again
        head, active = await self._head()
        if not active and cursor.lt == 0:
            self._cursor = cursor  # never deployed: whatever came there so far is nobody's history
            return False
        if head[0] <= cursor.lt:
            if head[0] == cursor.lt and head[1] != cursor.hash:
                raise Unproven(server="", lie=Lie.CHAIN)
            self._cursor = cursor
            return False
        self._gathered = self._stored = 0
        trail = [head]
        while trail:
            start = trail.pop()
            pages = await self._walk(start, until=_place(cursor), trail=trail)
            if not trail and start == head:
                await self._chase(head, pages)
            cursor = await self._store(pages, cursor=cursor, goal=head[0])
        self._cursor = cursor
        return True

    async def _known_cursor(self) -> Stamp:
        if self._cursor is not None:
            return self._cursor
        for known in await self._in_thread(self._ledger.collectors):
            if known.address == self._collector:
                return known.cursor
        raise NothingChosen(what="collector")

    async def _head(self) -> tuple[Place, bool]:
        account = (await self._reader.account(self._collector)).value
        return (account.last_lt, account.last_hash), account.status is AccountStatus.ACTIVE

    async def _walk(self, start: Place, *, until: Place, trail: list[Place]) -> Pages:
        """Return the pages from `start` down to `until`; where the newest had to go, `trail` says."""
        pages: Pages = deque()
        held = 0
        place = start
        while place[0] > until[0]:
            page = await self._reader.entries(
                self._collector, lt=place[0], hash_=place[1], until_lt=until[0], limit=self._pace.page
            )
            place = _end(page, start=place)
            pages.append(page)
            held += len(page)
            self._gathered += len(page)
            if held > self._pace.hold and len(pages) > 1:
                dropped = pages.popleft()
                held -= len(dropped)
                self._gathered -= len(dropped)
                trail.append(_place(dropped[0].stamp))
            self._tell_gathering(place[0], start=start[0], until=until[0])
        if place != until:
            raise Unproven(server="", lie=Lie.CHAIN)
        return pages

    async def _chase(self, head: Place, pages: Pages) -> None:
        """Put what came after `head` meanwhile in front of `pages`."""
        for _ in range(_CHASES):
            newer, _ = await self._head()
            if newer[0] <= head[0]:
                return
            more: list[Place] = []
            found = await self._walk(newer, until=head, trail=more)
            if more:
                return  # that is a backfill of its own: next time
            pages.extendleft(reversed(found))
            head = newer

    async def _store(self, pages: Pages, *, cursor: Stamp, goal: int) -> Stamp:
        chunk: list[Entry] = []
        while pages:
            chunk.extend(reversed(pages.pop()))
            while len(chunk) >= self._pace.chunk or (chunk and not pages):
                part, chunk = chunk[: self._pace.chunk], chunk[self._pace.chunk :]
                record = partial(self._ledger.record, self._collector, tuple(part), before=cursor)
                await self._in_thread(record)
                cursor = part[-1].stamp
                self._stored += len(part)
                self._tell_storing(cursor.lt, goal=goal)
        return cursor

    def _tell_gathering(self, place: int, *, start: int, until: int) -> None:
        if self._gathered > self._pace.page and self._stored == 0:
            self._report(50 * (start - max(place, until)) // (start - until))

    def _tell_storing(self, place: int, *, goal: int) -> None:
        if self._gathered > self._pace.page:
            self._report(50 + 50 * min(place, goal) // goal)

    def _report(self, percent: int) -> None:
        self._tell(
            Backfill(collector=self._collector, gathered=self._gathered, stored=self._stored, percent=percent)
        )


def _place(stamp: Stamp) -> Place:
    return stamp.lt, stamp.hash


def _end(page: Iterable[Entry], *, start: Place) -> Place:
    """Return where to go on below `page`, which has to hang together from `start` down."""
    place = start
    for entry in page:
        if _place(entry.stamp) != place or entry.previous_lt >= entry.stamp.lt:
            raise Unproven(server="", lie=Lie.HASH)
        place = (entry.previous_lt, entry.previous_hash)
    if place == start:
        raise HistoryMissing(before_lt=start[0])
    return place
