"""What every command works with: the services, the network's name, and how to wait for the chain."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from krypton import wording
from krypton.cli.output import Output
from krypton.domain.address import Address, parse_address
from krypton.domain.errors import StillSyncing
from krypton.domain.observable import Value
from krypton.domain.operation import Progress, Sent
from krypton.domain.ports import Backfill, Changes, Clock, KnownCollector, Playground, Reader
from krypton.presenters.shell import Network
from krypton.services.accounts import Accounts
from krypton.services.operations import Operations

_SYNC_SECONDS = 60
_LOOK_SECONDS = 5
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open profile on a network, with a follower running beside it.

    `name` is the network as it is typed ("sandbox", a file's path), `network` as a person sees it.
    """

    name: str
    network: Network
    reader: Reader
    accounts: Accounts
    operations: Operations
    playground: Playground | None
    changes: Value[Changes]
    backfills: Value[tuple[Backfill, ...]]
    wake: Callable[[], None]
    clock: Clock
    output: Output

    def address(self, typed: str, /) -> Address:
        """Return the address that was typed. Raises BadAddress."""
        return parse_address(typed, mainnet=not self.network.testnet)

    def contract(self, address: Address, /) -> str:
        """Return how a contract's address is shown to a person: bounceable."""
        return address.friendly(bounceable=True, testnet=self.network.testnet)

    def purse(self, address: Address, /) -> str:
        """Return how a wallet's address is shown to a person: non-bounceable, so an empty one can be paid."""
        return address.friendly(bounceable=False, testnet=self.network.testnet)

    async def collector(self, typed: str | None, /) -> KnownCollector:
        """Return the collector that was named, or the only one. Raises NothingChosen, BadAddress."""
        return await self.accounts.choose_collector(None if typed is None else self.address(typed))

    async def up_to_date(self, collector: Address, /) -> KnownCollector:
        """Return the collector once its history is stored up to now. Raises StillSyncing after a minute."""
        goal = (await self.reader.account(collector)).value.last_lt
        try:
            async with asyncio.timeout(_SYNC_SECONDS):
                while True:
                    known = await self.accounts.choose_collector(collector)
                    if known.cursor.lt >= goal:
                        return known
                    await self._change()
        except TimeoutError as error:
            mine = [each.percent for each in self.backfills.now if each.collector == collector]
            raise StillSyncing(percent=max(mine, default=0)) from error

    async def outcome(self, sent: Sent, /) -> Progress:
        """Return what became of an operation: waits until the chain has carried it out or it expired.

        A network or a disk that fails meanwhile is told once, and raised when it goes on failing.
        """
        self.wake()
        told = False
        while True:
            for row in await self.operations.operations(None, limit=50):
                if row.id == sent.id and not isinstance(row.progress, Sent):
                    return row.progress
            problem, since = self.changes.now.problem, self.changes.now.problem_since
            if problem is None:
                told = False
            elif since is not None and self.clock() - since > _PATIENCE_SECONDS:
                raise problem
            elif not told:
                told = True
                self.output.tell(wording.failure(problem).line)
            await self._change()

    async def _change(self) -> None:
        """Wait for the follower to tell of something, but not for ever."""
        changed = asyncio.Event()
        stop = self.changes.watch(lambda _: changed.set())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await changed.wait()
        finally:
            stop()
