"""A real node's links are judged rightly; whatever isn't signed by more than two thirds is never believed."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from krypton.chain.cells import Refuted, to_boc
from krypton.chain.proofs import BlockId
from krypton.chain.signatures import BackwardError, follow
from krypton.domain.errors import Lie
from tests.chain import links
from tests.chain.links import Link
from tests.chain.tampering import mutants

(WHOLE, STEP) = links.real()
WEIGHTS = (5, 4, 3, 2, 1)


def refutation(call: Callable[[], object]) -> Lie:
    with pytest.raises(Refuted) as caught:
        call()
    return caught.value.lie


def judged(link: Link, *, weights: Sequence[int] = WEIGHTS) -> BlockId:
    known, _ = links.zero_state(weights)
    return follow(
        links.answer([link], known=known, last=link.target), known=known, target=link.target
    ).reached


def made(signers: Sequence[int], *, simplex: bool = True, weights: Sequence[int] = WEIGHTS) -> Link:
    known, proof = links.zero_state(weights)
    return links.link(known, proof, signers=signers, simplex=simplex)


@pytest.mark.parametrize("real", [WHOLE, STEP], ids=["from the zero state", "between key blocks"])
def test_a_real_nodes_links_are_followed(real: tuple[bytes, list[Link], BlockId, BlockId]) -> None:
    raw, steps, known, target = real
    assert links.answer(steps, known=known, last=target) == raw
    found = follow(raw, known=known, target=target)
    assert (found.reached, found.links) == (target, len(steps))
    assert found.key.seqno == 1855


def test_links_that_go_part_of_the_way_say_so() -> None:
    _, steps, known, target = WHOLE
    part = links.answer(steps[:2], known=known, last=steps[1].target, complete=False)
    found = follow(part, known=known, target=target)
    assert found.reached == found.key == steps[1].target
    whole = links.answer(steps[:2], known=known, last=steps[1].target, complete=True)
    assert refutation(lambda: follow(whole, known=known, target=target)) is Lie.BLOCK
    nothing = links.answer([], known=known, last=known, complete=False)
    assert refutation(lambda: follow(nothing, known=known, target=target)) is Lie.BLOCK


def test_another_start_or_goal_is_refuted() -> None:
    raw, steps, known, target = WHOLE
    assert (
        refutation(lambda: follow(raw, known=replace(known, root_hash=bytes(32)), target=target)) is Lie.BLOCK
    )
    assert refutation(lambda: follow(raw, known=known, target=steps[0].target)) is Lie.BLOCK
    cut = links.answer(steps[1:], known=known, last=target)
    assert refutation(lambda: follow(cut, known=known, target=target)) is Lie.BLOCK


def test_links_back_are_not_followed_and_are_no_lie() -> None:
    raw, _, known, target = STEP
    back = raw.replace(bytes.fromhex("1cce0f52"), bytes.fromhex("ef1b7eef"))
    with pytest.raises(BackwardError):
        follow(back, known=known, target=target)


@pytest.mark.parametrize("simplex", [True, False], ids=["Simplex", "ordinary"])
@pytest.mark.parametrize(
    ("signers", "good"),
    [((0, 1, 2), True), ((0, 1, 4), False), ((0, 1, 3), True), ((1, 2, 3, 4), False), ((), False)],
    ids=["12 of 15", "exactly two thirds", "11 of 15", "four of five, too light", "nobody"],
)
def test_more_than_two_thirds_of_the_weight_must_sign(
    signers: Sequence[int], *, good: bool, simplex: bool
) -> None:
    link = made(signers, simplex=simplex)
    if good:
        assert judged(link) == link.target
    else:
        assert refutation(lambda: judged(link)) is Lie.SIGNATURE


def test_a_repeated_signer_counts_for_nothing() -> None:
    link = made((0,))
    assert refutation(lambda: judged(replace(link, signatures=[*link.signatures] * 5))) is Lie.SIGNATURE


def test_an_unknown_signer_spoils_the_rest() -> None:
    link = made((0, 1, 2, 3, 4, 5))
    assert refutation(lambda: judged(link)) is Lie.SIGNATURE


def test_validators_past_the_main_ones_have_no_voice() -> None:
    known, proof = links.zero_state((3, 3, 100), main=2)
    for signers, good in (((0, 1), True), ((0, 2), False), ((0, 1, 2), False)):
        link = links.link(known, proof, signers=signers)
        raw = links.answer([link], known=known, last=link.target)
        if good:
            assert follow(raw, known=known, target=link.target).reached == link.target
        else:
            assert refutation(lambda raw=raw, link=link: follow(raw, known=known, target=link.target))


def test_a_signature_under_another_block_is_refuted() -> None:
    link, other = made((0, 1, 2)), made((0, 1, 2), weights=(9, 9, 9))
    later = links.link(link.source, links.zero_state(WEIGHTS)[1], signers=(0, 1, 2), seqno=9)
    assert refutation(lambda: judged(replace(link, candidate=later.candidate))) is Lie.BLOCK
    assert refutation(lambda: judged(replace(link, signatures=later.signatures))) is Lie.SIGNATURE
    assert refutation(lambda: judged(replace(link, config_proof=other.config_proof))) is Lie.PROOF
    assert refutation(lambda: judged(replace(link, session=b"\x01" * 32))) is Lie.SIGNATURE
    assert refutation(lambda: judged(replace(link, slot=1))) is Lie.SIGNATURE
    assert refutation(lambda: judged(replace(link, catchain=1))) is Lie.BLOCK
    assert refutation(lambda: judged(replace(link, list_hash=1))) is Lie.BLOCK
    assert refutation(lambda: judged(replace(link, is_key=True))) is Lie.BLOCK
    assert refutation(lambda: judged(replace(link, dest_proof=later.dest_proof))) is Lie.PROOF
    elsewhere = replace(link, target=replace(link.target, workchain=0))
    assert refutation(lambda: judged(elsewhere)) is Lie.BLOCK


def test_a_vote_that_is_not_final_is_no_signature() -> None:
    # one byte of the vote's constructor apart: notarizeVote instead of finalizeVote
    link = made((0, 1, 2), simplex=True)
    ordinary = made((0, 1, 2), simplex=False)
    assert refutation(lambda: judged(replace(link, signatures=ordinary.signatures))) is Lie.SIGNATURE


def test_a_pruned_list_of_validators_is_refuted() -> None:
    known, proof = links.zero_state(WEIGHTS)
    chance = random.Random(7)
    hollow = mutants(to_boc(proof), chance)
    link = links.link(known, proof, signers=(0, 1, 2))
    for _ in range(200):
        with pytest.raises(Refuted):
            _expect_other(replace(link, config_proof=next(hollow)), truth=link.target)


def _expect_other(link: Link, *, truth: BlockId) -> None:
    if judged(link) == truth:
        raise Refuted(Lie.PROOF)  # a change that changes nothing, such as a stored hash


@pytest.fixture(
    params=[pytest.param(1_200, id="slice"), pytest.param(100_000, id="soak", marks=pytest.mark.soak)]
)
def rounds(request: pytest.FixtureRequest) -> int:
    return request.param


def _forgeries(chance: random.Random) -> Iterator[bytes]:
    """Mutate the whole answer, and each of its bags of cells alone with the rest left whole."""
    raw, steps, known, target = WHOLE
    whole = _plain(raw, chance)
    while True:
        yield next(whole)
        at = chance.randrange(len(steps))
        part = chance.choice(("dest_proof", "config_proof", "candidate", "session"))
        held: bytes = getattr(steps[at], part)
        stream = mutants(held, chance) if part.endswith("proof") else _plain(held, chance)
        forged = [*steps]
        forged[at] = replace(steps[at], **{part: next(stream)})
        yield links.answer(forged, known=known, last=target)


def _plain(data: bytes, chance: random.Random) -> Iterator[bytes]:
    while True:
        held = bytearray(data)
        match chance.randrange(3):
            case 0:
                held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
            case 1:
                held = held[: chance.randrange(len(held))]
            case _:
                at = chance.randrange(len(held))
                held[at : at + chance.randrange(1, 40)] = chance.randbytes(chance.randrange(40))
        yield bytes(held)


def test_mutated_links_never_lead_anywhere_else(rounds: int) -> None:
    raw, _, known, target = WHOLE
    truth = follow(raw, known=known, target=target)
    refuted = 0
    for _, forged in zip(range(rounds), _forgeries(random.Random(20261125)), strict=False):
        try:
            assert follow(forged, known=known, target=target) == truth
        except (Refuted, BackwardError):
            refuted += 1
    assert refuted > rounds * 9 // 10
