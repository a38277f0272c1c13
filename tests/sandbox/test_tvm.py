"""The TVM bridge: real transactions and get-methods, and what happens when Node isn't there or dies."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytoniq_core import Cell, begin_cell

from krypton import paths
from krypton.domain.errors import SandboxFault, SandboxUnavailable
from krypton.sandbox.config import Fees, config_params, network_config
from krypton.sandbox.tvm import (
    LINE_LIMIT,
    Executed,
    Refused,
    Tvm,
    TvmError,
    find_node,
    method_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent / "data"
NOW = 1_795_000_000
NOWHERE = "0:" + "00" * 32
ADD = begin_cell().store_bytes(bytes.fromhex("30a0")).end_cell()  # DROP (the method's id); ADD
KEEP = begin_cell().store_bytes(bytes.fromhex("30")).end_cell()  # DROP

# Hashes of the parameters' cells on mainnet, block 84773657.
MAINNET = {
    18: "0721d497c31b355ceb1ce1885d51a7d1b1f84a30a40400ebc6c792d76b23d5d8",
    21: "aaec03367c3035ee7af9fbb39460de98098b29c1006239ea2f8b27757fafc173",
    25: "260f1bacb2955389bda680175cb5d0c9dfdebe6f3b611812416140fbdd5a8b61",
}


@pytest.fixture(scope="module")
def tvm() -> Iterator[Tvm]:
    with Tvm.start() as started:
        started.set_config(network_config(started).to_boc())
        yield started


def recorded(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in json.loads((DATA / f"{name}.json").read_text()).items()}


def run(tvm: Tvm, record: dict[str, str], *, account: bytes | None = None) -> Executed | Refused:
    return tvm.run_transaction(
        shard_account_boc=account or base64.b64decode(record["pre_shard_account_b64"]),
        message_boc=base64.b64decode(record["message_b64"]),
        now=int(record["now"]),
        lt=int(record["lt"]),
    )


@pytest.mark.parametrize("name", ["tx_wallet_buyer_external", "tx_payment_accepted"])
def test_a_real_nodes_transaction_comes_out_the_same_to_the_bit(tvm: Tvm, name: str) -> None:
    record = recorded(name)
    outcome = run(tvm, record)
    assert isinstance(outcome, Executed)
    assert Cell.one_from_boc(outcome.transaction).hash.hex() == record["tx_hash"]
    assert outcome.actions is not None
    assert Cell.one_from_boc(outcome.shard_account).begin_parse().load_bytes(32).hex() == record["tx_hash"]


def test_an_external_message_sent_again_is_refused_with_the_wallets_code(tvm: Tvm) -> None:
    record = recorded("tx_wallet_buyer_external")
    first = run(tvm, record)
    assert isinstance(first, Executed)
    again = run(tvm, record | {"lt": str(int(record["lt"]) + 1_000_000)}, account=first.shard_account)
    assert isinstance(again, Refused)
    assert again.exit_code == 133  # W5: wrong seqno


def test_a_get_method_takes_and_leaves_every_kind_of_value(tvm: Tvm) -> None:
    empty = begin_cell().end_cell()
    added = tvm.run_get_method(
        code=ADD, data=empty, method="sum", address=NOWHERE, now=NOW, stack=(2**200, -1)
    )
    assert (added.exit_code, added.stack) == (0, (2**200 - 1,))
    cell = begin_cell().store_uint(7, 8).end_cell()
    kept = tvm.run_get_method(code=KEEP, data=empty, method=5, address=NOWHERE, now=NOW, stack=(None, cell))
    assert kept.stack[0] is None
    assert isinstance(kept.stack[1], Cell)
    assert kept.stack[1].hash == cell.hash


def test_a_methods_id_is_the_compilers() -> None:
    assert method_id("seqno") == 85143


def test_todays_prices_are_mainnets_to_the_bit(tvm: Tvm) -> None:
    params = config_params(network_config(tvm))
    assert {number: params[number].hash.hex() for number in MAINNET} == MAINNET
    before = config_params(network_config(tvm, fees=Fees.BEFORE))
    assert {number for number in before if before[number].hash != params[number].hash} == set(MAINNET)


def test_nonsense_is_refused_and_the_process_lives_on(tvm: Tvm) -> None:
    outcome = tvm.run_transaction(shard_account_boc=b"junk", message_boc=b"junk", now=NOW, lt=1)
    assert isinstance(outcome, Refused)
    assert outcome.exit_code is None
    with pytest.raises(TvmError):
        tvm.set_config(b"x" * LINE_LIMIT)
    assert isinstance(run(tvm, recorded("tx_payment_accepted")), Executed)


def test_missing_node_is_said() -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        Tvm.start(node="/nowhere/node")
    assert caught.value.fault is SandboxFault.NODE_MISSING


def test_missing_packages_are_said(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        Tvm.start(node_modules=tmp_path)
    assert caught.value.fault is SandboxFault.PACKAGES_MISSING
    (tmp_path / "@ton" / "sandbox").mkdir(parents=True)
    with pytest.raises(SandboxUnavailable) as caught:
        Tvm.start(node_modules=tmp_path)
    assert caught.value.fault is SandboxFault.PACKAGES_MISSING


def test_a_program_that_is_not_node_is_said() -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        Tvm.start(node=sys.executable)
    assert caught.value.fault is SandboxFault.DIED


def test_a_process_that_was_ended_is_said() -> None:
    started = Tvm.start(node=find_node(), node_modules=paths.node_packages())
    started.close()
    started.close()
    with pytest.raises(SandboxUnavailable) as caught:
        started.default_config()
    assert caught.value.fault is SandboxFault.DIED


def test_an_aborted_emulator_is_replaced(tvm: Tvm) -> None:
    broken = recorded("tx_aborting_emulator")  # an account whose stored size is not its size
    for _ in range(2):
        with pytest.raises(TvmError):
            run(tvm, broken)
        assert isinstance(run(tvm, recorded("tx_payment_accepted")), Executed)
