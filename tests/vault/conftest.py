"""A real Secret Service for each worker, and a vault in it for each test."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest
from keyring.backend import KeyringBackend

from krypton.chain.messages import Wire
from krypton.domain.ports import Composer
from krypton.vault import backends
from krypton.vault.owner import OwnerVault
from tests.fakes import secret_service
from tests.fakes.values import CHAIN_TIME

_FOREIGN = ("PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_SCHEME", "KEYRING_PROPERTY_PREFERRED_COLLECTION")


class Open(Protocol):
    """Opens the same profile's vault as often as a test likes, as restarts do."""

    def __call__(
        self,
        *,
        profile_id: str | None = None,
        composer: Composer | None = None,
        choose: Callable[[], KeyringBackend] = backends.choose,
    ) -> OwnerVault: ...


def lead_to(patch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Have this process meet that bus, and no setting of whoever runs the tests."""
    for name in _FOREIGN:
        patch.delenv(name, raising=False)
    for name, value in environment.items():
        patch.setenv(name, value)


@pytest.fixture(scope="session")
def unlocked_bus() -> Iterator[Mapping[str, str]]:
    with secret_service.bus() as environment, secret_service.keyring(environment, unlocked=True):
        yield environment


@pytest.fixture(scope="session")
def locked_bus() -> Iterator[Mapping[str, str]]:
    with secret_service.bus() as environment, secret_service.keyring(environment, unlocked=False):
        yield environment


@pytest.fixture
def keyring_here(unlocked_bus: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    lead_to(monkeypatch, unlocked_bus)
    return unlocked_bus


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.bin"


@pytest.fixture
def profile_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def open_vault(path: Path, profile_id: str) -> Open:
    own = profile_id

    def opened(
        *,
        profile_id: str | None = None,
        composer: Composer | None = None,
        choose: Callable[[], KeyringBackend] = backends.choose,
    ) -> OwnerVault:
        return OwnerVault(
            path,
            profile_id=profile_id or own,
            composer=composer or Wire(),
            decoder=Wire(),
            clock=lambda: CHAIN_TIME,
            choose=choose,
        )

    return opened
