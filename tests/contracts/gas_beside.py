"""What a payment costs in other designs, and without each rule: compiled, and run on the same TVM."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from krypton.chain.cells import one_from_boc, to_boc
from krypton.chain.collector import Code
from krypton.chain.collector_writer import Writer
from krypton.domain.address import Address
from krypton.domain.collector import Prices, Stats, Terms
from krypton.sandbox.tvm import Tvm
from tests.contracts.mutation_compiler import ENTRY, Compiler, instead, read_sources
from tests.contracts.stage import BUYER, GRAM, Stage, pay, total
from tests.contracts.transactions import Receipt

Cost = dict[str, int]
Source = dict[str, str]

REFERENCE = Path(__file__).with_name("reference")
WITHOUT = "pay without: "
FLOOR, EACH_TIME = "floor: forward one message, write the data", "pay, the owner is paid each time"

BY_HAND = """            if (terms.minWithdrawal == 0) {
                return st.save();       // by hand only
            }
"""

# Rule -> what to cut out of FeeCollector.tolk, each once, in the operation Pay.
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "lateness": (("(blockchain.now() > msg.validUntil)\n                | ", ""),),
    "smallest amount": (("| (msg.amount < MIN_AMOUNT)\n", "\n"),),
    "overpayment": (("| (surplus > MAX_OVERPAY)\n", "\n"),),
    "underpayment": (("| (surplus < 0)\n", "\n"),),
    "sender in the basechain": (("| !in.senderAddress.isBasechain()\n", "\n"),),
    "rent is not the buyer's": (("| (ownFunds <= 0)       // rent", "// rent"),),
    "pause": (("| terms.paused\n", "\n"),),
    "payload size": (("\n                | (in.originalForwardFee > cap);", ";"),),
    "fee floor by the network's prices": (
        (
            "fee - requiredFee(msg.amount, terms.feeBps, cap)",
            "fee - mulDivFloor(msg.amount, terms.feeBps, BPS)",
        ),
    ),
    "rich bounce": (("BounceMode.RichBounceOnlyRootCell", "BounceMode.NoBounce"),),
    "sending a refusal back": (
        (
            "return answer(in.senderAddress, msg.queryId, ERROR_PAYMENT_REFUSED)",
            "throw ERROR_PAYMENT_REFUSED",
        ),
    ),
    "withdrawal by hand only": ((BY_HAND, ""),),
    "total collected": (("            st.totalCollected += fee;\n", ""),),
}


def without(name: str, sources: Source) -> Source:
    """The sources without one rule of the operation Pay (the first place in the file)."""
    text = sources[ENTRY]
    for old, new in RULES[name]:
        assert old in text, name
        text = text.replace(old, new, 1)
    return {**sources, ENTRY: text}


def _pay(tvm: Tvm, prices: Prices, code: Code, data: Writer) -> Cost:
    state = Writer().uint(0b00110, 5).ref(one_from_boc(code.boc)).ref(data.cell()).cell()
    stage = Stage.absent(tvm, prices=prices, address=Address(0, state.hash))
    stage.shard = _holding(stage, state=to_boc(state))
    receipt = stage.send(BUYER, total(prices=prices), pay())
    return cost(receipt)


def _holding(stage: Stage, *, state: bytes) -> bytes:
    storage = Writer().uint(2, 64).coins(6 * GRAM).uint(0, 1).uint(1, 1).rest(one_from_boc(state)).cell()
    account = Writer().uint(1, 1).address(stage.address).uint(0, 6).uint(0, 3).uint(stage.now, 32).uint(0, 1)
    return to_boc(Writer().ref(account.rest(storage).cell()).uint(0, 256).uint(1, 64).cell())


def cost(receipt: Receipt) -> Cost:
    assert receipt.accepted, receipt
    assert receipt.skipped == 0
    return {"gas": receipt.gas, "nano": receipt.gas_fee + receipt.forward_fees}


def builds(rules: Iterable[str] = RULES) -> dict[str, Code]:
    """Compile every other design once, for both fee sets, and the contract without each of these rules."""
    sources = read_sources()
    with Compiler.start() as compiler:
        found = {
            FLOOR: compiler.compile({ENTRY: (REFERENCE / "Floor.tolk").read_text()}),
            EACH_TIME: compiler.compile({**sources, ENTRY: (REFERENCE / "PaysEachTime.tolk").read_text()}),
        }
        for name in rules:
            found[WITHOUT + name] = compiler.compile(without(name, sources))
    return found


def measured_beside(
    codes: dict[str, Code], tvm: Tvm, prices: Prices, *, terms: Terms, stats: Stats
) -> dict[str, Cost]:
    """The price of the payment that `gas.py` calls "pay", in each of these builds."""
    kept = Writer().coins(stats.total_collected).coins(stats.refundable)
    kept.uint(terms.fee_bps, 16).uint(0, 1).address(terms.supplier).address(terms.owner)
    found = {
        FLOOR: _pay(tvm, prices, codes[FLOOR], Writer().coins(GRAM).address(terms.supplier)),
        EACH_TIME: _pay(tvm, prices, codes[EACH_TIME], kept),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, code in codes.items():
            if name not in found:
                with instead(code, Path(folder)):
                    stage = Stage.holding(tvm, prices=prices, terms=terms, stats=stats, balance=6 * GRAM)
                    found[name] = cost(stage.send(BUYER, total(prices=prices), pay()))
    return found
