"""Wires one open profile: store, vault, chain, sync and use cases; the only file that picks adapters."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from krypton.bootstrap import journal, places
from krypton.bootstrap.places import Wanted
from krypton.bootstrap.trusted import TrustFile
from krypton.chain.messages import Wire
from krypton.chain.network import BUNDLED, Network, bundled, load
from krypton.chain.reader import open_reader
from krypton.domain.errors import BadConfig, ConfigFault
from krypton.domain.ports import Clock, Playground, Reader
from krypton.sandbox.control import Control
from krypton.services.accounts import Accounts
from krypton.services.operations import Operations
from krypton.services.shop import Shop
from krypton.store.engine import open_database
from krypton.store.ledger import StoredLedger
from krypton.store.profile import Profile
from krypton.sync.follower import Follower
from krypton.vault.owner import OwnerVault

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Everything that a window or a command works with."""

    reader: Reader
    accounts: Accounts
    operations: Operations
    shop: Shop
    follower: Follower
    playground: Playground | None
    clock: Clock


class Thread:
    """One worker thread for one blocking port; calls run one after the other."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Return what `call` returns; a call that began runs to its end, whoever is cancelled."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._pool, call))

    def close(self) -> None:
        """Wait for the running call and end the thread."""
        self._pool.shutdown(wait=True)


@contextlib.asynccontextmanager
async def open_stack(wanted: Wanted, /) -> AsyncGenerator[Stack]:
    """Open a profile on a network; leaving closes everything in the opposite order.

    Raises StorageError, WrongNetwork, BadConfig, SandboxUnavailable.
    """
    async with contextlib.AsyncExitStack() as closing:
        profile = closing.enter_context(Profile(wanted.folder))
        closing.enter_context(journal.kept(profile.logs))
        config = await closing.enter_async_context(
            places.network_config(wanted.network, profile=profile.folder)
        )
        chain = bundled(config) if config in BUNDLED else load(Path(config))
        if places.stake(chain) is not wanted.label.stake:
            raise BadConfig(path=config, fault=ConfigFault.SHAPE)  # not what it was when it was shown
        profile.bind(network=_lasting(wanted.network), zero_state=chain.id)
        yield await _wire(profile, chain, closing=closing)


async def _wire(profile: Profile, chain: Network, *, closing: contextlib.AsyncExitStack) -> Stack:
    in_ledger, in_vault = Thread("ledger"), Thread("vault")
    closing.callback(in_ledger.close)
    closing.callback(in_vault.close)
    database = await in_ledger(lambda: open_database(profile.ledger))
    closing.push_async_callback(in_ledger, database.close)
    ledger = StoredLedger(database)
    reader = open_reader(chain, clock=now, keep=TrustFile(profile.folder))
    closing.push_async_callback(reader.aclose)
    wire = Wire()
    vault = OwnerVault(
        profile.vault,
        profile_id=profile.settings.profile_id,
        composer=wire,
        decoder=wire,
        clock=now,
    )
    follower = Follower(reader=reader, ledger=ledger, in_thread=in_ledger, clock=now)
    accounts = Accounts(
        reader=reader,
        composer=wire,
        vault=vault,
        in_vault=in_vault,
        ledger=ledger,
        in_ledger=in_ledger,
        clock=now,
    )
    operations = Operations(
        reader=reader,
        composer=wire,
        vault=vault,
        in_vault=in_vault,
        ledger=ledger,
        in_ledger=in_ledger,
        clock=now,
    )
    await operations.recover()
    await closing.enter_async_context(_running(follower))
    return Stack(
        reader=reader,
        accounts=accounts,
        operations=operations,
        shop=Shop(reader=reader, ledger=ledger, in_ledger=in_ledger),
        follower=follower,
        playground=None if chain.sandbox is None else Control(dict(chain.sandbox)),
        clock=now,
    )


def now() -> int:
    """Return Unix time in whole seconds."""
    return int(time.time())


def _lasting(name: str) -> str:
    """Return a network's name as the profile remembers it: a file by its whole path."""
    return name if name in {*BUNDLED, places.SANDBOX} else str(Path(name).expanduser().absolute())


@contextlib.asynccontextmanager
async def _running(follower: Follower) -> AsyncGenerator[None]:
    """Follow the chain meanwhile. Failures of chain and store it outlives; a mistake of ours ends us too."""
    task, owner = asyncio.create_task(follower.run(), name="follower"), asyncio.current_task()

    def ended(_: "asyncio.Task[None]") -> None:
        if owner is not None and _failure(task) is not None:
            owner.cancel()

    task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        mistake = _failure(task)
        if mistake is None:
            raise
        raise mistake from None
    finally:
        task.cancel()
        await asyncio.wait({task})


def _failure(task: "asyncio.Task[None]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
