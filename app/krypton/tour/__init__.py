"""Walks the whole first run on the sandbox and saves pictures; knows the window from outside only."""
