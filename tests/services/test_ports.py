"""Use cases are what presenters ask for; the type checker does the proving, the test keeps it honest."""

from krypton.domain import ports as domain
from krypton.presenters import ports
from krypton.services.accounts import Accounts
from krypton.services.operations import Operations
from krypton.services.shop import Shop
from tests.services.conftest import World


def test_use_cases_are_what_presenters_ask_for(world: World) -> None:
    accounts: ports.Accounts = world.accounts
    operations: ports.Operations = world.operations
    shop: ports.Shop = world.shop
    assert {type(accounts), type(operations), type(shop)} == {Accounts, Operations, Shop}


def test_the_fakes_are_what_use_cases_ask_for(world: World) -> None:
    reader: domain.Reader = world.reader
    ledger: domain.Ledger = world.ledger
    vault: domain.Vault = world.vault
    assert reader.servers() == ledger.collectors() == ()
    assert vault.backend() == "Memory"
