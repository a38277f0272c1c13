"""The intent that puts a new collector on chain: its terms, its id, its funding."""

from dataclasses import replace

import pytest

from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import Account, AccountStatus
from krypton.domain.money import NANO
from krypton.domain.operation import Deploy, Expired
from krypton.services import operations
from tests.fakes.values import CHAIN_TIME, SUPPLIER, TERMS
from tests.services.conftest import DEPLOY, World, yes


class TestDeployment:
    async def wanted(self, world: World, **changed: int) -> Deploy:
        settings = {"threshold": 10 * NANO, "fee_bps": 100, **changed}
        return await world.operations.deployment(world.wallet, supplier=SUPPLIER, **settings)

    async def test_terms_and_funding(self, world: World) -> None:
        assert await self.wanted(world) == DEPLOY
        cost = await world.operations.deploy_cost()
        world.fund(cost, seqno=0, deployed=False)
        assert (await world.prepare(DEPLOY)).first_use

    async def test_equal_terms_get_the_next_free_id(self, world: World) -> None:
        first = await world.prepare(await self.wanted(world))
        world.reader.accounts[first.collector] = Account(address=first.collector, status=AccountStatus.ACTIVE)
        second = await self.wanted(world)
        assert second.terms == replace(TERMS, collector_id=1)
        assert (await world.prepare(second)).collector != first.collector

    async def test_a_deploy_that_expired_is_tried_again_at_the_same_address(self, world: World) -> None:
        sent = await world.operations.send(yes(await world.prepare(await self.wanted(world))))
        world.ledger.store_outcome(Expired(sent=sent, chain_time=CHAIN_TIME + 400))
        again = await world.operations.send(yes(await world.prepare(await self.wanted(world))))
        assert world.ledger.collectors() == ()
        assert again.signed.confirmed.preview.collector == sent.signed.confirmed.preview.collector

    async def test_bounds(self, world: World) -> None:
        with pytest.raises(errors.OutOfBounds):
            await self.wanted(world, threshold=1)
        with pytest.raises(errors.OutOfBounds):
            await self.wanted(world, fee_bps=1_001)
        with pytest.raises(errors.BadAddress):
            await world.operations.deployment(
                world.wallet, threshold=10 * NANO, supplier=Address(-1, bytes(32)), fee_bps=1
            )

    async def test_an_end_of_ids(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(operations, "_COLLECTOR_IDS", 1)
        first = await world.prepare(await self.wanted(world))
        world.reader.accounts[first.collector] = Account(address=first.collector, status=AccountStatus.FROZEN)
        with pytest.raises(errors.NameTaken):
            await self.wanted(world)
