"""The lite-server methods that only read: what each takes and what it answers, with proofs."""
