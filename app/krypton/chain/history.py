"""The collector's transactions told as what happened; knows no servers.

A transaction shows what came and what left, not what the contract thought. So an event is read off the
messages alone wherever they tell it: a payment needs its forward, coins that were taken back from a supplier
are those that a refusal would have returned. Two things they leave open, and the collector's terms decide:
whose a returned excess is, and an owner's change without the bounce flag, which wants the owner.
"""

from krypton.chain import collector_bodies as bodies
from krypton.chain import collector_messages as wire
from krypton.chain.cells import Refuted, one_from_boc
from krypton.domain.address import BASECHAIN, Address
from krypton.domain.chain import Message, Transaction
from krypton.domain.collector import Prices, Terms, after_handling, check_fee_bps, check_threshold
from krypton.domain.errors import OutOfBounds
from krypton.domain.ledger import (
    Entry,
    Event,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
    Withdrawal,
)

MAX_COMMENT = 512
"""Characters of a stranger's text that are kept."""
_COMMENT_BYTES = 4 * MAX_COMMENT
_COMMENT_CELLS = 32
_NO_GAS = -14
"""TVM's code for running out of gas: what a compute phase would have ended with that never began."""
_FINE = frozenset({0, 1})
"""Exit codes of a compute phase that succeeded."""


def read_entry(transaction: Transaction, /, *, terms: Terms, prices: Prices) -> Entry:
    """Return what happened in a transaction of the collector that has these terms now.

    `prices` are the network's: under others than those of the transaction's own time, what was taken back
    from a supplier by hand is off by the difference in the price of handling it.
    """
    message = transaction.message
    event, withdrawal = _told(transaction, terms, prices)
    return Entry(
        stamp=transaction.stamp,
        previous_lt=transaction.previous_lt,
        previous_hash=transaction.previous_hash,
        message_hash=None if message is None else message.hash,
        sender=None if message is None else message.source,
        value=0 if message is None else message.value,
        network_fees=transaction.network_fees,
        event=event,
        withdrawal=withdrawal,
        sent=sum(out.value for out in transaction.out),
    )


def read_comment(body: bytes, /) -> str | None:
    """Return the text of a comment (BoC; opcode 0, UTF-8 in a chain of cells), or None where it is none.

    It is a stranger's: cut to 512 characters, what isn't UTF-8 replaced, and nothing kept that doesn't
    show as itself (control characters, marks that turn the writing direction).
    """
    data = bytearray()
    try:
        part = one_from_boc(body).parse()
        part.expect(wire.Op.COMMENT, 32)
        for _ in range(_COMMENT_CELLS):
            data += part.raw(part.left // 8)
            if not part.refs or len(data) > _COMMENT_BYTES:
                break
            part = part.refs[0].parse()
    except Refuted:
        return None
    text = data[:_COMMENT_BYTES].decode(errors="replace")
    return "".join(each for each in text if each.isprintable() or each == "\n")[:MAX_COMMENT]


def _told(transaction: Transaction, terms: Terms, prices: Prices) -> tuple[Event, Withdrawal | None]:
    message = transaction.message
    if message is None or message.source is None:
        return Unknown(), None
    if message.bounced:
        return ForwardBounced(credited=_credited(transaction.out)), None
    code = _failure(transaction)
    if code is not None:
        returned = sum(out.value for out in transaction.out if out.bounced)
        return Refused(exit_code=code, returned=returned), None
    if not transaction.out:
        return _kept(message, message.source, terms, prices), None
    return _carried_out(transaction.out, message, message.source, terms)


def _failure(transaction: Transaction) -> int | None:
    """Return the code that a transaction ended with, None when all went well."""
    if transaction.exit_code not in _FINE:
        return _NO_GAS if transaction.exit_code is None else transaction.exit_code
    if transaction.action_code or transaction.aborted:
        return transaction.action_code or _NO_GAS
    return None


def _kept(message: Message, sender: Address, terms: Terms, prices: Prices) -> Event:
    """Tell what ended well and sent nothing: the coins stayed, or were too few to be sent back."""
    credit = after_handling(message.value, prices=prices)
    match bodies.decode(message.body):
        case wire.TopUp() | wire.Foreign(opcode=wire.Op.TOP_UP):
            return Funded(amount=message.value, refundable=False)
        case wire.ReturnExcesses() | wire.Foreign(opcode=wire.Op.RETURN_EXCESSES):
            if sender in {terms.supplier, terms.previous_supplier}:
                return Funded(amount=credit, refundable=True)
            return Funded(amount=message.value, refundable=False)
        case wire.Comment() | wire.Foreign() if sender.workchain == BASECHAIN and (message.bounce or credit):
            # Refused, it would have been thrown out, or had enough to be sent back with (not so to the
            # masterchain, where sending costs far more; no supplier is there).
            return Funded(amount=credit, refundable=True)
        case operation:
            refusal = Refused(exit_code=int(_code_of_sent_back(message)), returned=0)
            return _change(operation, message, terms) or refusal


def _carried_out(
    sent: tuple[Message, ...], message: Message, sender: Address, terms: Terms
) -> tuple[Event, Withdrawal | None]:
    refusal = Refused(exit_code=int(_code_of_sent_back(message)), returned=sum(out.value for out in sent))
    match bodies.decode(message.body):
        case wire.Pay() as pay:
            if _forwards(sent[0], pay.payload) and sent[0].value == pay.amount:
                return _payment(message, sender, sent[0], query_id=pay.query_id), _withdrawal(sent[1:])
            return refusal, None
        case wire.Comment():
            if _forwards(sent[0], message.body):
                return _payment(message, sender, sent[0], query_id=None), _withdrawal(sent[1:])
            return refusal, None
        case wire.ForceWithdraw():
            paid = _withdrawal(sent, forced=True)
            return (refusal if paid is None else Owned(action=OwnerAction.FORCE_WITHDRAW)), paid
        case wire.RefundBuyer() as refund:
            done = sent[0].bounce and sent[0].destination == refund.to
            return (Owned(action=OwnerAction.REFUND_BUYER, value=refund.amount) if done else refusal), None
        case operation:
            return _change(operation, message, terms) or refusal, None


def _payment(message: Message, buyer: Address, forward: Message, *, query_id: int | None) -> Payment:
    supplier = forward.destination or buyer
    return Payment(
        buyer=buyer,
        total=message.value,
        forwarded=forward.value,
        fee=message.value - forward.value,
        supplier=supplier,
        query_id=query_id or 0,
        by_comment=query_id is None,
        comment=read_comment(forward.body),
    )


def _forwards(out: Message, payload: bytes) -> bool:
    """Whether a message carries this body onward: forwards bounce, what is sent back never does."""
    if not out.bounce or out.destination is None:
        return False
    return one_from_boc(out.body).hash == one_from_boc(payload).hash


def _withdrawal(sent: tuple[Message, ...], *, forced: bool = False) -> Withdrawal | None:
    """Read the messages of a withdrawal: shares first, the owner last, without a body."""
    if not sent or any(out.bounce or out.destination is None or _has_body(out) for out in sent):
        return None
    *shares, owner = sent
    if owner.destination is None:
        return None
    return Withdrawal(
        to=owner.destination, amount=owner.value, shares=sum(out.value for out in shares), forced=forced
    )


def _has_body(message: Message) -> bool:
    return not one_from_boc(message.body).parse().empty


def _credited(sent: tuple[Message, ...]) -> int:
    for out in sent:
        log = bodies.read_log(out.body) if out.destination is None else None
        if log is not None:
            return log.refundable
    return 0


def _code_of_sent_back(message: Message) -> wire.ContractError:
    """Return the code that a message without the bounce flag was refused for, as far as it shows."""
    match bodies.decode(message.body):
        case wire.Pay() | wire.Comment():
            return wire.ContractError.PAYMENT_REFUSED
        case wire.Foreign():
            return wire.ContractError.UNKNOWN_MESSAGE
        case wire.ForceWithdraw():
            return wire.ContractError.NOTHING_TO_WITHDRAW
        case wire.ClaimOwner():
            return wire.ContractError.NOT_PROPOSED
        case _:
            return wire.ContractError.NOT_OWNER


def _change(operation: wire.Operation | wire.Foreign, message: Message, terms: Terms) -> Owned | None:
    """Read a change of the terms that was carried out, None when it was refused or is none.

    With the bounce flag a refusal would have been thrown out. Without it, it left the same message.
    """
    change = _owned(operation)
    return change if message.bounce or _would_take(operation, message.source, terms) else None


def _would_take(operation: wire.Operation | wire.Foreign, sender: Address | None, terms: Terms) -> bool:
    if sender != terms.owner:
        return False
    try:
        match operation:
            case wire.SetMinWithdrawal(min_withdrawal=value):
                check_threshold(value, has_split=bool(terms.split))
            case wire.SetFee(fee_bps=value):
                check_fee_bps(value)
            case _:
                pass
    except OutOfBounds:
        return False
    return True


def _owned(operation: wire.Operation | wire.Foreign) -> Owned | None:
    match operation:
        case wire.SetMinWithdrawal(min_withdrawal=value):
            return Owned(action=OwnerAction.SET_MIN_WITHDRAWAL, value=value)
        case wire.SetFee(fee_bps=value):
            return Owned(action=OwnerAction.SET_FEE, value=value)
        case wire.SetSupplier():
            return Owned(action=OwnerAction.SET_SUPPLIER)
        case wire.SetMode(paused=paused, comments=comments):
            return Owned(action=OwnerAction.SET_MODE, value=int(paused) | int(comments) << 1)
        case wire.SetSplit(split=split):
            return Owned(action=OwnerAction.SET_SPLIT, value=len(split))
        case wire.ProposeOwner():
            return Owned(action=OwnerAction.PROPOSE_OWNER)
        case wire.ClaimOwner():
            return Owned(action=OwnerAction.CLAIM_OWNER)
        case _:
            return None
