"""The whole sandbox in one object: chain, lite server, control, people and time; it is what tests and programs use."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from pytoniq_core import Cell as LibraryCell

from krypton.domain.address import Address
from krypton.domain.errors import (
    KryptonError,
    NotDeployed,
    SandboxFault,
    SandboxUnavailable,
    StorageDenied,
)
from krypton.sandbox import genesis
from krypton.sandbox.adnl import AdnlServer
from krypton.sandbox.answers.context import Context
from krypton.sandbox.archive import Archive
from krypton.sandbox.boc import to_boc
from krypton.sandbox.clock import ChainClock
from krypton.sandbox.config import network_config
from krypton.sandbox.control import ControlServer
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.purse import Purse
from krypton.sandbox.shop import Shop
from krypton.sandbox.tl import MASTERCHAIN, BlockId
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.wallets import Sending

if TYPE_CHECKING:
    from krypton.sandbox.cells import Cell
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.genesis import People

BLOCK_MS: Final = 400
FILE: Final = "chain.db"
LOOPBACK: Final = 0x7F000001


class Sandbox:
    """A running sandbox; made by `start`, ended by `aclose`."""

    def __init__(
        self,
        *,
        chain: Chain,
        archive: Archive,
        tvm: Tvm,
        clock: ChainClock,
        shop: Shop,
        people: People,
        zero: BlockId,
        temporary: tempfile.TemporaryDirectory[str] | None,
    ) -> None:
        """Hold the parts; `start` puts them together."""
        self.chain = chain
        self.people = people
        self.shop = shop
        self._archive = archive
        self._tvm = tvm
        self._clock = clock
        self._zero = zero
        self._temporary = temporary
        self._faucet = Purse(people.faucet, chain)
        self._token = secrets.token_hex(16)
        lite = LiteServer(Context(chain=chain, archive=archive, tvm=tvm, clock=clock.now, zero=zero))
        self._server = AdnlServer(_key(archive), lite.answer)
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
        speed: float = 1.0,
        block_ms: int = BLOCK_MS,
        begin: int | None = None,
    ) -> Self:
        """Start a sandbox: kept in `folder`, or in a temporary one.

        `buyers` is payments a minute for every collector; `speed` how many seconds of the chain a real one is
        (0: time moves by `advance` alone); `block_ms` real milliseconds a block (0: blocks by `step` alone);
        `begin` the unix time of a new chain's zero state. Raises SandboxUnavailable, StorageDenied, ProfileBusy.
        """
        temporary = tempfile.TemporaryDirectory(prefix="krypton-sandbox-") if folder is None else None
        path = Path(temporary.name) if temporary else _made(folder or Path())
        tvm = await asyncio.to_thread(Tvm.start)
        archive: Archive | None = None
        try:
            archive = Archive(path / FILE, lasting=int(temporary is None))
            made = cls._assembled(
                archive, tvm, temporary=temporary, seed=seed, buyers=buyers, speed=speed, begin=begin
            )
            await made._open(port, block_ms)
        except BaseException:
            tvm.close()
            if archive is not None:
                archive.close()
            if temporary is not None:
                temporary.cleanup()
            raise
        return made

    @classmethod
    def _assembled(
        cls,
        archive: Archive,
        tvm: Tvm,
        *,
        temporary: tempfile.TemporaryDirectory[str] | None,
        seed: int,
        buyers: float,
        speed: float,
        begin: int | None,
    ) -> Self:
        if archive.meta("head") is None:
            start = _wall_time() if begin is None else begin
            people_seed = seed.to_bytes(32, "big", signed=True)
            config = network_config(tvm).to_boc()
            chain = genesis.begin(archive, tvm, config=config, seed=people_seed, now=start)
            clock = ChainClock(start, speed=speed)
        else:
            chain = genesis.resume(archive, tvm)
            people_seed = archive.meta("seed") or b""
            last = chain.head.master.utime
            clock = ChainClock(last if begin is not None else max(last, _wall_time()), speed=speed)
        people = genesis.people(people_seed)
        zero = archive.name(MASTERCHAIN, 0)
        if zero is None:
            raise SandboxUnavailable(fault=SandboxFault.CHAIN_DAMAGED)

        def required_fee(collector: bytes, amount: int) -> int:
            return _required_fee(chain, tvm, collector, amount)

        shop = Shop(
            chain, archive, buyers=people.buyers, seed=seed, everywhere=buyers, required_fee=required_fee
        )
        return cls(
            chain=chain,
            archive=archive,
            tvm=tvm,
            clock=clock,
            shop=shop,
            people=people,
            zero=zero,
            temporary=temporary,
        )

    async def _open(self, port: int, block_ms: int) -> None:
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
            with suppress(asyncio.CancelledError, KryptonError):
                await maker
        await self._control.aclose()
        await self._server.aclose()
        self._archive.close()
        await asyncio.to_thread(self._tvm.close)
        if self._temporary is not None:
            self._temporary.cleanup()

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
        self._faucet.spend(Sending(target=address.account, value=amount), now=self.now)
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
        zero = {
            "workchain": MASTERCHAIN,
            "shard": self._zero.shard,
            "seqno": 0,
            "root_hash": base64.b64encode(self._zero.root_hash).decode(),
            "file_hash": base64.b64encode(self._zero.file_hash).decode(),
        }
        key = base64.b64encode(self._server.public_key).decode()
        server = {"ip": LOOPBACK, "port": self._server.port, "id": {"@type": "pub.ed25519", "key": key}}
        return {
            "@type": "config.global",
            "liteservers": [server],
            "validator": {
                "@type": "validator.config.global",
                "zero_state": zero,
                "init_block": zero,
                "hardforks": [],
            },
            "krypton_sandbox": {
                "control": self._control.port,
                "token": self._token,
                "faucet": f"0:{self.people.faucet.account.hex()}",
                "supplier": self.supplier.raw,
                "bouncing_supplier": self.bouncing_supplier.raw,
            },
        }

    def write_config(self, path: Path) -> None:
        """Write the config for its owner's eyes (mode 0600), all at once. Raises StorageDenied."""
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(self.config, file, indent=1)
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise StorageDenied(path=str(path)) from error


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


def _wall_time() -> int:
    return int(time.time())


def _required_fee(chain: Chain, tvm: Tvm, collector: bytes, amount: int) -> int:
    """Ask a collector's own getter; raises NotDeployed where there is none."""
    account = chain.head.account(collector)
    if account.code is None or account.data is None:
        raise NotDeployed(address=f"0:{collector.hex()}")
    result = tvm.run_get_method(
        code=LibraryCell.one_from_boc(to_boc(account.code)),
        data=LibraryCell.one_from_boc(to_boc(account.data)),
        method="get_required_fee",
        address=f"0:{collector.hex()}",
        stack=(amount,),
        balance=account.balance,
        now=chain.head.master.utime,
    )
    if result.exit_code or len(result.stack) != 1 or not isinstance(result.stack[0], int):
        raise NotDeployed(address=f"0:{collector.hex()}")
    return result.stack[0]
