"""What stands around every page: the network, how good the figures are, and what is wrong; knows no page."""

from dataclasses import dataclass, replace
from enum import Enum

from krypton import wording
from krypton.domain.chain import Proof, Standing
from krypton.domain.errors import KryptonError
from krypton.domain.observable import Value
from krypton.domain.ports import Changes, Clock
from krypton.presenters.figures import Place
from krypton.presenters.tone import Tone

STALE_AFTER = 20
"""Seconds after which a block, or the last time that one came, is called old (one comes every 0.4 s)."""


class Stake(Enum):
    """Whether coins on this network are worth anything."""

    PLAY = "play"
    TEST = "test"
    REAL = "real"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network as the owner knows it; `name` is "sandbox", "testnet", "mainnet" or a file's own."""

    name: str
    stake: Stake

    @property
    def testnet(self) -> bool:
        """Whether addresses carry the test-only mark."""
        return self.stake is not Stake.REAL

    @property
    def title(self) -> str:
        """The name for the screen; a file's name is a stranger's text."""
        match self.name.lower():
            case "sandbox":
                return wording.text("Sandbox")
            case "testnet":
                return wording.text("Testnet")
            case "mainnet":
                return wording.text("Mainnet")
            case _:
                return wording.stranger(self.name)

    @property
    def note(self) -> str:
        """What its coins are worth, in words."""
        match self.stake:
            case Stake.PLAY:
                return wording.text("Play money")
            case Stake.TEST:
                return wording.text("Test coins")
            case Stake.REAL:
                return wording.text("Real money")


class PageName(Enum):
    """The pages of the sidebar, in its order; a page that isn't built yet isn't here."""

    OVERVIEW = "overview"
    CONTRACT = "contract"

    @property
    def title(self) -> str:
        """The page's name on screen."""
        match self:
            case PageName.OVERVIEW:
                return wording.text("Overview")
            case PageName.CONTRACT:
                return wording.text("Contract")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """How good the figures are and how old; words first, the tone repeats them."""

    proof: str
    tone: Tone
    block: str
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something above the page that the owner should read."""

    title: str
    detail: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellView:
    """The frame. `pages` is empty while the first run is on."""

    network: Network
    standing: StandingView | None = None
    notice: Notice | None = None
    pages: tuple[PageName, ...] = ()
    page: PageName | None = None
    collector: Place | None = None
    keys: str = ""


def standing_view(standing: Standing | None, *, now: int) -> StandingView | None:
    """Return a block's proof level, number and age."""
    if standing is None:
        return None
    age = standing.age(now)
    stale = age > STALE_AFTER
    return StandingView(
        proof=wording.standing(standing),
        tone=Tone.WARN if stale else Tone.MUTED if standing.proof is Proof.SINGLE else Tone.GOOD,
        block=wording.text("Block {number}", number=f"{standing.seqno}"),
        age=wording.ago(age),
    )


def notice(problem: Exception | None, *, standing: Standing | None, now: int) -> Notice | None:
    """Return what the owner should read: a failure, or that the figures are old and since when."""
    age = 0 if standing is None else standing.age(now)
    since = "" if standing is None else wording.text("Figures are from {age}.", age=wording.ago(age))
    if problem is not None:
        sentence = wording.failure(problem)
        detail = " ".join(part for part in (sentence.meaning, since, sentence.remedy) if part)
        expected = isinstance(problem, KryptonError)
        return Notice(title=sentence.title, detail=detail, tone=Tone.WARN if expected else Tone.BAD)
    if standing is not None and now - standing.received > STALE_AFTER:
        title = wording.text("No new block for a while.")
        return Notice(title=title, detail=since, tone=Tone.WARN)
    if age > STALE_AFTER:
        reason = wording.text("The servers lag behind, or this computer's clock is wrong.")
        title = wording.text("The newest block is an old one.")
        return Notice(title=title, detail=f"{since} {reason}", tone=Tone.WARN)
    return None


class Shell:
    """Holds the frame's view; follows the chain's changes and the clock."""

    def __init__(self, *, network: Network, changes: Value[Changes], clock: Clock) -> None:
        """Begin without pages."""
        self.view = Value(ShellView(network=network))
        self._changes = changes
        self._clock = clock
        changes.watch(lambda _: self.refresh())

    def refresh(self) -> None:
        """Bring standing, age and notice up to now; the window's clock calls this every second."""
        changes, now = self._changes.now, self._clock()
        self.view.put(
            replace(
                self.view.now,
                standing=standing_view(changes.standing, now=now),
                notice=notice(changes.problem, standing=changes.standing, now=now),
            ),
        )

    def open_shop(self, collector: Place, /) -> None:
        """Leave the first run: pages appear, the overview first."""
        now = self.view.now
        self.view.put(replace(now, pages=tuple(PageName), page=PageName.OVERVIEW, collector=collector))

    def say_keys(self, keys: str, /) -> None:
        """Say where the keys are, or that there are none."""
        self.view.put(replace(self.view.now, keys=keys))

    def turn_to(self, page: PageName, /) -> None:
        """Show another page."""
        self.view.put(replace(self.view.now, page=page))
