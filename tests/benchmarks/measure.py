"""How a benchmark measures: in turns, medians, one row a benchmark; knows nothing of what is measured."""

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One benchmark's result: ours against a named reference, both measured in the same run, in `unit`."""

    name: str
    ours: float
    reference: float
    unit: str
    against: str

    @property
    def ratio(self) -> float:
        """Return how many times the reference ours takes."""
        return self.ours / self.reference


def interleaved(
    ours: Callable[[], float], reference: Callable[[], float], *, runs: int
) -> tuple[float, float]:
    """Return the medians of both, run in turns so that a busy machine is busy for both.

    One run of each before the first that counts warms the disk cache.
    """
    pairs = [(ours(), reference()) for _ in range(runs + 1)][1:]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def process_seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return the wall time of a whole process, in seconds.

    Raise CalledProcessError when it fails and TimeoutExpired when it does not end in a minute.
    """
    start = time.perf_counter()
    subprocess.run(command, env=dict(environment), check=True, capture_output=True, timeout=60)
    return time.perf_counter() - start
