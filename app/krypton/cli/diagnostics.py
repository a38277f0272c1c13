"""`krypton diagnose`: how the network looks from here."""

import argparse

from krypton import wording
from krypton.cli.session import Session
from krypton.domain.ports import ServerNote
from krypton.services import diagnosis


async def diagnose(session: Session, _options: argparse.Namespace, /) -> None:
    """Show servers, heads, proof level and the last faults; says it all even when no server answers."""
    found = await diagnosis.read(reader=session.reader, network=session.name, clock=session.clock)
    lines: list[str] = []
    if found.head is not None:
        line = wording.text(
            "Block {seqno}, {time} UTC: {proof}",
            seqno=found.head.seqno,
            time=wording.moment(found.head.time),
            proof=wording.standing(found.head),
        )
        lines.append(line)
    if found.problem is not None:
        lines.append(wording.failure(found.problem).line)
    lines.append(
        wording.text(
            "Key block {seqno}: signatures followed {percent} %",
            seqno=found.trust.key_block,
            percent=found.trust.percent,
        )
    )
    session.output.answer(found.plain(), [*lines, *(_line(each) for each in found.servers)])


def _line(note: ServerNote) -> str:
    state = "+" if note.connected else "-"
    return (
        f"{state} {note.host}  {note.head}  {note.latency_ms} ms  {note.faults}  {note.last_fault}".rstrip()
    )
