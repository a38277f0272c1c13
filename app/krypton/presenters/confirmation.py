"""A preview as it is read before confirming: everything that will be signed, in words; signs nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.errors import BadAmount
from krypton.domain.money import plain_gram
from krypton.domain.operation import Change, Deploy, Field, ForceWithdraw, Preview, SetMinWithdrawal
from krypton.presenters.figures import Money, Place, contract_place, money, wallet_place
from krypton.presenters.shell import Network
from krypton.presenters.typed import amount as typed_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """Old and new, in words; `old` is empty where there was nothing."""

    caption: str
    old: str
    new: str

    @property
    def words(self) -> str:
        """Both in one line."""
        return f"{self.old} \u2192 {self.new}" if self.old else self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationView:
    """All that the dialog shows; `headline` is what the operation is about, `prompt` asks for it."""

    title: str
    network: Network
    headline: ChangeLine
    facts: tuple[tuple[str, str | Money | Place], ...]
    message: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    prompt: str
    action: str


def confirmation(preview: Preview, *, network: Network) -> ConfirmationView:
    """Put a preview into words."""
    testnet = network.testnet
    return ConfirmationView(
        title=wording.intent_name(preview.intent),
        network=network,
        headline=_headline(preview, testnet=testnet),
        facts=(
            (wording.text("Contract"), contract_place(preview.unsigned.sending.destination, testnet=testnet)),
            (wording.text("From your wallet"), wallet_place(preview.wallet, testnet=testnet)),
            *_changes(preview, testnet=testnet),
            (wording.text("Sent along"), money(preview.unsigned.sending.value)),
            (wording.text("Network fees at most"), money(preview.network_fee)),
        ),
        message=_message(preview),
        warnings=tuple(wording.warning(warn) for warn in preview.warnings),
        prompt=_prompt(preview),
        action=wording.text("Sign and send"),
    )


def _headline(preview: Preview, *, testnet: bool) -> ChangeLine:
    """Return the change that the operation is for: the threshold, or what a withdrawal brings."""
    if isinstance(preview.intent, ForceWithdraw):
        words = wording.amount(preview.amount)
        caption = wording.text("You receive this, and what comes in until then")
        return ChangeLine(caption=caption, old="", new=words)
    change = next(each for each in preview.changes if each.field is Field.MIN_WITHDRAWAL)
    return _line(change, testnet=testnet)


def _changes(preview: Preview, *, testnet: bool) -> Iterator[tuple[str, str | Place]]:
    """Yield every other change, an address as one that can be copied."""
    for change in preview.changes:
        caption = wording.change_field(change.field)
        if change.field is Field.MIN_WITHDRAWAL:
            continue
        if change.field is Field.SHARE and isinstance(change.old, Address):
            yield caption, wallet_place(change.old, testnet=testnet)
            yield wording.text("How much"), wording.change_value(change, change.new, testnet=testnet)
            continue
        if isinstance(change.new, Address):
            yield caption, wallet_place(change.new, testnet=testnet)
        else:
            yield caption, _line(change, testnet=testnet).words


def _line(change: Change, *, testnet: bool) -> ChangeLine:
    return ChangeLine(
        caption=wording.change_field(change.field),
        old="" if change.old is None else wording.change_value(change, change.old, testnet=testnet),
        new=wording.change_value(change, change.new, testnet=testnet),
    )


def typed_back(preview: Preview, *, typed: str) -> bool:
    """Tell whether what was typed is the preview's value; 10 and 10.00 are the same amount."""
    try:
        return typed_amount(typed) == preview.challenge
    except BadAmount:
        return False


def _prompt(preview: Preview) -> str:
    expected = plain_gram(preview.challenge)
    if wording.language() == "ru":
        expected = expected.replace(".", ",")
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
