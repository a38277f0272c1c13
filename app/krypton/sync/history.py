"""A collector's history from its head back to the cursor, into the ledger; knows ports alone."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.chain import AccountStatus, Stamp
from krypton.domain.errors import HistoryMissing, Lie, NothingChosen, Unproven
from krypton.domain.ledger import Entry
from krypton.domain.ports import Backfill, Ledger, Reader
from krypton.sync.agreement import agreed
from krypton.sync.pace import InThread, Pace

Place: TypeAlias = tuple[int, bytes]
"""A transaction's logical time and hash."""
Pages: TypeAlias = deque[tuple[Entry, ...]]
"""Entries as they come from the chain: the newest page first, the newest entry of each first."""

_CHASES = 8


@dataclass(slots=True)
class _Walk:
    """A way down from `start` to `until`, gone as far as `place`; what hangs together is in `pages`.

    `trail` says where pages that had to go begin, the newest first: each is the start of a walk to come.
    """

    start: Place
    until: Place
    place: Place
    trail: list[Place] = field(default_factory=list[Place])
    pages: Pages = field(default_factory=Pages)

    @property
    def held(self) -> int:
        """How many entries wait in memory."""
        return sum(len(page) for page in self.pages)


class History:
    """Brings one collector's stored history up to its head, all of it or as far as it is whole.

    What is gathered hangs together by hashes from a proven head down to the cursor before anything of it
    is stored, oldest first, the cursor last. A head that moved meanwhile is gathered as well, so that
    what is stored ends at the newest. A history longer than `pace.hold` is walked once to find its
    beginning, and its newer pages are fetched again when their turn comes: memory stays bounded. What was
    gathered outlives a failure: the next attempt goes on from there.
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
        self._walk: _Walk | None = None
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
        walk = self._walk
        if walk is None or walk.until != _place(cursor):
            self._gathered = self._stored = 0
            walk = _Walk(start=head, until=_place(cursor), place=head)
        self._walk = walk
        self._cursor = await self._go_on(walk, cursor=cursor, goal=head[0])
        self._walk = None
        return True

    async def _go_on(self, walk: _Walk, *, cursor: Stamp, goal: int) -> Stamp:
        """Walk to the end of the trail, storing what is whole; return the new cursor."""
        while True:
            await self._descend(walk)
            if not walk.trail:
                await self._chase(walk)
            cursor = await self._store(walk, cursor=cursor, goal=goal)
            if not walk.trail:
                return cursor
            walk.start = walk.place = walk.trail.pop()

    async def _known_cursor(self) -> Stamp:
        if self._cursor is not None:
            return self._cursor
        for known in await self._in_thread(self._ledger.collectors):
            if known.address == self._collector:
                return known.cursor
        raise NothingChosen(what="collector")

    async def _head(self) -> tuple[Place, bool]:
        account = agreed(await self._reader.account(self._collector))
        return (account.last_lt, account.last_hash), account.status is AccountStatus.ACTIVE

    async def _descend(self, walk: _Walk) -> None:
        """Go down to the end of a walk, page by page; where the newest had to go, its trail says."""
        while walk.place[0] > walk.until[0]:
            lt, hash_ = walk.place
            page = await self._reader.entries(
                self._collector, lt=lt, hash_=hash_, until_lt=walk.until[0], limit=self._pace.page
            )
            if not page:
                raise HistoryMissing(before_lt=lt)
            walk.place = self._end(page, start=walk.place)
            walk.pages.append(page)
            self._gathered += len(page)
            if walk.held > self._pace.hold and len(walk.pages) > 1:
                dropped = walk.pages.popleft()
                self._gathered -= len(dropped)
                walk.trail.append(_place(dropped[0].stamp))
            self._tell_gathering(walk)
        if walk.place != walk.until:
            raise self._broken(Lie.CHAIN)

    async def _chase(self, walk: _Walk) -> None:
        """Put what came after the walk's start meanwhile in front of its pages."""
        for _ in range(_CHASES):
            newer, _ = await self._head()
            if newer[0] <= walk.start[0] or walk.held > 2 * self._pace.hold:
                return
            more = _Walk(start=newer, until=walk.start, place=newer)
            await self._descend(more)
            if more.trail:
                return  # that is a backfill of its own: next time
            walk.pages.extendleft(reversed(more.pages))
            walk.start = newer

    async def _store(self, walk: _Walk, *, cursor: Stamp, goal: int) -> Stamp:
        """Store a walk's pages; what couldn't be stored stays in them."""
        while walk.pages:
            chunk = self._oldest(walk.pages)
            try:
                await self._in_thread(partial(self._ledger.record, self._collector, chunk, before=cursor))
            except BaseException:
                walk.pages.append(chunk[::-1])
                raise
            cursor = chunk[-1].stamp
            walk.until = walk.place = _place(cursor)
            self._stored += len(chunk)
            self._tell_storing(cursor.lt, goal=goal)
        return cursor

    def _oldest(self, pages: Pages) -> tuple[Entry, ...]:
        """Take up to a chunk of entries out of `pages`, oldest first."""
        chunk: list[Entry] = []
        while pages and len(chunk) < self._pace.chunk:
            chunk.extend(reversed(pages.pop()))
        if len(chunk) > self._pace.chunk:
            pages.append(tuple(reversed(chunk[self._pace.chunk :])))
        return tuple(chunk[: self._pace.chunk])

    def _end(self, page: Iterable[Entry], *, start: Place) -> Place:
        """Return where to go on below `page`, which has to hang together from `start` down."""
        place = start
        for entry in page:
            if _place(entry.stamp) != place or entry.previous_lt >= entry.stamp.lt:
                raise self._broken(Lie.HASH)
            place = (entry.previous_lt, entry.previous_hash)
        return place

    def _broken(self, lie: Lie) -> Unproven:
        """Return the error for what doesn't hang together; the whole walk may have begun at a lie."""
        self._walk = None
        return Unproven(server="", lie=lie)

    def _tell_gathering(self, walk: _Walk) -> None:
        if self._gathered > self._pace.page and self._stored == 0:
            start, until = walk.start[0], walk.until[0]
            self._report(50 * (start - max(walk.place[0], until)) // (start - until))

    def _tell_storing(self, place: int, *, goal: int) -> None:
        if self._gathered > self._pace.page:
            self._report(50 + 50 * min(place, goal) // goal)

    def _report(self, percent: int) -> None:
        self._tell(
            Backfill(collector=self._collector, gathered=self._gathered, stored=self._stored, percent=percent)
        )


def _place(stamp: Stamp) -> Place:
    return stamp.lt, stamp.hash
