"""What follows from a masterchain block's hash, by Merkle proofs alone; knows no server and no trust.

Small and pure on purpose. Every function takes a hash that the caller believes and bytes that nobody
does, and either returns a value that follows from the hash or raises Refuted. Layouts are TL-B of
`block.tlb`; a branch that is needed and was pruned is a lie like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from krypton.chain.accounts import read_account
from krypton.chain.cells import (
    MERKLE_PROOF,
    MERKLE_UPDATE,
    Cell,
    Refuted,
    Slice,
    from_boc,
    one_from_boc,
)
from krypton.chain.hashmap import look_up
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.errors import Lie

MASTERCHAIN = -1
WHOLE_SHARD = 1 << 63
"""The shard that is a whole workchain, as the unsigned number it is written as."""
_MAX_SPLITS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockId:
    """A block by place and hashes (TL tonNode.blockIdExt); `shard` is unsigned."""

    workchain: int
    shard: int
    seqno: int
    root_hash: bytes
    file_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a block says of itself; `state_hash` is of the state after it, None where that was pruned.

    `list_hash` is of the validators' list that it was made under, `catchain_seqno` which session of theirs.
    """

    global_id: int
    workchain: int
    shard: int
    seqno: int
    time: int
    key_block: bool
    list_hash: int
    catchain_seqno: int
    state_hash: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswer:
    """The bags of cells in a liteServer.accountState."""

    shard_proof: bytes
    proof: bytes
    state: bytes


def shown(proof: Cell, hash_: bytes, /) -> Cell:
    """Return what a Merkle proof shows of the cell with this hash. Raises Refuted."""
    if proof.kind != MERKLE_PROOF or proof.mask:
        raise Refuted(Lie.SHAPE)
    (body,) = proof.refs
    if body.hash_at(0) != hash_:
        raise Refuted(Lie.PROOF)
    return body


def header(proof: bytes, block: BlockId, /) -> Header:
    """Return the header that `block`'s root hash commits to (liteServer.blockHeader). Raises Refuted."""
    (root,) = from_boc(proof, roots=1)
    return _header(root, block)


def account(answer: AccountAnswer, *, block: BlockId, address: Address) -> Account:
    """Return the account's state at a masterchain block, or its proven absence. Raises Refuted."""
    block_proof, state_proof = from_boc(answer.proof, roots=2)
    if address.workchain == MASTERCHAIN:
        home = block
    else:
        home = _shard(answer.shard_proof, block=block, address=address)
    state = _state(state_proof, _header(block_proof, home), home)
    state.ref()  # out_msg_queue_info
    state.flag()  # before_split
    return _account(state.ref(), answer.state, address)


def config(
    state_proof: bytes, config_proof: bytes, *, block: BlockId, wanted: Sequence[int]
) -> Mapping[int, Cell]:
    """Return config parameters at a masterchain block; absent ones are left out. Raises Refuted."""
    (block_proof,) = from_boc(state_proof, roots=1)
    (proof,) = from_boc(config_proof, roots=1)
    extra = _masterchain_extra(_state(proof, _header(block_proof, block), block))
    extra.maybe()  # shard_hashes
    extra.raw(32)  # config_addr
    root = extra.ref()
    found = {number: look_up(root, number & 0xFFFFFFFF, 32) for number in wanted}
    return {number: leaf.ref() for number, leaf in found.items() if leaf is not None}


def source_config(proof: bytes, block: BlockId, /) -> Cell:
    """Return the root of the config that a key block sets, or the zero state begins with. Raises Refuted."""
    (root,) = from_boc(proof, roots=1)
    if not block.seqno:
        extra = _masterchain_extra(_state_slice(shown(root, block.root_hash), block))
        extra.maybe()  # shard_hashes
    else:
        if not _header(root, block).key_block:
            raise Refuted(Lie.BLOCK)
        extra = _key_extra(shown(root, block.root_hash).refs[3])
    extra.raw(32)  # config_addr
    return extra.ref()


def _key_extra(cell: Cell) -> Slice:
    """Return a key block's McBlockExtra, read up to its config."""
    read = cell.parse()
    read.expect(0x4A33F6FD, 32)  # block_extra
    for _ in range(3):  # in_msg_descr, out_msg_descr, account_blocks
        read.ref()
    read.raw(64)  # rand_seed, created_by
    custom = read.maybe()
    if custom is None:
        raise Refuted(Lie.SHAPE)
    extra = custom.parse()
    extra.expect(0xCCA5, 16)  # masterchain_block_extra
    extra.expect(1, 1)  # key_block
    extra.maybe()  # shard_hashes
    extra.maybe()  # shard_fees, and what they come to: fees and what was created
    for _ in range(2):
        extra.coins()
        extra.maybe()
    extra.ref()  # signatures of the block before, recover_create_msg, mint_msg
    return extra


def _header(proof: Cell, block: BlockId) -> Header:
    read = shown(proof, block.root_hash).parse()
    read.expect(0x11EF55AA, 32)  # block
    global_id = read.int_(32)
    info, _, update = read.ref().parse(), read.ref(), read.ref()
    info.expect(0x9BC7A987, 32)  # block_info
    info.uint(32)  # version
    info.uint(6)  # not_master, after_merge, before_split, after_split, want_split, want_merge
    key_block = info.flag()
    info.uint(9)  # vert_seqno_incr, flags
    seqno = info.uint(32)
    info.uint(32)  # vert_seq_no
    workchain, shard = _shard_ident(info)
    time = info.uint(32)
    info.uint(128)  # start_lt, end_lt
    found = Header(
        global_id=global_id,
        workchain=workchain,
        shard=shard,
        seqno=seqno,
        time=time,
        key_block=key_block,
        list_hash=info.uint(32),
        catchain_seqno=info.uint(32),
        state_hash=update.data()[33:65] if update.kind == MERKLE_UPDATE else None,
    )
    if (found.workchain, found.shard, found.seqno) != (block.workchain, block.shard, block.seqno):
        raise Refuted(Lie.BLOCK)
    return found


def _state(proof: Cell, head: Header, block: BlockId) -> Slice:
    """Return a shard state, read up to its references (shard_state, block.tlb)."""
    if head.state_hash is None:
        raise Refuted(Lie.PRUNED)
    return _state_slice(shown(proof, head.state_hash), block)


def _state_slice(cell: Cell, block: BlockId) -> Slice:
    read = cell.parse()
    read.expect(0x9023AFE2, 32)
    read.int_(32)  # global_id
    if (*_shard_ident(read), read.uint(32)) != (block.workchain, block.shard, block.seqno):
        raise Refuted(Lie.BLOCK)
    read.uint(32)  # vert_seq_no
    read.uint(32)  # gen_utime
    read.uint(64)  # gen_lt
    read.uint(32)  # min_ref_mc_seqno
    return read


def _shard_ident(read: Slice) -> tuple[int, int]:
    read.expect(0, 2)
    bits = read.uint(6)
    workchain, prefix = read.int_(32), read.uint(64)
    if bits > _MAX_SPLITS or prefix & ((1 << (64 - bits)) - 1):
        raise Refuted(Lie.SHAPE)
    return workchain, prefix | 1 << (63 - bits)


def _masterchain_extra(state: Slice) -> Slice:
    state.ref()  # out_msg_queue_info
    state.flag()  # before_split
    state.ref()  # accounts
    state.ref()  # overload history and the rest
    extra = state.maybe()
    if extra is None:
        raise Refuted(Lie.SHAPE)
    read = extra.parse()
    read.expect(0xCC26, 16)  # masterchain_state_extra
    return read


def _shard(proof: bytes, *, block: BlockId, address: Address) -> BlockId:
    """Return the newest block of the account's shard that the masterchain block names."""
    block_proof, state_proof = from_boc(proof, roots=2)
    extra = _masterchain_extra(_state(state_proof, _header(block_proof, block), block))
    shards = extra.maybe()
    found = None if shards is None else look_up(shards, address.workchain & 0xFFFFFFFF, 32)
    if found is None:
        raise Refuted(Lie.PROOF)
    prefix = int.from_bytes(address.account[:8], "big")
    read, depth = found.ref().parse(), 0
    while read.flag():  # bt_fork
        left, right = read.ref(), read.ref()
        read = (right if prefix >> (63 - depth) & 1 else left).parse()
        depth += 1
        if depth > _MAX_SPLITS:
            raise Refuted(Lie.SHAPE)
    if read.uint(4) not in {0xA, 0xB}:  # shard_descr
        raise Refuted(Lie.SHAPE)
    marker = 1 << (63 - depth)
    shard = prefix & ~((marker << 1) - 1) | marker
    seqno = read.uint(32)
    read.uint(160)  # reg_mc_seqno, start_lt, end_lt
    return BlockId(
        workchain=address.workchain,
        shard=shard & ((1 << 64) - 1),
        seqno=seqno,
        root_hash=read.raw(32),
        file_hash=read.raw(32),
    )


def _account(accounts: Cell, state: bytes, address: Address) -> Account:
    """Look the account up in ShardAccounts (HashmapAugE 256 ShardAccount DepthBalanceInfo)."""
    root = accounts.parse().maybe()
    leaf = None if root is None else look_up(root, int.from_bytes(address.account, "big"), 256)
    if leaf is None:
        if state:
            raise Refuted(Lie.PROOF)
        return Account(address=address, status=AccountStatus.ABSENT)
    leaf.uint(5)  # split_depth
    leaf.coins()
    leaf.maybe()
    expected = leaf.ref().hash_at(0)
    last_hash, last_lt = leaf.raw(32), leaf.uint(64)
    cell = one_from_boc(state)
    if cell.hash != expected:
        raise Refuted(Lie.HASH)
    return read_account(cell, address=address, last_hash=last_hash, last_lt=last_lt)
