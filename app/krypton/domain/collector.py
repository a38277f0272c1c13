"""The FeeCollector's terms, figures and arithmetic; the contract's own formulas, no cells."""

from dataclasses import dataclass

from krypton.domain.address import Address
from krypton.domain.errors import OutOfBounds
from krypton.domain.money import NANO, Nano

# The constants of contracts/fees.tolk; a test compares them.
MIN_RESERVE: Nano = 65_000_000
MIN_FEE: Nano = 5_000_000
MIN_AMOUNT: Nano = 100_000_000
MAX_OVERPAY: Nano = 10_000_000
MIN_REFUND: Nano = 10_000_000
MIN_THRESHOLD: Nano = 100_000_000
MIN_THRESHOLD_WITH_SPLIT: Nano = 500_000_000
MAX_THRESHOLD: Nano = 1_000_000 * NANO
MAX_FEE_BPS = 1_000
BPS = 10_000
MAX_SHARES = 8
MIN_SHARE_BPS = 100
MAX_SHARES_BPS = 9_000
PAY_GAS = 7_500
WITHDRAWAL_GAS = 10_000
SPLIT_GAS = 1_700
RETURN_GAS = 5_500
PAYLOAD_CELLS = 8
PAYLOAD_BITS = 8_192
BY_HAND_ONLY: Nano = 0
"""The `min_withdrawal` that switches automatic withdrawals off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Basechain prices (config params 21 and 25): 65536ths of nano, but `flat` and `lump` in nano."""

    gas: int
    flat_gas: int
    flat: Nano
    lump: Nano
    bit: int
    cell: int

    def gas_fee(self, gas: int, /) -> Nano:
        """Return what `gas` units cost, in nano, rounded up as the network does."""
        if gas <= self.flat_gas:
            return self.flat
        return self.flat + -(-(gas - self.flat_gas) * self.gas // 65536)

    def forward_fee(self, *, cells: int, bits: int) -> Nano:
        """Return what forwarding costs, in nano; the root cell isn't counted in either figure."""
        return self.lump + -(-(bits * self.bit + cells * self.cell) // 65536)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One more recipient of every withdrawal: `bps` ten-thousandths of it."""

    recipient: Address
    bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the owner set. Amounts in nano, fee in basis points."""

    owner: Address
    supplier: Address
    min_withdrawal: Nano
    fee_bps: int
    paused: bool = False
    comments: bool = False
    collector_id: int = 0
    pending_owner: Address | None = None
    previous_supplier: Address | None = None
    split: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """What the contract counts, in nano; `last_withdrawal_time` is Unix time or 0."""

    fee_balance: Nano
    total_collected: Nano
    refundable: Nano
    last_withdrawal_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorState:
    """One collector at one block: its account balance (nano), terms and figures."""

    address: Address
    code_hash: bytes
    balance: Nano
    terms: Terms
    stats: Stats

    @property
    def withdrawable(self) -> Nano:
        """What a withdrawal would move, before its network fees: own funds above the reserve."""
        return max(0, self.balance - self.stats.refundable - MIN_RESERVE)


def check_threshold(value: Nano, /, *, has_split: bool = False) -> None:
    """Raise OutOfBounds unless the contract would take `value` (nano) as `min_withdrawal`."""
    low = MIN_THRESHOLD_WITH_SPLIT if has_split else MIN_THRESHOLD
    if value != BY_HAND_ONLY and not low <= value <= MAX_THRESHOLD:
        raise OutOfBounds(name="min_withdrawal", value=value, low=low, high=MAX_THRESHOLD)


def check_fee_bps(value: int, /) -> None:
    """Raise OutOfBounds unless the contract would take `value` basis points."""
    if not 0 <= value <= MAX_FEE_BPS:
        raise OutOfBounds(name="fee_bps", value=value, low=0, high=MAX_FEE_BPS)


# --- the contract's own arithmetic (contracts/fees.tolk), to the nano ---------------------------


def payload_cap(prices: Prices, /) -> Nano:
    """Return what forwarding the largest payload costs: a payment whose message cost more is refused."""
    return prices.forward_fee(cells=PAYLOAD_CELLS, bits=PAYLOAD_BITS)


def fee_floor(prices: Prices, /) -> Nano:
    """Return the least fee: whatever the prices are, a payment pays for itself."""
    return max(MIN_FEE, prices.gas_fee(PAY_GAS) + payload_cap(prices))


def required_fee(amount: Nano, /, *, fee_bps: int, prices: Prices) -> Nano:
    """Return the fee that a payment of `amount` needs; up to MAX_OVERPAY more is taken, too."""
    return max(amount * fee_bps // BPS, fee_floor(prices))


def implied_amount(total: Nano, /, *, fee_bps: int, prices: Prices) -> Nano:
    """Return what a payment by comment of `total` forwards: exact for every total of an invoice."""
    return min(total - fee_floor(prices), (total * BPS + BPS - 1) // (BPS + fee_bps))


def withdrawal_price(prices: Prices, /, *, shares: int = 0) -> Nano:
    """Return what a withdrawal costs at most; one happens only when own funds hold twice as much."""
    share = -(-SPLIT_GAS * prices.gas // 65536) + prices.lump
    return prices.gas_fee(WITHDRAWAL_GAS) + 2 * payload_cap(prices) + shares * share


def share_amounts(state: CollectorState, /, *, arriving: Nano, prices: Prices) -> tuple[Nano, ...]:
    """Return what each share of the split gets, in its order, of a withdrawal that is forced now.

    `arriving` nano come with the message that forces it. A share is one of the fees alone, after the
    withdrawal's price; all else is the owner's.
    """
    split = state.terms.split
    free = state.balance + arriving - state.stats.refundable - MIN_RESERVE
    shared = min(state.stats.fee_balance, free) - withdrawal_price(prices, shares=len(split))
    return tuple(max(0, shared) * share.bps // BPS for share in split)


def after_handling(value: Nano, /, *, prices: Prices) -> Nano:
    """Return what of `value` that came back becomes refundable."""
    return max(0, value - prices.gas_fee(RETURN_GAS) - prices.lump)
