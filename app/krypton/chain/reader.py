"""The chain as the rest of Krypton reads it: proven figures with where they stand; knows no sockets."""

import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from krypton.chain import collector as contract
from krypton.chain import proofs
from krypton.chain.cells import Refuted
from krypton.chain.heads import Head, Heads
from krypton.chain.history import read_entry
from krypton.chain.ids import block_args
from krypton.chain.link import MAX_LIST, Answer, Query, RefusalError
from krypton.chain.lite import Pool
from krypton.chain.network import PUBLIC_IDS, Network
from krypton.chain.peer import Peer
from krypton.chain.prices import FORWARD_PARAM, GAS_PARAM, read_prices
from krypton.chain.proofs import AccountAnswer
from krypton.chain.refusals import exit_code, is_duplicate
from krypton.chain.transactions import read_chain
from krypton.chain.trust import SIGN_EVERY, Forgetful, Keep, Trust
from krypton.chain.wallets import read_wallet
from krypton.domain.address import BASECHAIN, Address
from krypton.domain.chain import Account, AccountStatus, Proof, Seen, Standing, Transaction, WalletState
from krypton.domain.collector import CollectorState, Prices, Terms
from krypton.domain.errors import (
    AddressFault,
    BadAddress,
    HistoryMissing,
    Lie,
    MessageRefused,
    NoServers,
    NotDeployed,
    UnknownCode,
    Unproven,
    WrongNetwork,
)
from krypton.domain.ledger import Entry
from krypton.domain.ports import Clock, ServerNote, TrustNote

T = TypeVar("T")

FRESH: Final = 0.5
"""Seconds for which a block that was waited for stands under the reads that follow it."""
PRICES_HOLD: Final = 60.0
"""Seconds for which prices are kept: they change by a vote of the validators, at a key block."""
MAX_HELD: Final = 64
"""Accounts whose last signed state is kept in mind."""
MAX_MESSAGE: Final = 65_535
"""Bytes of the largest external message that the network takes."""


def open_reader(network: Network, *, clock: Clock, keep: Keep | None = None) -> "ChainReader":
    """Return a reader of this network; it connects when first asked.

    `keep` holds the newest verified key block from run to run.
    """
    return ChainReader(network, Pool(network.servers), clock=clock, keep=keep or Forgetful())


class ChainReader:
    """Implements the Reader port over several lite servers."""

    def __init__(self, network: Network, pool: Pool, *, clock: Clock, keep: Keep) -> None:
        self._network = network
        self._pool = pool
        self._trust = Trust(pool, network, keep)
        self._heads = Heads(pool, network, clock, self._trust)
        self._signed: dict[Address, tuple[float, Seen[Account]]] = {}
        self._head: Head | None = None
        self._head_at = -FRESH
        self._global_id = network.global_id
        self._prices: tuple[float, Prices] | None = None
        self._terms: dict[Address, Terms] = {}
        self._archives: dict[Address, tuple[Peer, ...]] = {}

    @property
    def network(self) -> str:
        """The zero state's root hash (hex): which chain this is."""
        return self._network.id

    @property
    def global_id(self) -> int:
        """The chain's global id. Raises NoServers on a private network that was never reached."""
        if self._global_id is None:
            raise NoServers(tried=0)
        return self._global_id

    async def head(self) -> Standing:
        """Return the newest masterchain block as agreed upon. Raises NoServers, NoAgreement, Unproven."""
        return (await self._newest(after=None)).standing

    async def next_block(self, seqno: int, /) -> Standing:
        """Return the head once it is past `seqno`; waits at the servers, as long as it takes."""
        head = await self._newest(after=seqno)
        self._head_at = time.monotonic()
        return head.standing

    async def account(self, address: Address, /) -> Seen[Account]:
        """Return the account's state, or its proven absence. Raises BadAddress outside of the basechain."""
        if address.workchain != BASECHAIN:
            raise BadAddress(text=address.raw, fault=AddressFault.MASTERCHAIN)

        def judge(answer: Answer, head: Head) -> Account:
            held = AccountAnswer(
                shard_proof=_bytes(answer, "shard_proof"),
                proof=_bytes(answer, "proof"),
                state=_bytes(answer, "state"),
            )
            return proofs.account(held, block=head.block, address=address)

        asked = {"account": {"workchain": address.workchain, "id": address.account.hex()}}
        value, head = await self._at_head("getAccountState", asked, judge, head=await self._recent())
        if head.standing.proof is not Proof.SIGNED and self._trust.ready:
            held = self._signed.get(address)
            if held and held[1].value == value and time.monotonic() - held[0] < SIGN_EVERY:
                return held[1]  # nothing moved since a block whose signatures were checked
            sure = await self._sure(head)
            if sure.block != head.block:
                value, sure = await self._at_head("getAccountState", asked, judge, head=sure)
            head = sure
        seen = Seen(value=value, standing=head.standing)
        if head.standing.proof is Proof.SIGNED:
            self._remember(address, seen)
        return seen

    def _remember(self, address: Address, seen: Seen[Account]) -> None:
        self._signed.pop(address, None)
        self._signed[address] = time.monotonic(), seen
        if len(self._signed) > MAX_HELD:
            del self._signed[next(iter(self._signed))]

    async def collector(self, address: Address, /) -> Seen[CollectorState]:
        """Return a collector's figures. Raises NotDeployed, UnknownCode, BadContractData."""
        seen = await self.account(address)
        found = seen.value
        if found.status is not AccountStatus.ACTIVE or found.code_hash is None:
            raise NotDeployed(address=address.raw)
        if not contract.is_known(found.code_hash):
            raise UnknownCode(address=address.raw, code_hash=found.code_hash.hex())
        terms, stats = contract.read_data(found.data or b"", address=address)
        self._terms[address] = terms
        state = CollectorState(
            address=address, code_hash=found.code_hash, balance=found.balance, terms=terms, stats=stats
        )
        return Seen(value=state, standing=seen.standing)

    async def wallet(self, address: Address, /) -> Seen[WalletState]:
        """Return an owner's wallet; an absent one has balance 0 and seqno 0. Raises UnknownCode."""
        seen = await self.account(address)
        return Seen(value=read_wallet(seen.value), standing=seen.standing)

    async def transactions(
        self, account: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Transaction, ...]:
        """Return transactions newest first, from (lt, hash) back to but without `until_lt`.

        At most `limit`. Each one's hash is the one that is asked for, so that `lt` and `hash_` being
        proven proves them all. Raises HistoryMissing.
        """
        found: list[Transaction] = []
        while lt > until_lt and len(found) < limit:
            page = await self._page(account, lt=lt, hash_=hash_, count=min(MAX_LIST, limit - len(found)))
            found.extend(each for each in page if each.stamp.lt > until_lt)
            lt, hash_ = page[-1].previous_lt, page[-1].previous_hash
        return tuple(found)

    async def entries(
        self, collector: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Entry, ...]:
        """Return the same as decoded entries of a collector."""
        terms = self._terms.get(collector) or (await self.collector(collector)).value.terms
        found = await self.transactions(collector, lt=lt, hash_=hash_, until_lt=until_lt, limit=limit)
        prices = await self.prices()
        return tuple(read_entry(each, terms=terms, prices=prices) for each in found)

    async def prices(self) -> Prices:
        """Return today's basechain prices from the chain's config."""
        if self._prices is not None and time.monotonic() - self._prices[0] < PRICES_HOLD:
            return self._prices[1]

        def judge(answer: Answer, head: Head) -> Prices:
            params = (GAS_PARAM, FORWARD_PARAM)
            state, config = _bytes(answer, "state_proof"), _bytes(answer, "config_proof")
            found = proofs.config(state, config, block=head.block, wanted=params)
            if len(found) != len(params):
                raise Refuted(Lie.PROOF)
            return read_prices(gas=found[GAS_PARAM], forward=found[FORWARD_PARAM])

        asked = {"mode": 0, "param_list": [GAS_PARAM, FORWARD_PARAM]}
        head = await self._sure(await self._recent())
        value, _ = await self._at_head("getConfigParams", asked, judge, head=head)
        self._prices = time.monotonic(), value
        return value

    async def broadcast(self, message: bytes, /) -> None:
        """Send an external message (BoC) to several servers; sent already is success.

        Raises MessageRefused with the wallet's exit code where one is known, NoServers.
        """
        if len(message) > MAX_MESSAGE:
            raise MessageRefused(code=None)
        try:
            await self._pool.broadcast(Query("sendMessage", {"body": message}), is_duplicate)
        except RefusalError as refusal:
            raise MessageRefused(code=exit_code(refusal.text)) from refusal

    async def examine(self) -> Standing:
        """Return the head, having asked every server about it: what `servers` tells is fresh then."""
        return (await self._heads.examine()).standing

    def servers(self) -> tuple[ServerNote, ...]:
        """Return what is known of each server."""
        return self._pool.notes()

    def trust(self) -> TrustNote:
        """Return how far the validators' signatures were followed."""
        return self._trust.note()

    async def aclose(self) -> None:
        """Close every socket and task."""
        await self._trust.aclose()
        await self._pool.aclose()

    async def _newest(self, *, after: int | None) -> Head:
        head = await self._heads.newest(after=after)
        expected = head.header.global_id if self._global_id is None else self._global_id
        if self._network.global_id is None and expected in PUBLIC_IDS:
            # Another zero state, yet blocks of a public network: a file that dresses real money up.
            raise WrongNetwork(expected=self._network.id, found=str(expected))
        if head.header.global_id != expected:
            raise Unproven(server=head.peers[0].name, lie=Lie.CHAIN)
        self._global_id = expected
        if self._head is None or head.block.seqno >= self._head.block.seqno or _surer(head, self._head):
            self._head = head
        return self._head

    async def _recent(self) -> Head:
        if self._head is not None and time.monotonic() - self._head_at < FRESH:
            return self._head
        return await self._newest(after=None)

    async def _sure(self, head: Head) -> Head:
        """Return the head once its signatures are checked, or a newer one; as it is where they can't be."""
        if head.standing.proof is Proof.SIGNED or not self._trust.ready:
            return head
        signed = await self._heads.signed(head)
        if signed.standing.proof is not Proof.SIGNED:
            return await self._newest(after=None)
        self._head = signed
        return signed

    async def _at_head(
        self, name: str, args: Mapping[str, object], judge: Callable[[Answer, Head], T], *, head: Head
    ) -> tuple[T, Head]:
        """Ask about the head; once more about a newer one, when no server has that block or its state."""
        for last in (False, True):
            at = head

            def judged(answer: Answer, at: Head = at) -> T:
                return judge(answer, at)

            query = Query(name, {**args, "id": block_args(at.block)})
            try:
                return await self._pool.read(query, judged, first=at.peers), at
            except RefusalError as refusal:
                if last:
                    raise NoServers(tried=len(self._pool.peers)) from refusal
            head = await self._newest(after=None)
        raise AssertionError

    async def _page(self, account: Address, *, lt: int, hash_: bytes, count: int) -> tuple[Transaction, ...]:
        def judge(answer: Answer) -> tuple[Transaction, ...]:
            return read_chain(_bytes(answer, "transactions"), account=account, lt=lt, hash_=hash_, most=count)

        where = {"workchain": account.workchain, "id": account.account.hex()}
        query = Query("getTransactions", {"count": count, "account": where, "lt": lt, "hash": hash_.hex()})
        known = self._archives.get(account, ())
        order = [*known, *(peer for peer in self._pool.ranked() if peer not in known)]
        try:
            ((peer, page), *_) = await self._pool.ask(query, judge, order=order, at_once=1, enough=bool)
        except RefusalError as refusal:
            raise HistoryMissing(before_lt=lt) from refusal
        self._archives[account] = (peer,)  # who has this page has the older ones, too, if anybody has
        return page


def _surer(head: Head, held: Head) -> bool:
    """Whether a block that is signed takes the place of a newer one that was only named."""
    return head.standing.proof is Proof.SIGNED and held.standing.proof is Proof.SINGLE


def _bytes(answer: Answer, name: str) -> bytes:
    held = answer.get(name)
    if not isinstance(held, bytes):
        raise Refuted(Lie.SHAPE)
    return held
