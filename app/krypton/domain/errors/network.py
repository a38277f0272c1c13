"""What may go wrong between Krypton and the chain, sandbox included; typed data, no sentences."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from krypton.domain.errors.root import ExitCode, KryptonError


class ChainError(KryptonError):
    """The network can't be read or written now."""

    exit_code: ClassVar[ExitCode] = ExitCode.CHAIN


@dataclass(kw_only=True, eq=False)
class NoServers(ChainError):
    """No lite server answers."""

    tried: int


@dataclass(kw_only=True, eq=False)
class HistoryMissing(ChainError):
    """No server has the account's transactions at and before this logical time."""

    before_lt: int


@dataclass(kw_only=True, eq=False)
class StillSyncing(ChainError):
    """The collector's history isn't stored up to now yet; `percent` of the way is behind us."""

    percent: int


class Lie(Enum):
    """What was wrong with an answer."""

    SHAPE = auto()
    PROOF = auto()
    PRUNED = auto()
    HASH = auto()
    BLOCK = auto()
    CHAIN = auto()
    SIGNATURE = auto()


@dataclass(kw_only=True, eq=False)
class Unproven(ChainError):
    """An answer doesn't prove what it says; names the server (host:port), never its words."""

    server: str
    lie: Lie

    exit_code: ClassVar[ExitCode] = ExitCode.UNPROVEN


@dataclass(kw_only=True, eq=False)
class NoAgreement(ChainError):
    """Too few servers agree on a block."""

    needed: int
    agreed: int

    exit_code: ClassVar[ExitCode] = ExitCode.UNPROVEN


@dataclass(kw_only=True, eq=False)
class MessageRefused(ChainError):
    """The network didn't accept an external message; the wallet's exit code where one is known."""

    code: int | None


@dataclass(kw_only=True, eq=False)
class NotDeployed(ChainError):
    """There is no active contract at the address (raw form)."""

    address: str

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT


@dataclass(kw_only=True, eq=False)
class UnknownCode(ChainError):
    """The account (raw address) runs code whose hash (hex) Krypton doesn't ship."""

    address: str
    code_hash: str

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT


@dataclass(kw_only=True, eq=False)
class BadContractData(ChainError):
    """The collector's (raw address) data doesn't parse whole and within bounds."""

    address: str

    exit_code: ClassVar[ExitCode] = ExitCode.UNPROVEN


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
