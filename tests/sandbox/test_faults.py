"""The fault bench: every fault is committed as it says, by the server that was told to and by no other."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from pytoniq.liteclient.client import LiteClientError

from krypton.chain import proofs as verifier
from krypton.chain.cells import Refuted
from krypton.domain.address import Address
from krypton.domain.errors import SandboxUnavailable
from krypton.sandbox.accounts import read_transaction
from krypton.sandbox.adnl import CutError
from krypton.sandbox.boc import from_boc, to_boc
from krypton.sandbox.control import Control
from krypton.sandbox.faults.bench import Bench, Fault, Faults
from krypton.sandbox.faults.bent import FORGED
from krypton.sandbox.liteserver import LiteServer
from krypton.sandbox.tl import BlockId, Reader
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.wallets import Sending, Version, Wallet
from krypton.sandbox.world import Sandbox
from tests.sandbox.conftest import BEGIN
from tests.sandbox.test_proofs import ACCOUNT_STATE, LIST, TRANSACTIONS, believed
from tests.sandbox.test_signing import SCHEMA
from tests.sandbox.town import GRAM, account_query, client, opened, query, refused

RICH = Address(0, b"\x77" * 32)
TIME = query("getTime = liteServer.CurrentTime").done()
INFO = (
    "masterchainInfo last:tonNode.blockIdExt state_root_hash:int256 init:tonNode.zeroStateIdExt"
    " = liteServer.MasterchainInfo"
)
Answer = Callable[[bytes], Awaitable[bytes]]


def bench(sandbox: Sandbox, *faults: Fault, target: bytes | None = None, lag: int = 5) -> Answer:
    return Bench(LiteServer(sandbox.context), Faults(*faults, delay=0.01, target=target, lag=lag)).answer


async def head(answer: Answer) -> BlockId:
    asked = query("getMasterchainInfo = liteServer.MasterchainInfo").done()
    return opened(await answer(asked), INFO).block()


async def judged(answer: Answer, block: BlockId, address: Address) -> int:
    """The balance that the app's own verifier believes."""
    reader = opened(await answer(account_query(block, address)), ACCOUNT_STATE)
    reader.block()
    reader.block()
    given = verifier.AccountAnswer(shard_proof=reader.data(), proof=reader.data(), state=reader.data())
    return verifier.account(given, block=believed(block), address=address).balance


async def transactions(answer: Answer, sandbox: Sandbox, count: int) -> list[bytes]:
    account = sandbox.chain.head.account(RICH.account)
    asked = query(TRANSACTIONS).int_(count).int_(0).hash(RICH.account)
    reader = opened(await answer(asked.long(account.last_lt).hash(account.last_hash).done()), LIST)
    for _ in range(reader.uint()):
        reader.block()
    data = reader.data()
    return [to_boc(cell) for cell in from_boc(data, exotic=1)] if data else []


async def funded(sandbox: Sandbox, times: int = 3) -> None:
    for _ in range(times):
        await sandbox.faucet(RICH, GRAM)


@pytest.mark.parametrize("fault", [Fault.FORGED_BALANCE, Fault.PRUNED_ACCOUNT, Fault.NO_ACCOUNT])
async def test_a_lie_about_an_account_is_refuted(sandbox: Sandbox, fault: Fault) -> None:
    answer = bench(sandbox, fault)
    block = await head(answer)
    assert block == sandbox.chain.head.master.id
    with pytest.raises(Refuted):
        await judged(answer, block, sandbox.supplier)
    assert await judged(bench(sandbox), block, sandbox.supplier) > 0


async def test_a_fork_is_whole_in_itself_but_signed_by_nobody(sandbox: Sandbox) -> None:
    await funded(sandbox)
    answer = bench(sandbox, Fault.FORK, target=RICH.account)
    block = await head(answer)
    assert block != sandbox.chain.head.master.id
    assert await judged(answer, block, RICH) == 3 * GRAM + FORGED
    asked = query(SCHEMA).int_(1).block(sandbox.context.zero).block(block).done()
    honest = query(SCHEMA).int_(1).block(sandbox.context.zero).block(sandbox.chain.head.master.id).done()
    assert len(await answer(asked)) == len(await bench(sandbox)(honest))
    assert refused(await bench(sandbox)(asked))[0] == 651
    wrong = query(SCHEMA).int_(1).block(sandbox.context.zero).block(block).done()
    assert (await answer(wrong))[-400:] != (await bench(sandbox)(honest))[-400:]


async def test_a_server_that_lags_knows_nothing_later(sandbox: Sandbox) -> None:
    await funded(sandbox, 2)
    early = sandbox.chain.head.master.id
    await funded(sandbox, 2)
    answer = bench(sandbox, Fault.LAG, lag=2)
    assert await head(answer) == early
    assert await judged(answer, early, RICH) == 2 * GRAM
    assert refused(await answer(account_query(sandbox.chain.head.master.id, RICH)))[0] == 651


async def test_transactions_and_messages_are_hidden(sandbox: Sandbox) -> None:
    await funded(sandbox)
    honest = await transactions(bench(sandbox), sandbox, 3)
    hiding = await transactions(bench(sandbox, Fault.HIDDEN_TRANSACTION), sandbox, 3)
    assert hiding == [honest[0], honest[2]]
    pruned = await transactions(bench(sandbox, Fault.HIDDEN_MESSAGE), sandbox, 3)
    assert pruned[1:] == honest[1:]
    cell = from_boc(pruned[0], exotic=1)[0]
    assert cell.hash == from_boc(honest[0])[0].hash
    assert cell.mask == 1
    assert read_transaction(from_boc(honest[0])[0]).lt


async def test_lies_about_a_sent_message(sandbox: Sandbox) -> None:
    wallet = Wallet(bytes(32), "a stranger", Version.V4R2)
    await sandbox.send(Sending(target=wallet.account, value=2 * GRAM))
    for fault, received in ((Fault.SENT_NEVER, 0), (Fault.REFUSED_YET_RUN, GRAM)):
        sending = Sending(target=RICH.account, value=GRAM)
        message = wallet.transfer(sending, seqno=0, now=sandbox.now, deployed=0)
        asked = query("sendMessage body:bytes = liteServer.SendMsgStatus").data(to_boc(message)).done()
        answer = await bench(sandbox, fault)(asked)
        if received:
            assert refused(answer)[0] == -701
        else:
            status = opened(answer, "sendMsgStatus status:int = liteServer.SendMsgStatus")
            assert status.int_() == 1
        sandbox.step()
        assert sandbox.chain.head.account(RICH.account).balance == received


async def test_silence_and_nonsense(sandbox: Sandbox) -> None:
    for fault in (Fault.DROP, Fault.CUT):
        with pytest.raises(CutError):
            await bench(sandbox, fault)(TIME)
    honest = await bench(sandbox, Fault.DELAY)(TIME)
    assert Reader(honest).uint() == Reader(await bench(sandbox)(TIME)).uint()
    garbling = bench(sandbox, Fault.GARBAGE)
    assert honest not in [await garbling(TIME) for _ in range(20)]


async def test_only_the_server_that_was_told_to_misbehaves(sandbox: Sandbox) -> None:
    faults = await sandbox.add_server(Faults(Fault.CUT))
    await sandbox.add_server()
    servers = cast("list[object]", sandbox.config["liteservers"])
    every: list[dict[str, object]] = [{**sandbox.config, "liteservers": [server]} for server in servers]
    assert len({str(config["liteservers"]) for config in every}) == 3
    for config in (every[0], every[2]):
        async with client(config) as lite:
            assert (await lite.get_time())["now"] == sandbox.now
    with pytest.raises((AttributeError, TimeoutError, LiteClientError)):
        async with asyncio.timeout(1), client(every[1]) as lite:
            await lite.get_time()
    assert faults.told[Fault.CUT] >= 1
    faults.switch()
    async with client(every[1]) as lite:
        assert (await lite.get_time())["now"] == sandbox.now


async def test_the_control_channel_switches_faults(sandbox: Sandbox) -> None:
    await sandbox.add_server()
    control = Control(cast("dict[str, object]", sandbox.config["krypton_sandbox"]))
    await control.faults("lag", "delay", server=1, lag=7, delay=0.25, target=RICH.raw)
    assert not sandbox.faults.active
    assert sandbox.switches[1].active == {Fault.LAG, Fault.DELAY}
    assert (sandbox.switches[1].lag, sandbox.switches[1].delay) == (7, 0.25)
    assert sandbox.switches[1].target == RICH.account
    await control.faults(server=1)
    assert not sandbox.switches[1].active
    with pytest.raises(SandboxUnavailable):
        await control.faults("lag", server=2)
    with pytest.raises(SandboxUnavailable):
        await control.faults("lag", delay="late")
    with pytest.raises(SandboxUnavailable):
        await control.faults("sloth")


def test_faults_come_as_often_as_they_are_told_to() -> None:
    faults = Faults(Fault.DROP, chance=0.25, seed=5)
    drawn = sum(bool(faults.drawn()) for _ in range(400))
    assert drawn == faults.told[Fault.DROP]
    assert 60 < drawn < 140


async def test_a_sandbox_may_start_with_several_servers(engine: Tvm) -> None:
    async with await Sandbox.start(speed=0, block_ms=0, begin=BEGIN, tvm=engine, servers=3) as sandbox:
        named = sandbox.servers.named
        assert len(named) == len({port for port, _ in named}) == len({key for _, key in named}) == 3
        assert len(cast("list[object]", sandbox.config["liteservers"])) == 3
