"""The command line's grammar; knows words and options, does nothing."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from krypton import wording
from krypton.domain.errors import ExitCode
from krypton.wording import text

_WINDOW = "window"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and leaves with the documented code."""

    def error(self, message: str) -> NoReturn:
        """Leave with ExitCode.USAGE."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def parse(arguments: Sequence[str], /) -> argparse.Namespace:
    """Return the parsed command line; `command` is "window" where none is given."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="krypton", description=text("The wallet of a shop on TON."), allow_abbrev=False)
    parser.add_argument("--profile", type=Path, metavar="DIR", help=text("the profile's folder"))
    parser.add_argument("--network", metavar="NET", help=text("sandbox, testnet, mainnet or a config file"))
    parser.add_argument("--lang", choices=wording.LANGUAGES, help=text("the language"))
    parser.add_argument("--theme", choices=("dark", "light"), help=text("the window's colours"))
    parser.add_argument("--json", action="store_true", help=text("answer in JSON; amounts in nano"))
    parser.add_argument("--exit-after-first-paint", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=_WINDOW)
    commands = parser.add_subparsers(title=text("commands"), metavar="COMMAND", parser_class=_Parser)
    add = commands.add_parser
    _sandbox(_command(add, "sandbox", text("run a chain of play money on this computer")))
    _tour(_command(add, "tour", text("walk the whole first run and save a picture of every step")))
    _wallet(_command(add, "wallet", text("make, import and list wallets")))
    _collector(_command(add, "collector", text("watch and list collectors")))
    _deploy(_command(add, "deploy", text("put a new collector on chain")))
    threshold = _command(add, "set-threshold", text("change the withdrawal threshold"))
    threshold.add_argument("value", metavar="N", nargs="?", help=text("GRAM; 0 means by hand only"))
    _operation(threshold)
    _operation(_command(add, "withdraw", text("have the collector pay out now")))
    faucet = _command(add, "faucet", text("give a wallet coins of play money (sandbox)"))
    faucet.add_argument("amount", metavar="N", nargs="?", default="10", help=text("GRAM"))
    faucet.add_argument("--wallet", metavar="NAME")
    status = _command(add, "status", text("show what the collector holds"))
    status.add_argument("--collector", metavar="ADDR")
    _command(add, "diagnose", text("show the servers, what they say and what went wrong"))
    return parser


def _command(
    add: Callable[..., argparse.ArgumentParser], name: str, sentence: str
) -> argparse.ArgumentParser:
    command = add(name, help=sentence, description=sentence, allow_abbrev=False)
    command.set_defaults(command=name)
    _json(command)
    return command


def _json(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: otherwise the sub-command's default would undo a --json said before it.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, metavar="D", help=text("keep the chain here"))
    parser.add_argument("--port", type=_port, default=0, metavar="P", help=text("the lite server's port"))
    parser.add_argument("--config-out", type=Path, metavar="FILE", help=text("write the network config here"))
    parser.add_argument("--buyers", type=_rate, default=0, metavar="RATE", help=text("payments a minute"))
    parser.add_argument(
        "--mistakes",
        type=_percent,
        default=0,
        metavar="P",
        help=text("percent of the payments that are wrong"),
    )
    parser.add_argument("--speed", type=_speed, default=1, metavar="X", help=text("how fast time runs"))
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=text("the buyers' dice"))
    parser.add_argument(
        "--block-ms", type=_milliseconds, default=400, metavar="MS", help=text("milliseconds a block")
    )
    parser.add_argument(
        "--servers", type=_servers, default=1, metavar="N", help=text("how many lite servers")
    )
    parser.add_argument("--attached", action="store_true", help=argparse.SUPPRESS)


def _tour(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=text("where the pictures go"))


def _wallet(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title=text("commands"), metavar="COMMAND", required=True, parser_class=_Parser
    )
    for name, sentence in (
        ("new", text("make a wallet; its words are shown once")),
        ("import", text("keep a wallet whose words are typed in")),
        ("list", text("list the wallets and what they hold")),
    ):
        action = actions.add_parser(name, help=sentence, allow_abbrev=False)
        action.set_defaults(command=f"wallet {name}")
        _json(action)
        if name != "list":
            action.add_argument("--name", default="owner", help=text("the wallet's name"))
            action.add_argument("--version", choices=("v4r2", "v5r1"), default="v5r1")
            action.add_argument(
                "--words-fd", type=_descriptor, metavar="FD", help=text("instead of a terminal")
            )


def _collector(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title=text("commands"), metavar="COMMAND", required=True, parser_class=_Parser
    )
    watch = actions.add_parser("watch", help=text("know a collector by its address"), allow_abbrev=False)
    watch.add_argument("address", metavar="ADDR")
    watch.set_defaults(command="collector watch")
    _json(watch)
    listed = actions.add_parser("list", help=text("list the profile's collectors"), allow_abbrev=False)
    listed.set_defaults(command="collector list")
    _json(listed)


def _deploy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threshold", metavar="N", help=text("GRAM; 0 means by hand only"))
    parser.add_argument("--supplier", metavar="ADDR", help=text("who is paid on"))
    parser.add_argument("--fee-bps", type=int, metavar="N", help=text("hundredths of a percent"))
    _operation(parser)


def _operation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wallet", metavar="NAME")
    parser.add_argument("--collector", metavar="ADDR")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--preview", action="store_true", help=text("store the preview and print its digest"))
    way.add_argument("--confirm", metavar="DIGEST", help=text("sign the stored preview"))


def _port(typed: str) -> int:
    return _whole(typed, low=0, high=65_535)


def _descriptor(typed: str) -> int:
    return _whole(typed, low=0, high=65_535)


def _rate(typed: str) -> int:
    return _whole(typed, low=0, high=100_000)


def _percent(typed: str) -> int:
    return _whole(typed, low=0, high=100)


def _milliseconds(typed: str) -> int:
    return _whole(typed, low=10, high=60_000)


def _servers(typed: str) -> int:
    return _whole(typed, low=1, high=16)


def _speed(typed: str) -> int:
    return _whole(typed, low=1, high=100_000)


def _whole(typed: str, *, low: int, high: int) -> int:
    if not typed.isascii() or not typed.isdigit() or not low <= int(typed[:9]) <= high:
        sentence = text("choose a whole number from {low} to {high}", low=low, high=high)
        raise argparse.ArgumentTypeError(sentence)
    return int(typed)
