"""A collector among people of every kind, for hypothesis to drive; every step is checked against the laws.

What the contract must do says `model`; what it must hold says the app's own fold of the app's own decoding of
the real transaction. The three are compared to the nano.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from krypton.chain.cells import Cell, to_boc
from krypton.chain.collector_bodies import body_cell, decode
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
from krypton.domain.address import Address
from krypton.domain.collector import Prices, Share, required_fee
from krypton.domain.ledger import Books, post
from krypton.sandbox.tvm import Tvm
from tests.contracts.laws import Step, check_laws
from tests.contracts.machine_cast import (
    FAR,
    FORGED,
    PAYLOADS,
    TORN,
    WORDS,
    Tally,
    amounts,
    buyers,
    collector_terms,
    flags,
    people,
    splits,
    sums,
    thresholds,
    wrong,
)
from tests.contracts.model import Arrival, Model, Verdict
from tests.contracts.stage import BUYER, GRAM, HEIR, MILLI, NOW, STRANGER, SUPPLIER, Stage, measure

GAS_MONEY = 25_000
"""Gas that a message must bring for the contract to get anywhere with it."""
DAY = 86_400


class Machine(RuleBasedStateMachine):
    """The rules are the people; `take` is the law."""

    def __init__(self, *, tvm: Tvm, prices: Prices, tally: Tally, years: int) -> None:
        super().__init__()
        self.prices, self.tally = prices, tally
        self.sibling = Stage.deployed(tvm, prices=prices, terms=collector_terms(supplier=SUPPLIER, number=2))
        terms = collector_terms(supplier=SUPPLIER, number=1)
        self.stage = Stage.deployed(tvm, prices=prices, terms=terms)
        self.terms = terms
        self.books = post(Books(), self.stage.entry)
        self.in_flight: list[tuple[Address, int, Operation, bool]] = []
        self.forwards: list[tuple[Address, Cell, int]] = []
        self.end = NOW + years * 365 * DAY

    # ---- buyers

    @rule(amount=amounts, payload=st.sampled_from(PAYLOADS[:5]), bounce=flags)
    def a_buyer_pays(self, amount: int, payload: Cell, bounce: bool) -> None:
        self.pay(BUYER, amount, 0, until=60, payload=payload, bounce=bounce)

    @rule(many=st.lists(amounts, min_size=3, max_size=8), payload=st.sampled_from(PAYLOADS[:3]))
    def a_good_day(self, many: list[int], payload: Cell) -> None:
        for amount in many:
            self.pay(BUYER, max(amount, GRAM), 0, until=60, payload=payload, bounce=True)

    @rule(
        buyer=buyers,
        amount=amounts,
        off=wrong,
        until=st.sampled_from((60, 0, -1)),
        payload=st.sampled_from(PAYLOADS),
        bounce=flags,
    )
    def a_buyer_pays_wrongly(
        self, *, buyer: Address, amount: int, off: int, until: int, payload: Cell, bounce: bool
    ) -> None:
        self.pay(buyer, amount, off, until=until, payload=payload, bounce=bounce)

    @rule(
        buyer=buyers,
        amount=amounts,
        off=st.one_of(st.just(0), wrong),
        words=st.sampled_from(WORDS),
        bounce=flags,
    )
    def a_buyer_comments(self, buyer: Address, amount: int, off: int, words: Cell, bounce: bool) -> None:
        need = required_fee(amount, fee_bps=self.terms.fee_bps, prices=self.prices)
        self.send(buyer, max(1, amount + need + off), words, bounce=bounce)

    # ---- suppliers

    @precondition(lambda self: self.forwards)
    @rule(which=st.integers(0, 99))
    def the_supplier_throws(self, which: int) -> None:
        supplier, forward, value = self.forwards.pop(which % len(self.forwards))
        theirs = self.sibling.copy()
        if supplier != theirs.address:
            theirs = Stage.absent(theirs.tvm, prices=self.prices, address=supplier)
        theirs.now, theirs.lt = self.stage.now, self.stage.lt
        for out in theirs.deliver(forward, value=value).outs:
            if out.to == self.stage.address and out.cell is not None:
                self.take(
                    out.cell, sender=supplier, value=out.value, body=None, bounce=False, bounced=True, fee=0
                )

    @rule(value=sums, body=st.sampled_from((*FORGED, *WORDS[:3], PAYLOADS[-1])), bounce=flags)
    def the_supplier_sends_back_by_hand(self, value: int, body: Cell, bounce: bool) -> None:
        self.send(self.terms.supplier, value, body, bounce=bounce)

    # ---- the owner

    @rule(threshold=thresholds, later=flags, bounce=flags)
    def the_owner_sets_a_threshold(self, threshold: int, later: bool, bounce: bool) -> None:
        self.order(SetMinWithdrawal(query_id=1, min_withdrawal=threshold), later=later, bounce=bounce)

    @rule(paused=st.sampled_from((False, False, True)), comments=flags, later=flags)
    def the_owner_sets_the_mode(self, paused: bool, comments: bool, later: bool) -> None:
        self.order(SetMode(query_id=1, paused=paused, comments=comments), later=later, bounce=True)

    @precondition(lambda self: self.terms.paused)
    @rule(
        bps=st.sampled_from((0, 1, 100, 1_000, 1_001)),
        supplier=st.sampled_from((None, SUPPLIER, STRANGER, FAR)),
        bounce=flags,
    )
    def the_owner_sets_fee_and_supplier_and_goes_on(
        self, bps: int, supplier: Address | None, bounce: bool
    ) -> None:
        self.order(SetFee(query_id=1, fee_bps=bps), later=False, bounce=bounce)
        other = self.sibling.address if supplier is None else supplier
        self.order(SetSupplier(query_id=1, supplier=other), later=False, bounce=bounce)
        self.order(SetMode(query_id=1, paused=False, comments=True), later=False, bounce=bounce)

    @rule(split=splits, bounce=flags)
    def the_owner_sets_a_split(self, split: tuple[Share, ...], bounce: bool) -> None:
        self.order(SetSplit(query_id=1, split=split), later=False, bounce=bounce)

    @rule(heir=st.sampled_from((None, HEIR, FAR)), later=flags)
    def the_owner_proposes(self, heir: Address | None, later: bool) -> None:
        self.order(ProposeOwner(query_id=1, owner=heir), later=later, bounce=True)

    @rule(later=flags, bounce=flags)
    def the_owner_withdraws(self, later: bool, bounce: bool) -> None:
        self.order(ForceWithdraw(query_id=1), later=later, bounce=bounce)

    @rule(to=st.sampled_from((BUYER, BUYER, FAR)), part=st.integers(0, 100), later=flags, bounce=flags)
    def the_owner_refunds(self, to: Address, part: int, later: bool, bounce: bool) -> None:
        amount = self.books.stats.refundable * part // 99  # 100: more than there is
        self.order(RefundBuyer(query_id=1, to=to, amount=amount), later=later, bounce=bounce)

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 99))
    def an_order_arrives_at_last(self, which: int) -> None:
        sender, value, operation, bounce = self.in_flight.pop(which % len(self.in_flight))
        self.send(sender, value, body_cell(operation), bounce=bounce)

    # ---- everyone

    @rule(sender=people, value=sums, bounce=flags)
    def someone_claims(self, sender: Address, value: int, bounce: bool) -> None:
        self.send(sender, value, body_cell(ClaimOwner(query_id=1)), bounce=bounce)

    @rule(
        sender=st.sampled_from((SUPPLIER, BUYER, STRANGER, HEIR, FAR)),
        value=sums,
        kind=st.integers(0, 6),
        bounce=flags,
    )
    def a_stranger_plays_the_owner(self, sender: Address, value: int, kind: int, bounce: bool) -> None:
        orders = (
            ForceWithdraw(query_id=1),
            SetMinWithdrawal(query_id=1, min_withdrawal=0),
            SetFee(query_id=1, fee_bps=0),
            SetSupplier(query_id=1, supplier=STRANGER),
            SetMode(query_id=1, paused=True, comments=False),
            ProposeOwner(query_id=1, owner=STRANGER),
            RefundBuyer(query_id=1, to=STRANGER, amount=10 * MILLI),
        )
        self.send(sender, value, body_cell(orders[kind]), bounce=bounce)

    @rule(sender=people, value=sums, body=st.sampled_from((*FORGED, *TORN, *WORDS[:3])), bounce=flags)
    def someone_sends_nonsense(self, sender: Address, value: int, body: Cell, bounce: bool) -> None:
        self.send(sender, value, body, bounce=bounce)

    @rule(sender=people, own=flags, value=sums, bounce=flags)
    def someone_sends_coins_to_keep(self, sender: Address, own: bool, value: int, bounce: bool) -> None:
        sender = self.sibling.address if own else sender
        operation = ReturnExcesses(query_id=3) if own else TopUp(query_id=3)
        self.send(sender, value, body_cell(operation), bounce=bounce)

    @rule(days=st.sampled_from((0, 0, 1, 30, 365)), seconds=st.integers(1, DAY))
    def time_passes(self, days: int, seconds: int) -> None:
        if self.stage.now + days * DAY < self.end:
            self.stage.now += days * DAY + seconds

    # ---- how messages come about

    def pay(self, buyer: Address, amount: int, off: int, *, until: int, payload: Cell, bounce: bool) -> None:
        need = required_fee(amount, fee_bps=self.terms.fee_bps, prices=self.prices)
        body = Pay(query_id=7, amount=amount, valid_until=self.stage.now + until, payload=to_boc(payload))
        self.send(buyer, max(1, amount + need + off), body_cell(body), bounce=bounce)

    def order(self, operation: Operation, *, later: bool, bounce: bool) -> None:
        if later:
            self.in_flight.append((self.terms.owner, 50 * MILLI, operation, bounce))
        else:
            self.send(self.terms.owner, 50 * MILLI, body_cell(operation), bounce=bounce)

    def send(self, sender: Address, value: int, body: Cell, *, bounce: bool) -> None:
        inline = body.size <= 300 and not body.refs
        fee = self.prices.forward_fee(**measure(body, root=not inline))
        message = self.stage.message(sender, value, body, bounce=bounce, bounced=False, fee=fee, init=None)
        self.take(message, sender=sender, value=value, body=body, bounce=bounce, bounced=False, fee=fee)

    def take(
        self,
        message: Cell,
        *,
        sender: Address,
        value: int,
        body: Cell | None,
        bounce: bool,
        bounced: bool,
        fee: int,
    ) -> None:
        """Deliver, and compare what came of it with what must have."""
        stage, books, terms = self.stage, self.books, self.terms
        receipt = stage.deliver(message, value=value)
        operation = None if body is None or bounced else decode(to_boc(body))
        came = Arrival(
            sender=sender,
            value=value,
            body=None if isinstance(operation, Foreign) else operation,
            bounced=bounced,
            fee=fee,
            own=stage.before.balance - receipt.rent - books.stats.refundable,
            now=stage.now,
        )
        verdict = Model(terms=terms, stats=books.stats, prices=self.prices, address=stage.address).judge(came)
        if receipt.exit_code in {None, -14}:
            assert value < GAS_MONEY * self.prices.gas // 65536
            verdict = Verdict(accepted=False, terms=terms, stats=books.stats)
        if body in TORN:
            assert receipt.exit_code in {9, None, -14}
            verdict = Verdict(accepted=False, terms=terms, stats=books.stats)
        self.terms = verdict.terms
        self.books = post(books, stage.entry)
        check_laws(
            Step(
                came=came,
                body=body,
                bounce=bounce,
                terms=terms,
                books=books,
                receipt=receipt,
                verdict=verdict,
            ),
            stage=stage,
            now=self.books,
        )
        if verdict.forwarded is not None and receipt.outs[0].cell is not None:
            self.forwards.append((terms.supplier, receipt.outs[0].cell, verdict.forwarded))
        self.count(came, accepted=verdict.accepted, forwarded=verdict.forwarded, withdrawn=verdict.withdrawn)

    def count(self, came: Arrival, *, accepted: bool, forwarded: int | None, withdrawn: bool) -> None:
        tally = self.tally
        tally.steps += 1
        tally.refused += not accepted
        tally.payments += forwarded is not None
        tally.withdrawals += withdrawn
        tally.credits += came.bounced
        tally.refunds += accepted and isinstance(came.body, RefundBuyer)
        tally.changes += accepted and isinstance(
            came.body, SetFee | SetSupplier | SetMode | SetSplit | ClaimOwner
        )
