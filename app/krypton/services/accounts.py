"""Wallets and collectors of a profile: made, imported, listed, chosen; knows no keyring and no file."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from krypton.domain.address import BASECHAIN, Address
from krypton.domain.chain import Seen, WalletState, WalletVersion
from krypton.domain.errors import AddressFault, BadAddress, NoServers, NothingChosen
from krypton.domain.ports import Clock, Composer, KeptWallet, KnownCollector, Ledger, Reader, Vault
from krypton.services.threads import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A wallet of this profile and what the chain says of it."""

    wallet: KeptWallet
    seen: Seen[WalletState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A wallet that some words could stand for, and what the chain says of it."""

    version: WalletVersion
    seen: Seen[WalletState]


class Accounts:
    """Use cases around wallets and collectors. Raises KryptonError kinds."""

    def __init__(
        self,
        *,
        reader: Reader,
        composer: Composer,
        vault: Vault,
        in_vault: Worker,
        ledger: Ledger,
        in_ledger: Worker,
        clock: Clock,
    ) -> None:
        """Use these ports; `in_vault` and `in_ledger` run what blocks."""
        self._reader = reader
        self._composer = composer
        self._vault = vault
        self._in_vault = in_vault
        self._ledger = ledger
        self._in_ledger = in_ledger
        self._clock = clock

    async def backend(self) -> str:
        """Return the keyring's name for the screen. Raises VaultError where none is fit."""
        return await self._in_vault(self._vault.backend)

    async def wallets(self) -> tuple[KeptWallet, ...]:
        """Return the wallets whose keys are here, oldest first."""
        return await self._in_vault(self._vault.wallets)

    async def new_words(self) -> tuple[str, ...]:
        """Return 24 fresh words; nothing is stored."""
        return await self._in_vault(self._vault.new_words)

    async def keep(self, words: Sequence[str], *, name: str, version: WalletVersion) -> KeptWallet:
        """Store a wallet's words, new or imported. Raises BadWords, NameTaken, VaultError, ChainError.

        A v5r1 wallet's address depends on the chain's global id, so a network of one's own must have been
        reached once.
        """
        global_id = await self._global_id()
        return await self._in_vault(
            lambda: self._vault.keep(words, name=name, version=version, global_id=global_id)
        )

    async def words(self, name: str, /) -> tuple[str, ...]:
        """Return a wallet's words again. Raises NothingChosen, VaultError."""
        return await self._in_vault(lambda: self._vault.words(name))

    async def remove(self, name: str, /) -> None:
        """Forget a wallet, key and words. Raises NothingChosen, VaultError."""
        await self._in_vault(lambda: self._vault.remove(name))

    async def candidates(self, words: Sequence[str], /) -> tuple[Candidate, ...]:
        """Return every wallet that the words could stand for, with live balances. Raises BadWords."""
        public_key = await self._in_vault(lambda: self._vault.public_key(words))
        global_id = await self._global_id()
        addresses = {
            version: self._composer.wallet_address(public_key, version, global_id=global_id)
            for version in WalletVersion
        }
        return tuple(
            [
                Candidate(version=version, seen=await self.wallet_state(at))
                for version, at in addresses.items()
            ]
        )

    async def wallet_state(self, address: Address, /) -> Seen[WalletState]:
        """Return a wallet as the chain has it."""
        return await self._reader.wallet(address)

    async def holdings(self) -> tuple[Holding, ...]:
        """Return every wallet with its live balance, oldest first."""
        return tuple(
            [
                Holding(wallet=wallet, seen=await self.wallet_state(wallet.address))
                for wallet in await self.wallets()
            ]
        )

    async def choose(self, name: str | None, /) -> KeptWallet:
        """Return the wallet of that name, or the only one. Raises NothingChosen with the choices."""
        wallets = await self.wallets()
        fitting = [wallet for wallet in wallets if name in {None, wallet.name}]
        if len(fitting) != 1:
            raise NothingChosen(what="wallet", choices=tuple(wallet.name for wallet in wallets))
        return fitting[0]

    async def owner_of(self, owner: Address, /) -> KeptWallet:
        """Return the wallet that owns a collector. Raises NothingChosen where its key isn't here."""
        wallets = await self.wallets()
        for wallet in wallets:
            if wallet.address == owner:
                return wallet
        raise NothingChosen(what="wallet", choices=tuple(wallet.name for wallet in wallets))

    async def collectors(self) -> tuple[KnownCollector, ...]:
        """Return the collectors of this profile, oldest first."""
        return await self._in_ledger(self._ledger.collectors)

    async def choose_collector(self, address: Address | None, /) -> KnownCollector:
        """Return the collector at that address, or the only one. Raises NothingChosen with the choices."""
        known = await self.collectors()
        fitting = [collector for collector in known if address in {None, collector.address}]
        if len(fitting) != 1:
            raise NothingChosen(what="collector", choices=tuple(each.address.raw for each in known))
        return fitting[0]

    async def watch(self, address: Address, /, *, label: str = "") -> KnownCollector:
        """Know a collector by its address; watching twice is once.

        Only what is a collector on chain. Raises BadAddress, NotDeployed, UnknownCode, BadContractData.
        """
        if address.workchain != BASECHAIN:
            raise BadAddress(text=address.raw, fault=AddressFault.MASTERCHAIN)
        await self._reader.collector(address)
        at = self._clock()
        await self._in_ledger(lambda: self._ledger.add_collector(address, label=label, at=at))
        return await self.choose_collector(address)

    async def _global_id(self) -> int:
        """Return what the chain calls itself; a chain that isn't well known has to be asked first."""
        with suppress(NoServers):
            return self._reader.global_id
        await self._reader.head()
        return self._reader.global_id


def wrong_positions(words: Sequence[str], answers: Mapping[int, str], /) -> tuple[int, ...]:
    """Return which of the words asked back (position from 1 -> answer) are wrong; holds no word."""
    return tuple(
        position
        for position, answer in sorted(answers.items())
        if not 1 <= position <= len(words) or answer.strip().lower() != words[position - 1]
    )
