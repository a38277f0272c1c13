"""Work beside the window: every task lives in one group, and a failure is told, never swallowed."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)


class Tasks:
    """An `asyncio.TaskGroup` whose tasks may fail without ending the others.

    A task that fails is logged and handed to `told`; leaving the block cancels what still runs and
    waits for it, so that nothing outlives the window.
    """

    def __init__(self, *, told: Callable[[Exception], None]) -> None:
        """Make a group that is not open yet."""
        self._group = asyncio.TaskGroup()
        self._told = told
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Open the group."""
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel what runs and wait for it."""
        for task in self._running:
            task.cancel()
        try:
            await self._group.__aexit__(kind, error, trace)
        except BaseExceptionGroup:
            # Tasks never raise (see _guarded), so the group holds the block's own error: let that one out.
            if error is None:
                raise

    def start(self, work: Coroutine[object, object, None], *, name: str) -> None:
        """Run `work` beside everything else."""
        task = self._group.create_task(self._guarded(work, name=name), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _guarded(self, work: Coroutine[object, object, None], *, name: str) -> None:
        try:
            await work
        except Exception as error:
            log.exception("task failed: %s", name)
            self._told(error)
