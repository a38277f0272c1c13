"""Questions asked over the window (confirm, unlock); opened and awaited, never run modally."""
