"""Who and what a collector meets in its random life: people, sums, bodies, and what of it is counted."""

from dataclasses import dataclass

from hypothesis import strategies as st

from krypton.chain.collector_bodies import body_cell, text_cell
from krypton.chain.collector_messages import Op, ReturnExcesses, TopUp
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import MAX_OVERPAY, Share, Terms
from tests.contracts.stage import (
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
    STRANGER,
    SUPPLIER,
    bounce_of,
    someone,
)

FAR = Address(-1, BUYER.account)
PEOPLE = (OWNER, SUPPLIER, BUYER, STRANGER, HEIR, FAR)
FIVE_CELLS = text_cell("y" * 600)
PAYLOADS = (
    EMPTY,
    text_cell("Ref#1"),
    text_cell("z" * 900),
    text_cell("y" * 1_100),
    FIVE_CELLS,
    text_cell("giant" * 800),
    Writer().ref(FIVE_CELLS).ref(FIVE_CELLS).cell(),
    body_cell(TopUp(query_id=1)),
    body_cell(ReturnExcesses(query_id=1)),
)
WORDS = tuple(text_cell("x" * length) for length in (0, 9, 45, 46, 100, 300, 3_000))
FORGED = (
    EMPTY,
    bounce_of(EMPTY),
    Writer().uint(0xFFFFFFFF, 32).uint(7, 64).cell(),
    Writer().uint(9, 8).cell(),
)
TORN = tuple(
    Writer().uint(op, 32).cell()
    for op in Op
    if op not in {Op.COMMENT, Op.TOP_UP, Op.RETURN_EXCESSES, Op.FORWARD_RETURNED, Op.RICH_BOUNCE}
)
"""Operations with nothing behind the opcode."""

people = st.sampled_from(PEOPLE)
buyers = st.sampled_from((BUYER, BUYER, BUYER, HEIR, OWNER, SUPPLIER, FAR))
flags = st.booleans()
sums = st.one_of(st.integers(1, 10**6), st.integers(10**5, 10**8), st.integers(10**7, 30 * GRAM))
amounts = st.one_of(
    st.integers(90 * MILLI, 110 * MILLI),
    st.integers(100 * MILLI, 100 * GRAM),
    st.sampled_from((100 * MILLI, 500 * MILLI, 5 * GRAM, 10**15)),
)
wrong = st.one_of(
    st.sampled_from((-1, MAX_OVERPAY, MAX_OVERPAY + 1, -5 * MILLI)), st.integers(-(10**8), 50 * GRAM)
)
thresholds = st.sampled_from((0, 99 * MILLI, 100 * MILLI, 500 * MILLI, GRAM, 3 * GRAM, 2 * 10**15))
splits = st.one_of(
    st.just(()),
    st.integers(1, 9).map(lambda n: tuple(Share(recipient=someone(i), bps=1_000) for i in range(n))),
    st.sampled_from((99, 100, 9_000, 9_001)).map(lambda bps: (Share(recipient=BUYER, bps=bps),)),
    st.just((Share(recipient=FAR, bps=500),)),
)


@dataclass
class Tally:
    """What all machines of a run came to."""

    steps: int = 0
    payments: int = 0
    withdrawals: int = 0
    credits: int = 0
    refunds: int = 0
    refused: int = 0
    changes: int = 0


def collector_terms(*, supplier: Address, number: int) -> Terms:
    return Terms(
        owner=OWNER,
        supplier=supplier,
        min_withdrawal=500 * MILLI,
        fee_bps=100,
        comments=number == 1,
        collector_id=number,
    )
