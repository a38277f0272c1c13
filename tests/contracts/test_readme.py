"""The contract's README says what the sources say: opcodes and TL-B, errors, storage, limits, files."""

import json
import re

from krypton import paths
from krypton.domain import collector

FOLDER = paths.repository() / "contracts"
README = (FOLDER / "README.md").read_text()


def source(name: str) -> str:
    return (FOLDER / name).read_text()


def squeezed(text: str) -> str:
    return " ".join(text.replace("//", " ").split())


def test_the_error_table_is_errors_tolk() -> None:
    declared = re.findall(r"^const ERROR_(\w+) = (\d+)", source("errors.tolk"), re.MULTILINE)
    assert re.findall(r"^\| (\d{3}) \| (\w+) \|", README, re.MULTILINE) == [
        (code, name) for name, code in declared
    ]


def test_every_message_of_messages_tolk_is_there_with_its_tlb() -> None:
    declared = re.findall(
        r"^// (\w+ [^\n;]*= (?:Internal|External)MsgBody)[^\n]*\n(?://[^\n]*\n)*struct \((0x\w+)\)",
        source("messages.tolk"),
        re.MULTILINE,
    )
    assert len(declared) == 13
    told = re.findall(r"`(0x[0-9a-f]{8})`(?: \||,) `(\w+ [^`]*MsgBody)`", README)
    assert {(opcode, line) for line, opcode in declared} == set(told)
    structs = re.findall(r"^struct \((0x\w+)\)", source("messages.tolk"), re.MULTILINE)
    assert all(f"`{opcode}`" in README for opcode in structs)


def test_the_storage_scheme_has_the_fields_of_storage_tolk_in_their_order() -> None:
    for name in ("Storage", "Admin", "Split", "Share"):
        body = re.search(rf"^struct {name} {{\n(.*?)^}}", source("storage.tolk"), re.MULTILINE | re.DOTALL)
        assert body is not None
        fields = re.findall(r"^    (\w+):", body[1], re.MULTILINE)
        scheme = re.search(rf"{name.lower()}#_ (.*?) = {name};", squeezed(README))
        assert scheme is not None
        assert re.findall(r"(?:^| )(\w+):", scheme[1]) == fields


def test_the_limits_that_it_names_are_the_contracts() -> None:
    for words in (
        f"gas fee of {collector.PAY_GAS:,} gas + cap",
        f"gas fee of {collector.WITHDRAWAL_GAS:,} gas + 2 * cap",
        f"{collector.SPLIT_GAS:,} gas + 1 forward fee",
        f"the gas fee of {collector.RETURN_GAS:,} gas and one forward fee",
        f"forward fee of {collector.PAYLOAD_CELLS} cells and {collector.PAYLOAD_BITS:,} bits",
        f"up to {collector.MAX_SHARES} recipients, each {collector.MIN_SHARE_BPS} bps or more",
    ):
        assert words in squeezed(README), words


def test_it_names_every_source_and_the_compiler() -> None:
    build = json.loads((paths.resources() / "contracts" / "FeeCollector.json").read_text())
    assert build["compiler"].removeprefix("tolk-js ") in README
    assert all(f"`{path.name}`" in README for path in FOLDER.glob("*.tolk"))


def test_each_source_is_read_at_one_sitting_and_in_ascii() -> None:
    for path in FOLDER.glob("*.tolk"):
        text = path.read_text()
        assert text.isascii()
        assert len(text.splitlines()) < 300
