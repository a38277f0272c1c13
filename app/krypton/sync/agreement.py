"""What may be written down for good: figures that enough servers agree on; knows values alone."""

from typing import TypeVar

from krypton.domain.chain import Proof, Seen
from krypton.domain.errors import NoAgreement

T = TypeVar("T")

_ENOUGH = 2


def agreed(seen: Seen[T], /) -> T:
    """Return the value. Raises NoAgreement for one server's word where several were asked.

    Who has configured a single server has nothing better to go by; with more of them, what is stored
    for ever waits until a second one says the same.
    """
    standing = seen.standing
    if standing.proof is Proof.SINGLE and standing.asked > 1:
        raise NoAgreement(needed=_ENOUGH, agreed=standing.agreeing)
    return seen.value
