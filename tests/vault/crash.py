"""Run by test_crash: keeps or removes a wallet and dies, without any clean-up, at the step it is told."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from keyring.backends import SecretService

from krypton.chain.messages import Wire
from krypton.vault import file
from krypton.vault.owner import OwnerVault
from tests.fakes.values import CHAIN_TIME, GLOBAL_ID, VERSION
from tests.fakes.words import OTHER_WORDS

DIED = 77


class Dying:
    """Counts steps that change something outside of this process, and ends it right before or after one."""

    def __init__(self, step: int) -> None:
        self._left = step

    def __call__(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **kwargs: object) -> object:
            self._tick()
            result = call(*args, **kwargs)
            self._tick()
            return result

        return counted

    def _tick(self) -> None:
        self._left -= 1
        if self._left < 0:
            die()


def die() -> NoReturn:
    os._exit(DIED)


def main(path: str, profile_id: str, what: str, step: str) -> None:
    """Exit with DIED, or with 0 when there are fewer steps than that."""
    dying = Dying(int(step))
    backend = SecretService.Keyring()
    for name in ("set_password", "delete_password"):
        setattr(backend, name, dying(getattr(backend, name)))
    for name in ("open", "fsync", "replace", "unlink", "rename"):
        setattr(os, name, dying(getattr(os, name)))
    assert file.os is os
    vault = OwnerVault(
        Path(path),
        profile_id=profile_id,
        composer=Wire(),
        decoder=Wire(),
        clock=lambda: CHAIN_TIME,
        choose=lambda: backend,
    )
    if what == "keep":
        vault.keep(OTHER_WORDS, name="other", version=VERSION, global_id=GLOBAL_ID)
    else:
        vault.remove("till")


if __name__ == "__main__":
    main(*sys.argv[1:])
