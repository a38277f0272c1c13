"""Knows whose turn it is to validate a masterchain block, as headers and states tell it; knows no keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krypton.sandbox.cells import Cell
    from krypton.sandbox.validators import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who signed a block, who signs the next one, and what key blocks are near; `key`: it is one itself."""

    key: int
    signers: tuple[int, int]
    """The set that signed the block: its short hash and its catchain number."""
    following: tuple[int, int]
    """The set that signs the next block."""
    last_key_seqno: int
    """The number of the last key block before this block (0: none)."""
    last_key: Cell | None
    """That block's ExtBlkRef."""


def turn(validators: Validators, seqno: int, *, last_key: Cell | None) -> Turn:
    """Give the turn of a masterchain block (0: the zero state)."""
    own, following = validators.set_of(seqno), validators.set_of(seqno + 1)
    return Turn(
        key=validators.is_key(seqno),
        signers=(validators.set_hash(own), validators.cc_seqno(own)),
        following=(validators.set_hash(following), validators.cc_seqno(following)),
        last_key_seqno=validators.key_before(seqno),
        last_key=last_key,
    )
