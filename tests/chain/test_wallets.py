"""Wallet payloads are byte for byte what an independent library makes, and nothing else is signed."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey
from pytoniq.contract.contract import Contract
from pytoniq.contract.wallets.wallet import WALLET_V4_R2_CODE, WalletV4R2
from pytoniq.contract.wallets.wallet_v5 import WALLET_V5_R1_CODE, WalletV5R1
from pytoniq_core import Address as CoreAddress
from pytoniq_core import Cell as CoreCell
from pytoniq_core import MessageAny, StateInit, WalletMessage

from krypton.chain import wallets
from krypton.chain.builder import Builder
from krypton.chain.cells import one_from_boc, to_boc
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import SignerRefused
from krypton.domain.operation import Sending, Unsigned

PRIVATE = bytes(range(32))
PUBLIC = bytes(SigningKey(PRIVATE).verify_key)
SECRET = PRIVATE + PUBLIC
MAINNET = -239
BODY = Builder().uint(0x2F93E27B, 32).uint(7, 64).coins(10_000_000_000).end()
INIT = wallets.init_cell(BODY, Builder().uint(1, 8).end())
BOTH = pytest.mark.parametrize("version", WalletVersion)


def sending(*, init: bool = False, bounce: bool = True, value: int = 20_000_000) -> Sending:
    return Sending(
        destination=Address(0, b"\x11" * 32),
        value=value,
        bounce=bounce,
        mode=3,
        body=to_boc(BODY),
        state_init=to_boc(INIT) if init else None,
    )


def made(version: WalletVersion, what: Sending, *, seqno: int = 5, global_id: int = MAINNET) -> Unsigned:
    return wallets.unsigned(
        what, version=version, global_id=global_id, seqno=seqno, valid_until=1_800_000_000
    )


def address(version: WalletVersion, *, global_id: int = MAINNET) -> Address:
    id_ = wallets.wallet_id(version, global_id=global_id)
    return wallets.address_of(wallets.state_init(PUBLIC, version, id_=id_))


V5: Any = WalletV5R1  # its method wants a self that it only asks for a class method


def core_message(what: Sending) -> WalletMessage:
    cell = CoreCell.one_from_boc(to_boc(wallets.internal_message(what)))
    return WalletMessage(send_mode=what.mode, message=cast("Any", SimpleNamespace(serialize=lambda: cell)))


def core_body(version: WalletVersion, what: Sending, *, seqno: int = 5) -> CoreCell:
    id_ = wallets.wallet_id(version, global_id=MAINNET)
    if version is WalletVersion.V4R2:
        return WalletV4R2.raw_create_transfer_msg(SECRET, seqno, id_, [core_message(what)], 1_800_000_000)
    return V5.raw_create_transfer_msg(V5, SECRET, seqno, id_, [core_message(what)], 1_800_000_000)


def test_the_codes_are_the_published_ones() -> None:
    assert wallets.code(WalletVersion.V4R2).hash == WALLET_V4_R2_CODE.hash
    assert wallets.code(WalletVersion.V5R1).hash == WALLET_V5_R1_CODE.hash
    assert wallets.code(WalletVersion.V4R2).hash.hex() == (
        "feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0"
    )
    assert wallets.code(WalletVersion.V5R1).hash.hex() == (
        "20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f"
    )


@pytest.mark.parametrize("global_id", [-239, -3, -777])
def test_addresses_are_those_of_an_independent_library(global_id: int) -> None:
    four = StateInit(code=WALLET_V4_R2_CODE, data=WalletV4R2.create_data_cell(PUBLIC)).serialize()
    assert address(WalletVersion.V4R2, global_id=global_id) == Address(0, four.hash)
    data = WalletV5R1.create_data_cell(PUBLIC, network_global_id=global_id)
    five = StateInit(code=WALLET_V5_R1_CODE, data=data).serialize()
    assert address(WalletVersion.V5R1, global_id=global_id) == Address(0, five.hash)


def test_the_id_of_a_mainnet_v5_wallet_is_the_known_one() -> None:
    assert (
        wallets.wallet_id(WalletVersion.V5R1, global_id=-239) == 0x7FFFFF11
    )  # 2147483409, as wallets show it
    assert wallets.wallet_id(WalletVersion.V5R1, global_id=-3) == 0x7FFFFFFD
    assert wallets.wallet_id(WalletVersion.V4R2, global_id=-3) == 698983191


@BOTH
@pytest.mark.parametrize("init", [False, True])
@pytest.mark.parametrize("bounce", [False, True])
def test_an_envelope_is_what_an_independent_library_makes(
    version: WalletVersion, *, init: bool, bounce: bool
) -> None:
    what = sending(init=init, bounce=bounce)
    expected = core_body(version, what)
    signature = signature_of(version, expected)
    wallet = address(version)
    message, hash_ = wallets.envelope(
        made(version, what), wallet=wallet, public_key=PUBLIC, first_use=False, signature=signature
    )
    read = MessageAny.deserialize(CoreCell.one_from_boc(message).begin_parse())
    assert read.body.hash == expected.hash
    assert read.init is None
    assert (read.info.dest.wc, read.info.dest.hash_part) == (0, wallet.account)
    assert hash_ == CoreCell.one_from_boc(message).hash  # written in the normalised form already


@BOTH
def test_the_first_message_brings_the_contract_and_hashes_alike(version: WalletVersion) -> None:
    signature = bytes(64)
    wallet = address(version)
    first = wallets.envelope(
        made(version, sending(), seqno=0),
        wallet=wallet,
        public_key=PUBLIC,
        first_use=True,
        signature=signature,
    )
    later = wallets.envelope(
        made(version, sending(), seqno=0),
        wallet=wallet,
        public_key=PUBLIC,
        first_use=False,
        signature=signature,
    )
    assert first[1] == later[1]
    read = MessageAny.deserialize(CoreCell.one_from_boc(first[0]).begin_parse())
    assert read.init is not None
    assert read.init.serialize().hash == wallet.account


def signature_of(version: WalletVersion, body: CoreCell) -> bytes:
    data = body.bits.tobytes()
    return data[:64] if version is WalletVersion.V4R2 else body.bits[-512:].tobytes()


def test_an_independent_library_reads_the_message_that_we_write() -> None:
    what = sending(init=True)
    read = MessageAny.deserialize(CoreCell.one_from_boc(to_boc(wallets.internal_message(what))).begin_parse())
    init = StateInit.deserialize(CoreCell.one_from_boc(to_boc(INIT)).begin_parse())
    theirs = Contract.create_internal_msg(
        dest=CoreAddress(what.destination.raw),
        value=what.value,
        body=CoreCell.one_from_boc(what.body),
        state_init=init,
        bounce=True,
    )
    assert read.init is not None
    assert theirs.init is not None
    assert read.info.serialize().hash == theirs.info.serialize().hash
    assert read.init.serialize().hash == theirs.init.serialize().hash
    assert read.body.hash == theirs.body.hash


# --- decoding ------------------------------------------------------------------------------------


@BOTH
@given(
    value=st.integers(0, 2**120 - 1),
    seqno=st.integers(0, 2**32 - 1),
    account=st.binary(min_size=32, max_size=32),
    init=st.booleans(),
    bounce=st.booleans(),
    mode=st.integers(0, 255),
)
def test_what_was_written_is_read_back(
    *, version: WalletVersion, value: int, seqno: int, account: bytes, init: bool, bounce: bool, mode: int
) -> None:
    what = replace(sending(init=init, bounce=bounce, value=value), destination=Address(0, account), mode=mode)
    unsigned = made(version, what, seqno=seqno)
    assert wallets.decode(unsigned.payload, version=version, global_id=MAINNET) == unsigned


@BOTH
def test_a_payload_of_another_network_or_version_is_refused(version: WalletVersion) -> None:
    other = next(each for each in WalletVersion if each is not version)
    payload = made(version, sending()).payload
    with pytest.raises(SignerRefused):
        wallets.decode(payload, version=other, global_id=MAINNET)
    if version is WalletVersion.V5R1:
        with pytest.raises(SignerRefused):
            wallets.decode(payload, version=version, global_id=-3)


def test_two_messages_in_one_payload_are_refused() -> None:
    four = core_four(2)
    with pytest.raises(SignerRefused):
        wallets.decode(four, version=WalletVersion.V4R2, global_id=MAINNET)
    body = V5.raw_create_transfer_msg(
        V5,
        SECRET,
        5,
        wallets.wallet_id(WalletVersion.V5R1, global_id=MAINNET),
        [core_message(sending()), core_message(sending())],
        1_800_000_000,
    )
    cut = one_from_boc(body.to_boc())
    payload = Builder().uint(cut.bits >> 512, cut.size - 512)
    for ref in cut.refs:
        payload.ref(ref)
    with pytest.raises(SignerRefused):
        wallets.decode(to_boc(payload.end()), version=WalletVersion.V5R1, global_id=MAINNET)


def core_four(count: int) -> bytes:
    body = WalletV4R2.raw_create_transfer_msg(
        SECRET, 5, wallets.V4R2_SUBWALLET, [core_message(sending())] * count, 1_800_000_000
    )
    cut = one_from_boc(body.to_boc())
    payload = Builder().uint(cut.bits & (1 << cut.size - 512) - 1, cut.size - 512)
    for ref in cut.refs:
        payload.ref(ref)
    return to_boc(payload.end())


def test_the_librarys_payload_of_one_message_is_ours() -> None:
    assert core_four(1) == made(WalletVersion.V4R2, sending()).payload


@BOTH
@given(bit=st.integers(0, 4_000))
def test_no_bit_of_a_payload_escapes_the_decoder(version: WalletVersion, bit: int) -> None:
    payload = made(version, sending(init=True)).payload
    if bit >= len(payload) * 8:
        return
    changed = bytearray(payload)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        found = wallets.decode(bytes(changed), version=version, global_id=MAINNET)
    except SignerRefused:
        return
    assert found.payload_hash == one_from_boc(bytes(changed)).hash
    assert found != made(version, sending(init=True)) or found.payload == payload


@BOTH
def test_an_extra_currency_or_an_instant_flag_is_refused(version: WalletVersion) -> None:
    genuine = wallets.internal_message(sending())
    odd = Builder().uint(genuine.bits ^ 1 << genuine.size - 2, genuine.size)  # ihr_disabled
    for ref in genuine.refs:
        odd.ref(ref)
    if version is WalletVersion.V4R2:
        head = Builder().uint(wallets.V4R2_SUBWALLET, 32).uint(9, 32).uint(1, 32).uint(3, 16).ref(odd.end())
        payload = head.end()
    else:
        actions = Builder().ref(Builder().end()).uint(0x0EC3C86D, 32).uint(3, 8).ref(odd.end()).end()
        id_ = wallets.wallet_id(version, global_id=MAINNET)
        head = Builder().uint(0x7369676E, 32).uint(id_, 32).uint(9, 32).uint(1, 32)
        payload = head.maybe(actions).flag(0).end()
    with pytest.raises(SignerRefused):
        wallets.decode(to_boc(payload), version=version, global_id=MAINNET)


@BOTH
def test_an_envelope_for_another_wallet_or_without_a_signature_is_refused(version: WalletVersion) -> None:
    unsigned = made(version, sending())
    with pytest.raises(SignerRefused):
        wallets.envelope(
            unsigned, wallet=Address(0, bytes(32)), public_key=PUBLIC, first_use=False, signature=bytes(64)
        )
    with pytest.raises(SignerRefused):
        wallets.envelope(
            unsigned, wallet=address(version), public_key=PUBLIC, first_use=False, signature=bytes(63)
        )
