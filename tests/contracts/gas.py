"""What each path costs: `python -m tests.contracts.gas` writes contracts/gas.json; the test compares."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from krypton import paths
from krypton.chain.collector_bodies import text_cell
from krypton.chain.collector_messages import (
    ClaimOwner,
    ForceWithdraw,
    ProposeOwner,
    RefundBuyer,
    ReturnExcesses,
    SetFee,
    SetMinWithdrawal,
    SetMode,
    SetSplit,
    SetSupplier,
    TopUp,
)
from krypton.domain.collector import Prices, Share, Stats, Terms
from krypton.sandbox.config import Fees, network_config
from krypton.sandbox.tvm import Tvm
from tests.contracts.gas_beside import EACH_TIME, RULES, WITHOUT, builds, measured_beside
from tests.contracts.stage import (
    BEFORE,
    BUYER,
    EMPTY,
    GRAM,
    HEIR,
    MILLI,
    OWNER,
    PAYLOAD,
    STRANGER,
    SUPPLIER,
    TODAY,
    Stage,
    bounce_of,
    pay,
    someone,
    total,
)
from tests.contracts.transactions import Receipt

FILE = paths.repository() / "contracts" / "gas.json"
COIN = 50 * MILLI
EIGHT = tuple(Share(recipient=someone(number), bps=1_100) for number in range(1, 9))
SHORT, LONG = text_cell("order 4711"), text_cell("x" * 120)
AUTO = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=10 * GRAM, fee_bps=100, comments=True)
DUE = replace(AUTO, min_withdrawal=GRAM)
HAND = replace(AUTO, min_withdrawal=0)
SPLIT = replace(DUE, split=EIGHT)
PAUSED = replace(AUTO, paused=True, pending_owner=HEIR)
EARNED = Stats(fee_balance=2 * GRAM, total_collected=20 * GRAM, refundable=3 * GRAM, last_withdrawal_time=1)

Step = Callable[[Stage], Receipt]


def _pay(stage: Stage) -> Receipt:
    return stage.send(BUYER, total(prices=stage.prices), pay())


PATHS: dict[str, tuple[Terms, int, Step]] = {
    "pay": (AUTO, 6 * GRAM, _pay),
    "pay, by hand only": (HAND, 6 * GRAM, _pay),
    "pay, withdrawal waits": (DUE, 3 * GRAM + 1, _pay),
    "pay, withdrawal to a split of 8 waits": (SPLIT, 3 * GRAM + 1, _pay),
    "pay + withdrawal": (DUE, 6 * GRAM, _pay),
    "pay + withdrawal, split of 8": (SPLIT, 6 * GRAM, _pay),
    "comment": (AUTO, 6 * GRAM, lambda s: s.send(BUYER, total(), SHORT)),
    "comment, long": (AUTO, 6 * GRAM, lambda s: s.send(BUYER, total(), LONG)),
    "comment, long, withdrawal waits": (DUE, 3 * GRAM + 1, lambda s: s.send(BUYER, total(), LONG)),
    "comment + withdrawal": (DUE, 6 * GRAM, lambda s: s.send(BUYER, total(), SHORT)),
    "comment, long + withdrawal, split of 8": (SPLIT, 6 * GRAM, lambda s: s.send(BUYER, total(), LONG)),
    "underpaid, bounced": (AUTO, 6 * GRAM, lambda s: s.send(BUYER, 5 * GRAM, pay())),
    "underpaid, sent back": (AUTO, 6 * GRAM, lambda s: s.send(BUYER, 5 * GRAM, pay(), bounce=False)),
    "unknown message, sent back": (AUTO, 6 * GRAM, lambda s: s.send(BUYER, GRAM, EMPTY, bounce=False)),
    "bounced forward": (
        AUTO,
        6 * GRAM,
        lambda s: s.send(SUPPLIER, 5 * GRAM, bounce_of(PAYLOAD), bounced=True, bounce=False),
    ),
    "sent back by hand": (AUTO, 6 * GRAM, lambda s: s.send(SUPPLIER, 5 * GRAM, EMPTY)),
    "force withdraw": (AUTO, 6 * GRAM, lambda s: s.send(OWNER, COIN, ForceWithdraw(query_id=1))),
    "force withdraw, split of 8": (SPLIT, 6 * GRAM, lambda s: s.send(OWNER, COIN, ForceWithdraw(query_id=1))),
    "set threshold": (
        AUTO,
        6 * GRAM,
        lambda s: s.send(OWNER, COIN, SetMinWithdrawal(query_id=1, min_withdrawal=GRAM)),
    ),
    "set fee": (PAUSED, 6 * GRAM, lambda s: s.send(OWNER, COIN, SetFee(query_id=1, fee_bps=200))),
    "set supplier": (
        PAUSED,
        6 * GRAM,
        lambda s: s.send(OWNER, COIN, SetSupplier(query_id=1, supplier=STRANGER)),
    ),
    "set mode": (
        AUTO,
        6 * GRAM,
        lambda s: s.send(OWNER, COIN, SetMode(query_id=1, paused=True, comments=False)),
    ),
    "set split of 8": (DUE, 6 * GRAM, lambda s: s.send(OWNER, COIN, SetSplit(query_id=1, split=EIGHT))),
    "propose owner": (AUTO, 6 * GRAM, lambda s: s.send(OWNER, COIN, ProposeOwner(query_id=1, owner=HEIR))),
    "claim owner": (PAUSED, 6 * GRAM, lambda s: s.send(HEIR, COIN, ClaimOwner(query_id=1))),
    "refund": (AUTO, 6 * GRAM, lambda s: s.send(OWNER, COIN, RefundBuyer(query_id=1, to=BUYER, amount=GRAM))),
    "top up": (AUTO, 6 * GRAM, lambda s: s.send(STRANGER, COIN, TopUp(query_id=1))),
    "returned excess": (AUTO, 6 * GRAM, lambda s: s.send(STRANGER, COIN, ReturnExcesses(query_id=1))),
}


def measured(tvm: Tvm, prices: Prices) -> dict[str, dict[str, int]]:
    """Gas, and all that the contract pays (gas and forwarding), in nano."""
    found: dict[str, dict[str, int]] = {}
    for name, (terms, balance, step) in PATHS.items():
        stage = Stage.holding(tvm, prices=prices, terms=terms, stats=EARNED, balance=balance)
        receipt = step(stage)
        found[name] = {"gas": receipt.gas, "nano": receipt.gas_fee + receipt.forward_fees}
    return found


def both(today: Tvm, before: Tvm, *, rules: Iterable[str] = RULES) -> dict[str, dict[str, dict[str, int]]]:
    """Every path of ours, then the same payment in other designs and without each of these rules."""
    codes = builds(rules)
    ours, theirs = (
        measured(tvm, prices) | measured_beside(codes, tvm, prices, terms=AUTO, stats=EARNED)
        for tvm, prices in ((today, TODAY), (before, BEFORE))
    )
    return {name: {"today": cost, "before": theirs[name]} for name, cost in ours.items()}


def table(found: dict[str, dict[str, dict[str, int]]]) -> str:
    """The tables of contracts/README.md: paths, what rules cost, and other ways to pay the owner."""
    lines = ["| path | gas | nano today | nano before 2026-04-29 |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {cost['today']['gas']:,} | {cost['today']['nano']:,} | {cost['before']['nano']:,} |"
        for name, cost in found.items()
        if not name.startswith(WITHOUT)
    ]
    lines += ["", '| rule | adds to "pay", gas | nano today |', "|---|---:|---:|"]
    pay = found["pay"]["today"]
    lines += [
        f"| {name} | {pay['gas'] - cut['gas']:,} | {pay['nano'] - cut['nano']:,} |"
        for name, cut in ((rule, found[WITHOUT + rule]["today"]) for rule in RULES)
    ]
    lines += [
        "",
        "| payments, nano each | gathered | by hand, once | split of 8, once | each time | gathering saves |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for count in (2, 20, 100, 1_000):
        gathered, claimed, shared, each = (way // count for way in ways(found, "today", count))
        share = 1_000 * (each - gathered) // each
        lines.append(
            f"| {count:,} | {gathered:,} | {claimed:,} | {shared:,} | {each:,}"
            f" | {each - gathered:,} ({share // 10}.{share % 10} %) |"
        )
    return "\n".join(lines)


def ways(found: dict[str, dict[str, dict[str, int]]], fees: str, count: int) -> tuple[int, int, int, int]:
    """What `count` payments cost: gathered, claimed by hand, batched to a split of 8, paid each time."""
    nano = {name: cost[fees]["nano"] for name, cost in found.items()}
    return (
        nano["pay"] * (count - 1) + nano["pay + withdrawal"],
        nano["pay, by hand only"] * count + nano["force withdraw"],
        nano["pay"] * (count - 1) + nano["pay + withdrawal, split of 8"],
        nano[EACH_TIME] * count,
    )


def main() -> None:
    with Tvm.start() as today, Tvm.start() as before:
        today.set_config(network_config(today).to_boc())
        before.set_config(network_config(before, fees=Fees.BEFORE).to_boc())
        found = both(today, before)
    FILE.write_text(json.dumps(found, indent=2) + "\n")
    readme = FILE.with_name("README.md")
    head, mark, rest = readme.read_text().partition("<!-- gas -->\n")
    _, end, tail = rest.partition("\n<!-- /gas -->")
    readme.write_text(head + mark + table(found) + end + tail)


if __name__ == "__main__":
    main()
