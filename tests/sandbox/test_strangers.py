"""What strangers on loopback can do: nothing, to anybody but themselves."""

import asyncio
import base64
import json
import secrets
from contextlib import suppress
from hashlib import sha256
from typing import Any, cast

import pytest
from pytoniq_core.crypto.ciphers import Client, Server, create_aes_ctr_cipher, get_shared_key

from krypton.domain.address import Address
from krypton.domain.errors import SandboxFault, SandboxUnavailable
from krypton.sandbox import tl
from krypton.sandbox.control import Control
from krypton.sandbox.liteserver import METHODS, LiteServer
from krypton.sandbox.world import Sandbox
from tests.sandbox.town import GRAM, balance, client, deployed, server_of, stats

TARGET = Address(0, b"\x44" * 32)
HOST = "127.0.0.1"
JUNK = [b"GET / HTTP/1.1\r\n\r\n" + bytes(300), bytes(256), b"\xff" * 256, secrets.token_bytes(256)]


def section(sandbox: Sandbox) -> dict[str, object]:
    found = sandbox.config["krypton_sandbox"]
    assert isinstance(found, dict)
    return cast("dict[str, object]", found)


async def gone(port: int, *sent: bytes) -> bytes:
    """Send bytes and give back all that comes until the server hangs up."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        for data in sent:
            writer.write(data)
        await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def still_answers(sandbox: Sandbox) -> None:
    async with client(sandbox.config, level=2) as lite:
        assert (await lite.get_time())["now"] == sandbox.now


@pytest.mark.parametrize("junk", JUNK, ids=["http", "zeros", "ones", "random"])
async def test_garbage_instead_of_a_handshake_costs_that_connection(sandbox: Sandbox, junk: bytes) -> None:
    port, _ = server_of(sandbox.config)
    assert await gone(port, junk) == b""
    await still_answers(sandbox)


class Peer:
    """A client that has shaken hands and may now misbehave."""

    def __init__(self, sandbox: Sandbox) -> None:
        port, key = server_of(sandbox.config)
        self.port = port
        secret = secrets.token_bytes(160)
        caller, server = Client(Client.generate_ed25519_private_key()), Server(HOST, 0, base64.b64decode(key))
        shared = get_shared_key(caller.x25519_private.encode(), server.x25519_public.encode())
        check = sha256(secret).digest()
        cipher = create_aes_ctr_cipher(shared[:16] + check[16:], check[:4] + shared[20:])
        self.hello = server.get_key_id() + caller.ed25519_public.encode() + check + cipher.encrypt(secret)
        self._seal = create_aes_ctr_cipher(secret[32:64], secret[80:96])

    def frame(self, payload: bytes, *, length: int | None = None, checksum: bytes | None = None) -> bytes:
        body = bytes(32) + payload
        size = len(body) + 32 if length is None else length
        return self._seal.encrypt(size.to_bytes(4, "little") + body + (checksum or sha256(body).digest()))


FRAMES: list[dict[str, object]] = [
    {"payload": b"", "length": 2**31},
    {"payload": b"", "length": 63},
    {"payload": b"ping", "checksum": bytes(32)},
    {"payload": b"unknown constructor"},
    {"payload": b"\x01"},
    {"payload": tl.QUERY.to_bytes(4, "little") + bytes(16)},
    {"payload": tl.Writer(tl.QUERY).hash(bytes(32)).data(b"\xff" * 9).done()},
]


@pytest.mark.parametrize(
    "frame", FRAMES, ids=["huge", "tiny", "checksum", "unknown", "cut", "short", "nonsense"]
)
async def test_a_bad_frame_costs_that_connection(sandbox: Sandbox, frame: dict[str, Any]) -> None:
    peer = Peer(sandbox)
    said = await gone(peer.port, peer.hello, peer.frame(**frame))
    assert len(said) == 68  # the empty frame that ends the handshake, and no more
    await still_answers(sandbox)


async def test_wrong_arguments_are_an_answer_and_the_connection_stays(sandbox: Sandbox) -> None:
    server = LiteServer(sandbox.context)
    for method in METHODS:
        for arguments in (b"", b"\xff" * 7, b"\xff" * 400, bytes(400)):
            answer = await server.answer(tl.Writer(tl.number(f"liteServer.{method}")).done() + arguments)
            assert len(answer) >= 4
    await still_answers(sandbox)


async def test_many_peers_at_once_are_served(running: Sandbox) -> None:
    async def one() -> int:
        async with client(running.config, level=2) as lite:
            return int((await lite.get_masterchain_info())["last"]["seqno"])

    assert min(await asyncio.gather(*(one() for _ in range(20)))) >= 1


# --- the control channel ---------------------------------------------------------------------------


async def test_the_control_channel_does_what_it_is_asked(running: Sandbox) -> None:
    control = Control(section(running))
    await control.faucet(TARGET, 7 * GRAM)
    assert balance(running, TARGET) == 7 * GRAM
    assert await control.supplier() == running.supplier
    collector = await deployed(running)
    await control.pay(collector, amount=5 * GRAM, count=2)
    assert stats(running, collector).total_collected == GRAM // 10
    assert await control.rate(collector) == 0
    await control.shop(collector, per_minute=600)
    assert await control.rate(collector) == 600
    async with asyncio.timeout(10):
        while stats(running, collector).total_collected <= GRAM // 10:
            await asyncio.sleep(0.02)
    await control.shop(collector, per_minute=0)
    before = running.now
    await control.advance(3_600)
    assert running.now >= before + 3_600


async def test_the_control_channel_refuses_who_has_not_the_token(sandbox: Sandbox) -> None:
    for token in ("", "x" * 32, None, "\u0442"):
        with pytest.raises(SandboxUnavailable) as refused:
            await Control(section(sandbox) | {"token": token}).faucet(TARGET, GRAM)
        assert refused.value.fault is SandboxFault.CONTROL_REFUSED
    assert balance(sandbox, TARGET) == 0


ODD_LINES = [
    b"\n",
    b"[]\n",
    b"{}\n",
    b"nonsense\n",
    b"[" * 3_000 + b"\n",
    b"\xff\xfe\n",
    b'{"token": 5}\n',
]


@pytest.mark.parametrize("line", ODD_LINES)
async def test_odd_lines_are_refused_and_the_channel_stays(sandbox: Sandbox, line: bytes) -> None:
    port = section(sandbox)["control"]
    assert isinstance(port, int)
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(line)
    assert b"error" in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert await Control(section(sandbox)).supplier() == sandbox.supplier


async def test_a_line_without_end_is_not_kept(sandbox: Sandbox) -> None:
    port = section(sandbox)["control"]
    assert isinstance(port, int)
    assert await gone(port, b"x" * 100_000) == b""


ASKED = [
    {"ask": "faucet", "address": "nowhere", "amount": "1"},
    {"ask": "faucet", "address": TARGET.raw, "amount": "-1"},
    {"ask": "faucet", "address": TARGET.raw, "amount": "1" + "0" * 30},
    {"ask": "faucet", "address": TARGET.raw},
    {"ask": "pay", "collector": TARGET.raw, "amount": "1", "count": 1},
    {"ask": "everything"},
    {},
]


@pytest.mark.parametrize("asked", ASKED)
async def test_what_can_not_be_done_is_an_error_by_name(sandbox: Sandbox, asked: dict[str, object]) -> None:
    port = section(sandbox)["control"]
    assert isinstance(port, int)
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(json.dumps({"token": section(sandbox)["token"], **asked}).encode() + b"\n")
    answer = json.loads(await reader.readline())
    assert set(answer) == {"error"}
    writer.close()
    await writer.wait_closed()


async def test_a_control_that_nobody_answers_says_so(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxUnavailable):
        Control({})
    own = section(sandbox)
    await sandbox.aclose()
    with pytest.raises(SandboxUnavailable) as refused:
        await Control(own).supplier()
    assert refused.value.fault is SandboxFault.CONTROL_REFUSED
