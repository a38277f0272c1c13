"""Sees what a test leaves behind (tasks, threads, sockets) and where it started; knows nothing of Krypton."""

import asyncio
import socket
import threading
import traceback
import weakref
from asyncio import runners
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import pytest

GRACE: Final = 2.0
"""Seconds that a thread which was told to stop may take to do so."""
_FRAMES: Final = 12
_CANCEL_ALL: Final = "_cancel_all_tasks"
"""What a closing asyncio.Runner calls: the tasks that are still there then were awaited by nobody."""


class Leaks:
    """Remembers where each task, thread and socket was started, for as long as it lives."""

    def __init__(self) -> None:
        self._places: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._orphans: list[str] = []

    def note(self, item: object) -> None:
        """Remember the place that is starting `item`."""
        self._places[item] = place()

    def note_socket(self, item: socket.socket) -> None:
        """Remember the place that is opening `item`."""
        self._sockets.add(item)
        self.note(item)

    def note_orphans(self, loop: asyncio.AbstractEventLoop) -> None:
        """Remember the tasks that a closing loop has to cancel: nobody awaited them."""
        self._orphans += [self._told("task", task, repr(task)) for task in asyncio.all_tasks(loop)]

    def open_sockets(self) -> set[socket.socket]:
        """Return the sockets that are open now."""
        return {each for each in list(self._sockets) if each.fileno() != -1}

    @contextmanager
    def watch(self, *, grace: float = GRACE) -> Generator[list[str]]:
        """Collect, into the yielded list, a sentence for each thing started inside and still alive after.

        `grace` is in seconds.
        """
        found: list[str] = []
        threads, sockets = set(threading.enumerate()), self.open_sockets()
        before = len(self._orphans)
        yield found
        found += self._orphans[before:]
        del self._orphans[before:]
        for thread in set(threading.enumerate()) - threads:
            thread.join(grace)
            if thread.is_alive():
                found.append(self._told("thread", thread, thread.name))
        found += [self._told("socket", each, repr(each)) for each in self.open_sockets() - sockets]

    def _told(self, kind: str, item: object, name: str) -> str:
        return f"{kind} {name} was left behind; it was started here:\n{self._places.get(item, '(unknown)')}"


def place() -> str:
    """Return the call stack that leads here, innermost last, without this module's own frames."""

    def outside(frames: Iterator[tuple[FrameType, int]]) -> Iterator[tuple[FrameType, int]]:
        return (each for each in frames if each[0].f_code.co_filename != __file__)

    stack = traceback.StackSummary.extract(
        outside(traceback.walk_stack(None)), limit=_FRAMES, lookup_lines=False
    )
    stack.reverse()
    return "".join(traceback.format_list(stack))


def install(patch: pytest.MonkeyPatch) -> Leaks:
    """Let every task, thread and socket that starts from now on be remembered, until `patch` is undone."""
    leaks = Leaks()
    create_task, start, open_socket = (
        asyncio.BaseEventLoop.create_task,
        threading.Thread.start,
        socket.socket.__init__,
    )
    cancel_all: Callable[[asyncio.AbstractEventLoop], None] = getattr(runners, _CANCEL_ALL)

    def noted_task(loop: asyncio.BaseEventLoop, *args: Any, **named: Any) -> asyncio.Task[Any]:
        task = create_task(loop, *args, **named)
        leaks.note(task)
        return task

    def noted_start(thread: threading.Thread) -> None:
        leaks.note(thread)
        start(thread)

    def noted_socket(sock: socket.socket, *args: Any, **named: Any) -> None:
        open_socket(sock, *args, **named)
        leaks.note_socket(sock)

    def noted_cancel(loop: asyncio.AbstractEventLoop) -> None:
        leaks.note_orphans(loop)
        cancel_all(loop)

    patch.setattr(asyncio.BaseEventLoop, "create_task", noted_task)
    patch.setattr(threading.Thread, "start", noted_start)
    patch.setattr(socket.socket, "__init__", noted_socket)
    patch.setattr(runners, _CANCEL_ALL, noted_cancel)
    return leaks
