"""Everything that may go wrong, as typed data; the sentences live in `krypton.wording`."""

from dataclasses import dataclass, fields
from enum import Enum, IntEnum, auto


class ExitCode(IntEnum):
    """What the command line answers to the shell; documented in the README."""

    OK = 0
    BUG = 1
    USAGE = 2
    BAD_INPUT = 3
    CHAIN = 4
    UNPROVEN = 5
    VAULT = 6
    REFUSED = 7
    STORAGE = 8
    NOT_SETTLED = 9
    INTERRUPTED = 130


@dataclass(kw_only=True, eq=False)
class KryptonError(Exception):
    """The root: everything below is expected, has a sentence for people and an exit code."""

    def __str__(self) -> str:
        """Name the kind and its data, for logs and tests; never shown to a person."""
        data = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return f"{type(self).__name__}({data})"

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.BUG


# --- what was typed or handed in ---------------------------------------------------------------


class InputError(KryptonError):
    """What a person or a file said can't be used."""

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.BAD_INPUT


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


# --- the chain ---------------------------------------------------------------------------------


class ChainError(KryptonError):
    """The network can't be read or written now."""

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.CHAIN


@dataclass(kw_only=True, eq=False)
class NoServers(ChainError):
    """No lite server answers."""

    tried: int


@dataclass(kw_only=True, eq=False)
class HistoryMissing(ChainError):
    """No server has the account's transactions at and before this logical time."""

    before_lt: int


class Lie(Enum):
    """What was wrong with an answer."""

    SHAPE = auto()
    PROOF = auto()
    PRUNED = auto()
    HASH = auto()
    BLOCK = auto()
    CHAIN = auto()


@dataclass(kw_only=True, eq=False)
class Unproven(ChainError):
    """An answer doesn't prove what it says; names the server (host:port), never its words."""

    server: str
    lie: Lie

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.UNPROVEN


@dataclass(kw_only=True, eq=False)
class NoAgreement(ChainError):
    """Too few servers agree on a block."""

    needed: int
    agreed: int

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.UNPROVEN


@dataclass(kw_only=True, eq=False)
class MessageRefused(ChainError):
    """The network didn't accept an external message; the wallet's exit code where one is known."""

    code: int | None


@dataclass(kw_only=True, eq=False)
class NotDeployed(ChainError):
    """There is no active contract at the address (raw form)."""

    address: str

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.BAD_INPUT


@dataclass(kw_only=True, eq=False)
class UnknownCode(ChainError):
    """The account (raw address) runs code whose hash (hex) Krypton doesn't ship."""

    address: str
    code_hash: str

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.BAD_INPUT


@dataclass(kw_only=True, eq=False)
class BadContractData(ChainError):
    """The collector's (raw address) data doesn't parse whole and within bounds."""

    address: str

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.UNPROVEN


# --- keys --------------------------------------------------------------------------------------


class VaultError(KryptonError):
    """Keys can't be kept or used."""

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.VAULT


@dataclass(kw_only=True, eq=False)
class KeyringMissing(VaultError):
    """The operating system offers no keyring."""


@dataclass(kw_only=True, eq=False)
class KeyringInsecure(VaultError):
    """The keyring backend is a plain-text, null or unknown one."""

    backend: str


@dataclass(kw_only=True, eq=False)
class KeyringLocked(VaultError):
    """The keyring is locked and could not be unlocked."""

    backend: str


@dataclass(kw_only=True, eq=False)
class KeyringForgetful(VaultError):
    """What was written didn't read back."""

    backend: str


@dataclass(kw_only=True, eq=False)
class KeyMissing(VaultError):
    """The keyring holds no key for this wallet (by name)."""

    wallet: str


@dataclass(kw_only=True, eq=False)
class VaultDamaged(VaultError):
    """vault.bin doesn't parse or doesn't decrypt under the keyring's key."""

    path: str


@dataclass(kw_only=True, eq=False)
class SignerRefused(VaultError):
    """The cell to be signed isn't what the preview shows, or the key isn't this wallet's."""

    what: str


# --- operations --------------------------------------------------------------------------------


class OperationError(KryptonError):
    """The owner's operation can't be done as asked."""

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.REFUSED


@dataclass(kw_only=True, eq=False)
class NotOwner(OperationError):
    """The wallet isn't the collector's owner (raw addresses)."""

    wallet: str
    owner: str


@dataclass(kw_only=True, eq=False)
class NotEnough(OperationError):
    """The wallet holds less than the operation needs, both in nano."""

    have: int
    need: int


@dataclass(kw_only=True, eq=False)
class NothingToWithdraw(OperationError):
    """The collector holds nothing above its reserve."""


@dataclass(kw_only=True, eq=False)
class NothingChanges(OperationError):
    """The new value is the old one."""


@dataclass(kw_only=True, eq=False)
class PreviewMoved(OperationError):
    """Since the preview was made, this moved: seqno, terms or time."""

    what: str


@dataclass(kw_only=True, eq=False)
class OperationPending(OperationError):
    """Another message of this wallet is on its way (its id); one seqno, one message."""

    operation: int


@dataclass(kw_only=True, eq=False)
class OperationFailed(OperationError):
    """A sent operation bounced with an exit code of the contract, or expired (None)."""

    exit: int | None

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.NOT_SETTLED


# --- files -------------------------------------------------------------------------------------


class StorageError(KryptonError):
    """The profile can't be read or written."""

    @property
    def exit_code(self) -> ExitCode:
        """The shell's answer."""
        return ExitCode.STORAGE


@dataclass(kw_only=True, eq=False)
class ProfileBusy(StorageError):
    """Another Krypton (process id, where known) has the profile open."""

    path: str
    pid: int | None


@dataclass(kw_only=True, eq=False)
class DiskFull(StorageError):
    """No room left where the profile lives."""

    path: str


@dataclass(kw_only=True, eq=False)
class StorageDenied(StorageError):
    """The operating system refused to read or write there."""

    path: str


@dataclass(kw_only=True, eq=False)
class DatabaseNewer(StorageError):
    """The database was written by a later Krypton (schema versions)."""

    found: int
    known: int


@dataclass(kw_only=True, eq=False)
class DatabaseDamaged(StorageError):
    """The database or a settings file isn't what it should be."""

    path: str


# --- the sandbox -------------------------------------------------------------------------------


class SandboxFault(Enum):
    """Why the sandbox can't run."""

    NODE_MISSING = auto()
    PACKAGES_MISSING = auto()
    DIED = auto()
    PORT_TAKEN = auto()
    CHAIN_DAMAGED = auto()
    CONTROL_REFUSED = auto()


@dataclass(kw_only=True, eq=False)
class SandboxUnavailable(ChainError):
    """The sandbox chain can't start or go on; detail is a port or a path, never prose."""

    fault: SandboxFault
    detail: str = ""
