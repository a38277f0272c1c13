"""The whole sandbox in one object (chain, servers, people, time): what tests and programs use."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from krypton.domain.address import Address
from krypton.domain.errors import (
    SandboxFault,
    SandboxUnavailable,
)
from krypton.sandbox import bulk, genesis, getters, network, opening
from krypton.sandbox.answers.context import Context
from krypton.sandbox.archive import Archive
from krypton.sandbox.clock import ChainClock
from krypton.sandbox.control import ControlServer
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.purse import Purse
from krypton.sandbox.servers import Servers
from krypton.sandbox.shop import Shop
from krypton.sandbox.tl import MASTERCHAIN
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.validators import KEY_EVERY, Signing, Validators
from krypton.sandbox.wallets import Sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.cells import Cell
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.faults.bench import Faults

BLOCK_MS: Final = 400
FILE: Final = "chain.db"


class Sandbox:
    """A running sandbox; made by `start`, ended by `aclose`."""

    def __init__(
        self,
        *,
        chain: Chain,
        archive: Archive,
        tvm: Tvm,
        clock: ChainClock,
        seed: int,
        buyers: float,
        mistakes: float,
    ) -> None:
        """Put the parts together; `start` opens them."""
        zero = archive.name(MASTERCHAIN, 0)
        if zero is None:
            raise SandboxUnavailable(fault=SandboxFault.CHAIN_DAMAGED)
        self.chain = chain
        self.people = genesis.people(archive.meta("seed") or b"")
        self.closing = ExitStack()
        self._archive = archive
        self._clock = clock
        self._zero = zero
        self._faucet = Purse(self.people.faucet, chain)
        self._token = secrets.token_hex(16)

        def required_fee(collector: bytes, amount: int) -> int:
            return getters.required_fee(chain.head, tvm, collector, amount=amount)

        self.shop = Shop(
            chain,
            archive,
            buyers=self.people.buyers,
            seed=seed,
            everywhere=buyers,
            mistakes=mistakes,
            required_fee=required_fee,
        )
        self.context = Context(chain=chain, archive=archive, tvm=tvm, clock=clock.now, zero=zero)
        self.servers = Servers(LiteServer(self.context), opening.key_of(archive))
        self._control = ControlServer(self, self._token)
        self._maker: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls,
        folder: Path | None = None,
        *,
        port: int = 0,
        seed: int = 1,
        buyers: float = 0.0,
        mistakes: float = 0.0,
        speed: float = 1.0,
        block_ms: int = BLOCK_MS,
        begin: int | None = None,
        tvm: Tvm | None = None,
        key_every: int = KEY_EVERY,
        signing: Signing = Signing.SIMPLEX,
        servers: int = 1,
    ) -> Self:
        """Start a sandbox: kept in `folder`, or in a temporary one.

        `buyers` is payments a minute for every collector, `mistakes` the part of them that are wrong;
        `speed` how many seconds of the chain a real one is (0: it moves by `advance`); `block_ms` real
        milliseconds a block (0: blocks by `step` alone); `begin` the unix time of a new chain's zero state;
        `tvm` a running one to borrow. A new chain has a key block every `key_every` masterchain blocks and is
        signed as `signing` says; `servers` is how many lite servers it has. Raises SandboxUnavailable,
        StorageDenied, ProfileBusy.
        """
        with ExitStack() as closing:
            if folder is None:
                path = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="krypton-sandbox-")))
            else:
                path = opening.folder_of(folder)
            if tvm is None:
                tvm = closing.enter_context(Tvm.start())
            archive = Archive(path / FILE, lasting=int(folder is not None))
            closing.callback(archive.close)
            named = seed.to_bytes(32, "big", signed=True)
            validators = Validators(named, key_every=key_every, signing=signing)
            chain, clock = opening.chain_of(
                archive, tvm, seed=named, speed=speed, begin=begin, validators=validators
            )
            made = cls(
                chain=chain,
                archive=archive,
                tvm=tvm,
                clock=clock,
                seed=seed,
                buyers=buyers,
                mistakes=mistakes,
            )
            await made.open(port, servers=servers, block_ms=block_ms)
            made.closing = closing.pop_all()
        return made

    async def open(self, port: int, *, servers: int, block_ms: int) -> None:
        """Make a block, listen, and go on making blocks; called by `start`. Raises SandboxUnavailable."""
        self.step()
        known = int(self._archive.meta("port") or b"0")
        try:
            await self.servers.add(port=port, known=known)
            for _ in range(servers - 1):
                await self.servers.add()
        except OSError as error:
            raise SandboxUnavailable(fault=SandboxFault.PORT_TAKEN, detail=str(port)) from error
        self._archive.remember("port", b"%d" % self.servers.running[0].port)
        await self._control.start()
        if block_ms:
            self._maker = asyncio.create_task(self._make_blocks(block_ms / 1000))

    async def _make_blocks(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + seconds, loop.time())
            await asyncio.sleep(due - loop.time())
            self.step()

    async def run(self) -> None:
        """Wait until the sandbox can't go on; raises what stopped it."""
        if self._maker is not None:
            await asyncio.shield(self._maker)

    async def aclose(self) -> None:
        """Close everything; what was kept in a folder stays there whole."""
        maker, self._maker = self._maker, None
        if maker is not None:
            maker.cancel()
            # whoever waits in `run` hears what went wrong
            await asyncio.gather(maker, return_exceptions=True)
        await self._control.aclose()
        await self.servers.aclose()
        self.closing.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # --- what can be asked of it ------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Chain time."""
        return self._clock.now()

    @property
    def supplier(self) -> Address:
        """The supplier's wallet."""
        return Address(0, self.people.supplier.account)

    @property
    def bouncing_supplier(self) -> Address:
        """A supplier that sends everything back."""
        return Address(0, self.people.bouncer)

    @property
    def faults(self) -> Faults:
        """What the first server does wrong."""
        return self.servers.faults[0]

    @property
    def switches(self) -> Sequence[Faults]:
        """What each of its lite servers does wrong."""
        return self.servers.faults

    async def add_server(self, faults: Faults | None = None, *, port: int = 0) -> Faults:
        """Start one more lite server over this chain, listed in the config; raises OSError."""
        return await self.servers.add(faults, port=port)

    def step(self) -> None:
        """Make the next block now."""
        self.shop.tick(self._clock.exact())
        self.chain.step(self._clock.now())

    async def settle(self) -> None:
        """Wait for (or, by hand, make) a block that holds everything sent so far."""
        if self._maker is None:
            self.step()
            return
        seqno = self.chain.head.master.id.seqno
        while self.chain.queued or self.chain.head.master.id.seqno == seqno:
            if self._maker.done():
                raise SandboxUnavailable(fault=SandboxFault.DIED)
            await asyncio.sleep(0.01)

    def advance(self, seconds: float) -> None:
        """Move chain time forward."""
        self._clock.advance(seconds)

    async def faucet(self, address: Address, amount: int) -> None:
        """Give test coins (nano) and wait for the block that has them."""
        await self.send(Sending(target=address.account, value=amount))

    async def send(self, *sendings: Sending) -> None:
        """Send whatever messages from the faucet's wallet and wait for the block that has them."""
        self._faucet.spend(*sendings, now=self.now)
        await self.settle()

    async def pay(
        self,
        collector: Address,
        *,
        amount: int,
        count: int = 1,
        value: int | None = None,
        payload: Cell | None = None,
    ) -> None:
        """Have `count` buyers pay a collector and wait for the block; `value` overrides the total (nano)."""
        self.shop.pay(
            collector.account, amount=amount, count=count, value=value, payload=payload, now=self.now
        )
        await self.settle()

    async def bulk(
        self, collector: Address, *, amount: int, count: int, seconds: float = 0.0, share: float = 1.0
    ) -> None:
        """Give a collector a long history: `count` payments of `amount` nano, spread over chain time.

        Every one is run by the TVM; they come straight, without wallets, and what the collector sends on is
        not delivered. `share` is the real time that blocks may take of the loop, 0 to 1. Raises NotDeployed.
        """
        left, each = count, seconds / max(count, 1)
        while left > 0:
            started = time.perf_counter()
            now = min(left, bulk.PAYMENTS_A_BLOCK)
            self.advance(each * now)
            self.chain.step(
                self.now,
                straight=self.shop.straight(collector.account, amount=amount, count=now, now=self.now),
            )
            left -= now
            await asyncio.sleep((time.perf_counter() - started) * (1 / share - 1))

    def serve(self, collector: Address, *, per_minute: float) -> None:
        """Have buyers pay a collector again and again; 0 stops them."""
        self.shop.serve(collector.account, rate=per_minute)

    def rate(self, collector: Address) -> int:
        """How many buyers a minute come to a collector."""
        return round(self.shop.rate(collector.account))

    @property
    def config(self) -> dict[str, object]:
        """The network's global config, with what our own tools need under `krypton_sandbox`."""
        own = {
            "control": self._control.port,
            "token": self._token,
            "faucet": f"0:{self.people.faucet.account.hex()}",
            "supplier": self.supplier.raw,
            "bouncing_supplier": self.bouncing_supplier.raw,
        }
        return network.config(self._zero, servers=self.servers.named, own=own)

    def write_config(self, path: Path) -> None:
        """Write the config for its owner's eyes (mode 0600), all at once. Raises StorageDenied."""
        network.write(path, self.config)
