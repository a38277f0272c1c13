"""Keyring backends that misbehave in one way each, around the real Secret Service."""

from keyring import errors
from keyring.backends import SecretService


class ForgetfulKeyring(SecretService.Keyring):
    """Says that it wrote, and didn't."""

    def set_password(self, service: str, username: str, password: str) -> None:
        del service, username, password


class ManglingKeyring(SecretService.Keyring):
    """Cuts what it is given, as a backend with a length limit does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:20])


class ClingingKeyring(SecretService.Keyring):
    """Says that it deleted, and didn't."""

    def delete_password(self, service: str, username: str) -> None:
        del service, username


class ThrowingKeyring(SecretService.Keyring):
    """Throws what it is given on every call."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        del service, username
        raise self._error

    def set_password(self, service: str, username: str, password: str) -> None:
        del service, username, password
        raise self._error


class RefusingKeyring(SecretService.Keyring):
    """Can be read, and refuses every change."""

    def set_password(self, service: str, username: str, password: str) -> None:
        del service, username
        raise errors.PasswordSetError(f"no room for {password}")

    def delete_password(self, service: str, username: str) -> None:
        del service, username
        raise errors.PasswordDeleteError("no")
