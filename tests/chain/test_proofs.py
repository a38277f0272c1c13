"""A real node's answers are judged rightly, and nothing that was tampered with is ever believed."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from krypton.chain import proofs
from krypton.chain.builder import Builder
from krypton.chain.cells import Cell, Refuted, from_boc, to_boc
from krypton.chain.prices import read_prices
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.collector import Prices
from krypton.domain.errors import Lie
from tests.chain import recorded
from tests.chain.tampering import mutants, proof_of, pruned, two

(COLLECTOR, ABSENT, *_) = recorded.load("account_proofs")["entries"]
TODAY = Prices(gas=4369067, flat_gas=100, flat=6667, lump=66667, bit=4369067, cell=436906667)


def collector() -> Account:
    answer, block, address = recorded.account_answer(COLLECTOR)
    return proofs.account(answer, block=block, address=address)


def refutation(call: Callable[[], object]) -> Lie:
    with pytest.raises(Refuted) as caught:
        call()
    return caught.value.lie


def test_a_recorded_account_is_proven() -> None:
    account = collector()
    assert account.status is AccountStatus.ACTIVE
    assert account.balance == int(COLLECTOR["expected"]["balance"])
    assert account.last_lt == int(COLLECTOR["expected"]["last_trans_lt"])
    assert account.last_hash.hex() == COLLECTOR["expected"]["last_trans_hash"]
    assert account.data is not None
    assert account.code_hash is not None


def test_a_recorded_absence_is_proven() -> None:
    answer, block, address = recorded.account_answer(ABSENT)
    found = proofs.account(answer, block=block, address=address)
    assert found == Account(address=address, status=AccountStatus.ABSENT)


def test_the_whole_shard_state_is_not_taken_for_another_account() -> None:
    answer, block, _ = recorded.account_answer(COLLECTOR)
    other = recorded.account_answer(ABSENT)[2]
    assert refutation(lambda: proofs.account(answer, block=block, address=other)) in {Lie.PRUNED, Lie.PROOF}


def test_there_is_no_absence_where_the_way_is_pruned() -> None:
    answer, block, address = recorded.account_answer(ABSENT)
    present = recorded.account_answer(COLLECTOR)[2]
    assert refutation(lambda: proofs.account(answer, block=block, address=present)) is Lie.PRUNED
    claimed = replace(recorded.account_answer(COLLECTOR)[0], state=b"")
    refutation(lambda: proofs.account(claimed, block=block, address=present))
    with_state = replace(answer, state=recorded.account_answer(COLLECTOR)[0].state)
    assert refutation(lambda: proofs.account(with_state, block=block, address=address)) is Lie.PROOF


def test_a_state_with_other_money_is_refuted() -> None:
    answer, block, address = recorded.account_answer(COLLECTOR)
    state = from_boc(answer.state)[0]
    forged = Cell(state.bits ^ 1 << 40, state.size, state.refs)
    judged = replace(answer, state=to_boc(forged))
    assert refutation(lambda: proofs.account(judged, block=block, address=address)) is Lie.HASH


def test_a_pruned_state_is_refuted_though_its_hash_is_right() -> None:
    answer, block, address = recorded.account_answer(COLLECTOR)
    state = from_boc(answer.state)[0]
    hollow = Cell(state.bits, state.size, tuple(pruned(ref) for ref in state.refs))
    assert hollow.hash_at(0) == state.hash
    judged = replace(answer, state=to_boc(hollow))
    assert refutation(lambda: proofs.account(judged, block=block, address=address)) is Lie.PRUNED


def test_another_block_is_not_believed() -> None:
    answer, block, address = recorded.account_answer(COLLECTOR)
    elsewhere = replace(block, root_hash=bytes(32))
    assert refutation(lambda: proofs.account(answer, block=elsewhere, address=address)) is Lie.PROOF
    later = replace(block, seqno=block.seqno + 1)
    assert refutation(lambda: proofs.account(answer, block=later, address=address)) is Lie.BLOCK


def test_roots_of_another_number_are_refuted() -> None:
    answer, block, address = recorded.account_answer(COLLECTOR)
    one = to_boc(from_boc(answer.proof)[0])
    judged = replace(answer, proof=one)
    assert refutation(lambda: proofs.account(judged, block=block, address=address)) is Lie.SHAPE


def test_a_block_header_is_proven() -> None:
    (entry,) = recorded.entries("shard_and_block_headers", "getBlockHeader")
    block = recorded.block(entry["answer"]["id"])
    found = proofs.header(recorded.boc(entry["answer"]["header_proof"]), block)
    assert (found.global_id, found.seqno, found.workchain, found.shard) == (-777, 2663, 0, proofs.WHOLE_SHARD)
    assert found.time == 1795399668
    assert found.state_hash is None  # the answer prunes it


@pytest.mark.parametrize("query", ["getConfigAll", "getConfigParams"])
def test_prices_are_read_from_a_proven_config(query: str) -> None:
    (entry,) = recorded.entries("config", query)
    answer = entry["answer"]
    found = proofs.config(
        recorded.boc(answer["state_proof"]),
        recorded.boc(answer["config_proof"]),
        block=recorded.block(answer["id"]),
        wanted=(21, 25, 4242),
    )
    assert sorted(found) == [21, 25]
    assert read_prices(gas=found[21], forward=found[25]) == TODAY


def test_gas_prices_without_a_flat_part() -> None:
    gas = Builder().uint(0xDD, 8).uint(65536 * 400, 64).end()
    forward = Builder().uint(0xEA, 8).uint(1, 64).uint(2, 64).uint(3, 64).end()
    found = read_prices(gas=gas, forward=forward)
    assert found == Prices(gas=65536 * 400, flat_gas=0, flat=0, lump=1, bit=2, cell=3)
    assert refutation(lambda: read_prices(gas=forward, forward=forward)) is Lie.SHAPE


# --- a network of our own making: split shards -------------------------------------------------


def update_to(state: Cell) -> Cell:
    old = pruned(Builder().end())
    new = pruned(state)
    bits = 4 << 256 | int.from_bytes(old.hash_at(0), "big")
    bits = (
        (bits << 256 | int.from_bytes(new.hash_at(0), "big")) << 32 | old.depth_at(0) << 16 | new.depth_at(0)
    )
    return Cell(bits, 552, (old, new), kind=4)


def shard_ident(workchain: int, depth: int, prefix: int) -> Builder:
    return Builder().uint(depth, 8).uint(workchain & 0xFFFFFFFF, 32).uint(prefix, 64)


def state_of(ident: Builder, *, seqno: int, accounts: Cell, custom: Cell | None) -> Cell:
    head = Builder().uint(0x9023AFE2, 32).uint(5, 32).cell(ident.end()).uint(seqno, 32)
    head.uint(0, 32 + 32 + 64 + 32).ref(Builder().end()).flag(0).ref(accounts).ref(Builder().end())
    return head.maybe(custom).end()


def block_of(ident: Builder, *, seqno: int, state: Cell) -> Cell:
    info = Builder().uint(0x9BC7A987, 32).uint(0, 32 + 8 + 8).uint(seqno, 32).uint(0, 32).cell(ident.end())
    info.uint(1_700_000_000, 32).uint(0, 128 + 64)  # time, logical times, validators
    return (
        Builder()
        .uint(0x11EF55AA, 32)
        .uint(5, 32)
        .ref(info.end())
        .ref(Builder().end())
        .ref(update_to(state))
        .end()
    )


def descr(seqno: int, root_hash: bytes) -> Builder:
    return Builder().flag(0).uint(0xA, 4).uint(seqno, 32).uint(0, 160).raw(root_hash).raw(bytes(32))


def test_the_shard_of_the_account_is_found_where_the_basechain_is_split() -> None:
    empty = Builder().flag(0).end()
    # four shards: 00, 01 and 1; the account is in 01
    address = Address(0, bytes([0b0110_0000]) + bytes(31))
    ident = shard_ident(0, 2, 0b01 << 62)
    state = state_of(ident, seqno=7, accounts=empty, custom=None)
    home = block_of(ident, seqno=7, state=state)
    left = Builder().flag(1).ref(descr(6, bytes(32)).end()).ref(descr(7, home.hash_at(0)).end()).end()
    tree = Builder().flag(1).ref(left).ref(descr(8, bytes(32)).end()).end()
    shards = (
        Builder().uint(0b10, 2).uint(32, 6).uint(0, 32).ref(tree).end()
    )  # hml_long, the key of workchain 0
    custom = Builder().uint(0xCC26, 16).maybe(shards).end()
    master = shard_ident(-1, 0, 0)
    master_state = state_of(master, seqno=3, accounts=empty, custom=custom)
    top = block_of(master, seqno=3, state=master_state)
    block = proofs.BlockId(
        workchain=-1, shard=proofs.WHOLE_SHARD, seqno=3, root_hash=top.hash_at(0), file_hash=bytes(32)
    )

    def answer(shown_block: Cell, shown_state: Cell) -> proofs.AccountAnswer:
        return proofs.AccountAnswer(
            shard_proof=two(proof_of(top), proof_of(master_state)),
            proof=two(proof_of(shown_block), proof_of(shown_state)),
            state=b"",
        )

    found = proofs.account(answer(home, state), block=block, address=address)
    assert found.status is AccountStatus.ABSENT
    # the same proof says nothing about an account of the neighbouring shard
    neighbour = Address(0, bytes([0b0010_0000]) + bytes(31))
    assert (
        refutation(lambda: proofs.account(answer(home, state), block=block, address=neighbour)) is Lie.PROOF
    )
    # and a shard block that calls itself whole is not the one of the split shard
    whole = shard_ident(0, 0, 0)
    lone = block_of(whole, seqno=7, state=state_of(whole, seqno=7, accounts=empty, custom=None))
    assert refutation(lambda: proofs.account(answer(lone, state), block=block, address=address)) is Lie.PROOF


# --- mutations: equal to the truth, or refuted --------------------------------------------------


@pytest.fixture(
    params=[pytest.param(1_500, id="slice"), pytest.param(100_000, id="soak", marks=pytest.mark.soak)]
)
def rounds(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.mark.parametrize("entry", [COLLECTOR, ABSENT], ids=["present", "absent"])
def test_mutated_account_proofs_never_prove_anything_else(entry: dict[str, object], rounds: int) -> None:
    answer, block, address = recorded.account_answer(entry)
    truth = proofs.account(answer, block=block, address=address)
    chance = random.Random(20261123)
    parts = [name for name in ("shard_proof", "proof", "state") if getattr(answer, name)]
    streams = {name: mutants(getattr(answer, name), chance) for name in parts}
    refuted = 0
    for turn in range(rounds):
        name = parts[turn % len(parts)]
        judged = replace(answer, **{name: next(streams[name])})
        try:
            assert proofs.account(judged, block=block, address=address) == truth
        except Refuted:
            refuted += 1
    assert refuted > rounds * 3 // 4


def test_mutated_config_proofs_never_prove_other_prices(rounds: int) -> None:
    (entry,) = recorded.entries("config", "getConfigParams")
    answer = entry["answer"]
    state_proof, config_proof = recorded.boc(answer["state_proof"]), recorded.boc(answer["config_proof"])
    block = recorded.block(answer["id"])
    chance = random.Random(20261124)
    of_state, of_config = mutants(state_proof, chance), mutants(config_proof, chance)
    for turn in range(rounds):
        first = next(of_state) if turn % 2 else state_proof
        second = config_proof if turn % 2 else next(of_config)
        try:
            found = proofs.config(first, second, block=block, wanted=(21, 25))
            assert read_prices(gas=found[21], forward=found[25]) == TODAY
        except Refuted:
            pass
