"""Use cases, one verb a method; refuses to know Qt, SQL and sockets."""
