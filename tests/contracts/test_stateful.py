"""Random lives of a collector: I1 to I10 after every step, and the app's books are the contract's."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from krypton.domain.collector import Prices
from krypton.sandbox.tvm import Tvm
from tests.contracts.machine import Machine
from tests.contracts.machine_cast import Tally
from tests.contracts.stage import BEFORE, TODAY


def live(tvm: Tvm, *, prices: Prices, lives: int, steps: int, fixed: bool = True) -> Tally:
    tally = Tally()

    class Life(Machine):
        def __init__(self) -> None:
            super().__init__(tvm=tvm, prices=prices, tally=tally)

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            derandomize=fixed,
            database=None,
            deadline=None,
            print_blob=not fixed,
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        ),
    )
    return tally


def test_everything_holds_through_random_lives(tvm_today: Tvm) -> None:
    tally = live(tvm_today, prices=TODAY, lives=30, steps=60)
    assert tally.steps > 1_000
    assert min(tally.payments, tally.refused) > 300
    assert min(tally.withdrawals, tally.credits, tally.changes) > 20
    assert tally.refunds > 3


def test_nothing_depends_on_a_price(tvm_before: Tvm) -> None:
    assert live(tvm_before, prices=BEFORE, lives=6, steps=60).payments > 50


@pytest.mark.soak
def test_everything_holds_through_many_lives(tvm_today: Tvm) -> None:
    assert live(tvm_today, prices=TODAY, lives=400, steps=60, fixed=False).steps > 20_000


@pytest.mark.soak
def test_nothing_depends_on_a_price_in_many_lives(tvm_before: Tvm) -> None:
    assert live(tvm_before, prices=BEFORE, lives=60, steps=60, fixed=False).steps > 2_000
