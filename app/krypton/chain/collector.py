"""The collector's code, data and address as cells (contracts/storage.tolk); knows no messages, no network."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from krypton import paths
from krypton.chain.cells import Cell, Refuted, Slice, one_from_boc, to_boc
from krypton.chain.collector_writer import Writer
from krypton.domain.address import BASECHAIN, Address
from krypton.domain.collector import (
    MAX_SHARES,
    MAX_SHARES_BPS,
    MIN_SHARE_BPS,
    Share,
    Stats,
    Terms,
    check_fee_bps,
    check_threshold,
)
from krypton.domain.errors import AddressFault, BadAddress, BadContractData, Lie, OutOfBounds

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A build of the contract that Krypton ships: the BoC, its representation hash and who compiled what."""

    boc: bytes
    hash: bytes
    compiler: str
    source_hash: str


@cache
def shipped_code(path: Path | None = None) -> Code:
    """Read the compiled contract from the resources. Raises Refuted when its hash isn't the one beside it."""
    read = json.loads((path or paths.resources() / "contracts" / "FeeCollector.json").read_text())
    boc = base64.b64decode(read["code_boc64"])
    code_hash = bytes.fromhex(read["code_hash"])
    if one_from_boc(boc).hash != code_hash:
        raise Refuted(Lie.HASH)
    return Code(boc=boc, hash=code_hash, compiler=read["compiler"], source_hash=read["source_hash"])


def is_known(code_hash: bytes | None, /) -> bool:
    """Whether an account with this code hash is a collector of a build that Krypton ships."""
    return code_hash is not None and code_hash == shipped_code().hash


def data_cell(terms: Terms, stats: Stats | None = None, /) -> Cell:
    """Return the data that holds `terms`, fresh or with `stats`.

    Raises OutOfBounds or BadAddress for terms that the contract itself would refuse to be given.
    """
    check_terms(terms)
    held = stats or Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)
    admin = Writer().address(terms.owner).address(terms.pending_owner).address(terms.previous_supplier)
    admin.uint(terms.collector_id, 32).maybe(split_cell(terms.split))
    figures = Writer().coins(held.fee_balance).coins(held.total_collected).coins(held.refundable)
    figures.uint(held.last_withdrawal_time, 32).coins(terms.min_withdrawal).uint(terms.fee_bps, 16)
    figures.flag(value=terms.paused).flag(value=terms.comments).address(terms.supplier).ref(admin.cell())
    return figures.cell()


def split_cell(split: tuple[Share, ...], /) -> Cell | None:
    """Return the list of shares as the contract keeps it, None for an empty one."""
    chain: Cell | None = None
    for share in reversed(split):
        chain = Writer().address(share.recipient).uint(share.bps, 16).maybe(chain).cell()
    return None if chain is None else Writer().uint(len(split), 8).ref(chain).cell()


def read_split(cell: Cell | None, /) -> tuple[Share, ...]:
    """Read a list of shares whole. Raises Refuted."""
    if cell is None:
        return ()
    head = cell.parse()
    count, following = head.uint(8), head.ref()
    _end(head)
    shares: list[Share] = []
    link: Cell | None = following
    while link is not None:
        if len(shares) >= min(count, MAX_SHARES):
            raise Refuted(Lie.SHAPE)
        part = link.parse()
        shares.append(Share(recipient=read_address(part), bps=part.uint(16)))
        link = part.maybe()
        _end(part)
    if len(shares) != count:
        raise Refuted(Lie.SHAPE)
    return tuple(shares)


def state_init(terms: Terms, /, *, code: Code | None = None) -> bytes:
    """Return the BoC of the StateInit (TL-B) that deploys a collector with these terms."""
    return to_boc(_state_init(terms, code or shipped_code()))


def address_of(terms: Terms, /, *, code: Code | None = None) -> Address:
    """Return the address that these terms deploy at: the hash of the StateInit, in the basechain."""
    return Address(BASECHAIN, _state_init(terms, code or shipped_code()).hash)


def read_data(data: bytes, /, *, address: Address) -> tuple[Terms, Stats]:
    """Decode the account data (BoC) of the collector at `address`, whole and within bounds.

    Raises BadContractData otherwise: such an account is nobody's collector.
    """
    try:
        terms, stats = _read(one_from_boc(data).parse())
        check_terms(terms, itself=address)
    except (Refuted, OutOfBounds, BadAddress) as error:
        raise BadContractData(address=address.raw) from error
    if stats.fee_balance > stats.total_collected:
        raise BadContractData(address=address.raw)
    return terms, stats


def check_terms(terms: Terms, /, *, itself: Address | None = None) -> None:
    """Raise OutOfBounds or BadAddress unless the contract keeps to these terms (contracts/fees.tolk)."""
    check_threshold(terms.min_withdrawal, has_split=bool(terms.split))
    check_fee_bps(terms.fee_bps)
    _within("collector_id", terms.collector_id, 0, 2**32 - 1)
    _within("shares", len(terms.split), 0, MAX_SHARES)
    for share in terms.split:
        _within("share_bps", share.bps, MIN_SHARE_BPS, MAX_SHARES_BPS)
    _within("shares_bps", sum(share.bps for share in terms.split), 0, MAX_SHARES_BPS)
    named = (terms.owner, terms.supplier, terms.pending_owner, terms.previous_supplier)
    for other in (*named, *(share.recipient for share in terms.split)):
        if other is not None and other.workchain != BASECHAIN:
            raise BadAddress(text=other.raw, fault=AddressFault.MASTERCHAIN)
        if other is not None and other == itself:
            raise BadAddress(text=other.raw, fault=AddressFault.ITSELF)


def read_address(part: Slice, /) -> Address:
    """Take addr_std$10 without anycast: the only form that the contract takes. Raises Refuted."""
    part.expect(0b100, 3)
    return Address(part.int_(8), part.raw(32))


def read_maybe_address(part: Slice, /) -> Address | None:
    """Take addr_none$00 or addr_std$10. Raises Refuted."""
    if part.flag():
        part.expect(0b00, 2)
        return Address(part.int_(8), part.raw(32))
    part.expect(0, 1)
    return None


def _read(part: Slice) -> tuple[Terms, Stats]:
    stats = Stats(
        fee_balance=read_coins(part),
        total_collected=read_coins(part),
        refundable=read_coins(part),
        last_withdrawal_time=part.uint(32),
    )
    min_withdrawal, fee_bps = read_coins(part), part.uint(16)
    paused, comments = part.flag(), part.flag()
    supplier, admin = read_address(part), part.ref().parse()
    _end(part)
    owner, pending, previous = read_address(admin), read_maybe_address(admin), read_maybe_address(admin)
    collector_id, split = admin.uint(32), read_split(admin.maybe())
    _end(admin)
    terms = Terms(
        owner=owner,
        supplier=supplier,
        min_withdrawal=min_withdrawal,
        fee_bps=fee_bps,
        paused=paused,
        comments=comments,
        collector_id=collector_id,
        pending_owner=pending,
        previous_supplier=previous,
        split=split,
    )
    return terms, stats


def read_coins(part: Slice, /) -> int:
    """Take an amount written as the TVM writes it: no leading zero byte. Raises Refuted."""
    length = part.uint(4)
    value = part.uint(8 * length)
    if (value.bit_length() + 7) // 8 != length:
        raise Refuted(Lie.SHAPE)
    return value


def _end(part: Slice) -> None:
    if not part.empty:
        raise Refuted(Lie.SHAPE)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise OutOfBounds(name=name, value=value, low=low, high=high)


def _state_init(terms: Terms, code: Code) -> Cell:
    """TL-B: no fixed prefix length, not special, code, data, no library."""
    return Writer().uint(0b00110, 5).ref(one_from_boc(code.boc)).ref(data_cell(terms)).cell()
