"""A value tells those who watch, once a change, and stops when asked."""

from krypton.domain.observable import Value


def test_tells_of_changes_only() -> None:
    value, told = Value(1), list[int]()
    stop = value.watch(told.append)
    value.put(1)
    value.put(2)
    stop()
    stop()
    value.put(3)
    assert (told, value.now) == ([2], 3)


def test_a_listener_may_stop_while_told() -> None:
    value, told = Value(0), list[int]()
    stops = [value.watch(lambda _: stops[0]()), value.watch(told.append)]
    value.put(1)
    value.put(2)
    assert told == [1, 2]
