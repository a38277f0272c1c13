"""What may go wrong with keys; typed data that never holds a secret."""

from dataclasses import dataclass
from typing import ClassVar

from krypton.domain.errors.root import ExitCode, KryptonError


class VaultError(KryptonError):
    """Keys can't be kept or used."""

    exit_code: ClassVar[ExitCode] = ExitCode.VAULT


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
