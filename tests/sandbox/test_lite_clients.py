"""Other people's lite clients work against the sandbox unmodified."""

import asyncio
import time
from typing import Any

import pytest
from pytoniq import WalletV3R2, WalletV4R2
from pytoniq.liteclient.client import LiteServerError
from ton_core import NetworkGlobalID, WorkchainID
from tonutils.clients import LiteClient as OtherClient
from tonutils.contracts import WalletV4R2 as OtherWallet

from krypton.domain.address import Address, parse_address
from krypton.sandbox.accounts import Status
from krypton.sandbox.boc import to_boc
from krypton.sandbox.wallets import Sending
from krypton.sandbox.world import Sandbox
from tests.sandbox.town import GRAM, balance, client, deployed, server_of, stats

TARGET = Address(0, b"\x77" * 32)
LEVELS = pytest.mark.parametrize("level", [1, 2])


async def until(sandbox: Sandbox, address: Address, *, nano: int) -> None:
    async with asyncio.timeout(10):
        while balance(sandbox, address) < nano:
            await asyncio.sleep(0.02)


@LEVELS
async def test_pytoniq_reads_an_account_and_its_transactions(running: Sandbox, level: int) -> None:
    await running.faucet(TARGET, 3 * GRAM)
    async with client(running.config, level=level) as lite:
        state = await lite.get_account_state(TARGET.raw)
        assert state.balance == 3 * GRAM
        (newest,) = await lite.get_transactions(TARGET.raw, 10)
        assert newest.in_msg.info.value_coins == 3 * GRAM
        absent = await lite.get_account_state(Address(0, b"\x01" * 32).raw)
        assert absent.balance == 0
        faucet = running.people.faucet.account
        assert await lite.run_get_method(f"0:{faucet.hex()}", "seqno", []) == [1]


@LEVELS
async def test_pytoniq_reads_blocks_shards_and_config(running: Sandbox, level: int) -> None:
    await running.faucet(TARGET, GRAM)
    async with client(running.config, level=level) as lite:
        master = lite.last_mc_block
        assert (await lite.raw_get_block_header(master)).info.seqno == master.seqno
        (shard,) = await lite.get_all_shards_info(master)
        block = await lite.raw_get_block(shard)
        assert block.info.seqno == shard.seqno
        await lite.get_shard_block_proof(shard)
        found, _ = await lite.lookup_block(-1, master.shard, seqno=master.seqno)
        assert found == master
        by_lt, _ = await lite.lookup_block(0, master.shard, lt=block.info.end_lt)
        assert by_lt == shard
        assert (await lite.raw_get_shard_info(master)).seq_no == shard.seqno
        params = await lite.get_config_params([21, 25])
        assert params[21].other.gas_price == 4_369_067
        assert params[25].lump_price == 66_667


@pytest.mark.parametrize("kind", [WalletV3R2, WalletV4R2])
async def test_a_transfer_made_with_pytoniq_arrives(
    running: Sandbox, kind: type[WalletV3R2 | WalletV4R2]
) -> None:
    async with client(running.config, level=2) as lite:
        _, wallet = await kind.create(lite)
        address = parse_address(wallet.address.to_str())
        await running.faucet(address, 2 * GRAM)
        await lite.update_last_blocks()
        await wallet.send_init_external()
        await running.settle()
        assert running.chain.head.account(address.account).status is Status.ACTIVE
        await lite.update_last_blocks()
        await wallet.transfer(destination=TARGET.raw, amount=GRAM)
        await until(running, TARGET, nano=GRAM)
        assert balance(running, TARGET) == GRAM


async def test_a_message_sent_twice_is_a_duplicate_and_a_wrong_one_is_refused(sandbox: Sandbox) -> None:
    payer = sandbox.people.buyers[0]
    async with client(sandbox.config, level=2) as lite:
        sending = Sending(target=TARGET.account, value=GRAM)
        message = to_boc(payer.transfer(sending, seqno=0, now=sandbox.now, deployed=0))
        assert await lite.raw_send_message(message) == 1
        with pytest.raises(LiteServerError) as twice:
            await lite.raw_send_message(message)
        assert "with 0 code" in str(twice.value)
        assert "duplicate message" in str(twice.value)
        sandbox.step()
        assert balance(sandbox, TARGET) == GRAM
        again = to_boc(payer.transfer(sending, seqno=0, now=sandbox.now, deployed=1))
        with pytest.raises(LiteServerError) as stale:
            await lite.raw_send_message(again)
        assert "with -701 code" in str(stale.value)
        assert "exitcode=33" in str(stale.value)


async def test_tonutils_reads_and_its_transfer_arrives(running: Sandbox) -> None:
    port, key = server_of(running.config)
    lite: Any = OtherClient(NetworkGlobalID.MAINNET, ip="127.0.0.1", port=port, public_key=key)
    await lite.connect()
    try:
        assert abs(await lite.get_time() - time.time()) < 30
        info = await lite.get_masterchain_info()
        assert info.last.seqno >= 1
        wallet, _, _, _ = OtherWallet.create(lite)
        address = parse_address(wallet.address.to_str())
        await running.faucet(address, 2 * GRAM)
        await lite.provider.updater.refresh()
        await wallet.transfer(destination=TARGET.raw, amount=GRAM, body="hello")
        await until(running, TARGET, nano=GRAM)
        await lite.provider.updater.refresh()
        assert (await lite.get_info(TARGET.raw)).balance == GRAM
        (newest,) = await lite.get_transactions(TARGET.raw)
        assert newest.in_msg.info.value_coins == GRAM
        assert 21 in await lite.get_config()
        (shard,) = await lite.get_all_shards_info()
        name, header = await lite.get_block_header(shard)
        assert name == shard
        assert header.info.seqno == shard.seqno
        home, _ = await lite.lookup_block(WorkchainID.BASECHAIN, shard.shard, lt=newest.lt)
        there = await lite.get_block_transactions(home)
        assert newest.lt in {each.lt for each in there}
        assert {each.cell.hash for each in there} >= {newest.cell.hash}
        stack = await lite.run_get_method(wallet.address.to_str(), "seqno")
        assert stack == [1]
    finally:
        await lite.close()


async def test_a_collector_is_read_and_paid_for_like_any_account(running: Sandbox) -> None:
    collector = await deployed(running)
    await running.pay(collector, amount=5 * GRAM, count=3)
    async with client(running.config, level=2) as lite:
        fee_balance, total, _ = await lite.run_get_method(collector.raw, "get_stats", [])
        assert fee_balance == total == 3 * GRAM // 20 == stats(running, collector).fee_balance
        history = await lite.get_transactions(collector.raw, 16)
        assert len(history) == 4
        assert {item.in_msg.info.value_coins for item in history} == {GRAM // 10, 5 * GRAM + GRAM // 20}
