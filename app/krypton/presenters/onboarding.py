"""The first run: a wallet, some coins, a collector; holds secret words only while they are on screen."""

import secrets
from dataclasses import dataclass
from enum import Enum

from krypton import wording
from krypton.domain.chain import WalletVersion
from krypton.domain.money import Nano
from krypton.presenters.figures import Money, Place, money
from krypton.presenters.shell import Network

ASKED_WORDS = 3
TOTAL_WORDS = 24


class Step(Enum):
    """Where the first run is."""

    LOADING = "loading"
    WELCOME = "welcome"
    WORDS = "words"
    CHECK = "check"
    IMPORT = "import"
    CHOOSE = "choose"
    FUND = "fund"
    DEPLOY = "deploy"
    WATCH = "watch"
    WAITING = "waiting"
    DONE = "done"

    @property
    def stage(self) -> int:
        """Which of the three stages on the rail this step belongs to (0, 1, 2; 3 is past them)."""
        match self:
            case Step.LOADING | Step.WELCOME | Step.WORDS | Step.CHECK | Step.IMPORT | Step.CHOOSE:
                return 0
            case Step.FUND:
                return 1
            case Step.DEPLOY | Step.WATCH | Step.WAITING:
                return 2
            case Step.DONE:
                return 3


def stages() -> tuple[str, ...]:
    """Return the rail's captions."""
    return (wording.text("Wallet"), wording.text("First coins"), wording.text("Collector"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateLine:
    """A wallet that some words could stand for."""

    version: WalletVersion
    address: Place
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingView:
    """An unfunded wallet: where to send what is missing."""

    address: Place
    link: str
    have: Money
    need: Money
    missing: Money
    faucet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployForm:
    """What the deploy step begins with, as typed text, and complaints by field."""

    supplier: str = ""
    threshold: str = "10"
    fee: str = "1"
    supplier_complaint: str = ""
    threshold_complaint: str = ""
    fee_complaint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingView:
    """All that the first run shows. `words` is filled in the WORDS step alone."""

    network: Network
    step: Step = Step.LOADING
    busy: bool = False
    failure: wording.Sentence | None = None
    words: tuple[str, ...] = ()
    asked: tuple[int, ...] = ()
    candidates: tuple[CandidateLine, ...] = ()
    complaint: str = ""
    backend: str = ""
    funding: FundingView | None = None
    form: DeployForm = DeployForm()
    waiting: str = ""


def funding_view(address: Place, *, have: Nano, need: Nano, faucet: bool) -> FundingView:
    """Return what the fund step shows; amounts in nano."""
    missing = max(0, need - have)
    return FundingView(
        address=address,
        link=f"ton://transfer/{address.full}?amount={missing}",
        have=money(have),
        need=money(need),
        missing=money(missing),
        faucet=faucet,
    )


def positions() -> tuple[int, ...]:
    """Return three different places (from 1) to ask for, in rising order."""
    chosen = secrets.SystemRandom().sample(range(1, TOTAL_WORDS + 1), ASKED_WORDS)
    return tuple(sorted(chosen))


def wrong_places(
    words: tuple[str, ...], *, asked: tuple[int, ...], answers: tuple[str, ...]
) -> tuple[int, ...]:
    """Return the asked places whose answer isn't the word that stands there."""
    pairs = zip(asked, answers, strict=True)
    return tuple(place for place, answer in pairs if answer.strip().lower() != words[place - 1])
