"""Collectors among collectors: bounded hops, and no stranger moves anybody's money.

One arrangement is a mistake, and the last test shows its price: a collector that owns the collector that it
pays carries a stranger's orders to it.
"""

from collections import deque
from dataclasses import dataclass, replace

import pytest

from krypton.chain.cells import Cell
from krypton.chain.collector_bodies import body_cell, text_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    ForceWithdraw,
    Operation,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.domain.address import Address
from krypton.domain.collector import MIN_FEE, Share, Terms
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    MILLI,
    OWNER,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    pay,
    total,
)

COIN = 50 * MILLI
MOST_HOPS = 12


@dataclass
class Web:
    """Several collectors and everyone else: wallets, which take what they get and say nothing."""

    collectors: dict[Address, Stage]
    wallets: dict[Address, int]
    most: int = MOST_HOPS

    @classmethod
    def spun(cls, tvm: Tvm, *, count: int) -> "Web":
        stages = [
            Stage.deployed(
                tvm,
                prices=TODAY,
                terms=Terms(
                    owner=OWNER,
                    supplier=SUPPLIER,
                    min_withdrawal=500 * MILLI,
                    fee_bps=100,
                    comments=True,
                    collector_id=number,
                ),
            )
            for number in range(count)
        ]
        return cls(collectors={stage.address: stage for stage in stages}, wallets={})

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(self.collectors.values())

    def send(
        self, stage: Stage, sender: Address, value: int, body: Operation | Cell, *, bounce: bool = True
    ) -> int:
        """Send one message, then deliver all that comes of it; return how many that were."""
        receipt = stage.send(sender, value, body, bounce=bounce)
        left = deque(receipt.outs)
        hops = 0
        while left:
            out = left.popleft()
            if out.to is None or out.cell is None:
                continue
            hops += 1
            assert hops <= self.most
            if out.to in self.collectors:
                left.extend(self.collectors[out.to].deliver(out.cell, value=out.value).outs)
            else:
                self.wallets[out.to] = self.wallets.get(out.to, 0) + out.value
        return hops

    def order(self, stage: Stage, *operations: Operation) -> None:
        for operation in operations:
            self.send(stage, OWNER, COIN, operation)
            assert stage.last is not None
            assert stage.last.accepted

    def supply(self, stage: Stage, supplier: Address, *, comments: bool = True) -> None:
        stop = SetMode(query_id=1, paused=True, comments=comments)
        self.order(stage, stop, SetSupplier(query_id=1, supplier=supplier), replace(stop, paused=False))


def own(stage: Stage) -> int:
    return stage.balance - stage.stats.refundable


@pytest.fixture
def web(tvm_today: Tvm) -> Web:
    return Web.spun(tvm_today, count=3)


def nested(depth: int) -> Cell:
    """A payment whose body is a payment, and so on."""
    body = text_cell("stars")
    for level in range(depth):
        body = body_cell(pay(amount=(2 + level) * GRAM, payload=body))
    return body


@pytest.mark.parametrize(
    "body",
    [
        text_cell("hello"),
        pay(),
        nested(3),
        nested(7),
        body_cell(pay(payload=body_cell(ReturnExcesses(query_id=1)))),
        body_cell(pay(payload=body_cell(ForceWithdraw(query_id=1)))),
        body_cell(pay(payload=bounce_of(EMPTY))),
        body_cell(pay(payload=EMPTY)),
        body_cell(pay(payload=body_cell(SetMode(query_id=1, paused=True, comments=False)))),
    ],
)
@pytest.mark.parametrize("bounce", [True, False])
def test_suppliers_in_a_ring(web: Web, body: Operation | Cell, bounce: bool) -> None:
    one, two, three = web.stages
    for stage, supplier in ((one, two), (two, three), (three, one)):
        web.supply(stage, supplier.address, comments=False)
    before = [(stage.terms, own(stage), stage.stats) for stage in web.stages]
    for value in (total(), 20 * GRAM, 10 * MILLI):
        web.send(one, BUYER, value, body, bounce=bounce)
    for stage, (terms, funds, stats) in zip(web.stages, before, strict=True):
        assert stage.terms == terms
        assert own(stage) >= funds
        assert stage.stats.refundable >= stats.refundable
    assert not set(web.wallets) - {BUYER, OWNER}


def test_a_comment_goes_round_a_ring_only_as_long_as_it_pays_a_fee_each_time(web: Web) -> None:
    one, two, three = web.stages
    for stage, supplier in ((one, two), (two, three), (three, one)):
        web.supply(stage, supplier.address)
    web.most = 400 * MILLI // MIN_FEE + 3
    assert web.send(one, BUYER, 500 * MILLI, text_cell("round")) > MOST_HOPS
    earned = sum(stage.stats.total_collected for stage in web.stages)
    assert 390 * MILLI < earned <= 410 * MILLI


def test_a_collector_that_supplies_itself_through_another_pays_by_comment_once(web: Web) -> None:
    one, two, _ = web.stages
    web.supply(one, two.address)
    web.supply(two, one.address)
    assert web.send(one, BUYER, total(), text_cell("order")) <= 3
    assert own(one) + own(two) > 110 * MILLI


def test_refunds_and_top_ups_to_one_another_stop_after_one(web: Web) -> None:
    one, two, _ = web.stages
    web.send(one, SUPPLIER, 5 * GRAM, EMPTY)
    for stage in (one, two):
        web.supply(stage, one.address if stage is two else two.address)
    had = one.stats.refundable
    refund = RefundBuyer(query_id=1, to=two.address, amount=GRAM)
    assert web.send(one, OWNER, COIN, refund) == 2  # the refund, and the owner's change
    assert one.stats.refundable == had - GRAM
    assert two.stats.refundable > 999 * MILLI  # from its supplier: some buyer's
    assert web.send(one, two.address, GRAM, TopUp(query_id=1)) == 0


def test_a_split_and_an_owner_among_collectors_cost_hops_but_lose_nothing(web: Web) -> None:
    one, two, three = web.stages
    web.order(one, SetSplit(query_id=1, split=(Share(recipient=two.address, bps=4_000),)))
    web.order(two, SetSplit(query_id=1, split=(Share(recipient=one.address, bps=9_000),)))
    web.order(one, ProposeOwner(query_id=1, owner=three.address))
    web.send(one, three.address, COIN, ClaimOwner(query_id=1))
    assert one.terms.owner == three.address
    funds = sum(own(stage) for stage in web.stages)
    assert web.send(one, BUYER, total(90 * GRAM), pay(amount=90 * GRAM)) <= 5
    assert one.stats.fee_balance == 0  # paid out, and sent back by those who take no such message
    assert web.wallets[SUPPLIER] == 90 * GRAM
    assert sum(own(stage) for stage in web.stages) > funds + 895 * MILLI


def test_strangers_who_write_as_collectors_do_move_nothing(web: Web) -> None:
    one, two, _ = web.stages
    web.supply(one, two.address)
    before = (one.terms, one.stats)
    funds = own(one)
    for body in (ReturnExcesses(query_id=1), bounce_of(EMPTY), text_cell(""), ForceWithdraw(query_id=1)):
        for bounce in (True, False):
            assert web.send(one, STRANGER, 9 * MILLI, body, bounce=bounce) <= 1
    assert (one.terms, one.stats) == before
    assert own(one) >= funds


def test_the_mistake_a_stranger_drives_a_collector_that_another_one_owns_and_pays(web: Web) -> None:
    one, two, _ = web.stages
    web.supply(one, two.address)
    web.order(two, ProposeOwner(query_id=1, owner=one.address))
    web.send(two, one.address, COIN, ClaimOwner(query_id=1))
    stop = body_cell(SetMode(query_id=1, paused=True, comments=False))
    web.send(one, STRANGER, total(GRAM), pay(amount=GRAM, payload=stop))
    assert two.terms.paused  # which is why the app warns of a collector in any of these places
