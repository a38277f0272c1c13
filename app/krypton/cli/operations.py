"""`krypton deploy`, `set-threshold`, `withdraw`: preview, typed confirmation, and seen to settle."""

import argparse
from collections.abc import Iterator

from krypton import wording
from krypton.cli import prompts
from krypton.cli.session import Session
from krypton.domain.address import Address
from krypton.domain.errors import MissingOption, NoTerminal, NothingChosen, PreviewMoved
from krypton.domain.money import parse_gram
from krypton.domain.operation import (
    Confirmed,
    Deploy,
    ForceWithdraw,
    Intent,
    Preview,
    Progress,
    Sent,
    SetMinWithdrawal,
    Settled,
)
from krypton.domain.ports import KeptWallet
from krypton.presenters.confirmation import confirmation
from krypton.presenters.figures import Money, Place
from krypton.services.operations import check_settled, check_typed


async def deploy(session: Session, options: argparse.Namespace, /) -> None:
    """Put a new collector on chain."""
    if options.confirm:
        await _confirm_stored(session, options, kind=Deploy)
        return
    for name in ("threshold", "supplier", "fee_bps"):
        if getattr(options, name) is None:
            raise MissingOption(option="--" + name.replace("_", "-"))
    wallet = await session.accounts.choose(options.wallet)
    intent = await session.operations.deployment(
        wallet,
        threshold=parse_gram(options.threshold),
        supplier=session.address(options.supplier),
        fee_bps=options.fee_bps,
    )
    await _carry_out(session, options, intent=intent, wallet=wallet)


async def set_threshold(session: Session, options: argparse.Namespace, /) -> None:
    """Change the withdrawal threshold."""
    if options.confirm:
        await _confirm_stored(session, options, kind=SetMinWithdrawal)
        return
    if options.value is None:
        raise MissingOption(option="N")
    value = parse_gram(options.value)
    collector, wallet = await _owned(session, options)
    await _carry_out(
        session, options, intent=SetMinWithdrawal(collector=collector, value=value), wallet=wallet
    )


async def withdraw(session: Session, options: argparse.Namespace, /) -> None:
    """Have the collector pay out now."""
    if options.confirm:
        await _confirm_stored(session, options, kind=ForceWithdraw)
        return
    collector, wallet = await _owned(session, options)
    await _carry_out(session, options, intent=ForceWithdraw(collector=collector), wallet=wallet)


async def _owned(session: Session, options: argparse.Namespace) -> tuple[Address, KeptWallet]:
    """Return the collector and the wallet to sign with: the one named, else the one that owns it."""
    collector = (await session.collector(options.collector)).address
    if options.wallet is not None:
        return collector, await session.accounts.choose(options.wallet)
    state = (await session.reader.collector(collector)).value
    return collector, await session.accounts.owner_of(state.terms.owner)


async def _carry_out(
    session: Session, options: argparse.Namespace, *, intent: Intent, wallet: KeptWallet
) -> None:
    if not options.preview and not prompts.interactive():
        raise NoTerminal
    preview = await session.operations.prepare(intent, wallet=wallet)
    if options.preview:
        digest = await session.operations.keep(preview)
        session.output.answer(
            {"digest": digest, **_plain(preview, session)},
            [*_lines(preview, session), wording.text("Digest: {digest}", digest=digest)],
        )
        return
    for line in _lines(preview, session):
        session.output.tell(line)
    check_typed(preview, prompts.ask(confirmation(preview, network=session.network).prompt))
    await _finish(session, Confirmed(preview=preview, at=session.clock()))


async def _confirm_stored(session: Session, options: argparse.Namespace, *, kind: type[Intent]) -> None:
    preview = await session.operations.load(options.confirm)
    if not isinstance(preview.intent, kind):
        raise NothingChosen(what="preview")
    if options.collector is not None and session.address(options.collector) != preview.collector:
        raise PreviewMoved(what="collector")
    await _finish(session, Confirmed(preview=preview, at=session.clock()))


async def _finish(session: Session, confirmed: Confirmed) -> None:
    """Sign, send, and wait for what the chain makes of it. Raises OperationFailed."""
    sent = await session.operations.send(confirmed)
    session.output.tell(wording.progress(sent))
    progress = await session.outcome(sent)
    check_settled(progress)
    session.output.answer(_ended(sent, progress, session), [wording.progress(progress), *_gain(progress)])


def _ended(sent: Sent, progress: Progress, session: Session) -> dict[str, str | int]:
    preview = sent.signed.confirmed.preview
    plain: dict[str, str | int] = {
        "operation": sent.id,
        "message_hash": sent.signed.hash.hex(),
        "state": type(progress).__name__.lower(),
        **_plain(preview, session),
    }
    if isinstance(progress, Settled):
        plain["lt"] = str(progress.stamp.lt)
        plain["transaction"] = progress.stamp.hash.hex()
        plain["received"] = str(progress.received)
    return plain


def _gain(progress: Progress) -> Iterator[str]:
    if isinstance(progress, Settled) and progress.received:
        yield wording.text("Received: {value}", value=wording.amount(progress.received))


def _plain(preview: Preview, session: Session) -> dict[str, str | int]:
    return {
        "kind": type(preview.intent).__name__,
        "network": session.name,
        "collector": preview.collector.raw,
        "friendly": session.contract(preview.collector),
        "wallet": preview.wallet.raw,
        "amount": str(preview.amount),
        "challenge": str(preview.challenge),
        "value": str(preview.unsigned.sending.value),
        "network_fee": str(preview.network_fee),
        "seqno": preview.unsigned.seqno,
        "valid_until": preview.unsigned.valid_until,
        "block_seqno": preview.block_seqno,
    }


def _lines(preview: Preview, session: Session) -> Iterator[str]:
    """Yield everything that will be signed, as the window's dialog shows it."""
    view = confirmation(preview, network=session.network)
    yield f"{view.title} ({view.network.name}: {view.network.note})"
    yield f"  {view.headline.caption}: {view.headline.words}"
    for caption, value in view.facts:
        yield f"  {caption}: {_words(value)}"
    for caption, words in view.message:
        yield f"  {caption}: {words}"
    for warning in view.warnings:
        yield f"  ! {warning}"


def _words(value: str | Money | Place) -> str:
    match value:
        case Money():
            return value.text
        case Place():
            return value.full
        case str():
            return value
