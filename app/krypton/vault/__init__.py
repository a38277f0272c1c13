"""The only place that knows keys and the OS keyring; it can neither talk nor log."""
