"""The shipped build is what the sources compile to, and the app's copies of their constants are theirs."""

import re
import subprocess
import zlib
from pathlib import Path

import pytest

from krypton import paths
from krypton.chain.cells import one_from_boc
from krypton.chain.collector import shipped_code
from krypton.chain.collector_messages import ContractError, Op
from krypton.domain import collector
from krypton.sandbox.tvm import find_node
from tests.contracts.stage import measure

SOURCES = paths.repository() / "contracts"
_STANDARD = {Op.TOP_UP, Op.RETURN_EXCESSES}
_NO_TLB = {Op.COMMENT, Op.RICH_BOUNCE}


def source(name: str) -> str:
    return (SOURCES / name).read_text()


def test_the_build_is_reproduced_byte_for_byte() -> None:
    node = find_node()
    assert node is not None
    recipe = paths.repository() / "build" / "compile_contract.mjs"
    printed = subprocess.run([node, str(recipe), "--print"], check=True, capture_output=True).stdout
    assert printed == (paths.resources() / "contracts" / "FeeCollector.json").read_bytes()


def test_a_source_that_does_not_compile_is_said(tmp_path: Path) -> None:
    node = find_node()
    assert node is not None
    (tmp_path / "FeeCollector.tolk").write_text("fun nothing(")
    recipe = paths.repository() / "build" / "compile_contract.mjs"
    run = subprocess.run([node, str(recipe), "--print", str(tmp_path)], check=False, capture_output=True)
    assert run.returncode == 1
    assert b"FeeCollector.tolk" in run.stderr


def test_the_code_is_small() -> None:
    assert measure(one_from_boc(shipped_code().boc), root=True)["cells"] <= 64


def test_error_codes_are_the_contracts() -> None:
    found = dict(re.findall(r"const ERROR_(\w+) = (\d+)", source("errors.tolk")))
    assert {name: int(code) for name, code in found.items()} == {
        code.name: code.value for code in ContractError
    }


def test_opcodes_are_the_contracts_and_their_tlbs() -> None:
    text = source("messages.tolk")
    declared = re.findall(
        r"// (\w+ [^\n;]*= (?:Internal|External)MsgBody)[^\n]*\n(?://[^\n]*\n)*struct \((0x\w+)\)", text
    )
    assert {int(opcode, 16) for _, opcode in declared} == set(Op) - _NO_TLB
    for line, opcode in declared:
        checksum = zlib.crc32(line.encode())
        number = int(opcode, 16)
        masked = (
            {checksum & 0x7FFFFFFF, checksum | 0x80000000} if number in _STANDARD else {checksum & 0x7FFFFFFF}
        )
        assert number in masked, line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIN_RESERVE", collector.MIN_RESERVE),
        ("MIN_FEE", collector.MIN_FEE),
        ("MIN_AMOUNT", collector.MIN_AMOUNT),
        ("MAX_OVERPAY", collector.MAX_OVERPAY),
        ("MIN_REFUND", collector.MIN_REFUND),
        ("MIN_THRESHOLD", collector.MIN_THRESHOLD),
        ("MIN_THRESHOLD_WITH_SPLIT", collector.MIN_THRESHOLD_WITH_SPLIT),
        ("MAX_THRESHOLD", collector.MAX_THRESHOLD),
        ("BPS", collector.BPS),
        ("MAX_FEE_BPS", collector.MAX_FEE_BPS),
        ("MAX_SHARES", collector.MAX_SHARES),
        ("MIN_SHARE_BPS", collector.MIN_SHARE_BPS),
        ("MAX_SHARES_BPS", collector.MAX_SHARES_BPS),
        ("PAY_GAS", collector.PAY_GAS),
        ("WD_GAS", collector.WITHDRAWAL_GAS),
        ("SPLIT_GAS", collector.SPLIT_GAS),
        ("RETURN_GAS", collector.RETURN_GAS),
        ("PAYLOAD_BITS", collector.PAYLOAD_BITS),
        ("PAYLOAD_CELLS", collector.PAYLOAD_CELLS),
    ],
)
def test_constants_are_the_contracts(name: str, value: int) -> None:
    match = re.search(rf"^const {name} = (?:ton\(\"([\d.]+)\"\)|(\d+))", source("fees.tolk"), re.MULTILINE)
    assert match is not None
    coins, plain = match.groups()
    if plain is not None:
        assert int(plain) == value
    else:
        whole, _, part = coins.partition(".")
        assert int(whole + part.ljust(9, "0")) == value
