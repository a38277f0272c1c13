"""A chain on loopback to try things on; it knows blocks and the TVM, never the app's keys or store."""
