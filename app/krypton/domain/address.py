"""Addresses of accounts, strictly parsed; knows both written forms and no cells."""

import base64
import binascii
import string
from dataclasses import dataclass

from krypton.domain.errors import AddressFault, BadAddress

BASECHAIN = 0
_FRIENDLY_LENGTH = 48
_ACCOUNT_BYTES = 32
_WORKCHAINS = range(-128, 128)
_WORKCHAIN_DIGITS = 3
_BOUNCEABLE = 0x11
_NON_BOUNCEABLE = 0x51
_TEST_ONLY = 0x80
_STANDARD = frozenset(string.ascii_letters + string.digits + "+/")
_URL_SAFE = frozenset(string.ascii_letters + string.digits + "-_")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A standard address (TL-B addr_std): workchain and the 32-byte account id."""

    workchain: int
    account: bytes

    def __post_init__(self) -> None:
        """Refuse what no cell could hold. Raises BadAddress."""
        if len(self.account) != _ACCOUNT_BYTES or self.workchain not in _WORKCHAINS:
            raise BadAddress(text="", fault=AddressFault.SHAPE)

    @property
    def raw(self) -> str:
        """`workchain:hex`, lower case."""
        return f"{self.workchain}:{self.account.hex()}"

    def friendly(self, *, bounceable: bool, testnet: bool = False) -> str:
        """Return the 48-character form (TEP-2), URL-safe.

        The flag decides what a payer's wallet does with money that can't be delivered: contracts are
        shown bounceable, wallets non-bounceable.
        """
        tag = (_BOUNCEABLE if bounceable else _NON_BOUNCEABLE) | (_TEST_ONLY if testnet else 0)
        head = bytes([tag, self.workchain & 0xFF]) + self.account
        return base64.urlsafe_b64encode(head + binascii.crc_hqx(head, 0).to_bytes(2, "big")).decode()

    def __str__(self) -> str:
        """The raw form: the one that says nothing about bouncing."""
        return self.raw


@dataclass(frozen=True, slots=True)
class Written:
    """An address as somebody wrote it: flags are None in the raw form."""

    address: Address
    bounceable: bool | None
    testnet: bool | None


def parse_written(text: str, /) -> Written:
    """Parse either form, flags kept. Raises BadAddress: nothing is repaired or guessed."""
    stripped = text.strip()
    if ":" in stripped:
        return Written(_parse_raw(stripped), None, None)
    letters = set(stripped)
    if len(stripped) != _FRIENDLY_LENGTH or not (letters <= _STANDARD or letters <= _URL_SAFE):
        raise BadAddress(text=text, fault=AddressFault.SHAPE)
    data = base64.b64decode(stripped.replace("-", "+").replace("_", "/"), validate=True)
    if binascii.crc_hqx(data[:34], 0) != int.from_bytes(data[34:], "big"):
        raise BadAddress(text=text, fault=AddressFault.CHECKSUM)
    tag = data[0] & ~_TEST_ONLY
    if tag not in {_BOUNCEABLE, _NON_BOUNCEABLE}:
        raise BadAddress(text=text, fault=AddressFault.SHAPE)
    workchain = int.from_bytes(data[1:2], "big", signed=True)
    return Written(Address(workchain, data[2:34]), tag == _BOUNCEABLE, bool(data[0] & _TEST_ONLY))


def parse_address(text: str, /, *, mainnet: bool | None = None) -> Address:
    """Parse an address that will hold or receive money: basechain only.

    With `mainnet` given, a form marked for test networks is refused on mainnet. Raises BadAddress.
    """
    written = parse_written(text)
    if written.address.workchain != BASECHAIN:
        raise BadAddress(text=text, fault=AddressFault.MASTERCHAIN)
    if mainnet and written.testnet:
        raise BadAddress(text=text, fault=AddressFault.OTHER_NETWORK)
    return written.address


def _parse_raw(text: str) -> Address:
    workchain, _, account = text.partition(":")
    digits = workchain.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= _WORKCHAIN_DIGITS
    if not plain or len(account) != 2 * _ACCOUNT_BYTES or not set(account) <= set(string.hexdigits):
        raise BadAddress(text=text, fault=AddressFault.SHAPE)
    return Address(int(workchain), bytes.fromhex(account))
