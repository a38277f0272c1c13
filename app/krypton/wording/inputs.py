"""What was typed or handed in and can't be used, in words."""

from krypton.domain import errors as e
from krypton.wording.catalogue import text
from krypton.wording.figures import amount, percent, stranger
from krypton.wording.sentence import Sentence


def input_failure(error: e.InputError, /) -> Sentence:
    """Return the sentence for any InputError."""
    nothing = text("Nothing was changed.")
    match error:
        case e.BadAmount(fault=fault):
            return Sentence(_amount(fault), nothing, text("Write it like 5.05."))
        case e.OutOfBounds():
            return _bounds(error)
        case e.BadAddress(fault=fault):
            return Sentence(_address(fault), nothing, text("Copy the address again from where it came."))
        case e.BadWords():
            return _words(error)
        case e.BadConfig(path=path, fault=fault):
            where = text("The network file {path} can't be used.", path=stranger(path))
            return Sentence(where, _config(fault), text("Choose another file or a network by name."))
        case e.WrongNetwork():
            return Sentence(
                text("This profile belongs to another network."),
                text("Mixing two networks would mix two kinds of money, so nothing was opened."),
                text("Use another profile for this network."),
            )
        case e.NameTaken(name=name):
            return Sentence(
                text("{name} is already there.", name=stranger(name)), nothing, text("Choose another name.")
            )
        case e.NothingChosen():
            return _choice(error)
        case e.NotConfirmed(expected=expected):
            return Sentence(
                text("What was typed is not {expected}.", expected=stranger(expected)),
                text("Nothing was signed."),
                "",
            )
        case e.NoTerminal():
            return Sentence(
                text("There is no terminal to ask or to show secrets on."),
                nothing,
                text("Run this in a terminal, or hand them over as the help of the command says."),
            )
        case e.NoFaucet():
            return Sentence(
                text("This network gives no coins away."), nothing, text("The sandbox has a faucet.")
            )
        case e.MissingOption(option=option):
            return Sentence(text("{option} is missing.", option=stranger(option)), nothing, "")
        case _:
            return Sentence(text("This input can't be used."), nothing, "")


def _amount(fault: e.AmountFault) -> str:
    match fault:
        case e.AmountFault.EMPTY:
            return text("An amount is missing.")
        case e.AmountFault.NOT_A_NUMBER:
            return text("This is not an amount.")
        case e.AmountFault.TOO_PRECISE:
            return text("An amount has at most nine decimals.")
        case e.AmountFault.TOO_LARGE:
            return text("This amount is larger than all the coins there are.")


def _bounds(error: e.OutOfBounds) -> Sentence:
    nothing = text("Nothing was changed.")
    match error.name:
        case "fee_bps":
            return Sentence(
                text("A fee of {value} is not possible.", value=percent(error.value)),
                nothing,
                text("Choose from {low} to {high}.", low=percent(error.low), high=percent(error.high)),
            )
        case "min_withdrawal" | "amount":
            return Sentence(
                text("{value} is not possible here.", value=amount(error.value)),
                nothing,
                text("Choose from {low} to {high}.", low=amount(error.low), high=amount(error.high)),
            )
        case _:
            return Sentence(
                text("{value} is not possible here.", value=error.value),
                nothing,
                text("Choose from {low} to {high}.", low=error.low, high=error.high),
            )


def _address(fault: e.AddressFault) -> str:
    match fault:
        case e.AddressFault.SHAPE:
            return text("This is not a TON address.")
        case e.AddressFault.CHECKSUM:
            return text("This address has a typing error: its checksum is wrong.")
        case e.AddressFault.MASTERCHAIN:
            return text("This is not an address of the basechain: a payment there would cost far more.")
        case e.AddressFault.OTHER_NETWORK:
            return text("This address is marked for a test network.")
        case e.AddressFault.ITSELF:
            return text("The collector can't pay itself.")
        case e.AddressFault.COLLECTOR:
            return text("This is itself a collector, and strangers could drive it through this one.")


def _words(error: e.BadWords) -> Sentence:
    unlocked = text("No wallet was made.")
    match error.fault:
        case e.WordsFault.COUNT:
            return Sentence(text("A wallet has 24 words."), unlocked, text("Type all of them, in order."))
        case e.WordsFault.UNKNOWN_WORD:
            places = ", ".join(str(position) for position in error.positions)
            return Sentence(
                text("Words that are not in the word list, by position: {places}.", places=places),
                unlocked,
                text("Compare them with your backup."),
            )
        case e.WordsFault.CHECKSUM:
            return Sentence(
                text("These words don't belong together: one is wrong or out of order."),
                unlocked,
                text("Compare them with your backup."),
            )


def _config(fault: e.ConfigFault) -> str:
    match fault:
        case e.ConfigFault.MISSING:
            return text("There is no such file, or it can't be read.")
        case e.ConfigFault.NOT_JSON:
            return text("It is not JSON.")
        case e.ConfigFault.SHAPE:
            return text("It is not a global config of TON.")
        case e.ConfigFault.TOO_LARGE:
            return text("It is far too large.")
        case e.ConfigFault.NO_SERVERS:
            return text("It names no lite server.")


def _choice(error: e.NothingChosen) -> Sentence:
    choices = ", ".join(stranger(choice) for choice in error.choices[:8])
    match error.what:
        case "wallet":
            title = text("Which wallet?")
        case "collector":
            title = text("Which collector?")
        case "preview":
            return Sentence(text("There is no such preview."), "", text("Make one with --preview."))
        case _:
            title = text("What is meant is not clear.")
    if choices:
        return Sentence(title, "", text("Choose one of: {choices}.", choices=choices))
    return Sentence(title, "", text("There is none yet."))
