"""What the kept files hold, so that a later version can compare; run as a program it writes today's."""

import json
import sys
from pathlib import Path

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
from krypton.domain.operation import Bounced, Expired, Settled
from krypton.domain.ports import Ledger
from tests.store.histories import BUYER, COLLECTOR, OTHER, OWNER, START, SUPPLIER, follow, payment
from tests.store.samples import DEPLOY, THRESHOLD, WITHDRAW, preview, signed

SETTINGS = {
    "version": 1,
    "profile_id": "00112233445566778899aabbccddeeff",
    "zero_state": "5e" * 32,
    "network": "testnet",
    "language": "ru",
    "theme": "dark",
}


def history() -> tuple[Entry, ...]:
    """One entry of each kind."""
    by_comment = Payment(
        buyer=BUYER,
        total=1_010_000_000,
        forwarded=1_000_000_000,
        fee=10_000_000,
        supplier=SUPPLIER,
        query_id=2**64 - 1,
        by_comment=True,
        comment="50 Stars \u2605 Ref#kpJ55h3BW",
    )
    paid = Withdrawal(to=OWNER, amount=105_000_000, shares=4_000_000, forced=False)
    forced = Withdrawal(to=OWNER, amount=40_000_000, shares=0, forced=True)
    owned = Owned(action=OwnerAction.FORCE_WITHDRAW)
    result: list[Entry] = []
    for event, withdrawal in (
        (Funded(amount=60_000_000, refundable=False), None),
        (payment(query_id=1), None),
        (by_comment, None),
        (Refused(exit_code=103, returned=99_000_000), None),
        (payment(query_id=2), paid),
        (ForwardBounced(credited=4_990_000_000), None),
        (Owned(action=OwnerAction.SET_MIN_WITHDRAWAL, value=20_000_000_000), None),
        (payment(query_id=3), None),
        (owned, forced),
        (Unknown(), None),
    ):
        before = result[-1].stamp if result else START
        result.append(follow(before, event=event, withdrawal=withdrawal))
    return tuple(result)


def fill(ledger: Ledger, /) -> None:
    """Put everything into an empty ledger."""
    entries = history()
    ledger.add_collector(COLLECTOR, label="the shop", at=1_789_999_000)
    ledger.add_collector(OTHER, label="", at=1_789_999_500)
    ledger.record(COLLECTOR, entries, before=START)
    ledger.store_preview(preview(WITHDRAW))
    deploy, threshold, withdraw = (
        signed(preview(intent), mark=mark)
        for mark, intent in enumerate((DEPLOY, THRESHOLD, WITHDRAW), start=1)
    )
    sent = ledger.store_sent(deploy, at=1)
    ledger.store_outcome(Settled(sent=sent, stamp=entries[0].stamp, received=0))
    sent = ledger.store_sent(threshold, at=2)
    ledger.store_outcome(Bounced(sent=sent, stamp=entries[3].stamp, exit_code=103))
    sent = ledger.store_sent(withdraw, at=3)
    ledger.store_outcome(Expired(sent=sent, chain_time=1_790_000_400))
    ledger.store_sent(signed(preview(WITHDRAW), mark=4), at=4)


def main() -> None:
    """Write today's files into the folder that is named."""
    from krypton.store.engine import open_database
    from krypton.store.ledger import StoredLedger

    folder = Path(sys.argv[1])
    database = open_database(folder / "ledger-v1.db")
    fill(StoredLedger(database))
    database.close()
    (folder / "settings-v1.json").write_text(json.dumps(SETTINGS, indent=2) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
