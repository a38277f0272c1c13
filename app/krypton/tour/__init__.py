"""Walks the whole first run in a real window, as a person would, and saves a picture of every step."""
