"""Frozen dataclasses to canonical JSON and back, strictly; knows types, not meanings."""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum, EnumType
from functools import cache
from typing import TypeVar

V = TypeVar("V")


class Unreadable(ValueError):
    """The text isn't what `dumps` writes for this type (whose name is the argument)."""


def dumps(value: object, /) -> str:
    """Return the one canonical JSON text of a frozen value: sorted keys, no spaces.

    Dataclasses carry their class name, so a union reads back. Amounts are strings: JSON numbers
    are floats to most readers.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def loads(kind: type[V], text: str, /) -> V:
    """Read back what `dumps` wrote. Raises Unreadable on anything else."""
    try:
        return typing.cast("V", _typed(kind, json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unreadable(kind.__name__) from error


def _plain(value: object) -> object:
    if is_dataclass(value):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__, **{f".{name}": held for name, held in named.items()}}
    match value:
        case None | bool() | str():
            return value
        case Enum():
            return _plain(value.value)
        case int():
            return str(value)
        case bytes():
            return value.hex()
        case tuple():
            return [_plain(item) for item in typing.cast("tuple[object, ...]", value)]
        case _:
            raise TypeError(type(value).__name__)


def _typed(kind: object, plain: object) -> object:
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        return _one_of(typing.get_args(kind), plain)
    if origin is tuple:
        return _tuple(typing.get_args(kind)[0], plain)
    if is_dataclass(kind):
        return _dataclass(typing.cast("type[object]", kind), plain)
    if isinstance(kind, EnumType):
        return typing.cast("type[Enum]", kind)(plain)
    return _scalar(kind, plain)


def _scalar(kind: object, plain: object) -> object:
    if kind is type(None) and plain is None:
        return None
    if kind is bool and isinstance(plain, bool):
        return plain
    if kind is str and isinstance(plain, str):
        return plain
    if kind is int and isinstance(plain, str):
        return int(plain)
    if kind is bytes and isinstance(plain, str):
        return bytes.fromhex(plain)
    raise TypeError(kind)


def _tuple(item: object, plain: object) -> tuple[object, ...]:
    if not isinstance(plain, list):
        raise TypeError(item)
    return tuple(_typed(item, held) for held in typing.cast("list[object]", plain))


def _dataclass(kind: type[object], plain: object) -> object:
    if not isinstance(plain, dict):
        raise TypeError(kind)
    held = typing.cast("dict[str, object]", plain)
    hints = _hints(kind)
    if held["type"] != kind.__name__ or set(held) != {"type", *(f".{name}" for name in hints)}:
        raise KeyError(kind.__name__)
    return kind(**{name: _typed(hint, held[f".{name}"]) for name, hint in hints.items()})


def _one_of(kinds: tuple[object, ...], plain: object) -> object:
    for kind in kinds:
        try:
            return _typed(kind, plain)
        except (TypeError, KeyError, ValueError, AttributeError):
            continue
    raise TypeError(kinds)


@cache
def _hints(kind: type[object]) -> dict[str, object]:
    return typing.get_type_hints(kind)
