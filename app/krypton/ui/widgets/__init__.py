"""Painted shapes and small widgets that pages are made of; they know meaning, never money rules."""
