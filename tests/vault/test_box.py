"""vault.bin: documented, canonical, bound to its wallet and profile, and read strictly."""

import hashlib
import secrets
from dataclasses import replace

import pytest

from krypton.domain.address import Address
from krypton.vault import box
from tests.fakes.values import GLOBAL_ID, WALLET
from tests.fakes.words import OTHER_WORDS, WORDS

KEY = bytes(range(32))
PROFILE = "0123456789abcdef"
HEADER = box.Header(wallet=WALLET, global_id=GLOBAL_ID, key_id="aa" * 16)


def sealed(words: tuple[str, ...] = WORDS, header: box.Header = HEADER) -> box.Record:
    return box.seal(words, header=header, profile_id=PROFILE, key=KEY)


def summed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


def spliced(header: bytes, box_: bytes = b"box", *, count: int = 1, tail: bytes = b"") -> bytes:
    parts = b"".join(len(part).to_bytes(2, "big") + part for part in (header, box_))
    return summed(box.MAGIC + b"\0\1" + count.to_bytes(2, "big") + parts + tail)


def test_what_is_written_reads_back_and_opens() -> None:
    other = replace(HEADER, key_id="bb" * 16)
    records = (sealed(), sealed(OTHER_WORDS, other))
    found = box.load(box.dump(records))
    assert found == records
    assert [box.unseal(record, profile_id=PROFILE, key=KEY) for record in found] == [WORDS, OTHER_WORDS]
    assert box.load(box.dump(())) == ()


def test_no_word_and_no_length_of_words_shows() -> None:
    one, other = sealed(), sealed(OTHER_WORDS)
    assert len(one.box) == len(other.box)
    data = box.dump((one,))
    assert not any(word.encode() in data for word in WORDS if len(word) > 3)
    assert one.box != sealed().box


def test_layout_is_the_documented_one() -> None:
    record = sealed()
    header = record.header.dump()
    body = b"KRYPTONV\x00\x01\x00\x01" + len(header).to_bytes(2, "big") + header
    body += len(record.box).to_bytes(2, "big") + record.box
    assert box.dump((record,)) == summed(body)
    assert header == (
        b'{"address":"'
        + WALLET.address.raw.encode()
        + b'","created_at":1699999000,"global_id":-777,"key_id":"'
        b'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","name":"till","public_key":"'
        + WALLET.public_key.hex().encode()
        + b'",'
        b'"scheme":"ton-24","seal":"keyring","version":"v5r1"}'
    )


def test_every_flipped_byte_is_seen() -> None:
    data = box.dump((sealed(),))
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << position % 8
        with pytest.raises(box.Unreadable):
            box.load(bytes(damaged))


def test_every_cut_is_seen() -> None:
    data = box.dump((sealed(),))
    for length in range(len(data)):
        with pytest.raises(box.Unreadable):
            box.load(data[:length])


@pytest.mark.parametrize(
    "data",
    [
        summed(b"KRYPTONX\0\1\0\0"),
        summed(b"KRYPTONV\0\1\0"),
        summed(b"KRYPTONV\0\1\0\1"),
        summed(b"KRYPTONV\0\1\0\1\0\5abc"),
        spliced(HEADER.dump(), tail=b"x"),
        spliced(HEADER.dump(), count=2),
        spliced(b""),
        spliced(b"[]"),
        spliced(b"{}"),
        spliced(b"\xff"),
        spliced(b"[" * 20_000),
        spliced(HEADER.dump() + b" "),
        spliced(HEADER.dump().replace(b"ton-24", b"ton-25")),
        spliced(HEADER.dump().replace(b'"keyring"', b'"keyring+argon2id"')),
        spliced(HEADER.dump().replace(b'"till"', b"7")),
        spliced(HEADER.dump().replace(b"-777", b'"-777"')),
        spliced(HEADER.dump().replace(b"v5r1", b"v3r1")),
        spliced(HEADER.dump().replace(b'"0:', b'"9:')),
        spliced(HEADER.dump().replace(b'{"address"', b'{"a":1,"address"')),
    ],
)
def test_a_file_with_a_good_sum_is_still_read_strictly(data: bytes) -> None:
    with pytest.raises(box.Unreadable):
        box.load(data)


def test_a_later_version_is_told_from_damage() -> None:
    with pytest.raises(box.Newer) as caught:
        box.load(summed(b"KRYPTONV\0\2\0\1anything"))
    assert caught.value.version == 2


@pytest.mark.parametrize(
    "header",
    [
        replace(HEADER, global_id=-239),
        replace(HEADER, wallet=replace(WALLET, name="other")),
        replace(HEADER, wallet=replace(WALLET, address=Address(0, bytes(32)))),
    ],
)
def test_a_record_with_other_facts_does_not_open(header: box.Header) -> None:
    with pytest.raises(box.Unreadable):
        box.unseal(replace(sealed(), header=header), profile_id=PROFILE, key=KEY)


def test_another_profile_another_key_or_another_box_does_not_open() -> None:
    record = sealed()
    with pytest.raises(box.Unreadable):
        box.unseal(record, profile_id="another", key=KEY)
    with pytest.raises(box.Unreadable):
        box.unseal(record, profile_id=PROFILE, key=secrets.token_bytes(32))
    for damaged in (b"", record.box[:20], record.box[:-1], bytes([record.box[0] ^ 1]) + record.box[1:]):
        with pytest.raises(box.Unreadable):
            box.unseal(replace(record, box=damaged), profile_id=PROFILE, key=KEY)


@pytest.mark.parametrize("name", ["", "x" * 65, "a\x1b[2Jb", "\ud800", "a\u202eb"])
def test_a_name_that_could_play_tricks_on_a_screen_is_damage(name: str) -> None:
    header = replace(HEADER, wallet=replace(WALLET, name=name))
    with pytest.raises(box.Unreadable):
        box.load(box.dump((sealed(header=header),)))
