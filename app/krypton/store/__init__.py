"""The only place that knows SQL; keeps the ledger and refuses to know the chain, Qt and keys."""
