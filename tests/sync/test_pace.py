"""Pauses and beats."""

import asyncio

from krypton.sync.pace import Beat, Pace, Pauses


def test_pauses_double_up_to_the_longest_and_begin_anew() -> None:
    pauses = Pauses(Pace(first_pause=0.5, longest_pause=3.0))
    assert [pauses.failed() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    pauses.worked()
    assert pauses.failed() == 0.5


async def test_missed_beats_are_one_and_everybody_hears_the_next() -> None:
    beat = Beat()
    beat.tell()
    beat.tell()
    assert await beat.after(0) == 2
    waiting = [asyncio.create_task(beat.after(2)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    beat.tell()
    assert await asyncio.gather(*waiting) == [3, 3, 3]
