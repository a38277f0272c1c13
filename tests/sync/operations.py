"""Sends sample operations on a stage and says what became of them."""

from krypton.domain.address import Address
from krypton.domain.ledger import Owned, OwnerAction
from krypton.domain.operation import Intent, Outcome, Progress, Sent
from tests.store.histories import COLLECTOR
from tests.store.samples import MADE_AT, THRESHOLD, preview, signed
from tests.sync.stage import Stage

CHANGED = Owned(action=OwnerAction.SET_MIN_WITHDRAWAL, value=20_000_000_000)
FORCED = Owned(action=OwnerAction.FORCE_WITHDRAW)


def send(stage: Stage, intent: Intent = THRESHOLD, *, collector: Address = COLLECTOR, mark: int = 1) -> Sent:
    return stage.ledger.store_sent(signed(preview(intent, collector=collector), mark=mark), at=MADE_AT)


def progress(stage: Stage) -> Progress:
    return stage.ledger.operations(collector=None, limit=1)[0].progress


async def settled(stage: Stage, sent: Sent) -> Outcome:
    """Follow until the operation is told to be closed; return what the ledger says."""
    async with stage.following():
        await stage.until(lambda: sent.id in stage.told)
    found = progress(stage)
    assert not isinstance(found, Sent)
    assert stage.ledger.open_operations() == ()
    return found


def seqno(stage: Stage) -> int:
    standing = stage.follower.changes.now.standing
    return 0 if standing is None else standing.seqno
