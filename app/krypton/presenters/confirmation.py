"""A preview as it is read before confirming: everything that will be signed, in words; signs nothing."""

from dataclasses import dataclass

from krypton import wording
from krypton.domain.errors import BadAmount
from krypton.domain.money import parse_gram, plain_gram
from krypton.domain.operation import Deploy, ForceWithdraw, Preview, SetMinWithdrawal
from krypton.presenters.figures import Money, Place, contract_place, money, wallet_place
from krypton.presenters.shell import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """Old and new, in words."""

    caption: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationView:
    """All that the dialog shows; `expected` is what has to be typed."""

    title: str
    network: Network
    changes: tuple[ChangeLine, ...]
    recipient: Place
    wallet: Place
    sends: Money
    receives: Money | None
    network_fee: Money
    message: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    prompt: str
    expected: str
    action: str


def confirmation(preview: Preview, *, network: Network) -> ConfirmationView:
    """Put a preview into words."""
    testnet = network.testnet
    forced = isinstance(preview.intent, ForceWithdraw)
    return ConfirmationView(
        title=wording.intent_name(preview.intent),
        network=network,
        changes=tuple(
            ChangeLine(
                caption=wording.change_field(change.field),
                old="" if change.old is None else wording.change_value(change, change.old, testnet=testnet),
                new=wording.change_value(change, change.new, testnet=testnet),
            )
            for change in preview.changes
        ),
        recipient=contract_place(preview.unsigned.sending.destination, testnet=testnet),
        wallet=wallet_place(preview.wallet, testnet=testnet),
        sends=money(preview.unsigned.sending.value),
        receives=money(preview.amount) if forced else None,
        network_fee=money(preview.network_fee),
        message=_message(preview),
        warnings=tuple(wording.warning(warn) for warn in preview.warnings),
        prompt=_prompt(preview),
        expected=plain_gram(preview.challenge),
        action=wording.text("Sign and send"),
    )


def typed_back(preview: Preview, *, typed: str) -> bool:
    """Tell whether what was typed is the preview's value; 10 and 10.00 are the same amount."""
    try:
        return parse_gram(typed.replace(",", ".")) == preview.challenge
    except BadAmount:
        return False


def _prompt(preview: Preview) -> str:
    expected = plain_gram(preview.challenge)
    match preview.intent:
        case ForceWithdraw():
            return wording.text("Type the amount to confirm: {value}", value=expected)
        case Deploy() | SetMinWithdrawal():
            return wording.text("Type the threshold to confirm: {value}", value=expected)


def _message(preview: Preview) -> tuple[tuple[str, str], ...]:
    unsigned = preview.unsigned
    return (
        (wording.text("Operation"), type(preview.intent).__name__),
        (wording.text("Wallet"), f"{unsigned.version.value}, seqno {unsigned.seqno}"),
        (wording.text("Valid until"), wording.moment(unsigned.valid_until, zone=None)),
        (wording.text("Bounce"), wording.text("On") if unsigned.sending.bounce else wording.text("Off")),
        (wording.text("Body hash"), _halved(unsigned.payload_hash.hex())),
    )


def _halved(digits: str) -> str:
    """Return a hash with one space in the middle, where a line may break."""
    return f"{digits[: len(digits) // 2]} {digits[len(digits) // 2 :]}"
