"""Knows what the chain stands at: its newest blocks and the accounts after them; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from krypton.sandbox import accounts, hashmap

if TYPE_CHECKING:
    from krypton.sandbox.accounts import Account
    from krypton.sandbox.blocks import Made, McContent
    from krypton.sandbox.hashmap import Edge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """A masterchain block, the basechain block that it names, and the accounts after both."""

    master: Made
    shard: Made
    accounts: Edge[int] | None
    content: McContent

    def account(self, account: bytes) -> Account:
        """Give a basechain account as it stands at this head."""
        _, value = hashmap.path(self.accounts, int.from_bytes(account, "big"), 256)
        return accounts.absent() if value is None else accounts.read_account(value)


def account_hash(tree: Edge[int] | None, account: bytes) -> bytes:
    """Give the hash of an account's own cell, that of no account where there is none."""
    _, value = hashmap.path(tree, int.from_bytes(account, "big"), 256)
    return (accounts.absent().cell if value is None else value.refs[0]).hash
