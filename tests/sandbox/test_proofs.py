"""Every answer is proven: the app's own strict verifier judges it from the masterchain block's hash."""

from collections.abc import Sequence

import pytest

from krypton.chain import proofs as verifier
from krypton.chain.cells import Refuted
from krypton.domain.address import Address
from krypton.sandbox.boc import from_boc
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.tl import BlockId, Reader
from krypton.sandbox.world import Sandbox
from tests.sandbox.town import GRAM, account_query, deployed, opened, query, refused

NOBODY = Address(0, b"\x99" * 32)
ACCOUNT_STATE = (
    "accountState id:tonNode.blockIdExt shardblk:tonNode.blockIdExt shard_proof:bytes proof:bytes state:bytes"
    " = liteServer.AccountState"
)
TRANSACTIONS = (
    "getTransactions count:# account:liteServer.accountId lt:long hash:int256 = liteServer.TransactionList"
)
LIST = "transactionList ids:vector tonNode.blockIdExt transactions:bytes = liteServer.TransactionList"


def lite(sandbox: Sandbox) -> LiteServer:
    return LiteServer(sandbox.context)


def believed(block: BlockId) -> verifier.BlockId:
    return verifier.BlockId(
        workchain=block.workchain,
        shard=block.shard % 2**64,
        seqno=block.seqno,
        root_hash=block.root_hash,
        file_hash=block.file_hash,
    )


async def answered(sandbox: Sandbox, block: BlockId, address: Address) -> verifier.AccountAnswer:
    reader = opened(await lite(sandbox).answer(account_query(block, address)), ACCOUNT_STATE)
    assert reader.block() == block
    reader.block()
    return verifier.AccountAnswer(shard_proof=reader.data(), proof=reader.data(), state=reader.data())


async def test_an_account_is_proven(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox)
    block = sandbox.chain.head.master.id
    answer = await answered(sandbox, block, collector)
    proven = verifier.account(answer, block=believed(block), address=collector)
    assert proven.balance == sandbox.chain.head.account(collector.account).balance
    assert proven.last_hash == sandbox.chain.head.account(collector.account).last_hash


async def test_absence_is_proven(sandbox: Sandbox) -> None:
    block = sandbox.chain.head.master.id
    answer = await answered(sandbox, block, NOBODY)
    assert answer.state == b""
    assert verifier.account(answer, block=believed(block), address=NOBODY).balance == 0


async def test_a_proof_says_nothing_about_another_block_or_account(sandbox: Sandbox) -> None:
    earlier = sandbox.chain.head.master.id
    collector = await deployed(sandbox)
    block = sandbox.chain.head.master.id
    answer = await answered(sandbox, block, collector)
    with pytest.raises(Refuted):
        verifier.account(answer, block=believed(earlier), address=collector)
    with pytest.raises(Refuted):
        verifier.account(answer, block=believed(block), address=NOBODY)


async def test_an_older_block_gives_the_older_state(sandbox: Sandbox) -> None:
    earlier = sandbox.chain.head.master.id
    await sandbox.faucet(NOBODY, GRAM)
    answer = await answered(sandbox, earlier, NOBODY)
    assert verifier.account(answer, block=believed(earlier), address=NOBODY).balance == 0
    assert sandbox.chain.head.account(NOBODY.account).balance == GRAM


async def test_config_parameters_are_proven(sandbox: Sandbox) -> None:
    block = sandbox.chain.head.master.id
    schema = "getConfigParams mode:# id:tonNode.blockIdExt param_list:vector int = liteServer.ConfigInfo"
    asked = query(schema).int_(0).block(block).int_(3).int_(21).int_(25).int_(99).done()
    reader = opened(
        await lite(sandbox).answer(asked),
        "configInfo mode:# id:tonNode.blockIdExt state_proof:bytes config_proof:bytes"
        " = liteServer.ConfigInfo",
    )
    reader.uint()
    reader.block()
    found = verifier.config(reader.data(), reader.data(), block=believed(block), wanted=(21, 25, 99))
    assert set(found) == {21, 25}
    forward = found[25].parse()
    assert (forward.uint(8), forward.uint(64)) == (0xEA, 66_667)


async def test_a_header_is_proven(sandbox: Sandbox) -> None:
    block = sandbox.chain.head.shard.id
    asked = query("getBlockHeader id:tonNode.blockIdExt mode:# = liteServer.BlockHeader").block(block).int_(0)
    reader = opened(
        await lite(sandbox).answer(asked.done()),
        "blockHeader id:tonNode.blockIdExt mode:# header_proof:bytes = liteServer.BlockHeader",
    )
    reader.block()
    reader.uint()
    header = verifier.header(reader.data(), believed(block))
    assert (header.seqno, header.time, header.global_id) == (block.seqno, sandbox.now, -777)


async def _transactions(sandbox: Sandbox, address: Address, *, lt: int, hash_: bytes, count: int) -> bytes:
    asked = query(TRANSACTIONS).int_(count).int_(0).hash(address.account).long(lt).hash(hash_)
    return await lite(sandbox).answer(asked.done())


async def test_transactions_come_sixteen_at_most_each_leading_to_the_next(sandbox: Sandbox) -> None:
    for _ in range(20):
        await sandbox.faucet(NOBODY, GRAM)
    account = sandbox.chain.head.account(NOBODY.account)
    lt, hash_ = account.last_lt, account.last_hash
    seen = 0
    while lt:
        answer = await _transactions(sandbox, NOBODY, lt=lt, hash_=hash_, count=100)
        lt, hash_, count = _chained(opened(answer, LIST), hash_)
        assert count <= 16
        seen += count
    assert seen == 20


def _chained(reader: Reader, hash_: bytes) -> tuple[int, bytes, int]:
    names: Sequence[BlockId] = [reader.block() for _ in range(reader.uint())]
    cells = from_boc(reader.data())
    assert len(names) == len(cells)
    lt = 0
    for cell in cells:
        assert cell.hash == hash_
        inside = cell.parse()
        inside.uint(4 + 256 + 64)
        hash_, lt = inside.raw(32), inside.uint(64)
    return lt, hash_, len(cells)


async def test_errors_are_those_of_a_real_server(sandbox: Sandbox) -> None:
    await sandbox.faucet(NOBODY, GRAM)
    account = sandbox.chain.head.account(NOBODY.account)
    wrong_hash = await _transactions(sandbox, NOBODY, lt=account.last_lt, hash_=bytes(32), count=5)
    assert refused(wrong_hash) == (-400, "transaction hash mismatch")
    wrong_lt = await _transactions(sandbox, NOBODY, lt=account.last_lt + 1, hash_=account.last_hash, count=5)
    assert refused(wrong_lt)[0] == -400
    head = sandbox.chain.head.master.id
    unknown = BlockId(-1, head.seqno, bytes(32), head.file_hash)
    assert refused(await lite(sandbox).answer(account_query(unknown, NOBODY))) == (
        651,
        "block handle not in db",
    )
    wait = (
        query("waitMasterchainSeqno seqno:int timeout_ms:int = Object").int_(head.seqno + 50).int_(1).done()
    )
    time = query("getTime = liteServer.CurrentTime").done()
    assert refused(await lite(sandbox).answer(wait + time)) == (652, "timeout")
    assert refused(await lite(sandbox).answer(b"\x01\x02\x03\x04"))[0] == 621
    assert refused(await lite(sandbox).answer(b""))[0] == 621


async def test_a_state_long_past_is_gone_and_its_transactions_are_not(sandbox: Sandbox) -> None:
    await sandbox.faucet(NOBODY, GRAM)
    old = sandbox.chain.head.master.id
    account = sandbox.chain.head.account(NOBODY.account)
    for _ in range(260):
        sandbox.step()
    assert refused(await lite(sandbox).answer(account_query(old, NOBODY)))[0] == 602
    answer = await _transactions(sandbox, NOBODY, lt=account.last_lt, hash_=account.last_hash, count=1)
    assert opened(answer, LIST).uint() == 1


NONSENSE = [
    (b"", "cannot deserialize bag-of-cells"),
    (bytes(70_000), "external message too large"),
    (bytes.fromhex("b5ee9c7201010101000300000200"), "cannot deserialize bag-of-cells"),
]


@pytest.mark.parametrize("body, words", NONSENSE)
async def test_nonsense_sent_as_a_message_is_refused(sandbox: Sandbox, body: bytes, words: str) -> None:
    asked = query("sendMessage body:bytes = liteServer.SendMsgStatus").data(body).done()
    code, said = refused(await lite(sandbox).answer(asked))
    assert code == 0
    assert words in said


async def test_one_transaction_is_proven_in_its_block(sandbox: Sandbox) -> None:
    await sandbox.faucet(NOBODY, GRAM)
    account = sandbox.chain.head.account(NOBODY.account)
    schema = "getOneTransaction id:tonNode.blockIdExt account:liteServer.accountId lt:long"
    block = sandbox.chain.head.shard.id
    for lt, there in ((account.last_lt, True), (account.last_lt + 1, False)):
        asked = (
            query(f"{schema} = liteServer.TransactionInfo").block(block).int_(0).hash(NOBODY.account).long(lt)
        )
        reader = opened(
            await lite(sandbox).answer(asked.done()),
            "transactionInfo id:tonNode.blockIdExt proof:bytes transaction:bytes"
            " = liteServer.TransactionInfo",
        )
        reader.block()
        assert reader.data()
        found = reader.data()
        assert bool(found) is there
        if there:
            assert from_boc(found)[0].hash == account.last_hash
