"""Runs one command on an open session; knows the commands by name."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from krypton.cli import collectors, diagnostics, operations, wallets
from krypton.cli.session import Session

Command = Callable[[Session, argparse.Namespace], Awaitable[None]]

COMMANDS: Final[Mapping[str, Command]] = {
    "wallet new": wallets.new,
    "wallet import": wallets.import_,
    "wallet list": wallets.list_,
    "faucet": wallets.faucet,
    "collector watch": collectors.watch,
    "collector list": collectors.list_,
    "deploy": operations.deploy,
    "set-threshold": operations.set_threshold,
    "withdraw": operations.withdraw,
    "status": collectors.status,
    "diagnose": diagnostics.diagnose,
}


async def run(session: Session, options: argparse.Namespace, /) -> None:
    """Run the command that was typed. Raises KryptonError kinds."""
    await COMMANDS[options.command](session, options)
