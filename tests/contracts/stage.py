"""One collector on the real TVM: sends it messages as the network would, and says what came of them."""

import dataclasses
from dataclasses import dataclass

from krypton.chain.cells import Cell, one_from_boc, to_boc
from krypton.chain.collector import Code, address_of, data_cell, read_data, shipped_code, state_init
from krypton.chain.collector_bodies import body_cell
from krypton.chain.collector_messages import Operation, Pay, TopUp
from krypton.chain.collector_writer import Writer
from krypton.chain.history import read_entry
from krypton.chain.transactions import read_transaction
from krypton.domain.address import Address
from krypton.domain.collector import Prices, Stats, Terms, required_fee
from krypton.domain.ledger import Entry
from krypton.sandbox.tvm import Executed, Tvm
from tests.contracts.transactions import Held, Receipt, read_account, read_receipt

NOW = 1_795_000_000
GRAM = 10**9
MILLI = 10**6
TODAY = Prices(gas=4_369_067, flat_gas=100, flat=6_667, lump=66_667, bit=4_369_067, cell=436_906_667)
BEFORE = Prices(gas=26_214_400, flat_gas=100, flat=40_000, lump=400_000, bit=26_214_400, cell=2_621_440_000)
_FIRST_FRACTION = 21_845


def someone(number: int) -> Address:
    return Address(0, number.to_bytes(32, "big"))


OWNER, SUPPLIER, BUYER, STRANGER, HEIR = (someone(number) for number in range(0x1001, 0x1006))
PAYLOAD = (
    Writer().uint(0, 32).uint(int.from_bytes(b"50 Telegram Stars \n\nRef#kpJ55h3BW", "big"), 8 * 33).cell()
)
EMPTY = Writer().cell()


@dataclass
class Stage:
    """The account and the clock; `copy` makes a branch that the original doesn't see."""

    tvm: Tvm
    prices: Prices
    address: Address
    shard: bytes
    now: int = NOW
    lt: int = 1_000_000
    last: Receipt | None = None
    last_value: int = 0
    log: str = ""
    transaction: bytes = b""
    before: Held = dataclasses.field(default_factory=lambda: Held(active=False, balance=0, data=b""))

    @classmethod
    def deployed(
        cls, tvm: Tvm, *, prices: Prices, terms: Terms, code: Code | None = None, value: int = 75 * MILLI
    ) -> "Stage":
        stage = cls.absent(tvm, prices=prices, address=address_of(terms, code=code))
        receipt = stage.send(OWNER, value, TopUp(query_id=1), init=state_init(terms, code=code))
        assert receipt.accepted, receipt
        return stage

    @classmethod
    def absent(cls, tvm: Tvm, *, prices: Prices, address: Address) -> "Stage":
        none = Writer().ref(Writer().uint(0, 1).cell()).uint(0, 256).uint(0, 64).cell()
        return cls(tvm=tvm, prices=prices, address=address, shard=to_boc(none))

    @classmethod
    def holding(cls, tvm: Tvm, *, prices: Prices, terms: Terms, stats: Stats, balance: int) -> "Stage":
        """A collector in the middle of its life, with exactly this balance before the next message."""
        address = address_of(terms)
        code = one_from_boc(shipped_code().boc)
        storage = Writer().uint(2, 64).coins(balance).uint(0, 1)
        held = storage.uint(1, 1).uint(0b00110, 5).ref(code).ref(data_cell(terms, stats)).cell()
        used = measure(held, root=True)
        account = Writer().uint(1, 1).address(address)
        for figure in (used["cells"], used["bits"]):
            length = (figure.bit_length() + 7) // 8
            account.uint(length, 3).uint(figure, 8 * length)
        account.uint(0, 3).uint(NOW, 32).uint(0, 1).rest(held)
        shard = Writer().ref(account.cell()).uint(0, 256).uint(1, 64).cell()
        return cls(tvm=tvm, prices=prices, address=address, shard=to_boc(shard))

    def copy(self) -> "Stage":
        return dataclasses.replace(self)

    @property
    def held(self) -> Held:
        return read_account(self.shard)

    @property
    def balance(self) -> int:
        return self.held.balance

    @property
    def terms(self) -> Terms:
        return read_data(self.held.data, address=self.address)[0]

    @property
    def stats(self) -> Stats:
        return read_data(self.held.data, address=self.address)[1]

    @property
    def entry(self) -> Entry:
        """The last transaction as the app tells it."""
        transaction = read_transaction(one_from_boc(self.transaction), account=self.address)
        return read_entry(transaction, terms=self.terms, prices=self.prices)

    def send(
        self,
        sender: Address,
        value: int,
        body: Operation | Cell,
        *,
        bounce: bool = True,
        bounced: bool = False,
        fee: int | None = None,
        init: bytes | None = None,
    ) -> Receipt:
        """Send with the forward fee that the network would have put on it, unless `fee` says another."""
        cell = body if isinstance(body, Cell) else body_cell(body)
        message = self.message(sender, value, cell, bounce=bounce, bounced=bounced, fee=fee, init=init)
        return self.deliver(message, value=value)

    def deliver(self, message: Cell, *, value: int) -> Receipt:
        """Run a message as it is, from another stage's transaction for one."""
        self.lt += 1_000_000
        self.before, self.last_value = self.held, value
        outcome = self.tvm.run_transaction(
            shard_account_boc=self.shard, message_boc=to_boc(message), now=self.now, lt=self.lt
        )
        assert isinstance(outcome, Executed), outcome
        self.shard = outcome.shard_account
        self.last = read_receipt(outcome.transaction)
        self.log, self.transaction = outcome.vm_log, outcome.transaction
        self.conserve(self.last)
        return self.last

    def conserve(self, receipt: Receipt) -> None:
        """I1: not a nano appears or disappears."""
        came = self.before.balance + self.last_value
        went = sum(out.value + out.fee for out in receipt.outs) + receipt.fees
        assert came == self.balance + went

    def message(
        self,
        sender: Address,
        value: int,
        body: Cell,
        *,
        bounce: bool,
        bounced: bool,
        fee: int | None,
        init: bytes | None,
    ) -> Cell:
        writer = Writer().uint(1, 2).flag(value=bounce).flag(value=bounced)
        writer.address(sender).address(self.address).coins(value).uint(0, 1).coins(0)
        inline = init is None and body.size <= 300 and not body.refs
        charged = self.prices.forward_fee(**measure(body, root=not inline)) if fee is None else fee
        writer.coins(charged - charged * _FIRST_FRACTION // 65536).uint(self.lt, 64).uint(self.now, 32)
        if init is None:
            writer.uint(0, 1)
        else:
            writer.uint(0b11, 2).ref(one_from_boc(init))
        return writer.uint(0, 1).rest(body).cell() if inline else writer.uint(1, 1).ref(body).cell()


def measure(body: Cell, *, root: bool) -> dict[str, int]:
    """Distinct cells and their bits, as forwarding counts them."""
    seen: dict[bytes, int] = {}
    left = [body] if root else list(body.refs)
    while left:
        cell = left.pop()
        if cell.hash not in seen:
            seen[cell.hash] = cell.size
            left.extend(cell.refs)
    return {"cells": len(seen), "bits": sum(seen.values())}


def pay(
    *, amount: int = 5 * GRAM, until: int = NOW + 3_600, payload: Cell = PAYLOAD, query_id: int = 7
) -> Pay:
    return Pay(query_id=query_id, amount=amount, valid_until=until, payload=to_boc(payload))


def total(amount: int = 5 * GRAM, *, prices: Prices = TODAY, fee_bps: int = 100) -> int:
    return amount + required_fee(amount, fee_bps=fee_bps, prices=prices)


def bounce_of(body: Cell) -> Cell:
    """The body in which the network returns what asked for a rich bounce (new_bounce_body#fffffffe)."""
    root = Writer().uint(body.bits, body.size).cell()
    info = Writer().coins(5 * GRAM).uint(0, 1).uint(5, 64).uint(NOW, 32).cell()
    return Writer().uint(0xFFFFFFFE, 32).ref(root).ref(info).uint(0, 8).uint(100, 32).uint(0, 1).cell()
