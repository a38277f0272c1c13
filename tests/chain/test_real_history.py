"""What happened on the real contract is told right, as far as the sandbox can make it happen."""

from krypton.chain import collector
from krypton.chain import collector_bodies as bodies
from krypton.chain import collector_messages as wire
from krypton.chain.cells import to_boc
from krypton.domain.address import Address
from krypton.domain.collector import Terms
from krypton.domain.ledger import Entry, ForwardBounced, Payment, Refused
from krypton.sandbox.boc import one_from_boc as sandbox_cell
from krypton.sandbox.wallets import Sending
from tests.chain.servers import GRAM, Town

OWNER = Address(0, b"\x0e" * 32)
NO_PAYMENT = int(wire.ContractError.PAYMENT_REFUSED)


async def real(
    town: Town, *, supplier: Address, comments: bool = False, threshold: int = 10 * GRAM
) -> Address:
    terms = Terms(owner=OWNER, supplier=supplier, min_withdrawal=threshold, fee_bps=100, comments=comments)
    address = collector.address_of(terms)
    await town.sandbox.send(
        Sending(
            target=address.account,
            value=GRAM // 10,
            body=sandbox_cell(bodies.encode(wire.TopUp(query_id=1))),
            init=sandbox_cell(collector.state_init(terms)),
            bounce=1,
        )
    )
    return address


async def newest(town: Town, address: Address, count: int = 1) -> list[Entry]:
    reader = town.reader()
    account = (await reader.account(address)).value
    found = await reader.entries(
        address, lt=account.last_lt, hash_=account.last_hash, until_lt=0, limit=count
    )
    return list(found)


async def test_a_real_bounce_is_credited_as_the_contract_credits_it(town: Town) -> None:
    address = await real(town, supplier=town.sandbox.bouncing_supplier)
    await town.sandbox.pay(address, amount=5 * GRAM)
    for _ in range(3):
        town.sandbox.step()
    bounced, paid = await newest(town, address, 2)
    assert isinstance(paid.event, Payment)
    assert isinstance(bounced.event, ForwardBounced)
    state = (await town.reader().collector(address)).value
    assert bounced.event.credited == state.stats.refundable > 4_990_000_000


async def test_a_real_withdrawal_at_the_threshold(town: Town) -> None:
    address = await real(town, supplier=town.sandbox.supplier, threshold=GRAM // 10)
    await town.sandbox.pay(address, amount=5 * GRAM)
    await town.sandbox.pay(address, amount=5 * GRAM)
    (entry,) = await newest(town, address)
    assert isinstance(entry.event, Payment)
    assert entry.withdrawal is not None
    assert (entry.withdrawal.to, entry.withdrawal.forced) == (OWNER, False)
    state = (await town.reader().collector(address)).value
    assert (state.stats.fee_balance, state.stats.last_withdrawal_time) == (0, entry.stamp.time)


async def test_a_real_payment_by_comment_and_one_that_is_sent_back(town: Town) -> None:
    address = await real(town, supplier=town.sandbox.supplier, comments=True)
    text = sandbox_cell(to_boc(bodies.text_cell("order 12")))
    await town.sandbox.send(Sending(target=address.account, value=5_050_000_000, body=text, bounce=0))
    await town.sandbox.send(Sending(target=address.account, value=GRAM // 20, body=text, bounce=0))
    town.sandbox.step()
    refused, paid = await newest(town, address, 2)
    assert isinstance(paid.event, Payment)
    assert (paid.event.forwarded, paid.event.comment, paid.event.by_comment) == (5 * GRAM, "order 12", True)
    assert isinstance(refused.event, Refused)
    assert refused.event.exit_code == NO_PAYMENT
    assert 0 < refused.event.returned < GRAM // 20
