"""A new wallet that fails half-way, in whatever way, leaves neither a key nor a record."""

from pathlib import Path

import pytest

from krypton.domain import errors
from krypton.vault import file, owner
from tests.fakes import keyrings
from tests.fakes.words import OTHER_WORDS, THIRD_WORDS
from tests.vault.conftest import Open
from tests.vault.test_file import full_disk
from tests.vault.test_owner import keep, keys

pytestmark = pytest.mark.usefixtures("keyring_here")


class TestUndone:
    """A new wallet that fails half-way leaves neither a key nor a record."""

    def test_a_full_disk(self, open_vault: Open, path: Path, profile_id: str) -> None:
        keep(open_vault())
        before = path.read_bytes()
        with full_disk(len(before)), pytest.raises(errors.DiskFull):
            keep(open_vault(), OTHER_WORDS, name="other")
        assert path.read_bytes() == before
        assert keys(profile_id) == 1

    @pytest.mark.parametrize("others", [0, 1])
    def test_a_file_that_is_not_what_was_written(
        self, open_vault: Open, path: Path, profile_id: str, monkeypatch: pytest.MonkeyPatch, others: int
    ) -> None:
        if others:
            keep(open_vault())
        before = path.read_bytes() if path.exists() else None
        honest = file.replace

        def mangled(place: Path, data: bytes) -> None:
            honest(place, data if data == before else data[:-40])

        monkeypatch.setattr(file, "replace", mangled)
        with pytest.raises(errors.VaultDamaged):
            keep(open_vault(), THIRD_WORDS, name="third")
        assert (path.read_bytes() if path.exists() else None) == before
        assert keys(profile_id) == others

    def test_a_key_that_does_not_sign(self, open_vault: Open, path: Path, profile_id: str) -> None:
        class Misremembering(keyrings.SecretService.Keyring):
            """Answers the second read with another key."""

            reads = 0

            def get_password(self, service: str, username: str) -> str | None:
                self.reads += 1
                return super().get_password(service, username) if self.reads == 1 else "00" * 32

        backend = Misremembering()
        with pytest.raises(errors.VaultDamaged):
            keep(open_vault(choose=lambda: backend))
        assert not path.exists()
        assert keys(profile_id) == 0

    def test_ctrl_c(
        self, open_vault: Open, path: Path, profile_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(owner.signer, "test_key", interrupted)
        with pytest.raises(KeyboardInterrupt):
            keep(open_vault())
        assert not path.exists()
        assert keys(profile_id) == 0
