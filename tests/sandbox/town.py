"""What the sandbox's tests do over and over: deploy a collector, ask the lite server, read what it holds."""

import base64
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from pytoniq import LiteClient

from krypton.chain.collector import address_of, read_data, state_init
from krypton.chain.collector_bodies import encode
from krypton.chain.collector_messages import TopUp
from krypton.domain.address import Address
from krypton.domain.collector import Stats, Terms
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.tl import BlockId, Reader, Writer, number
from krypton.sandbox.wallets import Sending
from krypton.sandbox.world import Sandbox

GRAM = 10**9
OWNER = Address(0, b"\x0e" * 32)


async def deployed(sandbox: Sandbox, *, collector_id: int = 1, threshold: int = 10 * GRAM) -> Address:
    terms = Terms(
        owner=OWNER,
        supplier=sandbox.supplier,
        min_withdrawal=threshold,
        fee_bps=100,
        collector_id=collector_id,
    )
    address = address_of(terms)
    await sandbox.send(
        Sending(
            target=address.account,
            value=GRAM // 10,
            body=one_from_boc(encode(TopUp(query_id=1))),
            init=one_from_boc(state_init(terms)),
            bounce=1,
        )
    )
    return address


def stats(sandbox: Sandbox, address: Address) -> Stats:
    data = sandbox.chain.head.account(address.account).data
    assert data is not None
    return read_data(to_boc(data), address=address)[1]


def balance(sandbox: Sandbox, address: Address) -> int:
    return sandbox.chain.head.account(address.account).balance


def server_of(config: Mapping[str, object]) -> tuple[int, str]:
    """The port and the key (base64) of a config's one server."""
    server = cast("list[dict[str, object]]", config["liteservers"])[0]
    identity = cast("dict[str, str]", server["id"])
    assert len(base64.b64decode(identity["key"])) == 32
    return cast("int", server["port"]), identity["key"]


def query(method: str) -> Writer:
    """Begin a query by its schema line, without the namespace."""
    return Writer(number(f"liteServer.{method}"))


def opened(answer: bytes, schema: str) -> Reader:
    """Open an answer that must be of this schema."""
    reader = Reader(answer)
    assert reader.uint() == number(f"liteServer.{schema}"), answer
    return reader


def refused(answer: bytes) -> tuple[int, str]:
    """Open an answer that must be a liteServer.error."""
    reader = opened(answer, "error code:int message:string = liteServer.Error")
    return reader.int_(), reader.data().decode()


def account_query(block: BlockId, address: Address) -> bytes:
    writer = query(
        "getAccountState id:tonNode.blockIdExt account:liteServer.accountId = liteServer.AccountState"
    )
    return writer.block(block).int_(address.workchain).hash(address.account).done()


def client(config: Mapping[str, object], *, level: int = 2) -> AbstractAsyncContextManager[Any]:
    """A lite client of somebody else's, at one of its levels of trust; what its methods give has no types."""
    port, key = server_of(config)
    return LiteClient("127.0.0.1", port, key, trust_level=level)
