"""What went wrong, what it means for the money and what to do, for every expected error."""

from krypton.domain import errors as e
from krypton.wording.catalogue import text
from krypton.wording.figures import amount, stranger
from krypton.wording.inputs import input_failure
from krypton.wording.sentence import Sentence


def failure(error: BaseException, /) -> Sentence:
    """Return the sentence for any error; a foreign one (a bug) is named by its type alone."""
    match error:
        case e.InputError():
            return input_failure(error)
        case e.ChainError():
            return _chain(error)
        case e.VaultError():
            return _vault(error)
        case e.OperationError():
            return _operation(error)
        case e.StorageError():
            return _storage(error)
        case _:
            return Sentence(
                text("Krypton made a mistake ({kind}).", kind=type(error).__name__),
                text("What was sent to the chain before is not affected."),
                text("Please report it with the log file of the profile."),
            )


def _chain(error: e.ChainError) -> Sentence:
    safe = text("The money on the chain is not affected.")
    match error:
        case e.NoServers():
            return Sentence(
                text("No server of the network answers."),
                safe,
                text("Krypton goes on trying; check the connection or the network file."),
            )
        case e.HistoryMissing():
            return Sentence(
                text("The servers no longer have the older history."),
                safe,
                text("Add an archive server to the network file."),
            )
        case e.StillSyncing(percent=percent):
            return Sentence(
                text("The history is still being read ({percent}%).", percent=percent),
                text("Nothing is missing on the chain, only here."),
                text("Give it more time: Krypton has to run until the history is read."),
            )
        case e.Unproven(server=server):
            return Sentence(
                text("The server {server} gave an answer that it can't prove.", server=stranger(server)),
                text("The answer was thrown away."),
                text("Use other servers if this goes on."),
            )
        case e.NoAgreement(needed=needed, agreed=agreed):
            return Sentence(
                text("Servers disagree: {agreed} of {needed} needed.", agreed=agreed, needed=needed),
                text("No figure was taken from them."),
                text("Use other servers if this goes on."),
            )
        case e.MessageRefused():
            return Sentence(
                text("The network refused the message."),
                text("It may still be carried out until it expires; Krypton watches it."),
                "",
            )
        case e.SandboxUnavailable():
            return _sandbox(error)
        case _:
            return _contract(error)


def _contract(error: e.ChainError) -> Sentence:
    match error:
        case e.NotDeployed():
            return Sentence(
                text("There is no contract at this address."), "", text("Check the address and the network.")
            )
        case e.UnknownCode():
            return Sentence(
                text("This contract is not one that Krypton knows."),
                text("Its figures could mean anything, so they are not shown."),
                text("Check the address."),
            )
        case e.BadContractData():
            return Sentence(
                text("This contract's data is not what a collector holds."),
                text("Its figures are not shown."),
                text("Don't pay to this address."),
            )
        case _:
            return Sentence(text("The network can't be read now."), "", text("Krypton goes on trying."))


def _sandbox(error: e.SandboxUnavailable) -> Sentence:
    play = text("Only play money lives there.")
    match error.fault:
        case e.SandboxFault.NODE_MISSING:
            return Sentence(text("The sandbox needs Node.js."), play, text("Run make run once more."))
        case e.SandboxFault.PACKAGES_MISSING:
            return Sentence(
                text("The sandbox's npm packages are missing."), play, text("Run make run once more.")
            )
        case e.SandboxFault.DIED:
            return Sentence(text("The sandbox stopped."), play, text("Start Krypton again."))
        case e.SandboxFault.PORT_TAKEN:
            return Sentence(
                text("Port {port} is in use by another program.", port=stranger(error.detail)),
                play,
                text("Choose another with --port."),
            )
        case e.SandboxFault.CHAIN_DAMAGED:
            return Sentence(
                text("The sandbox's chain file can't be read: {path}.", path=stranger(error.detail)),
                play,
                text("Move the file away to begin a new chain."),
            )
        case e.SandboxFault.CONTROL_REFUSED:
            return Sentence(text("The sandbox refused a request."), play, text("Start Krypton again."))


def _vault(error: e.VaultError) -> Sentence:
    unsigned = text("Nothing was signed or stored.")
    match error:
        case e.KeyringMissing():
            return Sentence(
                text("This computer offers no keyring to keep keys in."),
                unsigned,
                text("Install and start one (on Linux: gnome-keyring or KWallet)."),
            )
        case e.KeyringInsecure(backend=backend):
            return Sentence(
                text("The keyring {backend} doesn't protect keys.", backend=stranger(backend)),
                unsigned,
                text("Set up the system's own keyring."),
            )
        case e.KeyringLocked():
            return Sentence(text("The keyring is locked."), unsigned, text("Unlock it and try again."))
        case e.KeyringForgetful(backend=backend):
            return Sentence(
                text("The keyring {backend} didn't keep what was written.", backend=stranger(backend)),
                unsigned,
                text("Repair the keyring before making a wallet."),
            )
        case e.KeyMissing(wallet=wallet):
            return Sentence(
                text("The keyring has no key for the wallet {wallet}.", wallet=stranger(wallet)),
                text("The money is still there."),
                text("Import the wallet again from its words."),
            )
        case e.VaultDamaged():
            return Sentence(
                text("The vault file is damaged."),
                text("The money is still there."),
                text("Restore the file from a backup or import the wallets from their words."),
            )
        case e.SignerRefused():
            return Sentence(
                text("What was to be signed is not what was shown."),
                text("Nothing was signed."),
                text("Please report this."),
            )
        case _:
            return Sentence(text("The key can't be used."), unsigned, "")


def _operation(error: e.OperationError) -> Sentence:
    unsigned = text("Nothing was signed.")
    match error:
        case e.NotOwner():
            return Sentence(
                text("This wallet doesn't own the collector."), unsigned, text("Choose the owner's wallet.")
            )
        case e.NotEnough(have=have, need=need):
            return Sentence(
                text("The wallet holds {have}; this needs {need}.", have=amount(have), need=amount(need)),
                unsigned,
                text("Send the wallet some coins first."),
            )
        case e.NothingToWithdraw():
            return Sentence(text("There is nothing to withdraw above the reserve."), unsigned, "")
        case e.NothingChanges():
            return Sentence(text("This is already so."), unsigned, "")
        case e.PreviewMoved():
            return Sentence(
                text("Things moved on since this was shown."), unsigned, text("Look at it once more.")
            )
        case e.OperationPending():
            return Sentence(
                text("Another operation of this wallet is on its way."),
                unsigned,
                text("Wait until it is done or has expired."),
            )
        case e.OperationFailed(exit=None):
            return Sentence(
                text("The operation expired before the network took it."),
                text("Nothing happened."),
                text("Try again."),
            )
        case e.OperationFailed(exit=code):
            return Sentence(
                text("The contract refused the operation (exit code {code}).", code=code),
                text("Only network fees were spent."),
                "",
            )
        case e.OutcomeUnknown():
            return Sentence(
                text("It is not known whether the operation was carried out."),
                text("The servers no longer hold that history; it can't be carried out any more."),
                text("Look at the collector before you try again."),
            )
        case _:
            return Sentence(text("This can't be done now."), unsigned, "")


def _storage(error: e.StorageError) -> Sentence:
    safe = text("The money on the chain is not affected.")
    match error:
        case e.ProfileBusy():
            return Sentence(
                text("Krypton is already running with this profile."),
                "",
                text("Use the window that is open."),
            )
        case e.DiskFull(path=path):
            return Sentence(
                text("The disk is full: {path}.", path=stranger(path)),
                text("Nothing half-written was left."),
                text("Make room and try again."),
            )
        case e.StorageDenied(path=path):
            return Sentence(
                text("The system refused access to {path}.", path=stranger(path)),
                safe,
                text("Check whom the folder belongs to."),
            )
        case e.DatabaseNewer():
            return Sentence(
                text("This profile was written by a newer Krypton."), safe, text("Update Krypton to open it.")
            )
        case e.DatabaseDamaged(path=path):
            return Sentence(
                text("The file {path} is damaged.", path=stranger(path)),
                safe,
                text("Move it away: Krypton reads the history from the chain again."),
            )
        case _:
            return Sentence(text("The profile can't be used."), safe, "")
