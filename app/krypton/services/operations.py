"""The owner's operations, each from what he wants to what was sent; knows no cell, key or table."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.collector import MAX_FEE_BPS, MAX_THRESHOLD, Terms, check_fee_bps, check_threshold
from krypton.domain.errors import (
    AddressFault,
    BadAddress,
    BadAmount,
    BadContractData,
    ChainError,
    NameTaken,
    NotConfirmed,
    NotDeployed,
    OperationFailed,
    OperationPending,
    OutcomeUnknown,
    PreviewMoved,
    UnknownCode,
    WrongNetwork,
)
from krypton.domain.money import Nano, parse_gram, plain_gram
from krypton.domain.operation import (
    Bounced,
    Confirmed,
    Deploy,
    Expired,
    Intent,
    Lost,
    Preview,
    Progress,
    Sent,
    Settled,
    Signed,
)
from krypton.domain.ports import Clock, Composer, KeptWallet, Ledger, OperationRow, Reader, Vault
from krypton.services import sights
from krypton.services.sights import Sight
from krypton.services.threads import Worker

_LOOKS = 5
_COLLECTOR_IDS = 64
_QUERY_ID_BITS = 63
_OPERATIONS = 1_000


class Operations:
    """Prepare, sign and send. Raises KryptonError kinds."""

    def __init__(
        self,
        *,
        reader: Reader,
        composer: Composer,
        vault: Vault,
        in_vault: Worker,
        ledger: Ledger,
        in_ledger: Worker,
        clock: Clock,
        query_id: Callable[[], int] = lambda: secrets.randbits(_QUERY_ID_BITS),
    ) -> None:
        """Use these ports; `in_vault` and `in_ledger` run what blocks."""
        self._reader = reader
        self._composer = composer
        self._vault = vault
        self._in_vault = in_vault
        self._ledger = ledger
        self._in_ledger = in_ledger
        self._clock = clock
        self._query_id = query_id

    async def deploy_cost(self) -> Nano:
        """Return what a wallet must hold (nano) to deploy a collector: funding and network fees."""
        nobody = Address(0, bytes(32))
        # The dearest terms: every figure as wide in the contract's data as it may be.
        terms = Terms(owner=nobody, supplier=nobody, min_withdrawal=MAX_THRESHOLD, fee_bps=MAX_FEE_BPS)
        intent = Deploy(terms=terms, funding=sights.DEPLOY_FUNDING)
        prices = await self._reader.prices()
        return intent.funding + self._composer.network_fee_bound(intent, prices=prices, first_use=True)

    async def deployment(
        self, wallet: KeptWallet, *, threshold: Nano, supplier: Address, fee_bps: int
    ) -> Deploy:
        """Return the intent that puts a new collector on chain, checked and funded.

        Equal terms get the next collector id that is free on chain, so a deploy that expired is tried
        again at the address that is already known. Raises OutOfBounds, BadAddress, NameTaken.
        """
        check_threshold(threshold)
        check_fee_bps(fee_bps)
        terms = Terms(owner=wallet.address, supplier=supplier, min_withdrawal=threshold, fee_bps=fee_bps)
        for collector_id in range(_COLLECTOR_IDS):
            wanted = replace(terms, collector_id=collector_id)
            address = self._composer.collector_address(wanted)
            sights.judge_supplier(supplier, collector=address)
            if not _is_taken((await self._reader.account(address)).value):
                return Deploy(terms=wanted, funding=sights.DEPLOY_FUNDING)
        raise NameTaken(name=self._composer.collector_address(terms).raw)

    async def prepare(self, intent: Intent, *, wallet: KeptWallet) -> Preview:
        """Return everything that the owner must see before he confirms; nothing is stored.

        Raises what speaks against it: NotOwner, NotEnough, NothingToWithdraw, NothingChanges,
        OperationPending, OutOfBounds, BadAddress, NameTaken, or a ChainError.
        """
        await self._refuse_pending(wallet.address)
        sight = await self._look(intent, wallet=wallet.address)
        sending = self._composer.sending(intent, query_id=self._query_id())
        sights.judge(intent, owner=wallet.address, sending=sending, sight=sight)
        supplier_deployed = not isinstance(intent, Deploy) or await self._is_supplier(intent.terms.supplier)
        first_use = not sight.wallet.deployed
        fee = self._composer.network_fee_bound(intent, prices=sight.prices, first_use=first_use)
        sights.judge_money(sending, network_fee=fee, wallet=sight.wallet)
        warnings = sights.warnings(
            intent, sending=sending, network_fee=fee, sight=sight, supplier_deployed=supplier_deployed
        )
        return Preview(
            intent=intent,
            network=self._reader.network,
            wallet=wallet.address,
            public_key=wallet.public_key,
            first_use=first_use,
            collector=sending.destination,
            unsigned=self._composer.unsigned(
                sending,
                version=wallet.version,
                global_id=self._reader.global_id,
                seqno=sight.wallet.seqno,
                valid_until=sight.standing.time + sights.VALID_SECONDS,
            ),
            changes=sights.changes(intent, sending=sending, network_fee=fee, sight=sight),
            amount=sights.amount(intent, sending=sending, sight=sight),
            network_fee=fee,
            warnings=tuple(warnings),
            block_seqno=sight.standing.seqno,
            made_at=sight.standing.time,
        )

    async def keep(self, preview: Preview, /) -> str:
        """Keep a preview and return its digest, for a confirmation in another run."""
        await self._in_ledger(lambda: self._ledger.store_preview(preview))
        return preview.digest

    async def load(self, digest: str, /) -> Preview:
        """Return a kept preview. Raises NothingChosen."""
        return await self._in_ledger(lambda: self._ledger.preview(digest))

    async def sign(self, confirmed: Confirmed, /) -> Signed:
        """Sign exactly what was confirmed, unless the chain has moved past it.

        Raises WrongNetwork, OperationPending, PreviewMoved, NotEnough, VaultError or a ChainError.
        """
        preview = confirmed.preview
        if preview.network != self._reader.network:
            raise WrongNetwork(expected=preview.network, found=self._reader.network)
        await self._refuse_pending(preview.wallet)
        sight = await self._look(preview.intent, wallet=preview.wallet)
        sights.check_unmoved(preview, sight=sight)
        return await self._in_vault(lambda: self._vault.sign(confirmed))

    async def post(self, signed: Signed, /) -> Sent:
        """Store, and only then broadcast; from the first on, it is sent.

        A broadcast that fails changes nothing: the follower sends the same bytes again until the chain
        ran them or passed `valid_until`. Nor does a refusal: it is a server's word and may be a lie, and
        whoever began anew on it could see the operation carried out twice. Raises OperationPending.
        """
        at = self._clock()
        sent = await self._in_ledger(lambda: self._ledger.store_sent(signed, at=at))
        with suppress(ChainError):
            await self._reader.broadcast(signed.message)
        return sent

    async def send(self, confirmed: Confirmed, /) -> Sent:
        """Sign exactly what was confirmed, store it, and broadcast it."""
        return await self.post(await self.sign(confirmed))

    async def recover(self) -> None:
        """Forget the collectors that never came to be; call once at the start.

        A collector is known once its deploy settled. An earlier Krypton knew it as soon as the deploy was
        sent, and for good, even when that expired.
        """
        await self._in_ledger(self._forget_unborn)

    async def operations(self, collector: Address | None, *, limit: int) -> tuple[OperationRow, ...]:
        """Return operations newest first."""
        return await self._in_ledger(lambda: self._ledger.operations(collector=collector, limit=limit))

    def _forget_unborn(self) -> None:
        for known in self._ledger.collectors():
            if known.cursor.lt == 0:
                rows = self._ledger.operations(collector=known.address, limit=_OPERATIONS)
                deploys = [row.progress for row in rows if _is_deploy(row.progress)]
                if deploys and not any(isinstance(each, Settled | Lost) for each in deploys):
                    self._ledger.forget_collector(known.address)

    async def _refuse_pending(self, wallet: Address) -> None:
        for sent in await self._in_ledger(self._ledger.open_operations):
            if sent.signed.confirmed.preview.wallet == wallet:
                raise OperationPending(operation=sent.id)

    async def _look(self, intent: Intent, *, wallet: Address) -> Sight:
        """Read wallet and collector until both are of one block, or the same from one look to the next."""
        last: Sight | None = None
        for _ in range(_LOOKS):
            sight, same_block = await self._glance(intent, wallet=wallet)
            if same_block or (last is not None and replace(last, standing=sight.standing) == sight):
                return sight
            last = sight
        raise PreviewMoved(what="block")

    async def _glance(self, intent: Intent, *, wallet: Address) -> tuple[Sight, bool]:
        prices = await self._reader.prices()
        own = await self._reader.wallet(wallet)
        if isinstance(intent, Deploy):
            place = await self._reader.account(self._composer.collector_address(intent.terms))
            sight = Sight(
                wallet=own.value,
                collector=None,
                taken=_is_taken(place.value),
                standing=place.standing,
                prices=prices,
            )
        else:
            state = await self._reader.collector(intent.collector)
            sight = Sight(
                wallet=own.value,
                collector=state.value,
                taken=True,
                standing=state.standing,
                prices=prices,
            )
        return sight, own.standing.seqno == sight.standing.seqno

    async def _is_supplier(self, address: Address) -> bool:
        """Say whether something is deployed there.

        Raises BadAddress for a collector: a stranger could drive it through the forward.
        """
        try:
            await self._reader.collector(address)
        except NotDeployed:
            return False
        except UnknownCode:
            return True
        except BadContractData:
            pass
        raise BadAddress(text=address.raw, fault=AddressFault.COLLECTOR)


def check_typed(preview: Preview, text: str, /) -> None:
    """Raise NotConfirmed unless `text` is the amount (GRAM, decimal) that the preview asks to be typed."""
    try:
        typed = parse_gram(text)
    except BadAmount:
        typed = None
    if typed != preview.challenge:
        raise NotConfirmed(expected=plain_gram(preview.challenge))


def check_settled(progress: Progress, /) -> bool:
    """Say whether it was carried out or is on its way. Raises OperationFailed, OutcomeUnknown."""
    match progress:
        case Sent():
            return False
        case Settled():
            return True
        case Bounced(exit_code=code):
            raise OperationFailed(exit=code)
        case Expired():
            raise OperationFailed(exit=None)
        case Lost():
            raise OutcomeUnknown
        case _ as never:
            assert_never(never)


def _is_deploy(progress: Progress) -> bool:
    sent = progress if isinstance(progress, Sent) else progress.sent
    return isinstance(sent.signed.confirmed.preview.intent, Deploy)


def _is_taken(account: Account) -> bool:
    return account.status not in {AccountStatus.ABSENT, AccountStatus.UNINIT}
