"""In whatever order things happen: nothing unseen is signed, nothing runs twice, nothing is lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from krypton.domain import codec
from krypton.domain.chain import Stamp
from krypton.domain.errors import KryptonError, MessageRefused, NoServers
from krypton.domain.money import NANO
from krypton.domain.operation import (
    Bounced,
    Confirmed,
    Deploy,
    Expired,
    ForceWithdraw,
    Intent,
    Preview,
    Sent,
    SetMinWithdrawal,
    Settled,
    Signed,
)
from krypton.services.sights import DEPLOY_FUNDING
from tests.fakes.values import COLLECTOR, TERMS
from tests.services.conftest import World, make_world

T = TypeVar("T")

_INTENTS: st.SearchStrategy[Intent] = st.one_of(
    st.builds(
        SetMinWithdrawal, collector=st.just(COLLECTOR), value=st.integers(1, 30).map(lambda n: n * NANO)
    ),
    st.just(ForceWithdraw(collector=COLLECTOR)),
    st.just(Deploy(terms=TERMS, funding=DEPLOY_FUNDING)),
)


class Owner(RuleBasedStateMachine):
    """An owner in a hurry, a chain that moves, and a process that dies between any two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = make_world()
        self.previews: list[Preview] = []
        self.signed: list[Signed] = []
        self.confirmed: list[Confirmed] = []
        self.done: set[int] = set()

    def attempt(self, call: Coroutine[Any, Any, T]) -> T | None:
        try:
            return asyncio.run(call)
        except KryptonError:
            return None

    @rule(intent=_INTENTS)
    def prepare(self, intent: Intent) -> None:
        preview = self.attempt(self.world.operations.prepare(intent, wallet=self.world.wallet))
        if preview is not None:
            self.previews.append(preview)

    @precondition(lambda self: self.previews)
    @rule(number=st.integers(0, 1_000))
    def sign(self, number: int) -> None:
        confirmed = Confirmed(preview=self.previews[number % len(self.previews)], at=1)
        self.confirmed.append(confirmed)
        signed = self.attempt(self.world.operations.sign(confirmed))
        if signed is not None:
            self.signed.append(signed)

    @precondition(lambda self: self.signed)
    @rule(number=st.integers(0, 1_000))
    def post(self, number: int) -> None:
        self.attempt(self.world.operations.post(self.signed[number % len(self.signed)]))

    @rule()
    def die_and_start_again(self) -> None:
        """What was only in memory is gone; previews may have been kept."""
        self.signed.clear()
        self.attempt(self.world.operations.recover())

    @rule(blocks=st.integers(1, 5), seconds=st.sampled_from([0, 30, 200, 400]))
    def time_passes(self, blocks: int, seconds: int) -> None:
        self.world.reader.move(blocks=blocks, seconds=seconds)

    @rule(fault=st.sampled_from([None, NoServers(tried=3), MessageRefused(code=33)]))
    def the_network_fails_or_recovers(self, fault: KryptonError | None) -> None:
        self.world.reader.faults.pop("broadcast", None)
        if fault is not None:
            self.world.reader.faults["broadcast"] = fault

    @precondition(lambda self: self.world.ledger.open_operations())
    @rule(bounces=st.booleans())
    def the_chain_answers(self, *, bounces: bool) -> None:
        """The follower's part, as a chain does it: by seqno and chain time."""
        (sent,) = self.world.ledger.open_operations()
        preview = sent.signed.confirmed.preview
        wallet = self.world.reader.wallets[preview.wallet]
        arrived = sent.signed.message in self.world.reader.sent
        if (
            wallet.seqno == preview.unsigned.seqno
            and arrived
            and self.world.reader.time <= preview.unsigned.valid_until
        ):
            self.world.fund(wallet.balance - 1, seqno=wallet.seqno + 1)
            self.done.add(sent.id)
            stamp = Stamp(lt=sent.id, hash=bytes(32), time=self.world.reader.time)
            outcome = (
                Bounced(sent=sent, stamp=stamp, exit_code=9) if bounces else Settled(sent=sent, stamp=stamp)
            )
            self.world.ledger.store_outcome(outcome)
        elif self.world.reader.time > preview.unsigned.valid_until:
            self.world.ledger.store_outcome(Expired(sent=sent, chain_time=self.world.reader.time))

    @invariant()
    def at_most_one_is_on_its_way(self) -> None:
        assert len(self.world.ledger.open_operations()) <= 1

    @invariant()
    def what_went_out_was_stored_confirmed_and_shown(self) -> None:
        stored = [each if isinstance(each, Sent) else each.sent for each in self.world.ledger.progress]
        assert set(self.world.reader.sent) <= {sent.signed.message for sent in stored}
        for sent in stored:
            assert sent.signed.confirmed in self.confirmed
            assert sent.signed.confirmed.preview in self.previews
            assert codec.loads(Sent, codec.dumps(sent)) == sent

    @invariant()
    def no_seqno_is_carried_out_twice(self) -> None:
        stored = [each if isinstance(each, Sent) else each.sent for each in self.world.ledger.progress]
        ran = [sent.signed.confirmed.preview.unsigned.seqno for sent in stored if sent.id in self.done]
        assert len(ran) == len(set(ran))

    @invariant()
    def what_is_not_on_chain_is_not_known(self) -> None:
        assert self.world.ledger.collectors() == ()


Owner.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestOwner = Owner.TestCase
