"""Which profile and which network were asked for; reads no chain and no database."""

import argparse
import contextlib
import locale
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from krypton import paths, wording
from krypton.bootstrap import child
from krypton.domain.errors import BadConfig, StorageDenied, StorageError
from krypton.presenters.shell import Network, Stake
from krypton.store import settings
from krypton.store.settings import Settings

if TYPE_CHECKING:  # cells and proofs are heavy: a window is painted before them
    from krypton.chain.network import Network as Chain

SANDBOX = "sandbox"
MAINNET = "mainnet"
TESTNET = "testnet"
_NAMED = (SANDBOX, TESTNET, MAINNET)
SHOP_RATE = 120
"""How many simulated buyers a minute come to a sandbox that the app starts for somebody to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for, decided once: whatever is opened is what the owner is shown."""

    folder: Path
    network: str
    label: Network
    language: str
    theme: str


def wanted(options: argparse.Namespace, /) -> Wanted:
    """Return what was asked for, else what the profile remembers, else the sandbox. Raises StorageDenied."""
    folder = profile_folder(options)
    held = remembered(folder)
    network = options.network or held.network or SANDBOX
    return Wanted(
        folder=folder,
        network=network,
        label=label(network),
        language=tongue(options.lang or "", remembered=held.language),
        theme=options.theme or held.theme or "dark",
    )


def profile_folder(options: argparse.Namespace, /) -> Path:
    """Return the profile asked for, else one of the network's own. Raises StorageDenied."""
    if options.profile is not None:
        try:
            return Path(options.profile).expanduser().absolute()
        except RuntimeError as error:  # "~" of somebody who isn't there
            raise StorageDenied(path=str(options.profile)) from error
    name = options.network or SANDBOX
    return paths.profiles() / (name if name in _NAMED else "own-network")


def remembered(folder: Path, /) -> Settings:
    """Return what the profile remembers, before it is opened; nothing where that can't be read."""
    blank = Settings(profile_id="")
    with contextlib.suppress(StorageError):
        return settings.read(folder / "settings.json") or blank
    return blank


def label(name: str, /) -> Network:
    """Return a network as the owner knows it. Whatever isn't known to be play is real money."""
    match name:
        case "sandbox":
            return Network(name="Sandbox", stake=Stake.PLAY)
        case "testnet":
            return Network(name="Testnet", stake=Stake.TEST)
        case "mainnet":
            return Network(name="Mainnet", stake=Stake.REAL)
        case _:
            return Network(name=wording.stranger(Path(name).stem)[:24], stake=_stake_in(Path(name)))


def stake(chain: "Chain", /) -> Stake:
    """Return what a network's coins are worth; a file can't make mainnet look like play money."""
    match chain.global_id:
        case None if chain.sandbox is not None:
            return Stake.PLAY
        case -3:
            return Stake.TEST
        case _:
            return Stake.REAL


def _stake_in(config: Path) -> Stake:
    from krypton.chain.network import load

    try:
        return stake(load(config))
    except BadConfig:
        return Stake.REAL  # opening it will say what is wrong


def tongue(asked: str, /, *, remembered: str = "") -> str:
    """Return the language asked for, else the remembered, else the system's where we speak it."""
    system = (locale.getlocale()[0] or "")[:2]
    for language in (asked, remembered, system):
        if language in wording.LANGUAGES:
            return language
    return wording.LANGUAGES[0]


@contextlib.asynccontextmanager
async def network_config(name: str, *, profile: Path) -> AsyncGenerator[str]:
    """Yield what leads to the network: a bundled name or a config's path; runs the sandbox meanwhile."""
    if name == SANDBOX:
        async with child.sandbox(profile / SANDBOX, buyers=SHOP_RATE) as config:
            yield str(config)
    else:
        yield name
