"""The only place that knows pytoniq, cells and the wire format; refuses to know Qt, SQL and keys."""
