"""Begins a chain, or takes one up where its file left it; runs nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from krypton.domain.errors import SandboxFault, SandboxUnavailable
from krypton.sandbox import accounts, blocks, hashmap, wallets
from krypton.sandbox.archive import Step
from krypton.sandbox.blocks import ACCOUNTS, Made, McContent
from krypton.sandbox.boc import one_from_boc, to_boc
from krypton.sandbox.cells import Builder, Cell, CellError
from krypton.sandbox.chain import Chain
from krypton.sandbox.hashmap import Edge
from krypton.sandbox.head import Head
from krypton.sandbox.spine import read_spine
from krypton.sandbox.tl import BASECHAIN, MASTERCHAIN
from krypton.sandbox.turns import turn
from krypton.sandbox.validators import Signing, Validators
from krypton.sandbox.wallets import Version, Wallet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.tvm import Tvm

NANO: Final = 10**9
FAUCET_COINS: Final = 1_000_000_000 * NANO
BUYER_COINS: Final = 1_000_000 * NANO
SUPPLIER_COINS: Final = NANO
BUYERS: Final = 24

_THROW: Final = Builder().uint(0xFF00F22A, 32).end()
"""SETCP0, 42 THROW: refuses whatever comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who lives in every sandbox, from its seed alone."""

    faucet: Wallet
    supplier: Wallet
    buyers: Sequence[Wallet]
    bouncer: bytes
    """The account of a supplier that sends everything back."""


def people(seed: bytes) -> People:
    """Derive the people of a seed."""
    versions = (Version.V3R2, Version.V4R2)
    return People(
        faucet=Wallet(seed, "faucet", Version.V4R2),
        supplier=Wallet(seed, "supplier", Version.V4R2),
        buyers=tuple(Wallet(seed, f"buyer {number}", versions[number % 2]) for number in range(BUYERS)),
        bouncer=accounts.state_init(_THROW, Builder().raw(seed).end()).hash,
    )


def _born(seed: bytes, now: int) -> list[tuple[bytes, Cell]]:
    """Give the zero state's accounts; buyers' wallets are deployed by their first payment."""
    living = people(seed)
    found: list[tuple[bytes, Cell]] = []
    for wallet, coins in ((living.faucet, FAUCET_COINS), (living.supplier, SUPPLIER_COINS)):
        code, data = wallets.code(wallet.version), wallet.data(0)
        shard = accounts.born(wallet.account, balance=coins, now=now, code=code, data=data)
        found.append((wallet.account, shard))
    bouncing = accounts.born(
        living.bouncer, balance=SUPPLIER_COINS, now=now, code=_THROW, data=Builder().raw(seed).end()
    )
    found.append((living.bouncer, bouncing))
    found.extend(
        (wallet.account, accounts.born(wallet.account, balance=BUYER_COINS, now=now))
        for wallet in living.buyers
    )
    return found


def begin(
    archive: Archive, tvm: Tvm, *, config: bytes, seed: bytes, now: int, validators: Validators
) -> Chain:
    """Write the zero states of a new chain and go on from them."""
    tree: Edge[int] | None = None
    born = _born(seed, now)
    for account, shard in born:
        key = int.from_bytes(account, "big")
        coins = accounts.read_account(shard).balance
        tree = hashmap.put(ACCOUNTS, tree, key, 256, value=shard, extra=coins)
    shard_zero = blocks.zero(
        BASECHAIN, blocks.shard_state(0, utime=now, lt=0, accounts=tree, master=None), utime=now
    )
    params = one_from_boc(config)
    content = McContent(
        shards=blocks.shard_hashes(shard_zero, registered=0, fees=0),
        config=validators.config(params, 0, since=now),
        old_blocks=None,
        total=tree.extra if tree else 0,
        turn=turn(validators, 0, last_key=None),
    )
    master_zero = blocks.zero(
        MASTERCHAIN, blocks.master_state(0, utime=now, lt=0, content=content), utime=now
    )
    archive.write(
        Step(
            blocks=((shard_zero, 0), (master_zero, 0)),
            transactions=(),
            accounts=[(account, to_boc(shard)) for account, shard in born],
            waiting=(),
            meta=(
                ("head", b"0"),
                ("old_blocks", b"null"),
                ("config", config),
                ("seed", seed),
                ("total", b"%d" % content.total),
                ("key_every", b"%d" % validators.key_every),
                ("signing", validators.signing.value.encode()),
            ),
        )
    )
    tvm.set_config(config)
    head = Head(master=master_zero, shard=shard_zero, accounts=tree, content=content)
    return Chain(archive, tvm, config=params, head=head, validators=validators)


def resume(archive: Archive, tvm: Tvm) -> Chain:
    """Go on with the chain in the archive, having compared its states' hashes.

    Raises SandboxUnavailable when the file is not whole.
    """
    try:
        return _resume(archive, tvm)
    except (CellError, ValueError, LookupError, TypeError) as error:
        raise SandboxUnavailable(fault=SandboxFault.CHAIN_DAMAGED) from error


def _resume(archive: Archive, tvm: Tvm) -> Chain:
    seqno = int(archive.meta("head") or b"0")
    config = archive.meta("config") or b""
    tree: Edge[int] | None = None
    for account, boc in archive.accounts():
        shard = one_from_boc(boc)
        key = int.from_bytes(account, "big")
        coins = accounts.read_account(shard).balance
        tree = hashmap.put(ACCOUNTS, tree, key, 256, value=shard, extra=coins)
    master, shard_block = archive.block(MASTERCHAIN, seqno), archive.block(BASECHAIN, seqno)
    if master is None or shard_block is None:
        raise LookupError(seqno)
    before = archive.block(MASTERCHAIN, seqno - 1) if seqno else None
    params = one_from_boc(config)
    validators = Validators(
        archive.meta("seed") or b"",
        key_every=int(archive.meta("key_every") or b""),
        signing=Signing((archive.meta("signing") or b"").decode()),
    )
    set_ = validators.set_of(seqno + 1)
    setter = archive.block(MASTERCHAIN, set_ * validators.key_every)
    last = validators.key_before(seqno)
    key = archive.block(MASTERCHAIN, last) if last else None
    if setter is None:
        raise LookupError(set_)
    shards = blocks.shard_hashes(shard_block, registered=seqno, fees=_fees(shard_block))
    content = McContent(
        shards=shards,
        config=validators.config(params, set_, since=setter.utime),
        turn=turn(validators, seqno, last_key=blocks.ext_ref(key) if key else None),
        old_blocks=read_spine(json.loads(archive.meta("old_blocks") or b"null")),
        total=int(archive.meta("total") or b"0"),
    )
    times = {"utime": master.utime, "lt": master.end_lt}
    shard_state = blocks.shard_state(seqno, accounts=tree, master=before, **times)
    master_state = blocks.master_state(seqno, content=content, **times)
    head = Head(
        master=_with_state(master, master_state),
        shard=_with_state(shard_block, shard_state),
        accounts=tree,
        content=content,
    )
    tvm.set_config(config)
    return Chain(archive, tvm, config=params, head=head, validators=validators)


def _with_state(made: Made, state: Cell) -> Made:
    if made.state.hash != state.hash:
        raise ValueError(made.id.seqno)
    return Made(
        id=made.id,
        cell=made.cell,
        boc=made.boc,
        state=state,
        utime=made.utime,
        start_lt=made.start_lt,
        end_lt=made.end_lt,
    )


def _fees(shard: Made) -> int:
    """Read the fees out of a block's value flow; a zero state has none."""
    if shard.id.seqno == 0:
        return 0
    inside = shard.cell.refs[1].parse()
    inside.uint(32)
    return inside.coins()
