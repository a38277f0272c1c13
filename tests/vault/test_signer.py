"""The signer signs what was confirmed and nothing else."""

from dataclasses import replace

import pytest
from nacl.signing import VerifyKey
from pytoniq_core import Builder, Cell, MessageAny, Slice

from krypton.chain.messages import Wire
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import SignerRefused
from krypton.domain.money import NANO
from krypton.domain.operation import Confirmed, Deploy, ForceWithdraw, Intent, SetMinWithdrawal, Signed
from krypton.vault import signer
from tests.fakes import values
from tests.fakes.values import COLLECTOR, GLOBAL_ID, SUPPLIER, TERMS, WALLET
from tests.fakes.words import OTHER_WORDS, WORDS

INTENTS: list[Intent] = [
    SetMinWithdrawal(collector=COLLECTOR, value=20 * NANO),
    ForceWithdraw(collector=COLLECTOR),
    Deploy(terms=TERMS, funding=NANO // 10),
]


def sign(confirmed: Confirmed, *, words: tuple[str, ...] = WORDS) -> Signed:
    return signer.sign(
        confirmed,
        wallet=WALLET,
        global_id=GLOBAL_ID,
        composer=Wire(),
        decoder=Wire(),
        words=lambda: words,
    )


def taken_apart(signed: Signed, version: WalletVersion) -> tuple[MessageAny, bytes, Cell]:
    """The message as pytoniq_core reads it, its signature, and the cell that was signed."""
    message = MessageAny.deserialize(Slice.one_from_boc(signed.message))
    bits = message.body.bits.to01()
    said, signature = (
        (bits[:-512], bits[-512:]) if version is WalletVersion.V5R1 else (bits[512:], bits[:512])
    )
    cell = Builder().store_bits(said)
    rest = message.body.begin_parse()
    while rest.remaining_refs:
        cell = cell.store_ref(rest.load_ref())
    return message, int(signature, 2).to_bytes(64, "big"), cell.end_cell()


@pytest.mark.parametrize("intent", INTENTS)
def test_what_was_confirmed_is_signed_with_the_wallets_key(intent: Intent) -> None:
    confirmed = values.confirmed(intent)
    signed = sign(confirmed)
    assert signed.confirmed is confirmed
    message, signature, cell = taken_apart(signed, WALLET.version)
    assert message.info.dest.hash_part == WALLET.address.account
    assert message.init is None
    assert cell.hash == confirmed.preview.unsigned.payload_hash
    VerifyKey(WALLET.public_key).verify(cell.hash, signature)


def test_an_older_wallet_signs_too() -> None:
    address = Wire().wallet_address(WALLET.public_key, WalletVersion.V4R2, global_id=GLOBAL_ID)
    wallet = replace(WALLET, version=WalletVersion.V4R2, address=address)
    unsigned = Wire().unsigned(
        values.preview().unsigned.sending,
        version=WalletVersion.V4R2,
        global_id=GLOBAL_ID,
        seqno=3,
        valid_until=values.CHAIN_TIME,
    )
    signed = signer.sign(
        values.confirmed(wallet=address, unsigned=unsigned),
        wallet=wallet,
        global_id=GLOBAL_ID,
        composer=Wire(),
        decoder=Wire(),
        words=lambda: WORDS,
    )
    _, signature, cell = taken_apart(signed, WalletVersion.V4R2)
    VerifyKey(WALLET.public_key).verify(cell.hash, signature)
    assert cell.hash == unsigned.payload_hash


def test_a_first_use_brings_the_wallets_code() -> None:
    preview = values.preview(seqno=0, first_use=True)
    message, _, _ = taken_apart(sign(Confirmed(preview=preview, at=1)), WALLET.version)
    assert message.init is not None
    assert message.init.serialize().hash == WALLET.address.account


class TestRefusals:
    def refused(self, confirmed: Confirmed, *, words: tuple[str, ...] = WORDS) -> str:
        with pytest.raises(SignerRefused) as caught:
            sign(confirmed, words=words)
        return caught.value.what

    def test_another_wallet(self) -> None:
        assert self.refused(values.confirmed(wallet=SUPPLIER)) == "wallet"

    def test_another_public_key(self) -> None:
        assert self.refused(values.confirmed(public_key=bytes(32))) == "public_key"

    def test_words_of_another_wallet(self) -> None:
        assert self.refused(values.confirmed(), words=OTHER_WORDS) == "key"

    def test_another_intent_than_the_cells(self) -> None:
        for intent in (
            SetMinWithdrawal(collector=COLLECTOR, value=21 * NANO),
            ForceWithdraw(collector=COLLECTOR),
        ):
            assert self.refused(values.confirmed(intent=intent)) == "intent"

    def test_another_collector_than_the_cells(self) -> None:
        assert self.refused(values.confirmed(collector=SUPPLIER)) == "collector"

    def test_a_deploy_that_lands_elsewhere(self) -> None:
        deploy = Deploy(terms=TERMS, funding=NANO)
        astray = replace(Wire().sending(deploy, query_id=1), destination=SUPPLIER)
        unsigned = Wire().unsigned(
            astray, version=WALLET.version, global_id=GLOBAL_ID, seqno=1, valid_until=1
        )
        assert self.refused(values.confirmed(deploy, unsigned=unsigned, collector=SUPPLIER)) == "operation"

    def test_a_first_use_with_a_seqno(self) -> None:
        assert self.refused(values.confirmed(first_use=True)) == "first_use"

    @pytest.mark.parametrize(
        ("changed", "what"),
        [
            ({"seqno": 4}, "unsigned"),
            ({"valid_until": 4}, "unsigned"),
            ({"wallet_id": 4}, "unsigned"),
            ({"payload_hash": bytes(32)}, "payload_hash"),
            ({"version": WalletVersion.V4R2}, "version"),
            ({"payload": b"not a cell"}, "payload"),
        ],
    )
    def test_fields_that_differ_from_the_cell(self, changed: dict[str, object], what: str) -> None:
        unsigned = replace(values.preview().unsigned, **changed)
        assert self.refused(values.confirmed(unsigned=unsigned)) == what

    @pytest.mark.parametrize(
        "changed",
        [
            {"value": 1},
            {"destination": SUPPLIER},
            {"bounce": False},
            {"mode": 128},
            {"body": b""},
            {"state_init": b""},
        ],
    )
    def test_a_sending_that_differs_from_the_cell(self, changed: dict[str, object]) -> None:
        unsigned = values.preview().unsigned
        shown = replace(unsigned, sending=replace(unsigned.sending, **changed))
        assert self.refused(values.confirmed(unsigned=shown)) == "sending"

    def test_a_cell_for_another_network(self) -> None:
        unsigned = Wire().unsigned(
            values.preview().unsigned.sending, version=WALLET.version, global_id=-239, seqno=3, valid_until=1
        )
        assert self.refused(values.confirmed(unsigned=unsigned)) == "payload"


def test_a_key_that_does_not_sign_for_the_wallet_fails_its_test() -> None:
    signer.test_key(WORDS, public_key=WALLET.public_key)
    with pytest.raises(SignerRefused) as caught:
        signer.test_key(OTHER_WORDS, public_key=WALLET.public_key)
    assert caught.value.what == "signature"


def test_words_are_asked_for_only_when_all_else_fits() -> None:
    def never() -> tuple[str, ...]:
        raise AssertionError

    with pytest.raises(SignerRefused):
        signer.sign(
            values.confirmed(first_use=True),
            wallet=WALLET,
            global_id=GLOBAL_ID,
            composer=Wire(),
            decoder=Wire(),
            words=never,
        )
