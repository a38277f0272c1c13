"""`krypton collector` and `krypton status`: what is known, and what it holds now."""

import argparse

from krypton import wording
from krypton.cli.session import Session
from krypton.domain.chain import Proof, Standing
from krypton.domain.ports import KnownCollector
from krypton.services import status as statuses


async def watch(session: Session, options: argparse.Namespace, /) -> None:
    """Know a collector by its address."""
    known = await session.accounts.watch(session.address(options.address))
    session.wake()
    session.output.answer(_plain(known, session), [_line(known, session)])


async def list_(session: Session, _options: argparse.Namespace, /) -> None:
    """List the collectors of the profile."""
    known = await session.accounts.collectors()
    lines = [_line(each, session) for each in known]
    none = wording.text("There is no collector yet: krypton deploy makes one.")
    session.output.answer({"collectors": [_plain(each, session) for each in known]}, lines or [none])


async def status(session: Session, options: argparse.Namespace, /) -> None:
    """Show what a collector holds, with its history stored up to now."""
    chosen = await session.collector(options.collector)
    known = await session.up_to_date(chosen.address)
    found = await statuses.read(known, reader=session.reader, network=session.name, clock=session.clock)
    state, standing = found.seen.value, found.seen.standing
    threshold = state.terms.min_withdrawal
    lines = [
        session.contract(state.address),
        wording.text("Fee balance: {value}", value=wording.amount(state.stats.fee_balance)),
        wording.text(
            "Withdrawal threshold: {value}",
            value=wording.amount(threshold) if threshold else wording.text("by hand only"),
        ),
        wording.text("Can be withdrawn: {value}", value=wording.amount(state.withdrawable)),
        wording.text("Earned so far: {value}", value=wording.amount(state.stats.total_collected)),
        wording.text(
            "Block {seqno}, {time} UTC: {proof}",
            seqno=standing.seqno,
            time=wording.moment(standing.time),
            proof=_proof(standing),
        ),
    ]
    session.output.answer(found.plain(), lines)


def _plain(known: KnownCollector, session: Session) -> dict[str, str | int]:
    return {
        "collector": known.address.raw,
        "friendly": session.contract(known.address),
        "label": known.label,
        "watched_since": known.watched_since,
        "stored_payments": known.figures.payments,
        "fee_balance": str(known.figures.fee_balance),
    }


def _line(known: KnownCollector, session: Session) -> str:
    held = wording.amount(known.figures.fee_balance)
    return f"{session.contract(known.address)}  {held}  {wording.stranger(known.label)}".rstrip()


def _proof(standing: Standing) -> str:
    said = wording.standing(standing)
    return said if standing.proof is Proof.SIGNED else wording.text("{said}, not proven", said=said)
