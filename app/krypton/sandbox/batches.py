"""Runs many messages in one question to the TVM's process: a turn of a pipe costs more than a transaction."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from krypton.sandbox.tvm import NO_SEED, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.tvm import Tvm


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Messages (BoC, logical time) for one account (BoC), in order."""

    shard_account: bytes
    messages: Sequence[tuple[bytes, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a job: each message's transaction (BoC), and the account after all of them."""

    shard_account: bytes
    results: Sequence[bytes | Refused]


def run_batch(tvm: Tvm, jobs: Sequence[Job], *, now: int) -> list[Ran]:
    """Run every job's messages, one after another, each job on its own account."""
    params = {"utime": now, "rand_seed": NO_SEED.hex(), "ignore_chksig": False, "debug_enabled": False}
    asked = [
        {
            "account": _text(job.shard_account),
            "messages": [[_text(message), str(lt)] for message, lt in job.messages],
        }
        for job in jobs
    ]
    request: dict[str, object] = {"op": "batch", "jobs": asked, "params": params, "verbosity": 0}
    answer = cast("list[dict[str, Any]]", tvm.ask(request))
    return [
        Ran(
            shard_account=base64.b64decode(one["account"]),
            results=[_result(each) for each in one["results"]],
        )
        for one in answer
    ]


def _result(each: dict[str, Any]) -> bytes | Refused:
    if "transaction" in each:
        return base64.b64decode(each["transaction"])
    return Refused(exit_code=each.get("vm_exit_code"), reason=str(each.get("error", "")), vm_log="")


def _text(boc: bytes) -> str:
    return base64.b64encode(boc).decode()
