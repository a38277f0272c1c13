"""Trying something that needs a key: a locked keyring is a question, not a failure; knows no keyring."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from krypton import wording
from krypton.domain.errors import KeyringLocked
from krypton.presenters.ports import Asker

T = TypeVar("T")


async def unlocked(work: Callable[[], Awaitable[T]], *, asker: Asker) -> T:
    """Return what `work` returns, asking to unlock the keyring as often as it is locked.

    Raises KeyringLocked when the owner gives up, and whatever else `work` raises.
    """
    while True:
        try:
            return await work()
        except KeyringLocked as locked:
            if not await asker.unlock(wording.failure(locked)):
                raise
