"""What every command works with: the services, the network's name, and how to wait for the chain."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from krypton.cli.output import Output
from krypton.domain.address import Address, parse_address
from krypton.domain.errors import HistoryMissing
from krypton.domain.observable import Value
from krypton.domain.operation import Progress, Sent
from krypton.domain.ports import Changes, Clock, KnownCollector, Reader
from krypton.presenters.shell import Network
from krypton.services.accounts import Accounts
from krypton.services.operations import Operations

_SYNC_SECONDS = 60


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
    changes: Value[Changes]
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
        """Return the collector once its history is stored up to now. Raises HistoryMissing after a minute."""
        goal = (await self.reader.account(collector)).value.last_lt
        try:
            async with asyncio.timeout(_SYNC_SECONDS):
                while (known := await self.accounts.choose_collector(collector)).cursor.lt < goal:
                    await self._change()
        except TimeoutError as error:
            raise HistoryMissing(before_lt=goal) from error
        return known

    async def outcome(self, sent: Sent, /) -> Progress:
        """Return what became of an operation: waits until the chain has carried it out or it expired."""
        self.wake()
        while True:
            for row in await self.operations.operations(None, limit=50):
                if row.id == sent.id and not isinstance(row.progress, Sent):
                    return row.progress
            await self._change()

    async def _change(self) -> None:
        changed = asyncio.Event()
        stop = self.changes.watch(lambda _: changed.set())
        try:
            await changed.wait()
        finally:
            stop()
