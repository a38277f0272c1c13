"""The chain of an operation: whole, canonical, and read back exactly."""

import json
from dataclasses import replace
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain import codec
from krypton.domain.address import Address
from krypton.domain.chain import Stamp, WalletVersion
from krypton.domain.collector import Share, Terms
from krypton.domain.operation import (
    Change,
    Confirmed,
    Deploy,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sending,
    Sent,
    SetMinWithdrawal,
    Settled,
    Signed,
    Unsigned,
    Warn,
)

HERE = Address(0, b"\x01" * 32)
THERE = Address(0, b"\x02" * 32)
TERMS = Terms(
    owner=HERE,
    supplier=THERE,
    min_withdrawal=10**10,
    fee_bps=100,
    split=(Share(recipient=THERE, bps=100),),
)
SENDING = Sending(destination=THERE, value=1, bounce=True, mode=3, body=b"\x01", state_init=None)
UNSIGNED = Unsigned(
    version=WalletVersion.V5R1,
    wallet_id=-5,
    seqno=3,
    valid_until=99,
    sending=SENDING,
    payload=b"p",
    payload_hash=bytes(32),
)


def preview(intent: Intent) -> Preview:
    return Preview(
        intent=intent,
        network="ab" * 32,
        wallet=HERE,
        public_key=bytes(32),
        first_use=True,
        collector=THERE,
        unsigned=UNSIGNED,
        changes=(
            Change(field=Field.MIN_WITHDRAWAL, old=None, new=5),
            Change(field=Field.SUPPLIER, old=HERE, new=THERE),
        ),
        amount=77,
        network_fee=8,
        warnings=(Warn.UNPROVEN,),
        block_seqno=5,
        made_at=6,
    )


INTENTS: list[Intent] = [
    Deploy(terms=TERMS, funding=7),
    SetMinWithdrawal(collector=THERE, value=12),
    ForceWithdraw(collector=THERE),
]


@pytest.mark.parametrize("intent", INTENTS)
def test_a_settled_operation_reads_back_whole(intent: Intent) -> None:
    signed = Signed(confirmed=Confirmed(preview=preview(intent), at=1), message=b"m", hash=b"h" * 32)
    settled = Settled(sent=Sent(signed=signed, id=4, at=2), stamp=Stamp(lt=1, hash=bytes(32), time=3))
    assert codec.loads(Settled, codec.dumps(settled)) == settled


@pytest.mark.parametrize(("intent", "challenge"), list(zip(INTENTS, [10**10, 12, 77], strict=True)))
def test_the_owner_types_back_the_number_that_matters(intent: Intent, challenge: int) -> None:
    assert preview(intent).challenge == challenge


def test_the_digest_stands_for_everything_shown() -> None:
    one = preview(INTENTS[1])
    assert len(one.digest) == 20
    assert one.digest == preview(INTENTS[1]).digest
    others = [
        replace(one, network_fee=9),
        replace(one, warnings=()),
        replace(one, unsigned=replace(UNSIGNED, valid_until=100)),
        replace(one, network="cd" * 32),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 5


def test_json_numbers_are_strings() -> None:
    assert json.loads(codec.dumps(Change(field=Field.FEE_BPS, old=None, new=2**70)))[".new"] == str(2**70)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type":"Stamp"}',
        '{"type":"Stamp",".lt":1,".hash":"","  .time":"1"}',
        '{"type":"Stamp",".lt":1,".hash":"",".time":"1"}',
        '{"type":"Stamp",".lt":"x",".hash":"",".time":"1"}',
        '{"type":"Stamp",".lt":"1",".hash":"0",".time":"1"}',
        '{"type":"Other",".lt":"1",".hash":"",".time":"1"}',
        '{"type":"Stamp",".lt":"1",".hash":"",".time":"1",".more":"1"}',
        "[" * 100_000,
    ],
)
def test_refuses_any_other_text(text: str) -> None:
    with pytest.raises(codec.Unreadable):
        codec.loads(Stamp, text)


@given(st.text(max_size=40))
def test_never_crashes_on_text(text: str) -> None:
    with pytest.raises(codec.Unreadable):
        codec.loads(Preview, text)


def test_a_type_it_does_not_know_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        codec.dumps(1.5)
    with pytest.raises(codec.Unreadable):
        codec.loads(list, "[]")
    with pytest.raises(codec.Unreadable):
        codec.loads(Preview, codec.dumps(preview(INTENTS[2])).replace('"v5r1"', '"v9"'))
    with pytest.raises(codec.Unreadable):
        codec.loads(Terms, codec.dumps(TERMS).replace('".split":[', '".split":"x",".old":['))
    with pytest.raises(codec.Unreadable):
        codec.loads(Terms, codec.dumps(replace(TERMS, split=())).replace('".split":[]', '".split":"x"'))
    with pytest.raises(codec.Unreadable):
        codec.loads(Terms, codec.dumps(TERMS).replace('".paused":false', '".paused":"0"'))


def test_a_value_that_fits_no_part_of_a_union_is_refused() -> None:
    change = codec.dumps(Change(field=Field.FEE_BPS, old=None, new=7))
    with pytest.raises(codec.Unreadable):
        codec.loads(Change, change.replace('".old":null', '".old":[]'))


class Colour(Enum):
    RED = "red"


def test_plain_values() -> None:
    assert codec.loads(Colour, codec.dumps(Colour.RED)) is Colour.RED
    assert codec.loads(str, codec.dumps("x")) == "x"
    with pytest.raises(codec.Unreadable):
        codec.loads(str, "true")
