"""A get-method's stack as cells (TL-B VmStack) and back; knows no method."""

from typing import Protocol, TypeAlias, cast

from pytoniq_core import Cell, Slice, VmStack, VmTuple

StackItem: TypeAlias = "int | Cell | Slice | list[StackItem] | None"


class _Stacks(Protocol):
    """What is used of pytoniq-core's VmStack, which has no types."""

    def serialize(self, data: list[StackItem], /) -> Cell: ...

    def deserialize(self, cell_slice: Slice, /) -> list[object]: ...


class _Items(Protocol):
    list: list[object]


_STACKS = cast("_Stacks", VmStack)


def write(stack: tuple[StackItem, ...], /) -> bytes:
    """Return the stack, bottom first, as a BoC."""
    return _STACKS.serialize(list(stack)).to_boc()


def read(boc: bytes, /) -> tuple[StackItem, ...] | None:
    """Return the stack in a BoC, bottom first; None when something on it isn't a value."""
    left = _STACKS.deserialize(Cell.one_from_boc(boc).begin_parse())
    try:
        return tuple(_plain(item) for item in left)
    except TypeError:
        return None


def _plain(item: object) -> StackItem:
    match item:
        case None | int() | Cell() | Slice():
            return item
        case VmTuple():
            return [_plain(each) for each in cast("_Items", item).list]
        case _:
            raise TypeError(type(item).__name__)
