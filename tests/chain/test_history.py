"""What happened is told right: on the real contract where it can be had, on made-up messages where not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.chain import collector_bodies as bodies
from krypton.chain import collector_messages as wire
from krypton.chain.builder import Builder
from krypton.chain.cells import to_boc
from krypton.chain.history import MAX_COMMENT, read_comment, read_entry
from krypton.domain.address import Address
from krypton.domain.chain import Message, Stamp, Transaction
from krypton.domain.collector import Prices, Terms, after_handling
from krypton.domain.ledger import (
    Entry,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
    Withdrawal,
)
from tests.chain.servers import GRAM

OWNER = Address(0, b"\x0e" * 32)
SUPPLIER = Address(0, b"\x05" * 32)
BUYER = Address(0, b"\x0b" * 32)
SELF = Address(0, b"\x0c" * 32)
TERMS = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100)
PRICES = Prices(gas=4_369_067, flat_gas=100, flat=6_667, lump=66_667, bit=4_369_067, cell=436_906_667)
NO_PAYMENT = int(wire.ContractError.PAYMENT_REFUSED)
NOT_OWNER = int(wire.ContractError.NOT_OWNER)
EMPTY = to_boc(Builder().end())
PAYLOAD = to_boc(bodies.text_cell("50 Telegram Stars \n\nRef#kpJ55h3BW"))
PAY = bodies.encode(wire.Pay(query_id=9, amount=5 * GRAM, valid_until=2_000_000_000, payload=PAYLOAD))
EXCESSES = bodies.encode(wire.ReturnExcesses(query_id=9))


def message(
    body: bytes,
    *,
    source: Address = BUYER,
    value: int = 5_050_000_000,
    bounce: bool = True,
    bounced: bool = False,
) -> Message:
    return Message(
        hash=b"\x01" * 32,
        source=source,
        destination=SELF,
        value=value,
        bounce=bounce,
        bounced=bounced,
        created_lt=4,
        body=body,
    )


def out(
    to: Address | None, value: int, *, body: bytes = EMPTY, bounce: bool = False, bounced: bool = False
) -> Message:
    return replace(message(body, source=SELF, value=value, bounce=bounce, bounced=bounced), destination=to)


def told(
    inbound: Message | None, *sent: Message, exit_code: int | None = 0, action_code: int | None = 0
) -> Entry:
    failed = exit_code not in {0, 1} or action_code not in {0, None}
    transaction = Transaction(
        stamp=Stamp(lt=5, hash=b"\x02" * 32, time=1_790_000_000),
        previous_lt=3,
        previous_hash=b"\x03" * 32,
        account=SELF,
        message=inbound,
        out=sent,
        network_fees=400_000,
        exit_code=exit_code,
        action_code=action_code,
        aborted=failed,
        destroyed=False,
    )
    entry = read_entry(transaction, terms=TERMS, prices=PRICES)
    assert (entry.stamp, entry.previous_lt, entry.previous_hash) == (transaction.stamp, 3, b"\x03" * 32)
    assert entry.network_fees == 400_000
    return entry


FORWARD = out(SUPPLIER, 5 * GRAM, body=PAYLOAD, bounce=True)


def test_a_payment() -> None:
    entry = told(message(PAY), FORWARD)
    assert entry.event == Payment(
        buyer=BUYER,
        total=5_050_000_000,
        forwarded=5 * GRAM,
        fee=50_000_000,
        supplier=SUPPLIER,
        query_id=9,
        by_comment=False,
        comment="50 Telegram Stars \n\nRef#kpJ55h3BW",
    )
    assert (entry.sender, entry.value, entry.withdrawal) == (BUYER, 5_050_000_000, None)


def test_a_payment_that_set_off_a_withdrawal_with_shares() -> None:
    shares = (out(BUYER, 3), out(SUPPLIER, 4))
    entry = told(message(PAY), FORWARD, *shares, out(OWNER, 100))
    assert isinstance(entry.event, Payment)
    assert entry.withdrawal == Withdrawal(to=OWNER, amount=100, shares=7, forced=False)


def test_a_payment_by_comment() -> None:
    text = to_boc(bodies.text_cell("order 7"))
    entry = told(message(text), out(SUPPLIER, 5 * GRAM, body=text, bounce=True))
    assert isinstance(entry.event, Payment)
    assert (entry.event.by_comment, entry.event.comment, entry.event.query_id) == (True, "order 7", 0)


@pytest.mark.parametrize("body", [PAY, to_boc(bodies.text_cell("hi"))])
def test_a_refused_payment_is_thrown_out_or_sent_back(body: bytes) -> None:
    thrown = told(
        message(body), out(BUYER, 5_040_000_000, bounced=True), exit_code=NO_PAYMENT, action_code=None
    )
    assert thrown.event == Refused(exit_code=NO_PAYMENT, returned=5_040_000_000)
    back = told(message(body, bounce=False), out(BUYER, 5_040_000_000, body=EXCESSES))
    assert back.event == Refused(exit_code=NO_PAYMENT, returned=5_040_000_000)
    kept = told(message(body, bounce=False, value=1))
    assert kept.event == Refused(exit_code=NO_PAYMENT, returned=0)


def test_what_is_sent_back_is_no_forward_even_when_its_body_was_asked_for() -> None:
    asked = bodies.encode(wire.Pay(query_id=9, amount=5 * GRAM, valid_until=2**31, payload=EXCESSES))
    entry = told(message(asked, bounce=False), out(BUYER, 5 * GRAM, body=EXCESSES))
    assert entry.event == Refused(exit_code=NO_PAYMENT, returned=5 * GRAM)


def test_another_amount_or_body_is_no_forward() -> None:
    for changed in (
        replace(FORWARD, value=4),
        replace(FORWARD, body=EMPTY),
        replace(FORWARD, destination=None),
    ):
        assert isinstance(told(message(PAY), changed).event, Refused)


def test_no_gas_and_a_failed_action_are_refusals() -> None:
    assert told(message(PAY), exit_code=None, action_code=None).event == Refused(exit_code=-14, returned=0)
    back = out(BUYER, 7, bounced=True)
    assert told(message(PAY), back, action_code=37).event == Refused(exit_code=37, returned=7)


def test_a_forward_that_bounced_is_what_the_contracts_log_says() -> None:
    log = Builder().uint(wire.Op.FORWARD_RETURNED, 32).coins(4_999_000_000).address(SUPPLIER).end()
    bounced = message(EMPTY, source=SUPPLIER, value=5 * GRAM, bounced=True)
    assert told(bounced, out(None, 0, body=to_boc(log))).event == ForwardBounced(credited=4_999_000_000)
    assert told(bounced, out(None, 0)).event == ForwardBounced(credited=0)


@pytest.mark.parametrize(
    "operation, event",
    [
        (
            wire.SetMinWithdrawal(query_id=1, min_withdrawal=GRAM),
            Owned(action=OwnerAction.SET_MIN_WITHDRAWAL, value=GRAM),
        ),
        (wire.SetFee(query_id=1, fee_bps=7), Owned(action=OwnerAction.SET_FEE, value=7)),
        (wire.SetSupplier(query_id=1, supplier=BUYER), Owned(action=OwnerAction.SET_SUPPLIER)),
        (wire.SetMode(query_id=1, paused=True, comments=False), Owned(action=OwnerAction.SET_MODE, value=1)),
        (wire.SetMode(query_id=1, paused=False, comments=True), Owned(action=OwnerAction.SET_MODE, value=2)),
        (wire.SetSplit(query_id=1, split=()), Owned(action=OwnerAction.SET_SPLIT, value=0)),
        (wire.ProposeOwner(query_id=1, owner=None), Owned(action=OwnerAction.PROPOSE_OWNER)),
        (wire.ClaimOwner(query_id=1), Owned(action=OwnerAction.CLAIM_OWNER)),
    ],
)
def test_an_owners_change(operation: wire.Operation, event: Owned) -> None:
    body = bodies.encode(operation)
    back = out(OWNER, 9, body=EXCESSES)
    assert told(message(body, source=OWNER), back).event == event
    assert told(message(body, source=OWNER, bounce=False), back).event == event
    stranger = told(message(body, source=BUYER, bounce=False), out(BUYER, 9, body=EXCESSES)).event
    assert isinstance(stranger, Refused)
    thrown = told(message(body, source=BUYER), exit_code=NOT_OWNER, action_code=None).event
    assert thrown == Refused(exit_code=NOT_OWNER, returned=0)


@pytest.mark.parametrize(
    "operation",
    [wire.SetMinWithdrawal(query_id=1, min_withdrawal=1), wire.SetFee(query_id=1, fee_bps=2_000)],
)
def test_an_owners_change_out_of_bounds_that_was_sent_back(operation: wire.Operation) -> None:
    body = bodies.encode(operation)
    entry = told(message(body, source=OWNER, bounce=False), out(OWNER, 9, body=EXCESSES))
    assert isinstance(entry.event, Refused)


def test_a_forced_withdrawal() -> None:
    body = bodies.encode(wire.ForceWithdraw(query_id=3))
    entry = told(message(body, source=OWNER), out(OWNER, 100))
    assert entry.event == Owned(action=OwnerAction.FORCE_WITHDRAW)
    assert entry.withdrawal == Withdrawal(to=OWNER, amount=100, shares=0, forced=True)
    refused = told(message(body, source=OWNER, bounce=False), out(OWNER, 9, body=EXCESSES))
    assert (refused.event, refused.withdrawal) == (
        Refused(exit_code=int(wire.ContractError.NOTHING_TO_WITHDRAW), returned=9),
        None,
    )


def test_a_refund() -> None:
    body = bodies.encode(wire.RefundBuyer(query_id=3, to=BUYER, amount=GRAM))
    paid = out(BUYER, GRAM - 66_667, body=EXCESSES, bounce=True)
    entry = told(message(body, source=OWNER), paid, out(OWNER, 9, body=EXCESSES))
    assert entry.event == Owned(action=OwnerAction.REFUND_BUYER, value=GRAM)
    refused = told(message(body, source=OWNER, bounce=False), out(OWNER, 9, body=EXCESSES))
    assert isinstance(refused.event, Refused)


def test_coins_that_come_in_by_themselves() -> None:
    top_up = bodies.encode(wire.TopUp(query_id=3))
    assert told(message(top_up, value=7)).event == Funded(amount=7, refundable=False)
    assert told(message(EXCESSES, value=7)).event == Funded(amount=7, refundable=False)
    credit = after_handling(GRAM, prices=PRICES)
    assert 0 < credit < GRAM
    theirs = Funded(amount=credit, refundable=True)
    assert told(message(EXCESSES, source=SUPPLIER, value=GRAM)).event == theirs
    for body in (EMPTY, to_boc(bodies.text_cell("sorry"))):
        for bounce in (True, False):
            former = told(message(body, source=OWNER, value=GRAM, bounce=bounce))
            assert former.event == theirs  # whoever was the supplier then
    assert told(message(EMPTY, value=7)).event == Funded(amount=0, refundable=True)
    assert isinstance(told(message(EMPTY, value=7, bounce=False)).event, Refused)
    short = to_boc(Builder().uint(wire.Op.TOP_UP, 32).end())
    assert told(message(short, value=GRAM)).event == Funded(amount=GRAM, refundable=False)
    stranger = told(message(EMPTY, bounce=False, value=7), out(BUYER, 6, body=EXCESSES)).event
    assert stranger == Refused(exit_code=int(wire.ContractError.UNKNOWN_MESSAGE), returned=6)


def test_what_has_no_sender_is_unknown() -> None:
    assert told(None).event == Unknown()
    assert told(replace(message(EMPTY), source=None)).event == Unknown()


# --- a stranger's words ----------------------------------------------------------------------------


def test_a_comment_is_cut_and_made_plain() -> None:
    assert read_comment(to_boc(bodies.text_cell("x" * 2_000))) == "x" * MAX_COMMENT
    assert read_comment(to_boc(bodies.text_cell("a\u202eb\x00c\nd"))) == "abc\nd"
    broken = Builder().uint(0, 32).raw(b"ok\xff\xfe").end()
    assert read_comment(to_boc(broken)) == "ok\ufffd\ufffd"
    assert read_comment(to_boc(Builder().uint(0, 32).end())) == ""
    assert read_comment(EMPTY) is None
    assert read_comment(EXCESSES) is None
    assert read_comment(b"junk") is None


@given(st.binary(max_size=120))
def test_no_comment_crashes_it(data: bytes) -> None:
    text = read_comment(to_boc(Builder().uint(0, 32).raw(data).end()))
    assert text is not None
    assert len(text) <= MAX_COMMENT
    assert all(each.isprintable() or each == "\n" for each in text)
