"""Frozen view objects and intents for the screen; refuses to know Qt."""
