"""The signer signs what was confirmed and nothing else."""

import hashlib
from dataclasses import replace

import pytest
from nacl.signing import VerifyKey

from krypton.domain.chain import WalletVersion
from krypton.domain.errors import SignerRefused
from krypton.domain.money import NANO
from krypton.domain.operation import Confirmed, Deploy, ForceWithdraw, Intent, SetMinWithdrawal, Signed
from krypton.vault import signer
from tests.fakes import values
from tests.fakes.messages import JsonComposer, JsonDecoder
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
        composer=JsonComposer(),
        decoder=JsonDecoder(),
        words=lambda: words,
    )


@pytest.mark.parametrize("intent", INTENTS)
def test_what_was_confirmed_is_signed_with_the_wallets_key(intent: Intent) -> None:
    confirmed = values.confirmed(intent)
    signed = sign(confirmed)
    assert signed.confirmed is confirmed
    assert signed.hash == hashlib.sha256(signed.message).digest()
    unsigned = confirmed.preview.unsigned
    assert unsigned.payload in signed.message
    VerifyKey(WALLET.public_key).verify(unsigned.payload_hash, signed.message[-64:])


def test_a_first_use_brings_the_wallets_code() -> None:
    preview = values.preview(seqno=0, first_use=True)
    assert b"|init|" in sign(Confirmed(preview=preview, at=1)).message


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
        astray = replace(JsonComposer().sending(deploy, query_id=1), destination=SUPPLIER)
        unsigned = JsonComposer().unsigned(
            astray, version=WALLET.version, global_id=GLOBAL_ID, seqno=1, valid_until=1
        )
        assert self.refused(values.confirmed(deploy, unsigned=unsigned, collector=SUPPLIER)) == "collector"

    def test_a_first_use_with_a_seqno(self) -> None:
        assert self.refused(values.confirmed(first_use=True)) == "first_use"

    @pytest.mark.parametrize(
        "changed, what",
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
        unsigned = JsonComposer().unsigned(
            values.preview().unsigned.sending, version=WALLET.version, global_id=-239, seqno=3, valid_until=1
        )
        assert self.refused(values.confirmed(unsigned=unsigned)) == "wallet_id"


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
            composer=JsonComposer(),
            decoder=JsonDecoder(),
            words=never,
        )
