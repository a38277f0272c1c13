"""Follows the chain into the store, all or nothing; refuses to know Qt, SQL and pytoniq."""
