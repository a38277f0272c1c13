"""Knows whose turn it is to validate a masterchain block, as headers and states tell it; knows no keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krypton.sandbox.blocks import Made
    from krypton.sandbox.validators import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who signed a block, who signs the next one, and what key blocks are near; `key`: it is one itself."""

    key: int
    signers: tuple[int, int]
    """The set that signed the block: its short hash and its catchain number."""
    following: tuple[int, int]
    """The set that signs the next block."""
    last_key: Made | None
    """The last key block before this block."""

    @property
    def last_key_seqno(self) -> int:
        """The number of the last key block before this one (0: none)."""
        return self.last_key.id.seqno if self.last_key else 0


def turn(validators: Validators, seqno: int, *, last_key: Made | None) -> Turn:
    """Give the turn of a masterchain block (0: the zero state)."""
    own, following = validators.set_of(seqno), validators.set_of(seqno + 1)
    return Turn(
        key=validators.is_key(seqno),
        signers=(validators.set_hash(own), validators.cc_seqno(own)),
        following=(validators.set_hash(following), validators.cc_seqno(following)),
        last_key=last_key,
    )
