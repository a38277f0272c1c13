"""Every operation of the owner is read back as what it is, and nothing else passes for one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.chain import collector, wallets
from krypton.chain import collector_bodies as bodies
from krypton.chain import collector_messages as wire
from krypton.chain.builder import Builder
from krypton.chain.cells import one_from_boc, to_boc
from krypton.chain.messages import ATTACHED, SEND_MODE, Wire
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.collector import MAX_THRESHOLD, MIN_THRESHOLD, Prices, Terms
from krypton.domain.errors import BadAddress, OutOfBounds, SignerRefused
from krypton.domain.operation import Deploy, ForceWithdraw, Intent, Sending, SetMinWithdrawal
from krypton.domain.ports import Composer, Decoder

TODAY = Prices(gas=4369067, flat_gas=100, flat=6667, lump=66667, bit=4369067, cell=436906667)
OLD = Prices(gas=26214400, flat_gas=100, flat=40000, lump=400000, bit=26214400, cell=2621440000)
OWNER = Address(0, b"\x01" * 32)
SUPPLIER = Address(0, b"\x02" * 32)
COLLECTOR = Address(0, b"\x03" * 32)
TERMS = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * 10**9, fee_bps=100)
QUERY = 2**64 - 5

composer: Composer = Wire()
decoder: Decoder = Wire()


def deploy(threshold: int, bps: int, id_: int, funding: int) -> Intent:
    return Deploy(
        terms=replace(TERMS, min_withdrawal=threshold, fee_bps=bps, collector_id=id_), funding=funding
    )


def set_min(value: int) -> Intent:
    return SetMinWithdrawal(collector=COLLECTOR, value=value)


thresholds = st.just(0) | st.integers(MIN_THRESHOLD, MAX_THRESHOLD)
intents: st.SearchStrategy[Intent] = st.one_of(
    st.builds(
        deploy, thresholds, st.integers(0, 1_000), st.integers(0, 2**32 - 1), st.integers(50_000_000, 10**10)
    ),
    st.builds(set_min, thresholds),
    st.just(ForceWithdraw(collector=COLLECTOR)),
)


@given(intent=intents, query_id=st.integers(0, 2**64 - 1))
def test_an_intent_survives_writing_and_reading(intent: Intent, query_id: int) -> None:
    assert decoder.intent(composer.sending(intent, query_id=query_id)) == intent


@pytest.mark.parametrize("version", WalletVersion)
@given(intent=intents)
def test_and_through_the_payload_that_is_signed(version: WalletVersion, intent: Intent) -> None:
    sending = composer.sending(intent, query_id=QUERY)
    unsigned = composer.unsigned(sending, version=version, global_id=-239, seqno=3, valid_until=2_000_000_000)
    found = decoder.decode(unsigned.payload, version=version, global_id=-239)
    assert found == unsigned
    assert decoder.intent(found.sending) == intent


def test_a_deploy_carries_the_contract_to_its_own_address() -> None:
    sending = composer.sending(Deploy(terms=TERMS, funding=70_000_000), query_id=QUERY)
    assert sending.destination == composer.collector_address(TERMS)
    assert sending.state_init is not None
    assert one_from_boc(sending.state_init).hash == sending.destination.account
    assert (sending.value, sending.mode, sending.bounce) == (70_000_000, SEND_MODE, True)
    assert bodies.decode(sending.body) == wire.TopUp(query_id=QUERY)


@pytest.mark.parametrize(
    "intent", [SetMinWithdrawal(collector=COLLECTOR, value=10**9), ForceWithdraw(collector=COLLECTOR)]
)
def test_other_operations_carry_gas_money_and_no_contract(intent: Intent) -> None:
    sending = composer.sending(intent, query_id=QUERY)
    assert (sending.destination, sending.value, sending.state_init) == (COLLECTOR, ATTACHED, None)
    assert sending.bounce


def test_terms_that_the_contract_would_not_keep_are_not_written() -> None:
    with pytest.raises(OutOfBounds):
        composer.collector_address(replace(TERMS, fee_bps=1_001))
    with pytest.raises(BadAddress):
        composer.sending(
            Deploy(terms=replace(TERMS, supplier=Address(-1, bytes(32))), funding=10**8), query_id=1
        )
    with pytest.raises(OutOfBounds):
        composer.sending(SetMinWithdrawal(collector=COLLECTOR, value=MAX_THRESHOLD + 1), query_id=1)


def test_the_envelope_is_the_wallets() -> None:
    key = b"\x05" * 32
    wallet = composer.wallet_address(key, WalletVersion.V5R1, global_id=-239)
    unsigned = composer.unsigned(
        composer.sending(ForceWithdraw(collector=COLLECTOR), query_id=QUERY),
        version=WalletVersion.V5R1,
        global_id=-239,
        seqno=3,
        valid_until=2_000_000_000,
    )
    made = decoder.envelope(unsigned, wallet=wallet, public_key=key, first_use=True, signature=bytes(64))
    assert made == wallets.envelope(
        unsigned, wallet=wallet, public_key=key, first_use=True, signature=bytes(64)
    )


# --- what is not an operation --------------------------------------------------------------------

PLAIN = composer.sending(ForceWithdraw(collector=COLLECTOR), query_id=QUERY)
DEPLOY = composer.sending(Deploy(terms=TERMS, funding=70_000_000), query_id=QUERY)


def with_init(data: bytes | None, *, code: bytes) -> Sending:
    init = Builder().uint(0, 2).maybe(one_from_boc(code)).maybe(None if data is None else one_from_boc(data))
    cell = init.maybe(None).end()
    return replace(DEPLOY, state_init=to_boc(cell), destination=wallets.address_of(cell))


@pytest.mark.parametrize(
    "sending",
    [
        replace(PLAIN, bounce=False),
        replace(PLAIN, value=PLAIN.value + 1),
        replace(PLAIN, mode=128),
        replace(PLAIN, body=b""),
        replace(PLAIN, body=to_boc(Builder().end())),
        replace(PLAIN, body=to_boc(Builder().uint(0x792C3DBD, 32).uint(1, 64).uint(0, 1).end())),
        replace(PLAIN, body=bodies.encode(wire.SetFee(query_id=1, fee_bps=1))),
        replace(PLAIN, body=bodies.encode(wire.TopUp(query_id=1))),
        replace(PLAIN, state_init=DEPLOY.state_init),
        replace(PLAIN, body=bodies.encode(wire.SetMinWithdrawal(query_id=1, min_withdrawal=1))),
        replace(DEPLOY, destination=COLLECTOR),
        replace(DEPLOY, state_init=b"\x00"),
        replace(DEPLOY, state_init=to_boc(wallets.code(WalletVersion.V4R2))),
        with_init(None, code=collector.shipped_code().boc),
        with_init(to_boc(collector.data_cell(TERMS)), code=to_boc(wallets.code(WalletVersion.V4R2))),
        with_init(to_boc(Builder().end()), code=collector.shipped_code().boc),
    ],
    ids=lambda sending: f"{sending.value}-{sending.mode}-{sending.bounce}-{len(sending.body)}",
)
def test_anything_else_is_refused(sending: Sending) -> None:
    with pytest.raises(SignerRefused):
        decoder.intent(sending)


def test_a_deploy_with_figures_that_it_never_earned_is_refused() -> None:
    figures = collector.Stats(fee_balance=1, total_collected=1, refundable=0, last_withdrawal_time=0)
    data = to_boc(collector.data_cell(TERMS, figures))
    with pytest.raises(SignerRefused):
        decoder.intent(with_init(data, code=collector.shipped_code().boc))


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("prices", [TODAY, OLD], ids=["today", "before"])
@pytest.mark.parametrize(
    "intent",
    [
        Deploy(terms=TERMS, funding=70_000_000),
        SetMinWithdrawal(collector=COLLECTOR, value=10**9),
        ForceWithdraw(collector=COLLECTOR),
    ],
)
def test_the_bound_is_of_the_right_size(intent: Intent, prices: Prices) -> None:
    later = composer.network_fee_bound(intent, prices=prices, first_use=False)
    first = composer.network_fee_bound(intent, prices=prices, first_use=True)
    assert later < first
    assert prices.gas_fee(10_000) < later
    assert first < 30_000_000 * (1 if prices is TODAY else 6)
    if not isinstance(intent, Deploy) and prices is TODAY:
        assert later < ATTACHED
