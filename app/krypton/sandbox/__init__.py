"""A chain on loopback for trying out and for tests; it knows blocks and the TVM, never the app's keys or store."""
