"""What follows from a trusted key block by the validators' signatures alone; knows no server and no time.

Small and pure on purpose, like `proofs`. A chain of links leads from a block that the caller trusts to the
one that is asked about; each link's source says, under its own hash, who validates, and more than two
thirds of their weight must have signed its target. Layouts: lite_api.tl, ton_api.tl and block.tlb; rules:
`check-proof.cpp`, `signature-set.cpp` and `mc-config.cpp` of https://github.com/ton-blockchain/ton.

Who validates the masterchain is the first `main` of the whole list, each by its own weight (config
parameter 34, or 35 where there is one). Parameter 28 may shuffle them, which changes whose turn it is and
not who is one of them: it must be there and well formed, and is otherwise not needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from krypton.chain import proofs
from krypton.chain.cells import Cell, Refuted
from krypton.chain.hashmap import look_up
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId
from krypton.chain.tl import Reader
from krypton.domain.errors import Lie

MAX_LINKS: Final = 64
"""Links in one answer; a node gives 16."""
MAX_SIGNATURES: Final = 1024
"""More than a masterchain has validators: parameter 16 allows 100 today."""
_PARTIAL_PROOF = 0x8ED0D2C1
_LINK_FORWARD = 0x520FCE1C
_LINK_BACK = 0xEF7E1BEF
_ORDINARY = 0xF644A6E6
_SIMPLEX = 0xAC249800
_CANDIDATE = 0xE8F9BCDC
_EMPTY_CANDIDATE = 0x72B4D933
_PARENT = 0x1A4B9AF1
_NO_PARENT = 0x22CBCCA9
_CANDIDATE_ID = 0xB691CD3F
_BLOCK_ID = 0xC50B6E70
_FINALIZE_VOTE = 0x40A7E105
_DATA_TO_SIGN = 0xA8E33DF8
_KEY = 0x4813B4C6
_CATCHAIN, _CURRENT, _TEMPORARY = 28, 34, 35
_CATCHAIN_TAGS = frozenset({0xC1, 0xC2})
_VALIDATORS, _VALIDATORS_EXT = 0x11, 0x12
_VALIDATOR, _VALIDATOR_ADDR = 0x53, 0x73
_PUBLIC_KEY = 0x8E81278A
_SIGNATURE_BYTES = 64


class BackwardError(Exception):
    """The way leads back first: what was taken for a key block is none. Nobody lied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far an answer leads: to `reached`, past `links` links; `key` is the last key block on the way."""

    reached: BlockId
    key: BlockId
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signers:
    """Who signed what: a signature set as it was sent."""

    list_hash: int
    catchain_seqno: int
    signatures: Mapping[bytes, bytes]
    signed: bytes


@dataclass(frozen=True, slots=True)
class Validator:
    """One that may sign: its Ed25519 key, and its weight."""

    key: bytes
    weight: int


def follow(answer: bytes, *, known: BlockId, target: BlockId) -> Followed:
    """Return how far a liteServer.partialBlockProof leads from `known`, which is trusted, to `target`.

    What is `reached` is as trustworthy as `known`. Raises Refuted, BackwardError.
    """
    read = Reader(answer)
    read.expect(_PARTIAL_PROOF)
    complete = read.flag()
    if read.block() != known:
        raise Refuted(Lie.BLOCK)
    last = read.block()
    links = read.count(most=MAX_LINKS)
    reached = key = known
    for _ in range(links):
        reached, is_key = _link(read, reached)
        key = reached if is_key else key
    read.end()
    if reached != last or complete != (reached == target) or not (complete or key != known):
        raise Refuted(Lie.BLOCK)
    return Followed(reached=reached, key=key, links=links)


def _link(read: Reader, source: BlockId) -> tuple[BlockId, bool]:
    """Return the block that a link from `source` proves, and whether it is a key block."""
    kind = read.uint()
    if kind == _LINK_BACK:
        raise BackwardError
    if kind != _LINK_FORWARD:
        raise Refuted(Lie.SHAPE)
    is_key = read.flag()
    if read.block() != source:
        raise Refuted(Lie.BLOCK)
    target = read.block()
    if (target.workchain, target.shard) != (MASTERCHAIN, WHOLE_SHARD) or target.seqno <= source.seqno:
        raise Refuted(Lie.BLOCK)
    header = proofs.header(read.bytes_(), target)
    config_proof = read.bytes_()
    signers = _signers(read, target)
    if (header.key_block, header.list_hash, header.catchain_seqno) != (
        is_key,
        signers.list_hash,
        signers.catchain_seqno,
    ):
        raise Refuted(Lie.BLOCK)
    _check(signers, validators(config_proof, source))
    return target, is_key


def _check(signers: _Signers, allowed: Mapping[bytes, Validator]) -> None:
    """Demand good signatures of more than two thirds of the weight, and none of anybody else."""
    from pytoniq_core.crypto.signature import verify_sign

    weight = 0
    for node, signature in signers.signatures.items():
        if node not in allowed or not verify_sign(allowed[node].key, signers.signed, signature):
            raise Refuted(Lie.SIGNATURE)
        weight += allowed[node].weight
    if weight * 3 <= sum(each.weight for each in allowed.values()) * 2:
        raise Refuted(Lie.SIGNATURE)


@lru_cache(maxsize=2)
def validators(config_proof: bytes, source: BlockId, /) -> Mapping[bytes, Validator]:
    """Return who validates after a key block or the zero state, by short id. Raises Refuted.

    The last ones are kept: between two key blocks every answer brings the same proof again.
    """
    root = proofs.source_config(config_proof, source)
    rules = look_up(root, _CATCHAIN, 32)
    if rules is None or rules.ref().parse().uint(8) not in _CATCHAIN_TAGS:
        raise Refuted(Lie.SHAPE)
    held = look_up(root, _TEMPORARY, 32) or look_up(root, _CURRENT, 32)
    if held is None:
        raise Refuted(Lie.SHAPE)
    found = _validators(held.ref())
    by_id = {short_id(each.key): each for each in found}
    if len(by_id) != len(found):
        raise Refuted(Lie.SHAPE)
    return by_id


def short_id(key: bytes, /) -> bytes:
    """Return how a signature names a key: the hash of TL pub.ed25519."""
    return sha256(_KEY.to_bytes(4, "little") + key).digest()


def _validators(cell: Cell) -> list[Validator]:
    """Read the masterchain's part of a ValidatorSet."""
    read = cell.parse()
    tag = read.uint(8)
    read.uint(64)  # utime_since, utime_until
    total, main = read.uint(16), read.uint(16)
    if not 1 <= main <= min(total, MAX_SIGNATURES):
        raise Refuted(Lie.SHAPE)
    if tag == _VALIDATORS:
        root: Cell | None = read.rest()
    elif tag == _VALIDATORS_EXT:
        read.uint(64)  # total_weight, of all
        root = read.maybe()
    else:
        raise Refuted(Lie.SHAPE)
    if root is None:
        raise Refuted(Lie.SHAPE)
    return [_validator(root, index) for index in range(main)]


def _validator(root: Cell, index: int) -> Validator:
    read = look_up(root, index, 16)
    if read is None or read.uint(8) not in {_VALIDATOR, _VALIDATOR_ADDR}:
        raise Refuted(Lie.SHAPE)
    read.expect(_PUBLIC_KEY, 32)
    key, weight = read.raw(32), read.uint(64)
    if not weight:
        raise Refuted(Lie.SHAPE)
    return Validator(key, weight)


def _signers(read: Reader, block: BlockId) -> _Signers:
    """Read a liteServer.SignatureSet, and what it must have signed for it to be about `block`."""
    kind = read.uint()
    if kind == _ORDINARY:
        list_hash, catchain_seqno = read.uint(), read.uint()
        signatures = _signatures(read)
        signed = _BLOCK_ID.to_bytes(4, "little") + block.root_hash + block.file_hash
    elif kind == _SIMPLEX:
        catchain_seqno, list_hash = read.uint(), read.uint()
        signatures = _signatures(read)
        session, slot, candidate = read.raw(32), read.raw(4), read.bytes_()
        if _candidate_block(candidate) != block:
            raise Refuted(Lie.BLOCK)
        signed = _vote(session, slot, candidate)
    else:
        raise Refuted(Lie.SHAPE)
    return _Signers(list_hash=list_hash, catchain_seqno=catchain_seqno, signatures=signatures, signed=signed)


def _signatures(read: Reader) -> Mapping[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for _ in range(read.count(most=MAX_SIGNATURES)):
        node, signature = read.raw(32), read.bytes_()
        if node in found or len(signature) != _SIGNATURE_BYTES:
            raise Refuted(Lie.SIGNATURE)
        found[node] = signature
    return found


def _vote(session: bytes, slot: bytes, candidate: bytes) -> bytes:
    """Write consensus.dataToSign around a vote that makes a candidate final."""
    vote = _FINALIZE_VOTE.to_bytes(4, "little") + _CANDIDATE_ID.to_bytes(4, "little")
    vote += slot + sha256(candidate).digest()
    data = bytes((len(vote),)) + vote
    return _DATA_TO_SIGN.to_bytes(4, "little") + session + data + bytes(-len(data) % 4)


def _candidate_block(candidate: bytes) -> BlockId:
    """Return which block a consensus.CandidateHashData names."""
    read = Reader(candidate)
    kind = read.uint()
    block = read.block()
    if kind == _CANDIDATE:
        read.raw(32)  # collated_file_hash
        parent = read.uint()
        if parent == _PARENT:
            read.expect(_CANDIDATE_ID)
            read.raw(36)  # slot, hash
        elif parent != _NO_PARENT:
            raise Refuted(Lie.SHAPE)
    elif kind == _EMPTY_CANDIDATE:
        read.raw(36)  # slot, hash
    else:
        raise Refuted(Lie.SHAPE)
    read.end()
    return block
