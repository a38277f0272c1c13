"""Answers about the head, blocks, shards and the config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox import proofs
from krypton.sandbox.answers.context import Context, LiteError, answer
from krypton.sandbox.boc import to_boc
from krypton.sandbox.cells import Builder
from krypton.sandbox.tl import BASECHAIN, WHOLE_SHARD, Reader, Writer

if TYPE_CHECKING:
    from krypton.sandbox.blocks import Made

SERVER_VERSION: Final = 0x101
SERVER_CAPABILITIES: Final = 7
MAX_PARAMS: Final = 256


def masterchain_info(context: Context, _reader: Reader) -> bytes:
    """Answer getMasterchainInfo."""
    head = context.head.master
    writer = answer(
        "masterchainInfo last:tonNode.blockIdExt state_root_hash:int256 init:tonNode.zeroStateIdExt"
        " = liteServer.MasterchainInfo"
    )
    return _with_zero(context, writer.block(head.id).hash(head.state.hash))


def masterchain_info_ext(context: Context, reader: Reader) -> bytes:
    """Answer getMasterchainInfoExt."""
    mode, head = reader.uint(), context.head.master
    writer = answer(
        "masterchainInfoExt mode:# version:int capabilities:long last:tonNode.blockIdExt last_utime:int"
        " now:int state_root_hash:int256 init:tonNode.zeroStateIdExt = liteServer.MasterchainInfoExt"
    )
    writer.int_(mode).int_(SERVER_VERSION).long(SERVER_CAPABILITIES).block(head.id).int_(head.utime)
    return _with_zero(context, writer.int_(context.clock()).hash(head.state.hash))


def _with_zero(context: Context, writer: Writer) -> bytes:
    zero = context.zero
    return writer.int_(zero.workchain).hash(zero.root_hash).hash(zero.file_hash).done()


def time(context: Context, _reader: Reader) -> bytes:
    """Answer getTime: chain time, which may run ahead."""
    return answer("currentTime now:int = liteServer.CurrentTime").int_(context.clock()).done()


def version(context: Context, _reader: Reader) -> bytes:
    """Answer getVersion."""
    writer = answer("version mode:# version:int capabilities:long now:int = liteServer.Version")
    return writer.int_(0).int_(SERVER_VERSION).long(SERVER_CAPABILITIES).int_(context.clock()).done()


def data(context: Context, reader: Reader) -> bytes:
    """Answer getBlock."""
    block = context.block(reader.block())
    if not block.id.seqno:
        raise LiteError(651, "block handle not in db")
    writer = answer("blockData id:tonNode.blockIdExt data:bytes = liteServer.BlockData")
    return writer.block(block.id).data(block.boc).done()


def state(context: Context, reader: Reader) -> bytes:
    """Answer getState: like a real server, for the zero states alone."""
    block = context.block(reader.block())
    if block.id.seqno:
        raise LiteError(0, "cannot request total state: possibly too large")
    writer = answer(
        "blockState id:tonNode.blockIdExt root_hash:int256 file_hash:int256 data:bytes"
        " = liteServer.BlockState"
    )
    return writer.block(block.id).hash(block.id.root_hash).hash(block.id.file_hash).data(block.boc).done()


def header(context: Context, reader: Reader) -> bytes:
    """Answer getBlockHeader."""
    block, mode = context.block(reader.block()), reader.uint()
    return _header(block, mode)


def _header(block: Made, mode: int) -> bytes:
    if not block.id.seqno:
        raise LiteError(651, "block handle not in db")
    writer = answer("blockHeader id:tonNode.blockIdExt mode:# header_proof:bytes = liteServer.BlockHeader")
    return writer.block(block.id).int_(mode).data(proofs.header(block)).done()


def lookup(context: Context, reader: Reader) -> bytes:
    """Answer lookupBlock: by number, logical time or unix time, exactly one of them."""
    mode, workchain, shard, seqno = reader.uint(), reader.int_(), reader.long(), reader.int_()
    archive = context.archive
    match mode & 7:
        case 1:
            found = archive.block(workchain, seqno)
        case 2:
            found = archive.block_of_lt(workchain, reader.long())
        case 4:
            found = archive.block_of_time(workchain, reader.uint())
        case _:
            raise LiteError(621, "exactly one of mode.0, mode.1 and mode.2 bits must be set")
    if found is None or shard != WHOLE_SHARD or found.id.seqno > context.head.master.id.seqno:
        raise LiteError(651, "block not found")
    return _header(found, mode)


def shard_info(context: Context, reader: Reader) -> bytes:
    """Answer getShardInfo."""
    head = context.state(reader.block())
    if reader.int_() != BASECHAIN:
        raise LiteError(651, "no such shard")
    writer = answer(
        "shardInfo id:tonNode.blockIdExt shardblk:tonNode.blockIdExt shard_proof:bytes shard_descr:bytes"
        " = liteServer.ShardInfo"
    )
    writer.block(head.master.id).block(head.shard.id).data(proofs.shards_in_state(head))
    return writer.data(to_boc(head.content.shards.refs[0])).done()


def all_shards(context: Context, reader: Reader) -> bytes:
    """Answer getAllShardsInfo."""
    head = context.state(reader.block())
    writer = answer("allShardsInfo id:tonNode.blockIdExt proof:bytes data:bytes = liteServer.AllShardsInfo")
    shards = Builder().uint(1, 1).ref(head.content.shards).end()
    return (
        writer.block(head.master.id)
        .data(to_boc(proofs.shards_in_block(head.master)))
        .data(to_boc(shards))
        .done()
    )


def shard_block_proof(context: Context, reader: Reader) -> bytes:
    """Answer getShardBlockProof: every basechain block is named by the masterchain block of its number."""
    block = context.block(reader.block())
    master = context.archive.block(-1, block.id.seqno)
    if block.id.workchain != BASECHAIN or master is None or not block.id.seqno:
        raise LiteError(651, "block handle not in db")
    writer = answer(
        "shardBlockProof masterchain_id:tonNode.blockIdExt links:vector liteServer.shardBlockLink"
        " = liteServer.ShardBlockProof"
    )
    return writer.block(master.id).int_(1).block(block.id).data(to_boc(proofs.shards_in_block(master))).done()


def config_all(context: Context, reader: Reader) -> bytes:
    """Answer getConfigAll."""
    mode = reader.uint()
    return _config(context, reader, mode, listed=0)


def config_params(context: Context, reader: Reader) -> bytes:
    """Answer getConfigParams."""
    mode = reader.uint()
    return _config(context, reader, mode, listed=1)


def _config(context: Context, reader: Reader, mode: int, *, listed: int) -> bytes:
    head = context.state(reader.block())
    params = None
    if listed:
        count = reader.uint()
        if count > MAX_PARAMS:
            raise LiteError(621, "too many parameters")
        params = [reader.int_() for _ in range(count)]
    writer = answer(
        "configInfo mode:# id:tonNode.blockIdExt state_proof:bytes config_proof:bytes = liteServer.ConfigInfo"
    )
    state_proof, config_proof = proofs.config(head, params)
    return writer.int_(mode).block(head.master.id).data(state_proof).data(config_proof).done()
