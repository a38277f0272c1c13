"""The owner's vault in a real Secret Service: kept, signed with, restarted, removed, and never half-done."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import secretstorage
from keyring.backend import KeyringBackend

from krypton.chain.messages import Wire
from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.operation import Confirmed
from krypton.domain.ports import KeptWallet, Vault
from krypton.vault import box, owner
from krypton.vault.owner import OwnerVault
from tests.fakes import keyrings, values
from tests.fakes.values import GLOBAL_ID, VERSION, WALLET
from tests.fakes.words import OTHER_WORDS, WORDS
from tests.vault.conftest import Open, lead_to

pytestmark = pytest.mark.usefixtures("keyring_here")


def keep(vault: OwnerVault, words: tuple[str, ...] = WORDS, *, name: str = "till") -> KeptWallet:
    return vault.keep(words, name=name, version=VERSION, global_id=GLOBAL_ID)


def keys(profile_id: str) -> int:
    """How many keys of this profile the Secret Service really holds, asked behind the vault's back."""
    connection = secretstorage.dbus_init()
    try:
        items = secretstorage.get_default_collection(connection).get_all_items()
        return sum(f"krypton/{profile_id}/" in item.get_attributes().get("service", "") for item in items)
    finally:
        connection.close()


def test_it_is_a_vault(open_vault: Open) -> None:
    vault: Vault = open_vault()
    assert vault.backend() == "Secret Service"
    assert vault.wallets() == ()


def test_fresh_words_are_kept_signed_with_and_there_after_a_restart(
    open_vault: Open, profile_id: str
) -> None:
    words = open_vault().new_words()
    assert keys(profile_id) == 0
    kept = keep(open_vault(), words)
    assert kept == replace(
        WALLET, public_key=kept.public_key, address=kept.address, created_at=values.CHAIN_TIME
    )
    assert kept.public_key == open_vault().public_key(words)
    assert keys(profile_id) == 1
    again = open_vault()
    assert again.wallets() == (kept,)
    assert again.words("till") == words
    confirmed = values.confirmed(wallet=kept.address, public_key=kept.public_key)
    assert again.sign(confirmed).confirmed is confirmed


def test_several_wallets_stay_in_order_and_sign_each_for_itself(open_vault: Open) -> None:
    vault = open_vault()
    first, second = keep(vault), keep(vault, OTHER_WORDS, name="other")
    assert vault.wallets() == (first, second)
    assert vault.words("till") == WORDS
    assert vault.words("other") == OTHER_WORDS
    vault.sign(values.confirmed(wallet=second.address, public_key=second.public_key))
    vault.sign(values.confirmed())


def test_one_phrase_may_be_two_wallets_of_different_versions(open_vault: Open) -> None:
    vault = open_vault()
    keep(vault)
    other = vault.keep(WORDS, name="older", version=WalletVersion.V4R2, global_id=GLOBAL_ID)
    assert [wallet.address for wallet in vault.wallets()] == [WALLET.address, other.address]


def test_names_and_addresses_are_taken_once(open_vault: Open) -> None:
    vault = open_vault()
    keep(vault)
    for words, name in ((OTHER_WORDS, "till"), (WORDS, "again")):
        with pytest.raises(errors.NameTaken) as caught:
            keep(vault, words, name=name)
        assert caught.value.name == "till"
    assert len(vault.wallets()) == 1


@pytest.mark.parametrize("name", ["", "a" * 65, "line\nbreak", "turned\u202e", "\udc80"])
def test_names_that_cannot_be_shown_are_refused(open_vault: Open, name: str) -> None:
    with pytest.raises(errors.OutOfBounds) as caught:
        keep(open_vault(), name=name)
    assert caught.value.name == "wallet_name"


def test_a_vault_is_bounded(open_vault: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "MAX_WALLETS", 1)
    keep(open_vault())
    with pytest.raises(errors.OutOfBounds):
        keep(open_vault(), OTHER_WORDS, name="other")


def test_bad_words_touch_nothing(open_vault: Open, path: Path, profile_id: str) -> None:
    with pytest.raises(errors.BadWords):
        keep(open_vault(), (*WORDS[1:], WORDS[0]))
    with pytest.raises(errors.BadWords):
        open_vault().public_key(WORDS[1:])
    assert not path.exists()
    assert keys(profile_id) == 0


def test_removed_everywhere(open_vault: Open, path: Path, profile_id: str) -> None:
    vault = open_vault()
    keep(vault)
    second = keep(vault, OTHER_WORDS, name="other")
    vault.remove("till")
    assert vault.wallets() == (second,)
    assert keys(profile_id) == 1
    with pytest.raises(errors.NothingChosen) as caught:
        vault.remove("till")
    assert caught.value.choices == ("other",)
    vault.remove("other")
    assert not path.exists()
    assert keys(profile_id) == 0


def test_what_is_not_here_cannot_be_read_or_signed_with(open_vault: Open) -> None:
    with pytest.raises(errors.NothingChosen):
        open_vault().words("till")
    with pytest.raises(errors.SignerRefused) as caught:
        open_vault().sign(values.confirmed())
    assert caught.value.what == "wallet"
    keep(open_vault())
    with pytest.raises(errors.SignerRefused) as caught:
        open_vault().sign(values.confirmed(wallet=Address(0, bytes(32))))
    assert caught.value.what == "wallet"


@pytest.mark.parametrize("thing", [values.preview(), None, "confirmed"])
def test_nothing_but_a_confirmed_is_signed(open_vault: Open, thing: object) -> None:
    keep(open_vault())
    with pytest.raises(errors.SignerRefused) as caught:
        open_vault().sign(thing)
    assert caught.value.what == "confirmed"


def test_two_profiles_do_not_see_each_other(open_vault: Open, tmp_path: Path, path: Path) -> None:
    keep(open_vault())
    stranger = open_vault(profile_id="another")
    with pytest.raises(errors.KeyMissing) as caught:
        stranger.words("till")
    assert caught.value.wallet == "till"
    with pytest.raises(errors.KeyMissing):
        stranger.sign(values.confirmed())
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_is_gone_is_said_and_its_wallet_can_be_removed(
    open_vault: Open, profile_id: str, path: Path
) -> None:
    keep(open_vault())
    connection = secretstorage.dbus_init()
    for item in secretstorage.search_items(connection, {"username": "vault key"}):
        if profile_id in item.get_attributes()["service"]:
            item.delete()
    connection.close()
    with pytest.raises(errors.KeyMissing):
        open_vault().sign(values.confirmed())
    open_vault().remove("till")
    assert not path.exists()


def test_facts_that_were_changed_behind_its_back_are_damage(open_vault: Open, path: Path) -> None:
    keep(open_vault())
    (record,) = box.load(path.read_bytes())
    other = replace(record.header, wallet=replace(WALLET, name="till", created_at=1))
    path.write_bytes(box.dump((replace(record, header=other),)))
    for call in (lambda: open_vault().words("till"), lambda: open_vault().sign(values.confirmed())):
        with pytest.raises(errors.VaultDamaged) as caught:
            call()
        assert caught.value.path == str(path)


def test_a_damaged_file_is_refused_wherever_it_is_damaged(open_vault: Open, path: Path) -> None:
    keep(open_vault())
    whole = path.read_bytes()
    for position in (*range(0, len(whole), 37), len(whole) - 1):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :])
        for call in (
            open_vault().wallets,
            lambda: open_vault().words("till"),
            lambda: open_vault().remove("till"),
            lambda: keep(open_vault(), OTHER_WORDS, name="other"),
            lambda: open_vault().sign(values.confirmed()),
        ):
            with pytest.raises(errors.VaultDamaged):
                call()
    path.write_bytes(whole)
    assert open_vault().words("till") == WORDS


def test_a_file_of_a_later_version_is_left_alone(open_vault: Open, path: Path) -> None:
    body = b"KRYPTONV\0\x09\0\0"
    path.write_bytes(body + hashlib.sha256(body).digest())
    with pytest.raises(errors.DatabaseNewer) as caught:
        keep(open_vault())
    assert (caught.value.found, caught.value.known) == (9, 1)


def test_an_endless_file_is_refused(open_vault: Open, path: Path) -> None:
    with path.open("wb") as endless:
        endless.truncate(1 << 40)
    with pytest.raises(errors.VaultDamaged):
        open_vault().wallets()


def test_a_locked_keyring_is_refused_and_nothing_is_lost(
    open_vault: Open, path: Path, monkeypatch: pytest.MonkeyPatch, locked_bus: Mapping[str, str]
) -> None:
    keep(open_vault())
    before = path.read_bytes()
    lead_to(monkeypatch, locked_bus)
    vault = open_vault()
    assert [wallet.name for wallet in vault.wallets()] == ["till"]
    for call in (
        vault.backend,
        lambda: vault.words("till"),
        lambda: vault.remove("till"),
        lambda: vault.sign(values.confirmed()),
        lambda: keep(vault, OTHER_WORDS, name="other"),
    ):
        with pytest.raises(errors.KeyringLocked):
            call()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring"])
def test_an_insecure_keyring_is_refused_and_nothing_is_written(
    open_vault: Open, path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    for call in (open_vault().backend, lambda: keep(open_vault())):
        with pytest.raises(errors.KeyringInsecure):
            call()
    assert not path.exists()


@pytest.mark.parametrize(
    "kind", [keyrings.ForgetfulKeyring, keyrings.ManglingKeyring, keyrings.RefusingKeyring]
)
def test_a_keyring_that_does_not_keep_is_found_before_the_file_is_written(
    open_vault: Open, path: Path, kind: type[KeyringBackend]
) -> None:
    with pytest.raises(errors.KeyringForgetful):
        keep(open_vault(choose=kind))
    assert not path.exists()


def test_no_error_and_no_repr_holds_a_word(open_vault: Open) -> None:
    vault = open_vault()
    keep(vault)
    shown = repr(vault) + repr(vault.wallets()) + repr(vault.sign(Confirmed(preview=values.preview(), at=1)))
    assert not any(f"{word!r}" in shown for word in WORDS)


def test_the_composer_decides_the_address(open_vault: Open) -> None:
    class Elsewhere(Wire):
        """Puts every wallet at one address: so a second one is taken."""

        def wallet_address(self, public_key: bytes, version: WalletVersion, *, global_id: int) -> Address:
            del public_key, version, global_id
            return Address(0, b"\x01" * 32)

    vault = open_vault(composer=Elsewhere())
    assert keep(vault).address == Address(0, b"\x01" * 32)
    with pytest.raises(errors.NameTaken):
        keep(vault, OTHER_WORDS, name="other")
