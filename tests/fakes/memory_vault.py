"""A vault in memory, for tests of what uses one; the real one is tested in tests/vault."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from nacl.bindings import crypto_sign, crypto_sign_BYTES

from krypton.chain.messages import Wire
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import NameTaken
from krypton.domain.operation import Confirmed, Signed
from krypton.domain.ports import KeptWallet
from krypton.vault import mnemonic
from tests.fakes.values import CHAIN_TIME


@cache
def _keys(words: tuple[str, ...]) -> tuple[bytes, bytes]:
    return mnemonic.key_pair(words)


@dataclass
class MemoryVault:
    """Implements domain.ports.Vault without a keyring or a file.

    It signs whatever it is given; that the real one looks first is tested with the real one.
    """

    kept: dict[str, tuple[KeptWallet, tuple[str, ...]]] = field(
        default_factory=dict[str, tuple[KeptWallet, tuple[str, ...]]]
    )
    signed: int = 0

    def backend(self) -> str:
        return "Memory"

    def wallets(self) -> tuple[KeptWallet, ...]:
        return tuple(wallet for wallet, _ in self.kept.values())

    def new_words(self) -> tuple[str, ...]:
        return mnemonic.generate()

    def public_key(self, words: Sequence[str], /) -> bytes:
        return _keys(mnemonic.check(words))[0]

    def keep(self, words: Sequence[str], *, name: str, version: WalletVersion, global_id: int) -> KeptWallet:
        if name in self.kept:
            raise NameTaken(name=name)
        public_key = self.public_key(words)
        address = Wire().wallet_address(public_key, version, global_id=global_id)
        wallet = KeptWallet(
            name=name, version=version, public_key=public_key, address=address, created_at=CHAIN_TIME
        )
        self.kept[name] = (wallet, tuple(words))
        return wallet

    def words(self, name: str, /) -> tuple[str, ...]:
        return self.kept[name][1]

    def remove(self, name: str, /) -> None:
        del self.kept[name]

    def sign(self, confirmed: Confirmed, /) -> Signed:
        self.signed += 1
        preview = confirmed.preview
        words = next(words for wallet, words in self.kept.values() if wallet.address == preview.wallet)
        public_key, secret_key = _keys(words)
        message, hash_ = Wire().envelope(
            preview.unsigned,
            wallet=preview.wallet,
            public_key=public_key,
            first_use=preview.first_use,
            signature=crypto_sign(preview.unsigned.payload_hash, secret_key)[:crypto_sign_BYTES],
        )
        return Signed(confirmed=confirmed, message=message, hash=hash_)
