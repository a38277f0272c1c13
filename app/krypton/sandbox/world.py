"""The whole sandbox in one object (chain, servers, people, time): what tests and programs use."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from krypton.domain.address import Address
from krypton.domain.errors import (
    SandboxFault,
    SandboxUnavailable,
    StorageDenied,
)
from krypton.sandbox import genesis, getters, network
from krypton.sandbox.adnl import AdnlServer
from krypton.sandbox.answers.context import Context
from krypton.sandbox.archive import Archive
from krypton.sandbox.clock import ChainClock
from krypton.sandbox.config import network_config
from krypton.sandbox.control import ControlServer
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.purse import Purse
from krypton.sandbox.shop import Shop
from krypton.sandbox.tl import MASTERCHAIN
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.validators import KEY_EVERY, Signing, Validators
from krypton.sandbox.wallets import Sending

if TYPE_CHECKING:
    from krypton.sandbox.cells import Cell
    from krypton.sandbox.chain import Chain

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
        self._server = AdnlServer(_key(archive), LiteServer(self.context).answer)
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
    ) -> Self:
        """Start a sandbox: kept in `folder`, or in a temporary one.

        `buyers` is payments a minute for every collector, `mistakes` the part of them that are wrong;
        `speed` how many seconds of the chain a real one is (0: it moves by `advance`); `block_ms` real
        milliseconds a block (0: blocks by `step` alone); `begin` the unix time of a new chain's zero state;
        `tvm` a running one to borrow. A new chain has a key block every `key_every` masterchain blocks and is
        signed as `signing` says. Raises SandboxUnavailable, StorageDenied, ProfileBusy.
        """
        with ExitStack() as closing:
            if folder is None:
                path = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="krypton-sandbox-")))
            else:
                path = _made(folder)
            if tvm is None:
                tvm = closing.enter_context(Tvm.start())
            archive = Archive(path / FILE, lasting=int(folder is not None))
            closing.callback(archive.close)
            named = seed.to_bytes(32, "big", signed=True)
            validators = Validators(named, key_every=key_every, signing=signing)
            chain, clock = _chain(archive, tvm, seed=named, speed=speed, begin=begin, validators=validators)
            made = cls(
                chain=chain,
                archive=archive,
                tvm=tvm,
                clock=clock,
                seed=seed,
                buyers=buyers,
                mistakes=mistakes,
            )
            await made.open(port, block_ms)
            made.closing = closing.pop_all()
        return made

    async def open(self, port: int, block_ms: int) -> None:
        """Make a block, listen, and go on making blocks; called by `start`. Raises SandboxUnavailable."""
        self.step()
        known = int(self._archive.meta("port") or b"0")
        try:
            await self._listen(port, known)
        except OSError as error:
            raise SandboxUnavailable(fault=SandboxFault.PORT_TAKEN, detail=str(port)) from error
        self._archive.remember("port", b"%d" % self._server.port)
        await self._control.start()
        if block_ms:
            self._maker = asyncio.create_task(self._make_blocks(block_ms / 1000))

    async def _listen(self, port: int, known: int) -> None:
        """Take the port asked for; where none was, the one of last time if it is free."""
        if not port and known:
            with suppress(OSError):
                return await self._server.start(known)
        return await self._server.start(port)

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
        await self._server.aclose()
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

    def serve(self, collector: Address, *, per_minute: float) -> None:
        """Have buyers pay a collector again and again; 0 stops them."""
        self.shop.serve(collector.account, rate=per_minute)

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
        return network.config(self._zero, port=self._server.port, key=self._server.public_key, own=own)

    def write_config(self, path: Path) -> None:
        """Write the config for its owner's eyes (mode 0600), all at once. Raises StorageDenied."""
        network.write(path, self.config)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageDenied(path=str(folder)) from error
    return folder


def _key(archive: Archive) -> bytes:
    """Give the lite server's own key: the one of last time, or a new one."""
    known = archive.meta("key")
    if known is None:
        known = secrets.token_bytes(32)
        archive.remember("key", known)
    return known


def _chain(
    archive: Archive, tvm: Tvm, *, seed: bytes, speed: float, begin: int | None, validators: Validators
) -> tuple[Chain, ChainClock]:
    """Begin a chain, or go on with the archive's; its time is the wall's unless it is ahead of that."""
    start = int(time.time()) if begin is None else begin
    if archive.meta("head") is None:
        config = network_config(tvm).to_boc()
        chain = genesis.begin(archive, tvm, config=config, seed=seed, now=start, validators=validators)
    else:
        chain = genesis.resume(archive, tvm)
    return chain, ChainClock(max(start, chain.head.master.utime), speed=speed)
