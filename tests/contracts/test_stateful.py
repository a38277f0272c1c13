"""Random lives of a collector: I1 to I10 after every step, and the app's books are the contract's."""

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from krypton.domain.collector import Prices
from krypton.sandbox.tvm import Tvm
from tests.contracts.machine import Machine
from tests.contracts.machine_cast import Tally
from tests.contracts.stage import BEFORE, TODAY

STEPS = 60


def live(tvm: Tvm, *, prices: Prices, lives: int, number: int = 0) -> Tally:
    tally = Tally()

    class Life(Machine):
        def __init__(self) -> None:
            # Rent that nobody topped up for is a death of its own: test_long_life.py.
            super().__init__(tvm=tvm, prices=prices, tally=tally, years=15 if prices == TODAY else 1)

    run_state_machine_as_test(
        hypothesis.seed(number)(Life),
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS,
            database=None,
            phases=(Phase.generate,),  # to make a failing life shorter would take minutes
            deadline=None,
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        ),
    )
    return tally


def test_everything_holds_through_random_lives(tvm_today: Tvm) -> None:
    tally = live(tvm_today, prices=TODAY, lives=30)
    assert tally.steps > 1_000
    assert min(tally.payments, tally.refused) > 200
    assert min(tally.withdrawals, tally.credits, tally.changes) > 20
    assert tally.refunds > 3


def test_nothing_depends_on_a_price(tvm_before: Tvm) -> None:
    assert live(tvm_before, prices=BEFORE, lives=6).payments > 30


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, 22))
def test_everything_holds_through_many_lives(tvm_today: Tvm, number: int) -> None:
    assert live(tvm_today, prices=TODAY, lives=25, number=number).steps > 1_000  # over 20,000 in all


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, 4))
def test_nothing_depends_on_a_price_in_many_lives(tvm_before: Tvm, number: int) -> None:
    assert live(tvm_before, prices=BEFORE, lives=15, number=number).payments > 100
