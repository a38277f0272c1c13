"""The deploy form: typed text on one side, values or complaints on the other; asks nobody."""

from dataclasses import replace

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.collector import check_threshold
from krypton.domain.errors import KryptonError
from krypton.presenters import typed
from krypton.presenters.onboarding import DeployForm
from krypton.presenters.shell import Network


def read_form(
    *,
    threshold: str,
    supplier: str,
    fee: str,
    network: Network,
) -> tuple[DeployForm, tuple[int, Address, int] | None]:
    """Return the form with its complaints, and the values (nano, address, bps) where there are none."""
    form = DeployForm(supplier=supplier, threshold=threshold, fee=fee)
    amount = bps = 0
    address: Address | None = None
    try:
        amount = typed.amount(threshold)
        check_threshold(amount)
    except KryptonError as error:
        form = replace(form, threshold_complaint=_complaint(error))
    try:
        address = typed.place(supplier, network=network)
    except KryptonError as error:
        form = replace(form, supplier_complaint=_complaint(error))
    try:
        bps = typed.share(fee)
    except KryptonError as error:
        form = replace(form, fee_complaint=_complaint(error))
    wrong = form.threshold_complaint or form.supplier_complaint or form.fee_complaint
    return form, None if wrong or address is None else (amount, address, bps)


def _complaint(error: KryptonError) -> str:
    sentence = wording.failure(error)
    return " ".join(part for part in (sentence.title, sentence.remedy) if part)
