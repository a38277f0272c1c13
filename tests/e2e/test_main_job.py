"""The main job on real parts: command line and window against the sandbox, every figure to the nano.

250 payments of 5.05 at a threshold of 10: the 200th sets off the automatic withdrawal, 50 stay.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from krypton import wording
from krypton.chain.network import load
from krypton.chain.reader import open_reader
from krypton.domain.address import Address
from krypton.domain.chain import Transaction
from krypton.domain.collector import CollectorState
from krypton.domain.ledger import fold
from krypton.domain.money import NANO
from krypton.domain.ports import KnownCollector, PaymentRow, WithdrawalRow
from krypton.store.engine import open_database
from krypton.store.ledger import StoredLedger
from krypton.ui.widgets.visitor import Visitor, shown_text
from tests.e2e.shop import Shop, open_shop

PRICE = 5 * NANO
FEE = 50_000_000
HALF = 125
ALL = 2 * HALF
THRESHOLD_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The contract's own state and its whole history, read afresh; and what the profile stored."""

    state: CollectorState
    owner_balance: int
    known: KnownCollector
    payments: tuple[PaymentRow, ...]
    withdrawals: tuple[WithdrawalRow, ...]
    transactions: tuple[Transaction, ...]


async def read_truth(shop: Shop, collector: Address) -> Truth:
    network = load(shop.config)
    reader = open_reader(network, clock=lambda: 0)
    database = open_database(shop.profile / "ledger.db")
    try:
        ledger = StoredLedger(database)
        account = (await reader.account(collector)).value
        entries = await reader.entries(
            collector, lt=account.last_lt, hash_=account.last_hash, until_lt=0, limit=10_000
        )
        transactions = await reader.transactions(
            collector, lt=account.last_lt, hash_=account.last_hash, until_lt=0, limit=10_000
        )
        known = ledger.collectors()[0]
        assert fold(reversed(entries)) == known.figures
        state = (await reader.collector(collector)).value
        return Truth(
            state=state,
            owner_balance=(await reader.wallet(state.terms.owner)).value.balance,
            known=known,
            payments=ledger.payments(collector, before_lt=None, limit=1_000),
            withdrawals=ledger.withdrawals(collector, before_lt=None, limit=1_000),
            transactions=transactions,
        )
    finally:
        database.close()
        await reader.aclose()


def check_books(truth: Truth) -> None:
    """Ledger, contract and the coins that really moved agree to the nano."""
    figures, stats = truth.known.figures, truth.state.stats
    assert figures.fee_balance == stats.fee_balance
    assert figures.total_collected == stats.total_collected
    assert figures.last_withdrawal_time == stats.last_withdrawal_time
    assert figures.payments == len(truth.payments)
    assert figures.total_collected == sum(row.payment.fee for row in truth.payments)
    assert figures.total_forwarded == sum(row.payment.forwarded for row in truth.payments)
    assert figures.total_withdrawn == sum(row.withdrawal.amount for row in truth.withdrawals)
    came = sum(each.message.value for each in truth.transactions if each.message is not None)
    went = sum(out.value for each in truth.transactions for out in each.out)
    fees = sum(each.network_fees for each in truth.transactions)
    assert came - went - fees == truth.state.balance
    assert figures.network_fees == fees


async def shows(at: Visitor, *, balance: int, collected: int) -> None:
    await at.until("total-collected", says=wording.amount(collected))
    await at.until("fee-balance", says=wording.amount(balance))


async def has_rows(at: Visitor, name: str, count: int) -> None:
    async with asyncio.timeout(60):
        while (table := at.find(name)) is None or len(shown_text(table).splitlines()) < count:
            await asyncio.sleep(0.05)


def test_from_an_empty_profile_to_a_forced_withdrawal(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert len(shop.new_wallet()) == 24
        collector = deploy(shop)

        async def first_half(at: Visitor) -> None:
            await shows(at, balance=0, collected=0)
            await shop.control.pay(collector, amount=PRICE, count=HALF)
            await shows(at, balance=HALF * FEE, collected=HALF * FEE)
            assert await at.read("threshold-note") == "62.5\u00a0% of 10.00\u00a0GRAM"
            # The app closes in the middle of what comes in now.
            await shop.control.pay(collector, amount=PRICE, count=HALF)

        shop.window(first_half)

        async def second_half(at: Visitor) -> None:
            await shows(at, balance=(ALL - THRESHOLD_AT) * FEE, collected=ALL * FEE)
            await has_rows(at, "withdrawals", 1)
            await at.click("go-contract")
            await at.write("new-threshold", "20")
            await at.click("change-threshold")
            await at.write("confirm-typed", "20")
            await at.click("confirm-sign")
            await at.until("threshold", says="20.00")
            await at.until("operations", says="Done")

        shop.window(second_half)
        truth = asyncio.run(read_truth(shop, collector))
        check_books(truth)
        assert truth.state.terms.min_withdrawal == 20 * NANO
        assert [row.fees for row in truth.withdrawals] == [THRESHOLD_AT * FEE]
        assert [row.payments for row in truth.withdrawals] == [THRESHOLD_AT]
        assert {(row.payment.total, row.payment.forwarded) for row in truth.payments} == {
            (PRICE + FEE, PRICE)
        }
        assert len({row.payment.buyer for row in truth.payments}) > 1
        sent_on = [
            out.value for each in truth.transactions for out in each.out if out.destination == shop.supplier
        ]
        assert sent_on == [PRICE] * ALL
        force_withdrawal(shop, collector)
        shop.window(last_look)


async def last_look(at: Visitor) -> None:
    await shows(at, balance=0, collected=ALL * FEE)
    await has_rows(at, "withdrawals", 2)
    await at.until("withdrawals", says="By hand")


def deploy(shop: Shop) -> Address:
    """Fund the wallet by the faucet and deploy on the command line, in two separate steps."""
    [wallet] = shop.ask("wallet", "list")["wallets"]
    owner = Address(0, bytes.fromhex(wallet["address"].removeprefix("0:")))
    poor = shop.run(
        "deploy", "--threshold", "10", "--supplier", shop.supplier.raw, "--fee-bps", "100", "--preview"
    )
    assert poor.returncode == 7
    assert "holds 0.00" in poor.stderr
    asyncio.run(shop.control.faucet(owner, 10 * NANO))
    typed = ("deploy", "--threshold", "10", "--supplier", shop.supplier.raw, "--fee-bps", "100", "--preview")
    preview = shop.ask(*typed)
    assert preview["challenge"] == str(10 * NANO)
    done = shop.ask("deploy", "--confirm", preview["digest"])
    assert done["state"] == "settled"
    again = shop.run("deploy", "--confirm", preview["digest"])
    assert again.returncode == 7
    return Address(0, bytes.fromhex(done["collector"].removeprefix("0:")))


def force_withdrawal(shop: Shop, collector: Address) -> None:
    before = asyncio.run(read_truth(shop, collector))
    preview = shop.ask("withdraw", "--preview")
    done = shop.ask("withdraw", "--confirm", preview["digest"])
    status = shop.ask("status")
    after = asyncio.run(read_truth(shop, collector))
    check_books(after)
    withdrawal = after.withdrawals[0]
    assert withdrawal.withdrawal.forced
    assert withdrawal.fees == (ALL - THRESHOLD_AT) * FEE
    assert done["received"] == str(withdrawal.withdrawal.amount)
    assert after.owner_balance > before.owner_balance
    check_status(status, after)


def check_status(status: dict[str, object], truth: Truth) -> None:
    state = truth.state
    expected = {
        "collector": state.address.raw,
        "code_hash": state.code_hash.hex(),
        "owner": state.terms.owner.raw,
        "fee_balance": "0",
        "withdrawable": str(state.withdrawable),
        "total_collected": str(ALL * FEE),
        "min_withdrawal": str(20 * NANO),
        "last_withdrawal_time": state.stats.last_withdrawal_time,
        "proof": "signed",
        "stale": False,
        "stored_payments": ALL,
        "stored_withdrawals": 2,
        "stored_forwarded": str(ALL * PRICE),
    }
    assert {name: status[name] for name in expected} == expected
    assert {"network", "block_seqno", "block_time"} <= set(status)
