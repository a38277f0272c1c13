"""A reference model of the contract in plain integers, from the specification: what each message must do."""

from dataclasses import dataclass, replace

from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
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
from krypton.domain.collector import (
    MAX_FEE_BPS,
    MAX_OVERPAY,
    MAX_THRESHOLD,
    MIN_AMOUNT,
    MIN_REFUND,
    MIN_RESERVE,
    MIN_THRESHOLD,
    MIN_THRESHOLD_WITH_SPLIT,
    Prices,
    Stats,
    Terms,
    after_handling,
    implied_amount,
    payload_cap,
    required_fee,
    withdrawal_price,
)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message as it arrives: `own` is what the contract calls its own then, the value not counted."""

    sender: Address
    value: int
    body: Operation | None
    bounced: bool
    fee: int
    own: int
    now: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What must come of it: the terms and figures after, what is forwarded, whether the owner is paid."""

    accepted: bool
    terms: Terms
    stats: Stats
    forwarded: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Model:
    terms: Terms
    stats: Stats
    prices: Prices
    address: Address

    def judge(self, came: Arrival) -> Verdict:
        if came.bounced:
            return self._credit(came)
        match came.body:
            case Pay():
                return self._pay(came, came.body)
            case Comment():
                return self._credit(came) if self._is_supplier(came.sender) else self._comment(came)
            case ForceWithdraw():
                free = came.own + came.value - MIN_RESERVE
                price = withdrawal_price(self.prices, shares=len(self.terms.split))
                if came.sender != self.terms.owner or free <= came.value or free < 2 * price:
                    return self._refuse()
                return self._withdraw(self.stats, now=came.now, forwarded=None)
            case TopUp():
                return Verdict(accepted=True, terms=self.terms, stats=self.stats)
            case ReturnExcesses() | None:
                if self._is_supplier(came.sender):
                    return self._credit(came)
                return replace(self._refuse(), accepted=came.body is not None)
            case RefundBuyer(amount=amount, to=to):
                high = min(self.stats.refundable, came.own + self.stats.refundable)
                if (
                    came.sender != self.terms.owner
                    or not self._elsewhere(to)
                    or not MIN_REFUND <= amount <= high
                ):
                    return self._refuse()
                stats = replace(self.stats, refundable=self.stats.refundable - amount)
                return Verdict(accepted=True, terms=self.terms, stats=stats)
            case ClaimOwner():
                if came.sender != self.terms.pending_owner:
                    return self._refuse()
                return self._change(replace(self.terms, owner=came.sender, pending_owner=None))
            case _:
                changed = self._changed(came.body) if came.sender == self.terms.owner else None
                return self._refuse() if changed is None else self._change(changed)

    def _changed(self, body: Operation) -> Terms | None:
        terms = self.terms
        match body:
            case SetMinWithdrawal(min_withdrawal=value):
                return replace(terms, min_withdrawal=value) if _fits(value, split=bool(terms.split)) else None
            case SetFee(fee_bps=bps):
                return replace(terms, fee_bps=bps) if terms.paused and bps <= MAX_FEE_BPS else None
            case SetSupplier(supplier=supplier):
                ok = terms.paused and self._elsewhere(supplier) and supplier != terms.supplier
                return replace(terms, supplier=supplier, previous_supplier=terms.supplier) if ok else None
            case SetMode(paused=paused, comments=comments):
                return replace(terms, paused=paused, comments=comments)
            case SetSplit(split=split):
                ok = len(split) <= 8 and all(s.bps >= 100 and self._elsewhere(s.recipient) for s in split)
                ok = ok and sum(s.bps for s in split) <= 9_000
                ok = ok and _fits(terms.min_withdrawal, split=bool(split))
                return replace(terms, split=split) if ok else None
            case ProposeOwner(owner=owner):
                return (
                    replace(terms, pending_owner=owner) if owner is None or self._elsewhere(owner) else None
                )
            case _:
                raise AssertionError(body)

    def _pay(self, came: Arrival, body: Pay) -> Verdict:
        fee = came.value - body.amount
        need = required_fee(body.amount, fee_bps=self.terms.fee_bps, prices=self.prices)
        ok = came.now <= body.valid_until and need <= fee <= need + MAX_OVERPAY
        return self._settle(came, amount=body.amount) if ok else self._refuse()

    def _comment(self, came: Arrival) -> Verdict:
        if not self.terms.comments or came.sender == self.terms.owner:
            return self._refuse()
        return self._settle(
            came, amount=implied_amount(came.value, fee_bps=self.terms.fee_bps, prices=self.prices)
        )

    def _settle(self, came: Arrival, *, amount: int) -> Verdict:
        ok = not self.terms.paused and amount >= MIN_AMOUNT and came.fee <= payload_cap(self.prices)
        if not ok or came.own <= 0 or came.sender.workchain != 0:
            return self._refuse()
        fee = came.value - amount
        stats = replace(
            self.stats,
            fee_balance=self.stats.fee_balance + fee,
            total_collected=self.stats.total_collected + fee,
        )
        price = withdrawal_price(self.prices, shares=len(self.terms.split))
        due = 0 < self.terms.min_withdrawal <= stats.fee_balance
        if due and came.own + fee - MIN_RESERVE >= 2 * price:
            return self._withdraw(stats, now=came.now, forwarded=amount)
        return Verdict(accepted=True, terms=self.terms, stats=stats, forwarded=amount)

    def _withdraw(self, stats: Stats, *, now: int, forwarded: int | None) -> Verdict:
        after = replace(stats, fee_balance=0, last_withdrawal_time=now)
        return Verdict(accepted=True, terms=self.terms, stats=after, forwarded=forwarded, withdrawn=True)

    def _credit(self, came: Arrival) -> Verdict:
        credited = self.stats.refundable + after_handling(came.value, prices=self.prices)
        return Verdict(accepted=True, terms=self.terms, stats=replace(self.stats, refundable=credited))

    def _change(self, terms: Terms) -> Verdict:
        return Verdict(accepted=True, terms=terms, stats=self.stats)

    def _refuse(self) -> Verdict:
        return Verdict(accepted=False, terms=self.terms, stats=self.stats)

    def _is_supplier(self, sender: Address) -> bool:
        return sender in {self.terms.supplier, self.terms.previous_supplier}

    def _elsewhere(self, other: Address) -> bool:
        return other.workchain == 0 and other != self.address


def _fits(value: int, *, split: bool) -> bool:
    return value == 0 or (MIN_THRESHOLD_WITH_SPLIT if split else MIN_THRESHOLD) <= value <= MAX_THRESHOLD
