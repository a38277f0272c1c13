"""Keys are written, read back and deleted for sure, in a real Secret Service; every fault is one of ours."""

import uuid
from collections.abc import Mapping

import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import SecretService

from krypton.domain.errors import KeyringForgetful, KeyringLocked, KeyringMissing, VaultError
from krypton.vault.keychain import Keychain
from tests.fakes import keyrings, secret_service
from tests.vault.conftest import lead_to


def keychain(backend: KeyringBackend | None = None, *, profile_id: str | None = None) -> Keychain:
    profile_id = profile_id or uuid.uuid4().hex
    if backend is None:
        return Keychain(profile_id=profile_id)
    return Keychain(profile_id=profile_id, choose=lambda: backend)


@pytest.mark.usefixtures("keyring_here")
class TestUnlocked:
    def test_backend_is_named(self) -> None:
        assert keychain().backend() == "Secret Service"

    def test_a_key_is_kept_until_it_is_deleted(self) -> None:
        profile_id = uuid.uuid4().hex
        key = keychain(profile_id=profile_id).create("one")
        again = keychain(profile_id=profile_id)
        assert len(key) == 32
        assert again.read("one") == key
        again.delete("one")
        assert again.read("one") is None
        again.delete("one")

    def test_keys_differ_and_profiles_do_not_see_each_other(self) -> None:
        mine, other = keychain(), keychain()
        assert mine.create("one") != other.create("one") != other.create("two")
        mine.delete("one")
        assert other.read("one") is not None
        other.delete("one")
        other.delete("two")

    def test_a_write_that_does_not_read_back_is_found(self) -> None:
        for kind in (keyrings.ForgetfulKeyring, keyrings.ManglingKeyring):
            with pytest.raises(KeyringForgetful) as caught:
                keychain(kind()).create("one")
            assert caught.value.backend == kind.__qualname__

    @pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33])
    def test_a_mangled_key_is_not_used(self, text: str) -> None:
        SecretService.Keyring().set_password("krypton/mangled/one", "vault key", text)
        with pytest.raises(KeyringForgetful):
            keychain(profile_id="mangled").read("one")

    def test_a_delete_that_does_nothing_is_found(self) -> None:
        chain = keychain(keyrings.ClingingKeyring())
        chain.create("one")
        with pytest.raises(KeyringForgetful):
            chain.delete("one")

    def test_a_refused_write_or_delete_is_ours_and_repeats_no_secret(self) -> None:
        profile_id = uuid.uuid4().hex
        key = keychain(profile_id=profile_id).create("one")
        refusing = keychain(keyrings.RefusingKeyring(), profile_id=profile_id)
        with pytest.raises(KeyringForgetful) as caught:
            refusing.create("two")
        assert "no room" not in str(caught.value)
        with pytest.raises(KeyringForgetful):
            refusing.delete("one")
        assert keychain(profile_id=profile_id).read("one") == key

    @pytest.mark.parametrize(
        ("thrown", "expected"),
        [
            (errors.NoKeyringError("text"), KeyringMissing),
            (errors.InitError("text"), KeyringLocked),
            (errors.KeyringLocked("text"), KeyringLocked),
            (errors.KeyringError("text"), KeyringLocked),
            (RuntimeError("text"), KeyringLocked),
            (ConnectionResetError("text"), KeyringMissing),
        ],
    )
    def test_whatever_a_backend_throws_is_one_of_ours(
        self, thrown: Exception, expected: type[VaultError]
    ) -> None:
        with pytest.raises(expected) as caught:
            keychain(keyrings.ThrowingKeyring(thrown)).read("one")
        assert "text" not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_ctrl_c_stays_ctrl_c(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            keychain(keyrings.ThrowingKeyring(KeyboardInterrupt())).read("one")


def test_a_locked_keyring_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, locked_bus: Mapping[str, str]
) -> None:
    lead_to(monkeypatch, locked_bus)
    chain = keychain()
    for call in (chain.backend, lambda: chain.create("one"), lambda: chain.read("one")):
        with pytest.raises(KeyringLocked) as caught:
            call()
        assert caught.value.backend == "Secret Service"


def test_a_service_that_went_away_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SecretService.Keyring()
    lead_to(monkeypatch, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"})
    with pytest.raises(KeyringMissing):
        keychain(backend).read("one")


def test_a_bus_without_a_service_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SecretService.Keyring()
    with secret_service.bus() as environment:
        lead_to(monkeypatch, environment)
        with pytest.raises(KeyringMissing):
            keychain(backend).read("one")
        with pytest.raises(KeyringMissing):
            keychain().backend()
