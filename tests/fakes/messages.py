"""A Composer and a Decoder whose "cells" are canonical JSON: for tests of what surrounds the real ones.

The real ones (krypton.chain) are tested against the chain; here a payload only has to be
self-describing, so that a test can change one thing in it and see who notices.
"""

import hashlib
from dataclasses import dataclass, replace

from krypton.domain import codec
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.collector import Prices, Terms
from krypton.domain.errors import SignerRefused
from krypton.domain.money import Nano
from krypton.domain.operation import Deploy, ForceWithdraw, Intent, Sending, SetMinWithdrawal, Unsigned

NETWORK_FEE: Nano = 7_000_000
MESSAGE_VALUE: Nano = 50_000_000
DEPLOY_MODE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What stands for the body of an internal message."""

    intent: Deploy | SetMinWithdrawal | ForceWithdraw
    query_id: int


def _address(*parts: object) -> Address:
    return Address(0, hashlib.sha256(repr(parts).encode()).digest())


class JsonComposer:
    """Implements domain.ports.Composer."""

    def wallet_address(self, public_key: bytes, version: WalletVersion, *, global_id: int) -> Address:
        return _address(public_key, version, global_id if version is WalletVersion.V5R1 else 0)

    def collector_address(self, terms: Terms, /) -> Address:
        return _address(terms)

    def sending(self, intent: Intent, /, *, query_id: int) -> Sending:
        match intent:
            case Deploy(terms=terms, funding=funding):
                destination, value = self.collector_address(terms), funding
            case SetMinWithdrawal(collector=collector) | ForceWithdraw(collector=collector):
                destination, value = collector, MESSAGE_VALUE
        return Sending(
            destination=destination,
            value=value,
            bounce=not isinstance(intent, Deploy),
            mode=DEPLOY_MODE,
            body=codec.dumps(Body(intent=intent, query_id=query_id)).encode(),
            state_init=b"init" if isinstance(intent, Deploy) else None,
        )

    def unsigned(
        self, sending: Sending, *, version: WalletVersion, global_id: int, seqno: int, valid_until: int
    ) -> Unsigned:
        bare = Unsigned(
            version=version,
            wallet_id=global_id,
            seqno=seqno,
            valid_until=valid_until,
            sending=sending,
            payload=b"",
            payload_hash=b"",
        )
        payload = codec.dumps(bare).encode()
        return replace(bare, payload=payload, payload_hash=hashlib.sha256(payload).digest())

    def network_fee_bound(self, intent: Intent, *, prices: Prices, first_use: bool) -> Nano:
        del intent, prices
        return NETWORK_FEE * (2 if first_use else 1)


class JsonDecoder:
    """Implements domain.ports.Decoder."""

    def decode(self, payload: bytes, *, version: WalletVersion, global_id: int) -> Unsigned:
        try:
            bare = codec.loads(Unsigned, payload.decode())
        except ValueError:
            raise SignerRefused(what="payload") from None
        if bare.version is not version or bare.wallet_id != global_id:
            raise SignerRefused(what="wallet_id")
        return replace(bare, payload=payload, payload_hash=hashlib.sha256(payload).digest())

    def intent(self, sending: Sending, /) -> Intent:
        return codec.loads(Body, sending.body.decode()).intent

    def envelope(
        self, unsigned: Unsigned, *, wallet: Address, public_key: bytes, first_use: bool, signature: bytes
    ) -> tuple[bytes, bytes]:
        del public_key
        message = b"|".join((wallet.raw.encode(), b"init" if first_use else b"", unsigned.payload, signature))
        return message, hashlib.sha256(message).digest()
