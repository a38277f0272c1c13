"""Which chain and which lite servers: a TON global config read strictly; opens no connection."""

import base64
import binascii
import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from krypton import paths
from krypton.chain.proofs import MASTERCHAIN, WHOLE_SHARD, BlockId
from krypton.domain.errors import BadConfig, ConfigFault

BUNDLED: Final = ("mainnet", "testnet")
MAX_BYTES = 1_000_000
MAX_SERVERS = 64
MAX_HARD_FORKS = 64
_KEY_BYTES = 32
SANDBOX_KEY = "krypton_sandbox"
_GLOBAL_IDS: Final = {
    "17a3a92992aabea785a7a090985a265cd31f323d849da51239737e321fb05569": -239,
    "823f81f306ff02694f935cf5021548e3ce2b86b529812af6a12148879e95a128": -3,
}
"""Zero state (root hash) to global id: config param 19 of mainnet and testnet."""
PUBLIC_IDS: Final = frozenset(_GLOBAL_IDS.values())
"""Global ids that no other chain may bear: under them a signature is good for real coins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A lite server: IPv4 address, TCP port and Ed25519 public key."""

    host: str
    port: int
    key: bytes

    @property
    def name(self) -> str:
        """How it is named in the diagnostics: address with port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A chain, by its zero state, and the servers to reach it through.

    `global_id` is None where only the chain itself can tell. `sandbox` is the raw extra section of a
    sandbox's config, None anywhere else.
    """

    servers: tuple[Server, ...]
    zero_state: BlockId
    init_block: BlockId
    hard_forks: tuple[BlockId, ...]
    global_id: int | None
    sandbox: Mapping[str, object] | None = None

    @property
    def id(self) -> str:
        """The zero state's root hash (hex): what a profile is tied to."""
        return self.zero_state.root_hash.hex()


def bundled(name: str, /) -> Network:
    """Return the shipped config of "mainnet" or "testnet". Raises BadConfig."""
    if name not in BUNDLED:
        raise BadConfig(path=name, fault=ConfigFault.MISSING)
    return load(paths.resources() / "networks" / f"{name}.json")


def load(path: Path, /) -> Network:
    """Read a global config from a file. Raises BadConfig."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadConfig(path=str(path), fault=ConfigFault.MISSING) from error
    return parse(data, path=str(path))


def parse(data: bytes, /, *, path: str) -> Network:
    """Read a global config's bytes; `path` is only for the message. Raises BadConfig."""
    if len(data) > MAX_BYTES:
        raise BadConfig(path=path, fault=ConfigFault.TOO_LARGE)
    try:
        whole = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadConfig(path=path, fault=ConfigFault.NOT_JSON) from error
    try:
        return _network(_Object(whole))
    except _NoServersError as error:
        raise BadConfig(path=path, fault=ConfigFault.NO_SERVERS) from error
    except (ValueError, TypeError) as error:
        raise BadConfig(path=path, fault=ConfigFault.SHAPE) from error


class _NoServersError(ValueError):
    pass


class _Object:
    """A JSON object whose members have the types that are asked for. Raises ValueError, TypeError."""

    def __init__(self, held: object) -> None:
        if not isinstance(held, dict):
            raise TypeError(type(held).__name__)
        self.held = cast("dict[str, object]", held)

    def within(self, name: str) -> "_Object":
        return _Object(self.held.get(name))

    def integer(self, name: str, *, low: int, high: int) -> int:
        value = self.held.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(name)
        return value

    def binary(self, name: str) -> bytes:
        """Take 32 bytes written as base64."""
        value = self.held.get(name)
        if not isinstance(value, str):
            raise TypeError(name)
        try:
            data = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError(name) from error
        if len(data) != _KEY_BYTES:
            raise ValueError(name)
        return data

    def objects(self, name: str, *, most: int) -> Sequence["_Object"]:
        value = self.held.get(name)
        if not isinstance(value, list):
            raise TypeError(name)
        items = cast("list[object]", value)
        if len(items) > most:
            raise ValueError(name)
        return [_Object(item) for item in items]


def _network(whole: _Object) -> Network:
    validator = whole.within("validator")
    zero_state = _block(validator.within("zero_state"))
    servers = tuple(dict.fromkeys(_server(each) for each in whole.objects("liteservers", most=MAX_SERVERS)))
    if not servers:
        raise _NoServersError
    forks = validator.objects("hardforks", most=MAX_HARD_FORKS) if "hardforks" in validator.held else ()
    known_as = _GLOBAL_IDS.get(zero_state.root_hash.hex())
    # Real money never has a faucet: what a file says about one is ignored there.
    sandbox = whole.within(SANDBOX_KEY).held if SANDBOX_KEY in whole.held and known_as is None else None
    return Network(
        servers=servers,
        zero_state=zero_state,
        init_block=_block(validator.within("init_block")) if "init_block" in validator.held else zero_state,
        hard_forks=tuple(_block(each) for each in forks),
        global_id=known_as,
        sandbox=sandbox,
    )


def _server(held: _Object) -> Server:
    ip = held.integer("ip", low=-(1 << 31), high=(1 << 32) - 1)
    return Server(
        host=str(ipaddress.IPv4Address(ip & 0xFFFFFFFF)),
        port=held.integer("port", low=1, high=65535),
        key=held.within("id").binary("key"),
    )


def _block(held: _Object) -> BlockId:
    workchain = held.integer("workchain", low=MASTERCHAIN, high=MASTERCHAIN)
    if "shard" in held.held:
        held.integer("shard", low=-WHOLE_SHARD, high=-WHOLE_SHARD)
    return BlockId(
        workchain=workchain,
        shard=WHOLE_SHARD,
        seqno=held.integer("seqno", low=0, high=(1 << 32) - 1),
        root_hash=held.binary("root_hash"),
        file_hash=held.binary("file_hash"),
    )
