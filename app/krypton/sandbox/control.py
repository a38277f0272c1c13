"""The sandbox's control channel: JSON lines over loopback, for whoever has the token from the config file.

A request is {"token": ..., "ask": ..., ...}, an answer {"ok": ...} or {"error": name}. Asks: `faucet`
(address, amount), `shop` (collector, per_minute), `rate` (collector), `pay` (collector, amount, count),
`supplier`, `advance` (seconds), `time`, `faults` (server, names, delay in seconds, lag in blocks, target).
Amounts are strings of nano, addresses raw or friendly.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, cast

from krypton.domain.address import Address, parse_address
from krypton.domain.errors import KryptonError, SandboxFault, SandboxUnavailable
from krypton.sandbox.faults.bench import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.domain.money import Nano
    from krypton.sandbox.faults.bench import Faults

HOST: Final = "127.0.0.1"
LINE: Final = 4_096
PEERS: Final = 32
IDLE_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 30.0
MOST_PAYMENTS: Final = 10_000
LONGEST_DELAY: Final = 60.0
MOST_COINS: Final = 100_000_000 * 10**9


class Controlled(Protocol):
    """What the channel reaches of the sandbox."""

    @property
    def supplier(self) -> Address:
        """The supplier's wallet."""
        ...

    @property
    def now(self) -> int:
        """Chain time."""
        ...

    async def faucet(self, address: Address, amount: int) -> None:
        """Give test coins."""
        ...

    async def pay(self, collector: Address, *, amount: int, count: int) -> None:
        """Have buyers pay once each."""
        ...

    def serve(self, collector: Address, *, per_minute: float) -> None:
        """Have buyers pay from now on."""
        ...

    def rate(self, collector: Address) -> int:
        """How many buyers a minute come to a collector."""
        ...

    def advance(self, seconds: float) -> None:
        """Move chain time."""
        ...

    @property
    def switches(self) -> Sequence[Faults]:
        """What each of its lite servers does wrong."""
        ...


class ControlServer:
    """The sandbox's side."""

    def __init__(self, sandbox: Controlled, token: str) -> None:
        self._sandbox = sandbox
        self._token = token
        self._server: asyncio.Server | None = None
        self._peers: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that it listens on (0: it doesn't)."""
        return self._server.sockets[0].getsockname()[1] if self._server else 0

    async def start(self) -> None:
        """Listen on any free port of loopback."""
        self._server = await asyncio.start_server(self._accept, HOST, 0, limit=LINE)

    async def aclose(self) -> None:
        """Stop listening and drop every peer."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        peers = list(self._peers)
        for peer in peers:
            peer.cancel()
        await asyncio.gather(*peers, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._peers) >= PEERS:
            writer.close()
            return
        peer = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._peers.add(peer)
        peer.add_done_callback(self._peers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    line = await reader.readline()
                if not line.endswith(b"\n"):
                    return
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if answer.get("error") == "token":
                    return
        except (OSError, EOFError, ValueError, TimeoutError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                return {"error": "shape"}
            asked = cast("dict[str, object]", request)
            if not hmac.compare_digest(str(asked.get("token")).encode(), self._token.encode()):
                return {"error": "token"}
            return {"ok": await self._do(asked)}
        except (KeyError, TypeError, ValueError, RecursionError):
            return {"error": "shape"}
        except KryptonError as error:
            return {"error": type(error).__name__}

    async def _do(self, asked: dict[str, object]) -> object:
        sandbox = self._sandbox
        match asked["ask"]:
            case "faucet":
                await sandbox.faucet(_address(asked["address"]), _number(asked["amount"], MOST_COINS))
            case "shop":
                sandbox.serve(
                    _address(asked["collector"]), per_minute=_number(asked["per_minute"], MOST_PAYMENTS)
                )
            case "pay":
                amount, count = _number(asked["amount"], MOST_COINS), _number(asked["count"], MOST_PAYMENTS)
                await sandbox.pay(_address(asked["collector"]), amount=amount, count=count)
            case "advance":
                sandbox.advance(_number(asked["seconds"], 10**9))
            case "rate":
                return sandbox.rate(_address(asked["collector"]))
            case "faults":
                _switch(sandbox.switches[_number(asked.get("server", 0), len(sandbox.switches) - 1)], asked)
            case "supplier":
                return sandbox.supplier.raw
            case "time":
                return sandbox.now
            case _:
                raise KeyError("ask")
        return True


def _switch(faults: Faults, asked: dict[str, object]) -> None:
    names = asked["names"]
    if not isinstance(names, list):
        raise TypeError(names)
    wanted = [Fault(name) for name in cast("list[object]", names)]
    faults.delay = min(max(float(str(asked.get("delay", faults.delay))), 0.0), LONGEST_DELAY)
    faults.lag = _number(asked.get("lag", faults.lag), MOST_PAYMENTS)
    if "target" in asked:
        faults.target = _address(asked["target"]).account
    faults.switch(*wanted)


def _address(value: object) -> Address:
    return parse_address(str(value))


def _number(value: object, most: int) -> int:
    number = int(str(value))
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


class Control:
    """The other side: a `Playground` for the app, the tour and tests, from a config's `krypton_sandbox`."""

    def __init__(self, section: dict[str, object]) -> None:
        """Take the config's section; raises SandboxUnavailable when it isn't one."""
        try:
            self._port = _number(section["control"], 65_535)
            self._token = str(section["token"])
        except (KeyError, ValueError) as error:
            raise SandboxUnavailable(fault=SandboxFault.CONTROL_REFUSED) from error

    async def faucet(self, address: Address, amount: Nano, /) -> None:
        """Give test coins (nano)."""
        await self._ask("faucet", address=address.raw, amount=str(amount))

    async def shop(self, collector: Address, /, *, per_minute: int) -> None:
        """Have simulated buyers pay this collector; 0 stops them."""
        await self._ask("shop", collector=collector.raw, per_minute=per_minute)

    async def rate(self, collector: Address, /) -> int:
        """Return how many simulated buyers a minute come to this collector."""
        return _number(await self._ask("rate", collector=collector.raw), MOST_PAYMENTS)

    async def pay(self, collector: Address, /, *, amount: Nano, count: int) -> None:
        """Have `count` buyers pay once each, `amount` nano to be forwarded."""
        await self._ask("pay", collector=collector.raw, amount=str(amount), count=count)

    async def advance(self, seconds: int, /) -> None:
        """Move chain time forward."""
        await self._ask("advance", seconds=seconds)

    async def faults(self, *names: str, server: int = 0, **more: float | str) -> None:
        """Have a lite server do exactly these things wrong; `more` is `delay` (seconds), `lag`, `target`."""
        await self._ask("faults", server=server, names=names, **more)

    async def supplier(self) -> Address:
        """Return the simulated supplier's address."""
        return _address(await self._ask("supplier"))

    async def _ask(self, ask: str, **more: object) -> object:
        request = json.dumps({"token": self._token, "ask": ask, **more}).encode() + b"\n"
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(HOST, self._port, limit=LINE)
                try:
                    writer.write(request)
                    answer = json.loads(await reader.readline())
                finally:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()
        except (OSError, ValueError, TimeoutError) as error:
            raise SandboxUnavailable(fault=SandboxFault.CONTROL_REFUSED, detail=str(self._port)) from error
        if not isinstance(answer, dict) or "ok" not in answer:
            raise SandboxUnavailable(fault=SandboxFault.CONTROL_REFUSED, detail=str(self._port))
        return cast("dict[str, object]", answer)["ok"]
