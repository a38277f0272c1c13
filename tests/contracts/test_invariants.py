"""I1 to I10 after every step of one random life, quickly (test_stateful.py is the thorough one)."""

import random
from dataclasses import replace

import pytest

from krypton.chain.cells import Cell, one_from_boc, to_boc
from krypton.chain.collector_bodies import body_cell, decode, text_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    ForceWithdraw,
    Foreign,
    Operation,
    Pay,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MAX_OVERPAY, MIN_RESERVE, Prices, Share, required_fee
from krypton.sandbox.tvm import Tvm
from tests.contracts.conftest import usual_terms
from tests.contracts.model import Arrival, Model, Verdict
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    measure,
    someone,
)
from tests.contracts.transactions import Receipt

PEOPLE = (OWNER, SUPPLIER, BUYER, STRANGER, HEIR, Address(-1, BUYER.account))


class Life:
    """One collector's random life; `step` takes the next message and checks all that must hold."""

    def __init__(self, stage: Stage, *, seed: int) -> None:
        self.stage = stage
        self.dice = random.Random(seed)
        self.terms, self.stats = stage.terms, stage.stats
        self.accepted = self.withdrawals = 0

    def step(self) -> None:
        if self.dice.random() < 0.1:
            self.stage.now += int(10 ** self.dice.uniform(1, 7.5))
        sender, value, body, bounced = self.message()
        if sender.workchain:
            bounced = False
        cell = body if isinstance(body, Cell) else body_cell(body)
        inline = cell.size <= 300 and not cell.refs
        fee = self.stage.prices.forward_fee(**measure(cell, root=not inline))
        bounce = not bounced and self.dice.random() < 0.5
        before = self.stage.balance
        receipt = self.stage.send(sender, value, cell, bounce=bounce, bounced=bounced, fee=fee)
        own = before - receipt.rent - self.stats.refundable
        operation = decode(to_boc(cell)) if isinstance(body, Cell) else body
        came = Arrival(
            sender=sender,
            value=value,
            body=None if isinstance(operation, Foreign) else operation,
            bounced=bounced,
            fee=fee,
            own=own,
            now=self.stage.now,
        )
        model = Model(
            terms=self.terms, stats=self.stats, prices=self.stage.prices, address=self.stage.address
        )
        verdict = model.judge(came)
        if receipt.exit_code is None or receipt.exit_code == -14:  # too little to even be looked at
            assert value < 25_000 * self.stage.prices.gas // 65536
            verdict = replace(verdict, accepted=False, terms=self.terms, stats=self.stats)
        self.check(came, receipt, verdict, body=cell, bounce=bounce)
        self.terms, self.stats = verdict.terms, verdict.stats

    def check(self, came: Arrival, receipt: Receipt, verdict: Verdict, *, body: Cell, bounce: bool) -> None:
        stage = self.stage
        terms, stats = stage.terms, stage.stats
        assert (terms, stats) == (verdict.terms, verdict.stats), (came, receipt)  # I3, I7, I8
        assert stats.fee_balance <= stats.total_collected
        assert stats.total_collected >= self.stats.total_collected
        if stage.balance >= MIN_RESERVE // 2:  # rent alone may eat into it, after decades without a payment
            assert stage.balance >= stats.refundable  # I2
        self.check_flow(came, receipt, verdict, body=body)
        if not verdict.accepted:
            assert receipt.exit_code != 0 or not bounce
            assert stage.balance >= came.own + self.stats.refundable  # I8
            return
        self.accepted += 1
        assert receipt.accepted
        if not isinstance(came.body, RefundBuyer | ForceWithdraw) and not verdict.withdrawn:
            assert stage.balance - stats.refundable >= came.own  # I2

    def check_flow(self, came: Arrival, receipt: Receipt, verdict: Verdict, *, body: Cell) -> None:
        stage = self.stage
        if verdict.forwarded is not None:
            assert receipt.skipped == 0  # I10
            forward = receipt.outs[0]
            assert (forward.to, forward.value) == (self.terms.supplier, verdict.forwarded)  # I4
            payload = one_from_boc(came.body.payload) if isinstance(came.body, Pay) else body
            assert one_from_boc(forward.body).hash == payload.hash
            assert receipt.gas <= (
                10_000 + 1_700 * len(self.terms.split) if verdict.withdrawn else 7_500
            )  # I9
        if verdict.withdrawn:
            self.withdrawals += 1
            assert receipt.outs[-1].to == self.terms.owner
            assert stage.balance == MIN_RESERVE + stage.stats.refundable  # I5
            assert (stage.stats.fee_balance, stage.stats.last_withdrawal_time) == (0, stage.now)
        elif verdict.forwarded is not None:
            waiting = 0 < self.terms.min_withdrawal <= stage.stats.fee_balance
            assert not waiting or came.own < MIN_RESERVE * 2  # I6
        elif not isinstance(came.body, RefundBuyer):
            assert all(out.to in {came.sender, None} for out in receipt.outs)

    def message(self) -> tuple[Address, int, Operation | Cell, bool]:
        dice = self.dice
        match dice.randrange(12):
            case 0 | 1 | 2 | 3 | 4:
                return self.payment()
            case 5:
                words = text_cell("x" * dice.choice((0, 9, 45, 46, 100, 300)))
                return dice.choice(PEOPLE), int(10 ** dice.uniform(7.9, 11)), words, False
            case 6:
                return dice.choice((SUPPLIER, STRANGER)), self.some(), bounce_of(EMPTY), True
            case 7:
                odd = dice.choice(
                    (EMPTY, Writer().uint(dice.getrandbits(32) | 1 << 31, 32).cell(), bounce_of(EMPTY))
                )
                return dice.choice(PEOPLE), self.some(), odd, False
            case 8:
                kind = dice.choice((TopUp, ReturnExcesses))
                return dice.choice(PEOPLE), self.some(), kind(query_id=dice.getrandbits(64)), False
            case _:
                sender = self.terms.owner if dice.random() < 0.8 else dice.choice(PEOPLE)
                return sender, 100 * MILLI, self.operation(), False

    def some(self) -> int:
        return int(10 ** self.dice.uniform(5, 10.5))

    def payment(self) -> tuple[Address, int, Operation | Cell, bool]:
        dice = self.dice
        amount = int(10 ** dice.uniform(7.95, 11))
        need = required_fee(amount, fee_bps=self.terms.fee_bps, prices=self.stage.prices)
        off = dice.choice((0, 0, 0, MAX_OVERPAY, MAX_OVERPAY + 1, -1, dice.randrange(-(10**8), 10**8)))
        until = self.stage.now + dice.choice((0, 60, 3_600, -1) if dice.random() < 0.3 else (60,))
        payload = dice.choice((EMPTY, text_cell("Ref#1"), text_cell("y" * 1_100), text_cell("z" * 900)))
        buyer = dice.choice((BUYER, BUYER, BUYER, *PEOPLE))
        message = Pay(query_id=1, amount=amount, valid_until=until, payload=to_boc(payload))
        return buyer, max(1, amount + need + off), message, False

    def operation(self) -> Operation:
        dice = self.dice
        threshold = dice.choice((0, 99 * MILLI, 100 * MILLI, 500 * MILLI, GRAM, 3 * GRAM, 2 * 10**15))
        shares = tuple(
            Share(recipient=someone(i), bps=dice.choice((99, 100, 900))) for i in range(dice.randrange(10))
        )
        anyone = dice.choice((*PEOPLE, self.stage.address))
        resume = SetMode(query_id=1, paused=dice.random() < 0.4, comments=dice.random() < 0.6)
        return dice.choice(
            (
                SetMinWithdrawal(query_id=1, min_withdrawal=threshold),
                SetFee(query_id=1, fee_bps=dice.choice((0, 1, 100, 1_000, 1_001))),
                SetSupplier(query_id=1, supplier=dice.choice((SUPPLIER, STRANGER, self.stage.address))),
                resume,
                resume,
                resume,
                SetSplit(query_id=1, split=shares),
                SetSplit(query_id=1, split=()),
                ProposeOwner(query_id=1, owner=dice.choice((None, anyone))),
                ClaimOwner(query_id=1),
                RefundBuyer(
                    query_id=1, to=anyone, amount=dice.choice((MILLI, 10 * MILLI, self.stats.refundable))
                ),
                ForceWithdraw(query_id=1),
            )
        )


def live(tvm: Tvm, *, prices: Prices, seed: int, steps: int) -> Life:
    terms = replace(usual_terms(), min_withdrawal=500 * MILLI, comments=True)
    life = Life(Stage.deployed(tvm, prices=prices, terms=terms), seed=seed)
    for _ in range(steps):
        life.step()
    return life


@pytest.mark.parametrize("seed", range(1))
def test_everything_holds_through_a_random_life(tvm_today: Tvm, seed: int) -> None:
    life = live(tvm_today, prices=TODAY, seed=seed, steps=500)
    assert life.accepted > 100
    assert life.withdrawals > 3
