"""The owner's wallet contracts: addresses, signing payloads, envelopes; knows no key and no operation.

Layouts: wallet v4r2 (ton-blockchain/wallet-contract), wallet v5r1 (ton-blockchain/wallet-contract-v5) and
`block.tlb` (messages, StateInit). What is decoded is written anew and compared, so that not one bit of a
payload escapes the decoder.
"""

import base64
from functools import cache
from typing import assert_never

from krypton.chain.builder import Builder
from krypton.chain.cells import Cell, Refuted, Slice, one_from_boc, to_boc
from krypton.chain.wallet_codes import V4R2_CODE, V5R1_CODE
from krypton.domain.address import BASECHAIN, Address
from krypton.domain.chain import Account, AccountStatus, WalletState, WalletVersion
from krypton.domain.errors import BadContractData, SignerRefused, UnknownCode
from krypton.domain.operation import Sending, Unsigned

V4R2_SUBWALLET = 698983191
"""The wallet id of every v4r2 wallet in workchain 0 (wallet-contract's default)."""
_V5_CLIENT_CONTEXT = 1 << 31
"""context_id_client: a set first bit, workchain 0, version 0, subwallet 0."""
_V5_SIGNED_EXTERNAL = 0x7369676E
_SEND_MESSAGE = 0x0EC3C86D
"""action_send_msg, block.tlb."""
_SIGNATURE = 64


def wallet_id(version: WalletVersion, /, *, global_id: int) -> int:
    """Return the wallet's id as it stands in payloads (uint32)."""
    match version:
        case WalletVersion.V4R2:
            return V4R2_SUBWALLET
        case WalletVersion.V5R1:
            return (global_id & 0xFFFFFFFF) ^ _V5_CLIENT_CONTEXT
        case _:
            assert_never(version)


@cache
def code(version: WalletVersion, /) -> Cell:
    """Return the contract's published code."""
    match version:
        case WalletVersion.V4R2:
            return one_from_boc(base64.b64decode(V4R2_CODE))
        case WalletVersion.V5R1:
            return one_from_boc(base64.b64decode(V5R1_CODE))
        case _:
            assert_never(version)


def state_init(public_key: bytes, version: WalletVersion, /, *, id_: int) -> Cell:
    """Return the StateInit of a key's wallet before its first message."""
    data = Builder()
    if version is WalletVersion.V5R1:
        data.flag(1)  # signatures are allowed
    data.uint(0, 32).uint(id_, 32).raw(public_key).maybe(None)  # plugins or extensions
    return init_cell(code(version), data.end())


def init_cell(code_: Cell, data: Cell, /) -> Cell:
    """Return a StateInit with code and data alone."""
    return Builder().uint(0, 2).maybe(code_).maybe(data).maybe(None).end()


def address_of(init: Cell, /) -> Address:
    """Return the basechain address of a StateInit."""
    return Address(BASECHAIN, init.hash)


def payload(sending: Sending, *, version: WalletVersion, id_: int, seqno: int, valid_until: int) -> Cell:
    """Return the cell whose hash the wallet's key signs: one message, no other action."""
    head = Builder()
    if version is WalletVersion.V5R1:
        head.uint(_V5_SIGNED_EXTERNAL, 32)
    head.uint(id_, 32).uint(valid_until, 32).uint(seqno, 32)
    message = internal_message(sending)
    match version:
        case WalletVersion.V4R2:
            return head.uint(0, 8).uint(sending.mode, 8).ref(message).end()
        case WalletVersion.V5R1:
            actions = (
                Builder().ref(Builder().end()).uint(_SEND_MESSAGE, 32).uint(sending.mode, 8).ref(message)
            )
            return head.maybe(actions.end()).flag(0).end()  # no other actions
        case _:
            assert_never(version)


def unsigned(
    sending: Sending, *, version: WalletVersion, global_id: int, seqno: int, valid_until: int
) -> Unsigned:
    """Return what the wallet's key has to sign."""
    id_ = wallet_id(version, global_id=global_id)
    cell = payload(sending, version=version, id_=id_, seqno=seqno, valid_until=valid_until)
    return Unsigned(
        version=version,
        wallet_id=id_,
        seqno=seqno,
        valid_until=valid_until,
        sending=sending,
        payload=to_boc(cell),
        payload_hash=cell.hash,
    )


def decode(payload_: bytes, /, *, version: WalletVersion, global_id: int) -> Unsigned:
    """Return what a signing payload says. Raises SignerRefused unless it says nothing else."""
    try:
        cell = one_from_boc(payload_)
        found = _decode(cell.parse(), version)
        again = unsigned(
            found.sending,
            version=version,
            global_id=global_id,
            seqno=found.seqno,
            valid_until=found.valid_until,
        )
    except (Refuted, ValueError) as error:
        raise SignerRefused(what="payload") from error
    if again.payload_hash != cell.hash:
        raise SignerRefused(what="payload")
    return again


def _decode(read: Slice, version: WalletVersion) -> Unsigned:
    if version is WalletVersion.V5R1:
        read.expect(_V5_SIGNED_EXTERNAL, 32)
    id_, valid_until, seqno = read.uint(32), read.uint(32), read.uint(32)
    match version:
        case WalletVersion.V4R2:
            read.expect(0, 8)
        case WalletVersion.V5R1:
            read.expect(1, 1)
            read = read.ref().parse()
            read.ref()
            read.expect(_SEND_MESSAGE, 32)
        case _:
            assert_never(version)
    sending = _read_sending(mode=read.uint(8), message=read.ref())
    return Unsigned(
        version=version,
        wallet_id=id_,
        seqno=seqno,
        valid_until=valid_until,
        sending=sending,
        payload=b"",
        payload_hash=b"",
    )


def internal_message(sending: Sending, /) -> Cell:
    """Return the message as a wallet sends it: the network fills in source, fees and times."""
    head = Builder().uint(0b01, 2).flag(sending.bounce).flag(0)  # int_msg_info, no IHR, not bounced
    head.uint(0, 2).address(sending.destination).coins(sending.value)
    head.uint(0, 1 + 4 + 4 + 64 + 32)  # other currencies, IHR fee (extra flags), forward fee, times
    head.flag(sending.state_init is not None)
    if sending.state_init is not None:
        head.flag(1).ref(one_from_boc(sending.state_init))
    return head.flag(1).ref(one_from_boc(sending.body)).end()


def _read_sending(*, mode: int, message: Cell) -> Sending:
    read = message.parse()
    read.expect(0b01, 2)
    bounce = read.flag()
    read.uint(3)  # compared when written anew, like all that is skipped here
    read.expect(0b100, 3)
    destination, value = Address(read.int_(8), read.raw(32)), read.coins()
    read.uint(1 + 4 + 4 + 64 + 32)
    init = None
    if read.flag():
        read.flag()
        init = read.ref()
    read.flag()
    return Sending(
        destination=destination,
        value=value,
        bounce=bounce,
        mode=mode,
        body=to_boc(read.ref()),
        state_init=None if init is None else to_boc(init),
    )


def envelope(
    signed: Unsigned, *, wallet: Address, public_key: bytes, first_use: bool, signature: bytes
) -> tuple[bytes, bytes]:
    """Return the external message around a signature, and its normalised hash (TEP-467).

    Raises SignerRefused when the wallet isn't this key's, or the signature isn't one.
    """
    init = state_init(public_key, signed.version, id_=signed.wallet_id)
    if address_of(init) != wallet:
        raise SignerRefused(what="wallet")
    if len(signature) != _SIGNATURE:
        raise SignerRefused(what="signature")
    said = one_from_boc(signed.payload)
    match signed.version:
        case WalletVersion.V4R2:
            body = Builder().raw(signature).cell(said).end()
        case WalletVersion.V5R1:
            body = Builder().cell(said).raw(signature).end()
        case _:
            assert_never(signed.version)
    head = _external_head(wallet).flag(first_use)
    if first_use:
        head.flag(1).ref(init)
    return to_boc(head.flag(1).ref(body).end()), external_hash(wallet, body)


def external_hash(destination: Address, body: Cell, /) -> bytes:
    """Return the normalised hash (TEP-467) of an external message: one for all its spellings."""
    return _external_head(destination).flag(0).flag(1).ref(body).end().hash


def _external_head(destination: Address) -> Builder:
    return Builder().uint(0b10, 2).uint(0, 2).address(destination).coins(0)  # ext_in_msg_info, import fee


def read_wallet(account: Account, /) -> WalletState:
    """Return a wallet's state. Raises UnknownCode, BadContractData."""
    seqno = 0
    if account.status is AccountStatus.ACTIVE:
        seqno = _seqno(account)
    return WalletState(
        address=account.address,
        balance=account.balance,
        seqno=seqno,
        deployed=account.status is AccountStatus.ACTIVE,
        last_lt=account.last_lt,
        last_hash=account.last_hash,
    )


def _seqno(account: Account) -> int:
    version = next((each for each in WalletVersion if code(each).hash == account.code_hash), None)
    if version is None:
        raise UnknownCode(address=account.address.raw, code_hash=(account.code_hash or b"").hex())
    try:
        read = one_from_boc(account.data or b"").parse()
        if version is WalletVersion.V5R1:
            read.flag()
        seqno = read.uint(32)
        read.uint(32 + 256)
        read.maybe()
    except Refuted as error:
        raise BadContractData(address=account.address.raw) from error
    if not read.empty:
        raise BadContractData(address=account.address.raw)
    return seqno
