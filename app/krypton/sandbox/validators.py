"""Knows who validates the sandbox (keys, weights, all from its seed) and what they sign; knows no chain.

As on the network: parameter 34 of the last key block lists the set, its first `main` validators sign the
masterchain in an order shuffled by the set's number, and a block needs more than two thirds of their weight.
Layouts: `block.tlb` (ConfigParam 34), the node's `validator-set` and `simplex` sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256, sha512
from typing import TYPE_CHECKING, Final

from pytoniq_core.crypto.ciphers import Client
from pytoniq_core.crypto.crc import crc32c

from krypton.sandbox import hashmap
from krypton.sandbox.cells import Builder, Cell
from krypton.sandbox.hashmap import Edge, Layout
from krypton.sandbox.tl import BlockId, Writer, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEY_EVERY: Final = 100
"""Masterchain blocks from a key block to the next."""
WEIGHTS: Final = (17, 29, 11, 41, 23, 37, 13)
"""A validator's weight goes by its number: unequal, and no two thirds without the heavy ones."""
LISTED: Final = 6
MAIN: Final = 5
"""Validators of a set, and how many of them sign the masterchain."""
VALIDATORS_PARAM: Final = 34
CATCHAIN_PARAM: Final = 28
LIFETIME_SECONDS: Final = 65_536

_SET_MAGIC: Final = 0x901660ED
"""What the node hashes a set's members after (`compute_validator_set_hash`)."""
_KEY: Final = number("pub.ed25519 key:int256 = PublicKey")
_TO_SIGN: Final = number("consensus.dataToSign session_id:int256 data:bytes = consensus.DataToSign")
_ID: Final = "id:consensus.CandidateId"
_FINALIZE: Final = number(f"consensus.simplex.finalizeVote {_ID} = consensus.simplex.UnsignedVote")
_CANDIDATE_ID: Final = number("consensus.candidateId slot:int hash:int256 = consensus.CandidateId")
_PARENT: Final = number("consensus.candidateParent id:consensus.CandidateId = consensus.CandidateParent")
_CANDIDATE: Final = number(
    "consensus.candidateHashDataOrdinary block:tonNode.blockIdExt collated_file_hash:int256"
    " parent:consensus.CandidateParent = consensus.CandidateHashData"
)
_ORDINARY: Final = b"pn\x0b\xc5"

_PLAIN: Final[Layout[None]] = Layout(
    key_bits=32, empty=None, write=lambda builder, _: builder, join=lambda _left, _right: None
)


class Signing(Enum):
    """Which consensus the blocks are signed by: today's, or the one before it."""

    SIMPLEX = "simplex"
    ORDINARY = "ordinary"


class Validator:
    """One validator of one chain."""

    def __init__(self, seed: bytes, place: int) -> None:
        """Derive the key from the chain's seed and the validator's number."""
        self._signer = Client(sha256(b"krypton sandbox validator/%b/%d" % (seed, place)).digest())
        self.weight = WEIGHTS[place % len(WEIGHTS)]
        self.key: bytes = self._signer.ed25519_public.encode()
        self.address = sha256(b"adnl" + self.key).digest()
        self.short = sha256(_KEY.to_bytes(4, "little") + self.key).digest()
        """What a signature names its signer by (`node_id_short`)."""

    def sign(self, data: bytes) -> bytes:
        """Give the ed25519 signature."""
        return self._signer.sign(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A block's signatures, and what a verifier needs to judge them; the last three are Simplex's alone."""

    cc_seqno: int
    set_hash: int
    signatures: Sequence[tuple[bytes, bytes]]
    """(short id of the signer, signature)."""
    session: bytes = b""
    slot: int = 0
    candidate: bytes = b""


class Validators:
    """The sets of one chain: set 0 from the zero state on, set n from the n-th key block on."""

    def __init__(
        self, seed: bytes, *, key_every: int = KEY_EVERY, signing: Signing = Signing.SIMPLEX
    ) -> None:
        """Take a chain's seed; every `key_every` masterchain blocks the set moves on by one validator."""
        self._seed = seed
        self.key_every = key_every
        self.signing = signing
        self._members = lru_cache(maxsize=4)(self._derive)
        self._config: tuple[tuple[int, int, bytes], Cell] | None = None

    def is_key(self, seqno: int) -> int:
        """Say (1 or 0) whether a masterchain block is a key block."""
        return int(seqno > 0 and seqno % self.key_every == 0)

    def set_of(self, seqno: int) -> int:
        """Give the number of the set that signs a masterchain block."""
        return max(seqno - 1, 0) // self.key_every

    def key_before(self, seqno: int) -> int:
        """Give the seqno of the last key block before a block (0: none)."""
        return self.set_of(seqno) * self.key_every

    @staticmethod
    def cc_seqno(set_: int) -> int:
        """Give a set's catchain number."""
        return set_ + 1

    def _derive(self, set_: int) -> tuple[Validator, ...]:
        return tuple(Validator(self._seed, set_ + place) for place in range(LISTED))

    def signers(self, set_: int) -> list[Validator]:
        """Give those who sign the masterchain, in the order that the set's number shuffles them into."""
        members = self._members(set_)
        return [members[place] for place in _shuffled(MAIN, self.cc_seqno(set_))]

    def set_hash(self, set_: int) -> int:
        """Give the short hash of a set that headers and signatures name it by."""
        signers = self.signers(set_)
        data = _SET_MAGIC.to_bytes(4, "little") + self.cc_seqno(set_).to_bytes(4, "little")
        data += len(signers).to_bytes(4, "little")
        for one in signers:
            data += one.key + one.weight.to_bytes(8, "little") + one.address
        return int.from_bytes(crc32c(data), "little")

    def config(self, base: Cell, set_: int, *, since: int) -> Cell:
        """Give the chain's config with a set in it (parameter 34); `since` is the key block's unix time."""
        asked = (set_, since, base.hash)
        if self._config is not None and self._config[0] == asked:
            return self._config[1]
        tree: Edge[None] | None = None
        for key, value in hashmap.entries(base, 32):
            if key != VALIDATORS_PARAM:
                tree = hashmap.put(_PLAIN, tree, key, 32, value=value.rest(), extra=None)
        listed = Builder().ref(self._listed(set_, since)).end()
        made = hashmap.put(_PLAIN, tree, VALIDATORS_PARAM, 32, value=listed, extra=None).cell
        self._config = (asked, made)
        return made

    def _listed(self, set_: int, since: int) -> Cell:
        """Write TL-B `validators_ext#12` of `validator_addr#73`."""
        members = self._members(set_)
        tree: Edge[None] | None = None
        for place, one in enumerate(members):
            value = Builder().uint(0x73, 8).uint(0x8E81278A, 32).raw(one.key).uint(one.weight, 64)
            tree = hashmap.put(_PLAIN, tree, place, 16, value=value.raw(one.address).end(), extra=None)
        builder = Builder().uint(0x12, 8).uint(since, 32).uint(since + LIFETIME_SECONDS, 32)
        builder.uint(LISTED, 16).uint(MAIN, 16).uint(sum(one.weight for one in members), 64)
        return builder.maybe(tree.cell if tree else None).end()

    def sign(self, block: BlockId) -> Signed:
        """Sign a masterchain block: all but the lightest of its set."""
        set_ = self.set_of(block.seqno)
        signers = self.signers(set_)
        absent = min(signers, key=lambda one: one.weight)
        session, slot, candidate = b"", 0, b""
        match self.signing:
            case Signing.SIMPLEX:
                session = sha256(b"session/%b/%d" % (self._seed, set_)).digest()
                slot = block.seqno - self.key_before(block.seqno)
                candidate = _candidate(block, slot)
                data = simplex_data(session, slot, candidate)
            case Signing.ORDINARY:
                data = _ORDINARY + block.root_hash + block.file_hash
        return Signed(
            cc_seqno=self.cc_seqno(set_),
            set_hash=self.set_hash(set_),
            signatures=[(one.short, one.sign(data)) for one in signers if one is not absent],
            session=session,
            slot=slot,
            candidate=candidate,
        )


def _candidate(block: BlockId, slot: int) -> bytes:
    """Write the candidate that names a block (TL, boxed), after a parent of its own slot."""
    parent = sha256(b"candidate before" + block.root_hash).digest()
    writer = Writer(_CANDIDATE).block(block).hash(sha256(b"collated" + block.root_hash).digest())
    return writer.int_(_PARENT).int_(_CANDIDATE_ID).int_(slot - 1).hash(parent).done()


def simplex_data(session: bytes, slot: int, candidate: bytes) -> bytes:
    """Write what a Simplex validator signs to finalise a candidate."""
    vote = Writer(_FINALIZE).int_(_CANDIDATE_ID).int_(slot).hash(sha256(candidate).digest())
    return Writer(_TO_SIGN).hash(session).data(vote.done()).done()


def _shuffled(count: int, cc_seqno: int) -> list[int]:
    """Give the places of a masterchain set in its order (the node's `do_compute_validator_set`)."""
    dice = _dice(cc_seqno)
    places = [0] * count
    for place in range(count):
        drawn = next(dice) * (place + 1) >> 64
        places[place] = places[drawn]
        places[drawn] = place
    return places


def _dice(cc_seqno: int) -> Iterator[int]:
    """Draw 64-bit numbers as the node's ValidatorSetPRNG does for the masterchain."""
    whose = (1 << 63).to_bytes(8, "big") + (-1).to_bytes(4, "big", signed=True) + cc_seqno.to_bytes(4, "big")
    seed = 0
    while True:
        drawn = sha512(seed.to_bytes(32, "big") + whose).digest()
        for at in range(0, 64, 8):
            yield int.from_bytes(drawn[at : at + 8], "big")
        seed += 1
