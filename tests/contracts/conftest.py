"""The real TVM under today's fees, and under those before 2026-04-29."""

from collections.abc import Iterator

import pytest

from krypton.domain.collector import Terms
from krypton.sandbox.config import Fees, network_config
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import BEFORE, GRAM, OWNER, SUPPLIER, TODAY, Stage


@pytest.fixture(scope="session")
def tvm_today() -> Iterator[Tvm]:
    with Tvm.start() as tvm:
        tvm.set_config(network_config(tvm).to_boc())
        yield tvm


@pytest.fixture(scope="session")
def tvm_before() -> Iterator[Tvm]:
    with Tvm.start() as tvm:
        tvm.set_config(network_config(tvm, fees=Fees.BEFORE).to_boc())
        yield tvm


def usual_terms() -> Terms:
    return Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100)


@pytest.fixture
def stage(tvm_today: Tvm) -> Stage:
    return Stage.deployed(tvm_today, prices=TODAY, terms=usual_terms())


@pytest.fixture
def stage_before(tvm_before: Tvm) -> Stage:
    return Stage.deployed(tvm_before, prices=BEFORE, terms=usual_terms())
