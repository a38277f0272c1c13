"""A value that tells its listeners when it changed; knows no loop, thread or Qt."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Value(Generic[T]):
    """Holds one frozen value; `put` tells listeners only when the new one differs."""

    def __init__(self, value: T) -> None:
        """Begin with `value`."""
        self._value = value
        self._listeners: list[Callable[[T], None]] = []

    @property
    def now(self) -> T:
        """The value that holds now."""
        return self._value

    def put(self, value: T, /) -> None:
        """Replace the value; listeners added while telling are told the next time."""
        if value == self._value:
            return
        self._value = value
        for listener in tuple(self._listeners):
            listener(value)

    def watch(self, listener: Callable[[T], None], /) -> Callable[[], None]:
        """Call `listener` with every later value; the returned function ends that (once)."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None
