"""The leak check itself is seen to fail, once for each thing that it looks for."""

import asyncio
import socket
import threading

from tests import leaks


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _start_and_forget(kept: list[asyncio.Task[None]]) -> None:
    kept.append(asyncio.get_running_loop().create_task(_for_ever()))
    await asyncio.sleep(0)


def test_a_task_that_nobody_awaited_is_named_with_its_place(leak_notes: leaks.Leaks) -> None:
    kept: list[asyncio.Task[None]] = []
    with leak_notes.watch() as found:
        asyncio.run(_start_and_forget(kept))
    assert len(found) == 1
    assert "task" in found[0]
    assert "_start_and_forget" in found[0]


def test_a_thread_that_goes_on_is_named_with_its_place(leak_notes: leaks.Leaks) -> None:
    may_end = threading.Event()
    thread = threading.Thread(target=may_end.wait, name="stubborn")
    with leak_notes.watch(grace=0) as found:
        thread.start()
    may_end.set()
    thread.join()
    assert len(found) == 1
    assert "stubborn" in found[0]
    assert "test_a_thread_that_goes_on" in found[0]


def test_an_open_socket_is_named_with_its_place(leak_notes: leaks.Leaks) -> None:
    with leak_notes.watch() as found:
        left = socket.socket()
    left.close()
    assert len(found) == 1
    assert "test_an_open_socket" in found[0]


def test_what_is_closed_in_time_is_no_leak(leak_notes: leaks.Leaks) -> None:
    with leak_notes.watch() as found:
        asyncio.run(asyncio.sleep(0))
        threading.Thread(target=int).start()
        socket.socket().close()
    assert found == []
