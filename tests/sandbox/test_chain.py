"""The chain itself: money is conserved, a restart goes on, strangers can't stop it, the shop is seeded."""

import json
import stat
from pathlib import Path

import pytest

from krypton.domain.address import Address
from krypton.domain.errors import NotDeployed, ProfileBusy, SandboxFault, SandboxUnavailable, StorageDenied
from krypton.sandbox.accounts import Status
from krypton.sandbox.boc import to_boc
from krypton.sandbox.chain import STATES_KEPT
from krypton.sandbox.intake import MessageRejected
from krypton.sandbox.shop import Mistake
from krypton.sandbox.tvm import Tvm
from krypton.sandbox.wallets import Sending
from krypton.sandbox.world import FILE, Sandbox
from tests.sandbox.conftest import BEGIN
from tests.sandbox.town import GRAM, OWNER, balance, deployed, server_of, stats

TARGET = Address(0, b"\x55" * 32)
FEE = GRAM // 20
MINUTE = 60


async def by_hand(engine: Tvm, folder: Path | None = None, *, seed: int = 1, buyers: float = 0) -> Sandbox:
    return await Sandbox.start(folder, seed=seed, buyers=buyers, speed=0, block_ms=0, begin=BEGIN, tvm=engine)


async def test_a_hundred_payments_conserve_every_nano(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox, threshold=2 * GRAM)
    supplier = balance(sandbox, sandbox.supplier)
    await sandbox.pay(collector, amount=5 * GRAM, count=100)
    sandbox.step()
    told = stats(sandbox, collector)
    assert told.total_collected == 100 * FEE
    assert told.fee_balance == 100 * FEE % (2 * GRAM)
    assert told.last_withdrawal_time == sandbox.now
    assert 500 * GRAM - GRAM < balance(sandbox, sandbox.supplier) - supplier <= 500 * GRAM
    assert 3.9 * GRAM < balance(sandbox, OWNER) < 4.1 * GRAM
    assert sandbox.chain.imbalance == 0


async def test_a_payment_with_the_wrong_total_comes_back(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox)
    before = stats(sandbox, collector)
    await sandbox.pay(collector, amount=5 * GRAM, value=5 * GRAM)
    sandbox.step()
    assert stats(sandbox, collector) == before
    assert sandbox.chain.imbalance == 0


@pytest.mark.parametrize("mistake", Mistake)
async def test_every_mistake_a_buyer_makes_is_sent_back(sandbox: Sandbox, mistake: Mistake) -> None:
    collector = await deployed(sandbox)
    sandbox.shop.pay_wrongly(collector.account, mistake, now=sandbox.now)
    await sandbox.settle()
    paid = 2 if mistake is Mistake.TWICE else 0
    assert stats(sandbox, collector).total_collected == paid * FEE
    newest = sandbox.context.archive.transactions(collector.account, 2**62, 1)
    assert newest[0].seqno == sandbox.chain.head.shard.id.seqno
    assert sandbox.chain.imbalance == 0


async def test_some_buyers_of_a_shop_pay_wrongly(engine: Tvm) -> None:
    async with await Sandbox.start(
        buyers=600, mistakes=0.5, speed=0, block_ms=0, begin=BEGIN, tvm=engine
    ) as sandbox:
        collector = await deployed(sandbox)
        for _ in range(5):
            sandbox.advance(1)
            sandbox.step()
        came = len(sandbox.context.archive.transactions(collector.account, 2**62, 1_000)) - 1
        accepted = stats(sandbox, collector).total_collected // FEE
        assert 0 < accepted < came
        assert sandbox.chain.imbalance == 0


async def test_a_supplier_can_send_everything_back(sandbox: Sandbox) -> None:
    before = balance(sandbox, sandbox.bouncing_supplier)
    faucet = sandbox.people.faucet.account
    held = sandbox.chain.head.account(faucet).balance
    await sandbox.send(Sending(target=sandbox.bouncing_supplier.account, value=GRAM, bounce=1))
    sandbox.step()
    assert balance(sandbox, sandbox.bouncing_supplier) == before
    assert held - sandbox.chain.head.account(faucet).balance < GRAM // 100


async def test_many_transfers_of_one_wallet_run_in_order(sandbox: Sandbox) -> None:
    await sandbox.send(*(Sending(target=TARGET.account, value=GRAM) for _ in range(30)))
    assert balance(sandbox, TARGET) == 30 * GRAM


async def test_what_does_not_fit_into_a_block_comes_in_the_next(sandbox: Sandbox) -> None:
    await sandbox.send(*(Sending(target=TARGET.account, value=GRAM) for _ in range(640)))
    arrived = balance(sandbox, TARGET)
    assert 0 < arrived < 640 * GRAM
    while sandbox.chain.queued:
        sandbox.step()
    sandbox.step()
    sandbox.step()
    assert balance(sandbox, TARGET) == 640 * GRAM
    assert sandbox.chain.imbalance == 0


async def test_two_messages_with_one_seqno_are_both_taken_and_one_runs(sandbox: Sandbox) -> None:
    payer = sandbox.people.buyers[1]
    for nano in (GRAM, 2 * GRAM):
        sending = Sending(target=TARGET.account, value=nano)
        sandbox.chain.submit(to_boc(payer.transfer(sending, seqno=0, now=sandbox.now, deployed=0)))
    sandbox.step()
    assert balance(sandbox, TARGET) == GRAM


async def test_a_message_to_nobody_or_with_a_false_signature_is_refused(sandbox: Sandbox) -> None:
    payer, other = sandbox.people.buyers[:2]
    sending = Sending(target=TARGET.account, value=GRAM)
    stranger = type(payer)(b"another seed", "stranger", payer.version)
    with pytest.raises(MessageRejected) as nobody:
        sandbox.chain.submit(to_boc(stranger.transfer(sending, seqno=0, now=sandbox.now, deployed=0)))
    assert nobody.value.code == 0
    late = to_boc(other.transfer(sending, seqno=0, now=sandbox.now - 10**6, deployed=0))
    with pytest.raises(MessageRejected) as expired:
        sandbox.chain.submit(late)
    assert expired.value.code == -701


async def test_an_account_without_money_left_disappears_from_the_state(sandbox: Sandbox) -> None:
    await sandbox.send(Sending(target=TARGET.account, value=GRAM, bounce=1))
    sandbox.step()
    assert sandbox.chain.head.account(TARGET.account).status is Status.NOTHING
    assert sandbox.chain.imbalance == 0


async def test_memory_keeps_only_the_last_states(sandbox: Sandbox) -> None:
    for _ in range(STATES_KEPT + 3):
        sandbox.step()
    head = sandbox.chain.head.master.id.seqno
    assert sandbox.chain.state(head - STATES_KEPT) is None
    assert sandbox.chain.state(head - STATES_KEPT + 1) is not None


async def test_a_restart_goes_on_with_the_same_chain(engine: Tvm, tmp_path: Path) -> None:
    first = await by_hand(engine, tmp_path)
    collector = await deployed(first)
    await first.pay(collector, amount=5 * GRAM, count=5)
    head, config, told = first.chain.head, first.config, stats(first, collector)
    first.serve(collector, per_minute=MINUTE)
    await first.aclose()
    async with await by_hand(engine, tmp_path) as second:
        assert second.chain.head.master.id.seqno == head.master.id.seqno + 1
        assert stats(second, collector) == told
        assert server_of(second.config) == server_of(config)
        assert second.config["validator"] == config["validator"]
        second.advance(MINUTE)
        await second.settle()
        second.step()
        assert stats(second, collector).total_collected > told.total_collected
        assert second.chain.imbalance == 0


async def test_messages_under_way_survive_a_restart(engine: Tvm, tmp_path: Path) -> None:
    first = await by_hand(engine, tmp_path)
    await first.send(*(Sending(target=TARGET.account, value=GRAM) for _ in range(500)))
    arrived = balance(first, TARGET)
    assert arrived < 500 * GRAM
    await first.aclose()
    async with await by_hand(engine, tmp_path) as second:
        second.step()
        assert balance(second, TARGET) == 500 * GRAM


async def test_one_folder_is_for_one_sandbox(engine: Tvm, tmp_path: Path) -> None:
    async with await by_hand(engine, tmp_path):
        with pytest.raises(ProfileBusy):
            await by_hand(engine, tmp_path)


async def test_a_damaged_file_is_refused_not_repaired(engine: Tvm, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 1000)
    with pytest.raises(SandboxUnavailable) as refused:
        await by_hand(engine, tmp_path)
    assert refused.value.fault is SandboxFault.CHAIN_DAMAGED


async def test_a_folder_that_can_not_be_is_named(engine: Tvm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageDenied):
        await by_hand(engine, tmp_path / "file")


async def test_a_port_that_is_taken_is_named(sandbox: Sandbox, engine: Tvm) -> None:
    port, _ = server_of(sandbox.config)
    with pytest.raises(SandboxUnavailable) as refused:
        await Sandbox.start(port=port, speed=0, block_ms=0, begin=BEGIN, tvm=engine)
    assert refused.value.fault is SandboxFault.PORT_TAKEN


async def test_buyers_find_a_collector_by_themselves_and_a_seed_repeats_them(engine: Tvm) -> None:
    histories: list[list[tuple[int, int]]] = []
    for seed in (7, 7, 8):
        async with await by_hand(engine, seed=seed, buyers=MINUTE) as sandbox:
            collector = await deployed(sandbox)
            seen: list[tuple[int, int]] = []
            for _ in range(20):
                sandbox.advance(1)
                sandbox.step()
                seen.append((sandbox.now, stats(sandbox, collector).total_collected))
            histories.append(seen)
    assert histories[0] == histories[1] != histories[2]
    assert 5 * FEE < histories[0][-1][1] < 40 * FEE


async def test_a_collector_that_is_not_there_is_not_paid(sandbox: Sandbox) -> None:
    with pytest.raises(NotDeployed):
        await sandbox.pay(TARGET, amount=GRAM)
    sandbox.serve(TARGET, per_minute=MINUTE)
    sandbox.advance(MINUTE)
    sandbox.step()


async def test_the_config_is_for_its_owner_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    sandbox.write_config(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == sandbox.config
    assert [each.name for each in tmp_path.iterdir()] == ["network.json"]
    with pytest.raises(StorageDenied):
        sandbox.write_config(tmp_path / "nowhere" / "network.json")
