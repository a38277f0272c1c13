"""Only the operating systems' own keyrings may hold a key, whatever the user's machine is set up for."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from keyring.backends import SecretService, chainer, fail, null

from krypton.domain.errors import KeyringInsecure, KeyringMissing
from krypton.vault import backends
from tests.vault.conftest import lead_to

_INSECURE = [
    "keyring.backends.null.Keyring",
    "keyring.backends.fail.Keyring",
    "keyring.backends.chainer.ChainerBackend",
    "keyrings.alt.file.PlaintextKeyring",
    "keyrings.alt.file.EncryptedKeyring",
    "somebody.elses.Keyring",
    "",
]


@pytest.fixture
def config(keyring_here: Mapping[str, str]) -> Path:
    folder = Path(keyring_here["XDG_CONFIG_HOME"]) / "python_keyring"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "keyringrc.cfg"
    path.unlink(missing_ok=True)
    return path


@pytest.mark.usefixtures("keyring_here")
def test_the_desktops_keyring_is_found_and_named() -> None:
    backend = backends.choose()
    assert type(backend) is SecretService.Keyring
    assert backends.name_of(backend) == "Secret Service"


@pytest.mark.usefixtures("keyring_here")
@pytest.mark.parametrize("name", _INSECURE)
def test_an_insecure_one_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringInsecure) as caught:
        backends.choose()
    assert caught.value.backend == name


@pytest.mark.parametrize("name", [name for name in _INSECURE if name])
def test_an_insecure_one_in_the_config_file_is_refused(config: Path, name: str) -> None:
    config.write_text(f"[backend]\ndefault-keyring={name}\n", encoding="utf-8")
    try:
        with pytest.raises(KeyringInsecure) as caught:
            backends.choose()
    finally:
        config.unlink()
    assert caught.value.backend == name


@pytest.mark.parametrize("text", [b"no section", b"[backend\n", b"\xff\xfe", b"[backend]\ndefault-keyring"])
def test_a_config_file_that_cannot_be_read_is_refused(config: Path, text: bytes) -> None:
    config.write_bytes(text)
    try:
        with pytest.raises(KeyringInsecure):
            backends.choose()
    finally:
        config.unlink()


@pytest.mark.parametrize(
    "text", ["", "[backend]\n", "[backend]\ndefault-keyring=keyring.backends.SecretService.Keyring"]
)
def test_a_config_file_that_says_nothing_bad_is_followed(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")
    try:
        assert type(backends.choose()) is SecretService.Keyring
    finally:
        config.unlink()


def test_no_bus_is_no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lead_to(monkeypatch, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "HOME": str(tmp_path)})
    with pytest.raises(KeyringMissing):
        backends.choose()


def test_a_named_one_that_does_not_work_here_is_no_keyring(
    monkeypatch: pytest.MonkeyPatch, keyring_here: Mapping[str, str]
) -> None:
    assert keyring_here
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.kwallet.DBusKeyring")
    with pytest.raises(KeyringMissing):
        backends.choose()


@pytest.mark.parametrize("kind", [null.Keyring, fail.Keyring, chainer.ChainerBackend])
def test_what_is_not_on_the_list_has_no_friendly_name(kind: type[null.Keyring]) -> None:
    assert backends.name_of(kind()) == kind.__qualname__
