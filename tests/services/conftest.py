"""One shop in memory: a funded owner's wallet, a collector, and the use cases over them."""

import itertools
from dataclasses import dataclass, replace

import pytest

from krypton.chain.messages import Wire
from krypton.domain.chain import WalletState
from krypton.domain.collector import CollectorState, Stats, Terms
from krypton.domain.money import NANO
from krypton.domain.operation import Confirmed, Deploy, ForceWithdraw, Intent, Preview, SetMinWithdrawal
from krypton.domain.ports import KeptWallet
from krypton.services.accounts import Accounts
from krypton.services.operations import Operations
from krypton.services.shop import Shop
from krypton.services.sights import DEPLOY_FUNDING
from tests.fakes import values
from tests.fakes.memory import MemoryLedger, MemoryReader, here
from tests.fakes.memory_vault import MemoryVault
from tests.fakes.values import CHAIN_TIME, COLLECTOR, GLOBAL_ID, TERMS, WALLET
from tests.fakes.words import WORDS

LOCAL_TIME = CHAIN_TIME + 5
RAISE = SetMinWithdrawal(collector=COLLECTOR, value=20 * NANO)
FORCE = ForceWithdraw(collector=COLLECTOR)
DEPLOY = Deploy(terms=TERMS, funding=DEPLOY_FUNDING)
INTENTS: tuple[Intent, ...] = (RAISE, FORCE, DEPLOY)


def yes(preview: Preview) -> Confirmed:
    """What a dialog makes of an owner's yes."""
    return Confirmed(preview=preview, at=LOCAL_TIME)


@dataclass
class World:
    """Everything a use case touches, open to a test that wants to move it."""

    reader: MemoryReader
    ledger: MemoryLedger
    vault: MemoryVault
    wallet: KeptWallet
    operations: Operations
    accounts: Accounts
    shop: Shop

    async def prepare(self, intent: Intent) -> Preview:
        """Prepare an operation of the owner's wallet."""
        return await self.operations.prepare(intent, wallet=self.wallet)

    def fund(self, balance: int, *, seqno: int = 3, deployed: bool = True) -> None:
        self.reader.wallets[self.wallet.address] = WalletState(
            address=self.wallet.address,
            balance=balance,
            seqno=seqno,
            deployed=deployed,
            last_lt=1,
            last_hash=bytes(32),
        )

    @property
    def state(self) -> CollectorState:
        return self.reader.collectors[COLLECTOR]

    def alter(
        self, *, terms: Terms | None = None, stats: Stats | None = None, balance: int | None = None
    ) -> None:
        state = self.state
        self.reader.collectors[COLLECTOR] = replace(
            state,
            terms=terms or state.terms,
            stats=stats or state.stats,
            balance=state.balance if balance is None else balance,
        )


def make_world() -> World:
    reader, ledger, vault = MemoryReader(), MemoryLedger(), MemoryVault()
    wallet = vault.keep(WORDS, name="till", version=WALLET.version, global_id=GLOBAL_ID)
    reader.collectors[COLLECTOR] = values.STATE
    query_ids = itertools.count(1)
    operations = Operations(
        reader=reader,
        composer=Wire(),
        vault=vault,
        in_vault=here,
        ledger=ledger,
        in_ledger=here,
        clock=lambda: LOCAL_TIME,
        query_id=lambda: next(query_ids),
    )
    accounts = Accounts(
        reader=reader,
        composer=Wire(),
        vault=vault,
        in_vault=here,
        ledger=ledger,
        in_ledger=here,
        clock=lambda: LOCAL_TIME,
    )
    world = World(
        reader=reader,
        ledger=ledger,
        vault=vault,
        wallet=wallet,
        operations=operations,
        accounts=accounts,
        shop=Shop(reader=reader, ledger=ledger, in_ledger=here),
    )
    world.fund(5 * NANO)
    return world


@pytest.fixture
def world() -> World:
    return make_world()
