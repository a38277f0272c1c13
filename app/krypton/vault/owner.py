"""The owner's vault: words sealed in `vault.bin` under keys in the OS keyring, and signing with them."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from keyring.backend import KeyringBackend

from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import (
    DatabaseNewer,
    KeyMissing,
    NameTaken,
    NothingChosen,
    OutOfBounds,
    SignerRefused,
    VaultDamaged,
    VaultError,
)
from krypton.domain.operation import Confirmed, Signed
from krypton.domain.ports import Clock, Composer, Decoder, KeptWallet
from krypton.vault import backends, box, file, mnemonic, signer
from krypton.vault.keychain import Keychain
from krypton.vault.memory import short_lived, wipe

MAX_WALLETS = 64
_KEY_ID_BYTES = 16


class OwnerVault:
    """Implements `domain.ports.Vault` for one profile; blocking, one caller at a time."""

    def __init__(
        self,
        path: Path,
        *,
        profile_id: str,
        composer: Composer,
        decoder: Decoder,
        clock: Clock,
        choose: Callable[[], KeyringBackend] = backends.choose,
    ) -> None:
        """Keep `vault.bin` at `path`; nothing is touched until it is asked for.

        `profile_id` is the profile's random name: it keeps keyring entries of profiles apart.
        """
        self._path = path
        self._profile_id = profile_id
        self._composer = composer
        self._decoder = decoder
        self._clock = clock
        self._keychain = Keychain(profile_id=profile_id, choose=choose)

    def backend(self) -> str:
        """Return the keyring backend's name for the screen, having checked that it is fit."""
        return self._keychain.backend()

    def wallets(self) -> tuple[KeptWallet, ...]:
        """Return the wallets in the vault, oldest first; needs no key."""
        return tuple(record.header.wallet for record in self._records())

    def new_words(self) -> tuple[str, ...]:
        """Return 24 fresh TON words; nothing is stored."""
        return mnemonic.generate()

    def public_key(self, words: Sequence[str], /) -> bytes:
        """Return the public key that the words stand for; nothing is stored. Raises BadWords."""
        public_key, secret_key = mnemonic.key_pair(mnemonic.check(words))
        wipe(secret_key)
        return public_key

    def keep(self, words: Sequence[str], *, name: str, version: WalletVersion, global_id: int) -> KeptWallet:
        """Store the words: key into the keyring, read back, file written, read back, self-test signed.

        A failure at any step, Ctrl-C too, takes back the ones before it. Raises BadWords, NameTaken,
        OutOfBounds for a name or a number of wallets that can't be, and kinds of VaultError and StorageError.
        """
        phrase = mnemonic.check(words)
        before = self._records()
        _check_name(name)
        if len(before) >= MAX_WALLETS:
            raise OutOfBounds(name="wallets", value=len(before) + 1, low=0, high=MAX_WALLETS)
        public_key = self.public_key(phrase)
        wallet = KeptWallet(
            name=name,
            version=version,
            public_key=public_key,
            address=self._composer.wallet_address(public_key, version, global_id=global_id),
            created_at=self._clock(),
        )
        for known in (record.header.wallet for record in before):
            if name == known.name or wallet.address == known.address:
                raise NameTaken(name=known.name)
        header = box.Header(wallet=wallet, global_id=global_id, key_id=secrets.token_hex(_KEY_ID_BYTES))
        try:
            self._store(phrase, header=header, before=before)
        except BaseException:
            with suppress(VaultError):
                self._keychain.delete(header.key_id)
            raise
        return wallet

    def words(self, name: str, /) -> tuple[str, ...]:
        """Return a wallet's words again. Raises NothingChosen, KeyMissing, VaultDamaged."""
        return self._open(self._find(name))

    def remove(self, name: str, /) -> None:
        """Forget a wallet: its record first, then its key, so that nothing listed lacks its key."""
        gone = self._find(name)
        self._keychain.backend()
        left = tuple(record for record in self._records() if record != gone)
        if left:
            file.replace(self._path, box.dump(left))
        else:
            file.remove(self._path)
        self._keychain.delete(gone.header.key_id)

    def sign(self, confirmed: object, /) -> Signed:
        """Sign exactly what was confirmed, after reading the cell back. Raises SignerRefused.

        Takes any object so that it can refuse at run time what isn't a Confirmed, whatever a type said.
        """
        if not isinstance(confirmed, Confirmed):
            raise SignerRefused(what="confirmed")
        record = self._of(confirmed.preview.wallet)
        return signer.sign(
            confirmed,
            wallet=record.header.wallet,
            global_id=record.header.global_id,
            composer=self._composer,
            decoder=self._decoder,
            words=lambda: self._open(record),
        )

    def _store(self, phrase: Sequence[str], *, header: box.Header, before: tuple[box.Record, ...]) -> None:
        old = self._read()
        with short_lived(self._keychain.create(header.key_id)) as key:
            record = box.seal(phrase, header=header, profile_id=self._profile_id, key=key)
        try:
            file.replace(self._path, box.dump((*before, record)))
            kept = self._find(header.wallet.name)
            signer.test_key(self._open(kept), public_key=header.wallet.public_key)
        except BaseException:
            if self._read() != old:
                self._restore(old)
            raise

    def _restore(self, old: bytes | None) -> None:
        if old is None:
            file.remove(self._path)
        else:
            file.replace(self._path, old)

    def _read(self) -> bytes | None:
        return file.read(self._path, limit=box.FILE_LIMIT)

    def _records(self) -> tuple[box.Record, ...]:
        data = self._read()
        if data is None:
            return ()
        try:
            return box.load(data)
        except box.Unreadable:
            raise VaultDamaged(path=str(self._path)) from None
        except box.Newer as newer:
            raise DatabaseNewer(found=newer.version, known=box.VERSION) from None

    def _find(self, name: str) -> box.Record:
        records = self._records()
        for record in records:
            if record.header.wallet.name == name:
                return record
        raise NothingChosen(what="wallet", choices=tuple(record.header.wallet.name for record in records))

    def _of(self, address: Address) -> box.Record:
        for record in self._records():
            if record.header.wallet.address == address:
                return record
        raise SignerRefused(what="wallet")

    def _open(self, record: box.Record) -> tuple[str, ...]:
        key = self._keychain.read(record.header.key_id)
        if key is None:
            raise KeyMissing(wallet=record.header.wallet.name)
        with short_lived(key):
            try:
                return box.unseal(record, profile_id=self._profile_id, key=key)
            except box.Unreadable:
                raise VaultDamaged(path=str(self._path)) from None


def _check_name(name: str) -> None:
    if not box.is_name(name):
        raise OutOfBounds(name="wallet_name", value=len(name), low=1, high=box.MAX_NAME)
