"""The pages of the window, each rendered from a frozen view; no page knows another."""
