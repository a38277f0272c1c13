"""Spends from the sandbox's own wallets, counting their seqnos; knows the chain, not why money is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox.accounts import Status, read_message

if TYPE_CHECKING:
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.wallets import Sending, Wallet

A_TRANSFER: Final = 4
"""Messages that one transfer of a v3 or v4 wallet can carry."""


class Purse:
    """One wallet and the seqno that its next transfer needs, transfers under way counted."""

    def __init__(self, wallet: Wallet, chain: Chain) -> None:
        self.wallet = wallet
        self._chain = chain
        self._next = 0

    def spend(self, *sendings: Sending, now: int) -> None:
        """Put signed transfers of these sendings into the next block."""
        for at in range(0, len(sendings), A_TRANSFER):
            seqno, deployed = self._seqno()
            message = self.wallet.transfer(
                *sendings[at : at + A_TRANSFER], seqno=seqno, now=now, deployed=deployed
            )
            self._chain.enqueue(read_message(message))
            self._next = seqno + 1

    def _seqno(self) -> tuple[int, int]:
        """Give the seqno, and whether the contract is there already (then without its code)."""
        account = self._chain.head.account(self.wallet.account)
        if account.status is not Status.ACTIVE or account.data is None:
            known = 0
        else:
            known = account.data.parse().uint(32)
        if not self._chain.queued:
            self._next = known
        seqno = max(known, self._next)
        return seqno, int(seqno > 0)
