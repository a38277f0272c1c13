"""The collector's cells: what is written is read back, and nothing else is read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.chain.cells import Cell, Refuted, from_boc, one_from_boc, to_boc
from krypton.chain.collector import (
    address_of,
    data_cell,
    is_known,
    read_data,
    read_split,
    shipped_code,
    split_cell,
    state_init,
)
from krypton.chain.collector_bodies import TEXT_BYTES, decode, encode, read_bounce, read_log, text_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    Comment,
    ForceWithdraw,
    Foreign,
    ForwardReturned,
    Op,
    Operation,
    Pay,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import (
    MAX_FEE_BPS,
    MAX_SHARES,
    MAX_THRESHOLD,
    MIN_THRESHOLD_WITH_SPLIT,
    Share,
    Stats,
    Terms,
)
from krypton.domain.errors import BadAddress, BadContractData, OutOfBounds

ITSELF = Address(0, b"\xee" * 32)
addresses = st.builds(
    Address, st.just(0), st.binary(min_size=32, max_size=32).filter(lambda raw: raw != ITSELF.account)
)
coins = st.integers(0, 2**120 - 1)
query_ids = st.integers(0, 2**64 - 1)
shares = st.lists(
    st.builds(Share, recipient=addresses, bps=st.integers(100, 1_125)), max_size=MAX_SHARES
).map(tuple)
thresholds = st.just(0) | st.integers(MIN_THRESHOLD_WITH_SPLIT, MAX_THRESHOLD)
terms_strategy = st.builds(
    Terms,
    owner=addresses,
    supplier=addresses,
    min_withdrawal=thresholds,
    fee_bps=st.integers(0, MAX_FEE_BPS),
    paused=st.booleans(),
    comments=st.booleans(),
    collector_id=st.integers(0, 2**32 - 1),
    pending_owner=st.none() | addresses,
    previous_supplier=st.none() | addresses,
    split=shares,
)


@st.composite
def figures(draw: st.DrawFn) -> Stats:
    earned = draw(st.integers(0, 2**100))
    return Stats(
        fee_balance=earned,
        total_collected=earned + draw(st.integers(0, 2**100)),
        refundable=draw(coins),
        last_withdrawal_time=draw(st.integers(0, 2**32 - 1)),
    )


payloads = st.binary(max_size=100).map(
    lambda raw: to_boc(Writer().uint(int.from_bytes(raw, "big"), 8 * len(raw)).cell())
)
texts = st.text(max_size=900).filter(lambda text: len(text.encode()) <= TEXT_BYTES - 4)
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(Pay, query_id=query_ids, amount=coins, valid_until=st.integers(0, 2**32 - 1), payload=payloads),
    st.builds(Comment, text=texts),
    *(st.builds(kind, query_id=query_ids) for kind in (ForceWithdraw, ClaimOwner, TopUp, ReturnExcesses)),
    st.builds(SetMinWithdrawal, query_id=query_ids, min_withdrawal=coins),
    st.builds(SetFee, query_id=query_ids, fee_bps=st.integers(0, 2**16 - 1)),
    st.builds(SetSupplier, query_id=query_ids, supplier=addresses),
    st.builds(SetMode, query_id=query_ids, paused=st.booleans(), comments=st.booleans()),
    st.builds(SetSplit, query_id=query_ids, split=shares),
    st.builds(ProposeOwner, query_id=query_ids, owner=st.none() | addresses),
    st.builds(RefundBuyer, query_id=query_ids, to=addresses, amount=coins),
)
PLAIN = Terms(
    owner=Address(0, b"\x01" * 32), supplier=Address(0, b"\x02" * 32), min_withdrawal=0, fee_bps=100
)


@given(terms_strategy, figures())
def test_terms_and_figures_come_back(terms: Terms, stats: Stats) -> None:
    assert read_data(to_boc(data_cell(terms, stats)), address=ITSELF) == (terms, stats)


@given(operations)
def test_messages_come_back(message: Operation) -> None:
    body = encode(message)
    assert decode(body) == message
    assert decode(body, exact=True) == message


@given(operations, st.integers(1, 200))
def test_a_longer_message_is_read_as_the_contract_does_but_is_not_exact(
    message: Operation, extra: int
) -> None:
    cell = one_from_boc(encode(message))
    if cell.size + extra > 1023 or isinstance(message, Comment):
        return
    longer = to_boc(Writer().rest(cell).uint(0, extra).cell())
    assert decode(longer) == message
    assert isinstance(decode(longer, exact=True), Foreign)


@given(operations, st.integers(0, 400))
def test_a_torn_message_is_foreign_and_never_an_error(message: Operation, kept: int) -> None:
    cell = one_from_boc(encode(message))
    if kept >= cell.size:
        return
    torn = Cell(cell.bits >> (cell.size - kept), kept, cell.refs)
    assert isinstance(decode(to_boc(torn), exact=True), Foreign | Comment)


@given(st.binary(max_size=300))
def test_junk_is_foreign(junk: bytes) -> None:
    assert decode(junk) == Foreign(opcode=None)
    assert read_log(junk) is None
    assert read_bounce(junk) is None
    with pytest.raises(BadContractData):
        read_data(junk, address=ITSELF)


@given(terms_strategy)
def test_data_with_anything_more_or_less_is_refused(terms: Terms) -> None:
    data = data_cell(terms)
    for wrong in (
        Writer().rest(data).uint(0, 1).cell(),
        Writer().rest(data).ref(Writer().cell()).cell(),
        Cell(data.bits >> 1, data.size - 1, data.refs),
        Cell(data.bits, data.size, ()),
        Cell(data.bits, data.size, (Writer().rest(data.refs[0]).uint(0, 1).cell(),)),
    ):
        with pytest.raises(BadContractData):
            read_data(to_boc(wrong), address=ITSELF)


@pytest.mark.parametrize(
    "terms",
    [
        replace(PLAIN, fee_bps=1_001),
        replace(PLAIN, min_withdrawal=1),
        replace(PLAIN, min_withdrawal=MAX_THRESHOLD + 1),
        replace(PLAIN, collector_id=2**32),
        replace(PLAIN, split=(Share(recipient=PLAIN.owner, bps=99),)),
        replace(PLAIN, split=(Share(recipient=PLAIN.owner, bps=9_001),)),
        replace(PLAIN, split=(Share(recipient=PLAIN.owner, bps=100),) * 9),
        replace(PLAIN, split=(Share(recipient=PLAIN.owner, bps=100),), min_withdrawal=100_000_000),
        replace(PLAIN, owner=Address(-1, bytes(32))),
        replace(PLAIN, supplier=Address(-1, bytes(32))),
        replace(PLAIN, split=(Share(recipient=Address(-1, bytes(32)), bps=100),)),
    ],
)
def test_terms_that_the_contract_would_refuse_are_never_written(terms: Terms) -> None:
    with pytest.raises((OutOfBounds, BadAddress)):
        data_cell(terms)


def test_a_collector_of_itself_is_nobodys() -> None:
    data = to_boc(data_cell(replace(PLAIN, supplier=ITSELF)))
    assert read_data(data, address=Address(0, b"\x07" * 32))[0].supplier == ITSELF
    with pytest.raises(BadContractData):
        read_data(data, address=ITSELF)


def test_figures_that_contradict_each_other_are_refused() -> None:
    stats = Stats(fee_balance=2, total_collected=1, refundable=0, last_withdrawal_time=0)
    with pytest.raises(BadContractData):
        read_data(to_boc(data_cell(PLAIN, stats)), address=ITSELF)


@given(terms_strategy, terms_strategy)
def test_other_terms_are_another_address(one: Terms, other: Terms) -> None:
    assert (address_of(one) == address_of(other)) == (one == other)
    assert address_of(one).account == one_from_boc(state_init(one)).hash


def test_the_shipped_build_is_known_and_nothing_else() -> None:
    assert is_known(shipped_code().hash)
    assert not is_known(bytes(32))
    assert not is_known(None)
    assert shipped_code().compiler == "tolk-js 1.3.0"


@given(shares)
def test_splits_come_back(split: tuple[Share, ...]) -> None:
    assert read_split(split_cell(split)) == split


@pytest.mark.parametrize("count", [0, 2, 9])
def test_a_split_that_lies_about_its_length_is_refused(count: int) -> None:
    share = Writer().address(PLAIN.owner).uint(100, 16).maybe(None).cell()
    with pytest.raises(Refuted):
        read_split(Writer().uint(count, 8).ref(share).cell())


def test_a_log_and_a_bounce_are_read() -> None:
    log = Writer().uint(Op.FORWARD_RETURNED, 32).coins(7).address(PLAIN.owner).cell()
    assert read_log(to_boc(log)) == ForwardReturned(refundable=7, source=PLAIN.owner)
    info = Writer().coins(5).uint(0, 1).uint(77, 64).uint(1, 32).cell()
    body = (
        Writer()
        .uint(Op.RICH_BOUNCE, 32)
        .ref(text_cell("x"))
        .ref(info)
        .uint(0, 8)
        .uint(2**32 - 14, 32)
        .uint(0, 1)
    )
    bounce = read_bounce(to_boc(body.cell()))
    assert bounce is not None
    assert (bounce.original_value, bounce.original_lt, bounce.phase, bounce.exit_code) == (5, 77, 0, -14)
    assert decode(bounce.original_body) == Comment(text="x")


@pytest.mark.parametrize(
    "cell",
    [
        Writer().uint(0, 32).uint(1, 3).cell(),
        Writer().uint(0, 32).uint(0xFF, 8).cell(),
        Writer().uint(0, 32).ref(Writer().cell()).ref(Writer().cell()).cell(),
    ],
)
def test_a_comment_that_is_no_text_has_none(cell: Cell) -> None:
    assert decode(to_boc(cell)) == Comment(text=None)


def test_a_comment_is_bounded() -> None:
    with pytest.raises(OutOfBounds):
        text_cell("x" * TEXT_BYTES)
    chain = Writer().uint(0, 8).cell()
    for _ in range(70):
        chain = Writer().uint(0, 8).ref(chain).cell()
    assert decode(to_boc(Writer().uint(0, 32).ref(chain).cell())) == Comment(text=None)
    long = Writer().uint(0, 8).cell()
    for _ in range(40):
        long = Writer().uint(0, 1016).ref(long).cell()
    assert decode(to_boc(Writer().uint(0, 32).ref(long).cell())) == Comment(text=None)


@pytest.mark.parametrize(("value", "size"), [(-1, 8), (256, 8)])
def test_a_value_that_does_not_fit_is_refused(value: int, size: int) -> None:
    with pytest.raises(OutOfBounds):
        Writer().uint(value, size)
    with pytest.raises(OutOfBounds):
        Writer().coins(2**120)
    assert len(from_boc(to_boc(Writer().uint(1, size).cell()))) == 1
