"""Sample operations as data: what the owner confirmed and signed, without a key or a cell."""

from dataclasses import replace

from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.collector import Terms
from krypton.domain.operation import (
    Change,
    Confirmed,
    Deploy,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sending,
    SetMinWithdrawal,
    Signed,
    Unsigned,
    Warn,
)
from tests.store.histories import COLLECTOR, OWNER, SUPPLIER

MADE_AT = 1_790_000_000
VALID_UNTIL = MADE_AT + 300
THRESHOLD = SetMinWithdrawal(collector=COLLECTOR, value=20_000_000_000)
WITHDRAW = ForceWithdraw(collector=COLLECTOR)
DEPLOY = Deploy(
    terms=Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10_000_000_000, fee_bps=100),
    funding=60_000_000,
)


def preview(
    intent: Intent = THRESHOLD, *, wallet: Address = OWNER, collector: Address = COLLECTOR, seqno: int = 5
) -> Preview:
    """A preview of `intent`."""
    sending = Sending(
        destination=collector, value=50_000_000, bounce=True, mode=3, body=b"body", state_init=None
    )
    unsigned = Unsigned(
        version=WalletVersion.V5R1,
        wallet_id=2**31 - 17,
        seqno=seqno,
        valid_until=VALID_UNTIL,
        sending=sending,
        payload=b"payload",
        payload_hash=bytes([9]) * 32,
    )
    return Preview(
        intent=intent,
        network="ab" * 32,
        wallet=wallet,
        public_key=bytes(32),
        first_use=False,
        collector=collector,
        unsigned=unsigned,
        changes=(Change(field=Field.MIN_WITHDRAWAL, old=10_000_000_000, new=20_000_000_000),),
        amount=50_000_000,
        network_fee=3_000_000,
        warnings=(Warn.NEAR_EMPTY,),
        block_seqno=100,
        made_at=MADE_AT,
    )


def signed(shown: Preview | None = None, /, *, mark: int = 1) -> Signed:
    """What was signed; another `mark` is another message."""
    confirmed = Confirmed(preview=shown or preview(), at=MADE_AT + 5)
    return Signed(confirmed=confirmed, message=b"message%d" % mark, hash=bytes([mark]) * 32)


def later(shown: Preview, /) -> Preview:
    """The same with a later seqno."""
    return replace(shown, unsigned=replace(shown.unsigned, seqno=shown.unsigned.seqno + 1))
