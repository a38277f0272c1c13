"""The naive versions: each trap's test fails on the contract with the naive fragment in it, compiled here."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from krypton.sandbox.tvm import Tvm
from tests.contracts import test_traps as traps
from tests.contracts.conftest import usual_terms
from tests.contracts.mutation_compiler import Compiler, instead, read_sources
from tests.contracts.stage import TODAY, Stage
from tests.contracts.test_entrances_actions import test_a_path_orders_exactly_this as orders

NO_GUARD = (r"free < 2 \* price", "free < 0")
NO_OWN_FUNDS = (r"\s*\| \(ownFunds <= 0\)", "")


def test_no_action_fails_back_beside_what_is_left_of_the_value(tvm_today: Tvm) -> None:
    """Naive: a refund with flag 16 beside a change with mode 64, which the network does another way."""
    orders(tvm_today, "refund")


@dataclass(frozen=True)
class Naive:
    """A test, and what a first version has instead: pattern in any of the sources, replacement."""

    test: Callable[..., None]
    patches: tuple[tuple[str, str], ...]

    def sources(self) -> dict[str, str]:
        files = read_sources()
        for pattern, replacement in self.patches:
            changed = {name: re.sub(pattern, replacement, text) for name, text in files.items()}
            assert changed != files, f"{pattern} is no longer in the contract"
            files = changed
        return files


NAIVE = (
    Naive(
        traps.test_three_hundred_payments_never_run_into_gross_fees,
        (
            NO_GUARD,
            (r"reserveToncoinsOnBalance\([^;]*;", ""),
            (
                r"value: 0,(\s*dest: owner,\s*\}\)\.send)\(SEND_MODE_CARRY_ALL_BALANCE[^;]*\)",
                r"value: self.feeBalance,\1(SEND_MODE_REGULAR)",
            ),
        ),
    ),
    Naive(
        traps.test_a_forward_that_came_back_is_never_fee,
        ((r"if \(isBounced\(\)\) \{", "if (isBounced()) {\n                return;"),),
    ),
    Naive(
        traps.test_a_refund_by_hand_of_the_old_supplier_is_not_a_payment_to_the_new_one,
        (
            (
                r"if \(\(in\.senderAddress == terms\.supplier\) \| isSame\([^)]*\)\)",
                "if (in.senderAddress == terms.supplier)",
            ),
        ),
    ),
    Naive(
        traps.test_a_fee_can_not_change_under_a_payment_in_flight,
        ((r": !st\.paused \? ERROR_NOT_PAUSED", ""), (r"\s*\| terms\.paused", "")),
    ),
    Naive(traps.test_fifty_sent_for_five_is_refused, ((r"\s*\| \(surplus > MAX_OVERPAY\)", ""),)),
    Naive(traps.test_rent_never_comes_out_of_a_buyers_coins, (NO_OWN_FUNDS,)),
    Naive(
        traps.test_a_deploy_with_an_empty_body_leaves_a_contract_that_a_top_up_revives,
        (NO_OWN_FUNDS,),
    ),
    Naive(
        traps.test_a_split_of_eight_never_throws_inside_a_payment,
        (NO_GUARD, (r"\(next != null\) & \(shared > 0\)", "next != null")),
    ),
    Naive(traps.test_a_giant_payload_is_refused, ((r"\s*\| \(in\.originalForwardFee > cap\)", ""),)),
    Naive(
        traps.test_two_collectors_stop_after_one_answer,
        ((r"(dest: to,)\s*body: ReturnExcesses \{ queryId: queryId \},", r"\1"),),
    ),
    Naive(
        traps.test_a_late_invoice_is_not_served,
        ((r"\(blockchain\.now\(\) > msg\.validUntil\)\s*\| ", ""),),
    ),
    Naive(
        traps.test_nobody_in_the_masterchain_is_ever_paid,
        ((r"other\.isBasechain\(\) & ", ""),),
    ),
    Naive(
        traps.test_a_refund_to_the_contract_itself_is_refused,
        ((r" & \(other != contract\.getAddress\(\)\)", ""),),
    ),
    Naive(traps.test_what_is_quoted_is_taken, ((r"assert \(payable\)[^;]*;", ""),)),
    Naive(
        test_no_action_fails_back_beside_what_is_left_of_the_value,
        (
            (
                r"(body: ReturnExcesses \{ queryId: msg\.queryId \},\s*\}\)\.send)\(SEND_MODE_REGULAR\)",
                r"\1(SEND_MODE_BOUNCE_ON_ACTION_FAIL)",
            ),
        ),
    ),
)


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    with Compiler.start() as started:
        yield started


def test_every_trap_has_its_naive_version() -> None:
    found = {name for name in vars(traps) if name.startswith("test_")}
    assert found <= {naive.test.__name__ for naive in NAIVE}


@pytest.mark.parametrize("naive", NAIVE, ids=lambda naive: naive.test.__name__.removeprefix("test_"))
def test_a_naive_version_falls_into(
    naive: Naive, compiler: Compiler, tvm_today: Tvm, tvm_before: Tvm, tmp_path: Path
) -> None:
    with instead(compiler.compile(naive.sources()), tmp_path):
        stage = Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms())
        fixtures = {"tvm_today": tvm_today, "tvm_before": tvm_before, "stage": stage}
        wanted = {name: fixtures[name] for name in inspect.signature(naive.test).parameters}
        with pytest.raises(AssertionError):
            naive.test(**wanted)
