"""Frozen domain values and views for the pictures: a fixed shop at a fixed moment."""

from dataclasses import replace
from datetime import UTC

from krypton.domain.address import Address
from krypton.domain.chain import Proof, Seen, Stamp, Standing, WalletVersion
from krypton.domain.collector import CollectorState, Stats, Terms
from krypton.domain.ledger import Payment, Withdrawal
from krypton.domain.money import NANO
from krypton.domain.operation import (
    Bounced,
    Change,
    Confirmed,
    Deploy,
    Expired,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sending,
    Sent,
    SetMinWithdrawal,
    Settled,
    Signed,
    Unsigned,
    Warn,
)
from krypton.domain.ports import BalancePoint, KeptWallet, OperationRow, PaymentRow, WithdrawalRow
from krypton.presenters.contract import ContractView, contract
from krypton.presenters.figures import contract_place, money, wallet_place
from krypton.presenters.onboarding import CandidateLine, DeployForm, OnboardingView, Step, funding_view
from krypton.presenters.overview import BuyersView, Frame, OverviewView, Snapshot, overview
from krypton.presenters.shell import Network, Notice, PageName, ShellView, Stake, notice, standing_view

NOW = 1_790_000_000
OWNER = Address(0, bytes(range(32)))
SUPPLIER = Address(0, bytes(range(32, 64)))
COLLECTOR = Address(0, bytes(range(64, 96)))
SANDBOX = Network(name="sandbox", stake=Stake.PLAY)
MAINNET = Network(name="mainnet", stake=Stake.REAL)
FEE = 50_000_000
THRESHOLD = 10 * NANO


def standing(*, age: int = 1, proof: Proof = Proof.AGREED) -> Standing:
    return Standing(seqno=48_213, time=NOW - age, proof=proof, agreeing=3, asked=4, received=NOW - age)


def state(
    *, fee_balance: int = 7_350_000_000, paused: bool = False, threshold: int = THRESHOLD
) -> CollectorState:
    terms = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=threshold, fee_bps=100, paused=paused)
    stats = Stats(
        fee_balance=fee_balance,
        total_collected=37_350_000_000 if fee_balance else 0,
        refundable=0,
        last_withdrawal_time=NOW - 1_740 if fee_balance else 0,
    )
    balance = fee_balance + 64_177_913
    return CollectorState(
        address=COLLECTOR, code_hash=bytes(range(200, 232)), balance=balance, terms=terms, stats=stats
    )


def stamp(lt: int, *, time: int) -> Stamp:
    return Stamp(lt=lt, hash=bytes([lt % 256]) * 32, time=time)


def payments(count: int = 6) -> tuple[PaymentRow, ...]:
    forwarded = (5 * NANO, 5 * NANO, 12_500_000_000, 5 * NANO, 250 * NANO, 5 * NANO)
    return tuple(
        PaymentRow(
            stamp=stamp(900 - index, time=NOW - 3 - index * 11),
            payment=Payment(
                buyer=Address(0, bytes([index + 3, 7 * index % 256]) * 16),
                total=forwarded[index] + forwarded[index] // 100,
                forwarded=forwarded[index],
                fee=forwarded[index] // 100,
                supplier=SUPPLIER,
                query_id=index,
                by_comment=False,
            ),
        )
        for index in range(count)
    )


def withdrawals() -> tuple[WithdrawalRow, ...]:
    kinds = ((1_740, 9_999_336_131, False), (9_000, 4_149_388_000, True), (16_200, 9_999_336_131, False))
    return tuple(
        WithdrawalRow(
            stamp=stamp(500 - index, time=NOW - age),
            withdrawal=Withdrawal(to=OWNER, amount=amount, shares=0, forced=forced),
            fees=amount,
            payments=200,
        )
        for index, (age, amount, forced) in enumerate(kinds)
    )


def points() -> tuple[BalancePoint, ...]:
    result: list[BalancePoint] = []
    balance = 6_300_000_000
    for index in range(620):
        balance += FEE
        withdrawn = balance if balance >= THRESHOLD else 0
        balance = 0 if withdrawn else balance
        time = NOW - (620 - index) * 11 - (index * 7919) % 9
        result.append(BalancePoint(lt=index, time=time, fee_balance=balance, withdrawn=withdrawn))
    return tuple(result)


FRAME = Frame(testnet=True, zone=UTC, buyers=BuyersView(rate=120))


def busy_overview(*, frame: Frame = FRAME) -> OverviewView:
    snapshot = Snapshot(
        seen=Seen(value=state(), standing=standing()),
        payments=payments(),
        withdrawals=withdrawals(),
        points=points(),
    )
    return overview(snapshot, pay_to=contract_place(COLLECTOR, testnet=True), frame=frame, now=NOW)


def by_hand_overview() -> OverviewView:
    snapshot = Snapshot(
        seen=Seen(value=state(threshold=0, paused=True), standing=standing()),
        payments=payments(),
        points=points(),
    )
    return overview(snapshot, pay_to=contract_place(COLLECTOR, testnet=True), frame=FRAME, now=NOW)


def huge_overview() -> OverviewView:
    giant = 98_765_432_123_456_789
    held = state(fee_balance=987_654_321_987_654, threshold=1_000_000 * NANO)
    rows = tuple(
        replace(row, payment=replace(row.payment, total=giant, forwarded=giant - 1, fee=giant // 100))
        for row in payments()
    )
    paid = tuple(
        replace(row, withdrawal=replace(row.withdrawal, amount=999_999_999_123_456)) for row in withdrawals()
    )
    snapshot = Snapshot(seen=Seen(value=held, standing=standing()), payments=rows, withdrawals=paid)
    return overview(snapshot, pay_to=contract_place(COLLECTOR, testnet=True), frame=FRAME, now=NOW)


def empty_overview() -> OverviewView:
    snapshot = Snapshot(seen=Seen(value=state(fee_balance=0), standing=standing()))
    return overview(snapshot, pay_to=contract_place(COLLECTOR, testnet=True), frame=FRAME, now=NOW)


def shell(
    *,
    page: PageName | None = PageName.OVERVIEW,
    network: Network = SANDBOX,
    age: int = 1,
    proof: Proof = Proof.AGREED,
    problem: Exception | None = None,
) -> ShellView:
    stands = standing(age=age, proof=proof)
    said: Notice | None = notice(problem, standing=stands, now=NOW)
    return ShellView(
        network=network,
        standing=standing_view(stands, now=NOW) if page is not None else None,
        notice=said,
        pages=tuple(PageName) if page is not None else (),
        page=page,
        collector=contract_place(COLLECTOR, testnet=network.testnet) if page is not None else None,
        keys="Keys in GNOME Keyring" if page is not None else "",
    )


KEPT = KeptWallet(
    name="main", version=WalletVersion.V5R1, public_key=bytes(32), address=OWNER, created_at=NOW - 90_000
)


def preview(intent: Intent | None = None, *, warnings: tuple[Warn, ...] = ()) -> Preview:
    chosen = intent or SetMinWithdrawal(collector=COLLECTOR, value=25 * NANO)
    change = (
        Change(field=Field.MIN_WITHDRAWAL, old=THRESHOLD, new=chosen.value)
        if isinstance(chosen, SetMinWithdrawal)
        else Change(field=Field.FEE_BALANCE, old=7_350_000_000, new=0)
    )
    return Preview(
        intent=chosen,
        network="ab" * 32,
        wallet=OWNER,
        public_key=bytes(32),
        first_use=False,
        collector=COLLECTOR,
        unsigned=Unsigned(
            version=WalletVersion.V5R1,
            wallet_id=2_147_483_409,
            seqno=7,
            valid_until=NOW + 120,
            sending=Sending(
                destination=COLLECTOR, value=50_000_000, bounce=True, mode=3, body=b"", state_init=None
            ),
            payload=b"",
            payload_hash=bytes(range(100, 132)),
        ),
        changes=(change,),
        amount=7_349_177_913 if isinstance(chosen, ForceWithdraw) else 50_000_000,
        network_fee=4_310_000,
        warnings=warnings,
        block_seqno=48_213,
        made_at=NOW,
    )


def sent(id_: int, *, age: int, intent: Intent | None = None) -> Sent:
    confirmed = Confirmed(preview=preview(intent), at=NOW - age)
    return Sent(signed=Signed(confirmed=confirmed, message=b"", hash=bytes(32)), id=id_, at=NOW - age)


def operations() -> tuple[OperationRow, ...]:
    force = ForceWithdraw(collector=COLLECTOR)
    done = Settled(sent=sent(3, age=9_000, intent=force), stamp=stamp(44, time=NOW), received=4_149_388_000)
    refused = Bounced(sent=sent(2, age=93_000), stamp=stamp(43, time=NOW), exit_code=401)
    expired = Expired(sent=sent(1, age=190_000), chain_time=NOW)
    return (
        OperationRow(id=4, progress=sent(4, age=4)),
        OperationRow(id=3, progress=done),
        OperationRow(id=2, progress=refused),
        OperationRow(id=1, progress=expired),
    )


def contract_view(*, watching: bool = False) -> ContractView:
    return contract(
        Seen(value=state(), standing=standing()),
        wallets=() if watching else (KEPT,),
        operations=() if watching else operations(),
        testnet=True,
        now=NOW,
    )


SPOKEN = (
    "abandon ability able about above absent absorb abstract absurd abuse access accident "
    "account accuse achieve acid acoustic acquire across act action actor actress actual"
)
WORDS = tuple(SPOKEN.split())


CANDIDATES = (
    CandidateLine(
        version=WalletVersion.V4R2,
        address=wallet_place(SUPPLIER, testnet=True),
        balance=money(2_512_000_000),
    ),
    CandidateLine(version=WalletVersion.V5R1, address=wallet_place(OWNER, testnet=True), balance=money(0)),
)


def onboarding(step: Step, *, network: Network = SANDBOX) -> OnboardingView:
    place = wallet_place(OWNER, testnet=network.testnet)
    supplier = wallet_place(SUPPLIER, testnet=True).full if network is SANDBOX else ""
    return OnboardingView(
        network=network,
        step=step,
        words=WORDS if step is Step.WORDS else (),
        asked=(4, 11, 19) if step is Step.CHECK else (),
        candidates=CANDIDATES if step is Step.CHOOSE else (),
        backend="GNOME Keyring",
        funding=funding_view(place, have=50_000_000, need=200_000_000, faucet=network is SANDBOX),
        form=DeployForm(supplier=supplier),
    )


def deploy_preview() -> Preview:
    terms = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=THRESHOLD, fee_bps=100)
    return replace(
        preview(Deploy(terms=terms, funding=100_000_000)),
        changes=(
            Change(field=Field.OWNER, old=None, new=OWNER),
            Change(field=Field.SUPPLIER, old=None, new=SUPPLIER),
            Change(field=Field.MIN_WITHDRAWAL, old=None, new=THRESHOLD),
            Change(field=Field.FEE_BPS, old=None, new=100),
            Change(field=Field.WALLET_BALANCE, old=5 * NANO, new=4_889_000_000),
        ),
        warnings=(Warn.WALLET_FIRST_USE, Warn.SUPPLIER_NOT_DEPLOYED),
    )
