"""What a lite server of the sandbox can be told to do wrong: silence, nonsense and lies."""
