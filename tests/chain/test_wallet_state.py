"""A wallet's figures are read from proven data of a known contract, or not at all."""

from dataclasses import replace

import pytest
from nacl.signing import SigningKey
from pytoniq.contract.wallets.wallet import WalletV4R2
from pytoniq.contract.wallets.wallet_v5 import WalletV5R1

from krypton.chain import wallets
from krypton.chain.builder import Builder
from krypton.chain.cells import one_from_boc, to_boc
from krypton.domain.address import Address, parse_address
from krypton.domain.chain import Account, AccountStatus, WalletVersion
from krypton.domain.errors import BadContractData, UnknownCode

PUBLIC = bytes(SigningKey(bytes(range(32))).verify_key)
MAINNET = -239
BOTH = pytest.mark.parametrize("version", WalletVersion)


def address(version: WalletVersion) -> Address:
    id_ = wallets.wallet_id(version, global_id=MAINNET)
    return wallets.address_of(wallets.state_init(PUBLIC, version, id_=id_))


def active(version: WalletVersion, data: bytes) -> Account:
    return Account(
        address=address(version),
        status=AccountStatus.ACTIVE,
        balance=7,
        last_lt=3,
        last_hash=b"\x01" * 32,
        code_hash=wallets.code(version).hash,
        data=data,
    )


@BOTH
def test_the_seqno_is_read_from_the_proven_data(version: WalletVersion) -> None:
    if version is WalletVersion.V4R2:
        data = WalletV4R2.create_data_cell(PUBLIC)
        seqno_at = 0
    else:
        data = WalletV5R1.create_data_cell(PUBLIC, network_global_id=MAINNET)
        seqno_at = 1
    whole = one_from_boc(data.to_boc())
    bits = whole.bits | 42 << (whole.size - 32 - seqno_at)
    moved = Builder().uint(bits, whole.size).end()
    found = wallets.read_wallet(active(version, to_boc(moved)))
    assert (found.seqno, found.deployed, found.balance, found.last_lt) == (42, True, 7, 3)


@pytest.mark.parametrize("status", [AccountStatus.ABSENT, AccountStatus.UNINIT])
def test_a_wallet_before_its_first_message_has_seqno_zero(status: AccountStatus) -> None:
    found = wallets.read_wallet(Account(address=Address(0, bytes(32)), status=status, balance=5))
    assert (found.seqno, found.deployed, found.balance) == (0, False, 5)


def test_another_contract_is_no_wallet() -> None:
    with pytest.raises(UnknownCode):
        wallets.read_wallet(replace(active(WalletVersion.V4R2, b""), code_hash=bytes(32)))


@BOTH
@pytest.mark.parametrize("data", [None, b"", to_boc(Builder().end()), to_boc(Builder().uint(0, 500).end())])
def test_data_of_another_shape_is_refused(version: WalletVersion, data: bytes | None) -> None:
    with pytest.raises(BadContractData):
        wallets.read_wallet(replace(active(version, b""), data=data))


def test_an_owner_wallets_address_reads_as_people_know_it() -> None:
    written = address(WalletVersion.V5R1).friendly(bounceable=False)
    assert parse_address(written) == address(WalletVersion.V5R1)
