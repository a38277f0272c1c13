"""Every state of every page as an exact picture in dark English at 1x; one state in each other variant.

`KRYPTON_NEW_PICTURES=1 pytest tests/ui/test_pictures.py` takes them anew: look at each before keeping it.
"""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from krypton import wording
from krypton.domain.chain import Proof
from krypton.domain.errors import NoServers, NotDeployed, NotEnough
from krypton.domain.operation import ForceWithdraw, Warn
from krypton.presenters.contract import ContractView
from krypton.presenters.deploy_form import read_form
from krypton.presenters.onboarding import Step
from krypton.presenters.overview import OverviewView, Phase
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.window import Window
from tests.ui import frozen, staging
from tests.ui.staging import Variant

UPDATE = bool(os.environ.get("KRYPTON_NEW_PICTURES"))
PLAIN = Variant()


def failed_overview(style: Look) -> Window:
    failure = wording.failure(NotDeployed(address=frozen.COLLECTOR.raw))
    return staging.overview_window(OverviewView(phase=Phase.FAILED, failure=failure), style=style)


def stale_overview(style: Look) -> Window:
    shell = frozen.shell(age=95, problem=NoServers(tried=3))
    return staging.overview_window(frozen.busy_overview(), shell=shell, style=style)


def real_overview(style: Look) -> Window:
    shell = frozen.shell(network=frozen.MAINNET, proof=Proof.SIGNED)
    frame = replace(frozen.FRAME, testnet=False, buyers=None)
    return staging.overview_window(frozen.busy_overview(frame=frame), shell=shell, style=style)


def wrong_form(style: Look) -> Window:
    form, _ = read_form(threshold="5,05", supplier="abc", fee="11", network=frozen.SANDBOX)
    view = replace(frozen.onboarding(Step.DEPLOY), form=form)
    return staging.onboarding_window(view, style=style)


def no_funds(style: Look) -> Window:
    failure = wording.failure(NotEnough(have=1_000_000, need=54_310_000))
    return staging.contract_window(replace(frozen.contract_view(), failure=failure), style=style)


def toasted(style: Look) -> Window:
    window = staging.overview_window(frozen.empty_overview(), style=style)
    window.toast.say(wording.failure(NoServers(tried=3)).line, tone=Tone.BAD)
    return window


def opening_failed(style: Look) -> Window:
    window = staging.empty_window(frozen.shell(page=None), style=style)
    failure = wording.failure(NoServers(tried=3))
    window.say_opening(failure.title, detail=failure.meaning, tone=Tone.BAD)
    return staging.show(window)


def step(which: Step) -> Callable[[Look], Window]:
    return lambda style: staging.onboarding_window(frozen.onboarding(which), style=style)


def withdrawal(style: Look) -> Window:
    preview = frozen.preview(ForceWithdraw(collector=frozen.COLLECTOR), warnings=(Warn.UNPROVEN,))
    return staging.confirm_window(preview, style=style)


STATES: dict[str, Callable[[Look], Window]] = {
    "overview-busy": lambda style: staging.overview_window(frozen.busy_overview(), style=style),
    "overview-empty": lambda style: staging.overview_window(frozen.empty_overview(), style=style),
    "overview-loading": lambda style: staging.overview_window(OverviewView(), style=style),
    "overview-failed": failed_overview,
    "overview-stale": stale_overview,
    "overview-mainnet": real_overview,
    "overview-by-hand": lambda style: staging.overview_window(frozen.by_hand_overview(), style=style),
    "overview-huge": lambda style: staging.overview_window(frozen.huge_overview(), style=style),
    "contract-busy": lambda style: staging.contract_window(frozen.contract_view(), style=style),
    "contract-watching": lambda style: staging.contract_window(
        frozen.contract_view(watching=True), style=style
    ),
    "contract-loading": lambda style: staging.contract_window(ContractView(), style=style),
    "contract-no-funds": no_funds,
    "first-run-welcome": step(Step.WELCOME),
    "first-run-words": step(Step.WORDS),
    "first-run-check": step(Step.CHECK),
    "first-run-import": step(Step.IMPORT),
    "first-run-choose": step(Step.CHOOSE),
    "first-run-fund": step(Step.FUND),
    "first-run-deploy": step(Step.DEPLOY),
    "first-run-wrong-form": wrong_form,
    "first-run-watch": step(Step.WATCH),
    "first-run-waiting": step(Step.WAITING),
    "confirm-threshold": lambda style: staging.confirm_window(frozen.preview(), style=style),
    "confirm-withdrawal": withdrawal,
    "confirm-deploy": lambda style: staging.confirm_window(frozen.deploy_preview(), style=style),
    "unlock": lambda style: staging.unlock_window(style=style),
    "opening-failed": opening_failed,
    "toast": toasted,
}
"""Every state, by the name of its picture."""

VARIANTS = {
    "light": Variant(theme="light"),
    "russian": Variant(language="ru"),
    "double": Variant(ratio=2),
}
SHOWN_IN_VARIANTS = ("overview-busy", "contract-busy", "first-run-deploy", "confirm-withdrawal")


@pytest.mark.parametrize("name", STATES)
def test_a_state_looks_as_it_did(name: str) -> None:
    window = STATES[name](staging.look(PLAIN))
    assert staging.difference(window, name=name, ratio=1, update=UPDATE) == ""


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("name", SHOWN_IN_VARIANTS)
def test_a_variant_looks_as_it_did(name: str, kind: str) -> None:
    variant = VARIANTS[kind]
    window = STATES[name](staging.look(variant))
    found = staging.difference(window, name=f"{name}-{kind}", ratio=variant.ratio, update=UPDATE)
    assert found == ""


def test_one_wrong_digit_is_seen() -> None:
    view = frozen.busy_overview()
    assert view.balance is not None
    wrong = replace(view, balance=replace(view.balance, bright="7.36"))
    window = staging.overview_window(wrong, style=staging.look(PLAIN))
    assert "pixels differ" in staging.difference(window, name="overview-busy", ratio=1, update=False)


def test_mainnet_looks_different_at_a_glance() -> None:
    style = staging.look(PLAIN)
    play = staging.picture(staging.overview_window(frozen.busy_overview(), style=style))
    real = staging.picture(real_overview(style))
    band = [play.pixelColor(x, 2) != real.pixelColor(x, 2) for x in range(play.width())]
    assert sum(band) > play.width() // 2
