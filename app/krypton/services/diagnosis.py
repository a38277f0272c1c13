"""How the network looks from here, as `krypton diagnose --json` prints it; fixed names, no sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from krypton.domain.chain import Standing
from krypton.domain.errors import ChainError
from krypton.domain.ports import Clock, Reader, ServerNote, TrustNote

Plain: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The newest head or why there is none, how far signatures were followed, and each server."""

    network: str
    head: Standing | None
    problem: ChainError | None
    trust: TrustNote
    servers: tuple[ServerNote, ...]
    at: int

    def plain(self) -> dict[str, "Plain | dict[str, Plain] | Sequence[dict[str, Plain]]"]:
        """Return the published form: times Unix, latencies in milliseconds, faults as short codes."""
        return {
            "network": self.network,
            "head": None if self.head is None else _head(self.head, at=self.at),
            "problem": None if self.problem is None else type(self.problem).__name__,
            "trust": {
                "key_block": self.trust.key_block,
                "caught_up": self.trust.caught_up,
                "percent": self.trust.percent,
            },
            "servers": [_server(each) for each in self.servers],
        }


async def read(*, reader: Reader, network: str, clock: Clock) -> Diagnosis:
    """Look at the network once; what fails becomes part of the diagnosis."""
    head, problem = None, None
    try:
        head = await reader.examine()
    except ChainError as error:
        problem = error
    return Diagnosis(
        network=network,
        head=head,
        problem=problem,
        trust=reader.trust(),
        servers=reader.servers(),
        at=clock(),
    )


def _head(head: Standing, *, at: int) -> dict[str, Plain]:
    return {
        "seqno": head.seqno,
        "time": head.time,
        "age": max(0, at - head.received),
        "proof": head.proof.value,
        "servers_agreeing": head.agreeing,
        "servers_asked": head.asked,
    }


def _server(note: ServerNote) -> dict[str, Plain]:
    return {
        "server": note.host,
        "connected": note.connected,
        "head": note.head,
        "latency_ms": note.latency_ms,
        "faults": note.faults,
        "lies": note.lies,
        "last_fault": note.last_fault,
    }
