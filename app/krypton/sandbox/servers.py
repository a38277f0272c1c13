"""The sandbox's lite servers: each has its own key, port and faults, and all serve one chain."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from krypton.sandbox.adnl import AdnlServer
from krypton.sandbox.faults.bench import Bench, Faults

if TYPE_CHECKING:
    from krypton.sandbox.liteserver import LiteServer


class Servers:
    """All of them; the first one's port is remembered from run to run."""

    def __init__(self, lite: LiteServer, key: bytes) -> None:
        """Serve through `lite`; the servers' keys follow from the first one's."""
        self._lite = lite
        self._key = key
        self.running: list[AdnlServer] = []
        self.faults: list[Faults] = []

    async def add(self, faults: Faults | None = None, *, port: int = 0, known: int = 0) -> Faults:
        """Start one more: at `port`, else at the `known` one of last time, else anywhere. Raises OSError."""
        switches = faults or Faults()
        place = len(self.running)
        key = sha256(b"%b/%d" % (self._key, place)).digest() if place else self._key
        server = AdnlServer(key, Bench(self._lite, switches).answer)
        if not port and known:
            with suppress(OSError):
                await server.start(known)
        if not server.port:
            await server.start(port)
        self.running.append(server)
        self.faults.append(switches)
        return switches

    @property
    def named(self) -> list[tuple[int, bytes]]:
        """Each server's port and public key, as a config lists them."""
        return [(server.port, server.public_key) for server in self.running]

    async def aclose(self) -> None:
        """Stop all of them."""
        for server in self.running:
            await server.aclose()
