"""Which keyring backend may hold keys: a short list of known ones; everything else is refused unseen."""

import configparser
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from keyring.backend import KeyringBackend
from keyring.util.platform_ import config_root

from krypton.domain.errors import KeyringInsecure, KeyringMissing

# The operating systems' own keyrings, and what they are called on screen. Plug-ins (keyrings.alt keeps plain
# text), `null`, `fail` and `chainer` (which quietly goes on to its next member) are left out on purpose: what
# isn't here isn't even imported.
NAMES = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
# CRED_PERSIST_LOCAL_MACHINE (CREDENTIALW): by default a credential roams to a domain's other computers.
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    "keyring.backends.Windows.WinVaultKeyring": {"_persist": 2}
}
_SHOWN = 100


def choose() -> KeyringBackend:
    """Return the keyring to use: the one the user named to `keyring`, else the first that works here.

    Raises KeyringInsecure for a named one that isn't on the list, KeyringMissing when none works.
    """
    wanted = _wanted()
    if wanted is not None and wanted not in NAMES:
        raise KeyringInsecure(backend=wanted[:_SHOWN])
    for path in NAMES if wanted is None else (wanted,):
        module, _, name = path.rpartition(".")
        kind = cast("type[KeyringBackend]", getattr(importlib.import_module(module), name))
        if kind.viable:
            return kind().with_properties(**_PROPERTIES.get(path, {}))
    raise KeyringMissing


def name_of(backend: KeyringBackend, /) -> str:
    """Return the backend's name for the screen."""
    kind = type(backend)
    return NAMES.get(f"{kind.__module__}.{kind.__qualname__}", kind.__qualname__)


def _wanted() -> str | None:
    """What the two ways of naming a backend to `keyring` say: the environment first, then its file."""
    named = os.environ.get("PYTHON_KEYRING_BACKEND")
    if named is not None:
        return named
    config = configparser.RawConfigParser()
    path = Path(config_root()) / "keyringrc.cfg"
    try:
        config.read(path, encoding="utf-8")
        return config.get("backend", "default-keyring", fallback="").strip() or None
    except (configparser.Error, UnicodeDecodeError, OSError):
        raise KeyringInsecure(backend=path.name) from None
