"""One short random key a wallet in the operating system's keyring; knows no words and no files."""

import secrets
from collections.abc import Callable
from traceback import walk_tb
from types import TracebackType
from typing import TypeVar

from keyring import errors
from keyring.backend import KeyringBackend

from krypton.domain.errors import KeyringForgetful, KeyringLocked, KeyringMissing, VaultError
from krypton.vault import backends

KEY_BYTES = 32
_USERNAME = "vault key"
_PROBE = "probe"

T = TypeVar("T")


class Keychain:
    """Keys under service names that carry the profile's random id, so profiles don't see each other.

    Every key has a service name of its own: Windows keeps one secret a name.
    """

    def __init__(self, *, profile_id: str, choose: Callable[[], KeyringBackend] = backends.choose) -> None:
        """Use the keyring that `choose` returns; it is asked each time, since keyrings come and go."""
        self._profile_id = profile_id
        self._choose = choose

    def backend(self) -> str:
        """Return the backend's name, having seen that it is fit and can be read."""
        backend = self._choose()
        self._ask(backend, lambda: backend.get_password(self._service(_PROBE), _USERNAME))
        return backends.name_of(backend)

    def create(self, key_id: str, /) -> bytes:
        """Write a fresh key and return it as read back. Raises KeyringForgetful when they differ."""
        backend = self._choose()
        text = secrets.token_hex(KEY_BYTES)
        self._ask(backend, lambda: backend.set_password(self._service(key_id), _USERNAME, text))
        found = self._ask(backend, lambda: backend.get_password(self._service(key_id), _USERNAME))
        if found != text:
            raise KeyringForgetful(backend=backends.name_of(backend))
        return bytes.fromhex(text)

    def read(self, key_id: str, /) -> bytes | None:
        """Return the key, None where there is none. Raises KeyringForgetful when it is mangled."""
        backend = self._choose()
        text = self._ask(backend, lambda: backend.get_password(self._service(key_id), _USERNAME))
        if text is None:
            return None
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyringForgetful(backend=backends.name_of(backend))
        return key

    def delete(self, key_id: str, /) -> None:
        """Forget the key; no key is no error. Raises KeyringForgetful when it is still there after."""
        backend = self._choose()
        service = self._service(key_id)
        if self._ask(backend, lambda: backend.get_password(service, _USERNAME)) is None:
            return
        self._ask(backend, lambda: backend.delete_password(service, _USERNAME))
        if self._ask(backend, lambda: backend.get_password(service, _USERNAME)) is not None:
            raise KeyringForgetful(backend=backends.name_of(backend))

    def _service(self, key_id: str) -> str:
        return f"krypton/{self._profile_id}/{key_id}"

    @staticmethod
    def _ask(backend: KeyringBackend, call: Callable[[], T]) -> T:
        with _Border(backends.name_of(backend)):
            return call()


class _Border:
    """Turns whatever a backend, or the bus below it, throws into one of ours; its words go no further."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            _close_left_open(trace)
            raise _translated(error, backend=self._backend) from None


def _close_left_open(trace: TracebackType | None) -> None:
    """Close the bus connection that the Secret Service backend forgets when its collection is locked.

    WORKAROUND: keyring 25.7, backends/SecretService.py, get_preferred_collection() closes it on success only
    (https://github.com/jaraco/keyring/blob/v25.7.0/keyring/backends/SecretService.py).
    """
    for frame, _ in walk_tb(trace):
        if frame.f_code.co_name == "get_preferred_collection" and "bus" in frame.f_locals:
            frame.f_locals["bus"].close()


def _translated(error: Exception, *, backend: str) -> VaultError:
    cause = type(error.__cause__).__name__
    match error:
        case errors.NoKeyringError() | OSError():
            return KeyringMissing()
        case errors.InitError() if cause == "SecretServiceNotAvailableException":
            return KeyringMissing()
        case errors.PasswordSetError() | errors.PasswordDeleteError():
            return KeyringForgetful(backend=backend)
        case _:
            # Locked, a prompt dismissed, or something unheard of: in each the keyring must be opened first.
            return KeyringLocked(backend=backend)
