"""Why an owner's operation can't be done; typed data, no sentences."""

from dataclasses import dataclass
from typing import ClassVar

from krypton.domain.errors.root import ExitCode, KryptonError


class OperationError(KryptonError):
    """The owner's operation can't be done as asked."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED


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

    exit_code: ClassVar[ExitCode] = ExitCode.NOT_SETTLED


@dataclass(kw_only=True, eq=False)
class OutcomeUnknown(OperationError):
    """A sent operation can no longer run, and no server knows any more whether it did."""

    exit_code: ClassVar[ExitCode] = ExitCode.NOT_SETTLED
