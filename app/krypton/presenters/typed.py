"""What a person types, as values: amounts, shares of a hundred and addresses; knows no field."""

from krypton.domain.address import Address, parse_address
from krypton.domain.collector import MAX_FEE_BPS, check_fee_bps
from krypton.domain.errors import AmountFault, BadAmount
from krypton.domain.money import NANO, Nano, parse_gram
from krypton.presenters.shell import Network, Stake
from krypton.wording import language

BPS_OF_PERCENT = 100


def amount(text: str, /) -> Nano:
    """Return the nano in what was typed. Raises BadAmount.

    In Russian the comma is the decimal mark; in English it could be a separator, so it is refused.
    """
    return parse_gram(text.replace(",", ".") if language() == "ru" else text)


def share(text: str, /) -> int:
    """Return the basis points in a typed percentage: 1.5 is 150. Raises BadAmount, OutOfBounds."""
    bps, rest = divmod(amount(text.strip().removesuffix("%")) * BPS_OF_PERCENT, NANO)
    if rest and bps <= MAX_FEE_BPS:
        raise BadAmount(text=text, fault=AmountFault.TOO_PRECISE)
    check_fee_bps(bps)
    return bps


def place(text: str, /, *, network: Network) -> Address:
    """Return a typed address of the basechain. Raises BadAddress."""
    return parse_address(text, mainnet=network.stake is Stake.REAL)
