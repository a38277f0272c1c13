"""Several lite servers as one: ranked, hedged, reconnecting; knows no trust beyond "this answer was judged".

What an answer is worth is for the judge that comes with each query; a server whose answer was refuted is
named, counted, and asked last from then on.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from krypton.chain.cells import Refuted
from krypton.chain.link import Answer, Query, RefusalError, SilentError
from krypton.chain.network import Server
from krypton.chain.peer import Peer
from krypton.domain.errors import NoServers, Unproven
from krypton.domain.ports import ServerNote

T = TypeVar("T")

HEDGE: Final = 0.25
"""Seconds after which a second server is asked the same, too."""
MOST_AT_ONCE: Final = 3
"""How many servers are asked one thing at the same time."""
BROADCAST: Final = 4
"""How many servers get a message."""
GRACE: Final = 2.0
"""Seconds that a query outlives the loss of every server: mostly that is a restart or a moment offline."""
_AGAIN = 0.1
"""Seconds between tries meanwhile."""
_BACKLOG = 4
"""Unanswered queries from which on a server is asked after those that keep up."""
_LAG = 2
"""Blocks behind the newest head from which on a server counts as lagging."""


class Pool:
    """All servers of a network."""

    def __init__(self, servers: Sequence[Server], /) -> None:
        self.peers = tuple(Peer(server) for server in servers)
        self.newest = 0

    def ranked(self) -> list[Peer]:
        """Return the servers, the one to ask first at the front."""

        def rank(peer: Peer) -> tuple[bool, int, bool, bool, float]:
            record = peer.record
            slow = peer.backlog >= _BACKLOG or 0 < record.head < self.newest - _LAG
            return peer.resting, record.lies, record.silences > 0, slow, record.latency

        return sorted(self.peers, key=rank)

    async def read(self, query: Query, judge: Callable[[Answer], T], /, *, first: Sequence[Peer] = ()) -> T:
        """Return the first answer that its judge accepts; `first` are asked before the others.

        A slow server is not waited for: after a moment the next one is asked the same. Raises Unproven
        when somebody lied and nobody told the truth, RefusalError when no server could answer, NoServers
        when none was there.
        """
        order = [*first, *(peer for peer in self.ranked() if peer not in first)]
        found = await self.ask(query, judge, order=order, at_once=1, enough=bool)
        return found[0][1]

    async def ask(
        self,
        query: Query,
        judge: Callable[[Answer], T],
        /,
        *,
        order: Sequence[Peer],
        at_once: int,
        enough: Callable[[Sequence[tuple[Peer, T]]], bool],
        linger: float | None = None,
    ) -> Sequence[tuple[Peer, T]]:
        """Return what servers said, as soon as it is `enough`, or `linger` seconds after the first answer.

        A server that fails is replaced by the next in order, and one that is slow is helped by it. Raises
        like `read` when nobody gave an acceptable answer.
        """
        deadline = time.monotonic() + GRACE
        while True:
            race = _Race(query, judge, order)
            await self._run(race, at_once=at_once, enough=enough, linger=linger)
            if race.found:
                return race.found
            worst = race.worst()
            if not isinstance(worst, NoServers) or time.monotonic() >= deadline:
                raise worst
            await asyncio.sleep(_AGAIN)

    async def _run(
        self,
        race: "_Race[T]",
        *,
        at_once: int,
        enough: Callable[[Sequence[tuple[Peer, T]]], bool],
        linger: float | None,
    ) -> None:
        try:
            for _ in range(at_once):
                race.start()
            pause: float | None = HEDGE + race.query.wait
            while race.tasks:
                answered = await race.wait(pause)
                if race.found and (enough(race.found) or (linger is not None and not answered)):
                    break
                if not answered and (len(race.tasks) >= at_once + 2 or not race.start()):
                    pause = None
                if race.found and linger is not None:
                    pause = linger
        finally:
            await stop(race.tasks)

    async def broadcast(self, query: Query, accepted: Callable[[RefusalError], bool], /) -> None:
        """Send to several servers, once each, until one took it.

        Raises RefusalError when all that answered refused it, NoServers when nobody did. `accepted` tells
        which refusals mean "I have it already".
        """
        order = self.ranked()
        while order:
            peers, order = order[:BROADCAST], order[BROADCAST:]
            taken, refusals = await self._broadcast(query, accepted, peers)
            if taken:
                return
            if refusals:
                raise refusals[0]
        raise NoServers(tried=len(self.peers))

    async def _broadcast(
        self, query: Query, accepted: Callable[[RefusalError], bool], peers: Sequence[Peer]
    ) -> tuple[bool, Sequence[RefusalError]]:
        waiting = tasks = {asyncio.create_task(peer.ask(query)) for peer in peers}
        refusals: list[RefusalError] = []
        taken = False
        try:
            while waiting:
                # once one took it the others have it, too, or are slow to say so
                pause = HEDGE if taken else None
                done, waiting = await asyncio.wait(
                    waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED
                )
                for failure in [task.exception() for task in done]:
                    if isinstance(failure, RefusalError) and not accepted(failure):
                        refusals.append(failure)
                    elif failure is None or isinstance(failure, RefusalError):
                        taken = True
                    elif not isinstance(failure, SilentError | Refuted):
                        raise failure
                if not done:
                    break
        finally:
            await stop(tasks)
        return taken, refusals

    def notes(self) -> tuple[ServerNote, ...]:
        """Return what is known of each server."""
        return tuple(
            ServerNote(
                host=peer.name,
                connected=peer.connected,
                head=peer.record.head,
                latency_ms=round(peer.record.latency * 1000),
                faults=peer.record.faults,
                last_fault=peer.record.last_fault,
                lies=peer.record.lies,
            )
            for peer in self.peers
        )

    async def aclose(self) -> None:
        """Leave no task and no socket behind."""
        await asyncio.gather(*(peer.close() for peer in self.peers))


class _Race(Generic[T]):
    """One question, the servers that are being asked it, and what came of it."""

    def __init__(self, query: Query, judge: Callable[[Answer], T], order: Sequence[Peer]) -> None:
        self.found: list[tuple[Peer, T]] = []
        self.tasks: dict[asyncio.Task[T], Peer] = {}
        self._failures: list[Exception] = []
        self.query = query
        self._judge = judge
        self._tried = len(order)
        self._waiting = iter(order)

    def start(self) -> bool:
        """Ask the next server, if there is one."""
        peer = next(self._waiting, None)
        if peer is not None:
            self.tasks[asyncio.create_task(_judged(peer, self.query, self._judge))] = peer
        return peer is not None

    async def wait(self, pause: float | None, /) -> bool:
        """Take what comes within `pause` seconds, replace who failed; tell whether anything came."""
        done, _ = await asyncio.wait(self.tasks, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            peer = self.tasks.pop(task)
            try:
                self.found.append((peer, task.result()))
            except (SilentError, RefusalError, Unproven) as error:
                self._failures.append(error)
                self.start()
        return bool(done)

    def worst(self) -> Exception:
        """Return what to raise when nothing was found: "not yet", a lie, a refusal, silence."""
        for failure in self._failures:
            if isinstance(failure, RefusalError) and failure.only_waited:
                return failure
        for kind in (Unproven, RefusalError):
            for failure in self._failures:
                if isinstance(failure, kind):
                    return failure
        return NoServers(tried=self._tried)


async def _judged(peer: Peer, query: Query, judge: Callable[[Answer], T]) -> T:
    try:
        return judge(await peer.ask(query))
    except Refuted as refuted:
        peer.blame(f"lie {refuted.lie.name.lower()}", lie=True)
        raise Unproven(server=peer.name, lie=refuted.lie) from refuted


async def stop(tasks: Iterable[asyncio.Task[T]], /) -> None:
    """End tasks and wait until they have; what they found or raised is dropped."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
