"""One collector's figures as `krypton status --json` prints them; fixed names, amounts as strings of nano."""

from dataclasses import dataclass
from typing import TypeAlias

from krypton.domain.chain import Proof, Seen
from krypton.domain.collector import CollectorState
from krypton.domain.ports import Clock, KnownCollector, Reader

STALE_SECONDS = 15
"""How old, by the local clock, the block under a figure may be for it to count as live."""

Plain: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A collector on chain, and how far its history is stored here."""

    network: str
    known: KnownCollector
    seen: Seen[CollectorState]
    stale: bool

    def plain(self) -> dict[str, Plain]:
        """Return the published form: amounts as strings of nano, addresses raw, hashes hex, times Unix."""
        state, standing, figures = self.seen.value, self.seen.standing, self.known.figures
        return {
            "network": self.network,
            "collector": state.address.raw,
            "code_hash": state.code_hash.hex(),
            "owner": state.terms.owner.raw,
            "supplier": state.terms.supplier.raw,
            "fee_bps": state.terms.fee_bps,
            "paused": state.terms.paused,
            "balance": str(state.balance),
            "fee_balance": str(state.stats.fee_balance),
            "withdrawable": str(state.withdrawable),
            "refundable": str(state.stats.refundable),
            "total_collected": str(state.stats.total_collected),
            "min_withdrawal": str(state.terms.min_withdrawal),
            "last_withdrawal_time": state.stats.last_withdrawal_time,
            "block_seqno": standing.seqno,
            "block_time": standing.time,
            "stale": self.stale,
            "proof": standing.proof.value,
            "proven": standing.proof is Proof.SIGNED,
            "servers_agreeing": standing.agreeing,
            "servers_asked": standing.asked,
            "stored_until": self.known.cursor.time,
            "stored_payments": figures.payments,
            "stored_withdrawals": figures.withdrawals,
            "stored_forwarded": str(figures.total_forwarded),
            "stored_withdrawn": str(figures.total_withdrawn),
        }


async def read(known: KnownCollector, /, *, reader: Reader, network: str, clock: Clock) -> Status:
    """Return the status of a collector now. Raises ChainError kinds."""
    seen = await reader.collector(known.address)
    stale = seen.standing.age(clock()) > STALE_SECONDS
    return Status(network=network, known=known, seen=seen, stale=stale)
