"""Leads through the first run; forgets secret words as soon as the vault has them."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import KryptonError, VaultError
from krypton.domain.money import NANO
from krypton.domain.observable import Value
from krypton.domain.operation import Confirmed, Deploy, Preview, Sent, Signed
from krypton.domain.ports import KeptWallet
from krypton.presenters import typed
from krypton.presenters.attempt import unlocked
from krypton.presenters.deploy_form import read_form
from krypton.presenters.figures import money, wallet_place
from krypton.presenters.onboarding import (
    CandidateLine,
    DeployForm,
    OnboardingView,
    Step,
    funding_view,
    positions,
    wrong_places,
)
from krypton.presenters.ports import Asker, Services, Starter
from krypton.presenters.shell import Network
from krypton.services.operations import check_settled

LOOK_AGAIN = 0.5
"""Seconds between two looks at a wallet that waits for coins, or at an operation on its way."""
FAUCET_AMOUNT = 5 * NANO
FIRST_NAME = "main"
RECENT = 20
"""Among how many operations the one just sent is looked for."""


class FirstRun:
    """Holds the first run's view. `opened` is called once a collector is known."""

    def __init__(
        self,
        services: Services,
        *,
        network: Network,
        asker: Asker,
        starter: Starter,
        opened: Callable[[Address], None],
    ) -> None:
        """Begin by loading."""
        self.view = Value(OnboardingView(network=network))
        self._services = services
        self._network = network
        self._asker = asker
        self._starter = starter
        self._opened = opened
        self._words: tuple[str, ...] = ()
        self._wallet: KeptWallet | None = None

    async def begin(self) -> None:
        """Find where an earlier run left off."""
        accounts = self._services.accounts
        collectors = await accounts.collectors()
        if collectors:
            self._finish(collectors[0].address)
            return
        wallets = await accounts.wallets()
        if wallets:
            self._wallet = wallets[0]
            sent = await self._deploy_under_way()
            if sent is not None:
                self._start(self._await_deploy(sent, form=DeployForm()), name="deploy")
                return
            await self._fund(wallets[0])
            return
        try:
            self._put(step=Step.WELCOME, backend=await unlocked(accounts.backend, asker=self._asker))
        except VaultError as error:
            self._put(step=Step.WELCOME, failure=wording.failure(error))

    def create(self) -> None:
        """Make fresh words and show them."""
        self._start(self._create(), name="create wallet")

    def import_words(self) -> None:
        """Go to the box for words."""
        self._put(step=Step.IMPORT)

    def watch_only(self) -> None:
        """Go to the field for a collector's address."""
        self._put(step=Step.WATCH)

    def back(self) -> None:
        """Go a step back."""
        match self.view.now.step:
            case Step.CHECK:
                self._put(step=Step.WORDS, words=self._words)
            case Step.CHOOSE:
                self._words = ()
                self._put(step=Step.IMPORT)
            case Step.WATCH if self._wallet is not None:
                self._start(self._fund(self._wallet), name="fund")
            case _:
                self._words = ()
                self._put(step=Step.WELCOME)

    def written_down(self) -> None:
        """Ask for three of the words."""
        self._put(step=Step.CHECK, asked=positions())

    def answer(self, answers: tuple[str, ...], /) -> None:
        """Check the three words; keep the wallet when they are right."""
        wrong = wrong_places(self._words, asked=self.view.now.asked, answers=answers)
        if wrong:
            places = ", ".join(str(place) for place in wrong)
            words = wording.text(
                "Not the words at these places: {places}. Look at your paper.", places=places
            )
            self.view.put(replace(self.view.now, complaint=words))
            return
        self._start(self._keep(self._words, version=WalletVersion.V5R1), name="keep wallet")

    def give_words(self, text: str, /) -> None:
        """Look which wallets the words stand for."""
        self._start(self._look_up(tuple(text.lower().split())), name="look up wallets")

    def choose(self, version: WalletVersion, /) -> None:
        """Import the words as this wallet."""
        self._start(self._keep(self._words, version=version), name="import wallet")

    def get_coins(self) -> None:
        """Ask the faucet; the fund step goes on when they arrive."""
        self._start(self._ask_faucet(), name="faucet")

    def deploy(self, *, threshold: str, supplier: str, fee: str) -> None:
        """Check the form, show the preview, and send what is confirmed."""
        self._start(self._deploy(threshold=threshold, supplier=supplier, fee=fee), name="deploy")

    def watch(self, address: str, /) -> None:
        """Watch a collector."""
        self._start(self._watch(address), name="watch")

    def _put(self, *, step: Step, **fields: object) -> None:
        """Show a step; whatever isn't given is empty again, but for what outlives a step."""
        now = self.view.now
        kept = OnboardingView(
            network=self._network, step=step, backend=now.backend, funding=now.funding, form=now.form
        )
        self.view.put(replace(kept, **fields))

    def _start(self, work: Coroutine[object, object, None], *, name: str) -> None:
        self._starter.start(self._guarded(work), name=name)

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        self.view.put(replace(self.view.now, busy=True, failure=None, complaint=""))
        try:
            await work
        except KryptonError as error:
            self.view.put(replace(self.view.now, failure=wording.failure(error)))
        finally:
            self.view.put(replace(self.view.now, busy=False))

    async def _create(self) -> None:
        self._words = await self._services.accounts.new_words()
        self._put(step=Step.WORDS, words=self._words)

    async def _look_up(self, words: tuple[str, ...]) -> None:
        candidates = await self._services.accounts.candidates(words)
        self._words = words
        lines = tuple(
            CandidateLine(
                version=each.version,
                address=wallet_place(each.seen.value.address, testnet=self._network.testnet),
                balance=money(each.seen.value.balance),
            )
            for each in candidates
        )
        richest_first = sorted(lines, key=lambda line: line.balance.nano, reverse=True)
        self._put(step=Step.CHOOSE, candidates=tuple(richest_first))

    async def _keep(self, words: tuple[str, ...], *, version: WalletVersion) -> None:
        accounts = self._services.accounts
        wallet = await unlocked(
            lambda: accounts.keep(words, name=FIRST_NAME, version=version),
            asker=self._asker,
        )
        self._words = ()
        self._starter.start(self._fund(wallet), name="fund")

    async def _fund(self, wallet: KeptWallet) -> None:
        """Wait until the wallet holds what a deploy needs, then go on by itself."""
        self._wallet = wallet
        self._put(step=Step.WAITING, waiting=wording.text("Looking at your wallet"))
        while self.view.now.step in {Step.WAITING, Step.FUND}:
            try:
                if await self._is_funded(wallet):
                    await self._offer_deploy()
                    return
            except KryptonError as error:
                self.view.put(replace(self.view.now, failure=wording.failure(error)))
            await asyncio.sleep(LOOK_AGAIN)

    async def _is_funded(self, wallet: KeptWallet) -> bool:
        need = await self._services.operations.deploy_cost()
        have = (await self._services.accounts.wallet_state(wallet.address)).value.balance
        place = wallet_place(wallet.address, testnet=self._network.testnet)
        faucet = self._services.playground is not None
        now = self.view.now
        if now.step in {Step.WAITING, Step.FUND}:
            funding = funding_view(place, have=have, need=need, faucet=faucet)
            self.view.put(replace(now, step=Step.FUND, waiting="", failure=None, funding=funding))
        return have >= need

    async def _ask_faucet(self) -> None:
        playground, wallet = self._services.playground, self._wallet
        if playground is not None and wallet is not None:
            await playground.faucet(wallet.address, FAUCET_AMOUNT)

    async def _offer_deploy(self) -> None:
        if self.view.now.step is not Step.FUND:
            return
        playground = self._services.playground
        form = DeployForm()
        if playground is not None:
            supplier = await playground.supplier()
            form = DeployForm(supplier=wallet_place(supplier, testnet=self._network.testnet).full)
        self._put(step=Step.DEPLOY, form=form)

    async def _deploy(self, *, threshold: str, supplier: str, fee: str) -> None:
        form, values = read_form(threshold=threshold, supplier=supplier, fee=fee, network=self._network)
        self.view.put(replace(self.view.now, form=form))
        if values is None or self._wallet is None:
            return
        operations, wallet = self._services.operations, self._wallet
        amount, address, bps = values
        intent = await operations.deployment(wallet, threshold=amount, supplier=address, fee_bps=bps)
        preview = await operations.prepare(intent, wallet=wallet)
        confirmed = await self._asker.confirm(preview)
        if confirmed is None:
            return
        sent = await unlocked(lambda: operations.send(confirmed), asker=self._asker)
        await self._await_deploy(sent, form=form)

    async def _await_deploy(self, sent: Sent, *, form: DeployForm) -> None:
        """Wait for a deploy's outcome; once it settled, the ledger knows the collector."""
        self._put(step=Step.WAITING, waiting=wording.text("Putting your collector on chain"))
        try:
            await self._settle(sent)
        except KryptonError:
            self._put(step=Step.DEPLOY, form=form)
            raise
        self._finish(sent.signed.confirmed.preview.collector)

    async def _deploy_under_way(self) -> Sent | None:
        for row in await self._services.operations.operations(None, limit=RECENT):
            match row.progress:
                case Sent(signed=Signed(confirmed=Confirmed(preview=Preview(intent=Deploy())))) as sent:
                    return sent
                case _:
                    pass
        return None

    async def _settle(self, sent: Sent) -> None:
        """Return once it was carried out. Raises OperationFailed, OutcomeUnknown."""
        while True:
            rows = await self._services.operations.operations(None, limit=RECENT)
            if check_settled(next((row.progress for row in rows if row.id == sent.id), sent)):
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _watch(self, text: str) -> None:
        try:
            address = typed.place(text, network=self._network)
        except KryptonError as error:
            self.view.put(replace(self.view.now, complaint=wording.failure(error).title))
            return
        await self._services.accounts.watch(address)
        self._finish(address)

    def _finish(self, collector: Address) -> None:
        self._put(step=Step.DONE)
        self._opened(collector)
