"""The envelope around a lite server's answer, opened by hand; knows nothing of what is in it."""

_ANSWER = bytes.fromhex("1684ac0f")
_HEAD = 36
"""Bytes of the id and the query id; then `bytes`: a length under 254, or 254 and three bytes of it."""
_LONG_HEAD = 40
_LONG = 254


def opened(data: bytes, /) -> tuple[str, bytes] | None:
    """Read adnl.message.answer#0fac8416 query_id:int256 answer:bytes; None when it is anything else.

    By hand, because pytoniq would read whatever TL a server cares to send, slowly, before it is asked for.
    """
    if data[:4] != _ANSWER or len(data) < _LONG_HEAD:
        return None
    begin, size = _HEAD + 1, data[_HEAD]
    if size == _LONG:
        begin, size = _LONG_HEAD, int.from_bytes(data[_HEAD + 1 : _LONG_HEAD], "little")
    if size > len(data) - begin:
        return None
    return data[4:_HEAD].hex(), data[begin : begin + size]
