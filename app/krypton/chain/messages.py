"""The owner's operations as messages of his wallet, written and read back; knows no key and no socket.

One class serves both sides: the Composer writes what an intent means, the Decoder tells what a payload
means by writing it again, so that a difference of one bit is a refusal.
"""

from typing import assert_never

from krypton.chain import collector, collector_bodies, wallets
from krypton.chain import collector_messages as wire
from krypton.chain.cells import MAX_BITS, Cell, Refuted, one_from_boc, to_boc
from krypton.domain.address import Address
from krypton.domain.chain import WalletVersion
from krypton.domain.collector import MAX_SHARES, SPLIT_GAS, WITHDRAWAL_GAS, Prices, Terms, check_threshold
from krypton.domain.errors import BadAddress, BadContractData, OutOfBounds, SignerRefused
from krypton.domain.money import Nano
from krypton.domain.operation import Deploy, ForceWithdraw, Intent, Sending, SetMinWithdrawal, Unsigned

ATTACHED: Nano = 20_000_000
"""Nano sent along with an operation: some ten times what the dearest one costs today (a forced withdrawal
with a split of eight: 23,600 gas and ten messages). What is left comes back to the owner."""
SEND_MODE = 3
"""Network fees apart from the value (1); a message that can't be sent is skipped (2), as v5r1 demands."""

WALLET_GAS = 7_500
"""Bound of a wallet's gas for one message; on a real node v4r2 took 3,308 and v5r1 4,939."""
RECEIVE_GAS = 2_500
"""Bound of a wallet's gas for coins that come in."""
OPERATION_GAS = 6_000
"""Bound of the collector's gas for a deploy or a new threshold; the contract's gas tests pin less."""
RENT: Nano = 1_000_000
"""Room for the rent that the accounts owe: today a collector's is 2,300,000 a year, a wallet's a tenth."""
SPARE_CELLS = 5
"""Cells of an external message beside the internal one's: body, action, message, StateInit, its data."""


class Wire:
    """Implements the Composer and Decoder ports over the wallets' and the collector's layouts."""

    def wallet_address(self, public_key: bytes, version: WalletVersion, *, global_id: int) -> Address:
        """Return the address of a key's wallet."""
        id_ = wallets.wallet_id(version, global_id=global_id)
        return wallets.address_of(wallets.state_init(public_key, version, id_=id_))

    def collector_address(self, terms: Terms, /) -> Address:
        """Return where a collector with these terms will live. Raises OutOfBounds, BadAddress."""
        return collector.address_of(terms)

    def sending(self, intent: Intent, /, *, query_id: int) -> Sending:
        """Return the internal message that carries out `intent`. Raises OutOfBounds, BadAddress."""
        init: bytes | None = None
        match intent:
            case Deploy(terms=terms, funding=value):
                destination, init = collector.address_of(terms), collector.state_init(terms)
                body: wire.Operation = wire.TopUp(query_id=query_id)
            case SetMinWithdrawal(collector=destination, value=threshold):
                check_threshold(threshold)
                value = ATTACHED
                body = wire.SetMinWithdrawal(query_id=query_id, min_withdrawal=threshold)
            case ForceWithdraw(collector=destination):
                value = ATTACHED
                body = wire.ForceWithdraw(query_id=query_id)
            case _:
                assert_never(intent)
        return Sending(
            destination=destination,
            value=value,
            bounce=True,  # refused, it comes back: also a deploy, whose contract is there by then
            mode=SEND_MODE,
            body=collector_bodies.encode(body),
            state_init=init,
        )

    def unsigned(
        self, sending: Sending, *, version: WalletVersion, global_id: int, seqno: int, valid_until: int
    ) -> Unsigned:
        """Return what the wallet's key has to sign."""
        return wallets.unsigned(
            sending, version=version, global_id=global_id, seqno=seqno, valid_until=valid_until
        )

    def network_fee_bound(self, intent: Intent, *, prices: Prices, first_use: bool) -> Nano:
        """Return an upper bound, in nano, of what the chain takes for the whole operation.

        That is: importing the external message, the wallet's gas, the message to the collector, its gas,
        and what comes back. Coins that are kept (a deploy's funding) or come back are no fee.
        """
        match intent:
            case Deploy() | SetMinWithdrawal():
                gas, answers = OPERATION_GAS, 1
            case ForceWithdraw():
                gas, answers = WITHDRAWAL_GAS + MAX_SHARES * SPLIT_GAS, 1 + MAX_SHARES
            case _:
                assert_never(intent)
        message = wallets.internal_message(self.sending(intent, query_id=0))
        codes = tuple(wallets.code(version) for version in WalletVersion) if first_use else ()
        imported = _forward_fee(prices, message, *codes, spare_cells=SPARE_CELLS)
        across = _forward_fee(prices, message, spare_cells=0)
        back = answers * prices.forward_fee(cells=1, bits=MAX_BITS)
        burnt = prices.gas_fee(WALLET_GAS) + prices.gas_fee(gas) + answers * prices.gas_fee(RECEIVE_GAS)
        return imported + across + back + burnt + RENT

    def decode(self, payload: bytes, *, version: WalletVersion, global_id: int) -> Unsigned:
        """Return what this signing payload (BoC) really says. Raises SignerRefused."""
        return wallets.decode(payload, version=version, global_id=global_id)

    def intent(self, sending: Sending, /) -> Intent:
        """Return which operation the internal message really is. Raises SignerRefused."""
        try:
            found, query_id = _read(sending)
            again = self.sending(found, query_id=query_id)
        except (OutOfBounds, BadAddress, BadContractData, Refuted) as error:
            raise SignerRefused(what="operation") from error
        if again != sending:
            raise SignerRefused(what="operation")
        return found

    def envelope(
        self, unsigned: Unsigned, *, wallet: Address, public_key: bytes, first_use: bool, signature: bytes
    ) -> tuple[bytes, bytes]:
        """Return the external message (BoC) and its normalised hash (TEP-467). Raises SignerRefused."""
        return wallets.envelope(
            unsigned, wallet=wallet, public_key=public_key, first_use=first_use, signature=signature
        )


def _read(sending: Sending) -> tuple[Intent, int]:
    match collector_bodies.decode(sending.body, exact=True):
        case wire.TopUp(query_id=query_id) if sending.state_init is not None:
            terms = _terms(sending.state_init, sending.destination)
            return Deploy(terms=terms, funding=sending.value), query_id
        case wire.SetMinWithdrawal(query_id=query_id, min_withdrawal=value):
            return SetMinWithdrawal(collector=sending.destination, value=value), query_id
        case wire.ForceWithdraw(query_id=query_id):
            return ForceWithdraw(collector=sending.destination), query_id
        case _:
            raise SignerRefused(what="operation")


def _terms(state_init: bytes, address: Address) -> Terms:
    """Return the terms in a StateInit's data; that its code is ours shows when it is written anew."""
    init = one_from_boc(state_init).parse()
    init.uint(2)
    init.maybe()
    data = init.maybe()
    if data is None:
        raise SignerRefused(what="operation")
    return collector.read_data(to_boc(data), address=address)[0]


def _forward_fee(prices: Prices, message: Cell, *more: Cell, spare_cells: int) -> Nano:
    """Bound the fee of a message: every distinct cell below its root, and whole cells to spare."""
    found: dict[bytes, Cell] = {}
    waiting = [*message.refs, *more]
    while waiting:
        cell = waiting.pop()
        if cell.hash not in found:
            found[cell.hash] = cell
            waiting.extend(cell.refs)
    bits = sum(cell.size for cell in found.values()) + spare_cells * MAX_BITS
    return prices.forward_fee(cells=len(found) + spare_cells, bits=bits)
