"""What presenters need from use cases and from whoever shows dialogs, as Protocols; knows neither."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol

from krypton.domain.address import Address
from krypton.domain.chain import Seen, WalletState, WalletVersion
from krypton.domain.collector import CollectorState
from krypton.domain.money import Nano
from krypton.domain.observable import Value
from krypton.domain.operation import Confirmed, Intent, Preview, Sent
from krypton.domain.ports import (
    BalancePoint,
    Changes,
    Clock,
    KeptWallet,
    KnownCollector,
    OperationRow,
    PaymentRow,
    Playground,
    WithdrawalRow,
)
from krypton.services.accounts import Candidate
from krypton.wording import Sentence


class Accounts(Protocol):
    """Wallets and collectors of this profile. Raises KryptonError kinds."""

    async def backend(self) -> str:
        """Return the keyring's name for the screen. Raises VaultError where none is fit."""
        ...

    async def wallets(self) -> tuple[KeptWallet, ...]:
        """Return the wallets whose keys are here, oldest first."""
        ...

    async def new_words(self) -> tuple[str, ...]:
        """Return 24 fresh words; nothing is stored."""
        ...

    async def candidates(self, words: Sequence[str], /) -> tuple[Candidate, ...]:
        """Return every wallet that the words could stand for, as the chain has it. Raises BadWords."""
        ...

    async def keep(self, words: Sequence[str], *, name: str, version: WalletVersion) -> KeptWallet:
        """Store a wallet's words. Raises BadWords, NameTaken, VaultError."""
        ...

    async def wallet_state(self, address: Address, /) -> Seen[WalletState]:
        """Return a wallet as the chain has it."""
        ...

    async def collectors(self) -> tuple[KnownCollector, ...]:
        """Return the collectors of this profile, oldest first."""
        ...

    async def watch(self, address: Address, /) -> KnownCollector:
        """Know a collector by its address. Raises NotDeployed, UnknownCode, BadContractData."""
        ...


class Operations(Protocol):
    """The owner's operations. Raises KryptonError kinds."""

    async def deploy_cost(self) -> Nano:
        """Return what a wallet must hold (nano) to deploy a collector: funding and network fees."""
        ...

    async def deployment(
        self, wallet: KeptWallet, *, threshold: Nano, supplier: Address, fee_bps: int
    ) -> Intent:
        """Return the intent that puts a new collector on chain, checked and funded."""
        ...

    async def prepare(self, intent: Intent, *, wallet: KeptWallet) -> Preview:
        """Return everything that the owner must see before he confirms."""
        ...

    async def send(self, confirmed: Confirmed, /) -> Sent:
        """Sign exactly what was confirmed, store it, and broadcast it."""
        ...

    async def operations(self, collector: Address | None, *, limit: int) -> tuple[OperationRow, ...]:
        """Return operations newest first."""
        ...


class Shop(Protocol):
    """What one collector holds and has done. Raises KryptonError kinds."""

    async def state(self, collector: Address, /) -> Seen[CollectorState]:
        """Return the collector as the chain has it."""
        ...

    async def payments(self, collector: Address, *, limit: int) -> tuple[PaymentRow, ...]:
        """Return the last payments, newest first."""
        ...

    async def withdrawals(self, collector: Address, *, limit: int) -> tuple[WithdrawalRow, ...]:
        """Return the last withdrawals, newest first."""
        ...

    async def balance_points(self, collector: Address, *, since: int, limit: int) -> tuple[BalancePoint, ...]:
        """Return the fee balance over time, oldest first."""
        ...


class Asker(Protocol):
    """Dialogs, from the point of view of whoever needs an answer."""

    async def confirm(self, preview: Preview, /) -> Confirmed | None:
        """Show a preview in full; None where the owner did not confirm."""
        ...

    async def unlock(self, failure: Sentence, /) -> bool:
        """Say that the keyring is locked; True where the owner wants to try again."""
        ...

    def tell(self, failure: Sentence, /) -> None:
        """Say what went wrong without asking anything."""
        ...


class Starter(Protocol):
    """Starts work beside everything else; its failure is told to the owner."""

    def start(self, work: Coroutine[object, object, None], *, name: str) -> None:
        """Start `work`; `name` says for logs what it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that the presenters call. `playground` is there on the sandbox alone."""

    accounts: Accounts
    operations: Operations
    shop: Shop
    playground: Playground | None
    changes: Value[Changes]
    clock: Clock
