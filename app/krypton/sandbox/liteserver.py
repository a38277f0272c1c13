"""Answers lite-server queries over a chain, with real proofs and a real server's errors; knows no sockets.

Schema: `lite_api.tl` of the node.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from krypton.sandbox import tl
from krypton.sandbox.answers import accounts, blocks, history, links
from krypton.sandbox.answers.context import Context, LiteError
from krypton.sandbox.chain import MessageRejected
from krypton.sandbox.tl import Reader, TlError, Writer, number

if TYPE_CHECKING:
    from krypton.sandbox.head import Head

MAX_WAIT_SECONDS: Final = 10

_WAIT: Final = number("liteServer.waitMasterchainSeqno seqno:int timeout_ms:int = Object")
SENT: Final = number("liteServer.sendMsgStatus status:int = liteServer.SendMsgStatus")
SEND: Final = number("liteServer.sendMessage body:bytes = liteServer.SendMsgStatus")

_B: Final = "id:tonNode.blockIdExt"
_A: Final = "account:liteServer.accountId"
_LISTED: Final = (
    f"{_B} mode:# count:# after:mode.7?liteServer.transactionId3 reverse_order:mode.6?true"
    " want_proof:mode.5?true"
)

Method: TypeAlias = Callable[[Context, Reader], bytes]

METHODS: Final[dict[str, Method]] = {
    "getMasterchainInfo = liteServer.MasterchainInfo": blocks.masterchain_info,
    "getMasterchainInfoExt mode:# = liteServer.MasterchainInfoExt": blocks.masterchain_info_ext,
    "getTime = liteServer.CurrentTime": blocks.time,
    "getVersion = liteServer.Version": blocks.version,
    f"getBlock {_B} = liteServer.BlockData": blocks.data,
    f"getState {_B} = liteServer.BlockState": blocks.state,
    f"getBlockHeader {_B} mode:# = liteServer.BlockHeader": blocks.header,
    "lookupBlock mode:# id:tonNode.blockId lt:mode.1?long utime:mode.2?int"
    " = liteServer.BlockHeader": blocks.lookup,
    f"getShardInfo {_B} workchain:int shard:long exact:Bool = liteServer.ShardInfo": blocks.shard_info,
    f"getAllShardsInfo {_B} = liteServer.AllShardsInfo": blocks.all_shards,
    f"getShardBlockProof {_B} = liteServer.ShardBlockProof": blocks.shard_block_proof,
    f"getConfigAll mode:# {_B} = liteServer.ConfigInfo": blocks.config_all,
    f"getConfigParams mode:# {_B} param_list:vector int = liteServer.ConfigInfo": blocks.config_params,
    "getBlockProof mode:# known_block:tonNode.blockIdExt target_block:mode.0?tonNode.blockIdExt"
    " = liteServer.PartialBlockProof": links.block_proof,
    f"getAccountState {_B} {_A} = liteServer.AccountState": accounts.state,
    f"getAccountStatePrunned {_B} {_A} = liteServer.AccountState": accounts.state_pruned,
    f"runSmcMethod mode:# {_B} {_A} method_id:long params:bytes = liteServer.RunMethodResult": accounts.run,
    f"getTransactions count:# {_A} lt:long hash:int256 = liteServer.TransactionList": history.of_account,
    f"getOneTransaction {_B} {_A} lt:long = liteServer.TransactionInfo": history.one,
    f"listBlockTransactions {_LISTED} = liteServer.BlockTransactions": history.listed,
    f"listBlockTransactionsExt {_LISTED} = liteServer.BlockTransactionsExt": history.listed_ext,
}


def failure(code: int, words: str) -> bytes:
    """Write a `liteServer.error`."""
    return Writer(tl.ERROR).int_(code).data(words.encode()).done()


def _send(context: Context, reader: Reader) -> bytes:
    context.chain.submit(reader.data())
    return Writer(SENT).int_(1).done()


class LiteServer:
    """Takes the body of a `liteServer.query` and gives the answer's bytes, whatever comes."""

    def __init__(self, context: Context) -> None:
        """Serve a context's chain."""
        self.context = context
        self._chain = context.chain
        self._waiting: set[asyncio.Future[None]] = set()
        self._methods = {number(f"liteServer.{schema}"): method for schema, method in METHODS.items()}
        self._methods[SEND] = _send
        self._chain.on_block.append(self._wake)

    async def answer(
        self, body: bytes, *, context: Context | None = None, instead: Mapping[int, Method] | None = None
    ) -> bytes:
        """Answer one query (from another context, by other methods); never raises for what was sent."""
        context = context or self.context
        try:
            reader = Reader(body)
            constructor = reader.uint()
            if constructor == _WAIT:
                await self._wait(context, reader.int_(), reader.int_())
                constructor = reader.uint()
            method = (instead or {}).get(constructor) or self._methods.get(constructor)
            if method is None:
                return failure(621, "cannot parse tonlib query")
            return method(context, reader)
        except LiteError as error:
            return failure(error.code, error.words)
        except MessageRejected as error:
            return failure(error.code, error.reason)
        except (TlError, ValueError, LookupError):
            return failure(621, "cannot parse query")

    def _wake(self, _head: Head) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def _wait(self, context: Context, seqno: int, timeout_ms: int) -> None:
        """Wait for a masterchain block; as on a real server the time allowed is rounded up to seconds."""
        seconds = min(MAX_WAIT_SECONDS, -(-max(timeout_ms, 0) // 1000))
        try:
            async with asyncio.timeout(seconds):
                while context.head.master.id.seqno < seqno:
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.add(future)
                    try:
                        await future
                    finally:
                        self._waiting.discard(future)
        except TimeoutError as error:
            raise LiteError(652, "timeout") from error
