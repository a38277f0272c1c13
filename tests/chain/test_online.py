"""The public networks, for whoever asks by name (`pytest --online`): never run by default."""

import time

import pytest

from krypton.chain.network import BUNDLED, bundled
from krypton.chain.reader import open_reader

pytestmark = pytest.mark.online


@pytest.mark.parametrize("name", BUNDLED)
async def test_a_public_network_is_read(name: str) -> None:
    reader = open_reader(bundled(name), clock=lambda: int(time.time()))
    try:
        head = await reader.examine()
        assert abs(head.time - time.time()) < 60
        assert (await reader.prices()).gas > 0
        assert (await reader.next_block(head.seqno)).seqno > head.seqno
    finally:
        await reader.aclose()
