"""The composition root: reads the command line, picks the parts and lets them run."""

import argparse
import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from krypton import wording
from krypton.bootstrap import child, places
from krypton.cli import arguments, output
from krypton.domain.errors import ExitCode, KryptonError, StorageDenied
from krypton.presenters.ports import Services

if TYPE_CHECKING:  # Qt is imported only where a window opens
    from krypton.ui.application import Companion
    from krypton.ui.window import Window


def main(typed: Sequence[str], /) -> int:
    """Run what was typed and return the exit code; every failure is one line on standard error."""
    wording.speak(places.tongue(_early_language(typed)))
    options = arguments.parse(typed)
    try:
        wanted = places.wanted(options)
        wording.speak(wanted.language)
        match options.command:
            case "window":
                return window(options)
            case "sandbox":
                return _sandbox(options)
            case "tour":
                return _tour(options)
            case _:
                return asyncio.run(_command(options, wanted))
    except KryptonError as error:
        return output.fail(error)
    except KeyboardInterrupt:
        output.tell(wording.text("Interrupted."))
        return ExitCode.INTERRUPTED


def _early_language(typed: Sequence[str]) -> str:
    """Return what follows --lang: help and usage errors want it before anything is parsed."""
    pairs = [word.split("=", 1) for word in typed if word.startswith("--lang=")]
    pairs += [[before, after] for before, after in itertools.pairwise(typed) if before == "--lang"]
    return pairs[-1][1] if pairs else ""


def window(options: argparse.Namespace, /, *, companion: "Companion | None" = None) -> int:
    """Run the window until it is closed, or until a companion that uses it is done."""
    from krypton.ui import application

    wanted = places.wanted(options)
    return application.run(
        lambda: _services(wanted),
        language=wanted.language,
        theme=wanted.theme,
        network=wanted.label,
        exit_after_first_paint=options.exit_after_first_paint,
        companion=companion,
    )


@contextlib.asynccontextmanager
async def _services(wanted: places.Wanted) -> AsyncGenerator[Services]:
    from krypton.bootstrap.stack import open_stack

    async with open_stack(wanted) as stack:
        yield Services(
            accounts=stack.accounts,
            operations=stack.operations,
            shop=stack.shop,
            playground=stack.playground,
            changes=stack.follower.changes,
            clock=stack.clock,
        )


async def _command(options: argparse.Namespace, wanted: places.Wanted) -> ExitCode:
    from krypton.bootstrap.stack import open_stack
    from krypton.cli.program import run
    from krypton.cli.session import Session

    async with open_stack(wanted) as stack:
        session = Session(
            name=wanted.network,
            network=wanted.label,
            reader=stack.reader,
            accounts=stack.accounts,
            operations=stack.operations,
            playground=stack.playground,
            changes=stack.follower.changes,
            backfills=stack.follower.backfills,
            wake=stack.follower.wake,
            clock=stack.clock,
            output=output.Output(as_json=options.json),
        )
        await run(session, options)
    return ExitCode.OK


def _sandbox(options: argparse.Namespace) -> int:
    from krypton.sandbox import program

    said: list[str] = []

    def ready(_: object) -> None:
        said.append(child.READY)
        output.say(child.READY)
        if not options.attached and options.config_out is not None:
            where = wording.text("Use it with: krypton --network {path}", path=str(options.config_out))
            output.tell(where)

    try:
        asyncio.run(
            program.run(
                options.dir,
                port=options.port,
                config_out=options.config_out,
                buyers=options.buyers,
                mistakes=options.mistakes / 100,
                block_ms=options.block_ms,
                servers=options.servers,
                speed=options.speed,
                seed=options.seed,
                attached=int(options.attached),
                ready=ready,
            )
        )
    except KryptonError as error:
        if options.attached and not said:
            output.say(child.reason(error))
        raise
    return ExitCode.OK


def _tour(options: argparse.Namespace) -> int:
    from krypton.tour.walk import Tour
    from krypton.ui.widgets.visitor import Visitor

    with tempfile.TemporaryDirectory(prefix="krypton-tour-") as folder:
        options.profile = options.profile or Path(folder)
        options.network = options.network or places.SANDBOX
        try:
            options.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageDenied(path=str(options.out)) from error

        async def companion(window: "Window") -> None:
            await Tour(Visitor(window), out=options.out, told=lambda path: output.say(str(path))).walk()

        return window(options, companion=companion)
