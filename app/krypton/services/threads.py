"""How use cases call ports that block; knows no thread itself."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Worker(Protocol):
    """Runs a blocking call on the one thread that its port belongs to, and waits for it.

    The vault and the ledger have one each. A call that began runs to its end, even when whoever
    waits for it is cancelled; its exception arrives at the one who waits.
    """

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Return what `call` returns."""
        ...
