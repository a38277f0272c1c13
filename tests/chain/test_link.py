"""One connection: what a server can send instead of an answer, and what is left when it is over."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pytoniq_core.crypto.ciphers import Client, create_aes_ctr_cipher, get_shared_key
from pytoniq_core.crypto.ciphers import Server as Key

from krypton.chain.cells import Refuted
from krypton.chain.link import MAX_BACKLOG, MAX_PACKET, Link, Query, RefusalError, SilentError
from krypton.chain.network import Server
from tests.chain.servers import Town, dead_server

TIME = Query("getMasterchainInfo", {})
FAR = {"workchain": -1, "shard": -(2**63), "seqno": 999}
INFO = bytes.fromhex("81288385")


class Pipe:
    """The server's end of a connection after its handshake, for sending anything at all."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._own = Client(bytes(range(32)))
        self.reader, self.writer = reader, writer

    @property
    def key(self) -> bytes:
        return self._own.ed25519_public.encode()

    async def greet(self) -> None:
        hello = await self.reader.readexactly(256)
        peer, checksum, sealed = hello[32:64], hello[64:96], hello[96:]
        shared = get_shared_key(self._own.x25519_private.encode(), Key("", 0, peer).x25519_public.encode())
        session = create_aes_ctr_cipher(shared[:16] + checksum[16:], checksum[:4] + shared[20:]).decrypt(
            sealed
        )
        self._out = create_aes_ctr_cipher(session[:32], session[64:80])
        self._in = create_aes_ctr_cipher(session[32:64], session[80:96])
        self.send(b"")

    async def take(self) -> bytes:
        """The id of the next query."""
        length = int.from_bytes(self._in.decrypt(await self.reader.readexactly(4)), "little")
        packet = self._in.decrypt(await self.reader.readexactly(length))
        return packet[36:68]

    def send(self, data: bytes, *, length: int | None = None, checksum: bytes | None = None) -> None:
        body = secrets.token_bytes(32) + data
        body += checksum or hashlib.sha256(body).digest()
        head = (len(body) if length is None else length).to_bytes(4, "little")
        self.writer.write(self._out.encrypt(head + body))

    def answer(self, number: bytes, said: bytes) -> None:
        length = bytes([len(said)]) if len(said) < 254 else b"\xfe" + len(said).to_bytes(3, "little")
        padded = length + said
        self.send(bytes.fromhex("1684ac0f") + number + padded + bytes(-len(padded) % 4))


Script = Callable[[Pipe], Awaitable[None]]
Serving = Callable[[Script], Awaitable[Server]]


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    servers: list[asyncio.Server] = []
    tasks: list[asyncio.Task[None]] = []

    async def serve(script: Script) -> Server:
        async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            pipe = Pipe(reader, writer)
            try:
                await pipe.greet()
                await script(pipe)
                await reader.read()
            except (OSError, EOFError):
                pass
            finally:
                writer.close()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.append(asyncio.create_task(run(reader, writer)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        servers.append(server)
        key = bytes(Client(bytes(range(32))).ed25519_public.encode())
        return Server(host="127.0.0.1", port=server.sockets[0].getsockname()[1], key=key)

    yield serve
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def asked(serving: Serving, script: Script, *, patience: float = 2.0) -> BaseException | None:
    link = Link(await serving(script))
    await link.open(patience=2)
    try:
        await link.ask(TIME, patience=patience)
    except (SilentError, RefusalError, Refuted) as error:
        return error
    finally:
        await link.close()
    return None


async def test_an_answer(town: Town) -> None:
    link = Link(await town.serve())
    await link.open(patience=2)
    answer = await link.ask(TIME, patience=2)
    assert answer["@type"] == "liteServer.masterchainInfo"
    assert (link.alive, link.backlog) == (True, 0)
    with pytest.raises(RefusalError) as caught:
        await link.ask(
            Query("lookupBlock", {"mode": 1, "id": {"workchain": -1, "shard": -(2**63), "seqno": 999}}),
            patience=2,
        )
    assert (caught.value.code, caught.value.only_waited) == (651, False)
    await link.close()
    assert not link.alive
    with pytest.raises(SilentError):
        await link.ask(TIME, patience=1)


async def test_a_wait_that_ends_without_a_block(town: Town) -> None:
    link = Link(await town.serve())
    await link.open(patience=2)
    with pytest.raises(RefusalError) as caught:
        await link.ask(Query("getMasterchainInfo", {}, wait_for=999, wait=0.01), patience=3)
    assert caught.value.only_waited
    await link.close()


async def test_nobody_there() -> None:
    with pytest.raises(SilentError):
        await Link(dead_server()).open(patience=2)


async def test_a_key_that_is_no_point_of_the_curve() -> None:
    with pytest.raises(SilentError):
        Link(Server(host="127.0.0.1", port=1, key=hashlib.sha256(b"no point").digest()))


async def test_a_server_that_says_nothing_to_the_handshake() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    link = Link(Server(host="127.0.0.1", port=server.sockets[0].getsockname()[1], key=dead_server().key))
    with pytest.raises(SilentError):
        await link.open(patience=0.1)
    server.close()
    await asyncio.sleep(0.01)


async def test_a_server_that_hangs_up(serving: Serving) -> None:
    async def script(pipe: Pipe) -> None:
        await pipe.take()
        pipe.writer.close()

    assert isinstance(await asked(serving, script), SilentError)


async def test_a_server_that_never_answers(serving: Serving) -> None:
    async def script(pipe: Pipe) -> None:
        await pipe.take()

    assert isinstance(await asked(serving, script, patience=0.05), SilentError)


async def test_an_answer_to_something_else(serving: Serving) -> None:
    async def script(pipe: Pipe) -> None:
        pipe.answer(await pipe.take(), bytes.fromhex("0d0053e9") + bytes(4))  # currentTime

    assert isinstance(await asked(serving, script), Refuted)


@pytest.mark.parametrize(
    "said",
    [b"", b"\x00" * 40, bytes.fromhex("81288385"), bytes.fromhex("81288385") + b"\xff" * 30, b"\xff" * 300],
)
async def test_an_answer_that_is_no_answer(serving: Serving, said: bytes) -> None:
    async def script(pipe: Pipe) -> None:
        pipe.answer(await pipe.take(), said)

    link = Link(await serving(script))
    await link.open(patience=2)
    try:
        answer = await link.ask(TIME, patience=1)
        assert answer["@type"] == "liteServer.masterchainInfo"  # cut short: for its judge
    except Refuted:
        pass
    finally:
        await link.close()


async def test_packets_that_break_the_protocol_end_it(serving: Serving) -> None:
    async def too_long(pipe: Pipe) -> None:
        await pipe.take()
        pipe.send(b"", length=MAX_PACKET + 1)

    async def too_short(pipe: Pipe) -> None:
        await pipe.take()
        pipe.send(b"", length=3)

    async def wrong_checksum(pipe: Pipe) -> None:
        await pipe.take()
        pipe.send(b"", checksum=bytes(32))

    async def half_an_answer(pipe: Pipe) -> None:
        await pipe.take()
        pipe.send(b"", length=500)
        pipe.writer.write_eof()

    for script in (too_long, too_short, wrong_checksum, half_an_answer):
        assert isinstance(await asked(serving, script), SilentError)


async def test_strange_packets_between_are_passed_over(serving: Serving) -> None:
    async def script(pipe: Pipe) -> None:
        number = await pipe.take()
        pipe.send(b"\x01\x02")
        pipe.answer(bytes(32), b"\x00" * 8)
        pipe.answer(number, bytes.fromhex("48e1a9bb") + bytes(3) + b"\x80" + b"\x03abc")

    error = await asked(serving, script)
    assert isinstance(error, RefusalError)


async def test_a_server_that_answers_none_of_many_is_given_up(serving: Serving) -> None:
    async def script(pipe: Pipe) -> None:
        while True:
            await pipe.take()

    link = Link(await serving(script))
    await link.open(patience=2)
    for _ in range(MAX_BACKLOG):
        with pytest.raises(SilentError):
            await link.ask(TIME, patience=0)
    assert link.backlog == MAX_BACKLOG
    with pytest.raises(SilentError):
        await link.ask(TIME, patience=5)
    await link.close()


async def test_what_nobody_asked_for_is_not_even_read(serving: Serving) -> None:
    """A vector of a million empty objects: pytoniq alone would be at it for minutes."""
    from pytoniq_core.tl.generator import TlGenerator

    schema = TlGenerator.with_default_schemas().generate().get_by_name("hashable.vector")
    assert schema is not None
    bomb = schema.little_id() + (1_000_000).to_bytes(4, "little") + bytes(4_000_000)

    async def script(pipe: Pipe) -> None:
        number = await pipe.take()
        pipe.send(bomb)
        pipe.send(bytes.fromhex("1684ac0f") + bytes(4))
        pipe.send(bytes.fromhex("1684ac0f") + number + b"\xfe\xff\xff\xff")
        pipe.answer(number, INFO)

    assert await asked(serving, script) is None  # the answer came through
