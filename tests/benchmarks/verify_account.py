"""`verify_account`: one account proof of a real node, checked by us and by pytoniq's own functions.

Both check the shard's proof and the account's; ours also refuses what was pruned, and reads the account.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from pytoniq_core import Address as OtherAddress
from pytoniq_core import Cell
from pytoniq_core.proof.check_proof import check_account_proof, check_shard_proof
from pytoniq_core.tl.block import BlockIdExt

from krypton.chain import proofs
from tests.benchmarks.measure import Row, interleaved
from tests.chain import recorded

ROUNDS: Final = 100
RUNS: Final = 9


def _other_id(held: Mapping[str, object]) -> BlockIdExt:
    library: Any = BlockIdExt
    return library.from_dict({name: value for name, value in held.items() if name != "@type"})


def measure() -> Row:
    """Measure both in turns; return the medians in milliseconds an account."""
    entry = recorded.load("account_proofs")["entries"][0]
    answer, block, address = recorded.account_answer(entry)
    master, shard = _other_id(entry["args"]["id"]), _other_id(entry["answer"]["shardblk"])
    theirs: Any = OtherAddress(address.raw)

    def ours() -> float:
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            proofs.account(answer, block=block, address=address)
        return time.perf_counter() - begun

    def reference() -> float:
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            check_shard_proof(answer.shard_proof, master, shard)
            check_account_proof(answer.proof, shard, theirs, Cell.one_from_boc(answer.state))
        return time.perf_counter() - begun

    mine, other = interleaved(ours, reference, runs=RUNS)
    scale = 1000 / ROUNDS
    return Row(
        name="verify_account",
        ours=mine * scale,
        reference=other * scale,
        unit="ms",
        against="pytoniq's check_shard_proof and check_account_proof",
    )
