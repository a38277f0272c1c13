"""The profile's ledger behind the domain's port: the books and the outbox of one database."""

from krypton.store.books import Books
from krypton.store.outbox import Outbox


class StoredLedger(Books, Outbox):
    """Implements `krypton.domain.ports.Ledger` over an open Database; synchronous, one call at a time."""
