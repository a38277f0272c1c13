"""Blocks as a lite server gives them: whole, by name, by time, listed, and what it does not have."""

from hashlib import sha256
from pathlib import Path

from krypton.domain.address import Address
from krypton.sandbox.archive import EMPTY_BLOCKS_KEPT, Archive
from krypton.sandbox.boc import from_boc, one_from_boc
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.tl import BASECHAIN, MASTERCHAIN, WHOLE_SHARD, BlockId
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.wallets import Sending
from krypton.sandbox.world import FILE, Sandbox
from tests.sandbox.conftest import BEGIN
from tests.sandbox.town import GRAM, opened, query, refused

TARGETS = [Address(0, bytes((number,)) * 32) for number in (1, 2, 3)]
HEADER = "blockHeader id:tonNode.blockIdExt mode:# header_proof:bytes = liteServer.BlockHeader"
LOOKUP = "lookupBlock mode:# id:tonNode.blockId lt:mode.1?long utime:mode.2?int = liteServer.BlockHeader"
LIST = (
    "id:tonNode.blockIdExt mode:# count:# after:mode.7?liteServer.transactionId3 reverse_order:mode.6?true"
    " want_proof:mode.5?true"
)
LISTED = (
    "blockTransactions id:tonNode.blockIdExt req_count:# incomplete:Bool ids:vector liteServer.transactionId"
    " proof:bytes = liteServer.BlockTransactions"
)
ACCOUNT, LT, HASH, REVERSED, AFTER = 1, 2, 4, 64, 128


async def test_a_block_is_what_its_name_says(sandbox: Sandbox) -> None:
    lite = LiteServer(sandbox.context)
    for made in (sandbox.chain.head.master, sandbox.chain.head.shard):
        asked = query("getBlock id:tonNode.blockIdExt = liteServer.BlockData").block(made.id).done()
        reader = opened(
            await lite.answer(asked), "blockData id:tonNode.blockIdExt data:bytes = liteServer.BlockData"
        )
        assert reader.block() == made.id
        data = reader.data()
        assert sha256(data).digest() == made.id.file_hash
        assert one_from_boc(data, exotic=1).hash == made.id.root_hash


async def test_the_zero_state_is_given_and_no_other(sandbox: Sandbox) -> None:
    lite = LiteServer(sandbox.context)
    asked = query("getState id:tonNode.blockIdExt = liteServer.BlockState")
    reader = opened(
        await lite.answer(asked.block(sandbox.context.zero).done()),
        "blockState id:tonNode.blockIdExt root_hash:int256 file_hash:int256 data:bytes"
        " = liteServer.BlockState",
    )
    assert reader.block() == sandbox.context.zero
    root_hash, file_hash, data = reader.hash(), reader.hash(), reader.data()
    assert (one_from_boc(data).hash, sha256(data).digest()) == (root_hash, file_hash)
    asked = query("getState id:tonNode.blockIdExt = liteServer.BlockState").block(
        sandbox.chain.head.master.id
    )
    assert refused(await lite.answer(asked.done()))[0] == 0


async def test_a_block_is_found_by_number_lt_and_time(sandbox: Sandbox) -> None:
    lite = LiteServer(sandbox.context)
    for _ in range(3):
        sandbox.advance(10)
        sandbox.step()
    wanted = sandbox.chain.state(sandbox.chain.head.master.id.seqno - 1)
    assert wanted is not None
    for workchain, made in ((MASTERCHAIN, wanted.master), (BASECHAIN, wanted.shard)):
        place = query(LOOKUP).int_(1).int_(workchain).long(WHOLE_SHARD).int_(made.id.seqno)
        by_lt = query(LOOKUP).int_(2).int_(workchain).long(WHOLE_SHARD).int_(0).long(made.start_lt)
        by_time = query(LOOKUP).int_(4).int_(workchain).long(WHOLE_SHARD).int_(0).int_(made.utime - 5)
        for asked in (place, by_lt, by_time):
            assert opened(await lite.answer(asked.done()), HEADER).block() == made.id
    for asked in (
        query(LOOKUP).int_(1).int_(0).long(WHOLE_SHARD).int_(10**6),
        query(LOOKUP).int_(1).int_(0).long(1).int_(1),
        query(LOOKUP).int_(2).int_(0).long(WHOLE_SHARD).int_(0).long(10**15),
    ):
        assert refused(await lite.answer(asked.done()))[0] == 651
    assert (
        refused(await lite.answer(query(LOOKUP).int_(3).int_(0).long(WHOLE_SHARD).int_(1).done()))[0] == 621
    )


def _ids(answer: bytes) -> tuple[list[tuple[bytes, int, bytes]], int]:
    reader = opened(answer, LISTED)
    reader.block()
    reader.uint()
    incomplete, count = reader.truth(), reader.uint()
    found: list[tuple[bytes, int, bytes]] = []
    for _ in range(count):
        assert reader.uint() == ACCOUNT | LT | HASH
        found.append((reader.hash(), reader.long(), reader.hash()))
    return found, incomplete


async def test_a_blocks_transactions_are_listed_page_by_page(sandbox: Sandbox) -> None:
    lite = LiteServer(sandbox.context)
    await sandbox.send(*(Sending(target=target.account, value=GRAM) for target in TARGETS))
    block, mode = sandbox.chain.head.shard.id, ACCOUNT | LT | HASH
    schema = f"listBlockTransactions {LIST} = liteServer.BlockTransactions"

    def asked(more: int, count: int, *after: tuple[bytes, int]) -> bytes:
        writer = query(schema).block(block).int_(mode | more).int_(count)
        for account, lt in after:
            writer.hash(account).long(lt)
        return writer.done()

    everything, incomplete = _ids(await lite.answer(asked(0, 10)))
    assert len(everything) == 4
    assert not incomplete
    assert everything == sorted(everything)
    first, incomplete = _ids(await lite.answer(asked(0, 3)))
    assert incomplete
    rest, incomplete = _ids(await lite.answer(asked(AFTER, 3, first[-1][:2])))
    assert not incomplete
    assert first + rest == everything
    backwards, _ = _ids(await lite.answer(asked(REVERSED, 10)))
    assert backwards == everything[::-1]
    last, _ = _ids(await lite.answer(asked(REVERSED | AFTER, 10, everything[2][:2])))
    assert last == everything[1::-1]
    whole = query(f"listBlockTransactionsExt {LIST} = liteServer.BlockTransactionsExt").block(block).int_(0)
    reader = opened(
        await lite.answer(whole.int_(10).done()),
        "blockTransactionsExt id:tonNode.blockIdExt req_count:# incomplete:Bool transactions:bytes"
        " proof:bytes = liteServer.BlockTransactionsExt",
    )
    reader.block()
    reader.uint()
    reader.truth()
    assert [cell.hash for cell in from_boc(reader.data())] == [each[2] for each in everything]


async def test_a_wrong_name_is_no_block(sandbox: Sandbox) -> None:
    lite, head = LiteServer(sandbox.context), sandbox.chain.head.master.id
    names = (
        BlockId(head.workchain, head.seqno, head.root_hash, bytes(32)),
        BlockId(head.workchain, head.seqno + 1, head.root_hash, head.file_hash),
        BlockId(head.workchain, -1, head.root_hash, head.file_hash),
        BlockId(7, head.seqno, head.root_hash, head.file_hash),
        BlockId(head.workchain, head.seqno, head.root_hash, head.file_hash, 1),
    )
    for name in names:
        asked = query("getBlock id:tonNode.blockIdExt = liteServer.BlockData").block(name)
        assert refused(await lite.answer(asked.done()))[0] == 651


async def test_old_blocks_in_which_nothing_happened_are_let_go(engine: Tvm, tmp_path: Path) -> None:
    async with await Sandbox.start(tmp_path, speed=0, block_ms=0, begin=BEGIN, tvm=engine) as sandbox:
        sandbox.step()
        await sandbox.faucet(TARGETS[0], GRAM)
        sandbox.step()
    archive = Archive(tmp_path / FILE, lasting=1)
    archive.thin(EMPTY_BLOCKS_KEPT + 4, key_every=3)
    left = [seqno for seqno in range(5) if archive.block(BASECHAIN, seqno) is not None]
    archive.close()
    assert left == [0, 3, 4]
