"""Signing exactly what was confirmed, after reading the cell back; knows no storage and trusts no preview."""

from collections.abc import Callable, Sequence
from typing import assert_never

from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_open
from nacl.exceptions import BadSignatureError

from krypton.domain.address import Address
from krypton.domain.errors import SignerRefused
from krypton.domain.operation import Confirmed, Deploy, ForceWithdraw, Preview, SetMinWithdrawal, Signed
from krypton.domain.ports import Composer, Decoder, KeptWallet
from krypton.vault import mnemonic
from krypton.vault.memory import short_lived

_HASH_BYTES = 32
# Longer than a cell's hash, so a signature over it can never pass for one over a message.
_SELF_TEST = b"Krypton signs this to see that the key it keeps is the key of this wallet"


def sign(
    confirmed: Confirmed,
    /,
    *,
    wallet: KeptWallet,
    global_id: int,
    composer: Composer,
    decoder: Decoder,
    words: Callable[[], Sequence[str]],
) -> Signed:
    """Sign what was confirmed, or raise SignerRefused; `words` are asked for last, when all else fits."""
    preview = confirmed.preview
    _compare(preview, wallet=wallet, global_id=global_id, composer=composer, decoder=decoder)
    public_key, secret_key = mnemonic.key_pair(words())
    with short_lived(secret_key):
        if public_key != preview.public_key:
            raise SignerRefused(what="key")
        signature = _signature(preview.unsigned.payload_hash, secret_key=secret_key, public_key=public_key)
    message, hash_ = decoder.envelope(
        preview.unsigned,
        wallet=preview.wallet,
        public_key=public_key,
        first_use=preview.first_use,
        signature=signature,
    )
    return Signed(confirmed=confirmed, message=message, hash=hash_)


def test_key(words: Sequence[str], *, public_key: bytes) -> None:
    """Sign something harmless and verify it under `public_key`. Raises SignerRefused."""
    _, secret_key = mnemonic.key_pair(words)
    with short_lived(secret_key):
        _signature(_SELF_TEST, secret_key=secret_key, public_key=public_key)


def _compare(
    preview: Preview, *, wallet: KeptWallet, global_id: int, composer: Composer, decoder: Decoder
) -> None:
    """Refuse whatever the cell, read back on its own, says differently from the preview."""
    unsigned = preview.unsigned
    owned = composer.wallet_address(wallet.public_key, wallet.version, global_id=global_id)
    found = decoder.decode(unsigned.payload, version=wallet.version, global_id=global_id)
    checks = {
        "wallet": preview.wallet == wallet.address == owned,
        "public_key": preview.public_key == wallet.public_key,
        "version": unsigned.version is wallet.version,
        "payload_hash": found.payload_hash == unsigned.payload_hash
        and len(found.payload_hash) == _HASH_BYTES,
        "sending": found.sending == unsigned.sending,
        "unsigned": found == unsigned,
        "intent": decoder.intent(found.sending) == preview.intent,
        "collector": found.sending.destination == preview.collector == _target(preview, composer),
        "first_use": not preview.first_use or unsigned.seqno == 0,
    }
    for what, same in checks.items():
        if not same:
            raise SignerRefused(what=what)


def _target(preview: Preview, composer: Composer) -> Address:
    match preview.intent:
        case Deploy(terms=terms):
            return composer.collector_address(terms)
        case SetMinWithdrawal(collector=collector) | ForceWithdraw(collector=collector):
            return collector
        case _ as never:
            assert_never(never)


def _signature(message: bytes, *, secret_key: bytes, public_key: bytes) -> bytes:
    """Return an Ed25519 signature that was verified: a faulty one could give the key away."""
    signed = crypto_sign(message, secret_key)
    try:
        crypto_sign_open(signed, public_key)
    except BadSignatureError:
        raise SignerRefused(what="signature") from None
    return signed[:crypto_sign_BYTES]
