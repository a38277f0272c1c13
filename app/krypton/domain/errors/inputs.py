"""What a person or a file said and can't be used; typed data, no sentences."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from krypton.domain.errors.root import ExitCode, KryptonError


class InputError(KryptonError):
    """What a person or a file said can't be used."""

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT


class AmountFault(Enum):
    """Why an amount was refused."""

    EMPTY = auto()
    NOT_A_NUMBER = auto()
    TOO_PRECISE = auto()
    TOO_LARGE = auto()


@dataclass(kw_only=True, eq=False)
class BadAmount(InputError):
    """The text isn't an amount of coins."""

    text: str
    fault: AmountFault


@dataclass(kw_only=True, eq=False)
class OutOfBounds(InputError):
    """A value (nano, basis points, ...) lies outside what the contract accepts."""

    name: str
    value: int
    low: int
    high: int


class AddressFault(Enum):
    """Why an address was refused."""

    SHAPE = auto()
    CHECKSUM = auto()
    MASTERCHAIN = auto()
    OTHER_NETWORK = auto()
    ITSELF = auto()
    COLLECTOR = auto()


@dataclass(kw_only=True, eq=False)
class BadAddress(InputError):
    """The text isn't an address that can be used here."""

    text: str
    fault: AddressFault


class WordsFault(Enum):
    """Why a phrase was refused."""

    COUNT = auto()
    UNKNOWN_WORD = auto()
    CHECKSUM = auto()


@dataclass(kw_only=True, eq=False)
class BadWords(InputError):
    """The secret phrase isn't one; carries positions (from 1), never the words themselves."""

    fault: WordsFault
    positions: tuple[int, ...] = ()


class ConfigFault(Enum):
    """Why a network config was refused."""

    MISSING = auto()
    NOT_JSON = auto()
    SHAPE = auto()
    TOO_LARGE = auto()
    NO_SERVERS = auto()


@dataclass(kw_only=True, eq=False)
class BadConfig(InputError):
    """A global-config file can't be used."""

    path: str
    fault: ConfigFault


@dataclass(kw_only=True, eq=False)
class WrongNetwork(InputError):
    """The profile belongs to another chain: the zero-state hashes (hex) differ."""

    expected: str
    found: str


@dataclass(kw_only=True, eq=False)
class NameTaken(InputError):
    """There is already a wallet or collector of that name or address."""

    name: str


@dataclass(kw_only=True, eq=False)
class NothingChosen(InputError):
    """A wallet, collector or preview was not found, or there are several to choose from."""

    what: str
    choices: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False)
class NotConfirmed(InputError):
    """What was typed back is not the value on the preview."""

    expected: str


@dataclass(kw_only=True, eq=False)
class NoTerminal(InputError):
    """A secret or an answer is wanted and there is nobody to give it, nor a descriptor instead."""


@dataclass(kw_only=True, eq=False)
class NoFaucet(InputError):
    """Only the sandbox gives coins away."""


@dataclass(kw_only=True, eq=False)
class MissingOption(InputError):
    """The command needs this option (as it is typed)."""

    option: str
