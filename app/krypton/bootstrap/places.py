"""Which profile and which network were asked for; reads no chain and no database."""

import argparse
import contextlib
import locale
from collections.abc import AsyncGenerator
from pathlib import Path

from krypton import paths, wording
from krypton.bootstrap import child
from krypton.domain.errors import BadConfig, StorageError
from krypton.presenters.shell import Network, Stake
from krypton.store import settings
from krypton.store.settings import Settings

SANDBOX = "sandbox"
MAINNET = "mainnet"
TESTNET = "testnet"
_NAMED = (SANDBOX, TESTNET, MAINNET)
SHOP_RATE = 120
"""How many simulated buyers a minute come to a sandbox that the app starts for somebody to try."""


def network_name(options: argparse.Namespace, /, *, remembered: str = "") -> str:
    """Return the network asked for, else the one the profile remembers, else the sandbox."""
    return options.network or remembered or SANDBOX


def profile_folder(options: argparse.Namespace, /) -> Path:
    """Return the profile asked for, else one of the network's own."""
    if options.profile is not None:
        return Path(options.profile)
    name = network_name(options)
    return paths.profiles() / (name if name in _NAMED else "own-network")


def remembered(options: argparse.Namespace, /) -> Settings:
    """Return what the profile remembers, before it is opened; nothing where that can't be read."""
    blank = Settings(profile_id="")
    with contextlib.suppress(StorageError):
        return settings.read(profile_folder(options) / "settings.json") or blank
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
            return Network(name=wording.stranger(Path(name).stem)[:24], stake=_stake(Path(name)))


def _stake(config: Path) -> Stake:
    """Return what a config file's coins are worth; a file can't make mainnet look like play money."""
    from krypton.chain.network import load

    try:
        found = load(config)
    except BadConfig:
        return Stake.REAL
    match found.global_id:
        case None if found.sandbox is not None:
            return Stake.PLAY
        case -3:
            return Stake.TEST
        case _:
            return Stake.REAL


def tongue(options: argparse.Namespace, /, *, remembered: str = "") -> str:
    """Return the language asked for, else the remembered, else the system's where we speak it."""
    system = (locale.getlocale()[0] or "")[:2]
    for wanted in (options.lang, remembered, system):
        if wanted in wording.LANGUAGES:
            return wanted
    return wording.LANGUAGES[0]


@contextlib.asynccontextmanager
async def network_config(name: str, *, profile: Path) -> AsyncGenerator[str]:
    """Yield what leads to the network: a bundled name or a config's path; runs the sandbox meanwhile."""
    if name == SANDBOX:
        async with child.sandbox(profile / SANDBOX, buyers=SHOP_RATE) as config:
            yield str(config)
    else:
        yield name
