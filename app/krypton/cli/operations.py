"""`krypton deploy`, `set-threshold`, `withdraw`: preview, typed confirmation, and seen to settle."""

import argparse
from collections.abc import Callable, Iterator

from krypton import wording
from krypton.cli import prompts
from krypton.cli.output import Plain
from krypton.cli.session import Session
from krypton.domain.address import Address
from krypton.domain.errors import MissingOption, NotConfirmed, NoTerminal, NothingChosen
from krypton.domain.money import plain_gram
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
from krypton.presenters import typed
from krypton.presenters.confirmation import confirmation, typed_back
from krypton.presenters.figures import Money, Place
from krypton.services.operations import check_settled


async def deploy(session: Session, options: argparse.Namespace, /) -> None:
    """Put a new collector on chain."""
    if options.confirm:
        preview = await _stored(session, options, kind=Deploy)
        terms = preview.intent.terms if isinstance(preview.intent, Deploy) else None
        if terms is not None:
            _same(options.threshold, terms.min_withdrawal, read=typed.amount)
            _same(options.supplier, terms.supplier, read=session.address)
            _same(options.fee_bps, terms.fee_bps, read=int)
        await _finish(session, Confirmed(preview=preview, at=session.clock()))
        return
    for name in ("threshold", "supplier", "fee_bps"):
        if getattr(options, name) is None:
            raise MissingOption(option="--" + name.replace("_", "-"))
    wallet = await session.accounts.choose(options.wallet)
    intent = await session.operations.deployment(
        wallet,
        threshold=typed.amount(options.threshold),
        supplier=session.address(options.supplier),
        fee_bps=options.fee_bps,
    )
    await _carry_out(session, options, intent=intent, wallet=wallet)


async def set_threshold(session: Session, options: argparse.Namespace, /) -> None:
    """Change the withdrawal threshold."""
    if options.confirm:
        preview = await _stored(session, options, kind=SetMinWithdrawal)
        _same(options.value, preview.challenge, read=typed.amount)
        await _finish(session, Confirmed(preview=preview, at=session.clock()))
        return
    if options.value is None:
        raise MissingOption(option="N")
    value = typed.amount(options.value)
    collector, wallet = await _owned(session, options)
    await _carry_out(
        session, options, intent=SetMinWithdrawal(collector=collector, value=value), wallet=wallet
    )


async def withdraw(session: Session, options: argparse.Namespace, /) -> None:
    """Have the collector pay out now."""
    if options.confirm:
        preview = await _stored(session, options, kind=ForceWithdraw)
        await _finish(session, Confirmed(preview=preview, at=session.clock()))
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
    answer = await prompts.ask(confirmation(preview, network=session.network).prompt)
    if not typed_back(preview, typed=answer):
        raise NotConfirmed(expected=plain_gram(preview.challenge))
    await _finish(session, Confirmed(preview=preview, at=session.clock()))


async def _stored(session: Session, options: argparse.Namespace, *, kind: type[Intent]) -> Preview:
    """Return the stored preview; what is typed beside --confirm must be what it says. Raises NotConfirmed."""
    preview = await session.operations.load(options.confirm)
    if not isinstance(preview.intent, kind):
        raise NothingChosen(what="preview")
    _same(options.collector, preview.collector, read=session.address)
    if options.wallet is not None:
        chosen = await session.accounts.choose(options.wallet)
        _same(chosen.address.raw, preview.wallet, read=session.address)
    return preview


def _same(given: str | int | None, shown: int | Address, *, read: Callable[[str], int | Address]) -> None:
    if given is not None and read(str(given)) != shown:
        raise NotConfirmed(expected=plain_gram(shown) if isinstance(shown, int) else shown.raw)


async def _finish(session: Session, confirmed: Confirmed) -> None:
    """Sign, send, and wait for what the chain makes of it. Raises OperationFailed."""
    sent = await session.operations.send(confirmed)
    session.output.tell(wording.progress(sent))
    try:
        progress = await session.outcome(sent)
    except BaseException:
        session.output.tell(wording.text("It stays sent: Krypton looks after it when it runs next."))
        raise
    check_settled(progress)
    session.output.answer(_ended(sent, progress, session), [wording.progress(progress), *_gain(progress)])


def _ended(sent: Sent, progress: Progress, session: Session) -> dict[str, Plain]:
    preview = sent.signed.confirmed.preview
    plain: dict[str, Plain] = {
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


def _plain(preview: Preview, session: Session) -> dict[str, Plain]:
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
        "changes": [
            {"field": each.field.value, "old": _raw(each.old), "new": _raw(each.new)}
            for each in preview.changes
        ],
        "warnings": [warning.value for warning in preview.warnings],
        "payload_hash": preview.unsigned.payload_hash.hex(),
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


def _raw(value: int | Address | None) -> str | None:
    return None if value is None else str(value)
