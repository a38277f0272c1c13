"""Answers about the chain of signed links from a known block to a later one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from krypton.sandbox import proofs
from krypton.sandbox.answers.context import Context, LiteError, answer
from krypton.sandbox.tl import MASTERCHAIN, Reader, Writer, number
from krypton.sandbox.validators import Signing

if TYPE_CHECKING:
    from krypton.sandbox.blocks import Made
    from krypton.sandbox.tl import BlockId

LINKS_AT_ONCE: Final = 16

_FORWARD: Final = number(
    "liteServer.blockLinkForward to_key_block:Bool from:tonNode.blockIdExt to:tonNode.blockIdExt"
    " dest_proof:bytes config_proof:bytes signatures:liteServer.SignatureSet = liteServer.BlockLink"
)
_SIMPLEX: Final = number(
    "liteServer.signatureSet.simplex cc_seqno:int validator_set_hash:int"
    " signatures:vector liteServer.signature session_id:int256 slot:int candidate:bytes"
    " = liteServer.SignatureSet"
)
_ORDINARY: Final = 0xF644A6E6
"""`liteServer.signatureSet.ordinary`: the schema gives its number."""


def block_proof(context: Context, reader: Reader) -> bytes:
    """Answer getBlockProof: forward links from the zero state or a key block, sixteen at most at once.

    Links back, and links from a block that is no key block, are not given: error 0.
    """
    mode, known = reader.uint(), context.block(reader.block())
    target = context.block(reader.block()) if mode & 1 else context.head.master
    validators = context.chain.validators
    at = known
    links: list[tuple[Made, Made]] = []
    while at.id != target.id and len(links) < LINKS_AT_ONCE:
        seqno = at.id.seqno
        if at.id.workchain != MASTERCHAIN or target.id.workchain != MASTERCHAIN:
            raise LiteError(0, "not a masterchain block")
        if seqno >= target.id.seqno or not (seqno == 0 or validators.is_key(seqno)):
            raise LiteError(0, "this server gives links from key blocks to later blocks alone")
        following = seqno + validators.key_every
        to = target if following >= target.id.seqno else context.archive.block(MASTERCHAIN, following)
        if to is None:
            raise LiteError(651, "block handle not in db")
        links.append((at, to))
        at = to
    writer = answer(
        "partialBlockProof complete:Bool from:tonNode.blockIdExt to:tonNode.blockIdExt"
        " steps:vector liteServer.BlockLink = liteServer.PartialBlockProof"
    )
    writer.truth(int(at.id == target.id)).block(known.id).block(at.id).int_(len(links))
    for start, end in links:
        _forward(context, writer, start, end)
    return writer.done()


def _forward(context: Context, writer: Writer, start: Made, end: Made) -> None:
    writer.int_(_FORWARD).truth(context.chain.validators.is_key(end.id.seqno)).block(start.id).block(end.id)
    writer.data(proofs.named(end)).data(proofs.validators(start))
    _signatures(context, writer, end.id)


def _signatures(context: Context, writer: Writer, block: BlockId) -> None:
    validators = context.chain.validators
    signed = context.sign(block)
    match validators.signing:
        case Signing.SIMPLEX:
            writer.int_(_SIMPLEX).int_(signed.cc_seqno).int_(signed.set_hash)
        case Signing.ORDINARY:
            writer.int_(_ORDINARY).int_(signed.set_hash).int_(signed.cc_seqno)
        case _:
            assert_never(validators.signing)
    writer.int_(len(signed.signatures))
    for short, signature in signed.signatures:
        writer.hash(short).data(signature)
    if validators.signing is Signing.SIMPLEX:
        writer.hash(signed.session).int_(signed.slot).data(signed.candidate)
