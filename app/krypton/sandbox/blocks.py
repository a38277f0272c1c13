"""Knows how blocks and states of both chains are written as cells; knows no accounts' contents and no time.

Layouts: `block.tlb` of the node. Left out on purpose: message descriptions and queues are empty dictionaries,
and a block's state update names both states without showing the difference; no lite client reads either.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from krypton.sandbox import hashmap
from krypton.sandbox.boc import to_boc
from krypton.sandbox.cells import Builder, Cell
from krypton.sandbox.hashmap import Edge, Layout
from krypton.sandbox.merkle import merkle_update
from krypton.sandbox.tl import BASECHAIN, MASTERCHAIN, BlockId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.turns import Turn

GLOBAL_ID: Final = -777
VERSION: Final = 15
CAPABILITIES: Final = 1006
ACCOUNT_BLOCK: Final = 5
"""TL-B: `acc_trans#5`."""
_KEY_BLOCK: Final = 0b10
"""TL-B BlockInfo: the flag `key_block` among the seven after `not_master`."""
CONFIG_ADDRESS: Final = b"\x55" * 32


def _write_coins(builder: Builder, nano: int) -> Builder:
    """Write a CurrencyCollection of nano and nothing else."""
    return builder.coins(nano).uint(0, 1)


def _write_depth_balance(builder: Builder, nano: int) -> Builder:
    """Write a DepthBalanceInfo: no split depth, nano."""
    return _write_coins(builder.uint(0, 5), nano)


@dataclass(frozen=True, slots=True)
class KeyLt:
    """TL-B KeyMaxLt: whether there is a key block below, and the greatest end lt."""

    key: int = 0
    lt: int = 0


ACCOUNTS: Final[Layout[int]] = Layout(
    key_bits=256, empty=0, write=_write_depth_balance, join=lambda left, right: left + right
)
ACCOUNT_BLOCKS: Final[Layout[int]] = Layout(
    key_bits=256, empty=0, write=_write_coins, join=lambda left, right: left + right
)
TRANSACTIONS: Final[Layout[int]] = Layout(
    key_bits=64, empty=0, write=_write_coins, join=lambda left, right: left + right
)
OLD_BLOCKS: Final[Layout[KeyLt]] = Layout(
    key_bits=32,
    empty=KeyLt(),
    write=lambda builder, extra: builder.uint(extra.key, 1).uint(extra.lt, 64),
    join=lambda left, right: KeyLt(left.key | right.key, max(left.lt, right.lt)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A block (or zero state) and the state after it. `cell` is the state's own for a zero state."""

    id: BlockId
    cell: Cell
    boc: bytes
    state: Cell
    utime: int
    start_lt: int
    end_lt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What moved in a basechain block, in nano."""

    before: int
    after: int
    imported: int = 0
    exported: int = 0
    fees: int = 0
    created: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one account did in a block."""

    account: bytes
    before: bytes
    after: bytes
    transactions: Sequence[tuple[int, Cell, int]]
    """(lt, transaction, its fees in nano), in order."""


def ext_ref(block: Made) -> Cell:
    """Write an ExtBlkRef."""
    builder = Builder().uint(block.end_lt, 64).uint(block.id.seqno, 32)
    return builder.raw(block.id.root_hash).raw(block.id.file_hash).end()


def _shard_ident(builder: Builder, workchain: int) -> Builder:
    return builder.uint(0, 8).int_(workchain, 32).uint(0, 64)


def _queue() -> Cell:
    """Write an OutMsgQueueInfo with nothing in it."""
    return Builder().uint(0, 67).end()


def _state(
    workchain: int,
    seqno: int,
    *,
    utime: int,
    lt: int,
    accounts: Edge[int] | None,
    master: Cell | None,
    custom: Cell | None,
) -> Cell:
    builder = _shard_ident(Builder().uint(0x9023AFE2, 32).int_(GLOBAL_ID, 32), workchain)
    builder.uint(seqno, 32).uint(0, 32).uint(utime, 32).uint(lt, 64).uint(0xFFFFFFFF if seqno == 0 else 0, 32)
    inner = _write_coins(Builder().uint(0, 128), accounts.extra if accounts else 0)
    _write_coins(inner, 0).uint(0, 1)
    inner = inner.uint(0, 1) if master is None else inner.uint(1, 1).cell(master)
    builder.ref(_queue()).uint(0, 1).ref(hashmap.root(ACCOUNTS, accounts).end()).ref(inner.end())
    return builder.maybe(custom).end()


def shard_state(seqno: int, *, utime: int, lt: int, accounts: Edge[int] | None, master: Made | None) -> Cell:
    """Write the basechain's ShardStateUnsplit; `master` is the masterchain block that it refers to."""
    return _state(
        BASECHAIN,
        seqno,
        utime=utime,
        lt=lt,
        accounts=accounts,
        master=ext_ref(master) if master else None,
        custom=None,
    )


def shard_hashes(shard: Made, *, registered: int, fees: int) -> Cell:
    """Write the one edge of ShardHashes: workchain 0 with one shard (`registered`: masterchain seqno)."""
    descr = Builder().uint(0, 1).uint(0xA, 4).uint(shard.id.seqno, 32).uint(registered, 32)
    descr.uint(shard.start_lt, 64).uint(shard.end_lt, 64).raw(shard.id.root_hash).raw(shard.id.file_hash)
    descr.uint(0, 8).uint(0, 32).uint(1 << 63, 64).uint(0, 32).uint(shard.utime, 32).uint(0, 1)
    descr.ref(_write_coins(_write_coins(Builder(), fees), 0).end())
    return hashmap.label_into(Builder(), 0, 32, 32).ref(descr.end()).end()


@dataclass(frozen=True, slots=True, kw_only=True)
class McContent:
    """What a masterchain state holds beside its (no) accounts; `total` is all the nano there is."""

    shards: Cell
    config: Cell
    old_blocks: Edge[KeyLt] | None
    total: int
    turn: Turn


def master_state(seqno: int, *, utime: int, lt: int, content: McContent) -> Cell:
    """Write the masterchain's ShardStateUnsplit with its McStateExtra."""
    turn = content.turn
    inner = Builder().uint(0, 16).uint(turn.following[0], 32).uint(turn.following[1], 32).uint(turn.key, 1)
    inner.cell(hashmap.root(OLD_BLOCKS, content.old_blocks).end()).uint(turn.key, 1)
    inner = inner.uint(1, 1).cell(turn.last_key) if turn.last_key else inner.uint(0, 1)
    extra = Builder().uint(0xCC26, 16).uint(1, 1).ref(content.shards).raw(CONFIG_ADDRESS).ref(content.config)
    _write_coins(extra.ref(inner.end()), content.total)
    return _state(MASTERCHAIN, seqno, utime=utime, lt=lt, accounts=None, master=None, custom=extra.end())


def old_blocks_with(old: Edge[KeyLt] | None, block: Made, *, key: int) -> Edge[KeyLt]:
    """Add a masterchain block to OldMcBlocksInfo, keeping only what later blocks can touch."""
    value = Builder().uint(key, 1).cell(ext_ref(block)).end()
    grown = hashmap.put(OLD_BLOCKS, old, block.id.seqno, 32, value=value, extra=KeyLt(key, block.end_lt))
    return hashmap.forget_left(grown, OLD_BLOCKS, 32)


def zero(workchain: int, state: Cell, *, utime: int) -> Made:
    """Make the zero state's id: its own hash, and its file's."""
    boc = to_boc(state)
    block = BlockId(workchain, 0, state.hash, sha256(boc).digest())
    return Made(id=block, cell=state, boc=boc, state=state, utime=utime, start_lt=0, end_lt=0)


def _info(
    previous: Made, times: tuple[int, int, int], *, master: Made | None = None, turn: Turn | None = None
) -> Cell:
    workchain = previous.id.workchain
    utime, start_lt, end_lt = times
    builder = Builder().uint(0x9BC7A987, 32).uint(0, 32).uint(1 if master else 0, 1)
    builder.uint(_KEY_BLOCK if turn and turn.key else 0, 7).uint(1, 8)
    builder.uint(previous.id.seqno + 1, 32).uint(0, 32)
    _shard_ident(builder, workchain).uint(utime, 32).uint(start_lt, 64).uint(end_lt, 64)
    list_hash, cc_seqno = turn.signers if turn else (0, 0)
    builder.uint(list_hash, 32).uint(cc_seqno, 32).uint(0, 32).uint(turn.last_key_seqno if turn else 0, 32)
    builder.uint(0xC4, 8).uint(VERSION, 32).uint(CAPABILITIES, 64)
    if master:
        builder.ref(ext_ref(master))
    return builder.ref(ext_ref(previous)).end()


def _value_flow(flow: Flow) -> Cell:
    first, last = Builder(), Builder()
    for nano in (flow.before, flow.after, flow.imported, flow.exported):
        _write_coins(first, nano)
    for nano in (0, 0, flow.created, 0):
        _write_coins(last, nano)
    return _write_coins(Builder().uint(0xB8E48DFB, 32).ref(first.end()), flow.fees).ref(last.end()).end()


def _account_blocks(ran: Sequence[Ran]) -> Cell:
    blocks: Edge[int] | None = None
    for one in ran:
        inner: Edge[int] | None = None
        fees = 0
        for lt, transaction, fee in one.transactions:
            fees += fee
            inner = hashmap.put(
                TRANSACTIONS, inner, lt, 64, value=Builder().ref(transaction).end(), extra=fee
            )
        if inner is not None:
            update = Builder().uint(0x72, 8).raw(one.before).raw(one.after).end()
            value = Builder().uint(ACCOUNT_BLOCK, 4).raw(one.account).cell(inner.cell).ref(update).end()
            key = int.from_bytes(one.account, "big")
            blocks = hashmap.put(ACCOUNT_BLOCKS, blocks, key, 256, value=value, extra=fees)
    return hashmap.root(ACCOUNT_BLOCKS, blocks).end()


def _extra(ran: Sequence[Ran], *, seed: bytes, custom: Cell | None) -> Cell:
    builder = Builder().uint(0x4A33F6FD, 32)
    builder.ref(Builder().uint(0, 10).end()).ref(Builder().uint(0, 6).end())
    return builder.ref(_account_blocks(ran)).raw(seed).uint(0, 256).maybe(custom).end()


def _finish(
    previous: Made, state: Cell, info: Cell, flow: Flow, extra: Cell, *, times: tuple[int, int, int]
) -> Made:
    update = merkle_update(previous.state, state)
    block = Builder().uint(0x11EF55AA, 32).int_(GLOBAL_ID, 32).ref(info).ref(_value_flow(flow)).ref(update)
    cell = block.ref(extra).end()
    boc = to_boc(cell)
    name = BlockId(previous.id.workchain, previous.id.seqno + 1, cell.hash, sha256(boc).digest())
    utime, start_lt, end_lt = times
    return Made(id=name, cell=cell, boc=boc, state=state, utime=utime, start_lt=start_lt, end_lt=end_lt)


def shard_block(
    previous: Made,
    master: Made,
    *,
    accounts: Edge[int] | None,
    ran: Sequence[Ran],
    flow: Flow,
    seed: bytes,
    times: tuple[int, int, int],
) -> Made:
    """Make the next basechain block; `times` are its utime, start lt and end lt."""
    utime, _, end_lt = times
    state = shard_state(previous.id.seqno + 1, utime=utime, lt=end_lt, accounts=accounts, master=master)
    info = _info(previous, times, master=master)
    return _finish(previous, state, info, flow, _extra(ran, seed=seed, custom=None), times=times)


def master_block(previous: Made, *, content: McContent, seed: bytes, times: tuple[int, int, int]) -> Made:
    """Make the next masterchain block around what its state will hold."""
    utime, _, end_lt = times
    state = master_state(previous.id.seqno + 1, utime=utime, lt=end_lt, content=content)
    info = _info(previous, times, turn=content.turn)
    inner = Builder().uint(0, 3).end()
    custom = Builder().uint(0xCCA5, 16).uint(content.turn.key, 1).uint(1, 1).ref(content.shards)
    _write_coins(_write_coins(custom.uint(0, 1), 0), 0).ref(inner)
    if content.turn.key:
        custom.raw(CONFIG_ADDRESS).ref(content.config)
    extra = _extra((), seed=seed, custom=custom.end())
    return _finish(previous, state, info, Flow(before=0, after=0), extra, times=times)
