"""Views as pure functions of domain values: forecasts, charts, standings, confirmations, forms."""

from dataclasses import replace
from datetime import UTC

import pytest

from krypton import wording
from krypton.domain.chain import Proof, Seen
from krypton.domain.collector import MAX_THRESHOLD
from krypton.domain.errors import BadAddress, BadAmount, NoServers, OutOfBounds
from krypton.domain.money import NANO
from krypton.domain.operation import Change, Field, ForceWithdraw, Warn
from krypton.domain.ports import BalancePoint
from krypton.presenters import typed
from krypton.presenters.chart import ChartPoint, chart
from krypton.presenters.confirmation import confirmation, typed_back
from krypton.presenters.contract import contract
from krypton.presenters.deploy_form import read_form
from krypton.presenters.figures import contract_place, wallet_place
from krypton.presenters.onboarding import funding_view, positions, wrong_places
from krypton.presenters.overview import Phase, Snapshot, duration, filled, forecast_words, overview
from krypton.presenters.shell import STALE_AFTER, Network, Stake, notice, standing_view
from krypton.presenters.tone import Tone
from tests.ui import frozen

HARD = "\u00a0"


def test_the_forecast_follows_the_pace_of_the_last_payments() -> None:
    said = forecast_words(frozen.payments(), state=frozen.state(), now=frozen.NOW)
    assert said == "Next withdrawal in about 56 seconds at this pace."


def test_a_forecast_is_not_made_up() -> None:
    few = forecast_words(frozen.payments(1), state=frozen.state(), now=frozen.NOW)
    assert few == "A forecast comes with the first payments."
    by_hand = forecast_words(frozen.payments(), state=frozen.state(threshold=0), now=frozen.NOW)
    assert by_hand == "Nothing leaves the contract until you withdraw."
    paused = forecast_words(frozen.payments(), state=frozen.state(paused=True), now=frozen.NOW)
    assert paused == "No withdrawal comes while payments are paused."
    full = forecast_words(frozen.payments(), state=frozen.state(fee_balance=10 * NANO), now=frozen.NOW)
    assert full == "The next payment withdraws."
    never = frozen.state(threshold=MAX_THRESHOLD)
    far = forecast_words(frozen.payments(), state=never, now=frozen.NOW + 10**6)
    assert far == "At this pace the next withdrawal is more than a year away."


@pytest.mark.parametrize(
    "seconds,words",
    [(0, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7_200, "2 hours"), (172_800, "2 days")],
)
def test_a_span_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_the_bar_is_full_at_the_threshold_and_never_more() -> None:
    assert filled(0, threshold=NANO) == 0
    assert filled(NANO - 1, threshold=NANO) == 999
    assert filled(5 * NANO, threshold=NANO) == 1000
    assert filled(NANO, threshold=0) == 0


def test_ages_follow_the_chain_and_not_a_clock_that_is_off() -> None:
    standing = replace(frozen.standing(), time=frozen.NOW - 100, received=frozen.NOW + 5_000)
    snapshot = Snapshot(seen=Seen(value=frozen.state(), standing=standing), payments=frozen.payments())
    place = contract_place(frozen.COLLECTOR, testnet=True)
    view = overview(snapshot, pay_to=place, frame=frozen.FRAME, now=frozen.NOW + 5_060)
    assert view.phase is Phase.BUSY
    assert view.payments[5].when == "18 seconds ago"


def test_the_chart_holds_each_height_and_marks_each_withdrawal() -> None:
    points = (
        BalancePoint(lt=1, time=100, fee_balance=40),
        BalancePoint(lt=2, time=200, fee_balance=90),
        BalancePoint(lt=3, time=300, fee_balance=0, withdrawn=101),
    )
    view = chart(points, threshold=100, zone=UTC)
    assert [(point.time, point.nano) for point in view.line] == [
        (100, 40),
        (200, 40),
        (200, 90),
        (300, 90),
        (300, 101),
        (300, 0),
    ]
    assert view.marks == (ChartPoint(time=300, nano=101),)
    assert view.top == 101
    assert "withdrawals: 1" in view.summary


def test_a_chart_without_points_says_so() -> None:
    assert chart((), threshold=NANO).summary == "No fees yet."


def test_only_signatures_are_called_proof() -> None:
    views = {proof: standing_view(frozen.standing(proof=proof), now=frozen.NOW) for proof in Proof}
    assert {proof: view.proof for proof, view in views.items() if view is not None} == {
        Proof.SIGNED: "Proven",
        Proof.AGREED: "3 of 4 servers agree",
        Proof.SINGLE: "4 servers",
    }


def test_old_figures_say_since_when() -> None:
    fresh = notice(None, standing=frozen.standing(age=STALE_AFTER), now=frozen.NOW)
    assert fresh is None
    old = notice(None, standing=frozen.standing(age=120), now=frozen.NOW)
    assert old is not None
    assert old.detail == "Figures are from 2 minutes ago."
    dead = notice(NoServers(tried=3), standing=frozen.standing(age=120), now=frozen.NOW)
    assert dead is not None
    assert "2 minutes ago" in dead.detail
    assert dead.tone is Tone.WARN


def test_old_blocks_that_trickle_in_are_called_old() -> None:
    late = replace(frozen.standing(), time=frozen.NOW - 7_200, received=frozen.NOW)
    said = notice(None, standing=late, now=frozen.NOW)
    assert said is not None
    assert said.detail.startswith("Figures are from 2 hours ago.")
    view = standing_view(late, now=frozen.NOW)
    assert view is not None
    assert (view.age, view.tone) == ("2 hours ago", Tone.WARN)
    ahead = replace(late, time=frozen.NOW + 7_200)
    assert notice(None, standing=ahead, now=frozen.NOW) is None


def test_a_confirmation_says_who_else_is_paid() -> None:
    preview = frozen.preview(ForceWithdraw(collector=frozen.COLLECTOR))
    share = Change(field=Field.SHARE, old=frozen.SUPPLIER, new=2 * NANO)
    view = confirmation(replace(preview, changes=(*preview.changes, share)), network=frozen.SANDBOX)
    facts = list(view.facts)
    place = facts.index(("Gets a share", wallet_place(frozen.SUPPLIER, testnet=True)))
    assert facts[place + 1] == ("How much", f"2.00{HARD}GRAM")


def test_a_strangers_network_name_cannot_turn_the_line() -> None:
    assert "\u202e" not in Network(name="net\u202ework", stake=Stake.TEST).title


@pytest.mark.parametrize(
    "text,right", [("25", True), ("25.000", True), ("25,0", False), ("24", False), ("", False)]
)
def test_what_is_typed_back_must_be_the_value(text: str, right: bool) -> None:
    assert typed_back(frozen.preview(), typed=text) is right


def test_a_confirmation_begins_with_what_it_is_for() -> None:
    change = confirmation(frozen.preview(warnings=(Warn.NEAR_EMPTY,)), network=frozen.SANDBOX)
    assert (change.headline.old, change.headline.new) == (f"10.00{HARD}GRAM", f"25.00{HARD}GRAM")
    assert change.prompt.endswith(": 25")
    assert len(change.warnings) == 1
    force = confirmation(frozen.preview(ForceWithdraw(collector=frozen.COLLECTOR)), network=frozen.MAINNET)
    assert force.headline.new == f"7.349177913{HARD}GRAM"
    deploy = confirmation(frozen.deploy_preview(), network=frozen.SANDBOX)
    captions = [caption for caption, _ in deploy.facts]
    assert "Supplier" in captions
    assert "Owner" in captions


def test_only_the_owners_wallet_can_change_the_contract() -> None:
    seen = Seen(value=frozen.state(), standing=frozen.standing())
    stranger = replace(frozen.KEPT, address=frozen.SUPPLIER)
    view = contract(seen, wallets=(stranger,), operations=(), testnet=True, now=frozen.NOW)
    assert view.owner_here == ""
    assert not view.can_withdraw
    mine = contract(
        seen, wallets=(frozen.KEPT,), operations=frozen.operations(), testnet=True, now=frozen.NOW
    )
    assert mine.can_withdraw
    assert [line.tone for line in mine.operations] == [Tone.ACCENT, Tone.GOOD, Tone.BAD, Tone.WARN]


def test_a_typed_percentage_becomes_basis_points() -> None:
    assert [typed.share(text) for text in ("0", "1", "1.5", "10 %", "0.01")] == [0, 100, 150, 1_000, 1]
    with pytest.raises(BadAmount):
        typed.share("0.001")
    with pytest.raises(OutOfBounds):
        typed.share("10.5")


def test_a_comma_is_a_decimal_mark_in_russian_alone() -> None:
    with pytest.raises(BadAmount):
        typed.amount("5,05")
    wording.speak("ru")
    try:
        assert typed.amount("5,05") == 5_050_000_000
    finally:
        wording.speak("en")


def test_test_addresses_are_refused_on_mainnet() -> None:
    address = frozen.SUPPLIER.friendly(bounceable=False, testnet=True)
    assert typed.place(address, network=frozen.SANDBOX) == frozen.SUPPLIER
    with pytest.raises(BadAddress):
        typed.place(address, network=frozen.MAINNET)


def test_a_form_complains_beside_each_field() -> None:
    form, values = read_form(threshold="0.05", supplier="EQ", fee="x", network=frozen.SANDBOX)
    assert values is None
    assert form.threshold_complaint.startswith(f"0.05{HARD}GRAM is not possible here.")
    assert form.supplier_complaint.startswith("This is not a TON address.")
    assert form.fee_complaint.startswith("This is not an amount.")
    supplier = frozen.SUPPLIER.friendly(bounceable=False)
    good, read = read_form(threshold="10", supplier=supplier, fee="1", network=frozen.SANDBOX)
    assert read == (10 * NANO, frozen.SUPPLIER, 100)
    assert good.fee_complaint == ""


def test_the_three_places_differ_and_wrong_words_are_named() -> None:
    for _ in range(50):
        asked = positions()
        assert len(set(asked)) == 3
        assert asked == tuple(sorted(asked))
        assert all(1 <= place <= 24 for place in asked)
    words = frozen.WORDS
    assert wrong_places(words, asked=(1, 2, 24), answers=(words[0], " ABILITY ", "no")) == (24,)


def test_a_wallet_that_waits_says_what_is_missing() -> None:
    place = contract_place(frozen.OWNER, testnet=True)
    view = funding_view(place, have=NANO, need=3 * NANO, faucet=False)
    assert view.missing.nano == 2 * NANO
    assert view.link == f"ton://transfer/{place.full}?amount=2000000000"
    assert funding_view(place, have=5 * NANO, need=NANO, faucet=False).missing.nano == 0


def test_a_threshold_change_shows_its_value() -> None:
    rows = contract(
        Seen(value=frozen.state(), standing=frozen.standing()),
        wallets=(),
        operations=frozen.operations(),
        testnet=True,
        now=frozen.NOW,
    ).operations
    assert rows[0].value == f"25.00{HARD}GRAM"
    assert rows[1].value == f"4.149388{HARD}GRAM"
