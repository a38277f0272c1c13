"""Lite servers over a sandbox's chain (honest, dead, lying), readers of them, and an owner with a key."""

import json
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

from nacl.signing import SigningKey

from krypton.chain import network, wallets
from krypton.chain.messages import Wire
from krypton.chain.network import Network, Server
from krypton.chain.reader import ChainReader, open_reader
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.operation import Intent
from krypton.sandbox.adnl import AdnlServer
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.world import Sandbox

GRAM = 10**9
Answering = Callable[[bytes], Awaitable[bytes]]
NOW = 1_795_000_000
QUERY_ID = 77
LIFETIME = 600


class Town:
    """A sandbox's chain with as many servers as a test wants."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.network: Network = network.parse(json.dumps(sandbox.config).encode(), path="sandbox")
        self.honest: Answering = LiteServer(sandbox.context).answer
        self._servers: list[AdnlServer] = []
        self._keys: dict[int, bytes] = {}
        self._readers: list[ChainReader] = []

    async def serve(
        self, answer: Answering | None = None, *, key: bytes | None = None, port: int = 0
    ) -> Server:
        """Start one more server, which answers like this."""
        private = key or secrets.token_bytes(32)
        server = AdnlServer(private, answer or self.honest)
        await server.start(port)
        self._servers.append(server)
        self._keys[server.port] = private
        return Server(host="127.0.0.1", port=server.port, key=server.public_key)

    def key_of(self, server: Server) -> bytes:
        """The private key of a server that was started here, to start it again."""
        return self._keys[server.port]

    def stop(self, server: Server) -> Awaitable[None]:
        """Stop one of the servers that were started here."""
        (found,) = [each for each in self._servers if each.port == server.port]
        return found.aclose()

    def reader(self, *servers: Server) -> ChainReader:
        """Open a reader of these servers, or of the sandbox's own one."""
        config = replace(self.network, servers=servers) if servers else self.network
        made = open_reader(config, clock=lambda: NOW)
        self._readers.append(made)
        return made

    async def aclose(self) -> None:
        for reader in self._readers:
            await reader.aclose()
        for server in self._servers:
            await server.aclose()


def dead_server() -> Server:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return Server(host="127.0.0.1", port=port, key=bytes(31) + b"\x09")


class Owner:
    """Somebody with a key, a wallet and no vault around them."""

    def __init__(self, town: Town, reader: ChainReader, *, version: WalletVersion, global_id: int) -> None:
        self._key = SigningKey(bytes([7]) * 32)
        self._town = town
        self._reader = reader
        self._version = version
        self._global_id = global_id
        self.public_key = bytes(self._key.verify_key)
        self.wire = Wire()
        self.address: Address = self.wire.wallet_address(self.public_key, version, global_id=global_id)

    async def write(self, intent: Intent, *, seqno: int | None = None) -> tuple[bytes, bytes]:
        """Sign an operation: the external message and its hash."""
        state = (await self._reader.wallet(self.address)).value
        unsigned = wallets.unsigned(
            self.wire.sending(intent, query_id=QUERY_ID),
            version=self._version,
            global_id=self._global_id,
            seqno=state.seqno if seqno is None else seqno,
            valid_until=self._town.sandbox.now + LIFETIME,
        )
        return self.wire.envelope(
            unsigned,
            wallet=self.address,
            public_key=self.public_key,
            first_use=not state.deployed,
            signature=self._key.sign(unsigned.payload_hash).signature,
        )

    async def do(self, intent: Intent) -> bytes:
        """Sign and send an operation, make the blocks that carry it out, return the message's hash."""
        message, hash_ = await self.write(intent)
        await self._reader.broadcast(message)
        for _ in range(4):
            self._town.sandbox.step()
        return hash_
