"""Every path's gas, pinned exactly under both fee sets, within its bound, and what accumulating saves."""

import json

import pytest

from krypton.domain.collector import PAY_GAS, RETURN_GAS, SPLIT_GAS, WITHDRAWAL_GAS
from krypton.sandbox.tvm import Tvm
from tests.contracts.gas import FILE, PATHS, both, table, ways
from tests.contracts.gas_beside import RULES, WITHOUT, without
from tests.contracts.mutation_compiler import read_sources

PINNED: dict[str, dict[str, dict[str, int]]] = json.loads(FILE.read_text())


def test_every_path_costs_what_is_pinned(tvm_today: Tvm, tvm_before: Tvm) -> None:
    found = both(tvm_today, tvm_before, rules=["lateness"])
    assert found == {name: PINNED[name] for name in found}


@pytest.mark.soak
def test_every_rule_adds_what_is_pinned(tvm_today: Tvm, tvm_before: Tvm) -> None:
    assert both(tvm_today, tvm_before) == PINNED


def test_every_rule_is_in_the_sources() -> None:
    sources = read_sources()
    assert all(without(name, sources) != sources for name in RULES)


def test_the_readme_has_the_same_table() -> None:
    assert table(PINNED) in FILE.with_name("README.md").read_text()


def test_gas_is_the_same_under_both_fee_sets() -> None:
    assert all(cost["today"]["gas"] == cost["before"]["gas"] for cost in PINNED.values())


@pytest.mark.parametrize("name", list(PATHS))
def test_every_path_is_within_its_bound(name: str) -> None:
    gas = PINNED[name]["today"]["gas"]
    shares = SPLIT_GAS * 8 if "split of 8" in name else 0
    if "waits" in name or name in {"pay", "pay, by hand only", "comment", "comment, long"}:
        assert gas <= PAY_GAS
    elif "withdraw" in name:
        assert gas <= WITHDRAWAL_GAS + shares
    elif name in {"bounced forward", "sent back by hand"}:
        assert gas <= RETURN_GAS


@pytest.mark.parametrize(("name", "aim"), [("pay", 4_900), ("comment", 6_000)])
def test_the_paths_that_buyers_take_are_as_cheap_as_aimed_at(name: str, aim: int) -> None:
    assert PINNED[name]["today"]["gas"] <= aim


@pytest.mark.parametrize("fees", ["today", "before"])
def test_gathering_is_cheaper_than_paying_the_owner_each_time_from_the_second_payment_on(fees: str) -> None:
    for count in range(2, 1_001):
        gathered, *_, each = ways(PINNED, fees, count)
        assert gathered < each


def test_every_rule_is_there_to_be_cut() -> None:
    assert {name.removeprefix(WITHOUT) for name in PINNED if name.startswith(WITHOUT)} == set(RULES)
