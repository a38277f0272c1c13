"""All presenters of one window, wired to each other; knows no widget."""

from datetime import tzinfo

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.errors import VaultError
from krypton.presenters.figures import contract_place
from krypton.presenters.first_run import FirstRun
from krypton.presenters.ports import Asker, Services, Starter
from krypton.presenters.shell import Network, Shell
from krypton.presenters.shop import Contract, Overview, Refresher


class Desk:
    """The presenters, from the first run to the pages."""

    def __init__(
        self,
        services: Services,
        *,
        network: Network,
        zone: tzinfo | None,
        asker: Asker,
        starter: Starter,
    ) -> None:
        """Wire the presenters; nothing is read yet."""
        self._services = services
        self._network = network
        self._starter = starter
        self.shell = Shell(network=network, changes=services.changes, clock=services.clock)
        self.first_run = FirstRun(
            services,
            network=network,
            asker=asker,
            starter=starter,
            opened=self._open_shop,
        )
        self.overview = Overview(services, network=network, zone=zone, starter=starter)
        self.contract = Contract(services, network=network, asker=asker, starter=starter)

    async def begin(self) -> None:
        """Go on where the profile stands: the first run, or the shop."""
        await self.first_run.begin()

    def tick(self) -> None:
        """Bring every age up to now; the window's clock calls this once a second."""
        self.shell.refresh()
        self.overview.tick()
        self.contract.tick()

    def _open_shop(self, collector: Address) -> None:
        self.overview.open(collector)
        self.contract.open(collector)
        self.shell.open_shop(contract_place(collector, testnet=self._network.testnet))
        self._starter.start(self._name_keys(), name="name keys")
        refresher = Refresher(self._services.changes, collector=collector)
        self._starter.start(
            refresher.run(self.overview.refresh, self.contract.refresh),
            name="refresh",
        )

    async def _name_keys(self) -> None:
        accounts = self._services.accounts
        if not await accounts.wallets():
            self.shell.say_keys(wording.text("Watching only: no key here"))
            return
        try:
            self.shell.say_keys(wording.text("Keys in {backend}", backend=await accounts.backend()))
        except VaultError as error:
            self.shell.say_keys(wording.failure(error).title)
