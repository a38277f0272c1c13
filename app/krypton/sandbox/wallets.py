"""Knows the sandbox's own people's wallets (v3r2, v4r2): their keys, cells and signatures; never the owner's.

Keys come from the seed alone, so anybody can know them: they hold play money on a loopback chain.
Code: the public wallet contracts v3r2 and v4r2 (code hashes below are what explorers name them by).
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Final

from pytoniq_core.crypto.ciphers import Client

from krypton.sandbox.accounts import state_init, write_address
from krypton.sandbox.boc import one_from_boc
from krypton.sandbox.cells import Builder, Cell

SUBWALLET: Final = 698_983_191
SEND_MODE: Final = 3
"""The wallet pays forwarding itself (1) and a failing send doesn't stop the rest (2)."""
LIFETIME_SECONDS: Final = 86_400
"""Generous: with chain time running ahead, a block may be an hour after the one before."""

_V3R2: Final = (
    "te6ccgEBAQEAcQAA3v8AIN0gggFMl7ohggEznLqxn3Gw7UTQ0x/THzHXC//jBOCk8mCDCNcYINMf0x/TH/gjE7vyY+1E0NMf0x/T"
    "/9FRMrryoVFEuvKiBPkBVBBV+RDyo/gAkyDXSpbTB9QC+wDo0QGkyMsfyx/L/8ntVA=="
)
_V4R2: Final = (
    "te6ccgECFAEAAtQAART/APSkE/S88sgLAQIBIAIPAgFIAwYC5tAB0NMDIXGwkl8E4CLXScEgkl8E4ALTHyGCEHBsdWe9IoIQZHN0"
    "cr2wkl8F4AP6QDAg+kQByMoHy//J0O1E0IEBQNch9AQwXIEBCPQKb6Exs5JfB+AF0z/IJYIQcGx1Z7qSODDjDQOCEGRzdHK6kl8G"
    "4w0EBQB4AfoA9AQw+CdvIjBQCqEhvvLgUIIQcGx1Z4MesXCAGFAEywUmzxZY+gIZ9ADLaRfLH1Jgyz8gyYBA+wAGAIpQBIEBCPRZ"
    "MO1E0IEBQNcgyAHPFvQAye1UAXKwjiOCEGRzdHKDHrFwgBhQBcsFUAPPFiP6AhPLassfyz/JgED7AJJfA+ICASAHDgIBIAgNAgFY"
    "CQoAPbKd+1E0IEBQNch9AQwAsjKB8v/ydABgQEI9ApvoTGACASALDAAZrc52omhAIGuQ64X/wAAZrx32omhAEGuQ64WPwAARuMl+"
    "1E0NcLH4AFm9JCtvaiaECAoGuQ+gIYRw1AgIR6STfSmRDOaQPp/5g3gSgBt4EBSJhxWfMYQE+PKDCNcYINMf0x/THwL4I7vyZO1E"
    "0NMf0x/T//QE0VFDuvKhUVG68qIF+QFUEGT5EPKj+AAkpMjLH1JAyx9SMMv/UhD0AMntVPgPAdMHIcAAn2xRkyDXSpbTB9QC+wDo"
    "MOAhwAHjACHAAuMAAcADkTDjDQOkyMsfEssfy/8QERITAG7SB/oA1NQi+QAFyMoHFcv/ydB3dIAYyMsFywIizxZQBfoCFMtrEszM"
    "yXP7AMhAFIEBCPRR8qcCAHCBAQjXGPoA0z/IVCBHgQEI9FHyp4IQbm90ZXB0gBjIywXLAlAGzxZQBPoCFMtqEssfyz/Jc/sAAgBs"
    "gQEI1xj6ANM/MFIkgQEI9Fnyp4IQZHN0cnB0gBjIywXLAlAFzxZQA/oCE8tqyx8Syz/Jc/sAAAr0AMntVA=="
)


class Version(Enum):
    """Which wallet contract."""

    V3R2 = "v3r2"
    V4R2 = "v4r2"


@cache
def code(version: Version) -> Cell:
    """Give a wallet contract's code."""
    match version:
        case Version.V3R2:
            return one_from_boc(b64decode(_V3R2))
        case Version.V4R2:
            return one_from_boc(b64decode(_V4R2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message that a wallet sends; `value` in nano, `init` what it deploys (StateInit)."""

    target: bytes
    value: int
    body: Cell | None = None
    bounce: int = 0
    init: Cell | None = None


class Wallet:
    """A wallet that the sandbox itself owns."""

    def __init__(self, seed: bytes, name: str, version: Version) -> None:
        """Derive the key from the sandbox's seed and the wallet's name."""
        self.name = name
        self.version = version
        self._signer = Client(sha256(b"krypton sandbox wallet/" + seed + b"/" + name.encode()).digest())
        self.init = state_init(code(version), self.data(0))
        self.account = self.init.hash

    def data(self, seqno: int) -> Cell:
        """Write the contract's data at a seqno."""
        builder = Builder().uint(seqno, 32).uint(SUBWALLET, 32).raw(self._signer.ed25519_public.encode())
        return builder.uint(0, 1).end() if self.version is Version.V4R2 else builder.end()

    def transfer(self, *sendings: Sending, seqno: int, now: int, deployed: int) -> Cell:
        """Write and sign the external message that sends up to four messages at a seqno."""
        builder = Builder().uint(SUBWALLET, 32).uint(now + LIFETIME_SECONDS, 32).uint(seqno, 32)
        if self.version is Version.V4R2:
            builder.uint(0, 8)
        for sending in sendings:
            builder.uint(SEND_MODE, 8).ref(internal(sending))
        unsigned = builder.end()
        body = Builder().raw(self._signer.sign(unsigned.hash)).cell(unsigned).end()
        message = write_address(Builder().uint(0b1000, 4), self.account).coins(0)
        message = message.uint(0, 1) if deployed else message.uint(0b11, 2).ref(self.init)
        return message.uint(1, 1).ref(body).end()


def internal(sending: Sending) -> Cell:
    """Write the internal message of a sending; the network fills in the rest."""
    builder = Builder().uint(0b01, 2).uint(sending.bounce, 1).uint(0, 1).uint(0, 2)
    write_address(builder, sending.target).coins(sending.value).uint(0, 1).coins(0).coins(0)
    builder.uint(0, 96)
    builder = builder.uint(0, 1) if sending.init is None else builder.uint(0b11, 2).ref(sending.init)
    if sending.body is None:
        return builder.uint(0, 1).end()
    return builder.uint(1, 1).ref(sending.body).end()


def comment(text: str) -> Cell:
    """Write a text comment (op 0) as a snake of cells (TEP-74's comment layout)."""
    data = bytes(4) + text.encode()
    pieces = [data[at : at + 120] for at in range(0, len(data), 120)]
    tail: Cell | None = None
    for piece in reversed(pieces):
        builder = Builder().raw(piece)
        tail = builder.ref(tail).end() if tail else builder.end()
    return tail or Builder().end()
