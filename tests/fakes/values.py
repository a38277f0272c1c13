"""Whole, coherent domain values to begin a test with; a test changes the one thing that it is about."""

from dataclasses import replace

from krypton.chain.messages import Wire
from krypton.domain.address import Address
from krypton.domain.chain import Proof, Stamp, Standing, WalletVersion
from krypton.domain.collector import CollectorState, Prices, Stats, Terms
from krypton.domain.money import NANO
from krypton.domain.operation import Change, Confirmed, Field, Intent, Preview, SetMinWithdrawal
from krypton.domain.ports import KeptWallet
from tests.fakes.words import PUBLIC_KEY

GLOBAL_ID = -777
NETWORK = "ab" * 32
CHAIN_TIME = 1_700_000_000
VERSION = WalletVersion.V5R1
WALLET = KeptWallet(
    name="till",
    version=VERSION,
    public_key=PUBLIC_KEY,
    address=Wire().wallet_address(PUBLIC_KEY, VERSION, global_id=GLOBAL_ID),
    created_at=CHAIN_TIME - 1_000,
)
SUPPLIER = Address(0, b"\x05" * 32)
COLLECTOR = Address(0, b"\x0c" * 32)
BUYER = Address(0, b"\x0b" * 32)
# Config params 21 and 25 of August 2026.
PRICES = Prices(gas=4_369_067, flat_gas=100, flat=6_667, lump=66_667, bit=4_369_067, cell=436_906_667)
TERMS = Terms(owner=WALLET.address, supplier=SUPPLIER, min_withdrawal=10 * NANO, fee_bps=100)
STATE = CollectorState(
    address=COLLECTOR,
    code_hash=b"\xcc" * 32,
    balance=3 * NANO,
    terms=TERMS,
    stats=Stats(
        fee_balance=2 * NANO, total_collected=5 * NANO, refundable=0, last_withdrawal_time=CHAIN_TIME - 60
    ),
)


def standing(seqno: int = 100, *, proof: Proof = Proof.AGREED) -> Standing:
    return Standing(
        seqno=seqno, time=CHAIN_TIME + seqno - 100, proof=proof, agreeing=3, asked=4, received=CHAIN_TIME
    )


def stamp(lt: int) -> Stamp:
    return Stamp(lt=lt, hash=lt.to_bytes(32, "big"), time=CHAIN_TIME + lt)


def preview(intent: Intent | None = None, *, seqno: int = 3, first_use: bool = False) -> Preview:
    intent = intent or SetMinWithdrawal(collector=COLLECTOR, value=20 * NANO)
    composer = Wire()
    sending = composer.sending(intent, query_id=7)
    return Preview(
        intent=intent,
        network=NETWORK,
        wallet=WALLET.address,
        public_key=WALLET.public_key,
        first_use=first_use,
        collector=sending.destination,
        unsigned=composer.unsigned(
            sending, version=VERSION, global_id=GLOBAL_ID, seqno=seqno, valid_until=CHAIN_TIME + 300
        ),
        changes=(Change(field=Field.MIN_WITHDRAWAL, old=10 * NANO, new=20 * NANO),),
        amount=sending.value,
        network_fee=composer.network_fee_bound(intent, prices=PRICES, first_use=first_use),
        warnings=(),
        block_seqno=100,
        made_at=CHAIN_TIME,
    )


def confirmed(intent: Intent | None = None, /, **changed: object) -> Confirmed:
    return Confirmed(preview=replace(preview(intent), **changed), at=CHAIN_TIME)
