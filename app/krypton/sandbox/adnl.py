"""Knows ADNL over TCP from the server's side (handshake, frames, ping, queries); knows no lite-server method.

Layout: docs.ton.org, "ADNL TCP"; the node's `adnl-ext-server`. Loopback only. What a peer does wrong costs
that peer its connection and nothing else.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pytoniq_core.crypto.ciphers import Client, Server, create_aes_ctr_cipher, get_shared_key

from krypton.sandbox import tl
from krypton.sandbox.tl import Reader, TlError, Writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HOST: Final = "127.0.0.1"
MIN_FRAME: Final = 64
"""A nonce and a checksum around nothing."""
MAX_FRAME: Final = 1 << 18
MAX_PEERS: Final = 256
MAX_QUERIES: Final = 64
HANDSHAKE_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 90.0
DRAIN_SECONDS: Final = 10.0


class CutError(Exception):
    """Tells the link to hang up after a part (0 to 1) of the answer's frame."""

    def __init__(self, part: float, answer: bytes) -> None:
        super().__init__(part)
        self.part = part
        self.answer = answer


class AdnlServer:
    """Accepts peers on loopback and hands their `liteServer.query` bodies to `answer`."""

    def __init__(self, key: bytes, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Keep the server's 32-byte ed25519 private key and what answers a query."""
        self._own = Client(key)
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._peers: set[asyncio.Task[None]] = set()

    @property
    def public_key(self) -> bytes:
        """The ed25519 key that a config names the server by."""
        return self._own.ed25519_public.encode()

    @property
    def port(self) -> int:
        """The port that it listens on (0: it doesn't)."""
        return self._server.sockets[0].getsockname()[1] if self._server else 0

    async def start(self, port: int) -> None:
        """Listen on a port of loopback (0: any free one); raises OSError where it is taken."""
        self._server = await asyncio.start_server(self._accept, HOST, port, limit=MAX_FRAME * 2)

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
        if len(self._peers) >= MAX_PEERS:
            writer.close()
            return
        peer = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._peers.add(peer)
        peer.add_done_callback(self._peers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                hello = await reader.readexactly(256)
            link = _Link(reader, writer, _session(self._own, hello), self._answer)
            await link.run()
        except (OSError, EOFError, TimeoutError, ValueError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _session(own: Client, hello: bytes) -> bytes:
    """Open a handshake: 160 bytes of session keys. Raises TlError when it isn't for us or isn't whole."""
    key_id, peer_key, checksum, sealed = hello[:32], hello[32:64], hello[64:96], hello[96:]
    if key_id != own.get_key_id():
        raise TlError(0)
    try:
        shared = get_shared_key(own.x25519_private.encode(), Server("", 0, peer_key).x25519_public.encode())
    except Exception as error:
        # the library's own kinds (a key off the curve, a low-order point) don't share a base
        raise TlError(1) from error
    cipher = create_aes_ctr_cipher(shared[:16] + checksum[16:], checksum[:4] + shared[20:])
    opened = cipher.decrypt(sealed)
    if sha256(opened).digest() != checksum:
        raise TlError(2)
    return opened


class _Link:
    """One peer after its handshake."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        session: bytes,
        answer: Callable[[bytes], Awaitable[bytes]],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._answer = answer
        self._seal = create_aes_ctr_cipher(session[:32], session[64:80])
        self._open = create_aes_ctr_cipher(session[32:64], session[80:96])
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until the peer leaves, falls silent or sends what isn't a frame."""
        await self._send(b"")
        try:
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    payload = await self._receive()
                await self._take(payload)
        finally:
            for task in list(self._running):
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _receive(self) -> bytes:
        length = int.from_bytes(self._open.decrypt(await self._reader.readexactly(4)), "little")
        if not MIN_FRAME <= length <= MAX_FRAME:
            raise TlError(length)
        frame = self._open.decrypt(await self._reader.readexactly(length))
        if sha256(frame[:-32]).digest() != frame[-32:]:
            raise TlError(length)
        return frame[32:-32]

    async def _send(self, payload: bytes, *, part: float = 1.0) -> None:
        body = os.urandom(32) + payload
        frame = (len(body) + 32).to_bytes(4, "little") + body + sha256(body).digest()
        self._writer.write(self._seal.encrypt(frame)[: int(len(frame) * part)])
        async with asyncio.timeout(DRAIN_SECONDS):
            await self._writer.drain()

    async def _take(self, payload: bytes) -> None:
        if not payload:
            return
        reader = Reader(payload)
        match reader.uint():
            case tl.PING:
                await self._send(Writer(tl.PONG).long(reader.long()).done())
            case tl.QUERY:
                query_id, query = reader.hash(), Reader(reader.data())
                if query.uint() != tl.LITE_QUERY or len(self._running) >= MAX_QUERIES:
                    raise TlError(len(self._running))
                task = asyncio.get_running_loop().create_task(self._reply(query_id, query.data()))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            case other:
                raise TlError(other)

    async def _reply(self, query_id: bytes, body: bytes) -> None:
        part = 1.0
        try:
            answer = await self._answer(body)
        except CutError as cut:
            part, answer = cut.part, cut.answer
        with suppress(OSError, TimeoutError):
            await self._send(Writer(tl.ANSWER).hash(query_id).data(answer).done(), part=part)
            if part < 1:
                self._writer.close()
