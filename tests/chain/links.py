"""Chains of signed links: read from a node's answers, made with keys of our own, and written as TL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from nacl.signing import SigningKey

from krypton.chain.builder import Builder
from krypton.chain.cells import Cell, to_boc
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId
from krypton.chain.signatures import short_id
from tests.chain import recorded
from tests.chain.tampering import proof_of, pruned

TRUE, FALSE = bytes.fromhex("b5757299"), bytes.fromhex("379779bc")
PARTIAL, FORWARD = bytes.fromhex("c1d2d08e"), bytes.fromhex("1cce0f52")
SIMPLEX, ORDINARY = bytes.fromhex("009824ac"), bytes.fromhex("e6a644f6")
CANDIDATE, NO_PARENT = bytes.fromhex("dcbcf9e8"), bytes.fromhex("a9cccb22")
LIST_HASH, CATCHAIN = 0x12345678, 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A liteServer.blockLinkForward; a Simplex one where there is a candidate."""

    is_key: bool
    source: BlockId
    target: BlockId
    dest_proof: bytes
    config_proof: bytes
    list_hash: int
    catchain: int
    signatures: Sequence[tuple[bytes, bytes]]
    session: bytes = b""
    slot: int = 0
    candidate: bytes = b""


def real() -> list[tuple[bytes, list[Link], BlockId, BlockId]]:
    """What a real node said: the bytes, the links in them, from where, to where."""
    found: list[tuple[bytes, list[Link], BlockId, BlockId]] = []
    for entry in recorded.entries("block_proofs_simplex", "getBlockProof"):
        args = entry["args"]
        links = [_recorded(step) for step in entry["answer"]["steps"]]
        known, target = recorded.block(args["known_block"]), recorded.block(args["target_block"])
        found.append((recorded.boc({"b64": entry["answer_tl_b64"]}), links, known, target))
    return found


def _recorded(step: Mapping[str, Any]) -> Link:
    signers = step["signatures"]
    return Link(
        is_key=step["to_key_block"],
        source=recorded.block(step["from"]),
        target=recorded.block(step["to"]),
        dest_proof=recorded.boc(step["dest_proof"]),
        config_proof=recorded.boc(step["config_proof"]),
        list_hash=signers["validator_set_hash"],
        catchain=signers["cc_seqno"],
        signatures=[
            (bytes.fromhex(each["node_id_short"]), recorded.boc(each["signature"]))
            for each in signers["signatures"]
        ],
        session=bytes.fromhex(signers["session_id"]),
        slot=signers["slot"],
        candidate=recorded.boc(signers["candidate"]),
    )


def answer(links: Sequence[Link], *, known: BlockId, last: BlockId, complete: bool = True) -> bytes:
    """Write a liteServer.partialBlockProof."""
    head = PARTIAL + (TRUE if complete else FALSE) + block(known) + block(last)
    return head + len(links).to_bytes(4, "little") + b"".join(_link(each) for each in links)


def _link(link: Link) -> bytes:
    data = FORWARD + (TRUE if link.is_key else FALSE) + block(link.source) + block(link.target)
    data += packed(link.dest_proof) + packed(link.config_proof)
    list_hash, catchain = link.list_hash.to_bytes(4, "little"), link.catchain.to_bytes(4, "little")
    data += SIMPLEX + catchain + list_hash if link.candidate else ORDINARY + list_hash + catchain
    data += len(link.signatures).to_bytes(4, "little")
    data += b"".join(node + packed(signature) for node, signature in link.signatures)
    if link.candidate:
        data += link.session + link.slot.to_bytes(4, "little") + packed(link.candidate)
    return data


def block(held: BlockId) -> bytes:
    where = held.workchain.to_bytes(4, "little", signed=True) + held.shard.to_bytes(8, "little")
    return where + held.seqno.to_bytes(4, "little") + held.root_hash + held.file_hash


def packed(data: bytes) -> bytes:
    """Write TL bytes."""
    size = len(data)
    head = bytes((size,)) if size < 254 else b"\xfe" + size.to_bytes(3, "little")
    return head + data + bytes(-(len(head) + size) % 4)


# --- a chain of our own, with as many validators as a test wants -----------------------------------


def key(number: int) -> SigningKey:
    return SigningKey(sha256(b"validator %d" % number).digest())


def zero_state(weights: Sequence[int], *, main: int | None = None, first: int = 0) -> tuple[BlockId, Cell]:
    """A zero state whose validators (number `first` on) have these weights, and what proves it."""
    ident = Builder().uint(0, 8).uint(MASTERCHAIN & 0xFFFFFFFF, 32).uint(0, 64)
    extra = Builder().uint(0xCC26, 16).flag(0).raw(bytes(32)).ref(_config(weights, main=main, first=first))
    empty = Builder().end()
    state = (
        Builder().uint(0x9023AFE2, 32).uint(5, 32).cell(ident.end()).uint(0, 32).uint(0, 32 + 32 + 64 + 32)
    )
    state.ref(empty).flag(0).ref(empty).ref(empty).flag(1).ref(extra.end())
    return _id(0, state.end()), proof_of(state.end())


def _config(weights: Sequence[int], *, main: int | None, first: int) -> Cell:
    listed: dict[int, Cell] = {}
    for place, weight in enumerate(weights):
        public = bytes(key(first + place).verify_key)
        one = Builder().uint(0x73, 8).uint(0x8E81278A, 32).raw(public).uint(weight, 64).raw(bytes(32))
        listed[place] = one.end()
    total = len(weights)
    current = Builder().uint(0x12, 8).uint(0, 64).uint(total, 16).uint(total if main is None else main, 16)
    current.uint(sum(weights), 64).flag(1).ref(_hashmap(listed, 16))
    rules = Builder().uint(0xC2, 8).uint(1, 8).uint(250, 32).end()
    params = {28: rules, 34: current.end()}
    return _hashmap({number: Builder().ref(each).end() for number, each in params.items()}, 32)


def _hashmap(leaves: Mapping[int, Cell], size: int) -> Cell:
    """Write a Hashmap, every label the long way."""
    split = (max(leaves) ^ min(leaves)).bit_length()
    shared = size - split
    label = Builder().uint(0b10, 2).uint(shared, size.bit_length()).uint(max(leaves) >> split, shared)
    if len(leaves) == 1:
        return label.cell(*leaves.values()).end()
    half = 1 << (split - 1)
    low = {number & (2 * half - 1): leaf for number, leaf in leaves.items()}
    left = {number: leaf for number, leaf in low.items() if number < half}
    right = {number - half: leaf for number, leaf in low.items() if number >= half}
    return label.ref(_hashmap(left, split - 1)).ref(_hashmap(right, split - 1)).end()


def link(
    source: BlockId, proof: Cell, *, signers: Sequence[int], seqno: int = 1, simplex: bool = True
) -> Link:
    """A link to a block that these validators signed."""
    ident = Builder().uint(0, 8).uint(MASTERCHAIN & 0xFFFFFFFF, 32).uint(0, 64)
    info = Builder().uint(0x9BC7A987, 32).uint(0, 32 + 8 + 8).uint(seqno, 32).uint(0, 32).cell(ident.end())
    info.uint(1_700_000_000, 32).uint(0, 128).uint(LIST_HASH, 32).uint(CATCHAIN, 32)
    empty = Builder().end()
    made = Builder().uint(0x11EF55AA, 32).uint(5, 32).ref(info.end()).ref(empty).ref(pruned(empty)).end()
    target = _id(seqno, made)
    candidate = CANDIDATE + block(target) + bytes(32) + NO_PARENT if simplex else b""
    blank = Link(
        is_key=False,
        source=source,
        target=target,
        dest_proof=to_boc(proof_of(made)),
        config_proof=to_boc(proof),
        list_hash=LIST_HASH,
        catchain=CATCHAIN,
        signatures=(),
        session=bytes(32) if simplex else b"",
        candidate=candidate,
    )
    return signed(blank, signers)


def signed(made: Link, signers: Sequence[int]) -> Link:
    """The same link, signed by these validators (what it says now)."""
    if made.candidate:
        vote = bytes.fromhex("05e1a7403fcd91b6") + made.slot.to_bytes(4, "little")
        data = bytes.fromhex("f83de3a8") + made.session + packed(vote + sha256(made.candidate).digest())
    else:
        data = b"pn\x0b\xc5" + made.target.root_hash + made.target.file_hash
    keys = [key(number) for number in signers]
    found = [(short_id(bytes(each.verify_key)), each.sign(data).signature) for each in keys]
    return replace(made, signatures=found)


def _id(seqno: int, cell: Cell) -> BlockId:
    return BlockId(
        workchain=MASTERCHAIN,
        shard=WHOLE_SHARD,
        seqno=seqno,
        root_hash=cell.hash_at(0),
        file_hash=sha256(b"file" + cell.hash_at(0)).digest(),
    )
