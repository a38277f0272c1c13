"""What Overview shows, and what `status` prints."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain import errors
from krypton.domain.ledger import Entry, Payment, Withdrawal
from krypton.domain.money import NANO
from krypton.domain.ports import PaymentRow
from krypton.services import status
from krypton.services.forecast import Forecast, forecast
from tests.fakes.memory import NO_STAMP
from tests.fakes.values import BUYER, CHAIN_TIME, COLLECTOR, STATE, SUPPLIER, stamp
from tests.services.conftest import LOCAL_TIME, World

FEE = 50_000_000


def paid(lt: int, *, fee: int = FEE, withdrawn: int = 0) -> Entry:
    return Entry(
        stamp=stamp(lt),
        previous_lt=lt - 1,
        previous_hash=bytes(32),
        message_hash=bytes(32),
        sender=BUYER,
        value=5 * NANO + fee,
        network_fees=400_000,
        event=Payment(
            buyer=BUYER,
            total=5 * NANO + fee,
            forwarded=5 * NANO,
            fee=fee,
            supplier=SUPPLIER,
            query_id=lt,
            by_comment=False,
        ),
        withdrawal=Withdrawal(to=STATE.terms.owner, amount=withdrawn, shares=0, forced=False)
        if withdrawn
        else None,
    )


def row(time: int, *, fee: int = FEE) -> PaymentRow:
    entry = paid(time, fee=fee)
    assert isinstance(entry.event, Payment)
    return PaymentRow(stamp=entry.stamp, payment=entry.event)


@pytest.fixture
async def busy(world: World) -> World:
    await world.accounts.watch(COLLECTOR)
    entries = [*(paid(lt) for lt in range(1, 60)), paid(60, withdrawn=3 * NANO), paid(61)]
    world.ledger.record(COLLECTOR, entries, before=NO_STAMP)
    return world


class TestOverview:
    async def test_everything_at_once(self, busy: World) -> None:
        seen = await busy.shop.overview(COLLECTOR, limit=5)
        assert seen.seen is not None
        assert seen.seen.value == STATE
        assert seen.problem is None
        assert [payment.stamp.lt for payment in seen.payments] == [61, 60, 59, 58, 57]
        assert [withdrawal.stamp.lt for withdrawal in seen.withdrawals] == [60]
        assert seen.known.figures.payments == 61
        assert seen.due is not None
        assert seen.due.missing == 8 * NANO
        assert await busy.shop.payments(COLLECTOR, limit=1, before_lt=61) == seen.payments[1:2]
        assert await busy.shop.withdrawals(COLLECTOR, limit=1, before_lt=60) == ()
        points = await busy.shop.balance_points(COLLECTOR, since=CHAIN_TIME + 60, limit=9)
        assert [(point.fee_balance, point.withdrawn) for point in points] == [(0, 60 * FEE), (FEE, 0)]

    async def test_a_dead_chain_leaves_the_last_figures(self, busy: World) -> None:
        fault = errors.NoServers(tried=3)
        before = await busy.shop.overview(COLLECTOR, limit=5)
        busy.reader.faults[COLLECTOR] = fault
        after = await busy.shop.overview(COLLECTOR, limit=5)
        assert after == replace(before, problem=fault, due=None)

    async def test_a_chain_that_was_dead_from_the_start(self, busy: World) -> None:
        busy.reader.faults[COLLECTOR] = errors.NoServers(tried=3)
        assert (await busy.shop.overview(COLLECTOR, limit=5)).seen is None
        with pytest.raises(errors.NoServers):
            await busy.shop.state(COLLECTOR)

    async def test_only_known_collectors(self, busy: World) -> None:
        with pytest.raises(errors.NothingChosen) as caught:
            await busy.shop.overview(SUPPLIER, limit=5)
        assert caught.value.choices == (COLLECTOR.raw,)


class TestForecast:
    NOW = CHAIN_TIME + 100

    def test_at_the_pace_of_the_last_payments(self) -> None:
        # 8 coins are missing, and 4 * 0.05 came in during the last 80 seconds.
        rows = [row(at) for at in (90, 70, 60, 40, 20)]
        assert forecast(STATE, payments=rows, now=self.NOW) == Forecast(
            missing=8 * NANO, payments=160, at=self.NOW + 3_200
        )

    def test_a_threshold_that_is_reached_is_due_now(self) -> None:
        reached = replace(STATE, stats=replace(STATE.stats, fee_balance=11 * NANO))
        assert forecast(reached, payments=[], now=self.NOW) == Forecast(missing=0, payments=0, at=self.NOW)

    @pytest.mark.parametrize("times", [(), (90,)])
    def test_no_pace_no_forecast(self, times: tuple[int, ...]) -> None:
        assert forecast(STATE, payments=[row(at) for at in times], now=self.NOW) is None

    def test_none_is_due_by_hand_or_paused(self) -> None:
        rows = [row(at) for at in (90, 70)]
        for terms in (replace(STATE.terms, min_withdrawal=0), replace(STATE.terms, paused=True)):
            assert forecast(replace(STATE, terms=terms), payments=rows, now=self.NOW) is None

    @given(
        gaps=st.lists(st.integers(0, 10**6), min_size=1, max_size=50),
        fees=st.integers(1, 10**12),
        quiet=st.integers(-1_000, 10**6),
    )
    def test_it_is_never_past_and_never_early(self, gaps: list[int], fees: int, quiet: int) -> None:
        times = [sum(gaps[:count]) for count in range(len(gaps) + 1)]
        rows = [row(at, fee=fees) for at in reversed(times)]
        now = CHAIN_TIME + times[-1] + quiet
        due = forecast(STATE, payments=rows, now=now)
        assert due is not None
        assert due.at > now
        assert due.payments * fees >= due.missing
        assert (due.payments - 1) * fees < due.missing
        later = forecast(STATE, payments=rows, now=now + 10)
        assert later is not None
        assert later.at >= due.at


class TestStatus:
    async def read(self, world: World, *, clock: int = LOCAL_TIME) -> status.Status:
        known = await world.accounts.watch(COLLECTOR)
        return await status.read(known, reader=world.reader, network="sandbox", clock=lambda: clock)

    async def test_published_names_and_amounts_as_strings(self, busy: World) -> None:
        plain = (await self.read(busy)).plain()
        promised = {
            "network": "sandbox",
            "collector": COLLECTOR.raw,
            "code_hash": "cc" * 32,
            "owner": STATE.terms.owner.raw,
            "fee_balance": str(2 * NANO),
            "withdrawable": "2935000000",
            "total_collected": str(5 * NANO),
            "min_withdrawal": str(10 * NANO),
            "last_withdrawal_time": CHAIN_TIME - 60,
            "block_seqno": 100,
            "block_time": CHAIN_TIME,
            "stale": False,
            "proof": "agreed",
        }
        assert {name: plain[name] for name in promised} == promised
        assert plain["stored_payments"] == 61
        assert plain["proven"] is False
        assert json.loads(json.dumps(plain)) == plain

    async def test_stale_by_the_blocks_own_time(self, busy: World) -> None:
        """Servers that lag behind hand out old blocks at once; a sandbox at speed is ahead of us."""
        assert not (await self.read(busy, clock=CHAIN_TIME + status.STALE_SECONDS)).stale
        busy.reader.time -= 3_600
        assert (await self.read(busy, clock=CHAIN_TIME)).stale
        busy.reader.time += 90_000
        assert not (await self.read(busy, clock=CHAIN_TIME)).stale

    async def test_stale_by_receipt(self, busy: World) -> None:
        assert (await self.read(busy, clock=CHAIN_TIME + status.STALE_SECONDS + 1)).stale

    async def test_a_dead_chain_has_no_status(self, busy: World) -> None:
        await busy.accounts.watch(COLLECTOR)
        (known,) = await busy.accounts.collectors()
        busy.reader.faults[COLLECTOR] = errors.NoServers(tried=1)
        with pytest.raises(errors.NoServers):
            await status.read(known, reader=busy.reader, network="sandbox", clock=lambda: 1)
