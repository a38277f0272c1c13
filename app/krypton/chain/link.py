"""One connection to one lite server: ADNL over TCP and TL; knows no proofs and no second server.

pytoniq's LiteClient is the codec (handshake, ciphers, TL). Its own connecting, listening and closing is not
used: it starts an updater, polls for answers, never reconnects and leaves tasks and sockets behind
(WORKAROUND: https://github.com/yungwine/pytoniq, 0.1.43).
"""

import asyncio
import base64
import contextlib
import hashlib
import secrets
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, cast

from krypton.chain.cells import MAX_BOC, Refuted
from krypton.chain.envelope import opened
from krypton.chain.network import Server
from krypton.domain.errors import Lie


class _Schema(Protocol):
    name: str
    args: Mapping[str, str]


class _Schemas(Protocol):
    list: Sequence[_Schema]
    untouchables: dict[str, set[str]]

    def get_by_id(self, tl_id: bytes, byteorder: str) -> _Schema | None: ...

    def serialize(self, schema: str, data: Mapping[str, object]) -> bytes: ...

    def deserialize(self, data: bytes) -> tuple[Mapping[str, object] | bytes, int]: ...


class _Codec(Protocol):
    """What is used of pytoniq's LiteClient."""

    schemas: _Schemas

    def handshake(self) -> bytes: ...

    def encrypt(self, data: bytes) -> bytes: ...

    def decrypt(self, data: bytes) -> bytes: ...

    def serialize_packet(self, data: bytes) -> bytes: ...

    def get_ping_query(self) -> tuple[bytes, int]: ...


Answer: TypeAlias = Mapping[str, object]
"""A TL object as it was read: nothing in it is checked."""

MAX_PACKET: Final = 2 * MAX_BOC
"""Bytes of the longest answer that is taken."""
MAX_BACKLOG: Final = 64
"""Queries that a server may leave unanswered before it is taken for dead."""
MAX_LIST: Final = 16
"""Transactions in one answer: a lite server's own limit."""
_ANSWERS: Final = {
    "getMasterchainInfo": "liteServer.masterchainInfo",
    "getBlockHeader": "liteServer.blockHeader",
    "lookupBlock": "liteServer.blockHeader",
    "getAccountState": "liteServer.accountState",
    "getTransactions": "liteServer.transactionList",
    "getConfigParams": "liteServer.configInfo",
    "sendMessage": "liteServer.sendMsgStatus",
    "getBlockProof": "liteServer.partialBlockProof",
}
_RAW: Final = frozenset({"liteServer.partialBlockProof"})
"""Answers that are long, and given as their bytes under "raw" for a reader of our own."""
_OVERHEAD = 64
"""Bytes of a packet beside its data: a nonce and a checksum."""
_PULSE = 10.0
"""Seconds of silence after which the server is pinged; after as many again it is taken for dead."""
_WAITED_TOO_LONG = 652


class SilentError(Exception):
    """The server can't be reached, hung up, or didn't answer in time."""


@dataclass(eq=False)
class RefusalError(Exception):
    """The server answered liteServer.error; its text is for reading codes out of, never for showing."""

    code: int
    text: str

    @property
    def only_waited(self) -> bool:
        """Whether a block that was waited for didn't come in time."""
        return self.code == _WAITED_TOO_LONG


@dataclass(frozen=True, slots=True)
class Query:
    """A liteServer method and its arguments; with `wait_for`, sent when the masterchain is that long."""

    name: str
    args: Mapping[str, object]
    wait_for: int | None = None
    wait: float = 0.0


def raw(answer: Answer) -> bytes:
    """Return the bytes of an answer that is given as such. Raises Refuted."""
    held = answer.get("raw")
    if not isinstance(held, bytes):
        raise Refuted(Lie.SHAPE)
    return held


class Link:
    """A connection that was opened once; after it broke or was closed it stays so."""

    def __init__(self, server: Server) -> None:
        """Prepare to connect. Raises SilentError for a key that can't be one."""
        self._server = server
        self._codec = _codec(server)
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._pending: dict[str, tuple[str, asyncio.Future[Answer] | None]] = {}
        self._hello: asyncio.Future[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether queries can be sent."""
        return self._reading is not None and not self._reading.done()

    @property
    def backlog(self) -> int:
        """How many queries have no answer yet, given-up ones included."""
        return len(self._pending)

    async def open(self, *, patience: float) -> None:
        """Connect and shake hands within `patience` seconds. Raises SilentError."""
        try:
            async with asyncio.timeout(patience):
                reader, self._writer = await asyncio.open_connection(self._server.host, self._server.port)
                self._hello = asyncio.get_running_loop().create_future()
                self._writer.write(self._codec.handshake())
                self._reading = asyncio.create_task(self._read(reader), name=f"lite {self._server.name}")
                await self._hello
        except (OSError, TimeoutError, SilentError) as error:
            await self.close()
            raise SilentError from error
        except BaseException:
            await self.close()
            raise

    async def ask(self, query: Query, *, patience: float) -> Answer:
        """Return the answer to a query. Raises SilentError, RefusalError, Refuted."""
        writer = self._writer
        if writer is None or not self.alive or self.backlog >= MAX_BACKLOG:
            raise SilentError
        data, number = self._written(query)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        expected = _ANSWERS[query.name]
        self._pending[number] = (expected, future)
        writer.write(self._codec.encrypt(self._codec.serialize_packet(data)))
        try:
            async with asyncio.timeout(patience + query.wait):
                answer = await future
        except TimeoutError as error:
            raise SilentError from error
        finally:
            if number in self._pending:
                self._pending[number] = (expected, None)  # may still be answered: backlog until then
        code, text = answer.get("code"), answer.get("message")
        if isinstance(code, int) and isinstance(text, str):
            raise RefusalError(code, text)
        return answer

    async def close(self) -> None:
        """Leave no task and no socket behind."""
        task, self._reading = self._reading, None
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()
        self._fail_pending()

    def _written(self, query: Query) -> tuple[bytes, str]:
        schemas = self._codec.schemas
        inner = schemas.serialize(f"liteServer.{query.name}", dict(query.args))
        if query.wait_for is not None:
            wait = {"seqno": query.wait_for, "timeout_ms": int(query.wait * 1000)}
            inner = schemas.serialize("liteServer.waitMasterchainSeqno", wait) + inner
        number = secrets.token_hex(32)
        packed = schemas.serialize("liteServer.query", {"data": inner})
        return schemas.serialize("adnl.message.query", {"query_id": number, "query": packed}), number

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                packet = await self._packet(reader)
                with _translated():
                    self._take(packet)
        except (OSError, EOFError, TimeoutError, Refuted):
            return  # broken or babbling: the peer opens another
        finally:
            self._fail_pending()

    async def _packet(self, reader: asyncio.StreamReader) -> bytes:
        length = int.from_bytes(self._codec.decrypt(await self._patient(reader, 4)), "little")
        if not _OVERHEAD <= length <= MAX_PACKET:
            raise Refuted(Lie.SHAPE)
        packet = self._codec.decrypt(await self._patient(reader, length))
        if hashlib.sha256(packet[:-32]).digest() != packet[-32:]:
            raise Refuted(Lie.HASH)
        return packet[32:-32]

    async def _patient(self, reader: asyncio.StreamReader, size: int) -> bytes:
        """Read `size` bytes; ping when nothing comes for a while, give up when that brings nothing either."""
        try:
            async with asyncio.timeout(_PULSE):
                return await reader.readexactly(size)
        except TimeoutError:
            if self._writer is not None:
                self._writer.write(self._codec.get_ping_query()[0])
        async with asyncio.timeout(_PULSE):
            return await reader.readexactly(size)

    def _take(self, data: bytes) -> None:
        if self._hello is not None and not self._hello.done():
            self._hello.set_result(None)
        found = opened(data)
        if found is None:
            return  # a pong, or nothing that was asked for
        query_id, answer = found
        expected, waiting = self._pending.pop(query_id, ("", None))
        if waiting is None or waiting.done():
            return
        try:
            with _translated():
                waiting.set_result(self._answer(answer, expected))
        except Refuted as refuted:
            waiting.set_exception(refuted)

    def _answer(self, data: bytes, expected: str) -> Answer:
        """Read one TL object, which must be what was asked for. Raises Refuted."""
        schema = self._codec.schemas.get_by_id(data[:4], "little")
        if schema is None or schema.name not in {expected, "liteServer.error"}:
            raise Refuted(Lie.SHAPE)
        if schema.name == "liteServer.transactionList" and int.from_bytes(data[4:8], "little") > MAX_LIST:
            raise Refuted(Lie.SHAPE)  # pytoniq copies the rest of the bytes for each item
        if schema.name in _RAW:
            return {"raw": data}
        said, _ = self._codec.schemas.deserialize(data)
        return cast("Answer", said)

    def _fail_pending(self) -> None:
        waiting, self._pending = self._pending, {}
        for future in (*(held for _, held in waiting.values()), self._hello):
            if future is not None and not future.done():
                future.set_exception(SilentError())
                future.exception()  # seen: nobody may be waiting any more


@contextlib.contextmanager
def _translated() -> Generator[None]:
    """Turn what pytoniq raises over bytes that are no TL into Refuted."""
    from pytoniq_core.tl.generator import TlError

    try:
        yield
    except (TlError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Refuted(Lie.SHAPE) from error


def _codec(server: Server) -> _Codec:
    from pytoniq.liteclient.client import LiteClient

    try:
        client: Any = LiteClient(server.host, server.port, base64.b64encode(server.key).decode())
    except (RuntimeError, ValueError) as error:  # the library's: the key is no point of the curve
        raise SilentError from error
    codec: _Codec = client
    for schema in codec.schemas.list:
        # WORKAROUND: pytoniq guesses TL objects inside of bytes, and so changes what a server said
        codec.schemas.untouchables[schema.name] = {
            field for field, kind in schema.args.items() if kind.endswith("bytes")
        }
    return codec
