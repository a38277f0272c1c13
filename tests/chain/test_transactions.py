"""A real node's transactions read as they were, as a chain of hashes; value is conserved in each."""

import base64
import itertools
import random
from typing import Any

import pytest

from krypton.chain.cells import Cell, Refuted, from_boc, one_from_boc, to_boc
from krypton.chain.transactions import read_chain, read_message, read_transaction
from krypton.chain.wallets import external_hash
from krypton.domain.address import parse_written
from krypton.domain.chain import Message, Transaction
from krypton.domain.errors import Lie
from tests.chain import recorded
from tests.chain.tampering import mutants, pruned

NAMES = sorted(path.stem for path in recorded.DATA.glob("tx_*.json"))


def one(name: str) -> tuple[Transaction, Any]:
    held = recorded.load(name)
    cell = one_from_boc(base64.b64decode(held["transaction_b64"]))
    assert cell.hash.hex() == held["tx_hash"]
    return read_transaction(cell, account=parse_written(held["account"]).address), held


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_transaction_reads_as_it_was(name: str) -> None:
    found, held = one(name)
    parsed = held["parsed"]
    assert (found.stamp.lt, found.stamp.time) == (int(held["lt"]), held["now"])
    assert found.stamp.hash.hex() == held["tx_hash"]
    assert found.exit_code == parsed.get("exit")
    if "act" in parsed:
        assert found.action_code == parsed["act"]
    assert len(found.out) == len(parsed["outs"])
    for message, out in zip(found.out, parsed["outs"], strict=True):
        shown(message, out)
    if "in" in parsed:
        assert found.message is not None
        shown(found.message, parsed["in"])
    fees = parsed["total_fees"] + sum(out.get("fwd", 0) for out in parsed["outs"])
    assert found.network_fees == fees


def shown(message: Message, out: dict[str, Any]) -> None:
    if "ext" in out:
        assert (message.destination, message.value) == (None, 0)
        assert one_from_boc(message.body).hash == one_from_boc(bytes.fromhex(out["body"])).hash
        return
    assert message.value == out["value"]
    assert (message.bounce, message.bounced) == (out["bounce"], out["bounced"])
    if "lt" in out:
        assert message.created_lt == out["lt"]
    if "body" in out:
        assert one_from_boc(message.body).hash.hex().startswith(out["body"])


@pytest.mark.parametrize("name", NAMES)
def test_the_message_is_the_one_that_was_sent(name: str) -> None:
    found, held = one(name)
    sent = one_from_boc(base64.b64decode(held["message_b64"]))
    message, _ = read_message(sent)
    assert found.message == message
    if message.source is not None:
        assert message.hash == sent.hash


def test_an_external_message_is_known_by_its_normalised_hash() -> None:
    found, held = one("tx_wallet_owner_external")
    assert found.message is not None
    assert found.message.source is None
    assert found.message.value == 0
    body = one_from_boc(found.message.body)
    assert found.message.hash == external_hash(parse_written(held["account"]).address, body)


def page() -> tuple[bytes, dict[str, Any]]:
    entry = recorded.entries("transactions_page", "getTransactions")[0]
    args = entry["args"]
    account = parse_written(f"{args['account']['workchain']}:{args['account']['id']}").address
    at = {"account": account, "lt": args["lt"], "hash_": bytes.fromhex(args["hash"]), "most": 16}
    return recorded.boc(entry["answer"]["transactions"]), at


def test_a_page_is_a_chain_from_the_newest_down() -> None:
    boc, at = page()
    found = read_chain(boc, **at)
    assert len(found) == 16
    assert found[0].stamp.lt == at["lt"]
    for newer, older in itertools.pairwise(found):
        assert (newer.previous_lt, newer.previous_hash) == (older.stamp.lt, older.stamp.hash)


@pytest.mark.parametrize(
    "changed, lie",
    [({"hash_": bytes(32)}, Lie.HASH), ({"lt": 5}, Lie.CHAIN), ({"most": 15}, Lie.SHAPE)],
    ids=["hash", "lt", "most"],
)
def test_a_page_from_elsewhere_is_refuted(changed: dict[str, Any], lie: Lie) -> None:
    boc, at = page()
    with pytest.raises(Refuted) as caught:
        read_chain(boc, **(at | changed))
    assert caught.value.lie is lie


def test_a_transaction_with_a_hidden_message_is_refuted() -> None:
    boc, at = page()
    newest = from_boc(boc)[0]
    hollow = Cell(newest.bits, newest.size, (pruned(newest.refs[0]), *newest.refs[1:]))
    assert hollow.hash_at(0) == at["hash_"]
    with pytest.raises(Refuted) as caught:
        read_chain(to_boc(hollow), **at)
    assert caught.value.lie is Lie.PRUNED


def test_a_mutated_page_is_never_another_history() -> None:
    boc, at = page()
    truth = read_chain(boc, **at)
    one_root = to_boc(from_boc(boc)[0])
    stream = mutants(one_root, random.Random(7))
    for _ in range(1_000):
        try:
            found = read_chain(next(stream), **at)
        except Refuted:
            continue
        assert found == truth[: len(found)]
