"""What every test runs under: the hypothesis profile, the marks that need asking for, and the leak check."""

import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest

from tests import leaks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

_ASKED_FOR = ("soak", "online")

hypothesis.settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "soak",
    max_examples=2_000,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the whole of every long proof (make soak)")
    parser.addoption("--online", action="store_true", help="run what talks to the public network, too")


def pytest_configure(config: pytest.Config) -> None:
    # A shell's background job ignores Ctrl-C and hands that on: programs under test could not be interrupted.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis.settings.load_profile("soak" if config.getoption("--soak") else "ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unasked = {mark for mark in _ASKED_FOR if not config.getoption(f"--{mark}")}
    left_out = [item for item in items if unasked & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def leak_notes() -> Iterator[leaks.Leaks]:
    with pytest.MonkeyPatch.context() as patch:
        yield leaks.install(patch)


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(leak_notes: leaks.Leaks) -> Iterator[None]:
    with leak_notes.watch() as found:
        yield
    if found:
        pytest.fail("\n".join(found), pytrace=False)
