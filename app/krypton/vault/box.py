"""The bytes of `vault.bin` and the sealing of words in them; knows no keyring and no disk.

Version 1, all numbers big-endian:

    file     magic "KRYPTONV" | version uint16 | count uint16 | count * record | SHA-256 of all before it
    record   length uint16 | header | length uint16 | box
    header   canonical JSON (UTF-8, sorted keys, no spaces) of the facts in `Header`: nothing in it is secret
    box      nonce (24 bytes) | XChaCha20-Poly1305 (IETF) of the secret, with
             key   what the layers in `seal` give; "keyring": the 32 bytes in the OS keyring under `key_id`
             data  magic | version uint16 | length uint16 | profile id (UTF-8) | header
    secret   fields in UTF-8, each ended by NUL, zeros up to a multiple of 256; scheme "ton-24": the words
             with single spaces between them

The sum at the end finds accidents without any key; the sealing finds malice. A record is sealed on
its own, so adding one wallet needs no other wallet's key, and a record that is moved to another
profile or gets another wallet's facts no longer opens. Room for later, each with a new version: other
`scheme`s, and a `seal` such as "keyring+argon2id" with its salt and costs beside it in the header.
"""

import hashlib
import hmac
import json
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from nacl import bindings
from nacl.exceptions import CryptoError

from krypton.domain.address import parse_address
from krypton.domain.chain import WalletVersion
from krypton.domain.errors import BadAddress
from krypton.domain.ports import KeptWallet
from krypton.vault.memory import short_lived

MAGIC = b"KRYPTONV"
VERSION = 1
FILE_LIMIT = 1 << 20
MAX_NAME = 64
_HEAD = struct.Struct(">8sHH")
_LENGTH = struct.Struct(">H")
_SUM_BYTES = 32
_NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_PADDING = 256
_SCHEME = "ton-24"
_SEAL = "keyring"


class Unreadable(Exception):
    """The bytes aren't a vault file, or don't open under this key."""


class Newer(Exception):
    """The bytes were written by a later version."""

    def __init__(self, version: int) -> None:
        """Carry that version."""
        super().__init__(version)
        self.version = version


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A wallet's public facts; `global_id` is the chain's, `key_id` (hex) names the keyring's key."""

    wallet: KeptWallet
    global_id: int
    key_id: str

    def dump(self) -> bytes:
        """Return the canonical JSON."""
        facts = {
            "address": self.wallet.address.raw,
            "created_at": self.wallet.created_at,
            "global_id": self.global_id,
            "key_id": self.key_id,
            "name": self.wallet.name,
            "public_key": self.wallet.public_key.hex(),
            "scheme": _SCHEME,
            "seal": _SEAL,
            "version": self.wallet.version.value,
        }
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A header as it stands in the file, and the box that is bound to it."""

    header: Header
    box: bytes


def dump(records: Sequence[Record], /) -> bytes:
    """Return the whole file."""
    parts = [_HEAD.pack(MAGIC, VERSION, len(records))]
    for record in records:
        for part in (record.header.dump(), record.box):
            parts += [_LENGTH.pack(len(part)), part]
    body = b"".join(parts)
    return body + hashlib.sha256(body).digest()


def load(data: bytes, /) -> tuple[Record, ...]:
    """Return the records of a whole file. Raises Unreadable, or Newer for a later version."""
    body, found = data[:-_SUM_BYTES], data[-_SUM_BYTES:]
    if len(body) < _HEAD.size or not hmac.compare_digest(hashlib.sha256(body).digest(), found):
        raise Unreadable
    magic, version, count = cast("tuple[bytes, int, int]", _HEAD.unpack_from(body))
    if magic != MAGIC:
        raise Unreadable
    if version != VERSION:
        raise Newer(version)
    rest = body[_HEAD.size :]
    records: list[Record] = []
    for _ in range(count):
        header, rest = _cut(rest)
        box, rest = _cut(rest)
        records.append(Record(header=_header(header), box=box))
    if rest:
        raise Unreadable
    return tuple(records)


def seal(words: Sequence[str], *, header: Header, profile_id: str, key: bytes) -> Record:
    """Return the record that keeps `words` under `key`."""
    fields = b" ".join(word.encode() for word in words) + b"\0"
    padded = fields.ljust(-(-len(fields) // _PADDING) * _PADDING, b"\0")
    with short_lived(fields), short_lived(padded) as secret:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            secret, _bound(header, profile_id), nonce, key
        )
    return Record(header=header, box=nonce + box)


def unseal(record: Record, *, profile_id: str, key: bytes) -> tuple[str, ...]:
    """Return the words again. Raises Unreadable."""
    nonce, box = record.box[:_NONCE_BYTES], record.box[_NONCE_BYTES:]
    try:
        secret = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            box, _bound(record.header, profile_id), nonce, key
        )
    except (CryptoError, ValueError):
        raise Unreadable from None
    with short_lived(secret), short_lived(secret.partition(b"\0")[0]) as phrase:
        return tuple(word.decode() for word in phrase.split(b" "))


def _bound(header: Header, profile_id: str) -> bytes:
    profile = profile_id.encode()
    return MAGIC + _LENGTH.pack(VERSION) + _LENGTH.pack(len(profile)) + profile + header.dump()


def _cut(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < _LENGTH.size:
        raise Unreadable
    (length,) = cast("tuple[int]", _LENGTH.unpack_from(data))
    end = _LENGTH.size + length
    if len(data) < end:
        raise Unreadable
    return data[_LENGTH.size : end], data[end:]


def _header(data: bytes) -> Header:
    try:
        header = _facts(cast("object", json.loads(data)))
    except (ValueError, TypeError, KeyError, RecursionError, BadAddress):
        raise Unreadable from None
    if header.dump() != data:
        raise Unreadable
    return header


def _facts(plain: object) -> Header:
    if not isinstance(plain, dict):
        raise TypeError
    facts = cast("dict[str, object]", plain)
    wallet = KeptWallet(
        name=_name(facts["name"]),
        version=WalletVersion(facts["version"]),
        public_key=bytes.fromhex(_text(facts["public_key"])),
        address=parse_address(_text(facts["address"])),
        created_at=_number(facts["created_at"]),
    )
    return Header(wallet=wallet, global_id=_number(facts["global_id"]), key_id=_text(facts["key_id"]))


def is_name(name: str, /) -> bool:
    """Say whether a wallet may be called that: short, and every letter can be seen."""
    return 0 < len(name) <= MAX_NAME and name.isprintable()


def _name(value: object) -> str:
    name = _text(value)
    if not is_name(name):
        raise ValueError
    return name


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
