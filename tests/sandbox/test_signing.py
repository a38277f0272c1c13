"""The sandbox's blocks are signed: links lead from the zero state over key blocks to any block."""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from pytoniq_core.crypto.crc import crc32c
from pytoniq_core.crypto.signature import verify_sign

from krypton.sandbox import hashmap
from krypton.sandbox.blocks import Made
from krypton.sandbox.boc import from_boc
from krypton.sandbox.cells import MERKLE_PROOF, Cell
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.tl import MASTERCHAIN, BlockId, Reader, number
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.validators import MAIN, Signing, Validators, simplex_data
from krypton.sandbox.world import Sandbox
from tests.sandbox.conftest import BEGIN
from tests.sandbox.town import query, refused

SCHEMA = (
    "getBlockProof mode:# known_block:tonNode.blockIdExt target_block:mode.0?tonNode.blockIdExt"
    " = liteServer.PartialBlockProof"
)
FORWARD = number(
    "liteServer.blockLinkForward to_key_block:Bool from:tonNode.blockIdExt to:tonNode.blockIdExt"
    " dest_proof:bytes config_proof:bytes signatures:liteServer.SignatureSet = liteServer.BlockLink"
)
ORDINARY = 0xF644A6E6
KEY_EVERY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One forward link as it was answered."""

    key: int
    start: BlockId
    end: BlockId
    dest: Cell
    config: Cell
    cc_seqno: int
    set_hash: int
    signatures: list[tuple[bytes, bytes]]
    signed: bytes
    candidate: bytes


def _link(reader: Reader) -> Link:
    assert reader.uint() == FORWARD
    key, start, end = reader.truth(), reader.block(), reader.block()
    dest, config = (from_boc(reader.data(), exotic=1)[0] for _ in range(2))
    ordinary = reader.uint() == ORDINARY
    first, second = reader.uint(), reader.uint()
    signatures = [(reader.hash(), reader.data()) for _ in range(reader.uint())]
    candidate = b""
    signed = b"pn\x0b\xc5" + end.root_hash + end.file_hash
    if not ordinary:
        session, slot, candidate = reader.hash(), reader.uint(), reader.data()
        signed = simplex_data(session, slot, candidate)
    assert dest.special == config.special == MERKLE_PROOF
    return Link(
        key=key,
        start=start,
        end=end,
        dest=dest.refs[0],
        config=config.refs[0],
        cc_seqno=second if ordinary else first,
        set_hash=first if ordinary else second,
        signatures=signatures,
        signed=signed,
        candidate=candidate,
    )


async def _answer(sandbox: Sandbox, start: BlockId, end: BlockId) -> bytes:
    return await LiteServer(sandbox.context).answer(query(SCHEMA).int_(1).block(start).block(end).done())


async def _links(sandbox: Sandbox, start: BlockId, end: BlockId) -> tuple[int, BlockId, list[Link]]:
    reader = Reader(await _answer(sandbox, start, end))
    reader.uint()
    complete, known, reached = reader.truth(), reader.block(), reader.block()
    assert known == start
    return complete, reached, [_link(reader) for _ in range(reader.uint())]


def _validators(link: Link) -> dict[bytes, tuple[bytes, int]]:
    """Who may sign, from the source block's own config: short id to key and weight."""
    custom = link.config.refs[3] if link.start.seqno == 0 else link.config.refs[3].refs[3]
    params = custom.refs[1 if link.start.seqno == 0 else -1]
    _, found = hashmap.find(params, 34, 32)
    assert found is not None
    inside = found.ref().parse()
    assert inside.uint(8) == 0x12
    inside.uint(64 + 16)
    main = inside.uint(16)
    assert main == MAIN
    total = inside.uint(64)
    listed = list(hashmap.entries(inside.ref() if inside.uint(1) else Cell(0, 0), 16))
    members: dict[bytes, tuple[bytes, int]] = {}
    for place, (_, value) in enumerate(listed):
        assert (value.uint(8), value.uint(32)) == (0x73, 0x8E81278A)
        key, weight = value.raw(32), value.uint(64)
        total -= weight
        if place < main:
            members[sha256(bytes.fromhex("c6b41348") + key).digest()] = (key, weight)
    assert total == 0
    return members


def _check(link: Link) -> None:
    assert link.dest.hash == link.end.root_hash
    assert link.config.hash == link.start.root_hash
    info = link.dest.refs[0].parse()
    info.uint(64)
    flags = info.uint(8)
    assert (flags >> 1 & 1) == link.key
    info.uint(8)
    assert info.uint(32) == link.end.seqno
    info.uint(32 + 104 + 32 + 128)
    assert (info.uint(32), info.uint(32)) == (link.set_hash, link.cc_seqno)
    info.uint(32)
    assert info.uint(32) == link.start.seqno
    members = _validators(link)
    weight = 0
    for short, signature in link.signatures:
        key, own = members.pop(short)
        assert verify_sign(key, link.signed, signature)
        weight += own
    assert weight * 3 > 2 * (weight + sum(own for _, own in members.values()))
    if link.candidate:
        candidate = Reader(link.candidate)
        candidate.uint()
        assert candidate.block() == link.end


def _made(sandbox: Sandbox, seqno: int) -> Made:
    found = sandbox.context.archive.block(MASTERCHAIN, seqno)
    assert found is not None
    return found


@pytest.fixture(params=list(Signing))
def signing(request: pytest.FixtureRequest) -> Signing:
    return Signing(request.param)


async def _sandbox(engine: Tvm, *, signing: Signing = Signing.SIMPLEX, folder: Path | None = None) -> Sandbox:
    return await Sandbox.start(
        folder, speed=0, block_ms=0, begin=BEGIN, tvm=engine, key_every=KEY_EVERY, signing=signing
    )


async def test_links_lead_from_the_zero_state_to_the_head(engine: Tvm, signing: Signing) -> None:
    async with await _sandbox(engine, signing=signing) as sandbox:
        for _ in range(KEY_EVERY * 3 + 1):
            sandbox.step()
        head = sandbox.chain.head.master.id
        complete, reached, links = await _links(sandbox, sandbox.context.zero, head)
        assert (complete, reached) == (1, head)
        assert [link.end.seqno for link in links] == [4, 8, 12, 14]
        assert [link.key for link in links] == [1, 1, 1, 0]
        for link in links:
            _check(link)
        assert len({frozenset(_validators(link)) for link in links}) == len(links)
        assert bool(links[0].candidate) is (signing is Signing.SIMPLEX)


async def test_a_long_way_is_given_in_pieces(engine: Tvm) -> None:
    async with await _sandbox(engine) as sandbox:
        for _ in range(KEY_EVERY * 17):
            sandbox.step()
        head = sandbox.chain.head.master.id
        complete, reached, links = await _links(sandbox, sandbox.context.zero, head)
        assert (complete, reached.seqno, len(links)) == (0, KEY_EVERY * 16, 16)
        complete, reached, links = await _links(sandbox, reached, head)
        assert (complete, reached) == (1, head)
        for link in links:
            _check(link)


async def test_the_way_is_the_same_after_a_restart(engine: Tvm, tmp_path: Path) -> None:
    async with await _sandbox(engine, folder=tmp_path) as sandbox:
        while sandbox.chain.head.master.id.seqno < KEY_EVERY * 2:
            sandbox.step()
        key = sandbox.chain.head.master.id
        before = await _answer(sandbox, sandbox.context.zero, key)
    async with await _sandbox(engine, folder=tmp_path) as sandbox:
        assert before == await _answer(sandbox, sandbox.context.zero, key)
        complete, _, links = await _links(sandbox, key, sandbox.chain.head.master.id)
        assert complete
        _check(links[0])
        while sandbox.chain.head.master.id.seqno < KEY_EVERY * 3 + 1:
            sandbox.step()
    # a key block last, and a block right after one, are taken up just as well
    async with await _sandbox(engine, folder=tmp_path) as sandbox:
        for link in (await _links(sandbox, sandbox.context.zero, sandbox.chain.head.master.id))[2]:
            _check(link)


async def test_there_is_no_way_back_and_none_from_any_block(engine: Tvm) -> None:
    async with await _sandbox(engine) as sandbox:
        for _ in range(6):
            sandbox.step()
        head = sandbox.chain.head.master.id
        lite = LiteServer(sandbox.context)
        for start, end in ((_made(sandbox, 4).id, _made(sandbox, 2).id), (_made(sandbox, 3).id, head)):
            asked = query(SCHEMA).int_(1).block(start).block(end).done()
            assert refused(await lite.answer(asked))[0] == 0
        reader = Reader(await lite.answer(query(SCHEMA).int_(0).block(head).done()))
        reader.uint()
        assert reader.truth() == 1
        basechain = sandbox.chain.head.shard.id
        asked = query(SCHEMA).int_(1).block(basechain).block(head).done()
        assert refused(await lite.answer(asked))[0] == 0


def test_a_set_is_hashed_as_a_real_node_hashes_it() -> None:
    # the one validator of the recorded network: its set's hash under catchain number 3
    key = bytes.fromhex("4b63164b3996ae2d75bf1f9e34dcc0f7f2bca82f03de84671a3bebc44065c0de")
    items = key + (17).to_bytes(8, "little") + bytes(32)
    data = b"".join(each.to_bytes(4, "little") for each in (0x901660ED, 3, 1)) + items
    assert int.from_bytes(crc32c(data), "little") == 864_025_560
    sets = Validators(bytes(32))
    assert len({sets.set_hash(number) for number in range(8)}) == 8
    assert {len({one.weight for one in sets.signers(number)}) for number in range(8)} == {MAIN}


def test_what_is_signed_is_what_a_real_node_signed() -> None:
    recorded = json.loads((Path(__file__).parent / "data" / "simplex_signature.json").read_text())
    candidate, signature = (base64.b64decode(recorded[name]) for name in ("candidate", "signature"))
    data = simplex_data(bytes.fromhex(recorded["session_id"]), recorded["slot"], candidate)
    assert verify_sign(bytes.fromhex(recorded["key"]), data, signature)
