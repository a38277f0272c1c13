"""`krypton wallet`: new, import, list. Words are shown or taken here, once, and kept by nobody."""

import argparse

from krypton import wording
from krypton.cli import prompts
from krypton.cli.session import Session
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import NoFaucet, NoTerminal
from krypton.domain.ports import KeptWallet
from krypton.presenters import typed

_COLUMNS = 4


async def new(session: Session, options: argparse.Namespace, /) -> None:
    """Make a wallet. Its words go to the terminal or to --words-fd, before anything is kept."""
    descriptor: int | None = options.words_fd
    if descriptor is None and not prompts.interactive():
        raise NoTerminal
    await session.accounts.backend()
    words = await session.accounts.new_words()
    if descriptor is None:
        await _show(words, session)
    else:
        prompts.write_words_to(descriptor, words)
    await _keep(session, options, words)


async def import_(session: Session, options: argparse.Namespace, /) -> None:
    """Keep a wallet whose words come from the terminal, standard input or --words-fd."""
    descriptor: int | None = options.words_fd
    words = prompts.read_words() if descriptor is None else prompts.read_words_from(descriptor)
    await _keep(session, options, words)


async def list_(session: Session, _options: argparse.Namespace, /) -> None:
    """List the wallets with their live balances."""
    holdings = await session.accounts.holdings()
    backend = await session.accounts.backend()
    plain = [
        {
            **_plain(held.wallet, session),
            "balance": str(held.seen.value.balance),
            "deployed": held.seen.value.deployed,
            "proof": held.seen.standing.proof.value,
        }
        for held in holdings
    ]
    lines = [
        "  ".join(
            (
                wording.stranger(held.wallet.name),
                held.wallet.version.value,
                session.purse(held.wallet.address),
                wording.amount(held.seen.value.balance),
            )
        )
        for held in holdings
    ]
    lines = lines or [wording.text("There is no wallet yet: krypton wallet new makes one.")]
    session.output.answer(
        {"keyring": backend, "wallets": plain}, [*lines, wording.text("Keyring: {name}", name=backend)]
    )


async def faucet(session: Session, options: argparse.Namespace, /) -> None:
    """Have the sandbox give a wallet coins. Raises NoFaucet on any other network."""
    if session.playground is None:
        raise NoFaucet
    wallet = await session.accounts.choose(options.wallet)
    given = typed.amount(options.amount)
    before = seen = await session.accounts.wallet_state(wallet.address)
    await session.playground.faucet(wallet.address, given)
    while seen.value.balance <= before.value.balance:
        await session.reader.next_block(seen.standing.seqno)
        seen = await session.accounts.wallet_state(wallet.address)
    state = seen.value
    session.output.answer(
        {**_plain(wallet, session), "balance": str(state.balance)},
        [wording.text("The wallet holds {value} now.", value=wording.amount(state.balance))],
    )


async def _keep(session: Session, options: argparse.Namespace, words: tuple[str, ...]) -> None:
    version = WalletVersion(options.version)
    kept = await session.accounts.keep(words, name=options.name, version=version)
    backend = await session.accounts.backend()
    session.output.answer(
        {**_plain(kept, session), "keyring": backend},
        [
            wording.text(
                "Wallet {name} is kept in {backend}.", name=wording.stranger(kept.name), backend=backend
            ),
            session.purse(kept.address),
        ],
    )


def _plain(wallet: KeptWallet, session: Session) -> dict[str, str]:
    return {
        "name": wallet.name,
        "version": wallet.version.value,
        "address": wallet.address.raw,
        "friendly": session.purse(wallet.address),
        "public_key": wallet.public_key.hex(),
    }


async def _show(words: tuple[str, ...], session: Session) -> None:
    tell = session.output.tell
    tell(wording.text("Write these words down, in order. Whoever has them has the money."))
    tell(wording.text("They are shown this once:"))
    for start in range(0, len(words), _COLUMNS):
        row = enumerate(words[start : start + _COLUMNS], start + 1)
        tell("  ".join(f"{number:2} {word:<12}" for number, word in row).rstrip())
    await prompts.ask(wording.text("Press Enter when they are written down."))
