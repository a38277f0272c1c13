"""The owner's operations, their changes, warnings and ends, in words."""

from krypton.domain.address import Address
from krypton.domain.chain import Proof, Standing
from krypton.domain.money import Nano
from krypton.domain.operation import (
    Bounced,
    Change,
    Deploy,
    Expired,
    Field,
    ForceWithdraw,
    Intent,
    Lost,
    Progress,
    Sent,
    SetMinWithdrawal,
    Settled,
    Warn,
)
from krypton.wording.catalogue import count, text
from krypton.wording.figures import amount, percent


def intent_name(intent: Intent, /) -> str:
    """Return what the owner wants, as a heading."""
    match intent:
        case Deploy():
            return text("Deploy a collector")
        case SetMinWithdrawal():
            return text("Change the threshold")
        case ForceWithdraw():
            return text("Withdraw now")


def progress(value: Progress, /) -> str:
    """Return how far an operation came."""
    match value:
        case Sent():
            return text("Sent, waiting for the network")
        case Settled():
            return text("Done")
        case Bounced(exit_code=code):
            return text("Refused by the contract: {reason}", reason=bounce_reason(code))
        case Expired():
            return text("Expired, nothing happened")
        case Lost():
            return text("Not known whether it ran")


def bounce_reason(code: int, /) -> str:
    """Return what the contract's exit code says; the numbers are contracts/errors.tolk's."""
    return text("exit code {code}", code=code)


def change_field(field: Field, /) -> str:
    """Return the name of what changes."""
    match field:
        case Field.MIN_WITHDRAWAL:
            return text("Withdrawal threshold")
        case Field.FEE_BPS:
            return text("Fee")
        case Field.SUPPLIER:
            return text("Supplier")
        case Field.OWNER:
            return text("Owner")
        case Field.FEE_BALANCE:
            return text("Fee balance")
        case Field.WALLET_BALANCE:
            return text("Wallet balance")
        case Field.SHARE:
            return text("Gets a share")


def change_value(change: Change, value: int | Address | None, /, *, testnet: bool) -> str:
    """Return an old or new value of `change`: an amount, a share or an address."""
    match value:
        case None:
            return text("none")
        case Address():
            contract = change.field is Field.SUPPLIER
            return value.friendly(bounceable=contract, testnet=testnet)
        case int():
            return _number(change.field, value)


def _number(field: Field, value: Nano) -> str:
    if field is Field.FEE_BPS:
        return percent(value)
    if field is Field.MIN_WITHDRAWAL and value == 0:
        return text("by hand only")
    return amount(value)


def warning(warn: Warn, /) -> str:
    """Return what the owner should know before he confirms."""
    match warn:
        case Warn.UNPROVEN:
            return text("One server alone says so: nothing confirms these figures.")
        case Warn.WALLET_FIRST_USE:
            return text("This is the wallet's first message: it also puts the wallet itself on chain.")
        case Warn.NEAR_EMPTY:
            return text("After this the wallet is nearly empty: the next operation may not be paid for.")
        case Warn.SUPPLIER_NOT_DEPLOYED:
            return text("The supplier's address has never been used. Check it once more.")
        case Warn.SUPPLIER_IS_OWNER:
            return text("The supplier is the owner's own wallet.")
        case Warn.LARGE_THRESHOLD:
            return text("At this threshold fees stay in the contract for a long time.")


def standing(where: Standing, /) -> str:
    """Return how far a figure is proven; only validators' signatures are called proof."""
    match where.proof:
        case Proof.SIGNED:
            return text("Proven")
        case Proof.AGREED:
            return text("{agreeing} of {asked} servers agree", agreeing=where.agreeing, asked=where.asked)
        case Proof.SINGLE:
            return count("{n} server", "{n} servers", where.asked)
