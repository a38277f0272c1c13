"""A profile's folder: what lies where, who holds it, which chain it belongs to; opens no database itself."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from krypton.domain.errors import DatabaseDamaged, WrongNetwork
from krypton.store import settings as settings_file
from krypton.store.file_faults import files_translated
from krypton.store.lock import Lock
from krypton.store.settings import Settings

_PRIVATE = 0o700


class Profile:
    """A folder that is ours until `close`."""

    def __init__(self, folder: Path, /) -> None:
        """Make the folder where there is none, readable to its owner only, and lock it.

        Raises ProfileBusy, StorageDenied, DiskFull, DatabaseDamaged, DatabaseNewer.
        """
        self.folder = folder.expanduser().absolute()
        with files_translated(self.folder):
            self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            self.logs.mkdir(mode=_PRIVATE, exist_ok=True)
            for held in (self.folder, self.logs):
                held.chmod(_PRIVATE)
        self._lock = Lock(self.folder / "lock")
        try:
            self._settings = self._read()
        except BaseException:
            self._lock.close()
            raise

    @property
    def ledger(self) -> Path:
        """Where the database lies."""
        return self.folder / "ledger.db"

    @property
    def vault(self) -> Path:
        """Where the encrypted words lie."""
        return self.folder / "vault.bin"

    @property
    def logs(self) -> Path:
        """The folder for logs."""
        return self.folder / "logs"

    @property
    def settings(self) -> Settings:
        """What the profile remembers."""
        return self._settings

    def bind(self, *, network: str, zero_state: str) -> None:
        """Belong to this chain: remembered the first time, compared ever after.

        `network` is a network's name or a config's path, `zero_state` the hash (hex) of the chain that
        it leads to. Raises WrongNetwork.
        """
        held = self._settings
        if held.zero_state and held.zero_state != zero_state:
            raise WrongNetwork(expected=held.zero_state, found=zero_state)
        self._save(replace(held, network=network, zero_state=zero_state))

    def choose(self, *, language: str | None = None, theme: str | None = None) -> None:
        """Remember a choice; None leaves it as it was. Raises DiskFull, StorageDenied."""
        held = self._settings
        self._save(
            replace(
                held,
                language=held.language if language is None else language,
                theme=held.theme if theme is None else theme,
            )
        )

    def close(self) -> None:
        """Let the folder go; twice is once."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _path(self) -> Path:
        return self.folder / "settings.json"

    def _read(self) -> Settings:
        found = settings_file.read(self._path)
        if found is not None:
            return found
        if self.ledger.exists() or self.vault.exists():
            # Under a new profile id the keys in the keyring would be out of reach: say it, don't start over.
            raise DatabaseDamaged(path=str(self._path))
        made = settings_file.fresh()
        settings_file.write(self._path, made)
        return made

    def _save(self, settings: Settings) -> None:
        if settings != self._settings:
            settings_file.write(self._path, settings)
            self._settings = settings
