"""Random histories of a collector: linked entries of every kind."""

from dataclasses import replace

from hypothesis import strategies as st

from krypton.domain.address import Address
from krypton.domain.ledger import (
    Entry,
    Event,
    ForwardBounced,
    Funded,
    Owned,
    OwnerAction,
    Payment,
    Refused,
    Unknown,
    Withdrawal,
)
from tests.store.histories import START, follow

AMOUNTS = st.integers(0, 10**12) | st.just(5_050_000_000)
ADDRESSES = st.builds(Address, st.sampled_from([0, -1]), st.binary(min_size=32, max_size=32))
PAYMENTS = st.builds(
    Payment,
    buyer=ADDRESSES,
    total=AMOUNTS,
    forwarded=AMOUNTS,
    fee=AMOUNTS,
    supplier=ADDRESSES,
    query_id=st.integers(0, 2**64 - 1),
    by_comment=st.booleans(),
    comment=st.none() | st.text(max_size=20, alphabet=st.characters(codec="utf-8", exclude_characters="\0")),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    PAYMENTS,
    PAYMENTS,
    st.builds(Owned, action=st.sampled_from(OwnerAction), value=st.none() | AMOUNTS),
    st.builds(Refused, exit_code=st.integers(-100, 65535), returned=AMOUNTS),
    st.builds(ForwardBounced, credited=AMOUNTS),
    st.builds(Funded, amount=AMOUNTS, refundable=st.booleans()),
    st.just(Unknown()),
)
WITHDRAWALS = st.none() | st.builds(
    Withdrawal, to=ADDRESSES, amount=AMOUNTS, shares=AMOUNTS, forced=st.booleans()
)


@st.composite
def histories(draw: st.DrawFn, *, max_size: int = 12) -> tuple[Entry, ...]:
    """Linked entries from the collector's first transaction on."""
    events = draw(st.lists(st.tuples(EVENTS, WITHDRAWALS), max_size=max_size))
    result: list[Entry] = []
    for event, withdrawal in events:
        made = follow(result[-1].stamp if result else START, event=event, step=draw(st.integers(1, 3)))
        result.append(
            replace(
                made,
                withdrawal=withdrawal,
                message_hash=draw(st.none() | st.binary(min_size=32, max_size=32)),
                sender=draw(st.none() | ADDRESSES),
                value=draw(AMOUNTS),
                network_fees=draw(AMOUNTS),
            )
        )
    return tuple(result)
