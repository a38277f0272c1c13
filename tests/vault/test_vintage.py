"""Every vault.bin that was ever written opens for ever: one file a version, never made anew."""

from pathlib import Path

from krypton.vault import box
from tests.fakes.values import GLOBAL_ID, WALLET
from tests.fakes.words import OTHER_WORDS, WORDS

_DATA = Path(__file__).with_name("data")
_KEY = bytes(range(32))
_PROFILE = "0123456789abcdef"


def test_version_1() -> None:
    first, second = box.load((_DATA / "vault-1.bin").read_bytes())
    assert first.header == box.Header(wallet=WALLET, global_id=GLOBAL_ID, key_id="aa" * 16)
    assert second.header.wallet.name == "\u043b\u0430\u0432\u043a\u0430"
    assert box.unseal(first, profile_id=_PROFILE, key=_KEY) == WORDS
    assert box.unseal(second, profile_id=_PROFILE, key=_KEY) == OTHER_WORDS
